"""Workbooks as laboratories send them: the sheet is named, and what makes a table risky has its place."""

import polars as pl
import pytest
from excel_drawings import GOOD, MADE, PC, book, checks_of, odd, page, repacked
from raw_drawings import RIGHT, cells, deliver, tiny

from pkpipe import snapshot, validate
from pkpipe.cli import main
from pkpipe.errors import ConfigError, DataError
from pkpipe.finding.table import lines_of
from pkpipe.protocol.sources import Source
from pkpipe.reading.files import read_table
from pkpipe.reading.xlsx.book import sheets_of
from pkpipe.reading.xlsx.sheet import sheet_of
from pkpipe.snapshot import proposal
from pkpipe.store.workbook import workbook


def test_a_workbook_arrives_as_the_csv_of_the_same_table(tmp_path):
    deliver(tmp_path, **RIGHT)
    sources = {}
    for code, drawing in RIGHT.items():
        (tmp_path / f"{code}.xlsx").write_bytes(workbook(cells(drawing), code, MADE))
        sources[code] = Source(files=(f"{code}.xlsx",))
    csv = validate.run(snapshot.run(tmp_path, tiny(*RIGHT)), tiny(*RIGHT))
    excel_study = tiny(**sources)
    read = validate.run(snapshot.run(tmp_path, excel_study), excel_study)
    assert read["FINDINGS"].is_empty(), lines_of(read["FINDINGS"])
    for code in RIGHT:
        assert read[code].drop("SRCFILE").equals(csv[code].drop("SRCFILE"))
        assert read[code]["SRCFILE"].to_list() == [f"{code}.xlsx"]


def test_the_sheet_must_be_named_where_there_are_several():
    content = book(("PC", page(PC)), ("Notes", page(PC)))
    assert sheets_of(content) == ["PC", "Notes"]
    assert sheet_of(content, "PC").frame.height == 2
    with pytest.raises(ConfigError, match="has 2 sheets, name one with 'sheet': 'PC', 'Notes'"):
        sheet_of(content)
    with pytest.raises(ConfigError, match=r"no sheet 'pc' \(it has: 'PC', 'Notes'\)"):
        sheet_of(content, "pc")
    with pytest.raises(ValueError, match="none of the files is"):
        Source(files=("pc.csv",), sheet="PC")


def test_two_domains_read_two_sheets_of_one_workbook_and_wrong_names_are_told_together(tmp_path):
    deliver(tmp_path, **RIGHT)
    drawn = {code: cells(RIGHT[code]) for code in ("DM", "EX")}
    sheets = [(c, page([f.columns, *f.rows()])) for c, f in drawn.items()]
    (tmp_path / "june.xlsx").write_bytes(book(*sheets, ("Notes", page(PC))))
    june = {c: Source(files=("june.xlsx",), sheet=c) for c in drawn}
    study = tiny("PC", **june)
    assert validate.run(snapshot.run(tmp_path, study), study)["FINDINGS"].is_empty()
    assert [*proposal.of_unknown(tmp_path, "june.xlsx", study)] == [
        "june.xlsx, sheet 'Notes': no source of the study file names it, "
        "and it looks like none of the domains, or like several"
    ]
    lost = tiny("PC", **{c: Source(files=("june.xlsx",), sheet=c.lower()) for c in drawn})
    with pytest.raises(ConfigError) as told:
        snapshot.run(tmp_path, lost)
    assert "no sheet 'dm'" in str(told.value)
    assert "no sheet 'ex'" in str(told.value)


def test_an_unknown_sheet_is_proposed_with_its_map(tmp_path):
    rows = [["Subject ID", "Concentration", "Unit", "Time Point"], ["1", 2, "ug/mL", "EOI"]]
    (tmp_path / "pk.xlsx").write_bytes(book(("Results", page(rows))))
    (line,) = proposal.of_unknown(tmp_path, "pk.xlsx", tiny("PC"))
    assert "it looks like PC, perhaps PC: {files: [pk.xlsx], sheet: Results, columns:" in line
    assert "USUBJID: Subject ID" in line


