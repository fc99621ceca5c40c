"""What is read off a curve at a given time: survival at a landmark, and the mean up to a horizon."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl


def landmarks(curve: pl.DataFrame, times: Sequence[float], by: Sequence[str] = ()) -> pl.DataFrame:
    """One row a group and time AT: NRISK (time at or after it), EVENTS and CENSORED up to it, SURV, SE,
    LOWER, UPPER.

    Before the first time S is 1 with SE 0 and both limits 1. After the last time the last values are
    carried forward as R does and BEYOND is true: no one was observed there, so whoever reports it decides.
    """
    asked = _asked(curve, times, by)
    carried = pl.col("NEVENT").cum_sum(), pl.col("NCENSOR").cum_sum()
    points = curve.with_columns(
        EVENTS=carried[0].over(*by) if by else carried[0],
        CENSORED=carried[1].over(*by) if by else carried[1],
    ).select(*by, "TIME", "EVENTS", "CENSORED", "SURV", "SE", "LOWER", "UPPER", KNOWN=pl.lit(1))
    here = _asof(asked, points, by, "backward")
    ahead = _asof(asked, curve.select(*by, "TIME", "NRISK"), by, "forward")
    nobody_yet = pl.col("KNOWN").is_null()
    return here.with_columns(NRISK=ahead["NRISK"].fill_null(0)).select(
        *by,
        "AT",
        "NRISK",
        EVENTS=pl.col("EVENTS").fill_null(0),
        CENSORED=pl.col("CENSORED").fill_null(0),
        SURV=pl.when(nobody_yet).then(1.0).otherwise("SURV"),
        SE=pl.when(nobody_yet).then(0.0).otherwise("SE"),
        LOWER=pl.when(nobody_yet).then(1.0).otherwise("LOWER"),
        UPPER=pl.when(nobody_yet).then(1.0).otherwise("UPPER"),
        BEYOND=pl.col("AT") > pl.col("LAST"),
    )


def incidences_at(steps: pl.DataFrame, times: Sequence[float], by: Sequence[str]) -> pl.DataFrame:
    """One row a group, kind and time AT: CIF, SE, LOWER, UPPER and NRISK; `by` names the kind too.

    Before the first time CIF is 0; after the last the last values are carried forward and BEYOND is true.
    """
    asked = _asked(steps, times, by)
    points = steps.select(*by, "TIME", "CIF", "SE", "LOWER", "UPPER")
    here = _asof(asked, points, by, "backward")
    ahead = _asof(asked, steps.select(*by, "TIME", "NRISK"), by, "forward")
    return here.with_columns(NRISK=ahead["NRISK"].fill_null(0)).select(
        *by,
        "AT",
        "NRISK",
        CIF=pl.col("CIF").fill_null(0.0),
        SE=pl.when(pl.col("CIF").is_null()).then(0.0).otherwise("SE"),
        LOWER="LOWER",
        UPPER="UPPER",
        BEYOND=pl.col("AT") > pl.col("LAST"),
    )


def _asked(curve: pl.DataFrame, times: Sequence[float], by: Sequence[str]) -> pl.DataFrame:
    """Every group with every time asked for, and the group's last time."""
    last = pl.col("TIME").max().alias("LAST")
    groups = (
        curve.group_by(*by, maintain_order=True).agg(last)
        if by
        else curve.select(last).filter(pl.col("LAST").is_not_null())
    )
    at = pl.DataFrame({"AT": sorted({float(t) for t in times})}, schema={"AT": pl.Float64()})
    return groups.join(at, how="cross", maintain_order="left_right")


def _asof(
    asked: pl.DataFrame, points: pl.DataFrame, by: Sequence[str], strategy: str
) -> pl.DataFrame:
    """The row of `points` at or before (backward) or at or after (forward) each time asked for."""
    before = strategy == "backward"
    numbered = asked.with_row_index("__row").sort("AT", maintain_order=True)
    joined = numbered.join_asof(
        points.sort("TIME", maintain_order=True),
        left_on="AT",
        right_on="TIME",
        by=list(by) or None,
        strategy="backward" if before else "forward",
        check_sortedness=False,
    )
    return joined.sort("__row").drop("__row")


def restricted_means(
    curve: pl.DataFrame, horizons: Sequence[float], by: Sequence[str] = ()
) -> pl.DataFrame:
    """One row a group and horizon AT: RMST, the area under S from 0 to AT, and its SE.

    The variance is the sum over event times of A^2 d / (n (n - d)), A being the area from that time to the
    horizon; the term is 0 where all at risk have the event (Klein & Moeschberger 2003, section 4.5).
    BEYOND is true after the last time while S is above 0: the area there is an extrapolation.
    """
    return pl.concat(
        [_restricted_mean(curve, float(t), by) for t in sorted({float(t) for t in horizons})]
        or [_restricted_mean(curve.clear(), 0.0, by)]
    ).sort(*by, "AT", maintain_order=True)


def _restricted_mean(curve: pl.DataFrame, horizon: float, by: Sequence[str]) -> pl.DataFrame:
    until = pl.col("TIME").shift(-1)
    until = (until.over(*by) if by else until).fill_null(float("inf")).clip(upper_bound=horizon)
    n, d = pl.col("NRISK").cast(pl.Float64), pl.col("NEVENT").cast(pl.Float64)
    counts = (pl.col("NEVENT") > 0) & (pl.col("NRISK") > pl.col("NEVENT"))
    steps = curve.with_columns(AREA=pl.col("SURV") * (until - pl.col("TIME")).clip(lower_bound=0.0))
    left = pl.col("AREA").cum_sum(reverse=True)
    steps = steps.with_columns(LEFT=left.over(*by) if by else left)
    steps = steps.with_columns(
        TERM=pl.when(counts & (pl.col("TIME") <= horizon))
        .then(pl.col("LEFT") ** 2 * d / (n * (n - d)))
        .otherwise(0.0)
    )
    parts = {
        "RMST": pl.col("TIME").first().clip(upper_bound=horizon) + pl.col("AREA").sum(),
        "SE": pl.col("TERM").sum().sqrt(),
        "BEYOND": (pl.col("TIME").last() < horizon) & (pl.col("SURV").last() > 0),
        "AT": pl.lit(horizon),
    }
    if not by:
        found = steps.select(**parts).filter(pl.col("RMST").is_not_null())
    else:
        found = steps.group_by(*by, maintain_order=True).agg(**parts)
    return found.select(*by, "AT", "RMST", "SE", "BEYOND")
