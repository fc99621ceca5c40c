"""What a page is made of: sections of paragraphs, tables and figures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import polars as pl

from pkpipe.clinical.collected import remarks
from pkpipe.displays.display import Picture
from pkpipe.displays.figures.told import described
from pkpipe.displays.number_text import plain

MOST_ROWS: Final = 400


@dataclass(frozen=True)
class Paragraph:
    """A few sentences; `tone` is `plain`, `lead`, `warn` or `good`."""

    text: str
    tone: str = "plain"
    kind: str = "paragraph"


@dataclass(frozen=True)
class Table:
    """A table of text cells with its title, its notes and who is in it."""

    title: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str = ""
    numeric: frozenset[int] = frozenset()
    kind: str = "table"


@dataclass(frozen=True)
class Figure:
    """An SVG drawing with a caption that says who is in it and who is not."""

    name: str
    title: str
    svg: str
    caption: str = ""
    kind: str = "figure"

    def __post_init__(self) -> None:
        told = described(self.svg, self.name, self.title, self.caption)
        object.__setattr__(self, "svg", told)


Block = Paragraph | Table | Figure


@dataclass(frozen=True)
class Section:
    """A heading with its blocks; sections nest one level. `flow`: narrow tables stand side by side."""

    id: str
    title: str
    blocks: tuple[Block, ...] = ()
    parts: tuple[Section, ...] = ()
    folded: bool = field(default=False)
    flow: bool = field(default=False)


def figure_of(picture: Picture | None) -> Figure | None:
    """A drawing of a display as the report shows it."""
    if picture is None:
        return None
    return Figure(picture.name, picture.title.en, picture.svg, picture.caption.en)


def table_of(
    title: str, frame: pl.DataFrame, columns: dict[str, str], note: str = "", most: int = MOST_ROWS
) -> Table:
    """A table of a frame's columns under the headings given; a cut list says how much it leaves out."""
    shown = frame.head(most)
    rows = tuple(tuple(plain(v) for v in row) for row in shown.select(list(columns)).iter_rows())
    if frame.height > most:
        note = f"{note} {frame.height - most} more rows are in the table's own file.".strip()
    if not rows:
        note = f"{note} No rows.".strip()
    numeric = frozenset(i for i, c in enumerate(columns) if frame.schema[c].is_numeric())
    return Table(title, tuple(columns.values()), rows, note, numeric)


def remarks_of(rows: pl.DataFrame, value: str, why: str = "REASON") -> str:
    """What a note says of numbers given although something was not collected; empty where nothing is."""
    return "".join(f" {text[0].upper()}{text[1:]}." for text in remarks(rows, value, why))


def text_table(
    title: str,
    header: Sequence[str],
    rows: Sequence[Sequence[str]],
    note: str = "",
    text_columns: int = 1,
) -> Table:
    """A table whose cells are text already; the first columns are words, the rest numbers."""
    numeric = frozenset(range(text_columns, len(header)))
    return Table(title, tuple(header), tuple(tuple(r) for r in rows), note, numeric)
