"""Hostile content in a delivery or a study file: shown as text, refused or neutralised, never run."""

import ast
import csv
import datetime
import gzip
import io
import re
import zipfile
from xml.etree import ElementTree

import polars as pl
import pytest
from pydantic import ValidationError
from support import ROOT, domain, no_domains

from pkpipe import displays, snapshot, validate
from pkpipe.errors import ConfigError, DataError
from pkpipe.finding.status import compared
from pkpipe.finding.table import FINDINGS_SCHEMA, lines_of
from pkpipe.protocol.loader import load_study
from pkpipe.protocol.sources import Source
from pkpipe.reading import encoding
from pkpipe.reading.files import read_table
from pkpipe.report import build
from pkpipe.rooms import TOPICS
from pkpipe.schema.adam.snapshot import SOURCES
from pkpipe.store.files import write_table
from pkpipe.store.spreadsheet import safe
from pkpipe.store.workbook import workbook
from pkpipe.validate import findings_status
from pkpipe.validate.for_sites import for_sites

SCRIPT = '<script>alert(1)</script><img src=x onerror="alert(2)">&{{ 7*7 }}{% raw %}'
OVERRIDE = "\u202egpj.exe"
FORMULAS = (
    "=1+1",
    "+cmd|' /C calc'!A0",
    "-2+3",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "  =1",
    "|calc",
    "%0A=1",
)
TINY = load_study(ROOT / "tests" / "studies" / "tiny.yaml")
CUTOFF = datetime.date(2025, 6, 30)


def delivered(folder, term, **more):
    """A small study whose adverse event says what the test wants, as the border has it."""
    rows = {
        "DM": {"USUBJID": ["1"], "ARMCD": ["A"], "RFICDTC": ["2025-01-01"], "SITEID": ["01"]},
        "EX": {"USUBJID": ["1"], "EXTRT": ["MAB"], "EXDOSE": ["1"], "EXDOSU": ["mg/kg"]}
        | {"EXSTDTC": ["2025-01-10T09:00"], "EXENDTC": ["2025-01-10T10:00"]},
        "AE": {"USUBJID": ["1"], "AESEQ": ["1"], "AETERM": [term], "AETOXGR": ["7"]}
        | {"AESTDTC": ["2025-01-12"]}
        | more,
    }
    for code, columns in rows.items():
        pl.DataFrame(columns).write_csv(folder / f"{code.lower()}.csv")
    sources = {code: Source(files=(f"{code.lower()}.csv",)) for code in rows}
    study = TINY.model_copy(update={"sources": sources}).at(CUTOFF)
    return validate.run(snapshot.run(folder, study), study), study


def page_with(term):
    """The report of a study in which an event, an arm and a finding say this."""
    study = TINY.model_copy(
        update={"sources": {d: s for d, s in TINY.sources.items() if d in {"DM", "EX", "AE"}}}
    ).at(CUTOFF)
    dm = "USUBJID | ARMCD | RFICDTC | SEX\n 1 | A | 2025-01-01 | F"
    ex = "USUBJID|EXTRT|EXDOSE|EXDOSU|EXSTDTC|EXENDTC|CYCLE\n"
    ex += "1|MAB|1|mg/kg|2025-01-10T09:00|2025-01-10T10:00|1"
    ae = "USUBJID|AESEQ|AETERM|AETOXGR|AESTDTC|AESER|AEREL\n1|1|x|3|2025-01-12|N|RELATED"
    events = domain("AE", ae).with_columns(
        AETERM=pl.lit(term), AEDECOD=pl.lit(term), AESOC=pl.lit(term)
    )
    events = events.with_columns(AEDLTFL=pl.lit("Y"))
    tables = no_domains() | {"DM": domain("DM", dm), "EX": domain("EX", ex), "AE": events}
    for room in TOPICS:
        tables |= room.run(tables, study)
    row = {
        "CHECK": term,
        "SEVERITY": "query",
        "TABLE": "AE",
        "FILE": "ae.csv",
        "ROW": 2,
        "USUBJID": "1",
    }
    tables["FINDINGS"] = pl.DataFrame(
        [dict.fromkeys(FINDINGS_SCHEMA) | row | {"COLUMN": term, "VALUE": term, "MESSAGE": term}],
        schema=FINDINGS_SCHEMA,
    )
    tables["FINDSTAT"] = findings_status.with_status(
        tables["FINDINGS"], None, None, findings_status.NONE
    )
    read = {"TABLE": ["AE"], "FILE": [term], "SHA256": ["0"], "ROWS": [1], "KEPT": [1], "CUT": [0]}
    tables["SOURCES"] = SOURCES.as_declared(pl.DataFrame(read))
    return build(tables | displays.run(tables, study), study)


