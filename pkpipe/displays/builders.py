"""The two shapes most displays have: a listing of records, and a table of groups side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import polars as pl

from pkpipe.displays.bilingual import NONE, Words, chinese, english
from pkpipe.displays.display import Column, Sheet, cells
from pkpipe.displays.formats import TEXT, written
from pkpipe.displays.number_text import plain
from pkpipe.displays.rows_behind import where

LABEL: Final = "label"  # the statistic of a cell that says what the row is about


@dataclass(frozen=True)
class Field:
    """One column of a listing: the column of the table, its heading, and how its values are written."""

    name: str
    head: Words
    stat: str = ""  # of a number: a rule of pkpipe/displays/formats.py; "": as it is
    unit: str = ""  # a column of the table that holds the unit
    words: Mapping[str, Words] | None = None  # codes that have words
    chinese: str = ""  # a column of the table that says the same in Chinese


@dataclass(frozen=True)
class About:
    """What one table of a display is about, where it has several."""

    code: str = ""  # of the analyte, drug, cohort or endpoint: part of the ids of its cells
    title: Words = NONE
    notes: tuple[Words, ...] = ()  # footnotes that something in it needs


@dataclass(frozen=True)
class Layout:
    """How the rows of statistics are laid out with a group in each column."""

    row: tuple[str, ...]  # columns that together say what a row is about, in codes
    labels: Mapping[str, Words]  # columns shown in front, with their headings
    column: str  # the column that holds the group
    columns: Sequence[tuple[str, Words]]  # the groups from left to right, with their headings
    words: Mapping[str, Words] = field(default_factory=dict)  # texts of the labels that have words


NOTHING_MORE: Final = About()


def listing(
    rows: pl.DataFrame,
    fields: Sequence[Field],
    table: str,
    key: Sequence[str],
    about: About = NOTHING_MORE,
    found_by: Sequence[str] = (),
) -> Sheet:
    """One row a record of `table`, in the order of `rows`.

    key: columns that name the record; records of one name are numbered. found_by: the columns of `table` that
    find it there, where they are others.
    """
    name = pl.concat_str([pl.col(k).cast(pl.String).fill_null("") for k in key], separator="/")
    again = pl.int_range(pl.len()).over("_ROW")
    named = (
        rows.with_columns(_ROW=name, _AT=where(rows, **{k: pl.col(k) for k in found_by or key}))
        .with_columns(
            _ROW=pl.when(again == 0)
            .then("_ROW")
            .otherwise(pl.concat_str("_ROW", pl.lit("#"), again + 1))
        )
        .with_row_index("_I")
    )
    parts = [_field(named, field, number, table) for number, field in enumerate(fields)]
    return Sheet(
        tuple(Column(f.name, f.head, _is_number(rows, f)) for f in fields),
        _row_by_row(parts),
        about.code,
        about.title,
        about.notes,
    )


def _is_number(rows: pl.DataFrame, field: Field) -> bool:
    return rows.schema[field.name].is_numeric() and field.words is None


def _field(rows: pl.DataFrame, field: Field, number: int, table: str) -> pl.DataFrame:
    numeric = _is_number(rows, field)
    values = rows[field.name]
    given = {
        "_I": rows["_I"],
        "_J": pl.repeat(number, rows.height, dtype=pl.Int64, eager=True),
        "ROW": rows["_ROW"],
        "ROWS": rows["_AT"],
    }
    made = pl.DataFrame(given).with_columns(
        COL=pl.lit(field.name),
        STAT=pl.lit((field.stat or "raw") if numeric else TEXT),
        TABLES=pl.lit(table),
        UNIT=rows[field.unit] if field.unit else pl.lit(None, dtype=pl.String),
    )
    if numeric:
        return made.with_columns(VALUE=values.cast(pl.Float64), **_as_it_is(values, field))
    texts = pl.DataFrame({"T": values}).with_columns(pl.col("T").cast(values.dtype))
    if field.words is not None:
        codes = pl.col("T").cast(pl.String)
        said = texts.select(EN=english(codes, field.words), ZH=chinese(codes, field.words))
        return made.with_columns(TEXT=said["EN"], TEXTZH=said["ZH"])
    said = made.with_columns(TEXT=pl.Series([plain(v) for v in values], dtype=pl.String))
    return said.with_columns(TEXTZH=rows[field.chinese]) if field.chinese else said


def _as_it_is(values: pl.Series, field: Field) -> dict[str, pl.Series]:
    """The text of whole numbers and of values without a rule: every digit that was stored."""
    if field.stat:
        return {}
    return {"TEXT": pl.Series([digits(v) for v in values], dtype=pl.String)}


def digits(value: float | int | None) -> str:
    """A stored number with the digits it has; a 16th and 17th are noise: 23.700000000000003."""
    if value is None:
        return plain(None)
    whole = isinstance(value, int)
    return str(value) if whole else repr(float(f"{value:.15g}")).removesuffix(".0")


def side_by_side(rows: pl.DataFrame, layout: Layout, about: About = NOTHING_MORE) -> Sheet:
    """Rows of statistics with a group in each column; a group without a row is an empty cell.

    rows: one row a cell, with those columns of CELLS that are known and the columns the layout names. A
    column all of whose cells are words stands as words do, on the left.
    """
    place = {key: len(layout.labels) + i for i, (key, _) in enumerate(layout.columns)}
    keyed = rows.filter(pl.col(layout.column).is_in(list(place))).with_columns(
        ROW=pl.concat_str(
            [pl.col(k).cast(pl.String).fill_null("") for k in layout.row], separator="/"
        )
    )
    order = keyed.unique("ROW", keep="first", maintain_order=True).with_row_index("_I")
    numbers = keyed.join(
        order.select("ROW", "_I"), on="ROW", how="left", maintain_order="left"
    ).with_columns(
        COL=pl.col(layout.column),
        _J=pl.col(layout.column).replace_strict(place, return_dtype=pl.Int64),
    )
    heads = [_label(order, name, i, layout.words) for i, name in enumerate(layout.labels)]
    worded = set(numbers["COL"]) - set(numbers.filter(pl.col("STAT") != TEXT)["COL"])
    return Sheet(
        (
            *(Column(name, head, numeric=False) for name, head in layout.labels.items()),
            *(Column(key, head, numeric=key not in worded) for key, head in layout.columns),
        ),
        _row_by_row([*heads, numbers]),
        about.code,
        about.title,
        about.notes,
    )


def _label(order: pl.DataFrame, name: str, place: int, words: Mapping[str, Words]) -> pl.DataFrame:
    text = pl.col(name).cast(pl.String)
    return order.select(
        "_I",
        "ROW",
        _J=pl.lit(place, dtype=pl.Int64),
        COL=pl.lit(name),
        STAT=pl.lit(LABEL),
        TEXT=english(text, words).fill_null(""),
        TEXTZH=chinese(text, words),
    )


def _row_by_row(parts: Sequence[pl.DataFrame]) -> pl.DataFrame:
    """The parts as one table with its texts, each statistic written once, row by row."""
    together = pl.concat(parts, how="diagonal_relaxed").with_row_index("_PART")
    told = written(cells(together).with_columns(together.select("_I", "_J", "_PART")))
    return told.sort("_I", "_J", "_PART").drop("_I", "_J", "_PART")
