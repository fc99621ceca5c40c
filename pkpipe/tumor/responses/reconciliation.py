"""Derived against reported, and investigator against central review, time point by time point (REC-12)."""

from __future__ import annotations

from typing import Final

import polars as pl

from pkpipe.protocol.response_options import INVESTIGATOR
from pkpipe.sentences import sentence
from pkpipe.tumor.lesions.segments import BY_READER, starts

WHERE: Final = (*BY_READER, "TPKEY")
RECON: Final = {
    "USUBJID": pl.String,
    "EVAL": pl.String,
    "EVALID": pl.String,
    "ADT": pl.Date,
    "CRIT": pl.String,
    "COMPARE": pl.String,  # derived-reported, investigator-review
    "VISIT": pl.String,
    "DERIVED": pl.String,
    "REPORTED": pl.String,
    "AGREE": pl.String,
    "DAYSOFF": pl.Int64,
    "WHY": pl.String,
    "ARITH": pl.String,
    "ARITHZH": pl.String,
}


def reconciled(derived: pl.DataFrame, reported: pl.DataFrame) -> pl.DataFrame:
    """One row a time point of a reader, with both responses.

    derived, reported: `counted`.  A reported response belongs to the point of its visit, else of its day.
    AGREE is Y or N, null where one side is missing; WHY says which.
    """
    left = derived.filter(starts(WHERE)).select(
        *WHERE, "VISIT", "ADT", "ARITH", "ARITHZH", DERIVED="AVALC"
    )
    right = _one_each(_placed(left, reported)).select(
        *WHERE, RVISIT="VISIT", RADT="ADT", REPORTED="AVALC"
    )
    both = left.join(right, on=WHERE, how="full", coalesce=True, nulls_equal=True)
    return (
        both.with_columns(
            VISIT=pl.coalesce("VISIT", "RVISIT"),
            ADT=pl.coalesce("ADT", "RADT"),
            AGREE=_agreement("DERIVED", "REPORTED"),
            WHY=_why("derived", "DERIVED", "reported", "REPORTED"),
            DAYSOFF=(pl.col("RADT") - pl.col("ADT")).dt.total_days(),
        )
        .drop("RVISIT", "RADT")
        .sort(*BY_READER, "ADT", "TPKEY", nulls_last=True)
    )


def _placed(left: pl.DataFrame, reported: pl.DataFrame) -> pl.DataFrame:
    """Reported responses with the TPKEY of the derived time point they belong to."""
    visits = left.select(*WHERE, SAME=pl.lit(True))
    days = left.filter(starts((*BY_READER, "ADT"))).select(*BY_READER, "ADT", OTHER="TPKEY")
    days = days.filter(pl.col("ADT").is_not_null()).unique((*BY_READER, "ADT"), keep="first")
    return (
        reported.join(visits, on=WHERE, how="left", maintain_order="left")
        .join(days, on=(*BY_READER, "ADT"), how="left", maintain_order="left")
        .with_columns(TPKEY=pl.when("SAME").then("TPKEY").otherwise(pl.coalesce("OTHER", "TPKEY")))
    )


def _one_each(reported: pl.DataFrame) -> pl.DataFrame:
    """Of several responses at one time point the one that counts."""
    return reported.sort(*WHERE, pl.col("ANL01FL").is_null(), "ADT", "SEQ", nulls_last=True).filter(
        starts(WHERE)
    )


def _agreement(one: str, other: str) -> pl.Expr:
    return (
        pl.when(pl.col(one) == pl.col(other))
        .then(pl.lit("Y"))
        .when(pl.col(one).is_not_null() & pl.col(other).is_not_null())
        .then(pl.lit("N"))
    )


def _why(one: str, first: str, other: str, second: str) -> pl.Expr:
    return (
        pl.when(pl.col(first).is_null())
        .then(pl.lit(f"{other} only"))
        .when(pl.col(second).is_null())
        .then(pl.lit(f"{one} only"))
        .when(pl.col(first) != pl.col(second))
        .then(sentence(f"{one} {{}}, {other} {{}}", first, second))
    )


def reviewed(reported: pl.DataFrame) -> pl.DataFrame:
    """Every other reader's reported response beside the investigator's of the same visit or day.

    Columns as `reconciled`: DERIVED holds the investigator's response, READER the other reader.
    """
    own = reported.filter(pl.col("READER") == INVESTIGATOR)
    others = reported.filter(pl.col("READER") != INVESTIGATOR)
    readers = others.select("USUBJID", "READER").unique(maintain_order=True)
    mirrored = own.drop("READER").join(readers, on="USUBJID", how="inner")
    nothing = pl.lit(None, dtype=pl.String)
    return reconciled(mirrored.with_columns(ARITH=nothing, ARITHZH=nothing), others)
