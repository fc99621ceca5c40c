"""First and last dose."""

from __future__ import annotations

import polars as pl

from pkpipe.tables import dates

# A record without a frequency is one administration; with one (QD) it is a range of days.
REPEATED = pl.col("EXDOSFRQ").is_not_null() & (pl.col("EXDOSFRQ") != "ONCE")
GIVEN = (pl.col("EXDOSE") > 0) | ((pl.col("EXDOSE") == 0) & pl.col("EXTRT").str.contains("PLACEBO"))


def treatment_dates(ex: pl.DataFrame) -> pl.DataFrame:
    """TRTSDT and TRTEDT over all study drugs, from records with a dose (or a placebo's zero).

    A missing end stands for the start when the record is one administration. In a range of days it says
    nothing about the last dose and is passed over; where no range has an end, the last dose is unknown.
    """
    given = ex.filter(GIVEN).with_columns(
        START=dates.moment_or_midnight(pl.col("EXSTDTC")),
        END=dates.moment_or_midnight(pl.col("EXENDTC")),
    )
    last = pl.when(REPEATED).then("END").otherwise(pl.coalesce("END", "START"))
    return (
        given.group_by("USUBJID")
        .agg(TRTSDTM=pl.col("START").min(), TRTEDTM=last.max())
        .with_columns(TRTSDT=pl.col("TRTSDTM").dt.date(), TRTEDT=pl.col("TRTEDTM").dt.date())
        .with_columns(TRTDURD=(pl.col("TRTEDT") - pl.col("TRTSDT")).dt.total_days() + 1)
    )
