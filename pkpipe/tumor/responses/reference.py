"""The dates a subject's assessments are held against, and how an assessment becomes one that counts."""

from __future__ import annotations

from typing import Final

import polars as pl

from pkpipe.tumor.options import ResponseOptions

DATES: Final = ("TRTSDT", "RANDDT", "NACTDT", "DTHDT", "CUTDT")


def anchor_of(options: ResponseOptions) -> str:
    """The column days count from."""
    return "RANDDT" if options.anchor == "randomization" else "TRTSDT"


def reference_dates(ref: pl.DataFrame | None, options: ResponseOptions) -> pl.DataFrame:
    """One row a subject: ANCHOR (days count from it), FIRSTDT (the baseline lies before it), other dates.

    Without the treatment start the baseline is held against the anchor.
    """
    if ref is None:
        return pl.DataFrame(
            schema={"USUBJID": pl.String, "ANCHOR": pl.Date, "FIRSTDT": pl.Date}
            | dict.fromkeys(DATES, pl.Date)
        )
    anchor = anchor_of(options)
    dated = ref.with_columns(
        (pl.col(d) if d in ref.columns else pl.lit(None)).cast(pl.Date).alias(d) for d in DATES
    )
    return dated.with_columns(
        ANCHOR=pl.col(anchor), FIRSTDT=pl.coalesce("TRTSDT", "RANDDT")
    ).unique("USUBJID", keep="first", maintain_order=True)
