"""Findings as a data manager sends them: with site, visit and status, safe to open in a spreadsheet."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import polars as pl

from pkpipe.tables.findings import FINDINGS_SCHEMA
from pkpipe.tables.inputs import SPECS
from pkpipe.tables.spreadsheet import safe

C: Final = pl.col
NEW, OPEN, RESOLVED = "NEW", "OPEN", "RESOLVED"
# What makes two findings the same one: rows move from delivery to delivery, so the row is no part of it.
SAME: Final = ("CHECK", "TABLE", "USUBJID", "COLUMN", "VALUE")


def compared(current: pl.DataFrame, previous: pl.DataFrame | None) -> pl.DataFrame:
    """The findings with STATUS, those of the previous cutoff that are gone as RESOLVED at the end.

    Of several alike findings as many stay open as there were before. Without a previous cutoff all are new.
    """
    before = pl.DataFrame(schema=FINDINGS_SCHEMA) if previous is None else previous
    key = [*SAME, "_NTH"]
    now, then = _counted(current), _counted(before)
    matched = now.join(
        then.select(*key, _WAS=True), on=key, how="left", nulls_equal=True, maintain_order="left"
    )
    status = pl.when(C("_WAS").is_null()).then(pl.lit(NEW)).otherwise(pl.lit(OPEN))
    gone = then.join(now, on=key, how="anti", nulls_equal=True, maintain_order="left")
    return pl.concat(
        [
            matched.select(*FINDINGS_SCHEMA.names(), STATUS=status),
            gone.select(*FINDINGS_SCHEMA.names(), STATUS=pl.lit(RESOLVED)),
        ]
    )


def _counted(findings: pl.DataFrame) -> pl.DataFrame:
    """With the number of each finding among its likes."""
    return findings.with_columns(_NTH=pl.int_range(pl.len()).over(list(SAME)))


def for_sites(findings: pl.DataFrame, tables: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """One line a finding for a spreadsheet: status, site, subject, visit, place, value, what is expected."""
    sites = tables["DM"].select("USUBJID", "SITEID").unique("USUBJID", keep="first")
    visits = pl.concat(
        tables[code].select(FILE="SRCFILE", ROW="SRCROW", TABLE=pl.lit(code), VISIT="VISIT")
        for code in SPECS
        if "VISIT" in SPECS[code].names
    ).unique(["FILE", "ROW", "TABLE"], keep="first")
    lines = findings.join(sites, on="USUBJID", how="left", maintain_order="left").join(
        visits, on=["FILE", "ROW", "TABLE"], how="left", maintain_order="left"
    )
    return safe(
        lines.select(
            *("STATUS", "SEVERITY", "SITEID", "USUBJID", "VISIT", "TABLE", "FILE", "ROW"),
            FIELD="COLUMN",
            VALUE="VALUE",
            MESSAGE="MESSAGE",
            EXPECTED="ALLOWED",
            CHECK="CHECK",
        )
    )
