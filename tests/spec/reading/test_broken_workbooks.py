"""A hostile, broken or strange workbook is read right or refused in words."""

import functools
import io
import random
import re
import zipfile

import pytest
from excel_drawings import GOOD, book, odd, renamed, repacked, sheet_xml

from pkpipe.errors import ConfigError, DataError
from pkpipe.reading.xlsx import package, sheet
from pkpipe.reading.xlsx.sheet import sheet_of

ENTITY = b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>'


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