def test_html_and_script_are_text_in_every_file_of_the_report():
    files = page_with(SCRIPT)
    for page in (files["full.html"], files["safety.html"], files["subjects/1.html"]):
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
        assert "{{ 7*7 }}" in page  # no template is run on data
    own = {'<script type="application/json" id="index">', "<script>"}  # of the pages themselves
    for name, text in files.items():
        if name.startswith("csv/"):
            continue
        assert set(re.findall(r"<script[^>]*>", text.lower())) <= own, name
        assert "alert(1)</script" not in text.lower(), name
        assert "<img" not in text.lower(), name


@pytest.mark.parametrize("formula", FORMULAS)
def test_a_formula_is_neutralised_in_what_is_sent_to_sites(formula):
    shown = safe(pl.DataFrame({"VALUE": [formula]})).item()
    assert shown.startswith("'")


def test_numbers_and_words_are_left_as_they_are_in_what_is_sent():
    frame = pl.DataFrame(
        {"VALUE": ["-1.5", "+3", "1e-5", "a=b", "BLQ", None], "ROW": [1, 2, 3, 4, 5, 6]}
    )
    assert safe(frame).equals(frame)


def test_the_file_for_sites_carries_no_formula_and_no_unseen_character(tmp_path):
    tables, _ = delivered(tmp_path, "Rash", AEOUT=[f'=HYPERLINK("x"){OVERRIDE}'], AESER=["=1+1"])
    path = tmp_path / "findings_for_sites.csv"
    write_table(for_sites(compared(tables["FINDINGS"], None), tables), path)
    lines = list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"))))
    assert {line["VALUE"] for line in lines} >= {"'=1+1", "7"}
    assert all(
        not cell.startswith(("=", "+", "-", "@")) for line in lines for cell in line.values()
    )
    assert "\u202e" not in path.read_text(encoding="utf-8")
    assert {line["SITEID"] for line in lines if line["USUBJID"]} == {"01"}


def cells_of(content):
    """Each cell of the only sheet: its type, its text or number; and every part of the workbook."""
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        parts = {name: book.read(name).decode("utf-8") for name in book.namelist()}
    names = {"m": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}
    texts = ElementTree.fromstring(parts["xl/sharedStrings.xml"]).findall("m:si", names)
    shared = ["".join(si.itertext()) for si in texts]
    sheet = ElementTree.fromstring(parts["xl/worksheets/sheet1.xml"])
    cells = [
        (cell.get("t"), cell.findtext("m:v", namespaces=names))
        for cell in sheet.iterfind(".//m:c", names)
    ]
    return [(t, shared[int(v)] if t == "s" else v) for t, v in cells], sheet, parts


def test_the_workbook_for_sites_holds_texts_and_numbers_and_no_formula(tmp_path):
    tables, _ = delivered(tmp_path, "Rash", AEOUT=[f'=HYPERLINK("x"){OVERRIDE}'], AESER=["=1+1"])
    lines = for_sites(compared(tables["FINDINGS"], None), tables)
    cells, sheet, parts = cells_of(workbook(lines, "Findings", CUTOFF))
    assert ("s", "'=1+1") in cells
    assert {kind for kind, _ in cells} == {"s", None}  # shared text, or a number
    assert len(cells) == sum(lines.height - n for n in lines.null_count().row(0)) + lines.width
    assert "\u202e" not in "".join(parts.values())
    assert sheet.find(".//{*}pane").get("ySplit") == "1"
    assert sheet.find(".//{*}autoFilter").get("ref") == f"A1:M{lines.height + 1}"


def test_a_workbook_takes_no_text_for_a_formula_link_or_number():
    odd = [
        *FORMULAS,
        "{=1+1}",
        "http://x.invalid",
        "mailto:a@b",
        "007",
        "",
        "a\ufffeb",
        "_x0041_",
        "\x01",
    ]
    lines = pl.DataFrame({"VALUE": odd})
    cells, _, parts = cells_of(workbook(lines, "Findings", CUTOFF))
    assert {kind for kind, _ in cells[1:]} <= {"s"}
    assert ("s", "007") in cells
    # A large table is written as it goes, its texts in their cells.
    with zipfile.ZipFile(io.BytesIO(workbook(lines, "Findings", CUTOFF, many=0))) as streamed:
        sheet = ElementTree.fromstring(streamed.read("xl/worksheets/sheet1.xml"))
    assert {cell.get("t") for cell in sheet.iterfind(".//{*}c")} == {"inlineStr"}
    assert [text.text or "" for text in sheet.iterfind(".//{*}t")] == [text for _, text in cells]
    assert not [name for name in parts if "externalLink" in name or "hyperlink" in parts[name]]
    assert "<f>" not in parts["xl/worksheets/sheet1.xml"]


