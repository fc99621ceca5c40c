"""A small reader of workbooks: what each cell stores, and the text a spreadsheet shows for it."""

import io
import zipfile
from decimal import ROUND_HALF_UP, Decimal
from xml.etree import ElementTree

NS = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def parts(content):
    """The files in it by name."""
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        return {name: file.read(name) for name in file.namelist()}


def sheets(content):
    """Cells of every sheet by name: what is stored, and how a number is shown."""
    found = parts(content)
    strings = [
        "".join(t.text or "" for t in item.iter(f"{NS}t"))
        for item in ElementTree.fromstring(found["xl/sharedStrings.xml"])
    ]
    styles = ElementTree.fromstring(found["xl/styles.xml"])
    codes = {f.get("numFmtId"): f.get("formatCode") for f in styles.iter(f"{NS}numFmt")} | {
        "0": "General", "1": "0", "2": "0.00"}  # fmt: skip
    formats = [codes[x.get("numFmtId")] for x in styles.find(f"{NS}cellXfs")]
    names = [
        s.get("name") for s in ElementTree.fromstring(found["xl/workbook.xml"]).iter(f"{NS}sheet")
    ]
    cells = {}
    for number, name in enumerate(names, start=1):
        page = ElementTree.fromstring(found[f"xl/worksheets/sheet{number}.xml"])
        cells[name] = {
            cell.get("r"): (
                strings[int(value.text)]
                if cell.get("t") == "s"
                else (float(value.text), formats[int(cell.get("s", 0))])
            )
            for cell in page.iter(f"{NS}c")
            if (value := cell.find(f"{NS}v")) is not None
        }
    return cells


def shown(cell):
    """The text a spreadsheet shows for a stored number and its format."""
    if isinstance(cell, str):
        return cell
    value, code = cell
    if code.startswith('"'):
        return code.strip('"')
    step = Decimal(1).scaleb(-len(code.partition(".")[2]))
    # half away from zero, as spreadsheets round
    return str(Decimal(repr(value)).quantize(step, ROUND_HALF_UP))
