"""Formulas and unseen characters are neutralised in what is sent to sites."""

import csv
import io
import zipfile
from xml.etree import ElementTree

import polars as pl
import pytest
from hostile_drawings import CUTOFF, FORMULAS, OVERRIDE, delivered

from pkpipe.finding.status import compared
from pkpipe.store.files import write_table
from pkpipe.store.spreadsheet import safe
from pkpipe.store.workbook import workbook
from pkpipe.validate.for_sites import for_sites


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
