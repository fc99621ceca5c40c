"""What may be wrong with an entry of the exclusion ledger: asked at the border and where it is applied.

The border looks at one entry; the PK room also at the record that the entry points to.
"""

from __future__ import annotations

from typing import Final

from pkpipe.finding.check import Check

SOURCE: Final = "exclusion ledger"
ONE_RECORD: Final = "an entry that points to one record"
# Entries of the ledger and the columns without which they point to nothing.
NEEDED: Final = {
    "CONCENTRATION": ("PARCAT1", "ADTM"),
    "LAMBDA_Z": ("PARCAT1", "ADTM"),
    "PARAMETER": ("PARCAT1", "PARAMCD"),
    "PROFILE": ("PARCAT1",),
}


def _check(
    name: str, column: str, words: str, allowed: str | None = None, source: str = SOURCE
) -> Check:
    return Check(
        f"LEDGER-{name}", "error", words, source, allowed=allowed, table="LEDGER", column=column
    )


UNNAMED: Final = {
    (target, column): _check(
        f"{target}-{column}",
        column,
        f"an entry about a {target} that does not say which",
        f"a {column}",
    )
    for target, columns in NEEDED.items()
    for column in columns
}
PICK: Final = _check(
    "PICK", "ACTION", "only terminal points are picked", "PICK with LAMBDA_Z", "methods NCA-LZ"
)
SEVERAL: Final = _check(
    "SEVERAL",
    "ENTRY",
    "points to more than one record",
    f"{ONE_RECORD}; MATRIX, CYCLE or PROFILE tell them apart",
)
AGAINST: Final = _check(
    "AGAINST", "ACTION", "picks the sample that another entry leaves out", "one of the two"
)
STALE: Final = _check(
    "STALE",
    "AVAL",
    "the record holds neither the value of the entry nor the one confirmed",
    "CONFBY, CONFDT and in CONFVAL the value as it is now, or in CONFVALC BLQ, NOT DONE or GONE",
)
CHECKS: Final = (*UNNAMED.values(), PICK, SEVERAL, AGAINST, STALE)
