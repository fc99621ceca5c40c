"""Rows of a table as HTML: every number with its id, and what it takes to find the rows behind it."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from typing import Final

from markupsafe import Markup

from pkpipe.report.shown import Cell, Head, Sheet

MOST_ROWS: Final = 3000  # of one table on a page; the CSV file has them all
SHORT: Final = 12  # characters that stay on one line: a date, a code


def body(sheet: Sheet, *, behind: bool = True) -> Markup:
    """The rows of a table; text from data is escaped here.

    behind: each number carries its raw value and the condition of the rows behind it.
    """
    lines = (_row(row, sheet.heads, behind=behind) for row in sheet.rows[:MOST_ROWS])
    return Markup("\n".join(lines))


def _row(row: tuple[Cell, ...], heads: tuple[Head, ...], *, behind: bool) -> str:
    return f"<tr>{''.join(_cells(row, heads, behind=behind))}</tr>"


def _cells(row: tuple[Cell, ...], heads: tuple[Head, ...], *, behind: bool) -> Iterator[str]:
    for place, (cell, head) in enumerate(zip(row, heads, strict=True)):
        text = escape(cell.text)
        number = ' class="num"' if head.numeric else ""
        if cell.id is not None:
            given = f'data-id="{escape(cell.id)}"{_behind(cell) if behind else ""}'
            yield f'<td{number} tabindex="0" {given}>{text}</td>'
        elif place == 0:
            yield f'<th scope="row">{text}</th>'
        else:
            short = ' class="short"' if not head.numeric and len(cell.text) <= SHORT else number
            yield f"<td{short}>{text}</td>"


def _behind(cell: Cell) -> str:
    value = "" if cell.value is None else f' data-v="{cell.value!r}"'
    rows = f' data-t="{escape(cell.table)}" data-r="{escape(cell.rows)}"' if cell.rows else ""
    return f"{value}{rows}"
