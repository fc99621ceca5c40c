"""Findings (LB, VS, EG, PE) to analysis rows: date, value, baseline and change."""

from __future__ import annotations

from typing import Final

import polars as pl

from pkpipe.clinical.computed import REASON, with_computed
from pkpipe.schema import dates

BDS_COLUMNS: Final = (
    *("USUBJID", "PARAMCD", "ADT", "VISIT", "SRCROW", "PARAM", "AVAL", "AVALC", "AVALU", "BASE"),
    *("CHG", "ABLFL", "POSTFL", "ADY", "COHORT", "LEVEL", "REASON"),
)
_SERIES: Final = ["USUBJID", "PARAMCD", "AVALU"]


def analysed(domain: pl.DataFrame, code: str, adsl: pl.DataFrame, *extra: str) -> pl.DataFrame:
    """One row a record of the domain, sorted by subject, test and date.

    code: the domain's two letters. Baseline is the last result at or before first dose, of the same test in
    the same unit; a record of the day of first dose without a time counts as before it. `POSTFL` marks
    records after it, `REASON` says why a value or a baseline is missing. `extra` columns are carried.
    """
    subject = adsl.select("USUBJID", "COHORT", "LEVEL", "TRTSDT", "TRTSDTM")
    text = pl.col(f"{code}DTC")
    named = (
        with_computed(domain, code)
        .join(subject, on="USUBJID", how="left", maintain_order="left")
        .with_columns(
            PARAMCD=pl.col(f"{code}TESTCD"),
            PARAM=pl.coalesce(f"{code}TEST", f"{code}TESTCD"),
            AVAL=pl.col(f"{code}STRESN"),
            AVALC=pl.coalesce(f"{code}STRESC", f"{code}ORRES"),
            AVALU=pl.col(f"{code}STRESU"),
            ADT=dates.day(text),
            ADTM=dates.moment(text),
            NOTDONE=pl.col(f"{code}REASND"),
        )
    )
    placed = named.with_columns(
        ADY=dates.study_day(pl.col("ADT"), pl.col("TRTSDT")),
        AFTER=pl.when(~pl.col("MADE")).then(_after_first_dose()),
    ).sort("USUBJID", "PARAMCD", "ADT", "ADTM", "SRCROW", nulls_last=True, maintain_order=True)
    return _with_baseline(placed).select(*BDS_COLUMNS, *extra)


def _after_first_dose() -> pl.Expr:
    """True after first dose, false at or before it, null if nobody can say."""
    day, first = pl.col("ADT"), pl.col("TRTSDT")
    clocks = pl.col("ADTM").is_not_null() & (pl.col("TRTSDTM").dt.time() != pl.time(0, 0))
    return (
        pl.when(first.is_null() & day.is_not_null())
        .then(pl.lit(False))
        .when(clocks & (day == first))
        .then(pl.col("ADTM") > pl.col("TRTSDTM"))
        .otherwise(day > first)
    )


def _with_baseline(placed: pl.DataFrame) -> pl.DataFrame:
    numbered = placed.with_row_index("PLACE")
    has_result = pl.col("AVAL").is_not_null() | pl.col("AVALC").is_not_null()
    base = (
        numbered.filter(~pl.col("AFTER") & has_result)
        .group_by(_SERIES, maintain_order=True)
        .agg(
            pl.col("AVAL").last().alias("BASE"),
            pl.col("AVALC").last().alias("BASEC"),
            pl.col("PLACE").last().alias("BASEPLACE"),
        )
    )
    after = pl.col("AFTER").fill_null(value=False)
    reason = (
        pl.when("MADE")
        .then(pl.lit(REASON.en))
        .when(~has_result)
        .then(pl.concat_str([pl.lit("no result"), "NOTDONE"], separator=": ", ignore_nulls=True))
        .when(pl.col("AFTER").is_null())
        .then(pl.lit("date incomplete"))
        .when(after & pl.col("BASEPLACE").is_null())
        .then(pl.lit("no baseline in this unit"))
    )
    return numbered.join(
        base, on=_SERIES, how="left", nulls_equal=True, maintain_order="left"
    ).with_columns(
        CHG=pl.when(after).then(pl.col("AVAL") - pl.col("BASE")),
        ABLFL=pl.when(pl.col("PLACE") == pl.col("BASEPLACE")).then(pl.lit("Y")),
        POSTFL=pl.when(after).then(pl.lit("Y")),
        REASON=reason,
    )
