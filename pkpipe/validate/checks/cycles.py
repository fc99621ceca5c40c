"""Checks of the numbers that order records: cycles and sequence numbers."""

from __future__ import annotations

from typing import Final

import polars as pl

from pkpipe.finding.check import Check
from pkpipe.schema.sdtm import DOMAINS
from pkpipe.validate.row_and_cross_checks import (
    RowCheck,
    placed,
    row_check,
)

C: Final = pl.col


def _not_below(domain: str, column: str, low: int) -> RowCheck:
    words = f"a number that starts at {low}"
    check = Check(f"{domain}-{column}-LOW", "query", words, "SDTMIG 3.4")
    return placed(check, f"{domain}.{column}", lambda _: C(column) < low, f"{low} or more")


CYCLE_ROWS: Final[tuple[RowCheck, ...]] = (
    row_check(
        "PC-CYCLE", "PC.CYCLE", C("CYCLE") < 1, ("a cycle below 1", "1 or more"), "methods TIME-6"
    ),
    row_check(
        "IS-CYCLE", "IS.CYCLE", C("CYCLE") < 1, ("a cycle below 1", "1 or more"), "methods TIME-6"
    ),
    *(
        _not_below(d, c, low)
        for d, spec in DOMAINS.items()
        for c, low in ((f"{d}SEQ", 1), ("CYCLE", 0))
        if c in spec.names
    ),
    *(
        placed(
            Check(
                f"{d}-CYCLE-LATE",
                "query",
                "a cycle beyond the last one planned",
                "drugs.max_cycles",
            ),
            f"{d}.CYCLE",
            lambda s: C("CYCLE") > max((x.max_cycles or 999 for x in s.drugs), default=999),
            "drugs.max_cycles at most",
        )
        for d, spec in DOMAINS.items()
        if "CYCLE" in spec.names
    ),
)
