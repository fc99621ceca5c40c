"""Times and event flags as the estimators take them: typed, complete, near ties merged.

R merges times that only rounding keeps apart before it counts anyone (`aeqSurv` of survival 3.5-3); the
estimators of this room do the same, so 0.1 + 0.2 and 0.3 are one time.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import polars as pl

TOLERANCE: Final = 2.0**-26  # square root of the spacing of doubles at 1


ENTRY: Final = "ENTRY"  # time from which a subject is watched; null: from the start


def observations(
    frame: pl.DataFrame, time: str, event: str, by: Sequence[str] = ()
) -> pl.DataFrame:
    """Group columns, TIME (float64) and EVENT (bool), sorted by group and time.

    Rows without a time or an event flag are left out, as R does; `left_out` counts them. A frame with a
    column ENTRY keeps it: the subject is at risk at times after it, up to and with its own.
    """
    late = pl.col(ENTRY).cast(pl.Float64).fill_nan(None)
    kept = frame.select(
        *by,
        *([pl.when(late > 0).then(late).alias(ENTRY)] if ENTRY in frame.columns else []),
        TIME=pl.col(time).cast(pl.Float64).fill_nan(None),
        EVENT=pl.col(event).cast(pl.Float64).fill_nan(None) > 0,
    )
    return kept.drop_nulls(["TIME", "EVENT"]).sort(*by, "TIME", maintain_order=True)


def left_out(frame: pl.DataFrame, time: str, event: str, by: Sequence[str] = ()) -> pl.DataFrame:
    """Every group of the frame with N, the subjects that count, and DROPPED, those without a time or flag."""
    complete = (
        pl.col(time).cast(pl.Float64).fill_nan(None).is_not_null()
        & pl.col(event).cast(pl.Float64).fill_nan(None).is_not_null()
    )
    counts = (complete.sum().alias("N"), (~complete).sum().alias("DROPPED"))
    if not by:
        return frame.select(*(c.cast(pl.Int64) for c in counts))
    return frame.group_by(*by).agg(*(c.cast(pl.Int64) for c in counts)).sort(*by)


def merged(rows: pl.DataFrame, by: Sequence[str] = ()) -> pl.DataFrame:
    """The observations with each run of nearly equal times moved to the smallest of the run.

    Times of entry are times too. Two neighbouring distinct times of a group are one if they differ by at
    most 2^-26, absolutely or relative to the mean of the group's distinct times.
    """
    columns = [c for c in ("TIME", ENTRY) if c in rows.columns]
    every = pl.concat(rows.select(*by, TIME=c) for c in columns).drop_nulls("TIME")
    distinct = every.unique(maintain_order=True).sort(*by, "TIME")
    size = pl.col("TIME").abs().mean()
    distinct = distinct.with_columns(SIZE=size.over(*by) if by else size)
    first = group_starts(by)
    step = pl.col("TIME") - pl.col("TIME").shift()
    tied = ~first & ((step <= TOLERANCE) | (step / pl.col("SIZE") <= TOLERANCE))
    distinct = distinct.with_columns(TIED=tied.fill_null(value=False))
    if not distinct["TIED"].any():
        return rows
    moved = distinct.select(*by, "TIME", MOVED=pl.when(~pl.col("TIED")).then("TIME").forward_fill())
    for column in columns:
        place = moved.rename({"TIME": column})
        rows = (
            rows.join(place, on=[*by, column], how="left", nulls_equal=True, maintain_order="left")
            .with_columns(pl.col("MOVED").alias(column))
            .drop("MOVED")
        )
    return rows


def group_starts(by: Sequence[str]) -> pl.Expr:
    """True on the first row of each group of a frame sorted by group."""
    row = pl.int_range(pl.len()) == 0
    if not by:
        return row
    return row | pl.any_horizontal(pl.col(c).ne_missing(pl.col(c).shift()) for c in by)
