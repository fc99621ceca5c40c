"""Which rows of the dose table are doses, whose they are, and the dosing interval of each.

A row of 0 beside doses of the same profile says that nothing was given then (withheld, omitted): it begins
no interval and ends none. Where every dose is 0, as under placebo, the rows stay: samples count from them.
A TAU that is stated holds for later doses too, until another one is.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import polars as pl

C: Final = pl.col
NOTHING_GIVEN: Final = C("DOSE") == 0


def for_each(frame: pl.DataFrame, who: pl.DataFrame, keys: Sequence[str]) -> pl.DataFrame:
    """The rows for every profile they serve: a dose belongs to a subject, not to an analyte or a matrix."""
    own = [k for k in keys if k in frame.columns]
    if len(own) == len(keys):
        return frame
    return frame.join(who, on=own, how="left", nulls_equal=True, maintain_order="left")


def given(dose: pl.DataFrame, keys: Sequence[str]) -> pl.DataFrame:
    """The doses: without rows of 0 among others, each with the TAU that holds for it; `keys`: of doses."""
    rows = dose.filter(~not_given(dose, keys))
    if not _some_tau_empty(rows):
        return rows
    tau = C("TAU").forward_fill()
    in_order = rows.sort(*keys, "TIME", nulls_last=True, maintain_order=True)
    return in_order.with_columns(TAU=tau.over(list(keys)) if keys else tau)


def not_given(dose: pl.DataFrame, keys: Sequence[str]) -> pl.Series:
    """True for a row of 0 of a profile that has doses above 0."""
    some = (C("DOSE") > 0).any()
    mask = NOTHING_GIVEN & (some.over(list(keys)) if keys else some)
    return dose.select(_M=mask.fill_null(value=False)).to_series()


def with_tau_of_before(dose: pl.DataFrame, keys: Sequence[str], row: str) -> list[int]:
    """The rows whose own TAU is empty and that have that of a dose before them."""
    if not _some_tau_empty(dose):
        return []
    filled = given(dose, keys).filter(C("TAU").is_not_null())
    empty = dose.filter(C("TAU").is_null())
    return filled.filter(C(row).is_in(empty[row].implode()))[row].sort().to_list()


def _some_tau_empty(dose: pl.DataFrame) -> bool:
    return "TAU" in dose.columns and 0 < dose["TAU"].null_count() < dose.height
