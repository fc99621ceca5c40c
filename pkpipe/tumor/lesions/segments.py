"""Running values within sorted groups, as whole-column expressions.

`group` is an integer that never falls down the column and counts groups 0, 1, 2, ... Per-group expressions
cost time for every group; shifting each group's values into a band of its own needs one pass in all.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

import polars as pl

# The assessments of one subject by one reader: what is read in order of time.
BY_READER: Final = ("USUBJID", "READER")

# Wider than twice any value in use: a sum below 100 m is under 10^9 units, a row number under 10^10.
BAND: Final = 2**36
NOTHING: Final = BAND // 2


def first_match(rules: Iterable[tuple[pl.Expr, pl.Expr]]) -> pl.Expr:
    """The value of the first condition that holds, null where none does; values are never null."""
    return pl.coalesce(*(pl.when(condition).then(value) for condition, value in rules))


def starts(columns: Sequence[str]) -> pl.Expr:
    """True on the first row of every run of equal values in these columns."""
    changed = [pl.col(c).ne_missing(pl.col(c).shift(1)) for c in columns]
    return pl.any_horizontal(pl.int_range(pl.len()) == 0, *changed)


def running_min(value: pl.Expr, group: pl.Expr) -> pl.Expr:
    """Smallest value of the group so far, this row included; null until there is one."""
    lowest = (value.fill_null(NOTHING) - group.cast(pl.Int64) * BAND).cum_min()
    return _unless_nothing(lowest + group.cast(pl.Int64) * BAND)


def running_max(value: pl.Expr, group: pl.Expr) -> pl.Expr:
    """Largest value of the group so far, this row included; null until there is one."""
    highest = (value.fill_null(-NOTHING) + group.cast(pl.Int64) * BAND).cum_max()
    return _unless_nothing(highest - group.cast(pl.Int64) * BAND)


def _unless_nothing(value: pl.Expr) -> pl.Expr:
    return pl.when(value.abs() < NOTHING).then(value)


def before(value: pl.Expr, group: pl.Expr) -> pl.Expr:
    """The value one row up, null on the first row of a group."""
    return pl.when(group == group.shift(1)).then(value.shift(1))


def ever_before(flag: pl.Expr, group: pl.Expr) -> pl.Expr:
    """True if the flag was set on an earlier row of the group."""
    return before(running_max(flag.cast(pl.Int64), group) > 0, group).fill_null(value=False)


def running_count(flag: pl.Expr) -> pl.Expr:
    """How many rows so far have the flag, over all groups: differences of it count within one."""
    return flag.fill_null(value=False).cast(pl.Int64).cum_sum()
