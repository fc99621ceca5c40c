"""ADALOSS: troughs that fall below those of ADA-negative subjects and below the own one before (ADA-14)."""

from __future__ import annotations

from typing import Final

import polars as pl

from pkpipe.immunogenicity.exposure.pk_by_ada_status import NEGATIVE
from pkpipe.immunogenicity.samples import sample_sentences as said
from pkpipe.protocol.immunogenicity import LossOfExposure
from pkpipe.sentences import sentence

VISIT: Final = ("PARCAT1", "MATRIX", "LEVEL", "CYCLE")
LOSS_KEYS: Final = ("USUBJID", "PARCAT1", "MATRIX")
SCHEMA: Final = pl.Schema(
    dict.fromkeys(("USUBJID", "DRUG", "PARCAT1", "MATRIX"), pl.String())
    | {"DOSENO": pl.Int64(), "CYCLE": pl.Int64(), "LEVEL": pl.String()}
    | {"TROUGHDTM": pl.Datetime("us"), "AVAL": pl.Float64(), "AVALU": pl.String()}
    | {"ADATAG": pl.String(), "NREF": pl.Int64(), "LIMIT": pl.Float64(), "LIMITBY": pl.String()}
    | {"PRIOR": pl.Float64(), "PRIORNO": pl.Int64(), "PRIORLIM": pl.Float64()}
    | dict.fromkeys(("LOSSFL", "SUMRSN", "REASON"), pl.String())
)


def adaloss_of(adapk: pl.DataFrame, plan: LossOfExposure) -> pl.DataFrame:
    """One row a trough: `LOSSFL` `Y`, `N` or empty with its reason, and every number it rests on.

    LIMIT: the percentile (linear interpolation between order statistics) of ADA-negative subjects at the
    same level and visit, or their minimum where they are few. PRIORLIM: the stated share of PRIOR, the
    subject's last trough before, of dose number PRIORNO. Lost: below both. A value below quantification is 0.
    """
    troughs = adapk.filter((pl.col("PARAMCD") == "CTROUGH") & pl.col("AVAL").is_not_null())
    judged = _with_prior(troughs, plan).join(
        _limits(troughs, plan), on=list(VISIT), how="left", nulls_equal=True, maintain_order="left"
    )
    below, fallen = pl.col("AVAL") < pl.col("LIMIT"), pl.col("AVAL") < pl.col("PRIORLIM")
    return (
        judged.with_columns(pl.col("NREF").fill_null(0), LOST=below & fallen, NOLIMIT=_no_limit())
        .with_columns(
            LOSSFL=pl.when("LOST").then(pl.lit("Y")).when(~pl.col("LOST")).then(pl.lit("N")),
            REASON=pl.when(pl.col("LOST").is_null()).then(
                pl.concat_str("NOLIMIT", "NOPRIOR", separator="; ", ignore_nulls=True)
            ),
            TROUGHDTM="TAGDTM",
        )
        .sort("USUBJID", "DRUG", "PARCAT1", "MATRIX", "DOSENO")
        .select(pl.col(c).cast(t) for c, t in SCHEMA.items())
    )


def _no_limit() -> pl.Expr:
    nobody = pl.when(pl.col("LIMIT").is_null())
    return nobody.then(pl.lit("no ADA-negative subject with a trough at this dose and visit"))


def _limits(troughs: pl.DataFrame, plan: LossOfExposure) -> pl.DataFrame:
    """What ADA-negative subjects have per analyte, level and visit, of troughs that enter summaries."""
    level = pl.col("LEVEL").is_not_null()
    of = troughs.filter((pl.col("ADATAG") == NEGATIVE) & (pl.col("SUMFL") == "Y") & level)
    enough = pl.col("NREF") >= plan.percentile_from
    return (
        of.group_by(VISIT, maintain_order=True)
        .agg(
            NREF=pl.len().cast(pl.Int64),
            LOW=pl.col("AVAL").min(),
            PERCENTILE=pl.col("AVAL").quantile(plan.percentile / 100, interpolation="linear"),
        )
        .select(
            *(*VISIT, "NREF"),
            LIMIT=pl.when(enough).then("PERCENTILE").otherwise("LOW"),
            LIMITBY=pl.when(enough)
            .then(sentence(said.PERCENTILE.en, pl.lit(f"{plan.percentile:g}"), "NREF"))
            .otherwise(sentence(said.MINIMUM.en, "NREF")),
        )
    )


def _with_prior(troughs: pl.DataFrame, plan: LossOfExposure) -> pl.DataFrame:
    """The subject's trough before, where it was of the same dose level."""
    ordered = troughs.sort(*LOSS_KEYS, "DOSENO")
    same = pl.all_horizontal(pl.col(c) == pl.col(c).shift(1) for c in LOSS_KEYS).fill_null(
        value=False
    )
    changed = pl.col("LEVEL").shift(1).ne_missing(pl.col("LEVEL"))
    before = pl.col("AVAL").shift(1)
    why = (
        pl.when(~same)
        .then(pl.lit("no trough before it"))
        .when(changed)
        .then(pl.lit("the trough before it is of another dose level"))
        .when(before <= 0)
        .then(pl.lit("the trough before it is below quantification"))
    )
    return ordered.with_columns(
        NOPRIOR=why,
        PRIOR=pl.when(same & ~changed).then(before),
        PRIORNO=pl.when(same & ~changed).then(pl.col("DOSENO").shift(1)),
        PRIORLIM=pl.when(why.is_null()).then(plan.of_prior * before),
    )