def test_what_makes_a_spreadsheet_risky_is_told_with_its_place():
    settled = repacked(
        book(("S", odd)), workbook_xml=lambda text: text.replace(b' fullCalcOnLoad="1"', b"")
    )
    assert sorted(checks_of(settled), key=str) == [
        ("EXCEL-ERROR", 4, "C", "#DIV/0!"),
        ("EXCEL-FORMULA", 3, "B", "2 formulas in the column"),
        ("EXCEL-FORMULA", 4, "C", "1 formula in the column"),
        ("EXCEL-FORMULA-EMPTY", 4, "B", None),
        ("EXCEL-HIDDEN-COLUMN", None, "C", None),
        ("EXCEL-HIDDEN-ROW", 3, None, None),
        ("EXCEL-MERGED", 5, None, "A5:A6"),
        ("ROW-LONG", 2, "E", "beyond"),
    ]
    frame = sheet_of(settled).frame
    assert frame.columns == ["A", "B", "C", "A_duplicated_0"]
    assert frame["B"].to_list()[:2] == ["1", "2"]


def test_formulas_never_computed_are_an_error():
    stale = [c for c, *_ in checks_of(book(("S", odd))) if c == "EXCEL-FORMULA-STALE"]
    assert stale == ["EXCEL-FORMULA-STALE"] * 2  # as programs write them, that compute nothing
    bare = repacked(
        book(("S", odd)), sheet1_xml=lambda text: text.replace(b"</f><v>2</v>", b"</f>")
    )
    assert ("EXCEL-FORMULA-EMPTY", 3, "B", None) in checks_of(bare)


def test_oddities_become_findings_of_the_domain_and_stop_a_table_read_alone(tmp_path):
    deliver(tmp_path, **RIGHT)
    pc = cells(RIGHT["PC"])

    def fill(sheet, made):
        page([pc.columns, *pc.rows()])(sheet, made)
        sheet.write_formula(1, 4, "=NA()", None, "#N/A")

    (tmp_path / "pc.xlsx").write_bytes(book(("S", fill)))
    study = tiny("DM", "EX", PC=Source(files=("pc.xlsx",)))
    found = validate.run(snapshot.run(tmp_path, study), study)["FINDINGS"]
    told = found.filter(pl.col("SEVERITY") == "error").select("CHECK", "FILE", "ROW", "COLUMN")
    assert ("EXCEL-ERROR", "pc.xlsx", 2, "PCSTRESN") in told.rows()
    assert ("CELL-NUMBER", "pc.xlsx", 2, "PCSTRESN") in told.rows()
    with pytest.raises(DataError, match="cells cannot be trusted: row 2: an error value"):
        read_table(tmp_path / "pc.xlsx")


@pytest.mark.parametrize("suffix", ["xls", "xlsm", "xlsb", "ods"])
def test_another_spreadsheet_is_refused_with_what_to_do(tmp_path, suffix):
    deliver(tmp_path, **RIGHT)
    (tmp_path / f"pc.{suffix}").write_bytes(GOOD)
    study = tiny("DM", "EX", PC=Source(files=(f"pc.{suffix}",)))
    row = snapshot.run(tmp_path, study)["ARRIVAL"].row(0, named=True)
    assert row["CHECK"] == "FILE-UNREADABLE"
    assert "read as .xlsx only; save it as .xlsx or as CSV" in row["MESSAGE"]


def test_a_workbook_read_alone_from_the_shell(tmp_path, capsys):
    (tmp_path / "two.xlsx").write_bytes(book(("PC", page(PC)), ("Notes", page(PC))))
    assert main(["nca", str(tmp_path / "two.xlsx"), "dose.csv", "-o", "out.csv"]) == 2
    assert "has 2 sheets" in capsys.readouterr().err


def test_a_workbook_may_have_its_names_below_titles():
    rows = [["Concentrations of the trial", None], ["USUBJID", "PCTESTCD"], ["1", "MAB"]]
    found = sheet_of(book(("PC", page(rows))), header=2)
    assert found.frame.rows() == [("1", "MAB")]
    assert (found.frame.columns, found.rows) == (["USUBJID", "PCTESTCD"], [3])
