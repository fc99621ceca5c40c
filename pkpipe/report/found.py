"""Every finding of a run in one table: of the raw tables, of the topics, of the conduct of the trial."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from pkpipe.tables.findings import all_findings


def everything_found(tables: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """The findings of the border and of the topics as one."""
    topics = (tables["TUMFIND"], _of_times(tables["ADTTE"]), _of_conduct(tables["CONFORM"]))
    return all_findings([tables["FINDINGS"], *topics])


def _of_conduct(conform: pl.DataFrame) -> pl.DataFrame:
    """What went otherwise than the protocol plans, as findings."""
    return conform.filter(pl.col("RESULT") == "FAIL").select(
        CHECK=pl.format("CONDUCT-{}", "CHECK"),
        SEVERITY=pl.lit("query"),
        TABLE=pl.lit("CONFORM"),
        FILE=pl.lit(None, dtype=pl.String),
        ROW=pl.lit(None, dtype=pl.Int64),
        USUBJID="USUBJID",
        COLUMN=pl.lit(None, dtype=pl.String),
        VALUE=pl.col("DATE").cast(pl.String),
        MESSAGE="DETAIL",
        ALLOWED="RULE",
    )


def _of_times(adtte: pl.DataFrame) -> pl.DataFrame:
    """What time to event found impossible, such as PFS longer than OS, as findings."""
    rows = adtte.filter((pl.col("ANL01FL") == "Y") & pl.col("FINDING").is_not_null())
    return rows.select(
        CHECK=pl.lit("TTE-TIMES"),
        SEVERITY=pl.lit("query"),
        TABLE=pl.lit("ADTTE"),
        FILE=pl.lit(None, dtype=pl.String),
        ROW=pl.lit(None, dtype=pl.Int64),
        USUBJID="USUBJID",
        COLUMN="PARAMCD",
        VALUE=pl.col("AVAL").cast(pl.String),
        MESSAGE="FINDING",
        ALLOWED=pl.lit(None, dtype=pl.String),
    )
