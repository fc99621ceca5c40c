"""A table as a workbook for people: every text a text, never a formula; equal tables are equal in bytes."""

from __future__ import annotations

import datetime
import io
from typing import Final

import polars as pl
from polars import selectors
from xlsxwriter.worksheet import Worksheet

from pkpipe.store.sheets import NO_CHARACTERS, WIDEST, new_workbook

MOST_ROWS: Final = 1_048_574  # of a sheet, less the header and a line that says what was left out
MANY: Final = 50_000  # rows from which a sheet is written as it goes: in memory it takes 2 kB a row


def workbook(
    frame: pl.DataFrame, sheet: str, made: datetime.date, most: int = MOST_ROWS, many: int = MANY
) -> bytes:
    """One sheet dated `made`: a header that stays in view with a filter, columns as wide as their text."""
    shown = frame.head(most).with_columns(pl.col(pl.String).str.replace_all(NO_CHARACTERS, " "))
    file = io.BytesIO()
    book = new_workbook(file, made, memory=shown.height <= many)
    page = book.add_worksheet(sheet)
    heading = book.add_format({"bold": True, "bottom": 1})
    for place, column in enumerate(shown.iter_columns()):
        page.write_string(0, place, column.name, heading)
        page.set_column(place, place, _width(column))
    _fill(page, shown)
    page.freeze_panes(1, 0)
    page.autofilter(0, 0, shown.height, max(shown.width - 1, 0))
    if frame.height > most:
        page.write_string(most + 1, 0, f"{frame.height - most} more rows do not fit this sheet")
    book.close()
    return file.getvalue()


def _width(column: pl.Series) -> int:
    """Characters of the longest cell, header and its filter arrow included, up to the widest."""
    longest = column.cast(pl.String).str.len_chars().max()
    return min(WIDEST, 2 + max(len(column.name) + 2, longest if isinstance(longest, int) else 0))


def _fill(page: Worksheet, shown: pl.DataFrame) -> None:
    """Row by row, numbers as numbers, all else as text; a null leaves its cell empty."""
    numeric = [kind.is_numeric() for kind in shown.dtypes]
    writes = [page.write_number if number else page.write_string for number in numeric]
    texts = shown.cast({~selectors.numeric(): pl.String})
    for row, cells in enumerate(texts.iter_rows(), start=1):
        for place, cell in enumerate(cells):
            if cell is not None:
                writes[place](row, place, cell)
