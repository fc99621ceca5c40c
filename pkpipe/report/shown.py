"""Displays as they stand on a page: tables of cells with the id of each number, and drawings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

import polars as pl

from pkpipe.displays.results import WORDS

Tongue = Literal["en", "zh"]
C: Final = pl.col


@dataclass(frozen=True)
class Cell:
    """One cell: its text, and of a number its id, raw value, table and the rows behind it."""

    text: str
    id: str | None = None
    value: float | None = None
    table: str = ""
    rows: str = ""
    n: int | None = None


@dataclass(frozen=True)
class Head:
    """The heading of a column."""

    text: str
    numeric: bool


@dataclass(frozen=True)
class Sheet:
    """One table of a display."""

    title: str
    heads: tuple[Head, ...]
    rows: tuple[tuple[Cell, ...], ...]
    keys: tuple[str, ...]  # what each row is about, in codes


@dataclass(frozen=True)
class Drawing:
    """One drawing of a display."""

    name: str
    title: str
    caption: str
    svg: str


@dataclass(frozen=True)
class Shown:
    """One display in one language."""

    number: str
    kind: str
    title: str
    population: str
    n: int | None
    state: str  # "" where something is shown, else why nothing is
    notes: tuple[str, ...]
    sources: str
    sheets: tuple[Sheet, ...]
    drawings: tuple[Drawing, ...]


def shown(tables: Mapping[str, pl.DataFrame], tongue: Tongue) -> dict[str, Shown]:
    """Every display of a run in one language, by number, in the order of the catalogue."""
    cells = _by_display(tables["ARD"])
    heads = _by_display(tables["COLUMNS"])
    drawn = _by_display(tables["FIGURES"])
    return {
        row["number"]: _display(row, cells, heads, drawn, tongue)
        for row in tables["DISPLAYS"].sort("ORD").iter_rows(named=True)
    }


def _by_display(frame: pl.DataFrame) -> dict[str, pl.DataFrame]:
    parts = frame.partition_by("DISPLAY", as_dict=True, maintain_order=True)
    return {str(key[0]): part for key, part in parts.items()}


def _display(
    row: Mapping[str, object],
    cells: Mapping[str, pl.DataFrame],
    heads: Mapping[str, pl.DataFrame],
    drawn: Mapping[str, pl.DataFrame],
    tongue: Tongue,
) -> Shown:
    number = str(row["number"])
    notes = str(row["NOTESEN" if tongue == "en" else "NOTESZH"] or "")
    seen = row["state"] == "shown"
    return Shown(
        number=number,
        kind=str(row["kind"]),
        title=str(row[f"title_{tongue}"]),
        population=str(row["population" if tongue == "en" else "POPZH"]),
        n=row["n"] if isinstance(row["n"], int) else None,
        state="" if seen else str(row["state" if tongue == "en" else "STATEZH"]),
        notes=tuple(note for note in notes.split("\n") if note),
        sources=str(row["SOURCES"]),
        sheets=_sheets(cells[number], heads[number], tongue) if number in cells else (),
        drawings=_drawings(drawn[number], tongue) if number in drawn else (),
    )


def _sheets(cells: pl.DataFrame, heads: pl.DataFrame, tongue: Tongue) -> tuple[Sheet, ...]:
    parts = cells.partition_by("SHEET", as_dict=True, maintain_order=True)
    return tuple(
        _sheet(part, heads.filter(C("SHEET") == key[0]).sort("COLN"), tongue)
        for key, part in parts.items()
    )


def _sheet(cells: pl.DataFrame, heads: pl.DataFrame, tongue: Tongue) -> Sheet:
    suffix = tongue.upper()
    place = {name: i for i, name in enumerate(heads["COL"])}
    text = C("TEXT") if tongue == "en" else pl.coalesce("TEXTZH", "TEXT")
    is_word = C("STAT").is_in(WORDS)
    taken = cells.select(
        "ROWN", "ROW", _J=C("COL").replace_strict(place, return_dtype=pl.Int64), _T=text,
        _ID=pl.when(~is_word).then("ID"), _V="VALUE", _F="TABLES", _R="ROWS", _N="N",
    )  # fmt: skip
    rows: list[list[Cell]] = []
    keys: list[str] = []
    last = None
    empty = Cell("")
    for number, key, at, *said in taken.iter_rows():
        if number != last:
            rows.append([empty] * len(place))
            keys.append(key)
            last = number
        rows[-1][at] = _cell(*said)
    return Sheet(
        title=str(heads[f"SHEET{suffix}"][0] or ""),
        heads=tuple(
            Head(str(head or ""), numeric == "Y")
            for head, numeric in heads.select(f"HEAD{suffix}", "NUMERIC").iter_rows()
        ),
        rows=tuple(map(tuple, rows)),
        keys=tuple(keys),
    )


def _cell(
    text: str, name: str | None, value: float | None, table: str, rows: str | None, n: int | None
) -> Cell:
    if name is None:
        return Cell(text)
    return Cell(text, name, value, table, rows or "", n)


def _drawings(frame: pl.DataFrame, tongue: Tongue) -> tuple[Drawing, ...]:
    suffix = tongue.upper()
    columns = ("NAME", f"TITLE{suffix}", f"CAPT{suffix}", "SVG")
    return tuple(Drawing(*map(str, row)) for row in frame.select(columns).iter_rows())
