"""Workbooks made in a test, and what is remarked about a sheet."""

import datetime
import io
import zipfile

from xlsxwriter import Workbook

from pkpipe.reading.xlsx.sheet import sheet_of

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


def odd(sheet, made):
    sheet.write_row(0, 0, ["A", "B", "C", "A"])
    sheet.write_row(1, 0, ["x", 1, 2, 3, "beyond"])
    sheet.write_formula(2, 1, "=B2*2", None, 2)
    sheet.write_formula(3, 1, "=B3*2", None, "")
    sheet.write_formula(3, 2, "=1/0", None, "#DIV/0!")
    sheet.merge_range("A5:A6", "merged", made.add_format())
    sheet.set_row(2, None, None, {"hidden": True})
    sheet.set_column(2, 2, None, None, {"hidden": True})


def sheet_xml(text):
    return lambda _: b'<worksheet xmlns="urn:s"><sheetData>%s</sheetData></worksheet>' % text


GOOD = book(("S", page(PC)))


def renamed(part):
    """The same sheet as other programs write it: a prefix for every name, no references, texts in place."""
    cells = "".join(f"<x:row>{row}</x:row>" for row in part)
    return f'<x:worksheet xmlns:x="urn:s"><x:sheetData>{cells}</x:sheetData></x:worksheet>'.encode()
