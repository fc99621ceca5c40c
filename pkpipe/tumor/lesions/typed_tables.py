"""TR, TU and RS as delivered to the columns that the analysis asks for, each in its type."""

from __future__ import annotations

from typing import Final

import polars as pl

TEXT_COLUMNS: Final = {
    "TR": (
        *("USUBJID", "TRLNKID", "TRGRPID", "TRTESTCD", "TRSTRESC", "TRSTAT", "TRREASND"),
        *("VISIT", "TRDTC", "TREVAL", "TREVALID", "TRSTRESU", "TRACPTFL"),
    ),
    "TU": (
        *("USUBJID", "TULNKID", "TULOC", "TUSTRESC", "TUEVAL", "TUEVALID", "VISIT", "TUDTC"),
        "TUACPTFL",
    ),
    "RS": (
        *("USUBJID", "RSTESTCD", "RSSTRESC", "RSEVAL", "RSEVALID", "VISIT", "RSDTC", "RSCAT"),
        "RSACPTFL",
    ),
}
NUMBER_COLUMNS: Final = {
    "TR": ("TRSTRESN", "VISITNUM", "TRSEQ"),
    "TU": ("VISITNUM",),
    "RS": ("VISITNUM", "RSSEQ"),
}


def as_typed(frame: pl.DataFrame | None, domain: str) -> pl.DataFrame:
    """The domain's columns in their types, nulls where absent, and SRCROW (row of the file, header 1)."""
    frame = pl.DataFrame() if frame is None else frame
    texts, numbers = TEXT_COLUMNS[domain], NUMBER_COLUMNS[domain]
    row = (
        pl.col("SRCROW").cast(pl.Int64)
        if "SRCROW" in frame.columns
        else pl.int_range(2, pl.len() + 2, dtype=pl.Int64)
    )
    if frame.is_empty():
        return pl.DataFrame(
            schema={
                **dict.fromkeys(texts, pl.String),
                **dict.fromkeys(numbers, pl.Float64),
                "SRCROW": pl.Int64,
            }
        )
    return frame.select(
        *(_text(frame, c) for c in texts), *(_number(frame, c) for c in numbers), SRCROW=row
    )


def _text(frame: pl.DataFrame, column: str) -> pl.Expr:
    if column not in frame.columns:
        return pl.lit(None, dtype=pl.String).alias(column)
    return pl.col(column).cast(pl.String)


def _number(frame: pl.DataFrame, column: str) -> pl.Expr:
    if column not in frame.columns:
        return pl.lit(None, dtype=pl.Float64).alias(column)
    return pl.col(column).cast(pl.Float64, strict=False)
