"""A study's own table: rows by the values of columns, a row a statistic, groups of subjects side by side."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

import polars as pl

from pkpipe.displays.bilingual import Words, english, lost
from pkpipe.displays.builders import About, Layout, side_by_side
from pkpipe.displays.display import NOT_MADE, Content, Material, Nothing, Sheet
from pkpipe.displays.own.own_cells import (
    LABEL,
    MISSING,
    NO,
    PLACE,
    ROW,
    cells_of,
    kept,
    label_of,
    words_of,
)
from pkpipe.displays.own.own_records import CODES, GROUP, Records, head_of, records_of, withheld
from pkpipe.displays.own.own_sources import SUBJECT, columns_of, key_of
from pkpipe.displays.rows_behind import NO_ROWS, where
from pkpipe.protocol.own_displays import OwnDisplay

C: Final = pl.col
DIGITS: Final = re.compile(r"(\d+)")
STATISTIC: Final = Words("Statistic", "统计量")
# Signs that join the parts of an id, in a value that is one of the parts.
ESCAPED: Final = (("%", "%25"), ("/", "%2F"), ("|", "%7C"))
OF_RECORDS: Final = Words(
    "Statistics of numbers are of records; a subject may have several.",
    "数值统计量基于记录；同一受试者可有多条记录。",
)


def table_of(plan: OwnDisplay) -> Callable[[Material], Content]:
    """What makes the table."""

    def make(material: Material) -> Content:
        reason = withheld(plan, material)
        if reason is not None:
            return Nothing(lost(reason))
        records = records_of(plan, material)
        if plan.rows.by and records.held.is_empty() and records.undecided.is_empty():
            return Nothing(NOT_MADE)
        return (_sheet(plan, material, records),)

    return make


def _sheet(plan: OwnDisplay, material: Material, records: Records) -> Sheet:
    grid = _grid(plan, records)
    parts = [
        cells_of(plan, material, records, grid, number) for number in range(len(plan.statistics))
    ]
    rows = pl.concat(parts).sort(PLACE, NO, maintain_order=True)
    known = columns_of(plan.table)
    labels = {label_of(name): head_of(plan, name, known[name]) for name in plan.rows.by}
    said = [words_of(plan, statistic) for statistic in plan.statistics]
    alone = len(said) == 1 and bool(labels)  # what every row says is a footnote
    notes = (said[0],) if alone else ()
    if any(statistic.of for statistic in plan.statistics) and key_of(plan.table) != (SUBJECT,):
        notes = (*notes, OF_RECORDS)
    words = {w.en: w for codes in CODES.values() for w in codes.values()}
    words |= {w.en: w for w in (MISSING, *said)}
    heads = labels if alone else labels | {LABEL: STATISTIC}
    layout = Layout((ROW,), heads, GROUP, records.heads, words)
    return side_by_side(rows, layout, About(notes=notes))


def _grid(plan: OwnDisplay, records: Records) -> pl.DataFrame:
    """One row a combination of values that is there and a group: key, labels, and the condition."""
    by = list(plan.rows.by)
    if not by:
        one = pl.DataFrame({PLACE: [0]}, schema={PLACE: pl.UInt32})
        values = one.with_columns(pl.lit("").alias(ROW), _OF=NO_ROWS)
    else:
        there = pl.concat([records.held.select(by), records.undecided.select(by)])
        order = [_place(there[name]) for name in by]
        rows = there.unique().sort(order, nulls_last=True, maintain_order=True)
        rows = rows.with_row_index(PLACE)
        key = pl.concat_str([*(_escaped(name) for name in by), pl.lit("")], separator="/")
        of = where(rows, **{name: C(name) for name in by})
        values = rows.select(
            PLACE, key.alias(ROW), *kept(by), *(_label(name) for name in by), _OF=of
        )
    return values.join(records.groups, how="cross", maintain_order="left_right")


def _place(values: pl.Series) -> pl.Expr:
    """The order of a column's values: numbers in texts count as numbers, so that day 8 is before day 15."""
    if values.dtype != pl.String:
        return C(values.name)
    texts = sorted(values.drop_nulls().unique(), key=lambda t: (_natural(t), t))
    places = {text: place for place, text in enumerate(texts)}
    return C(values.name).replace_strict(places, default=None, return_dtype=pl.Int64)


def _natural(text: str) -> list[tuple[int, str]]:
    parts = DIGITS.split(text)
    return [(int(part), "") if part.isdecimal() else (-1, part) for part in parts if part]


def _escaped(name: str) -> pl.Expr:
    text = C(name).cast(pl.String).fill_null("")
    for sign, instead in ESCAPED:
        text = text.str.replace_all(sign, instead, literal=True)
    return text


def _label(name: str) -> pl.Expr:
    text = C(name).cast(pl.String)
    return english(text, CODES.get(name, {})).fill_null(MISSING.en).alias(f"_L_{name}")
