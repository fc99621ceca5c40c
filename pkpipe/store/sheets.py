"""What every workbook has in common: text stays text, a fixed date, cells that fit."""

from __future__ import annotations

import datetime
import io
from typing import Final

from xlsxwriter import Workbook

from pkpipe.store.spreadsheet import LONGEST

WIDEST: Final = 60  # characters of a column
# Text stays what it is: no formula, no link, no number made of it.
AS_TEXT: Final = {
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
NO_CHARACTERS: Final = r"[\x{fffe}\x{ffff}]"  # XML cannot hold them
NO_XML: Final = dict.fromkeys((0xFFFE, 0xFFFF), " ")


def new_workbook(file: io.BytesIO, made: datetime.date, *, memory: bool = True) -> Workbook:
    """A workbook dated `made`; memory: rows may be written in any order, at 2 kB a row."""
    book = Workbook(file, AS_TEXT | {"in_memory" if memory else "constant_memory": True})
    book.set_properties({"created": datetime.datetime.combine(made, datetime.time.min)})
    return book


def fitting(text: str, told: str = "... [{n}]") -> str:
    """The text as a cell holds it; one that is too long ends with `told`, which says how long it was."""
    text = text.translate(NO_XML)
    if len(text) <= LONGEST:
        return text
    return text[:LONGEST] + told.format(n=len(text))
