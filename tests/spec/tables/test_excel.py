"""Workbooks as laboratories send them: the sheet named, every cell as the CSV of it, every oddity told."""

import datetime
import functools
import io
import random
import re
import zipfile

import polars as pl
import pytest
from raw_drawings import RIGHT, cells, deliver, tiny
from xlsxwriter import Workbook

from pkpipe import snapshot, validate
from pkpipe.cli import main
from pkpipe.errors import ConfigError, DataError
from pkpipe.finding.table import lines_of
from pkpipe.protocol.sources import Source
from pkpipe.reading.files import read_table
from pkpipe.reading.xlsx import package, sheet
from pkpipe.reading.xlsx.book import sheets_of
from pkpipe.reading.xlsx.numbers import BUILT_IN, PLAIN, form_of, text_of
from pkpipe.reading.xlsx.sheet import sheet_of
from pkpipe.snapshot import proposal
from pkpipe.store.workbook import workbook

MADE = datetime.date(2025, 1, 1)


# A day and a minute as a spreadsheet has them: of no zone.
DAY = datetime.datetime.fromisoformat("2025-01-10")
MOMENT = datetime.datetime.fromisoformat("2025-01-10T09:05")


def book(*sheets, **options):
    """A workbook of (name, function that fills the page)."""
    file = io.BytesIO()
    made = Workbook(file, {"in_memory": True, **options})
    for name, fill in sheets:
        fill(made.add_worksheet(name), made)
    made.close()
    return file.getvalue()


def page(rows):
    """Fills a sheet with a header and rows as Python values."""

    def fill(sheet, _):
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)

    return fill


