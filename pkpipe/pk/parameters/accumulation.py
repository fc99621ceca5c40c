"""ACCUM: how much more of the drug a later dose finds than the first (methods PK-RAC)."""

from __future__ import annotations

import math
from typing import Final

import numpy as np
import polars as pl
from scipy.special import stdtrit

from pkpipe.pk import pk_sentences as said
from pkpipe.protocol.nca import Accumulation
from pkpipe.protocol.study import Study
from pkpipe.sentences import sentence

KEYS: Final = ("PARCAT1", "MATRIX", "LEVEL", "CYCLE", "PARAMCD", "SCOPE", "USUBJID")
GROUP: Final = ("PARCAT1", "MATRIX", "DRUG", "LEVEL", "CYCLE", "PARAMCD")
SAME: Final = ("USUBJID", "PARCAT1", "MATRIX", "DRUG", "PARAMCD")
SCHEMA: Final = pl.Schema(
    dict.fromkeys(("PARCAT1", "MATRIX", "LEVEL"), pl.String())
    | {"CYCLE": pl.Int64()}
    | dict.fromkeys(("PARAMCD", "SCOPE", "USUBJID", "PARAM"), pl.String())
    | {"N": pl.Int64()}
    | dict.fromkeys(("RAC", "LOWER", "UPPER", "EFFHL"), pl.Float64())
    | dict.fromkeys(("EFFHLU", "REASON"), pl.String())
)


def effective_half_life(ratio: pl.Expr, tau: pl.Expr) -> pl.Expr:
    """Half-life ln 2 τ / ln(R / (R - 1)) in the unit of τ; only a ratio above 1 has one.

    Boxenbaum & Battle, J Clin Pharmacol 1995;35:763.
    """
    return pl.when(ratio > 1).then(math.log(2) * tau / (ratio / (ratio - 1)).log())


def accumulation(
    adpp: pl.DataFrame, profiles: pl.DataFrame, study: Study, plan: Accumulation | None
) -> pl.DataFrame:
    """SCOPE `SUBJECT`: the ratio of each later profile to the first; `LEVEL`: geometric mean with limits."""
    if plan is None or adpp.is_empty():
        return pl.DataFrame(schema=SCHEMA)
    single = _ratios(adpp, profiles, plan)
    every = pl.concat(
        [single.with_columns(SCOPE=pl.lit("SUBJECT")), _means(single, plan)], how="diagonal"
    )
    hours = {(a.code, a.matrix): 24.0 if a.time_unit == "day" else 1.0 for a in study.analytes}
    units = pl.DataFrame(
        [(code, matrix, h, "day" if h > 1 else "h") for (code, matrix), h in hours.items()],
        schema={
            "PARCAT1": pl.String,
            "MATRIX": pl.String,
            "UNITH": pl.Float64,
            "EFFHLU": pl.String,
        },
        orient="row",
    )
    order = {code: i for i, code in enumerate(plan.parameters)}
    return (
        every.join(units, on=["PARCAT1", "MATRIX"], how="left", maintain_order="left")
        .with_columns(EFFHL=effective_half_life(pl.col("RAC"), pl.col("TAUH") / pl.col("UNITH")))
        .sort(
            *("PARCAT1", "MATRIX", "LEVEL", "CYCLE"),
            pl.col("PARAMCD").replace_strict(order, return_dtype=pl.Int64),
            *("SCOPE", "USUBJID", "DOSENO"),
            nulls_last=True,
        )
        .select(SCHEMA.names())
        .cast(SCHEMA)
    )


def _ratios(adpp: pl.DataFrame, profiles: pl.DataFrame, plan: Accumulation) -> pl.DataFrame:
    about = profiles.select(
        "PROFILE", "TAUH", PLANNED=(100 * pl.col("DOSEG") / pl.col("DOSEPCT")).round_sig_figs(6)
    )
    rows = (
        adpp.filter(pl.col("PARAMCD").is_in(plan.parameters))
        .select(*SAME, "PROFILE", "PARAM", "LEVEL", "CYCLE", "DOSENO", "AVAL", "SUMRSN")
        .join(about, on="PROFILE", how="left", maintain_order="left")
    )
    first = rows.filter(pl.col("DOSENO") == 1).select(
        *SAME,
        LEVEL0="LEVEL",
        PLANNED0="PLANNED",
        AVAL0="AVAL",
        SUMRSN0="SUMRSN",
        FIRST=pl.lit(value=True),
    )
    later = rows.filter(pl.col("DOSENO") > 1).join(
        first, on=list(SAME), how="left", maintain_order="left"
    )
    changed = pl.col("LEVEL").ne_missing(pl.col("LEVEL0")) | (
        (pl.col("PLANNED") / pl.col("PLANNED0") - 1).abs() > 1e-6
    )
    why = (
        pl.when(pl.col("FIRST").is_null())
        .then(pl.lit(said.NO_FIRST.en))
        .when(changed)
        .then(pl.lit(said.DOSE_CHANGED.en))
        .when(pl.col("SUMRSN0").is_not_null())
        .then(sentence(said.AFTER_FIRST.en, "SUMRSN0"))
        .when(pl.col("SUMRSN").is_not_null())
        .then("SUMRSN")
        .when((pl.col("AVAL0") <= 0) | (pl.col("AVAL") <= 0))
        .then(pl.lit(said.ZERO_OR_BLQ.en))
    )
    return later.with_columns(REASON=why).with_columns(
        RAC=pl.when(pl.col("REASON").is_null()).then(pl.col("AVAL") / pl.col("AVAL0")),
        N=pl.when(pl.col("REASON").is_null()).then(1).otherwise(0).cast(pl.Int64),
    )


def _means(single: pl.DataFrame, plan: Accumulation) -> pl.DataFrame:
    """Geometric mean of the subjects' ratios and its t limits on the log scale."""
    logs = pl.col("RAC").log()
    wide = (
        single.group_by(*GROUP, maintain_order=True)
        .agg(
            pl.col("PARAM").first(),
            pl.col("TAUH").first(),
            N=pl.col("RAC").count().cast(pl.Int64),
            MEAN=logs.mean(),
            SD=logs.std(ddof=1),
        )
        .filter(pl.col("N") > 0)
    )
    enough = pl.col("N") >= plan.min_subjects
    n = wide["N"].to_numpy().astype(float)
    quantile = stdtrit(np.maximum(n - 1, 1), 0.5 + plan.confidence / 2)
    half = pl.Series("T", quantile) * wide["SD"] / wide["N"].sqrt()
    return wide.with_columns(HALF=half).with_columns(
        SCOPE=pl.lit("LEVEL"),
        RAC=pl.when(enough).then(pl.col("MEAN").exp()),
        LOWER=pl.when(enough).then((pl.col("MEAN") - pl.col("HALF")).exp()),
        UPPER=pl.when(enough).then((pl.col("MEAN") + pl.col("HALF")).exp()),
        REASON=pl.when(~enough).then(pl.lit(said.FEW_SUBJECTS.en.format(plan.min_subjects))),
    )
