"""From tables of samples, doses and intervals to sorted arrays with one range of rows a profile.

Everything is sorted once, at most. A group is one combination of the key columns (subject, analyte, ...);
a unit of work is one interval of one group with the rows that lie in it. No loop runs over either.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
Bytes = npt.NDArray[np.int8]

ROUTES: Final = ("extravascular", "iv_bolus", "iv_infusion")
EXTRAVASCULAR, BOLUS, INFUSION, NO_ROUTE = 0, 1, 2, 3
# Two clock readings of one moment may differ in the last bits when they were added up on different ways.
SAME_TIME: Final = 1e-9


@dataclass(frozen=True)
class Ranges:
    """Rows `first[g]` up to but not including `last[g]` belong to group g."""

    first: Ints
    last: Ints


@dataclass(frozen=True)
class Samples:
    """Samples with a result, ascending in time within each group."""

    rows: Ranges
    time: Floats
    conc: Floats  # a BLQ is 0
    lloq: Floats | None
    slope_flag: Bytes | None  # 1 pick for the terminal slope, -1 never use, 0 by rule


@dataclass(frozen=True)
class Doses:
    """Doses, ascending in time within each group."""

    rows: Ranges
    time: Floats
    amount: Floats
    route: Bytes
    duration: Floats  # 0 unless an infusion; NaN where not stated
    tau: Floats  # NaN where not stated
    said_first: Bytes  # 1: the first dose of all, 0: not, -1: nobody said
    begins: Flags  # a dose begins here; false: one more part of the infusion above
    body: Mapping[str, Floats] = field(
        default_factory=dict
    )  # WEIGHT (kg), BSA (m2) and RBASE (the baseline of a response), where given


def dose_begins(rows: Ranges, time: Floats, duration: Floats, tau: Floats) -> Flags:
    """Which records begin a dose; the others go on with the infusion that ends where they start.

    A record that lasts its whole dosing interval is a dose of a continuous infusion, not a part of one.
    """
    begins = np.ones(len(time), bool)
    touches = np.abs(time[1:] - (time[:-1] + duration[:-1])) <= SAME_TIME
    part = (duration > 0) & ~(duration >= tau - SAME_TIME)
    begins[1:] = ~(touches & part[1:] & part[:-1])
    begins[rows.first[rows.last > rows.first]] = True
    return begins


@dataclass(frozen=True)
class Grouped:
    """A frame with equal keys side by side and times ascending."""

    frame: pl.DataFrame
    time: Floats
    heads: Ints  # first row of every group
    keys: pl.DataFrame  # the keys there


def group_rows(frame: pl.DataFrame, keys: Sequence[str]) -> Grouped:
    """The frame grouped by keys and sorted by TIME within each group.

    A frame that already lies so is not sorted again: on large tables the sort is most of the cost.
    """
    grouped, ascending = _runs(frame, keys)
    if ascending and (not keys or grouped.keys.n_unique() == len(grouped.heads)):
        return grouped
    return _runs(frame.sort([*keys, "TIME"], maintain_order=True), keys)[0]


def _runs(frame: pl.DataFrame, keys: Sequence[str]) -> tuple[Grouped, bool]:
    """Runs of equal keys, and whether time never falls within a run."""
    time = frame.get_column("TIME").to_numpy()
    differs = np.zeros(frame.height, bool)
    differs[:1] = True
    for key in keys:
        differs[1:] |= _changes(frame.get_column(key))
    ascending = bool(np.all(differs[1:] | (time[1:] >= time[:-1])))
    heads = np.flatnonzero(differs).astype(np.int64)
    there = frame.select(keys)[heads] if keys else pl.DataFrame()
    return Grouped(frame, time, heads, there), ascending


def _changes(column: pl.Series) -> Flags:
    """Where a value is not the one before it; nulls are equal to each other."""
    if column.dtype.is_integer() and column.null_count() == 0:
        values = column.to_numpy()
        moved: Flags = np.not_equal(values[1:], values[:-1])
        return moved
    before = column.slice(0, max(len(column) - 1, 0))
    changed: Flags = column.slice(1).ne_missing(before).to_numpy()
    return changed


def by_group(value: pl.Expr, keys: Sequence[str]) -> pl.Expr:
    """A value of each group, in each of its rows; without keys all rows are one."""
    return value.over(keys) if keys else value


def all_groups(parts: Sequence[pl.DataFrame], keys: Sequence[str]) -> pl.DataFrame:
    """Every combination of keys that any table knows, once, sorted."""
    if not keys:
        return pl.DataFrame({"GROUP": pl.Series([0], dtype=pl.Int64)})
    first, *others = parts
    if any(not p.equals(first) for p in others):
        first = pl.concat([first, *others]).unique(maintain_order=True)
    return (
        first.sort(keys, nulls_last=True, maintain_order=True)
        .with_row_index("GROUP")
        .cast({"GROUP": pl.Int64})
    )


def group_numbers(
    groups: pl.DataFrame, rows: pl.DataFrame, keys: Sequence[str], height: int
) -> Ints:
    """The number of the group each row of keys belongs to."""
    if not keys:
        return np.zeros(height, np.int64)
    if rows.height == groups.height and rows.equals(groups.select(keys)):
        return np.arange(rows.height, dtype=np.int64)
    found = rows.join(groups, on=list(keys), how="left", nulls_equal=True, maintain_order="left")
    return found.get_column("GROUP").to_numpy().astype(np.int64)


def ranges(grouped: Grouped, numbers: Ints, n_groups: int) -> Ranges:
    """First and one-past-last row of every group (equal for a group without rows)."""
    first = np.zeros(n_groups, np.int64)
    last = np.zeros(n_groups, np.int64)
    if len(grouped.heads):
        first[numbers] = grouped.heads
        last[numbers] = np.append(grouped.heads[1:], len(grouped.time))
    return Ranges(first, last)


def take(values: Floats, rows: Ints) -> Floats:
    """Values at rows; to be used only where the caller knows the row exists."""
    if len(values) == 0:
        return np.full(len(rows), np.nan)
    taken: Floats = values[np.clip(rows, 0, len(values) - 1)]
    return taken


def rows_before(values: Floats, low: Ints, high: Ints, bound: Floats, *, including: bool) -> Ints:
    """In each range [low, high) of ascending values: the first row not before the bound.

    `including`: the first row after it. All ranges are halved at once; a bound outside needs no search.
    """
    if len(values) == 0:
        return low.copy()
    found = high.copy()
    filled = high > low
    edge = values[np.minimum(low, len(values) - 1)]
    outside = ~filled | ((edge > bound) if including else (edge >= bound))
    found[outside] = low[outside]
    edge = values[np.maximum(high - 1, 0)]
    beyond = filled & ((edge <= bound) if including else (edge < bound))
    active = np.flatnonzero(~outside & ~beyond)
    a, b, x = low[active], high[active] - 1, bound[active]
    # Invariant: values[a] lies before the bound, values[b] does not.
    while np.any(b - a > 1):
        middle = (a + b) // 2
        before = values[middle] <= x if including else values[middle] < x
        a, b = np.where(before, middle, a), np.where(before, b, middle)
    found[active] = b
    return found
