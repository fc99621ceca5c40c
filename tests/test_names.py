"""Names of the house: nothing is kept that nobody uses, and a word means one thing."""

import ast
import re
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = sorted((ROOT / "pkpipe").rglob("*.py"))
FLOW = [ROOT / "Snakefile", *sorted((ROOT / "rules").glob("*.smk")), ROOT / "pyproject.toml"]
WORD = re.compile(r"[A-Za-z_][A-Za-z_0-9]*")

# Asked by tests that compare with another program or with published numbers, not by a room.
ASKED_BY_TESTS = {
    "judge_case": "one conduct rule over dates of a reference file",
    "maximum_likelihood": "the second estimate of dfcrm",
    "wilson": "R's prop.test",
    "COMMON": "the shared columns, to compare every table with",
    "OF_A_TRIAL": "the keys of `nca:` that the verb has not",
    "FINDSTAT_SCHEMA": "the columns of a table, to compare with",
    "FIRST_LINE": "the first line of each example study",
}

# A name that is no subject of the data says too little to be in two rooms.
GENERAL = (
    "words",
    "tables",
    "numbers",
    "records",
    "page",
    "groups",
    "cells",
    "results",
    "blocks",
    "lists",
)


def uses() -> Counter[str]:
    """How often each word stands in the package and the flow, comments left out."""
    texts = (path.read_text(encoding="utf-8") for path in (*PACKAGE, *FLOW))
    return Counter(word for text in texts for word in WORD.findall(re.sub(r"#.*", "", text)))


def declared() -> list[tuple[str, str]]:
    """Every function, class and typed constant of a module, with its file."""
    found = []
    for path in PACKAGE:
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.FunctionDef | ast.ClassDef):
                found.append((str(path.relative_to(ROOT)), node.name))
            elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
                found.append((str(path.relative_to(ROOT)), node.target.id))
    return found


def test_every_function_class_and_constant_is_used():
    used = uses()
    names = declared()
    assert len(names) > 3000
    dead = [place for place in names if used[place[1]] == 1 and place[1] not in ASKED_BY_TESTS]
    assert dead == []


def test_the_names_that_only_tests_ask_for_are_there():
    assert set(ASKED_BY_TESTS) - {name for _, name in declared()} == set()


def test_a_general_word_names_one_file():
    names = Counter(path.stem for path in PACKAGE)
    assert {word: names[word] for word in GENERAL if names[word] > 1} == {}
