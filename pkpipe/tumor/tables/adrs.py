"""ADRS: every overall response, and every subject-level response derived from them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import polars as pl

from pkpipe.tumor.criteria import Criteria
from pkpipe.tumor.responses.best import CONTROL, RESPONSES
from pkpipe.tumor.tables.adtr import with_evaluator

COLUMNS: Final = {
    "USUBJID": pl.String,
    "CRIT": pl.String,
    "PARAMCD": pl.String,
    "PARAM": pl.String,
    "EVAL": pl.String,
    "EVALID": pl.String,
    "SRC": pl.String,
    "ADT": pl.Date,
    "ADTF": pl.String,
    "ADTC": pl.String,
    "VISIT": pl.String,
    "AVALC": pl.String,
    "AVAL": pl.Float64,
    "ANL01FL": pl.String,
    "ANL02FL": pl.String,
    "ANLRSN": pl.String,
    "TRGRESP": pl.String,
    "NTRGRESP": pl.String,
    "NEWLESN": pl.String,
    "SUMDIAM": pl.Float64,
    "NADIR": pl.Float64,
    "BASE": pl.Float64,
    "ARITH": pl.String,
    "ARITHZH": pl.String,
    "SEQ": pl.Float64,
    "SRCROW": pl.Int64,
}


@dataclass(frozen=True)
class Parameter:
    """One subject-level parameter, read off `best_responses`: a response, or Y/N by a date."""

    code: str
    label: str
    date: pl.Expr
    response: str | None = None  # column with a class; None: Y or N
    met: pl.Expr | None = None  # when Y; None: if there is a date


def _where(date: str, kinds_of: str, kinds: tuple[str, ...]) -> pl.Expr:
    return pl.when(pl.col(kinds_of).is_in(kinds)).then(pl.col(date))


_BENEFIT: Final = pl.min_horizontal("RSPDT", "SDMDT")
_CONFIRMED_BENEFIT: Final = pl.min_horizontal("CRSPDT", "SDMDT")

PARAMETERS: Final = (
    Parameter("BOR", "Best overall response", pl.col("BORDT"), "BOR"),
    Parameter("CBOR", "Best overall response, confirmed", pl.col("CBORDT"), "CBOR"),
    Parameter("RSP", "Response (CR or PR)", pl.col("RSPDT")),
    Parameter("CRSP", "Confirmed response (CR or PR)", pl.col("CRSPDT")),
    Parameter("BCP", "Best overall response is CR or PR", _where("BORDT", "BOR", RESPONSES)),
    Parameter("CBCP", "Confirmed best response CR or PR", _where("CBORDT", "CBOR", RESPONSES)),
    Parameter("DCR", "Disease control (confirmed)", _where("CBORDT", "CBOR", CONTROL)),
    Parameter("CB", "Response, or SD of minimum duration", _BENEFIT),
    Parameter("CCB", "Confirmed response, or SD of minimum duration", _CONFIRMED_BENEFIT),
    Parameter("CBR", "Clinical benefit (response or long SD)", pl.col("CBRDT")),
    Parameter("PD", "Progression", pl.col("PDDT")),
    Parameter("IPD", "Day of the iUPD that was confirmed", pl.col("IPDDT")),
    Parameter("LSTA", "Last counted assessment", pl.col("LSTADT"), "LSTA"),
    Parameter("NEWLES", "New lesion", pl.col("NEWDT")),
    Parameter("DEATH", "Death", pl.col("DTHDT")),
    Parameter(
        "MDIS", "Measurable disease at baseline", pl.lit(None, dtype=pl.Date), met=pl.col("MDIS")
    ),
)


def overall_rows(rows: pl.DataFrame, source: str, criteria: Criteria) -> pl.DataFrame:
    """The time-point responses of one source as ADRS rows. rows: `counted`."""
    numbers = {word: criteria.aval_of[kind] for word, kind in criteria.class_of.items()}
    absent = [
        c for c in ("TRGRESP", "NTRGRESP", "NEWLPROG", "ARITH", "ARITHZH") if c not in rows.columns
    ]
    sizes = [c for c in ("SUMDIAM", "NADIR", "BASE") if c not in rows.columns]
    return _shaped(
        rows.with_columns(
            *(pl.lit(None, dtype=pl.String).alias(c) for c in absent),
            *(pl.lit(None, dtype=pl.Float64).alias(c) for c in sizes),
        ).with_columns(
            CRIT=pl.lit(criteria.name),
            PARAMCD=pl.lit("OVR"),
            PARAM=pl.lit("Overall response"),
            SRC=pl.lit(source),
            ADTC="DTC",
            AVAL=pl.col("AVALC").replace_strict(numbers, default=None, return_dtype=pl.Float64),
            NEWLESN="NEWLPROG",
        )
    )


def subject_rows(
    best: pl.DataFrame, rows: pl.DataFrame, source: str, criteria: Criteria, skip: tuple[str, ...]
) -> pl.DataFrame:
    """Every parameter of every subject and reader. best: `best_responses` with DTHDT, NEWDT, IPDDT, MDIS.

    skip: parameters this source cannot have.
    """
    visits = (
        rows.filter(pl.col("ANL01FL").is_not_null() & pl.col("ADT").is_not_null())
        .select("USUBJID", "READER", "ADT", "VISIT", "SEQ", "ADTF")
        .unique(("USUBJID", "READER", "ADT"), keep="last", maintain_order=True)
    )
    parts = [_one(best, p, criteria) for p in PARAMETERS if p.code not in skip]
    table = pl.concat(parts).join(
        visits, on=("USUBJID", "READER", "ADT"), how="left", maintain_order="left"
    )
    empty = {
        name: pl.lit(None, dtype=kind)
        for name, kind in COLUMNS.items()
        if name
        in {
            "TRGRESP",
            "NTRGRESP",
            "NEWLESN",
            "SUMDIAM",
            "NADIR",
            "BASE",
            "SRCROW",
            "ADTC",
            "ARITHZH",
        }
    }
    return _shaped(
        table.with_columns(
            CRIT=pl.lit(criteria.name),
            SRC=pl.lit(source),
            ANL01FL=pl.lit("Y"),
            ANL02FL=pl.lit(None, dtype=pl.String),
            ANLRSN=pl.lit(None, dtype=pl.String),
            **empty,
        )
    )


def _one(best: pl.DataFrame, parameter: Parameter, criteria: Criteria) -> pl.DataFrame:
    if parameter.response is None:
        met = parameter.date.is_not_null() if parameter.met is None else parameter.met
        word: pl.Expr = pl.when(met).then(pl.lit("Y")).otherwise(pl.lit("N"))
        number: pl.Expr = met.cast(pl.Float64)
    else:
        kind = pl.col(parameter.response)
        word = kind.replace_strict(criteria.word_of, default=None, return_dtype=pl.String)
        number = kind.replace_strict(criteria.aval_of, default=None, return_dtype=pl.Float64)
    explained = parameter.code in {"BOR", "CBOR", "CRSP"}
    return best.select(
        "USUBJID",
        "READER",
        PARAMCD=pl.lit(parameter.code),
        PARAM=pl.lit(parameter.label),
        ADT=parameter.date,
        AVALC=word,
        AVAL=number,
        ARITH=pl.col("REASON") if explained else pl.lit(None, dtype=pl.String),
    )


def _shaped(table: pl.DataFrame) -> pl.DataFrame:
    return with_evaluator(table).select(pl.col(n).cast(t) for n, t in COLUMNS.items())


def sorted_adrs(table: pl.DataFrame) -> pl.DataFrame:
    """Rows in the order of the key."""
    return table.sort(
        *("USUBJID", "CRIT", "PARAMCD", "EVAL", "EVALID", "SRC", "ADT", "SEQ", "AVALC"),
        nulls_last=True,
    )
