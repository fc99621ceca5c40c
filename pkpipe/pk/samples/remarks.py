"""Samples that are used and yet remarkable (CONC-MID): what they are called, and when."""

from __future__ import annotations

from typing import Final

import polars as pl

from pkpipe.clinical.blq import RULES
from pkpipe.pk import pk_sentences as said

MINUTE: Final = 1 / 60
# A number that was taken as BLQ says so; a text that says it needs no remark.
BY_VALUE: Final = {rule.id: rule.said.en for rule in RULES if rule.id in {"ZERO", "VALUE"}}
PROFILE_KEY: Final = ("USUBJID", "PARAMCD", "MATRIX", "DOSENO")


def early_end_of_infusion() -> pl.Expr:
    """Planned at the end of the infusion, and drawn before it."""
    return pl.col("IS_EOI") & (pl.col("ARRLT") < pl.col("DURH") - MINUTE)


def remarks(rows: pl.DataFrame, rising_fold: float | None) -> pl.DataFrame:
    """Adds REASON: every remark that holds, in words; null where none does."""
    rows = rows.with_row_index("_row")
    rows = rows.join(_rising(rows, rising_fold), on="_row", how="left", maintain_order="left")
    causes = (
        (early_end_of_infusion(), said.EARLY_END.en),
        (pl.col("TOOLATE"), said.LATE.en),
        (_embedded(), said.EMBEDDED.en),
        *((pl.col("BLQRULE") == rule, words) for rule, words in BY_VALUE.items()),
        (
            pl.col("RISES"),
            said.RISES.en.format(f"{rising_fold or 0:g}"),
        ),
    )
    told = pl.concat_str(
        *(pl.when(holds).then(pl.lit(words)) for holds, words in causes),
        separator="; ",
        ignore_nulls=True,
    )
    return rows.with_columns(REASON=told).with_columns(
        REASON=pl.when(pl.col("REASON") != "").then("REASON")
    ).drop("_row", "RISES")  # fmt: skip


def _embedded() -> pl.Expr:
    """A BLQ with quantifiable samples of the same dose before and after it."""
    seen = pl.when(pl.col("EXCLRSN").is_null() & ~pl.col("BLQ")).then("ADTM")
    within = pl.col("ADTM").is_between(seen.min().over(PROFILE_KEY), seen.max().over(PROFILE_KEY))
    return (pl.col("BLQ") & pl.col("EXCLRSN").is_null() & within).fill_null(value=False)


def _rising(rows: pl.DataFrame, fold: float | None) -> pl.DataFrame:
    """Rows after the peak of their dose that exceed the sample before them by more than the fold."""
    used = rows.filter(pl.col("EXCLRSN").is_null() & pl.col("AVAL").is_not_null()).select(
        "_row", *PROFILE_KEY, "ADTM", "AVAL"
    )
    ordered = used.sort(*PROFILE_KEY, "ADTM", "_row", nulls_last=True)
    same = pl.all_horizontal(pl.col(c) == pl.col(c).shift(1) for c in PROFILE_KEY)
    peak = (
        pl.when(pl.col("AVAL") == pl.col("AVAL").max().over(PROFILE_KEY))
        .then("ADTM")
        .min()
        .over(PROFILE_KEY)
    )
    rise = (
        same
        & (pl.col("ADTM") > peak)
        & (pl.col("AVAL") > (fold or float("inf")) * pl.col("AVAL").shift(1))
    )
    return ordered.filter(rise).select("_row", RISES=pl.lit(value=True))
