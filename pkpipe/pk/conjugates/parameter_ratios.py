"""ADCPAR: parameters of the parts of a conjugate against each other, and whose half-life is seen."""

from __future__ import annotations

from typing import Final

import numpy as np
import polars as pl
from scipy.special import stdtrit

from pkpipe.nca import PARAMETERS, StudyUnits
from pkpipe.pk import pk_sentences as said
from pkpipe.pk.conjugates.sample_ratios import MOLAR, PAIR_KEYS, RATIOS, molar, pairs
from pkpipe.pk.parameters.reported import CLOCK
from pkpipe.protocol.nca import ConjugateRatios
from pkpipe.protocol.study import Study
from pkpipe.sentences import sentence
from pkpipe.units import factor, result_unit

SLOPES: Final = ("LAMZ", "LAMZHL")
SCHEMA: Final = pl.Schema(
    dict.fromkeys((*PAIR_KEYS, "PARAMCD", "SCOPE", "LEVEL"), pl.String())
    | {"CYCLE": pl.Int64(), "USUBJID": pl.String(), "DOSENO": pl.Int64()}
    | {"LABEL": pl.String(), "PARAM": pl.String(), "N": pl.Int64(), "NNC": pl.Int64()}
    | {"NUMVAL": pl.Float64(), "NUMU": pl.String(), "DENVAL": pl.Float64(), "DENU": pl.String()}
    | {"NUMSTD": pl.Float64(), "DENSTD": pl.Float64(), "STDU": pl.String()}
    | {"AVAL": pl.Float64(), "AVALU": pl.String(), "LOWER": pl.Float64(), "UPPER": pl.Float64()}
    | {"REASON": pl.String(), "LIMRSN": pl.String()}
)


def parameter_ratios(
    adpp: pl.DataFrame, study: Study, plan: ConjugateRatios | None
) -> pl.DataFrame:
    """SCOPE `SUBJECT`: molar ratio of two parameters after one dose; `LEVEL`: geometric mean (ADC-4)."""
    if plan is None or adpp.is_empty():
        return pl.DataFrame(schema=SCHEMA)
    single = _ratios(adpp, study, plan)
    order = {code: i for i, code in enumerate(plan.parameters)}
    return (
        pl.concat([single, _means(single, plan)], how="diagonal_relaxed")
        .sort(
            *PAIR_KEYS,
            pl.col("PARAMCD").replace_strict(order, return_dtype=pl.Int64),
            *("SCOPE", "LEVEL", "CYCLE", "USUBJID", "DOSENO"),
            nulls_last=True,
        )
        .select(SCHEMA.names())
        .cast(SCHEMA)
    )


def _to_common(study: Study, plan: ConjugateRatios) -> pl.DataFrame:
    """What brings each analyte's parameter to nmol/L and hours, and the unit it is then in."""
    of = [p for p in PARAMETERS if p.code in plan.parameters]
    used = {c for row in pairs(study).select("NUMCD", "DENCD").rows() for c in row}
    rows = [
        (
            *(a.code, a.matrix, p.code),
            molar(a) ** p.dimension.conc
            * (1.0 if p.code in CLOCK else factor(a.time_unit, "h") ** p.dimension.time),
            result_unit(p.dimension, StudyUnits(conc=MOLAR, dose="mg", time="h"))[0],
        )
        for a in study.analytes
        if a.code in used
        for p in of
    ]
    schema = dict.fromkeys(("PARCAT1", "MATRIX", "PARAMCD"), pl.String) | {
        "FACTOR": pl.Float64,
        "STDU": pl.String,
    }
    return pl.DataFrame(rows, schema=schema, orient="row")


def _ratios(adpp: pl.DataFrame, study: Study, plan: ConjugateRatios) -> pl.DataFrame:
    asked = [r.code for r in RATIOS if r.of_parameters]
    wanted = pairs(study).filter(pl.col("RATIO").is_in(asked) & pl.col("WHYNOT").is_null())
    values = adpp.join(_to_common(study, plan), on=["PARCAT1", "MATRIX", "PARAMCD"], how="inner")
    above, below = (_side(values, wanted, s) for s in ("NUM", "DEN"))
    on = [*PAIR_KEYS, "USUBJID", "DOSENO", "PARAMCD"]
    both = above.join(below, on=on, how="full", coalesce=True, nulls_equal=True)
    reasons = [
        *(
            pl.when(pl.col(f"{s}THERE").is_null()).then(sentence(said.NO_PROFILE.en, f"{s}CD"))
            for s in ("NUM", "DEN")
        ),
        *(
            pl.when(pl.col(f"{s}OUT").is_not_null()).then(
                sentence(said.OF_ANALYTE.en, f"{s}CD", f"{s}OUT")
            )
            for s in ("NUM", "DEN")
        ),
        *(
            pl.when(~(pl.col(f"{s}STD") > 0).fill_null(value=False)).then(
                sentence(said.ZERO.en, f"{s}CD")
            )
            for s in ("NUM", "DEN")
        ),
    ]
    return (
        both.join(wanted.select(*PAIR_KEYS, "LABEL"), on=list(PAIR_KEYS), how="left")
        .with_columns(
            *(pl.coalesce(f"NUM{c}", f"DEN{c}").alias(c) for c in ABOUT),
            SCOPE=pl.lit("SUBJECT"),
            REASON=pl.coalesce(reasons),
            AVALU=pl.lit("1"),
        )
        .with_columns(
            AVAL=pl.when(pl.col("REASON").is_null()).then(pl.col("NUMSTD") / pl.col("DENSTD")),
            N=pl.col("REASON").is_null().cast(pl.Int64),
            NNC=pl.col("REASON").is_not_null().cast(pl.Int64),
        )
    )


