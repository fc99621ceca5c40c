"""LZFIT: which samples the terminal line of a profile rests on, and where it runs."""

from __future__ import annotations

from typing import Final

import polars as pl

from pkpipe.pk.parameters.profile_parameters import on_basis
from pkpipe.pk.samples.placed import Placed
from pkpipe.protocol.blq_options import SHARE_OF_LLOQ, BlqAroundPeak
from pkpipe.protocol.nca import NcaPlan
from pkpipe.protocol.study import Study

LINE: Final = ("LAMZ", "LAMZLL", "LAMZUL", "CLSTP", "TLST")
# Times are told to a relative 1e-9: far below a second, far above the last bit of a sum.
SAME_TIME: Final = 1e-9
SCHEMA: Final = pl.Schema(
    dict.fromkeys(("PROFILE", "USUBJID", "PARCAT1", "MATRIX", "LEVEL"), pl.String())
    | dict.fromkeys(("CYCLE", "DOSENO"), pl.Int64())
    | dict.fromkeys(("TIME", "AVAL", "FITTED"), pl.Float64())
    | dict.fromkeys(("AVALU", "BLQFL", "USEDFL", "HANDFL", "STATUS", "REASON"), pl.String())
)


def terminal_fits(adpp: pl.DataFrame, it: Placed, study: Study, plan: NcaPlan) -> pl.DataFrame:
    """One row a sample after the dose with a value above 0, of every profile that has a terminal slope.

    TIME in h from the dose and AVAL as analysed: a BLQ (BLQFL) has the value of its rule. FITTED: the line
    at that time, from its first point on. USEDFL: the line is fitted through this sample; HANDFL: picked
    or left out by hand.
    """
    lines = _lines(adpp, study)
    if lines.is_empty():
        return pl.DataFrame(schema=SCHEMA)
    samples = on_basis(it.drawn, plan).with_columns(CONC=_analysed(plan))
    rows = samples.filter((pl.col("CONC") > 0) & (pl.col("TIME") > 0))
    rows = rows.join(lines, on="PROFILE", how="inner", maintain_order="left")
    edge = SAME_TIME * pl.col("LAMZUL")
    onward = pl.col("TIME") >= pl.col("LAMZLL") - edge
    by_hand = (pl.col("LAMZFL") == "Y").fill_null(value=False)
    # points picked by hand are the only ones
    picked = by_hand.any().over("PROFILE")
    allowed = pl.when(picked).then(by_hand).otherwise(pl.col("LAMZFL").ne_missing(pl.lit("N")))
    used = onward & (pl.col("TIME") <= pl.col("LAMZUL") + edge) & allowed
    line = pl.col("CLSTP") * (pl.col("RATE") * (pl.col("TLST") - pl.col("TIME"))).exp()
    return (
        rows.with_columns(
            AVAL="CONC",
            BLQFL=pl.when(pl.col("BLQ") == 1).then(pl.lit("Y")),
            FITTED=pl.when(onward).then(line),
            USEDFL=pl.when(used).then(pl.lit("Y")),
            HANDFL=pl.when(pl.col("LAMZFL").is_not_null()).then(pl.lit("Y")),
        )
        .select(SCHEMA.names())
        .cast(SCHEMA)
        .sort("PARCAT1", "USUBJID", "MATRIX", "DOSENO", "TIME", nulls_last=True)
    )


def _analysed(plan: NcaPlan) -> pl.Expr:
    """The concentration, and for a BLQ before the last quantifiable sample what its rule puts there."""
    rule = plan.blq_rule
    early: str | float
    quantified = pl.when(pl.col("BLQ") == 0)
    seen = quantified.then("TIME")
    first, last = seen.min().over("PROFILE"), seen.max().over("PROFILE")
    if isinstance(rule, BlqAroundPeak):
        highest = quantified.then("CONC").max().over("PROFILE")
        at_peak = pl.when((pl.col("BLQ") == 0) & (pl.col("CONC") == highest)).then("TIME")
        peak = (at_peak.min() if plan.tmax == "first" else at_peak.max()).over("PROFILE")
        until, early, late = peak, rule.before_tmax, rule.after_tmax
    else:
        until, early, late = first, rule.first, rule.middle
    return (
        quantified.then("CONC")
        .when(pl.col("TIME") < until)
        .then(_instead(early))
        .when(pl.col("TIME") < last)
        .then(_instead(late))
    )


def _instead(rule: str | float) -> pl.Expr:
    share = SHARE_OF_LLOQ.get(rule, 0.0) if isinstance(rule, str) else 0.0
    if share > 0:
        return pl.col("LLOQ") * share
    # kept as 0 or dropped, it is no point of a line through logarithms
    return pl.lit(None if isinstance(rule, str) else float(rule), dtype=pl.Float64)


def _lines(adpp: pl.DataFrame, study: Study) -> pl.DataFrame:
    """One row a profile with a slope: RATE per hour and what else the line needs."""
    values = adpp.filter(pl.col("PARAMCD").is_in(LINE)).select("PROFILE", "PARAMCD", "AVAL")
    wide = values.pivot(on="PARAMCD", index="PROFILE", values="AVAL")
    if not set(LINE) <= set(wide.columns):
        return wide.clear()
    about = adpp.filter((pl.col("PARAMCD") == "LAMZ") & pl.col("AVAL").is_not_null()).select(
        *("PROFILE", "USUBJID", "PARCAT1", "MATRIX", "LEVEL", "CYCLE", "DOSENO", "STATUS", "REASON")
    )
    units = pl.DataFrame(
        [(a.code, a.matrix, a.unit, 24.0 if a.time_unit == "day" else 1.0) for a in study.analytes],
        schema={"PARCAT1": pl.String, "MATRIX": pl.String, "AVALU": pl.String, "HOURS": pl.Float64},
        orient="row",
    )
    return (
        about.join(wide, on="PROFILE", how="left", maintain_order="left")
        .join(units, on=["PARCAT1", "MATRIX"], how="left", maintain_order="left")
        .with_columns(RATE=pl.col("LAMZ") / pl.col("HOURS"))
    )
