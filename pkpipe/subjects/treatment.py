"""First and last dose."""

from __future__ import annotations

import polars as pl

from pkpipe.clinical.administrations import given


def treatment_dates(doses: pl.DataFrame) -> pl.DataFrame:
    """TRTSDT and TRTEDT over all study drugs, from administrations with a dose (or a placebo's zero).

    TRTEDT is the day of the last documented dose: no dose is after it. Where not one dose of a subject is
    known to be the last of its record, since every record is a range without an end, it is unknown.
    """
    ended = pl.col("NOCOUNT").is_null().any()
    last = pl.coalesce("AENDTM", "ASTDTM")
    return (
        doses.filter(given())
        .group_by("USUBJID", maintain_order=True)
        .agg(
            TRTSDTM=pl.col("ASTDTM").min(),
            TRTEDTM=pl.when(ended).then(pl.max_horizontal(last, "ASTDTM").max()),
        )
        .with_columns(TRTSDT=pl.col("TRTSDTM").dt.date(), TRTEDT=pl.col("TRTEDTM").dt.date())
        .with_columns(TRTDURD=(pl.col("TRTEDT") - pl.col("TRTSDT")).dt.total_days() + 1)
    )
