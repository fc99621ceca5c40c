"""ADPD: receptor occupancy and other markers, with change from baseline."""

from __future__ import annotations

from typing import Final

import polars as pl

from pkpipe.clinical.collected import NO_REASON, NOT_DONE
from pkpipe.clinical.computed import REASON, with_computed
from pkpipe.clinical.reference_dose import with_dose
from pkpipe.clinical.sample_schedule import marked
from pkpipe.protocol.study import Study
from pkpipe.schema import dates
from pkpipe.sentences import sentence

COLUMNS: Final = (
    *(
        "USUBJID",
        "PARAMCD",
        "ADTM",
        "PARAM",
        "DRUG",
        "COHORT",
        "LEVEL",
        "CYCLE",
        "VISIT",
        "ATPT",
        "ATPTN",
    ),
    *("AVAL", "AVALU", "BASE", "CHG", "PCHG", "ABLFL", "REASON", "SRCROW"),
)
SAMPLE_COLUMNS: Final = {"code": "CPTESTCD", "name": "CPTPT", "hours": "CPTPTNUM"}
PREDOSE_HOURS: Final = 72.0  # examinations before a dose are at most so old


def biomarkers(
    cp: pl.DataFrame, adsl: pl.DataFrame, doses: pl.DataFrame, study: Study
) -> pl.DataFrame:
    """Baseline is the last value before the first dose of the marker's drug; without one, no change."""
    markers = pl.DataFrame(
        {
            "PARAMCD": [b.code for b in study.biomarkers],
            "PARAM": [b.name for b in study.biomarkers],
            "DRUG": [b.drug for b in study.biomarkers],
            "UNIT": [b.unit for b in study.biomarkers],
        },
        schema={"PARAMCD": pl.String, "PARAM": pl.String, "DRUG": pl.String, "UNIT": pl.String},
    )
    rows = (
        marked(with_computed(cp, "CP"), study, "biomarker", SAMPLE_COLUMNS)
        .rename({"CPTESTCD": "PARAMCD", "CPTPT": "ATPT", "CPTPTNUM": "ATPTN"})
        .join(markers, on="PARAMCD", how="left", maintain_order="left")
        .join(adsl.select("USUBJID", "COHORT"), on="USUBJID", how="left", maintain_order="left")
        .with_columns(
            ADTM=dates.moment_or_midnight(pl.col("CPDTC")),
            AVAL=pl.when(~pl.col("MADE")).then("CPSTRESN"),
            AVALU=pl.coalesce("CPSTRESU", "CPORRESU", "UNIT"),
            OWNCYCLE="CYCLE",
        )
    )
    rows = with_dose(rows, doses, PREDOSE_HOURS, "OWNCYCLE").with_columns(
        CYCLE=pl.coalesce("OWNCYCLE", "CYCLE"), _row=pl.int_range(pl.len())
    )
    before = (pl.col("ADTM") <= pl.col("FIRSTDTM")).fill_null(value=False)
    usable = before & pl.col("AVAL").is_not_null()
    base = (
        rows.filter(usable)
        .sort("USUBJID", "PARAMCD", "ADTM", "SRCROW")
        .group_by("USUBJID", "PARAMCD", maintain_order=True)
        .agg(BASE=pl.col("AVAL").last(), BASEROW=pl.col("_row").last())
    )
    return (
        rows.join(base, on=["USUBJID", "PARAMCD"], how="left", maintain_order="left")
        .with_columns(
            ABLFL=pl.when(pl.col("_row") == pl.col("BASEROW")).then(pl.lit("Y")),
            CHG=pl.when(~before).then(pl.col("AVAL") - pl.col("BASE")),
        )
        .with_columns(
            PCHG=pl.when(pl.col("BASE") != 0).then(100 * pl.col("CHG") / pl.col("BASE")),
            REASON=pl.when(pl.col("CPSTAT").is_not_null())
            .then(sentence(NOT_DONE.en, pl.col("CPREASND").fill_null(NO_REASON.en)))
            .when("MADE")
            .then(pl.lit(REASON.en))
            .when(pl.col("AVAL").is_null())
            .then(pl.lit("no result"))
            .when(pl.col("DRUG").is_null())
            .then(pl.lit("not a biomarker of the study file"))
            .when(~before & pl.col("BASE").is_null())
            .then(pl.lit("no value before the first dose, so no change")),
        )
        .sort("USUBJID", "PARAMCD", "ADTM", "SRCROW", nulls_last=True)
        .select(COLUMNS)
    )
