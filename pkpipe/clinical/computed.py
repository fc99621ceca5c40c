"""Which records of a findings table were computed and not measured: shown, and never counted as results.

Sources: SDTMIG 3.4, --DRVFL (Y: derived, such as the mean of replicates); ADaMIG 1.3, DTYPE (how an analysis
record was made). DTYPE COPY is a measured record given twice.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import polars as pl

from pkpipe.schema.coded_words import folded, same
from pkpipe.schema.computed_columns import COMPUTED, DTYPE
from pkpipe.sentences import Words

COPY: Final = "COPY"
REASON: Final = Words("computed and not measured: left out", "为计算值而非测量值：不计入")
# Where a computed record may be the only one of its test (QTcF, a mean of three readings, a ratio).
MAY_STAND: Final = tuple(code for code in COMPUTED if code != "PC")


def is_computed(flag: pl.Expr, kind: pl.Expr) -> pl.Expr:
    """True for a record whose flag or type says that it was computed; never null."""
    made = kind.is_not_null() & (folded(kind) != COPY)
    return (same(flag, ("Y", "YES")) | made).fill_null(value=False)


def computed(code: str, columns: Sequence[str] | None = None) -> pl.Expr:
    """True for a record of the domain that no number may rest on; never null.

    A concentration is measured or it is none. Elsewhere a computed record gives way to measured ones of the
    same subject, test and day, and is the result where there are none. columns: those the table has, where
    it may lack the two that say so.
    """
    said = (
        pl.col(name) if columns is None or name in columns else pl.lit(None, dtype=pl.String)
        for name in (COMPUTED[code], DTYPE)
    )
    made = is_computed(*said)
    if code not in MAY_STAND:
        return made
    value = pl.coalesce(f"{code}STRESC", pl.col(f"{code}STRESN").cast(pl.String))
    measured = ~made & value.is_not_null()
    day = pl.col(f"{code}DTC").str.slice(0, 10)
    return made & measured.any().over("USUBJID", f"{code}TESTCD", day)


def with_computed(rows: pl.DataFrame, code: str) -> pl.DataFrame:
    """The rows with MADE, true where no number may rest on the record."""
    made = computed(code, rows.columns) if code in COMPUTED else pl.lit(value=False)
    return rows.with_columns(MADE=made)


def measured(tables: Mapping[str, pl.DataFrame]) -> dict[str, pl.DataFrame]:
    """The tables without the records that were computed."""
    kept = dict(tables)
    for code in COMPUTED:
        if code in kept and any(
            c in kept[code] and kept[code][c].count() for c in (COMPUTED[code], DTYPE)
        ):
            kept[code] = kept[code].filter(~computed(code, kept[code].columns))
    return kept
