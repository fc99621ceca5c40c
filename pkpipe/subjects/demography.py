"""Who the subjects are and which cohort they belong to."""

from __future__ import annotations

import polars as pl

from pkpipe.protocol.study import Study
from pkpipe.schema import dates


def demography(dm: pl.DataFrame, study: Study) -> pl.DataFrame:
    """DM with the cohort of the study file that ARMCD names."""
    cohorts = pl.DataFrame(
        {
            "ARMCD": [c.code for c in study.cohorts],
            "COHORTN": list(range(1, len(study.cohorts) + 1)),
            "COHLABEL": [c.label for c in study.cohorts],
            "PART": [c.part for c in study.cohorts],
            "COHORTTUM": [c.tumour_type for c in study.cohorts],
            "COHORTLVL": [c.level for c in study.cohorts],
        },
        schema={
            "ARMCD": pl.String,
            "COHORTN": pl.Int64,
            "COHLABEL": pl.String,
            "PART": pl.String,
            "COHORTTUM": pl.String,
            "COHORTLVL": pl.String,
        },
    )
    kept = [
        *("USUBJID", "SUBJID", "SITEID", "AGE", "SEX", "RACE", "ETHNIC", "COUNTRY", "TUMTYPE"),
        *("ARMCD", "ARM", "ACTARMCD", "ACTARM", "RFICDTC", "DTHDTC", "DTHFL"),
    ]
    return (
        dm.select(kept)
        .unique("USUBJID", keep="first", maintain_order=True)
        .join(cohorts, on="ARMCD", how="left", maintain_order="left")
        .with_columns(
            COHORT=pl.col("ARMCD"),
            PART=pl.col("PART").fill_null("other"),
            RFICDT=dates.day(pl.col("RFICDTC")),
            TUMTYPE=pl.coalesce("TUMTYPE", "COHORTTUM"),
        )
        .drop("COHORTTUM", "RFICDTC")
    )