def repacked(content, **parts):
    """The workbook with parts (by the end of their name, `_` for a dot) replaced by what a function makes."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", 8) as new:
        for entry in old.infolist():
            key = entry.filename.rpartition("/")[2].replace(".", "_")
            data = old.read(entry)
            new.writestr(entry.filename, parts[key](data) if key in parts else data)
    return out.getvalue()


def checks_of(content, **how):
    return [(r.check.id, r.row, r.column, r.value) for r in sheet_of(content, **how).remarks]


PC = (("A", "B"), ("x", 1), ("y", 2.5))


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


def test_numbers_dates_and_yes_are_the_text_a_csv_holds():
    def fill(sheet, made):
        formats = {
            n: made.add_format({"num_format": n}) for n in ("yyyy-mm-dd", "d/m/yy h:mm", "0%")
        }
        sheet.write_row(0, 0, ["WHOLE", "PART", "SMALL", "DAY", "TIME", "PCT", "YES", "TEXT"])
        sheet.write_row(1, 0, [20, 0.1, 1e-7])
        sheet.write_datetime(1, 3, DAY, formats["yyyy-mm-dd"])
        sheet.write_datetime(1, 4, MOMENT, formats["d/m/yy h:mm"])
        sheet.write_number(1, 5, 0.85, formats["0%"])
        sheet.write_boolean(1, 6, True)
        sheet.write_string(1, 7, "  <0.1 中国\n_x0041_ =1+1 ")

    read = sheet_of(book(("S", fill)))
    assert read.frame.row(0) == (
        *("20", "0.1", "1e-07", "2025-01-10", "2025-01-10T09:05", "85%", "Y"),
        "<0.1 中国\n_x0041_ =1+1",
    )
    assert read.remarks == ()


@pytest.mark.parametrize(
    ("serial", "form", "text"),
    [
        ("45667", "yyyy-mm-dd", "2025-01-10"),
        ("45667", "d mmm yyyy;@", "2025-01-10"),
        ("45667", "[$-409]mmm yy", "2025-01-10"),
        ("45667", 'yyyy"年"m"月"d"日"', "2025-01-10"),
        ("45667.5", "yyyy-mm-dd", "2025-01-10T12:00"),
        ("45667", "yyyy-mm-dd hh:mm", "2025-01-10T00:00"),
        ("45667.378472222219", "dd/mm/yyyy h:mm AM/PM", "2025-01-10T09:05"),
        ("45667.378483796296", "dd/mm/yyyy hh:mm", "2025-01-10T09:05:01"),
        ("45667.999999999", "dd/mm/yyyy hh:mm:ss", "2025-01-11T00:00:00"),
        ("0.378472222219", "h:mm", "09:05"),
        ("1.5", "[h]:mm", "36:00"),
        ("60", "yyyy-mm-dd", "1900-02-29"),
        ("59", "yyyy-mm-dd", "1900-02-28"),
        ("-3", "yyyy-mm-dd", "-3"),
        ("45667", '0.00 "days"', "45667"),
        ("45667", "#,##0_);[Red](#,##0)", "45667"),
        ("0.5", "0.00E+00", "0.5"),
        ("45667", "General", "45667"),
    ],
)
def test_a_date_is_what_the_form_of_its_cell_says(serial, form, text):
    assert text_of(serial, form_of(form), from_1904=False) == text


def test_dates_count_from_1904_where_the_workbook_says_so_and_numbers_are_numbers():
    assert text_of("44205", form_of("yyyy-mm-dd"), from_1904=True) == "2025-01-10"
    assert text_of("0.5", BUILT_IN[20], from_1904=True) == "12:00"
    assert [text_of(n, PLAIN, from_1904=False) for n in ("7", "1.50", "1E3", "-0.0")] == [
        "7", "1.5", "1000", "0",
    ]  # fmt: skip
    for wrong in ("nan", "1_0", "1e999x", "inf", "1e400", "٣"):
        with pytest.raises(DataError, match="where a number belongs"):
            text_of(wrong, PLAIN, from_1904=False)


def test_1904_is_read_from_the_workbook():
    def fill(sheet, made):
        sheet.write_string(0, 0, "DAY")
        form = made.add_format({"num_format": "yyyy-mm-dd"})
        sheet.write_datetime(1, 0, DAY, form)

    content = book(("S", fill), date_1904=True)
    assert sheet_of(content).frame.item() == "2025-01-10"


def test_rows_keep_their_number_and_blank_ones_are_none():
    def fill(sheet, _):
        sheet.write_row(2, 1, ["A", "B"])
        sheet.write_row(5, 1, ["x", "1"])
        sheet.write_row(9, 1, ["y", "2"])

    read = sheet_of(book(("S", fill)))
    assert (read.rows, read.frame.rows()) == ([6, 10], [("x", "1"), ("y", "2")])


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


def odd(sheet, made):
    sheet.write_row(0, 0, ["A", "B", "C", "A"])
    sheet.write_row(1, 0, ["x", 1, 2, 3, "beyond"])
    sheet.write_formula(2, 1, "=B2*2", None, 2)
    sheet.write_formula(3, 1, "=B3*2", None, "")
    sheet.write_formula(3, 2, "=1/0", None, "#DIV/0!")
    sheet.merge_range("A5:A6", "merged", made.add_format())
    sheet.set_row(2, None, None, {"hidden": True})
    sheet.set_column(2, 2, None, None, {"hidden": True})


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


def sheet_xml(text):
    return lambda _: b'<worksheet xmlns="urn:s"><sheetData>%s</sheetData></worksheet>' % text


ENTITY = b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
GOOD = book(("S", page(PC)))
HEAD = b'<row r="1"><c r="A1" t="inlineStr"><is><t>A</t></is></c></row>'


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (repacked(GOOD, sheet1_xml=sheet_xml(b" " * 2_000_000)), "more than 250 times its size"),
        (
            repacked(GOOD, sheet1_xml=lambda t: ENTITY + t[55:]),
            "declares a document type",
        ),
        (
            repacked(GOOD, sharedStrings_xml=lambda _: b'<!DOCTYPE a [<!ENTITY x "y">]><sst>&x;</sst>'),
            "declares a document type",
        ),
        (repacked(GOOD, sheet1_xml=lambda t: t[:-40]), "not well-formed XML"),
        (repacked(GOOD, sheet1_xml=lambda _: b"<a>" * 100), "nested more than 64"),
        (
            repacked(GOOD, workbook_xml_rels=lambda t: t.replace(b"worksheets/", b"../../../etc/")),
            "outside itself",
        ),
        (
            repacked(GOOD, workbook_xml_rels=lambda t: t.replace(b"worksheets/sheet1", b"nowhere")),
            "has no part",
        ),
        (repacked(GOOD, sheet1_xml=sheet_xml(HEAD + b'<row r="1"/>')), "row 1 follows row 1"),
        (repacked(GOOD, sheet1_xml=sheet_xml(HEAD + b'<row r="9999999"/>')), "which no sheet has"),
        (repacked(GOOD, sheet1_xml=sheet_xml(HEAD + b'<row r="2"><c r="A3"/></row>')), "holds cell"),
        (repacked(GOOD, sheet1_xml=sheet_xml(HEAD + b'<row r="2"><c r="2A"/></row>')), "names no cell"),
        (
            repacked(GOOD, sheet1_xml=sheet_xml(HEAD + b'<row><c t="s"><v>99</v></c></row>')),
            "a text that the workbook does not hold",
        ),
        (
            repacked(GOOD, sheet1_xml=sheet_xml(HEAD + b'<row><c t="s"><v>-1</v></c></row>')),
            "where a whole number belongs",
        ),
        (
            repacked(GOOD, sheet1_xml=sheet_xml(HEAD + b"<row><c><v>1e5x</v></c></row>")),
            "row 2: '1e5x' stands where a number belongs",
        ),
        (
            repacked(GOOD, sheet1_xml=sheet_xml(HEAD + b'<row><c t="str"><v>a_x0000_</v></c></row>')),
            "NUL character",
        ),
        (
            repacked(GOOD, sheet1_xml=sheet_xml(HEAD + b"<row><c><v>%s</v></c></row>" % (b"7" * 40000))),
            "more than 32767 characters",
        ),
        (repacked(GOOD, sheet1_xml=sheet_xml(b"")), "the sheet is empty"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "Excel 97-2003"),
        (b"USUBJID,ARMCD\n1,A\n", "not a workbook"),
        (GOOD[: len(GOOD) // 2], "not a workbook"),
    ],
)  # fmt: skip
def test_a_hostile_or_broken_workbook_is_refused_in_words(content, words):
    with pytest.raises(DataError, match=words):
        sheet_of(content)


def test_a_directory_that_is_no_workbook_is_refused():
    def packed(name, mode=zipfile.ZIP_DEFLATED, twice=False):
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", mode) as file:
            file.writestr(name, b"<a/>")
            if twice:
                with pytest.warns(UserWarning, match="Duplicate"):
                    file.writestr(name, b"<b/>")
        return out.getvalue()

    for content, words in (
        (packed("../../etc/passwd"), "outside itself"),
        (packed("/etc/passwd"), "outside itself"),
        (packed("a", zipfile.ZIP_BZIP2), "packed in a way"),
        (packed("a", twice=True), "there twice"),
        (packed("a"), "has no part xl/workbook.xml"),
    ):
        with pytest.raises(DataError, match=words):
            package.Package(content).read("xl/workbook.xml", package.Handlers(lambda *_: None))


def test_limits_of_cells_and_bytes_hold(monkeypatch):
    monkeypatch.setattr(sheet, "MOST_CELLS", 3)
    with pytest.raises(DataError, match="more than 3 cells"):
        sheet_of(GOOD)
    monkeypatch.setattr(package, "MOST_BYTES", 100)
    with pytest.raises(DataError, match="unpacks to more than 100 bytes"):
        sheet_of(GOOD)
    monkeypatch.undo()
    monkeypatch.setattr(sheet, "MOST_REMARKS", 1)
    with pytest.raises(DataError, match="more than 1 odd cells"):
        sheet_of(book(("S", odd)))


def test_sounds_of_east_asian_writing_are_no_text():
    shared = (
        '<sst xmlns="urn:s"><si><t>A</t></si><si><t>B</t></si>'
        "<si><r><t>東</t></r><r><t>京</t></r><rPh><t>トウ</t></rPh></si><si><t>y</t></si></sst>"
    )
    content = repacked(GOOD, sharedStrings_xml=lambda _: shared.encode())
    assert sheet_of(content).frame["A"].to_list() == ["東京", "y"]


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


def renamed(part):
    """The same sheet as other programs write it: a prefix for every name, no references, texts in place."""
    cells = "".join(f"<x:row>{row}</x:row>" for row in part)
    return f'<x:worksheet xmlns:x="urn:s"><x:sheetData>{cells}</x:sheetData></x:worksheet>'.encode()


def test_workbooks_of_other_programs_are_read_too():
    rows = [
        '<x:c t="inlineStr"><x:is><x:t>A</x:t></x:is></x:c><x:c t="str"><x:v>B</x:v></x:c>',
        '<x:c t="inlineStr"><x:is><x:r><x:t xml:space="preserve">x </x:t></x:r><x:r><x:t>y</x:t></x:r></x:is>'
        '</x:c><x:c><x:v>2.5</x:v></x:c>',
        '<x:c t="d"><x:v>2025-01-10T09:05:00</x:v></x:c><x:c t="b"><x:v>0</x:v></x:c>',
    ]  # fmt: skip
    absolute = repacked(
        GOOD,
        sheet1_xml=lambda _: renamed(rows),
        workbook_xml_rels=lambda t: t.replace(b'"worksheets/', b'"/xl/worksheets/'),
    )
    read = sheet_of(absolute)
    assert read.rows == [2, 3]
    assert read.frame.rows() == [("x y", "2.5"), ("2025-01-10T09:05:00", "N")]


def test_any_damage_is_refused_in_words_or_harmless():
    """300 seeded workbooks with bytes or numbers changed: a sentence each time, never a traceback."""
    rng = random.Random(20261121)
    refused = 0
    for _ in range(150):
        content = bytearray(GOOD)
        for _ in range(rng.randint(1, 8)):
            content[rng.randrange(len(content))] = rng.randrange(256)
        refused += not is_read(bytes(content))
    parts = ("sheet1_xml", "workbook_xml", "sharedStrings_xml", "styles_xml", "workbook_xml_rels")
    for _ in range(150):
        odd_number = rng.choice([b"-1", b"99999999999", b"1e400", b"", b"x", "٣".encode()])
        spoil = functools.partial(spoilt, new=odd_number, most=rng.randint(1, 9))
        refused += not is_read(repacked(GOOD, **{rng.choice(parts): spoil}))
    assert 100 < refused < 300


def spoilt(text, new, most):
    return re.sub(rb"\d+", new, text, count=most)


def is_read(content):
    try:
        sheet_of(content)
    except (DataError, ConfigError):
        return False
    return True
