"""A column that a file does not have is one finding, not one of every row."""

from __future__ import annotations

from typing import Final

import polars as pl

from pkpipe.clinical.collected import ABSENT
from pkpipe.protocol.study import Study
from pkpipe.tables.checks_arrival import NO_COLUMN
from pkpipe.tables.findings import FINDINGS_SCHEMA
from pkpipe.tables.mapping import mended

C: Final = pl.col
PLACE: Final = ("TABLE", "FILE", "COLUMN")


def collapsed(findings: pl.DataFrame, delivered: pl.DataFrame | None, study: Study) -> pl.DataFrame:
    """The findings with those about empty cells of an absent column as one line with their number.

    Where the missing column is a finding itself (COLUMN-MISSING), it is all that is said.
    """
    if delivered is None or findings.is_empty():
        return findings
    lost = delivered.filter(C("HOW") == ABSENT).select(PLACE).unique(maintain_order=True)
    about = C("ROW").is_not_null() & C("VALUE").is_null() & (C("CHECK") != NO_COLUMN.id)
    rows = findings.with_row_index("_N").filter(about)
    rows = rows.join(lost, on=PLACE, how="semi", maintain_order="left")
    if rows.is_empty():
        return findings
    kind = ["CHECK", "SEVERITY", *PLACE, "MESSAGE"]
    told = findings.filter(C("CHECK") == NO_COLUMN.id).select(PLACE)
    once = (
        rows.group_by(kind, maintain_order=True)
        .agg(_ROWS=pl.len(), FIRST=C("ROW").min())
        .join(told, on=PLACE, how="anti", maintain_order="left")
        .filter(C("_ROWS") > 1)
    )
    few = rows.join(once.select(kind), on=kind, how="anti").join(told, on=PLACE, how="anti")
    kept = findings.with_row_index("_N").join(
        rows.join(few.select("_N"), on="_N", how="anti").select("_N"), on="_N", how="anti"
    )
    how = {
        (table, column): mended(table, column, study)
        for table, column in once.select("TABLE", "COLUMN").unique().iter_rows()
    }
    advice = pl.Series(
        [how[p] for p in once.select("TABLE", "COLUMN").iter_rows()], dtype=pl.String
    )
    lines = once.with_columns(
        ROW=pl.lit(None, dtype=pl.Int64),
        USUBJID=pl.lit(None, dtype=pl.String),
        VALUE=pl.lit(None, dtype=pl.String),
        MESSAGE=pl.format(
            "no column {} ({} rows, the first is row {}): {}", "COLUMN", "_ROWS", "FIRST", "MESSAGE"
        ),
        ALLOWED=advice,
    ).select(FINDINGS_SCHEMA.names())
    return pl.concat([kept.sort("_N").drop("_N"), lines.cast(FINDINGS_SCHEMA)])
