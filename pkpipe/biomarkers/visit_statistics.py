"""PDSTAT: biomarkers by visit and cohort, as measured, as change and as percent change from baseline."""

from __future__ import annotations

from typing import Final

import polars as pl

from pkpipe.schema.adam.biomarkers import VALUE_AND_CHANGES
from pkpipe.schema.adam.common import ALL
from pkpipe.statistics import described

SUBJECTS_AT: Final = ("PARAMCD", "COHORT", "CYCLE", "VISIT", "ATPTN")
SCHEMA: Final = pl.Schema(
    {"PARAMCD": pl.String(), "COHORT": pl.String(), "CYCLE": pl.Int64(), "VISIT": pl.String()}
    | {"ATPTN": pl.Float64(), "KIND": pl.String(), "PARAM": pl.String(), "ATPT": pl.String()}
    | {"N": pl.Int64()}
    | dict.fromkeys(("MEAN", "SD", "MEDIAN", "MIN", "MAX"), pl.Float64())
    | {"AVALU": pl.String(), "REASON": pl.String()}
)
NO_VALUE: Final = {
    "AVAL": "no subject has a result",
    "CHG": "no subject has a change: before the first dose, or without a baseline",
    "PCHG": "no subject has a percent change: before the first dose, or without a baseline above 0",
}


def with_first(adpd: pl.DataFrame) -> pl.DataFrame:
    """ADPD with `ANL01FL`: a subject's first result at a visit and time, of biomarkers the study file has.

    A repeated examination weighs no more.
    """
    numbered = adpd.drop("ANL01FL", strict=False).with_row_index("PLACE")
    first = (
        numbered.filter(pl.col("DRUG").is_not_null() & pl.col("COHORT").is_not_null())
        .sort(
            *("USUBJID", *SUBJECTS_AT), pl.col("AVAL").is_null(), "ADTM", "SRCROW", nulls_last=True
        )
        .unique(["USUBJID", *SUBJECTS_AT], keep="first", maintain_order=True)["PLACE"]
    )
    used = pl.col("PLACE").is_in(first.implode())
    return numbered.with_columns(ANL01FL=pl.when(used).then(pl.lit("Y"))).drop("PLACE")


def marker_statistics(adpd: pl.DataFrame) -> pl.DataFrame:
    """One row a marker, cohort (`ALL`: everybody), visit, time and kind; N counts subjects.

    Records with ANL01FL count (`with_first`).
    """
    once = adpd.filter(pl.col("ANL01FL") == "Y").sort("USUBJID", *SUBJECTS_AT, nulls_last=True)
    both = pl.concat([once, once.with_columns(COHORT=pl.lit(ALL))])
    return (
        pl.concat([_of_kind(both, kind) for kind in VALUE_AND_CHANGES])
        .sort(
            "PARAMCD",
            pl.col("COHORT") == ALL,
            *SUBJECTS_AT[1:],
            pl.col("KIND").replace_strict(
                {k: i for i, k in enumerate(VALUE_AND_CHANGES)}, return_dtype=pl.Int8
            ),
            nulls_last=True,
        )
        .select(pl.col(c).cast(t) for c, t in SCHEMA.items())
    )


def _of_kind(rows: pl.DataFrame, kind: str) -> pl.DataFrame:
    value = pl.col(kind)
    unit = pl.lit("%") if kind == "PCHG" else pl.col("AVALU").drop_nulls().first()
    return (
        rows.group_by(SUBJECTS_AT, maintain_order=True)
        .agg(
            PARAM=pl.col("PARAM").first(),
            ATPT=pl.col("ATPT").drop_nulls().first(),
            **described(value),
            AVALU=unit.first() if kind == "PCHG" else unit,
        )
        .with_columns(
            KIND=pl.lit(kind),
            REASON=pl.when(pl.col("N") == 0)
            .then(pl.lit(NO_VALUE[kind]))
            .when(pl.col("N") == 1)
            .then(pl.lit("one subject, so no SD")),
        )
    )
