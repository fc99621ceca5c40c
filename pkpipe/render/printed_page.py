"""A display as it is printed: its tables as grids of texts with their ids, its drawings, what stands around.

The model that every medium reads. Nothing is computed here: a text is TEXT or TEXTZH of the ARD.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import polars as pl

from pkpipe.displays.result_rows import SHOWN, TEXT_STATISTICS
from pkpipe.displays.visible import visible
from pkpipe.errors import DerivationError
from pkpipe.render import frame_wording
from pkpipe.render.frame_wording import Language, Speech

C: Final = pl.col
Texts = npt.NDArray[np.object_]
SUBJECT: Final = "USUBJID"
NEAR: Final = 3  # a listing repeats its first columns up to the subject's, if it is among so many


@dataclass(frozen=True)
class Grid:
    """One table of a display: rows of cells. Arrays have one entry a cell."""

    title: str
    heads: tuple[str, ...]
    numeric: tuple[bool, ...]
    labels: int  # columns in front that say what a row is about
    texts: Texts
    ids: Texts  # of the ARD; None where a row has no cell
    values: Texts  # raw numbers, None where a cell has none
    behind: Texts  # of a number: its table and the condition of the rows behind it; None of words
    keys: tuple[str, ...]  # what each row is about, in codes
    columns: tuple[str, ...]  # the code of each column

    @property
    def height(self) -> int:
        """How many rows it has."""
        return len(self.keys)

    def rows(self, places: Sequence[int]) -> Grid:
        """The same table with these of its rows only."""
        taken = {n: getattr(self, n)[list(places)] for n in ("texts", "ids", "values", "behind")}
        return replace(self, keys=tuple(self.keys[i] for i in places), **taken)

    def only(self, columns: Sequence[int]) -> Grid:
        """The same table with these of its columns only."""
        cells = {n: getattr(self, n)[:, columns] for n in ("texts", "ids", "values", "behind")}
        return replace(
            self,
            **cells,
            heads=tuple(self.heads[i] for i in columns),
            numeric=tuple(self.numeric[i] for i in columns),
            columns=tuple(self.columns[i] for i in columns),
        )


@dataclass(frozen=True)
class Drawing:
    """One picture of a display."""

    name: str  # of its file, without the suffix
    title: str
    caption: str
    svg: str


@dataclass(frozen=True)
class Page:
    """One display in one language."""

    number: str
    kind: str
    title: str
    population: str
    empty: str  # why nothing is shown; "": something is
    notes: tuple[str, ...]
    source: str
    grids: tuple[Grid, ...]
    drawings: tuple[Drawing, ...]
    methods: tuple[str, ...] = ()  # ids of the rules by which its numbers were made


def pages(tables: Mapping[str, pl.DataFrame], language: Language) -> list[Page]:
    """Every display, in the order of the catalogue.

    Raises:
        DerivationError: the ARD has a cell in a column that COLUMNS has not.
    """
    grids = _grids(tables["ARD"], tables["COLUMNS"], language)
    drawings = _drawings(tables["FIGURES"], language)
    rules = dict(tables["ARD"].select("DISPLAY", "RULE").drop_nulls().unique("DISPLAY").rows())
    return [
        replace(
            _page(row, language, grids.get(row["number"], ()), drawings.get(row["number"], ())),
            methods=tuple(filter(None, rules.get(row["number"], "").split(", "))),
        )
        for row in tables["DISPLAYS"].sort("ORD").iter_rows(named=True)
    ]


def _page(
    row: Mapping[str, Any],
    language: Language,
    grids: tuple[Grid, ...],
    drawings: tuple[Drawing, ...],
) -> Page:
    chinese = language == "zh"
    number = Speech(language)(frame_wording.NOT_KNOWN) if row["n"] is None else f"N = {row['n']}"
    state = row["STATEZH"] if chinese else row["state"]
    notes = row["NOTESZH"] if chinese else row["NOTESEN"]
    return Page(
        number=row["number"],
        kind=row["kind"],
        title=visible(row["title_zh"] if chinese else row["title_en"]),
        population=f"{row['POPZH'] if chinese else row['population']} ({number})",
        empty="" if row["state"] == SHOWN else visible(state or row["state"]),
        notes=tuple(visible(notes).split("\n")) if notes else (),
        source=row["SOURCES"],
        grids=grids,
        drawings=drawings,
    )


def _in(language: Language, text: str) -> pl.Expr:
    """A text in a language: in Chinese the English one where there is none."""
    return pl.coalesce(f"{text}ZH", text) if language == "zh" else C(text)


def _grids(
    ard: pl.DataFrame, columns: pl.DataFrame, language: Language
) -> dict[str, tuple[Grid, ...]]:
    at = ("DISPLAY", "SHEET")
    heads = columns.sort(*at, "COLN").partition_by(at, as_dict=True, maintain_order=True)
    placed = ard.join(columns.select(*at, "COL", "COLN"), on=[*at, "COL"], how="left").select(
        *(*at, "ROWN", "ROW", "COLN", "ID", "COL", "STAT", "VALUE"),
        T=_in(language, "TEXT").fill_null(""),
        BEHIND=pl.when(~C("STAT").is_in(TEXT_STATISTICS)).then(
            pl.concat_list(pl.col("TABLES").fill_null(""), pl.col("ROWS").fill_null(""))
        ),
    )
    if placed["COLN"].null_count():
        lost = placed.filter(C("COLN").is_null())["ID"]
        raise DerivationError(f"{lost[0]} and {lost.len() - 1} more are in no column of COLUMNS")
    found: dict[str, tuple[Grid, ...]] = {}
    for (display, sheet), cells in placed.partition_by(
        at, as_dict=True, maintain_order=True
    ).items():
        grid = _grid(cells, heads[display, sheet], language)
        found[str(display)] = (*found.get(str(display), ()), grid)
    return found


def _grid(cells: pl.DataFrame, columns: pl.DataFrame, language: Language) -> Grid:
    first = columns.row(0, named=True)
    chinese = language == "zh"
    rows = cells["ROWN"].rank("dense").to_numpy().astype(np.int64) - 1
    shape = (int(rows.max()) + 1, columns.height)
    place = rows * columns.height + cells["COLN"].to_numpy()
    return Grid(
        title=visible((first["SHEETZH"] if chinese else first["SHEETEN"]) or ""),
        heads=tuple(visible(h or "") for h in columns["HEADZH" if chinese else "HEADEN"]),
        numeric=tuple(flag == "Y" for flag in columns["NUMERIC"]),
        labels=_labels(cells, columns),
        texts=_filled(shape, place, [_printed(t) for t in cells["T"]], "", "; ".join),
        ids=_filled(shape, place, cells["ID"].to_list(), None, " ".join),
        values=_filled(shape, place, cells["VALUE"].to_list(), None, _no_number),
        behind=_filled(shape, place, cells["BEHIND"].to_list(), None, _first),
        keys=tuple(cells.unique("ROWN", keep="first", maintain_order=True).sort("ROWN")["ROW"]),
        columns=tuple(columns["COL"]),
    )


def _printed(text: str) -> str:
    """The text with one sign for the end of a line, whatever machine it was typed on."""
    return visible(text.replace("\r\n", "\n").replace("\r", "\n"))


def _no_number(_: list[Any]) -> None:
    """Where several numbers stand in one place, the cell is a text."""


def _first(of: list[Any]) -> object:
    """Of several numbers in one place the rows of the first: each id finds its own in the ARD."""
    return next((one for one in of if one is not None), None)


def _filled(
    shape: tuple[int, int],
    place: npt.NDArray[np.int64],
    given: list[Any],
    nothing: object,
    several: Callable[[list[Any]], object],
) -> Texts:
    """A grid with each cell in its place; several at one place become one."""
    grid = np.full(shape[0] * shape[1], nothing, dtype=object)
    content = np.empty(len(given), dtype=object)
    content[:] = given
    grid[place] = content
    for spot in _twice(place):
        grid[spot] = several([given[i] for i in np.flatnonzero(place == spot)])
    return grid.reshape(shape)


def _twice(place: npt.NDArray[np.int64]) -> Iterator[int]:
    spots, counts = np.unique(place, return_counts=True)
    yield from (int(spot) for spot in spots[counts > 1])


def _labels(cells: pl.DataFrame, columns: pl.DataFrame) -> int:
    """Columns to repeat where a table is split: those of labels; of a listing up to the subject's."""
    labelled = set(cells.filter(C("STAT") == "label")["COL"])
    keys = columns["COL"].to_list()
    leading = next((i for i, key in enumerate(keys) if key not in labelled), len(keys))
    if leading:
        return leading
    return keys.index(SUBJECT) + 1 if SUBJECT in keys[:NEAR] else 1


def _drawings(figures: pl.DataFrame, language: Language) -> dict[str, tuple[Drawing, ...]]:
    """Pictures of each display; the first is named by its number, more by its number and their place."""
    found: dict[str, tuple[Drawing, ...]] = {}
    tail = "ZH" if language == "zh" else "EN"
    for row in figures.sort("DISPLAY", "SHEET").iter_rows(named=True):
        number, before = row["DISPLAY"], found.get(row["DISPLAY"], ())
        drawing = Drawing(
            f"{number}.{len(before) + 1}" if before else number,
            visible(row[f"TITLE{tail}"] or ""),
            visible(row[f"CAPT{tail}"] or ""),
            (row["SVGZH"] if language == "zh" else None) or row["SVG"],
        )
        found[number] = (*before, drawing)
    return found
