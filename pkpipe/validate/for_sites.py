"""Findings as a data manager sends them: with site, visit and status, safe to open in a spreadsheet."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import polars as pl

from pkpipe.schema.own_inputs import SPECS
from pkpipe.store.spreadsheet import safe

C: Final = pl.col


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
