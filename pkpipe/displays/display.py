"""What a display is: a table, figure or listing of the catalogue as a value, and what it is made of."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

import polars as pl

from pkpipe.clinical.collected import Collected
from pkpipe.displays.bilingual import NONE, Words, lost
from pkpipe.protocol.study import Study

Kind = Literal["table", "figure", "listing"]
CELLS: Final = pl.Schema(
    {
        "ROW": pl.String(),  # what the row is about, in codes that do not change between cutoffs
        "COL": pl.String(),
        "STAT": pl.String(),
        "VALUE": pl.Float64(),
        "X": pl.Float64(),
        "N": pl.Int64(),
        "LOWER": pl.Float64(),
        "UPPER": pl.Float64(),
        "UNIT": pl.String(),
        "TEXT": pl.String(),
        "TEXTZH": pl.String(),  # null: the same
        "REASON": pl.String(),
        "TABLES": pl.String(),
        "ROWS": pl.String(),
    }
)


@dataclass(frozen=True)
class Column:
    """One column of a table: its key in the rows, its heading, and whether it holds numbers."""

    key: str
    head: Words
    numeric: bool = True


@dataclass(frozen=True)
class Sheet:
    """One table of a display, e.g. that of one analyte."""

    columns: tuple[Column, ...]
    cells: pl.DataFrame  # CELLS, row by row
    code: str = ""  # of the analyte, drug or endpoint it is about
    title: Words = NONE
    notes: tuple[Words, ...] = ()  # footnotes that something in it needs


@dataclass(frozen=True)
class Picture:
    """The drawing of a figure."""

    svg: str
    name: str  # of the file beside the report
    caption: Words = NONE
    code: str = ""
    title: Words = NONE
    chinese: Callable[[], str] | None = None  # draws the same in Chinese; None: it has no words


@dataclass(frozen=True)
class Nothing:
    """Why a display is empty: not collected, nobody qualifies, not planned."""

    why: Words


NOT_MADE: Final = Words("nobody qualifies", "无符合条件的受试者")


@dataclass(frozen=True)
class Material:
    """What a display is made from."""

    tables: Mapping[str, pl.DataFrame]
    study: Study
    known: Collected
    made: dict[str, Content] = field(
        default_factory=dict, compare=False
    )  # by number of the display

    def __getitem__(self, code: str) -> pl.DataFrame:
        return self.tables[code]

    def lost(self, *needs: str) -> Words:
        """Why a line that rests on these has no number; NONE: it has one."""
        reason = self.known.reason(*needs)
        return NONE if reason is None else lost(reason)


Content = tuple[Sheet | Picture, ...] | Nothing


@dataclass(frozen=True)
class Display:
    """One entry of the catalogue."""

    number: str  # T14.3.1.1, F14.2.1, L16.2.5.2
    title: Words
    population: str  # code of pkpipe/displays/populations.py
    make: Callable[[Material], Content]
    sources: tuple[str, ...]  # the tables its numbers are in, e.g. safety/AESUM
    rests_on: tuple[str, ...] = ()  # needs of pkpipe/clinical/collected.py, as a whole
    rule: tuple[str, ...] = ()  # ids of docs/methods.md
    config: tuple[str, ...] = ()  # keys of the study file
    notes: tuple[Words, ...] = ()  # footnotes of every content
    if_planned: bool = (
        False  # not shown, and not said to be missing, where the study file has none of `config`
    )

    @property
    def kind(self) -> Kind:
        """A table, a figure or a listing, by its number."""
        kinds: Mapping[str, Kind] = {"T": "table", "F": "figure", "L": "listing"}
        return kinds.get(self.number[0], "table")


def cells(frame: pl.DataFrame) -> pl.DataFrame:
    """A frame of some of the columns of CELLS as all of them."""
    return frame.select(
        (pl.col(name) if name in frame.columns else pl.lit(None)).cast(kind).alias(name)
        for name, kind in CELLS.items()
    )
