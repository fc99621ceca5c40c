"""A topic is a function of tables and of the study: no file, clock, environment or random source in it.

Read from the syntax tree of every module of the topics. What a module may have all the same is listed with
its reason, and is looked for: an exception that is not needed any more fails too.
"""

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parent.parent / "pkpipe"
TOPICS = (
    *("subjects", "pk", "biomarkers", "immunogenicity", "tumor", "survival", "safety"),
    *("escalation", "cohorts", "nca", "clinical", "displays", "report", "render"),
)
# Modules by which a file, the clock, the environment, another process or chance comes in.
MODULES = {
    *("os", "io", "pathlib", "glob", "shutil", "tempfile", "pickle", "fileinput", "mmap"),
    *("time", "sys", "platform", "getpass", "locale", "subprocess", "multiprocessing", "signal"),
    *("socket", "urllib", "http", "ftplib", "requests", "random", "secrets", "uuid"),
    *("pkpipe.disk", "pkpipe.reading", "pkpipe.store", "pkpipe.provenance", "pkpipe.history"),
}
FUNCTIONS = {"open", "input", "print", "exec", "eval", "__import__"}
# Of any object: a path, datetime and date, polars, os, numpy.
ATTRIBUTES = {
    *("open", "read_text", "read_bytes", "write_text", "write_bytes", "mkdir", "touch", "unlink"),
    *("exists", "is_file", "is_dir", "iterdir", "glob", "rglob"),
    *("now", "today", "utcnow", "fromfile", "tofile", "loadtxt", "savetxt"),
    *("environ", "getenv", "urandom", "getrandbits", "shuffle"),
}
PREFIXES = ("read_", "scan_", "write_", "sink_")  # of polars
SEEDED = {"default_rng", "RandomState", "sample"}  # allowed with a seed that somebody hands over

ALLOWED = {
    ("nca/registry/evaluate.py", "os"): "how many cores there are; any number gives the same bits",
    ("report/html_page.py", "pathlib"): "where the template of the page lies",
    (
        "report/pages/page_files.py",
        "pathlib",
    ): "where the template, style and script of the pages lie",
    ("report/pages/page_files.py", "read_text"): "the style and the script of the pages",
    (
        "report/pages/page_files.py",
        "pkpipe.store.spreadsheet",
    ): "texts harmless in a spreadsheet; no file",
    ("report/pages/page_files.py", "write_csv"): "a display as the text of a CSV file",
    ("displays/figures/plot.py", "io"): "a drawing is written to memory",
    ("displays/__init__.py", "pkpipe.provenance"): "which code made the shown numbers",
    ("displays/edition.py", "pkpipe.provenance"): "which program made them, of which raw files",
    ("render/fonts.py", "os"): "PKPIPE_FONT, a font of the user",
    ("render/fonts.py", "environ"): "PKPIPE_FONT, a font of the user",
    ("render/fonts.py", "io"): "a font is read from memory",
    ("render/fonts.py", "is_file"): "whether a package brought its font",
    ("render/fonts.py", "pathlib"): "where the fonts of packages lie",
    ("render/fonts.py", "pkpipe.disk"): "the fonts",
    ("render/pdf.py", "pathlib"): "where the template of the PDF lies",
    ("render/pdf.py", "read_text"): "the template of the PDF",
    ("render/typesetting.py", "pathlib"): "folders of fonts",
    ("render/xlsx.py", "io"): "a workbook is written to memory",
    ("render/xlsx.py", "pkpipe.store.sheets"): "what workbooks have in common; writes no file",
    ("render/xlsx.py", "write_number"): "a cell of a workbook",
    ("render/xlsx.py", "write_string"): "a cell of a workbook",
    ("render/xlsx.py", "write_url"): "a link within a workbook",
    ("tumor/given_files/response_files.py", "pathlib"): "the files of the verbs recist and tte",
    (
        "tumor/given_files/response_files.py",
        "pkpipe.reading.verb_tables",
    ): "the files of the verbs recist and tte",
    (
        "tumor/given_files/response_files.py",
        "pkpipe.reading.verb_files",
    ): "a note to who gave the file; opens nothing",
    (
        "nca/results/result_table.py",
        "sys",
    ): "an explanation that somebody asks for is written out to them",
    (
        "nca/results/effect_explained.py",
        "sys",
    ): "an explanation that somebody asks for is written out to them",
    (
        "nca/given_tables/inputs.py",
        "pkpipe.reading.verb_files",
    ): "a name without its spelling; opens nothing",
}


