"""Randomisation, end of treatment, end of study, new anti-cancer therapy."""

from __future__ import annotations

from typing import Final

import polars as pl

from pkpipe.clinical.collected import EVERYTHING, Collected, withheld
from pkpipe.clinical.ends import ENDED, WHICH_END
from pkpipe.clinical.therapy import is_new_therapy
from pkpipe.schema import dates

DISPOSITION: Final = "DISPOSITION EVENT"
TREATMENT: Final = "STUDY TREATMENT"
SCREEN_FAILURE: Final = "SCREEN FAILURE"
OF_ENDS: Final = ("EOTDT", "DCTREAS", "EOSDT", "EOSSTT", "DCSREAS")
CLINICAL_PROGRESSION: Final = r"(?i)clinical"


def why_no_ends(ds: pl.DataFrame, known: Collected) -> str | None:
    """Why nobody can say when treatment and study ended; None: it can be said.

    Without the sub-category one event of a subject is the end of both; of two nobody knows which is which.
    """
    lost = known.reason(*ENDED)
    if lost is not None or known.has(WHICH_END):
        return lost
    ends = ds.filter(pl.col("DSCAT") == DISPOSITION, pl.col("DSDECOD") != SCREEN_FAILURE)
    return known.reason(WHICH_END) if ends["USUBJID"].is_duplicated().any() else None


def disposition(ds: pl.DataFrame, who: pl.DataFrame, known: Collected = EVERYTHING) -> pl.DataFrame:
    """RANDDT, EOTDT, EOSDT with their reasons, screen failures and clinical progression without a scan.

    DISPRS: why the ends of treatment and study are empty for everybody.
    """
    lost = why_no_ends(ds, known)
    ds = ds.with_columns(DAY=dates.day(pl.col("DSSTDTC"))).sort(
        "USUBJID", "DAY", "SRCROW", nulls_last=True
    )
    event = (pl.col("DSCAT") == DISPOSITION) & (pl.col("DSDECOD") != SCREEN_FAILURE)
    treatment = event & (pl.col("DSSCAT") == TREATMENT)
    study = event & (pl.col("DSSCAT").is_null() | (pl.col("DSSCAT") != TREATMENT))
    clinical = treatment & pl.col("DSTERM").str.contains(CLINICAL_PROGRESSION)
    progressed = pl.col("DSDECOD").str.contains("PROGRESSI")
    found = ds.group_by("USUBJID").agg(
        RANDDT=pl.col("DAY").filter(pl.col("DSDECOD") == "RANDOMIZED").first(),
        SCRNFAIL=(pl.col("DSDECOD") == SCREEN_FAILURE).any(),
        EOTDT=pl.col("DAY").filter(treatment).first(),
        DCTREAS=pl.col("DSDECOD").filter(treatment).first(),
        EOSDT=pl.col("DAY").filter(study).first(),
        DCSREAS=pl.col("DSDECOD").filter(study).first(),
        CLINPDDT=pl.col("DAY").filter(clinical & progressed).first(),
    )
    return (
        who.select("USUBJID", "TRTSDT", "TRTEDT")
        .join(found, on="USUBJID", how="left", maintain_order="left")
        .with_columns(SCRNFAIL=pl.col("SCRNFAIL").fill_null(value=False))
        .with_columns(
            # off study without a record of its own about treatment: treatment ended with its last dose
            EOTDT=pl.when(pl.col("TRTSDT").is_not_null()).then(
                pl.coalesce("EOTDT", pl.when(pl.col("EOSDT").is_not_null()).then("TRTEDT"))
            ),
            DCTREAS=pl.coalesce("DCTREAS", "DCSREAS"),
            EOSSTT=pl.when(pl.col("DCSREAS") == "COMPLETED")
            .then(pl.lit("COMPLETED"))
            .when(pl.col("DCSREAS").is_not_null())
            .then(pl.lit("DISCONTINUED"))
            .when(~pl.col("SCRNFAIL"))
            .then(pl.lit("ONGOING")),
        )
        .with_columns(
            DCTREAS=pl.when(pl.col("EOTDT").is_not_null()).then("DCTREAS"),
            DCSREAS=pl.when(pl.col("EOSSTT") == "DISCONTINUED").then("DCSREAS"),
            DISPRS=pl.lit(None, dtype=pl.String),
        )
        .pipe(withheld, lost, OF_ENDS, "DISPRS")
        .drop("TRTSDT", "TRTEDT")
    )


def ended_by_death(who: pl.DataFrame) -> pl.DataFrame:
    """Who died is neither on treatment nor in the study, also where DS has no record of that end."""
    open_ = pl.col("DTHDT").is_not_null() & (pl.col("EOSSTT") == "ONGOING")
    treated = pl.col("TRTSDT").is_not_null() & pl.col("EOTDT").is_null()
    death = pl.lit("DEATH")
    return who.with_columns(
        EOSDT=pl.when(open_).then("DTHDT").otherwise("EOSDT"),
        EOSSTT=pl.when(open_).then(pl.lit("DISCONTINUED")).otherwise("EOSSTT"),
        DCSREAS=pl.when(open_).then(death).otherwise("DCSREAS"),
        EOTDT=pl.when(open_ & treated).then("TRTEDT").otherwise("EOTDT"),
        DCTREAS=pl.when(open_ & treated).then(death).otherwise("DCTREAS"),
    )


def new_therapy(cm: pl.DataFrame, who: pl.DataFrame) -> pl.DataFrame:
    """NACTDT: start of the first subsequent anti-cancer therapy.

    A date without a day is taken as the first of its month, but not before the day after the last dose
    (TIME-7), and flagged: new therapy cannot have begun under study treatment unless a whole date says so.
    """
    start = pl.col("CMSTDTC")
    earliest = dates.first_day(start)
    after = pl.col("TRTEDT").dt.offset_by("1d")
    return (
        cm.filter(is_new_therapy(pl.col("CMCAT"), pl.col("CMSCAT")))
        .join(who.select("USUBJID", "TRTEDT"), on="USUBJID", how="inner", maintain_order="left")
        .with_columns(
            NACTDT=pl.when(dates.day(start).is_not_null())
            .then(dates.day(start))
            .otherwise(
                pl.max_horizontal(earliest, pl.min_horizontal(after, dates.last_day(start)))
            ),
            NACTDTF=dates.precision(start).replace_strict(
                {"month": "D", "year": "M"}, default=None, return_dtype=pl.String
            ),
        )
        .sort("USUBJID", "NACTDT", "SRCROW", nulls_last=True)
        .group_by("USUBJID", maintain_order=True)
        .agg(pl.col("NACTDT").first(), pl.col("NACTDTF").first())
    )