def test_equal_findings_are_equal_in_bytes_and_bear_the_cutoff():
    lines = pl.DataFrame({"A": ["x", None], "ROW": [2, None]})
    made = workbook(lines, "Findings", CUTOFF)
    assert made == workbook(lines, "Findings", CUTOFF)
    streamed = [workbook(lines, "Findings", CUTOFF, many=0) for _ in range(2)]
    assert streamed[0] == streamed[1] != made
    assert "2025-06-30T00:00:00Z" in cells_of(made)[2]["docProps/core.xml"]


def test_a_sheet_that_is_full_says_how_much_it_leaves_out():
    cells, _, _ = cells_of(
        workbook(pl.DataFrame({"A": ["x", "y", "z"]}), "Findings", CUTOFF, most=2)
    )
    assert cells[-1] == ("s", "1 more rows do not fit this sheet")


def test_a_right_to_left_override_cannot_hide_a_word_in_the_report():
    assert "\u202e" not in page_with(f"Rash {OVERRIDE}")["full.html"]


def test_ten_megabytes_in_one_field_are_read_and_cut_where_they_are_shown(tmp_path):
    tables, _ = delivered(tmp_path, "x" * 10_000_000, AESER=["y" * 10_000_000])
    assert tables["AE"]["AETERM"].str.len_chars().to_list() == [10_000_000]
    sent = for_sites(compared(tables["FINDINGS"], None), tables)
    assert sent["VALUE"].drop_nulls().str.len_chars().max() < 40_000


def test_a_nul_byte_is_refused_with_its_row(tmp_path):
    delivered(tmp_path, "Rash")
    (tmp_path / "ae.csv").write_bytes(b"USUBJID,AESEQ,AETERM,AESTDTC\n1,1,Ra\x00sh,2025-01-12\n")
    study = TINY.model_copy(update={"sources": {"AE": Source(files=("ae.csv",))}}).at(CUTOFF)
    found = snapshot.run(tmp_path, study)["ARRIVAL"]
    assert found["CHECK"].to_list() == ["FILE-UNREADABLE"]
    assert "row 2 holds a NUL byte" in found["MESSAGE"][0], lines_of(found)


@pytest.mark.parametrize("name", ["../secret.csv", "/etc/passwd.csv", "a/../../b.csv", "..\\b.csv"])
def test_a_source_outside_the_raw_folder_is_refused(name):
    with pytest.raises(ValidationError, match="leaves the raw folder"):
        Source(files=(name,))


@pytest.mark.parametrize("name", ["../evil", "/tmp/evil", "a/b", "..", "Evil", ""])
def test_a_study_cannot_name_a_folder_outside_the_results(name, tmp_path):
    text = (ROOT / "tests" / "studies" / "tiny.yaml").read_text(encoding="utf-8")
    path = tmp_path / "tiny.yaml"
    path.write_text(text.replace("id: tiny", f'id: "{name}"'), encoding="utf-8")
    with pytest.raises(ConfigError):
        load_study(path)


