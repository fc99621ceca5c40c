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

# What several rooms ask about, each in a file of this name: a subject of the data, or a part every room has.
# Any other word names one file of the house.
SUBJECTS_OF_THE_DATA = {
    "administrations",
    "adverse_events",
    "antibodies",
    "antibody_impact",
    "baseline",
    "biomarkers",
    "concentrations",
    "conjugates",
    "disposition",
    "dose_context",
    "dose_decision",
    "dose_rows",
    "dosing",
    "efficacy",
    "enrolment",
    "escalation",
    "examinations",
    "exposure",
    "exposure_response",
    "immunogenicity",
    "laboratory",
    "parameters",
    "populations",
    "response",
    "safety",
    "samples",
    "steady_state",
    "subjects",
    "survival",
    "terminal_fits",
    "therapies",
    "time_to_event",
    "tumour",
}
PARTS_OF_A_ROOM = {
    "assumptions",
    "check_list",
    "checks",
    "conventions",
    "decisions",
    "displays",
    "files",
    "options",
    "reasons",
    "sources",
    "waivers",
}


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


def test_a_name_that_several_files_have_is_a_subject_of_the_data_or_a_part_of_a_room():
    # A file of cli is named by its verb.
    rooms = [
        path for path in PACKAGE if path.parent.name != "cli" and not path.stem.startswith("__")
    ]
    shared = {name for name, count in Counter(path.stem for path in rooms).items() if count > 1}
    assert shared == SUBJECTS_OF_THE_DATA | PARTS_OF_A_ROOM
