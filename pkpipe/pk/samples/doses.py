"""Dose times as pharmacokinetics needs them."""

from __future__ import annotations

import polars as pl

from pkpipe.clinical.dose_frequency import planned_interval
from pkpipe.clinical.reference_dose import DOSE_COLUMNS
from pkpipe.protocol.study import Study

HOURS_A_DAY = 24.0


def dose_times(adex: pl.DataFrame, study: Study) -> pl.DataFrame:
    """The doses of ADEX as they were given, each with the start of the next one. DOSE in mg."""
    tau = {d.code: HOURS_A_DAY * planned_interval(d) for d in study.drugs}
    rows = (
        adex.filter((pl.col("DOSE") > 0) & pl.col("ASTDTM").is_not_null())
        .with_columns(
            DOSEDTM="ASTDTM",
            DOSEG="DOSE",
            DOSEGU="DOSEU",
            DOSE="DOSEMG",
            TAUH=pl.col("DRUG").replace_strict(tau, default=HOURS_A_DAY, return_dtype=pl.Float64),
        )
        .sort("USUBJID", "DRUG", "DOSEDTM", "SRCROW")
    )
    return rows.with_columns(
        DOSENO=pl.int_range(1, pl.len() + 1).over("USUBJID", "DRUG").cast(pl.Int64),
        NEXTDTM=pl.when(_same_drug(-1)).then(pl.col("DOSEDTM").shift(-1)),
        PREVPCT=pl.when(_same_drug(1)).then(pl.col("DOSEPCT").shift(1)),
        PREVDTM=pl.when(_same_drug(1)).then(pl.col("DOSEDTM").shift(1)),
        PREVLEVEL=pl.when(_same_drug(1)).then(pl.col("LEVEL").shift(1)),
        CYCLE=pl.coalesce(
            "CYCLE", pl.int_range(1, pl.len() + 1).over("USUBJID", "DRUG").cast(pl.Int64)
        ),
    ).select(DOSE_COLUMNS)


def _same_drug(step: int) -> pl.Expr:
    """Whether the row so many places before (after: negative) is of the same subject and drug."""
    return (pl.col("USUBJID") == pl.col("USUBJID").shift(step)) & (
        pl.col("DRUG") == pl.col("DRUG").shift(step)
    )
