"""Time-point responses, reported or derived, in one shape for everything that follows."""

from __future__ import annotations

from typing import Final

import polars as pl

from pkpipe.clinical.lesion_class import reader
from pkpipe.tumor.lesions.sizes_and_states import resolved, time_point
from pkpipe.tumor.options import ResponseOptions

# What RSCAT says of the criterion set, in capitals.
IMMUNE_SET: Final = r"^I-?RECIST|^IMMUNE.*RECIST|免疫.*(RECIST|实体瘤)"
RECIST_SET: Final = r"^RECIST|^RESPONSE EVALUATION CRITERIA IN SOLID|^实体瘤(临床)?疗效评价标准"
OURS: Final = "1.1"  # RECIST 1.0 has other limits of size and other numbers of lesions
SHAPE: Final = {
    "ROWID": pl.Int64,  # position in the table it comes from
    "USUBJID": pl.String,
    "READER": pl.String,
    "TPKEY": pl.String,
    "VISIT": pl.String,
    "DTC": pl.String,
    "ADT": pl.Date,
    "ADTF": pl.String,  # D: the day was imputed, M: the month too
    "UNDATED": pl.Boolean,  # the date is incomplete and must not be imputed
    "AVALC": pl.String,
    "SEQ": pl.Float64,
    "SRCROW": pl.Int64,
    "IPDDT": pl.Date,  # of an iCPD derived from lesions: the day of the iUPD it confirms
}


def reported(rs: pl.DataFrame, options: ResponseOptions) -> pl.DataFrame:
    """The overall responses of RS as the readers gave them, one row each."""
    partial = pl.col("RSDTC").str.len_chars() < 10
    flag = pl.when(pl.col("RSDTC").str.len_chars() == 7).then(pl.lit("D")).otherwise(pl.lit("M"))
    return (
        rs.filter((pl.col("RSTESTCD") == "OVRLRESP") & (criterion_set() == options.criteria))
        .with_columns(
            READER=reader("RSEVAL", "RSEVALID"),
            TPKEY=time_point("RSDTC"),
            DTC="RSDTC",
            ADT=resolved(pl.col("RSDTC"), options.partial_dates),
            ADTF=pl.when(partial).then(flag),
            UNDATED=(partial & pl.lit(options.partial_dates == "ne")).fill_null(value=False),
            AVALC="RSSTRESC",
            SEQ="RSSEQ",
            IPDDT=pl.lit(None, dtype=pl.Date),
        )
        .with_row_index("ROWID")
        .select(pl.col(name).cast(kind) for name, kind in SHAPE.items())
    )


def criterion_set() -> pl.Expr:
    """The criterion set of an RS row: as RSCAT says, else by the spelling of the response (iPR, iUPD)."""
    stated = pl.col("RSCAT").str.to_uppercase()
    version = stated.str.extract(r"(\d\.\d)").fill_null(OURS)
    immune = pl.col("RSSTRESC").str.contains(r"^(NON-)?i[A-Z]")
    return (
        pl.when(stated.str.contains(IMMUNE_SET))
        .then(pl.lit("iRECIST"))
        .when(stated.str.contains(RECIST_SET) & (version == OURS))
        .then(pl.lit("RECIST 1.1"))
        .when(stated.is_not_null())
        .then("RSCAT")
        .when(immune)
        .then(pl.lit("iRECIST"))
        .otherwise(pl.lit("RECIST 1.1"))
    )


def derived(points: pl.DataFrame, options: ResponseOptions) -> pl.DataFrame:
    """The time points after baseline with the overall response derived from the lesions."""
    partial = ~pl.col("FULLDAY").fill_null(value=True)
    response = "IOVERALL" if options.criteria == "iRECIST" else "OVRLRESP"
    return (
        points.with_row_index("ROWID")
        .filter(pl.col("ROLE") == "POST")
        .with_columns(
            ADT="ADATE",
            ADTF=pl.when(partial).then(pl.lit("D")),
            UNDATED=partial & pl.lit(options.partial_dates == "ne"),
            AVALC=response,
            SEQ=pl.col("VISITNUM"),
            IPDDT="IPDDT" if "IPDDT" in points.columns else pl.lit(None, dtype=pl.Date),
        )
        .select(pl.col(name).cast(kind) for name, kind in SHAPE.items())
    )
