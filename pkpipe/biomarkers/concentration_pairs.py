"""PDPAIR: each biomarker result with the concentration of its drug's analytes in the same sample."""

from __future__ import annotations

from typing import Final

import polars as pl

from pkpipe.clinical.sample_schedule import marked
from pkpipe.protocol.blq_options import SHARE_OF_LLOQ
from pkpipe.protocol.exposure_response import MarkerCurves
from pkpipe.protocol.study import Study
from pkpipe.sentences import sentence

SAMPLE_COLUMNS: Final = {"code": "PARAMCD", "name": "ATPT", "hours": "ATPTN"}
MOMENT: Final = pl.Datetime("us")
WHAT: Final = ("PARAMCD", "PARCAT1", "MATRIX")
SCHEMA: Final = pl.Schema(
    dict.fromkeys(("USUBJID", *WHAT), pl.String())
    | {"ADTM": MOMENT, "SRCROW": pl.Int64()}
    | dict.fromkeys(("PARAM", "DRUG", "COHORT", "LEVEL"), pl.String())
    | {"CYCLE": pl.Int64(), "VISIT": pl.String(), "ATPT": pl.String(), "KIND": pl.String()}
    | {
        "AVAL": pl.Float64(),
        "AVALU": pl.String(),
        "CUTOFF": pl.String(),
        "CONC": pl.Float64(),
        "CONCU": pl.String(),
    }
    | {"CONCDTM": MOMENT, "APARTM": pl.Float64(), "BLQFL": pl.String(), "USEDFL": pl.String()}
    | {"REASON": pl.String()}
)


def marker_pairs(
    adpd: pl.DataFrame, adpc: pl.DataFrame, study: Study, plan: MarkerCurves
) -> pl.DataFrame:
    """One row a result, analyte and matrix; what is not used has its reason.

    The nearest concentration of the subject, drawn on the same side of the dose. Before the first dose a
    BLQ is no drug, 0; what stands for a later one is the study's choice.
    """
    results = adpd.filter(pl.col("DRUG").is_not_null())
    if results.is_empty() or not study.analytes:
        return pl.DataFrame(schema=SCHEMA)
    both = _joined(results, adpc, study)
    apart = (pl.col("ADTM") - pl.col("CONCDTM")).dt.total_microseconds().abs() / 6e7
    blq, naive = pl.col("BLQFL") == "Y", pl.col("AFRLT") <= 0
    share = SHARE_OF_LLOQ.get(plan.blq)
    stands = pl.col("LLOQ") * share if share else pl.lit(share, dtype=pl.Float64)
    return (
        both.with_columns(CUTOFF=_cut_off(study))
        .with_columns(AVAL=plan.result, KIND=pl.lit(plan.result), APARTM=apart)
        .with_columns(FAR=(pl.col("APARTM") > plan.apart_minutes).fill_null(value=True))
        .with_columns(
            pl.when(~pl.col("FAR")).then(pl.col(c)).alias(c)
            for c in ("CONCDTM", "APARTM", "BLQFL", "CONC", "AFRLT", "LLOQ", "EXCLRSN")
        )
        .with_columns(
            CONC=pl.when(blq & naive).then(0.0).when(blq).then(stands).otherwise("CONC"),
            AVALU=pl.when(pl.lit(plan.result == "PCHG")).then(pl.lit("%")).otherwise("AVALU"),
        )
        .with_columns(REASON=_why_not(plan))
        .with_columns(USEDFL=pl.when(pl.col("REASON").is_null()).then(pl.lit("Y")))
        .sort("USUBJID", *WHAT, "ADTM", "SRCROW", nulls_last=True)
        .select(pl.col(c).cast(t) for c, t in SCHEMA.items())
    )


def _joined(results: pl.DataFrame, adpc: pl.DataFrame, study: Study) -> pl.DataFrame:
    """Results by every analyte of their drug, with the nearest sample of either side of the dose."""
    analytes = pl.DataFrame(
        [(a.drug, a.code, a.matrix, a.unit) for a in study.analytes],
        schema=dict.fromkeys(("DRUG", "PARCAT1", "MATRIX", "CONCU"), pl.String),
        orient="row",
    )
    left = (
        marked(results, study, "biomarker", SAMPLE_COLUMNS)
        .join(analytes, on="DRUG", how="inner", maintain_order="left_right")
        .rename({"IS_PRE": "PRE"})
        .drop("IS_EOI", "IS_PLANNED", "TPKEY")
        .sort("ADTM", "SRCROW", maintain_order=True, nulls_last=True)
    )
    right = (
        adpc.filter(pl.col("ADTM").is_not_null())
        .sort("ADTM", pl.col("EXCLFL").is_not_null(), "SRCROW")
        .select(
            *("USUBJID", "MATRIX", "AFRLT", "LLOQ", "BLQFL", "EXCLRSN"),
            PARCAT1="PARAMCD",
            PRE=pl.col("PREFL").is_not_null(),
            CONC="AVAL",
            CONCDTM="ADTM",
        )
        .unique(
            ["USUBJID", "PARCAT1", "MATRIX", "PRE", "CONCDTM"], keep="first", maintain_order=True
        )
    )
    timed = left.filter(pl.col("ADTM").is_not_null()).join_asof(
        right,
        left_on="ADTM",
        right_on="CONCDTM",
        by=["USUBJID", "PARCAT1", "MATRIX", "PRE"],
        strategy="nearest",
        check_sortedness=False,
        coalesce=False,
    )
    return pl.concat([timed, left.filter(pl.col("ADTM").is_null())], how="diagonal")


def _cut_off(study: Study) -> pl.Expr:
    """`LOW` or `HIGH` where a result is at the end of what the laboratory reports."""
    found = pl.lit(None, dtype=pl.String)
    for marker in study.biomarkers:
        mine, value = pl.col("PARAMCD") == marker.code, pl.col("AVAL")
        if marker.reported_from is not None:
            found = (
                pl.when(mine & (value <= marker.reported_from)).then(pl.lit("LOW")).otherwise(found)
            )
        if marker.reported_to is not None:
            found = (
                pl.when(mine & (value >= marker.reported_to)).then(pl.lit("HIGH")).otherwise(found)
            )
    return found


def _why_not(plan: MarkerCurves) -> pl.Expr:
    """The first thing that keeps a pair from the curve."""
    apart = f"no concentration within {plan.apart_minutes:g} minutes on the same side of the dose"
    return pl.coalesce(
        pl.when(pl.col("AVAL").is_null()).then(
            pl.coalesce("REASON", pl.lit("no change: before the first dose"))
        ),
        pl.when(pl.col("FAR")).then(pl.lit(apart)),
        pl.when(pl.col("EXCLRSN").is_not_null()).then(
            sentence("concentration not used: {}", "EXCLRSN")
        ),
        pl.when(pl.col("CONC").is_null()).then(
            pl.when(pl.col("BLQFL") == "Y")
            .then(pl.lit("concentration below the limit of quantification after the first dose"))
            .otherwise(pl.lit("no concentration"))
        ),
    )
