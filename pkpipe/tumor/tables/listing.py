"""The tables of `pkpipe recist`: one row a time point, one row a subject."""

from __future__ import annotations

from typing import Final

import polars as pl

from pkpipe.protocol.response_options import INVESTIGATOR
from pkpipe.tumor.lesions.segments import BY_READER
from pkpipe.tumor.response_analysis import Outcome, leading_reader
from pkpipe.tumor.responses.reconciliation import WHERE, reconciled
from pkpipe.tumor.tables.adtr import with_evaluator

POINT_COLUMNS: Final = (
    *("USUBJID", "EVAL", "EVALID", "VISIT", "ADT", "ADTC", "ROLE"),
    *("SUMDIAM", "BASE", "NADIR", "PCHG", "NMEAS", "NEXP"),
    *("TRGRESP", "NTRGRESP", "NEWLESN", "OVRLRESP", "INVRESP", "AGREE", "RDRRESP"),
    *("ANL01FL", "ANLRSN", "ARITH"),
    # The same response as SDTM RS names it, so that the table can be read where RS is expected.
    *("RSTESTCD", "RSSTRESC", "RSEVAL", "RSEVALID", "RSDTC"),
)
BEST_DATES: Final = ("BORDT", "CBORDT", "RSPDT", "CRSPDT", "PDDT", "LSTADT")


def point_listing(outcome: Outcome, *, derived: bool) -> pl.DataFrame:
    """Every time point, baseline included, of the evaluator asked for (of all readers where none was).

    INVRESP is the investigator's reported response, RDRRESP the same reader's; AGREE compares the first.
    """
    table = _derived_points(outcome) if derived else _reported_points(outcome)
    wanted = outcome.options.evaluator
    if wanted is not None:
        chosen = (pl.col("READER") == wanted) | pl.col("READER").str.starts_with(f"{wanted}/")
        table = table.filter(chosen)
    table = with_evaluator(table).with_columns(
        RSTESTCD=pl.when(pl.col("OVRLRESP").is_not_null()).then(pl.lit("OVRLRESP")),
        RSSTRESC="OVRLRESP",
        RSEVAL="EVAL",
        RSEVALID="EVALID",
        RSDTC=pl.col("ADT").dt.to_string("%Y-%m-%d"),
    )
    absent = [c for c in POINT_COLUMNS if c not in table.columns]
    return (
        table.with_columns(pl.lit(None, dtype=pl.String).alias(c) for c in absent)
        .sort("USUBJID", "EVAL", "EVALID", "ORDER", "ADT", "TPKEY", nulls_last=True)
        .select(POINT_COLUMNS)
    )


def _derived_points(outcome: Outcome) -> pl.DataFrame:
    rows = outcome.derived.timepoints
    own = outcome.reconciliation.select(*WHERE, "ADT", "VISIT", "REPORTED", "WHY")
    judged = rows.select(
        *WHERE, "AVALC", ADTUSED="ADT", FLAG="ANL01FL", WHYNOT="ANLRSN", WORDS="ARITH"
    ).unique(WHERE, keep="first", maintain_order=True)
    inv = _beside_investigator(outcome).select(*WHERE, INVRESP="REPORTED", AGREE="AGREE")
    points = outcome.points.join(judged, on=WHERE, how="left", maintain_order="left")
    points = points.with_columns(
        ADT=pl.coalesce("ADTUSED", "ADATE"),
        ADTC="DTC",
        NEWLESN=pl.when(pl.col("ROLE") == "POST").then("NEWLPROG"),
        OVRLRESP="AVALC",
        ANL01FL="FLAG",
        ANLRSN="WHYNOT",
        ARITH=pl.coalesce("WORDS", "ARITH"),
        ORDER=pl.col("RANK").cast(pl.Int64),
    )
    joined = points.join(inv, on=WHERE, how="left", maintain_order="left").join(
        own.select(*WHERE, RDRRESP="REPORTED"), on=WHERE, how="left", maintain_order="left"
    )
    only = own.filter(pl.col("WHY") == "reported only").select(
        *WHERE,
        "ADT",
        "VISIT",
        RDRRESP="REPORTED",
        INVRESP=pl.when(pl.col("READER") == INVESTIGATOR).then("REPORTED"),
        ROLE=pl.lit("REPORTED"),
        ORDER=pl.lit(2, dtype=pl.Int64),
        ARITH=pl.lit("reported, but no lesion was assessed"),
    )
    return pl.concat([joined, only], how="diagonal")


def _beside_investigator(outcome: Outcome) -> pl.DataFrame:
    """Every reader's derived time points beside the investigator's reported responses."""
    rows = outcome.derived.timepoints
    readers = rows.select(BY_READER).unique(maintain_order=True)
    said = outcome.reported.timepoints.filter(pl.col("READER") == INVESTIGATOR).drop("READER")
    return reconciled(rows, said.join(readers, on="USUBJID", how="inner"))


def _reported_points(outcome: Outcome) -> pl.DataFrame:
    return outcome.reported.timepoints.with_columns(
        ADTC="DTC",
        ROLE=pl.lit("POST"),
        OVRLRESP="AVALC",
        RDRRESP="AVALC",
        INVRESP=pl.when(pl.col("READER") == INVESTIGATOR).then("AVALC"),
        AGREE=pl.lit(None, dtype=pl.String),
        ARITH=pl.lit("as reported"),
        ORDER=pl.lit(2, dtype=pl.Int64),
    )


def best_listing(outcome: Outcome, *, derived: bool) -> pl.DataFrame:
    """One row a subject: the best responses of the leading reader, derived if there are lesions."""
    best = outcome.derived.best if derived else outcome.reported.best
    who = leading_reader(best, outcome.options)
    return _worded(best.filter(pl.col("READER") == who), outcome)


def reader_listing(outcome: Outcome) -> pl.DataFrame:
    """The same for every reader, derived and reported."""
    parts = [
        _worded(
            assessed.best if assessed.timepoints.height else assessed.best.clear(), outcome
        ).select(pl.lit(source).alias("SRC"), pl.all())
        for source, assessed in (("derived", outcome.derived), ("reported", outcome.reported))
    ]
    return pl.concat(parts).sort("USUBJID", "EVAL", "EVALID", "SRC", nulls_last=True)


def _worded(best: pl.DataFrame, outcome: Outcome) -> pl.DataFrame:
    words = outcome.options.words.word_of
    yes = {
        flag: pl.when(pl.col(date).is_not_null()).then(pl.lit("Y")).otherwise(pl.lit("N"))
        for flag, date in (("RSP", "RSPDT"), ("CRSP", "CRSPDT"))
    }
    return (
        with_evaluator(best)
        .with_columns(
            pl.col("BOR", "CBOR", "LSTA").replace_strict(
                words, default=None, return_dtype=pl.String
            ),
            **yes,
            ADT="CBORDT",
        )
        .select(
            *("USUBJID", "EVAL", "EVALID", "BOR", "CBOR", "ADT", "RSP", "CRSP"),
            *BEST_DATES,
            *("LSTA", "REASON"),
        )
        .sort("USUBJID", "EVAL", "EVALID", nulls_last=True)
    )
