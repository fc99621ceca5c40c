"""Medians and quartiles read off Kaplan-Meier curves, of all groups at once, as R `survival` reads them.

R reads a curve in two ways that differ where it ends flat at the level asked for. A printed median
(`print.survfit`) is then the time S got there; `quantile.survfit` takes the middle between that time and
the last time in the data. MEDIAN follows the first, Q25, Q50 and Q75 the second (R 4.2.2, survival 3.5-3).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import polars as pl

from pkpipe.survival.curves.observations import TOLERANCE

SIDES: Final = (("ESTIMATE", "SURV"), ("LOWER", "LOWER"), ("UPPER", "UPPER"))
# Share of subjects with an event by then.
QUARTILES: Final = (("Q25", 0.25), ("Q50", 0.5), ("Q75", 0.75))
# A curve that never gets to the lowest of these has no quantile, whatever rounding says at its end.
LEAST: Final = 0.25
_ID: Final = "__group"


def medians(curve: pl.DataFrame, by: Sequence[str] = ()) -> pl.DataFrame:
    """One row a group: median ESTIMATE with LOWER and UPPER; null where not reached.

    Limits by Brookmeyer & Crowley 1982 (doi:10.2307/2530286): where the limits of S cross a half.
    """
    coded, groups = _coded(curve, by)
    for name, column in SIDES:
        groups = _join(groups, _half(coded, column), name)
    return groups.drop(_ID)


def quartiles(curve: pl.DataFrame, by: Sequence[str] = ()) -> pl.DataFrame:
    """One row a group and STAT (Q25, Q50, Q75): ESTIMATE, LOWER, UPPER; null where not reached."""
    coded, groups = _coded(curve, by)
    found = []
    levels = {name: _levels(coded, column) for name, column in SIDES}
    for stat, share in QUARTILES:
        part = groups.with_columns(STAT=pl.lit(stat))
        for name, _ in SIDES:
            part = _join(part, _crossing(levels[name], share), name)
        found.append(part)
    return pl.concat(found).sort(_ID, "STAT", maintain_order=True).drop(_ID)


def _coded(curve: pl.DataFrame, by: Sequence[str]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The curve with a number for each group, and the groups with their numbers."""
    code = pl.struct(*by).rle_id().cast(pl.Int64) if by else pl.lit(0, dtype=pl.Int64)
    coded = curve.with_columns(code.alias(_ID))
    return coded, coded.select(*by, _ID).unique(_ID, keep="first", maintain_order=True)


def _join(groups: pl.DataFrame, values: pl.DataFrame, name: str) -> pl.DataFrame:
    return groups.join(values.rename({"X": name}), on=_ID, how="left", maintain_order="left")


def _half(coded: pl.DataFrame, column: str) -> pl.DataFrame:
    """Where a curve goes through one half: the middle of its step if it rests there and falls later."""
    below = coded.select(_ID, "TIME", Y=column).filter(pl.col("Y") < 0.5 + TOLERANCE)
    first = below.group_by(_ID, maintain_order=True).first()
    falls = (
        below.join(first.select(_ID, Y1="Y"), on=_ID, how="left", maintain_order="left")
        .filter(pl.col("Y") < pl.col("Y1"))
        .group_by(_ID, maintain_order=True)
        .agg(X2=pl.col("TIME").first())
    )
    rests = ((pl.col("Y") - 0.5).abs() < TOLERANCE) & pl.col("X2").is_not_null()
    return first.join(falls, on=_ID, how="left", maintain_order="left").select(
        _ID,
        X=pl.when(rests).then((pl.col("TIME") + pl.col("X2")) / 2).otherwise("TIME"),
    )


def _levels(coded: pl.DataFrame, column: str) -> pl.DataFrame:
    """The distinct heights P = 1 - y a curve takes, each at its first time, from (0, 0) on.

    Adds what R asks of the whole curve: TOP (the highest), END (the last distinct one), XMAX (last time).
    """
    start = coded.select(_ID).unique(maintain_order=True)
    start = start.with_columns(TIME=pl.lit(0.0), P=pl.lit(0.0))
    rows = pl.concat([start, coded.select(_ID, "TIME", P=1 - pl.col(column))])
    rows = rows.sort(_ID, maintain_order=True)
    whole = rows.group_by(_ID, maintain_order=True).agg(
        TOP=pl.col("P").max(), XMAX=pl.col("TIME").last()
    )
    distinct = rows.unique([_ID, "P"], keep="first", maintain_order=True)
    end = distinct.group_by(_ID, maintain_order=True).agg(END=pl.col("P").last())
    return (
        distinct.join(whole, on=_ID, how="left", maintain_order="left")
        .join(end, on=_ID, how="left", maintain_order="left")
        .drop_nulls("P")
        .filter(pl.col("TOP") >= LEAST)
        .sort(_ID, "P", maintain_order=True)
    )


def _crossing(levels: pl.DataFrame, share: float) -> pl.DataFrame:
    """Where the curve of events goes through a share: middle of the step if it rests there."""
    reached = _first(levels.filter(pl.col("P") + TOLERANCE >= share), "X1")
    passed = _first(levels.filter(pl.col("P") - TOLERANCE >= share), "X2").select(_ID, "X2")
    ends_there = (pl.col("END") - share).abs() < TOLERANCE
    return reached.join(passed, on=_ID, how="left", maintain_order="left").select(
        _ID,
        X=pl.when(ends_there)
        .then((pl.col("X1") + pl.col("XMAX")) / 2)
        .otherwise((pl.col("X1") + pl.col("X2")) / 2),
    )


def _first(rows: pl.DataFrame, name: str) -> pl.DataFrame:
    return (
        rows.group_by(_ID, maintain_order=True)
        .first()
        .select(_ID, pl.col("TIME").alias(name), "END", "XMAX")
    )
