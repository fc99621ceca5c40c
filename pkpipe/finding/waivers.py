"""What a waived finding says: who waived it, when and why."""

from __future__ import annotations

from typing import Final

import polars as pl

C: Final = pl.col

# What a waived finding says before its own message.
SAYS: Final = r"^waived by (?P<BY>.*?) on (?P<ON>\d{4}-\d{2}-\d{2}) \((?P<WHY>.*?)\): (?P<WHAT>.*)$"


def of_report(findings: pl.DataFrame) -> pl.DataFrame:
    """The waived findings with BY, ON and WHY, and WHAT, the message each had."""
    told = findings.with_columns(C("MESSAGE").str.extract_groups(SAYS).alias("_SAID")).unnest(
        "_SAID"
    )
    return told.filter(C("BY").is_not_null())