def _module(name):
    """True for a module of the list, or one within it."""
    parts = name.split(".")
    return any(".".join(parts[: i + 1]) in MODULES for i in range(len(parts)))


def _said(node):
    """What a node of the tree names that a topic must not have."""
    match node:
        case ast.Import(names=names):
            return {n.name for n in names if _module(n.name)}
        case ast.ImportFrom(module=str(module), names=names):
            full = {f"{module}.{n.name}" for n in names}
            return {module} if _module(module) else {n for n in full if _module(n)}
        case ast.Call(func=ast.Name(id=name)) if name in FUNCTIONS:
            return {name}
        case ast.Call(func=ast.Attribute(attr=name), args=args, keywords=words):
            seeded = bool(args) or any(w.arg == "seed" for w in words)
            if name == "sample":
                seeded = any(w.arg == "seed" for w in words)
            return {name} if name in SEEDED and not seeded else set()
        case ast.Attribute(attr=name):
            return {name} if name in ATTRIBUTES or name.startswith(PREFIXES) else set()
    return set()


def sources(text):
    """Everything in a module by which more than its arguments comes in."""
    return {said for node in ast.walk(ast.parse(text)) for said in _said(node)}


FOUND = {
    (path.relative_to(PACKAGE).as_posix(), said)
    for topic in TOPICS
    for path in sorted((PACKAGE / topic).rglob("*.py"))
    for said in sources(path.read_text(encoding="utf-8"))
}


@pytest.mark.parametrize("topic", TOPICS)
def test_no_file_clock_environment_or_random_source_in_a_topic(topic):
    assert list((PACKAGE / topic).rglob("*.py"))
    more = {said for said in FOUND - set(ALLOWED) if said[0].startswith(f"{topic}/")}
    assert sorted(more) == []


def test_every_allowed_source_is_still_needed():
    assert sorted(set(ALLOWED) - FOUND) == []


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("open('plan.csv')", "open"),
        ("import os\nos.environ['HOME']", "os"),
        ("value = settings.environ['HOME']", "environ"),
        ("from os import getenv", "os"),
        ("from pathlib import Path", "pathlib"),
        ("folder.joinpath('x').read_text()", "read_text"),
        ("datetime.now()", "now"),
        ("datetime.date.today()", "today"),
        ("from time import time", "time"),
        ("import random", "random"),
        ("numpy.random.default_rng()", "default_rng"),
        ("rows.sample(3)", "sample"),
        ("rows.sample(3, shuffle=True)", "sample"),
        ("pl.read_parquet('x')", "read_parquet"),
        ("rows.write_csv('x')", "write_csv"),
        ("pl.scan_csv('x').collect()", "scan_csv"),
        ("import subprocess", "subprocess"),
        ("from pkpipe import store", "pkpipe.store"),
        ("from pkpipe.reading.files import read_table", "pkpipe.reading.files"),
        ("    print('x')", "print"),
    ],
)
def test_a_planted_source_is_found(line, said):
    module = "def run(tables, study):\n" + "".join(f"    {x.strip()}\n" for x in line.split("\n"))
    assert said in sources(module)


@pytest.mark.parametrize(
    "line",
    [
        "numpy.random.default_rng(seed)",
        "rows.sample(3, seed=study.seed)",
        "date(2026, 6, 30)",
        "rows.filter(pl.col('DAY') <= cutoff)",
    ],
)
def test_what_comes_from_the_arguments_alone_is_none(line):
    assert sources(line) == set()