@pytest.mark.parametrize(
    "tag",
    [
        "!!python/object/apply:os.system ['touch hit']",
        "!!python/name:os.system",
        "!!python/object/new:subprocess.Popen [['touch', 'hit']]",
        "!include /etc/passwd",
    ],
)
def test_a_yaml_tag_makes_nothing(tag, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    text = (ROOT / "tests" / "studies" / "tiny.yaml").read_text(encoding="utf-8")
    path = tmp_path / "tiny.yaml"
    path.write_text(text.replace("title: The smallest trial that uses every room", f"title: {tag}"))
    with pytest.raises(ConfigError):
        load_study(path)
    assert not (tmp_path / "hit").exists()


def test_a_yaml_bomb_of_aliases_is_refused_or_small(tmp_path):
    levels = "\n".join(f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]" for i in range(1, 9))
    path = tmp_path / "bomb.yaml"
    path.write_text(f"a0: &a0 [x, x, x]\n{levels}\n", encoding="utf-8")
    with pytest.raises(ConfigError):
        load_study(path)


def test_a_gzip_bomb_is_refused_before_it_fills_the_memory(tmp_path, monkeypatch):
    monkeypatch.setattr(encoding.unpacked, "__defaults__", (1 << 20,))
    (tmp_path / "ae.csv.gz").write_bytes(gzip.compress(b"A,B\n" + b"1,1\n" * 2_000_000))
    study = TINY.model_copy(update={"sources": {"AE": Source(files=("ae.csv.gz",))}}).at(CUTOFF)
    found = snapshot.run(tmp_path, study)["ARRIVAL"]
    assert "unpacks to more than" in found["MESSAGE"][0]
    with pytest.raises(DataError, match="unpacks to more than"):
        read_table(tmp_path / "ae.csv.gz")


@pytest.mark.parametrize("suffix", [".csv", ".parquet", ".xpt", ".sas7bdat", ".csv.gz", ".xlsx"])
@pytest.mark.parametrize(
    "content", [b"PK\x03\x04" + b"\0" * 200, b"\x80\x04cos\nsystem\n.", b"{\\rtf1 \\x}"]
)
def test_a_file_that_is_something_else_is_refused_or_read_as_text(suffix, content, tmp_path):
    (tmp_path / f"ae{suffix}").write_bytes(content)
    study = TINY.model_copy(update={"sources": {"AE": Source(files=(f"ae{suffix}",))}}).at(CUTOFF)
    found = snapshot.run(tmp_path, study)["ARRIVAL"]
    assert (found["SEVERITY"] == "error").any(), lines_of(found)


RUNS_TEXT = {"eval", "exec", "compile", "__import__"}
RUNS_TEXT |= {f"builtins.{name}" for name in RUNS_TEXT} | {"os.system", "os.popen"}
UNPICKLERS = {"pickle", "cPickle", "_pickle", "dill", "cloudpickle", "shelve", "marshal", "joblib"}
UNSAFE_YAML = {f"yaml.{name}" for name in ("unsafe_load", "unsafe_load_all", "full_load")}
MAKING_YAML = {f"yaml.{c}{n}Loader" for c in ("", "C") for n in ("", "Full", "Unsafe")}
SAFE_YAML = {"yaml.SafeLoader", "yaml.CSafeLoader", "SafeLoader", "CSafeLoader"}


def dangers(source):
    """What in a module could run what it reads: line and words, found in its syntax tree."""
    tree = ast.parse(source)
    return [
        f"line {node.lineno}: {words}"
        for node in ast.walk(tree)
        for words in (*danger_imported(node), *danger_called(node))
    ]


def danger_imported(node):
    if isinstance(node, ast.Import):
        names = [alias.name for alias in node.names]
    elif isinstance(node, ast.ImportFrom):
        names = [f"{node.module}.{alias.name}" for alias in node.names]
    else:
        names = []
    bad = RUNS_TEXT | UNSAFE_YAML | {"yaml.load", "yaml.load_all"}
    return [f"imports {name}" for name in names if name.split(".")[0] in UNPICKLERS or name in bad]


def danger_called(node):
    if isinstance(node, ast.ClassDef):
        return [f"reads as {b}" for b in map(ast.unparse, node.bases) if b in MAKING_YAML]
    if not isinstance(node, ast.Call):
        return []
    called = ast.unparse(node.func)
    options = {word.arg: ast.unparse(word.value) for word in node.keywords}
    options |= {i: ast.unparse(value) for i, value in enumerate(node.args)}
    loads_yaml = called in {"yaml.load", "yaml.load_all"}
    signs = (
        called in RUNS_TEXT | UNSAFE_YAML,
        called.endswith(".read_pickle"),
        called.endswith(".load") and options.get("allow_pickle", "False") != "False",
        loads_yaml and options.get("Loader", options.get(1)) not in SAFE_YAML,
        options.get("shell", "False") != "False",
    )
    return [f"calls {called}"] if any(signs) else []


def test_nothing_in_the_package_unpickles_or_evaluates():
    paths = sorted((ROOT / "pkpipe").rglob("*.py"))
    assert len(paths) > 50
    found = {path.relative_to(ROOT): dangers(path.read_text(encoding="utf-8")) for path in paths}
    assert {path: words for path, words in found.items() if words} == {}


@pytest.mark.parametrize(
    "source",
    [
        "eval(text)",
        "import builtins; builtins.exec(text)",
        "code = compile(text, 'x', 'exec')",
        "__import__(name)",
        "import pickle",
        "from marshal import loads",
        "import joblib.numpy_pickle",
        "import os; os.system(text)",
        "from os import system",
        "yaml.load(text)",
        "yaml.load(text, yaml.Loader)",
        "yaml.unsafe_load(text)",
        "from yaml import full_load",
        "class Reader(yaml.Loader): pass",
        "subprocess.run(text, shell=True)",
        "subprocess.Popen(text, shell=chosen)",
        "np.load(path, allow_pickle=True)",
        "pd.read_pickle(path)",
    ],
)
def test_what_could_run_content_would_be_seen(source):
    assert dangers(source)


@pytest.mark.parametrize(
    "source",
    [
        "frame.select(C('X').list.eval(pl.element() + 1))",
        "re.compile(pattern)",
        "ast.literal_eval(text)",
        "'eval(text) in a sentence, import pickle'",
        "class Reader(yaml.CBaseLoader): pass",
        "yaml.load(text, Loader=yaml.SafeLoader)",
        "yaml.safe_load(text)",
        "subprocess.run([text], shell=False)",
        "np.load(path)",
    ],
)
def test_what_runs_nothing_is_not_taken_for_it(source):
    assert dangers(source) == []
