"""What an import inside a function defers is not loaded anyway, or it costs a reader and saves nothing.

And an exemption that says "as above" has its reason above, in the same file.
"""

import ast
import functools
import re
import tokenize
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SOURCES = sorted((ROOT / "pkpipe").rglob("*.py"))
EXEMPT = re.compile(r"# noqa: ?([A-Z]+[0-9]+(?:, ?[A-Z]+[0-9]+)*)(?: \((.+)\))?\s*$")
UNTYPED = re.compile(r"# type: ignore\[[a-z-]+\](?: # (.+))?$")
SETS_ASIDE = re.compile(r"# ?(noqa|type: ?ignore)\b")
AGAIN = ("as above", "the same")


def name_of(path):
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


MODULES = {name_of(path): path for path in SOURCES}


def imported(node):
    """Dotted names that one import statement loads."""
    if isinstance(node, ast.Import):
        return {alias.name for alias in node.names}
    if not isinstance(node, ast.ImportFrom) or node.module is None:
        return set()
    inner = {f"{node.module}.{alias.name}" for alias in node.names} & MODULES.keys()
    return inner or {node.module}


def at_the_top(tree):
    """Statements that run when the module is imported; not those for type checkers alone."""
    waiting = list(tree.body)
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            continue
        yield node
        if isinstance(node, ast.If | ast.Try | ast.With):
            waiting += node.body


@functools.cache
def directly(module):
    tree = ast.parse(MODULES[module].read_text(encoding="utf-8"))
    return frozenset(name for node in at_the_top(tree) for name in imported(node))


def packages_of(name):
    parts = name.split(".")
    return {".".join(parts[:i]) for i in range(1, len(parts) + 1)}


@functools.cache
def loaded_with(module):
    """Every dotted name that is loaded once this module is, directly or not, with the packages around it."""
    found, waiting = set(), list(packages_of(module))
    while waiting:
        name = waiting.pop()
        if name in found:
            continue
        found.add(name)
        if name in MODULES:
            waiting += [package for wanted in directly(name) for package in packages_of(wanted)]
    return frozenset(found)


def deferred(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    functions = [n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef)]
    return {
        (inner.lineno, name)
        for function in functions
        for inner in ast.walk(function)
        for name in imported(inner)
    }


def test_an_import_inside_a_function_is_not_loaded_anyway():
    void = {
        f"{path.relative_to(ROOT)}:{line}: {name}"
        for path in SOURCES
        for line, name in deferred(path)
        if name in loaded_with(name_of(path))
    }
    assert not sorted(void)


def test_what_is_loaded_with_a_module_is_seen():
    assert "scipy.special" in loaded_with("pkpipe.nca.further_analyses.log_linear_models")
    assert "scipy" not in loaded_with("pkpipe.statistics")
    assert "pkpipe.report" not in loaded_with("pkpipe.cli.stage")


@pytest.mark.parametrize("module", ["pkpipe.workflow", "pkpipe.start", "pkpipe.cli.failed_jobs"])
def test_a_start_of_snakemake_with_nothing_to_do_loads_no_tables_and_no_pictures(module):
    heavy = {"polars", "numpy", "scipy", "matplotlib", "pandera", "lifelines", "starlette", "typst"}
    assert loaded_with(module) & heavy == set()


def comments(path):
    """Line and text of each comment; a text that only looks like one is none."""
    with path.open(encoding="utf-8") as file:
        for token in tokenize.generate_tokens(file.readline):
            if token.type == tokenize.COMMENT:
                yield token.start[0], token.string


def exempted(comment):
    """The rules one comment sets aside, and why; no rule where the form is another than ours."""
    if (said := EXEMPT.search(comment)) is not None:
        return said.group(1).split(", "), said.group(2)
    return (
        (["type"], said.group(1)) if (said := UNTYPED.search(comment)) is not None else ([], None)
    )


@pytest.mark.parametrize("folder", ["pkpipe", "tests", "benchmarks", ".ci"])
def test_every_exemption_has_a_reason_and_as_above_has_it_above(folder):
    bare = []
    for path in sorted((ROOT / folder).rglob("*.py")):
        given = set()
        for number, comment in comments(path):
            if not SETS_ASIDE.search(comment):
                continue
            rules, why = exempted(comment)
            if why is None or (why in AGAIN and not given.issuperset(rules)):
                bare.append(f"{path.relative_to(ROOT)}:{number}: {comment}")
            elif why not in AGAIN:
                given |= {*rules}
    assert bare == []


@pytest.mark.parametrize(
    ("comment", "told"),
    [
        ("# noqa: ARG001, ANN401 (called by name)", (["ARG001", "ANN401"], "called by name")),
        ("# noqa: PLC0415", (["PLC0415"], None)),
        ("# noqa: PLC0415 because it is slow", ([], None)),
        ("# noqa", ([], None)),
        ("# type: ignore[override] # polars draws columns", (["type"], "polars draws columns")),
        ("# type: ignore[override]", (["type"], None)),
        ("# type: ignore", ([], None)),
    ],
)
def test_an_exemption_without_rule_or_reason_is_seen(comment, told):
    assert SETS_ASIDE.search(comment)
    assert exempted(comment) == told
