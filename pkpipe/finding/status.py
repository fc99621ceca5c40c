"""Findings beside those of an earlier cutoff: new, still open, or resolved."""

from __future__ import annotations

from typing import Final

import polars as pl

from pkpipe.finding.table import FINDINGS_SCHEMA

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
