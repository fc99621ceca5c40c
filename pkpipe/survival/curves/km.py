"""Kaplan-Meier curves of many groups at once: lifelines counts, the limits are those of R `survival`.

lifelines' event table says who is at risk, who has an event and who is censored at each time. Everything
after it is computed here, because lifelines differs from R where a phase I trial is most often: S at exactly
a half, S at 0 or 1, near ties, risk counts, standard errors (compared number by number in
tests/reference/test_survival_r.py). This is the only module that imports lifelines, and only when called.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, get_args

import numpy as np
import polars as pl

from pkpipe.protocol.survival_options import Conf
from pkpipe.survival.curves.observations import ENTRY, group_starts, merged, observations

CONFS: Final[tuple[Conf, ...]] = get_args(Conf)
COUNTS: Final = ("NRISK", "NEVENT", "NCENSOR")


def event_table(rows: pl.DataFrame, by: Sequence[str] = ()) -> pl.DataFrame:
    """One row a group and distinct time: NRISK (time at or after it), NEVENT, NCENSOR.

    All groups go through lifelines in one call: each group is laid behind the one before it on one axis
    of whole numbers, and its subjects enter where its own stretch begins.

    With times of entry each of these has a row too, and NRISK counts who entered before.

    Args:
        rows: group columns, TIME, EVENT as `observations` gives them, optional ENTRY.
        by: names of the group columns.
    """
    tied = merged(rows, by)
    if ENTRY in tied.columns and tied[ENTRY].count():
        return counted_with_entries(tied, by)
    if tied.is_empty():
        return tied.select(*by, "TIME").with_columns(
            pl.lit(None, dtype=pl.Int64).alias(c) for c in COUNTS
        )
    from lifelines.utils import survival_table_from_events  # noqa: PLC0415 (over a second, only when curves are asked for)

    new_group = group_starts(by)
    new_time = new_group | (pl.col("TIME") != pl.col("TIME").shift())
    laid = tied.with_columns(AT=(new_time.cast(pl.Int64) + new_group.cast(pl.Int64)).cum_sum())
    laid = laid.with_columns(BIRTH=pl.when(new_group).then(pl.col("AT") - 1).forward_fill())
    counted = survival_table_from_events(
        laid["AT"].to_numpy(), laid["EVENT"].to_numpy(), laid["BIRTH"].to_numpy()
    )
    table = pl.DataFrame(
        {
            "AT": np.asarray(counted.index, dtype=np.int64),
            "NRISK": np.asarray(counted["at_risk"], dtype=np.int64),
            "NEVENT": np.asarray(counted["observed"], dtype=np.int64),
            "NCENSOR": np.asarray(counted["censored"], dtype=np.int64),
        }
    )
    places = laid.select(*by, "TIME", "AT").unique("AT", keep="first", maintain_order=True)
    return places.join(table, on="AT", how="left", maintain_order="left").drop("AT")


def counted_with_entries(rows: pl.DataFrame, by: Sequence[str] = ()) -> pl.DataFrame:
    """The event table where some enter late: at risk at t are those with entry < t <= time."""
    exits = rows.group_by(*by, "TIME").agg(NEVENT=pl.col("EVENT").sum(), LEFT=pl.len())
    entered = rows.drop_nulls(ENTRY).group_by(*by, TIME=ENTRY).agg(CAME=pl.len())
    table = exits.join(entered, on=[*by, "TIME"], how="full", coalesce=True, nulls_equal=True)
    counts = table.with_columns(pl.col("NEVENT", "LEFT", "CAME").fill_null(0).cast(pl.Int64))
    counts = counts.sort(*by, "TIME")
    ahead = (pl.col("LEFT") - pl.col("CAME")).cum_sum(reverse=True)
    return counts.select(
        *by,
        "TIME",
        NRISK=ahead.over(*by) if by else ahead,
        NEVENT="NEVENT",
        NCENSOR=pl.col("LEFT") - pl.col("NEVENT"),
    )


def curves(
    frame: pl.DataFrame,
    time: str = "TIME",
    event: str = "EVENT",
    by: Sequence[str] = (),
    conf: Conf = "log-log",
    level: float = 0.95,
) -> pl.DataFrame:
    """Survival at every distinct time of every group: SURV, SE (Greenwood, of S), LOWER, UPPER.

    Kaplan & Meier 1958 (doi:10.1080/01621459.1958.10501452); events come before censorings at equal times.
    Where S is 0 the standard error is not defined and the limits are null, as in R.

    Args:
        frame: one row a subject; a column ENTRY is the time from which it is watched.
        time: column of the time, 0 or later, any unit.
        event: column that is above 0 for an event, 0 for a censoring.
        by: group columns; none: all subjects are one group.
        conf: scale on which the limits are symmetric.
        level: confidence level, e.g. 0.95.
    """
    counted = event_table(observations(frame, time, event, by), by)
    return with_limits(product_limit(counted, by), conf, level)


def product_limit(counted: pl.DataFrame, by: Sequence[str] = ()) -> pl.DataFrame:
    """Adds SURV, SELOG (standard error of log S; infinite at S = 0) and SE to an event table.

    S is multiplied by (n - d) / n time by time, which is also R's order of operations: quantiles at flat
    steps depend on the last digit of S.
    """
    n, d = pl.col("NRISK").cast(pl.Float64), pl.col("NEVENT").cast(pl.Float64)
    step = pl.when(pl.col("NEVENT") > 0).then((n - d) / n).otherwise(1.0)
    hazard = pl.when(pl.col("NEVENT") > 0).then(d / (n * (n - d))).otherwise(0.0)
    surv, variance = step.cum_prod(), hazard.cum_sum()
    table = counted.with_columns(
        SURV=surv.over(*by) if by else surv,
        SELOG=(variance.over(*by) if by else variance).sqrt(),
    )
    return table.with_columns(SE=pl.when(pl.col("SURV") > 0).then(pl.col("SURV") * pl.col("SELOG")))


def with_limits(table: pl.DataFrame, conf: Conf, level: float) -> pl.DataFrame:
    """Adds LOWER and UPPER, null where R has none (S = 0; for log-log also S = 1)."""
    from scipy.special import ndtri  # noqa: PLC0415 (0.16 s, only where limits are drawn)

    z = float(ndtri((1 + level) / 2))
    lower, upper = _LIMITS[conf](pl.col("SURV"), pl.col("SELOG"), z)
    inside = pl.col("SURV") > 0
    if conf == "log-log":
        inside &= pl.col("SURV") < 1
    return table.with_columns(LOWER=pl.when(inside).then(lower), UPPER=pl.when(inside).then(upper))


def _log_log(surv: pl.Expr, selog: pl.Expr, z: float) -> tuple[pl.Expr, pl.Expr]:
    middle, spread = (-surv.log()).log(), z * selog / surv.log()
    return (-(middle - spread).exp()).exp(), (-(middle + spread).exp()).exp()


def _log(surv: pl.Expr, selog: pl.Expr, z: float) -> tuple[pl.Expr, pl.Expr]:
    return surv * (-z * selog).exp(), (surv * (z * selog).exp()).clip(upper_bound=1.0)


def _plain(surv: pl.Expr, selog: pl.Expr, z: float) -> tuple[pl.Expr, pl.Expr]:
    half = z * selog * surv
    return (surv - half).clip(0.0, 1.0), (surv + half).clip(0.0, 1.0)


_LIMITS: Final = {"log-log": _log_log, "log": _log, "plain": _plain}


def reversed_events(frame: pl.DataFrame, event: str) -> pl.DataFrame:
    """The same subjects with event and censoring exchanged: its median is the median follow-up (KM-7)."""
    return frame.with_columns((pl.col(event).cast(pl.Float64) <= 0).cast(pl.Int8).alias(event))