ABOUT: Final = ("LEVEL", "CYCLE", "PARAM", "STDU")


def _side(values: pl.DataFrame, wanted: pl.DataFrame, side: str) -> pl.DataFrame:
    """The parameters of one side of every ratio, on the common scale."""
    own = values.select(
        "PARCAT1",
        "MATRIX",
        "USUBJID",
        "DOSENO",
        "PARAMCD",
        *(pl.col(c).alias(f"{side}{c}") for c in ABOUT),
        pl.col("AVAL").alias(f"{side}VAL"),
        pl.col("AVALU").alias(f"{side}U"),
        (pl.col("AVAL") * pl.col("FACTOR")).alias(f"{side}STD"),
        pl.col("SUMRSN").alias(f"{side}OUT"),
        pl.lit(value=True).alias(f"{side}THERE"),
    )
    return (
        wanted.select(*PAIR_KEYS, PARCAT1=f"{side}CD", MATRIX=f"{side}MAT")
        .join(own, on=["PARCAT1", "MATRIX"], how="inner")
        .drop("PARCAT1", "MATRIX")
    )


def _means(single: pl.DataFrame, plan: ConjugateRatios) -> pl.DataFrame:
    """Geometric mean of the subjects' ratios and its t limits on the log scale, by dose level and cycle."""
    logs = pl.col("AVAL").log()
    wide = single.group_by(*PAIR_KEYS, "PARAMCD", "LEVEL", "CYCLE").agg(
        pl.col("LABEL").first(),
        pl.col("PARAM").drop_nulls().first(),
        pl.col("N").sum(),
        pl.col("NNC").sum(),
        MEAN=logs.mean(),
        SD=logs.std(ddof=1),
    )
    n = wide["N"].to_numpy().astype(float)
    quantile = pl.Series("T", stdtrit(np.maximum(n - 1, 1), 0.5 + plan.confidence / 2))
    half = quantile * wide["SD"] / wide["N"].sqrt()
    none = pl.when(pl.col("N") < 2).then(pl.lit(said.FEW_SUBJECTS.en.format(2)))
    few = pl.when(pl.col("N") < plan.min_subjects).then(
        pl.lit(said.FEW_SUBJECTS.en.format(plan.min_subjects))
    )
    kept, limited = pl.col("REASON").is_null(), pl.col("LIMRSN").is_null()
    return wide.with_columns(HALF=half, REASON=none, LIMRSN=few).with_columns(
        SCOPE=pl.lit("LEVEL"),
        AVALU=pl.lit("1"),
        AVAL=pl.when(kept).then(pl.col("MEAN").exp()),
        LOWER=pl.when(limited).then((pl.col("MEAN") - pl.col("HALF")).exp()),
        UPPER=pl.when(limited).then((pl.col("MEAN") + pl.col("HALF")).exp()),
    )


def with_release_limited(
    adpp: pl.DataFrame, study: Study, plan: ConjugateRatios | None
) -> pl.DataFrame:
    """Flags a payload slope that is about as slow as the conjugate's after the same dose (ADC-5).

    Half-lives are compared in hours whatever unit either is told in; a slope that is not reported compares
    with nothing.
    """
    if plan is None:
        return adpp
    found = pairs(study).filter(pl.col("RATIO") == "PAYADC")
    hours = {a.code: factor(a.time_unit, "h") for a in study.analytes}
    half = (
        adpp.filter((pl.col("PARAMCD") == "LAMZHL") & (pl.col("STATUS") != "NR"))
        .with_columns(
            HOURS=pl.col("AVAL") * pl.col("PARCAT1").replace_strict(hours, return_dtype=pl.Float64)
        )
        .select("PARCAT1", "MATRIX", "USUBJID", "DOSENO", "HOURS", "PROFILE")
    )
    payload = found.select(*("NUMCD", "NUMMAT", "DENCD", "DENMAT")).join(
        half, left_on=["NUMCD", "NUMMAT"], right_on=["PARCAT1", "MATRIX"], how="inner"
    )
    slow = (
        payload.join(
            half.rename({"HOURS": "OTHER"}).drop("PROFILE"),
            left_on=["DENCD", "DENMAT", "USUBJID", "DOSENO"],
            right_on=["PARCAT1", "MATRIX", "USUBJID", "DOSENO"],
            how="inner",
        )
        .filter(pl.col("HOURS") >= plan.release_limited_from * pl.col("OTHER"))
        .select("PROFILE", SLOW=pl.lit(value=True))
        .unique("PROFILE")
    )
    joined = adpp.join(slow, on="PROFILE", how="left", maintain_order="left")
    told = pl.col("SLOW").fill_null(value=False) & pl.col("PARAMCD").is_in(SLOPES)
    told = told & (pl.col("STATUS") != "NR")
    return joined.with_columns(
        STATUS=pl.when(told).then(pl.lit("FLAG")).otherwise("STATUS"),
        REASON=pl.when(told)
        .then(
            pl.concat_str(
                "REASON", pl.lit(said.RELEASE_LIMITED.en), separator="; ", ignore_nulls=True
            )
        )
        .otherwise("REASON"),
    ).drop("SLOW")
