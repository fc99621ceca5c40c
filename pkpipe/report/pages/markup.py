"""Rows of a table as HTML: every number with its id, and what it takes to find the rows behind it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from html import escape
from typing import Any, Final

from markupsafe import Markup

from pkpipe.render.layout import parts
from pkpipe.render.printed_page import Grid

MOST_ROWS: Final = 3000  # of one table on a page; the CSV file has them all
SHORT: Final = 16  # characters that stay on one line: a date, a code, a level with its dose
LONGEST_CODE: Final = 24  # of a code or number of a subject, which no blank divides
NUMBER: Final = re.compile(r"[-−]?\d+(?:\.\d+)?")
LONG_HEADING: Final = (
    4  # signs of a heading beyond which it needs room: Chinese breaks between any two
)


def body(grid: Grid, *, behind: bool = True, link: Callable[[str], str] | None = None) -> Markup:
    """The rows of a table; text from data is escaped here.

    behind: each number carries its raw value and the condition of the rows behind it. link: makes links of
    the ids in a text.
    """
    parts = (a[:MOST_ROWS].tolist() for a in (grid.texts, grid.ids, grid.values, grid.behind))
    lines = (
        f"<tr>{''.join(_cells(zip(*row, strict=True), grid.numeric, link, behind=behind))}</tr>"
        for row in zip(*parts, strict=True)
    )
    return Markup("\n".join(lines))


def sheets(grid: Grid) -> str:
    """The parts a table is printed in, as in the other media: columns, each with its share of the width."""
    return "|".join(
        " ".join(f"{c}:{100 * w:.1f}" for c, w in zip(part.columns, part.widths, strict=True))
        for part in parts(grid)
    )


def _cells(
    row: Iterator[tuple[Any, ...]],
    numeric: tuple[bool, ...],
    link: Callable[[str], str] | None,
    *,
    behind: bool,
) -> Iterator[str]:
    for place, ((said, name, value, source), is_number) in enumerate(
        zip(row, numeric, strict=True)
    ):
        text = link(escape(said)) if link and not is_number and source is None else escape(said)
        number = ' class="num"' if is_number else ""
        if source is not None:
            given = f'data-id="{escape(name)}"{_behind(value, source) if behind else ""}'
            yield f'<td{number} tabindex="0" {given}>{text}</td>'
        elif place == 0 and text:  # of a row that goes on from the one above, nothing heads it
            short = ' class="short"' if _on_one_line(said) else ""
            yield f'<th scope="row"{number or short}>{text}</th>'
        else:
            short = ' class="short"' if not is_number and _on_one_line(said) else number
            # a number that is a word of its table, such as a cycle, is found by its id as well
            found = f' data-id="{escape(name)}"' if name and NUMBER.fullmatch(said) else ""
            yield f"<td{short}{found}>{text}</td>"


def _on_one_line(said: str) -> bool:
    code = len(said) <= LONGEST_CODE and said.isascii() and " " not in said
    return len(said) <= SHORT or code


def heading(said: str, *, number: bool) -> Markup:
    """The classes of a column's heading: a number or not, and whether it stays on one line."""
    kinds = [*(["num"] if number else []), "long" if len(said) > LONG_HEADING else "short"]
    return Markup(f' class="{" ".join(kinds)}"')


def _behind(value: float | None, source: tuple[str, str]) -> str:
    table, rows = source
    raw = "" if value is None else f' data-v="{value!r}"'
    return f'{raw} data-t="{escape(table)}" data-r="{escape(rows)}"' if rows else raw
