"""The tables of the room: samples as people read them, and ADAB, one row a subject, drug and parameter."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import polars as pl

from pkpipe.immunogenicity.options import MICRO
from pkpipe.schema import dates

_WORD: Final = {1: "POSITIVE", 0: "NEGATIVE"}


@dataclass(frozen=True)
class Parameter:
    """One ADAB parameter: where its number or word comes from."""

    code: str
    label: str
    text: str | None = None  # column with the word
    value: pl.Expr | None = None  # column with the number
    unit: str | None = None
    reason: str | None = None  # column that explains it


_TIME = pl.Datetime("us")
PARAMETERS: Final = (
    Parameter("ADASTAT", "Treatment-Emergent ADA Status", "ADASTAT", reason="REASON"),
    Parameter("ADASTAT0", "ADA Status, Drug Tolerance Ignored", "ADASTAT0", reason="REASON"),
    Parameter("ADACLASS", "ADA Class", "ADACLASS", reason="REASON"),
    Parameter("BFLAG", "ADA Positive at Baseline", "BFLAG", reason="REASON"),
    Parameter("INDUCD", "Treatment-Induced ADA", "INDUCD", reason="REASON"),
    Parameter("ENHANC", "Treatment-Boosted ADA", "ENHANC", reason="REASON"),
    Parameter("TRUNAFF", "Baseline ADA Unaffected by Treatment", "TRUNAFF", reason="REASON"),
    Parameter("EMERPOS", "Treatment-Emergent ADA", "EMERPOS", reason="REASON"),
    Parameter("PERSADA", "Persistent ADA", "PERSADA", reason="PERSRSN"),
    Parameter("TRANADA", "Transient ADA", "TRANADA", reason="PERSRSN"),
    Parameter("INDTADA", "Indeterminate ADA", "INDTADA", reason="PERSRSN"),
    Parameter("TIMADA", "Time to Onset of ADA", value=pl.col("TIMADA"), unit="WEEKS"),
    Parameter("ADADUR", "Duration of ADA", value=pl.col("ADADUR"), unit="WEEKS"),
    Parameter("PEAKTITR", "Peak Post-Dose Titre", value=pl.col("PEAKU") / MICRO, unit="titre"),
    Parameter("FPPDTM", "First Emergent Positive Sample", "FPDTM_TEXT"),
    Parameter("LPPDTM", "Last Emergent Positive Sample", "LPDTM_TEXT"),
    Parameter("NABSTAT", "Neutralising Antibody Status", "NABSTAT", reason="NABREAS"),
)
NOT_EMERGENT: Final = "no treatment-emergent positive sample"


def adasamp_of(samples: pl.DataFrame) -> pl.DataFrame:
    """Samples with words for tiers, titre as a number, and study day of the drug's first dose."""
    return samples.select(
        *("USUBJID", "DRUG", "ADTM", "VISIT"),
        pl.col("ISTPT").alias("ATPT"),
        "ADT",
        dates.study_day(pl.col("ADT"), pl.col("FIRSTDT")).alias("ADY"),
        pl.col("SCREEN", "CONFIRM").replace_strict(_WORD, default=None, return_dtype=pl.String),
        (pl.col("TITREU") / MICRO).alias("TITRE"),
        "TITREC",
        pl.col("NAB").replace_strict(_WORD, default=None, return_dtype=pl.String),
        *("RESULT", "RESULT0", "ABLFL", "POSTFL", "TFLAG"),
        (pl.col("BASEU") / MICRO).alias("BASE"),
        *("CONC", "REASON", "ISDTC", "SRCROW"),
    )


def adab_of(subjects: pl.DataFrame) -> pl.DataFrame:
    """One row a subject, drug and parameter, in the order of `PARAMETERS`; a null has its reason."""
    words = subjects.with_columns(
        pl.col(f"{c}DTM").dt.strftime("%Y-%m-%dT%H:%M:%S").alias(f"{c}DTM_TEXT")
        for c in ("FP", "LP")
    ).with_row_index("PLACE")
    carried = [c for c in ("COHORT", "LEVEL") if c in subjects.columns]
    long = pl.concat(
        [
            words.select(
                "PLACE",
                pl.lit(i).alias("ORDER"),
                "USUBJID",
                "DRUG",
                pl.lit(p.code).alias("PARAMCD"),
                pl.lit(p.label).alias("PARAM"),
                _value(p).alias("AVAL"),
                _text(p).alias("AVALC"),
                pl.lit(p.unit, dtype=pl.String).alias("AVALU"),
                *carried,
                _reason(p).alias("REASON"),
            )
            for i, p in enumerate(PARAMETERS)
        ]
    )
    return long.sort("PLACE", "ORDER").drop("PLACE", "ORDER")


def _value(parameter: Parameter) -> pl.Expr:
    value = pl.lit(None) if parameter.value is None else parameter.value
    return value.cast(pl.Float64)


def _text(parameter: Parameter) -> pl.Expr:
    text = pl.lit(None) if parameter.text is None else pl.col(parameter.text)
    return text.cast(pl.String)


def _reason(parameter: Parameter) -> pl.Expr:
    if parameter.reason is not None:
        return pl.col(parameter.reason)
    empty = _value(parameter).is_null() & _text(parameter).is_null()
    return pl.when(empty).then(
        pl.when(pl.col("EMERPOS") == "Y")
        .then(pl.lit("no titre reported"))
        .when(parameter.code == "PEAKTITR")
        .then(pl.lit("no positive post-dose sample with a titre"))
        .otherwise(pl.lit(NOT_EMERGENT))
    )
