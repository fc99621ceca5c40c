"""What a workbook says before its sheets are read: their names, the texts they share, forms of numbers."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

from pkpipe.errors import ConfigError, DataError
from pkpipe.reading.xlsx.numbers import BUILT_IN, PLAIN, Form, form_of
from pkpipe.reading.xlsx.package import Attributes, Handlers, Package

ESCAPE: Final = re.compile("_x([0-9A-Fa-f]{4})_")
YES: Final = ("1", "true", "on")


class NoSuchSheetError(ConfigError):
    """The study file does not say which sheet is meant, or names one that is not there."""


@dataclass
class Book:
    """What a workbook says before its sheets: their parts, shared texts, forms of numbers."""

    sheets: dict[str, str] = field(default_factory=dict)  # name: id of its part
    hidden: set[str] = field(default_factory=set)
    from_1904: bool = False
    stale: bool = False  # to be computed anew on opening: stored results may be none
    texts: list[str] = field(default_factory=list)
    forms: list[Form] = field(default_factory=list)


def opened(content: bytes, sheet: str | None) -> tuple[Package, Book, str]:
    """The workbook, and the part that is the named sheet; without a name the only one.

    Raises:
        NoSuchSheetError: there are several and none is named, or no such one.
    """
    package, book, main = _directory(content)
    wanted = _chosen(book, sheet)
    parts = package.related(main)
    for name, read in (("sharedStrings", _texts), ("styles", _forms)):
        if parts.get(name, "") in package:
            read(package, parts[name], book)
    return package, book, parts.get(book.sheets[wanted], f"for sheet '{wanted}'")


def sheets_of(content: bytes) -> list[str]:
    """The names of a workbook's sheets."""
    return list(_directory(content)[1].sheets)


def _directory(content: bytes) -> tuple[Package, Book, str]:
    package, book = Package(content), Book()
    main = package.related("").get("officeDocument", "xl/workbook.xml")
    package.read(main, Handlers(lambda name, given: _of_book(book, name, given)))
    return package, book, main


def _chosen(book: Book, sheet: str | None) -> str:
    told = ", ".join(f"'{n}'{' (hidden)' if n in book.hidden else ''}" for n in book.sheets)
    if sheet is None and len(book.sheets) == 1:
        return next(iter(book.sheets))
    if sheet is None:
        raise NoSuchSheetError(
            f"the workbook has {len(book.sheets)} sheets, name one with 'sheet': {told}"
        )
    if sheet not in book.sheets:
        raise NoSuchSheetError(f"the workbook has no sheet '{sheet}' (it has: {told})")
    return sheet


def _of_book(book: Book, name: str, given: Attributes) -> None:
    if name == "sheet":
        part = next((v for k, v in given.items() if k.endswith("}id")), "")
        book.sheets[given.get("name", "")] = part
        if given.get("state", "visible") != "visible":
            book.hidden.add(given.get("name", ""))
    elif name == "workbookPr":
        book.from_1904 = given.get("date1904", "0") in YES
    elif name == "calcPr":
        book.stale = given.get("fullCalcOnLoad", "0") in YES


def _texts(package: Package, part: str, book: Book) -> None:
    shared = _Shared(book.texts)
    package.read(part, Handlers(shared.start, shared.text, shared.end))


class _Shared:
    """The texts that cells share; the sounds of East Asian writing (rPh) are no part of them."""

    def __init__(self, texts: list[str]) -> None:
        self.texts = texts
        self.pieces: list[str] = []
        self.inside = {"t": False, "rPh": False}

    def start(self, name: str, _: Attributes) -> None:
        if name in self.inside:
            self.inside[name] = True

    def text(self, piece: str) -> None:
        if self.inside["t"] and not self.inside["rPh"]:
            self.pieces.append(piece)

    def end(self, name: str) -> None:
        if name in self.inside:
            self.inside[name] = False
        elif name == "si":
            self.texts.append(unescaped(self.pieces))
            self.pieces.clear()


def _forms(package: Package, part: str, book: Book) -> None:
    """The form of numbers of each cell style."""
    codes: dict[int, Form] = {}
    where = [""]

    def start(name: str, given: Attributes) -> None:
        if name == "numFmt":
            codes[whole(given.get("numFmtId"))] = form_of(given.get("formatCode", ""))
        elif name == "xf" and where[0] == "cellXfs":
            number = whole(given.get("numFmtId", "0"))
            book.forms.append(codes.get(number, BUILT_IN.get(number, PLAIN)))
        elif name.endswith("Xfs"):
            where[0] = name

    package.read(part, Handlers(start))


def unescaped(pieces: list[str]) -> str:
    """The text with its escaped characters (ISO/IEC 29500-1, 22.9.2.19: _x000A_ is a line feed).

    Raises:
        DataError: one of them is NUL, which no text has.
    """
    text = "".join(pieces)
    if "_x" not in text:
        return text
    plain = ESCAPE.sub(lambda found: chr(int(found[1], 16)), text)
    if "\0" in plain:
        raise DataError("a cell holds a NUL character, which no text has")
    return plain.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def whole(text: str | None) -> int:
    """A count as the file writes it.

    Raises:
        DataError: it is none.
    """
    if text is None or not text.isascii() or not text.isdecimal() or len(text) > 10:
        raise DataError(f"'{(text or '')[:20]}' stands where a whole number belongs")
    return int(text)
