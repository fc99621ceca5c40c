"""PDSAT: how long a biomarker was at or above its saturation threshold, subject by subject."""

from __future__ import annotations

from typing import Final

import polars as pl

from pkpipe.protocol.study import Study
from pkpipe.schema.adam.common import ALL

KEYS: Final = ("USUBJID", "PARAMCD")
MOMENT: Final = pl.Datetime("us")
SCHEMA: Final = pl.Schema(
    dict.fromkeys((*KEYS, "PARAM", "DRUG", "COHORT"), pl.String())
    | {"LIMIT": pl.Float64(), "AVALU": pl.String(), "N": pl.Int64()}
    | dict.fromkeys(("OBSDAY", "SATDAY", "SATPCT"), pl.Float64())
    | dict.fromkeys(("FSATDTM", "LSATDTM"), MOMENT)
    | {"REASON": pl.String()}
)
SUM_SCHEMA: Final = pl.Schema(
    dict.fromkeys(("PARAMCD", "COHORT", "PARAM", "DRUG"), pl.String())
    | {"LIMIT": pl.Float64(), "AVALU": pl.String()}
    | dict.fromkeys(("NEXAM", "N", "NEVER"), pl.Int64())
    | dict.fromkeys(("OBSMED", "SATMED", "PCTMED", "PCTMIN", "PCTMAX"), pl.Float64())
    | {"REASON": pl.String()}
)
DAY: Final = 86_400e6  # microseconds


def saturation(adpd: pl.DataFrame, study: Study) -> pl.DataFrame:
    """One row a subject examined for a marker with a threshold; linear between results, in days.

    Time counts from the first result to the last; nothing is assumed before or after (methods ADC-7).
    """
    limits = {b.code: b.saturated_from for b in study.biomarkers if b.saturated_from is not None}
    rows = adpd.filter(pl.col("PARAMCD").is_in(list(limits)) & pl.col("DRUG").is_not_null())
    if rows.is_empty():
        return pl.DataFrame(schema=SCHEMA)
    rows = rows.with_columns(
        LIMIT=pl.col("PARAMCD").replace_strict(limits, return_dtype=pl.Float64)
    ).sort(*KEYS, "ADTM", "SRCROW", nulls_last=True)
    subjects = rows.group_by(KEYS, maintain_order=True).agg(
        pl.col("PARAM", "DRUG", "COHORT", "LIMIT").first(), pl.col("AVALU").drop_nulls().first()
    )
    known = rows.drop_nulls(["AVAL", "ADTM"]).unique(
        [*KEYS, "ADTM"], keep="first", maintain_order=True
    )
    counted = known.group_by(KEYS, maintain_order=True).agg(N=pl.len())
    return (
        subjects.join(counted, on=KEYS, how="left", maintain_order="left")
        .join(_totals(known), on=KEYS, how="left", maintain_order="left")
        .with_columns(pl.col("N").fill_null(0))
        .with_columns(
            SATPCT=100 * pl.col("SATDAY") / pl.col("OBSDAY"),
            REASON=pl.when(pl.col("N") < 2)
            .then(pl.lit("fewer than two results at different times"))
            .when(pl.col("FSATDTM").is_null())
            .then(pl.lit("never at or above the threshold in the results")),
        )
        .select(pl.col(c).cast(t) for c, t in SCHEMA.items())
    )


def saturation_summary(pdsat: pl.DataFrame) -> pl.DataFrame:
    """PDSATSUM: one row a marker and cohort (`ALL`: everybody); NEVER were at no time saturated."""
    both = pl.concat([pdsat.drop_nulls("COHORT"), pdsat.with_columns(COHORT=pl.lit(ALL))])
    percent = pl.col("SATPCT")
    return (
        both.group_by("PARAMCD", "COHORT", maintain_order=True)
        .agg(
            pl.col("PARAM", "DRUG", "LIMIT").first(),
            pl.col("AVALU").drop_nulls().first(),
            NEXAM=pl.len(),
            N=percent.count(),
            NEVER=(percent.is_not_null() & pl.col("FSATDTM").is_null()).sum(),
            OBSMED=pl.col("OBSDAY").median(),
            SATMED=pl.col("SATDAY").median(),
            PCTMED=percent.median(),
            PCTMIN=percent.min(),
            PCTMAX=percent.max(),
        )
        .with_columns(
            REASON=pl.when(pl.col("N") == 0).then(
                pl.lit("nobody has two results at different times")
            )
        )
        .sort("PARAMCD", pl.col("COHORT") == ALL, "COHORT")
        .select(pl.col(c).cast(t) for c, t in SUM_SCHEMA.items())
    )


def _totals(known: pl.DataFrame) -> pl.DataFrame:
    """Sums over the stretches between neighbouring results of one subject and marker."""
    time, value, limit = pl.col("TIME"), pl.col("AVAL"), pl.col("LIMIT")
    same = pl.all_horizontal(pl.col(k) == pl.col(k).shift(1) for k in KEYS)
    stretches = (
        known.with_columns(TIME=pl.col("ADTM").cast(MOMENT).cast(pl.Int64).cast(pl.Float64))
        .with_columns(T0=time.shift(1), V0=value.shift(1), SAME=same)
        .filter(pl.col("SAME"))
        .with_columns(
            CROSS=pl.col("T0")
            + (time - pl.col("T0")) * (limit - pl.col("V0")) / (value - pl.col("V0")),
            OVER0=pl.col("V0") >= limit,
            OVER=value >= limit,
        )
        .with_columns(
            START=pl.when("OVER0").then("T0").when("OVER").then("CROSS"),
            END=pl.when("OVER").then(time).when("OVER0").then("CROSS"),
        )
    )
    return stretches.group_by(KEYS, maintain_order=True).agg(
        OBSDAY=(time - pl.col("T0")).sum() / DAY,
        SATDAY=(pl.col("END") - pl.col("START")).sum() / DAY,
        FSATDTM=pl.col("START").min().round().cast(pl.Int64).cast(MOMENT),
        LSATDTM=pl.col("END").max().round().cast(pl.Int64).cast(MOMENT),
    )
