"""Checks of one row of PC: results that contradict each other, the limits of the assay or the study file."""

from __future__ import annotations

from typing import Final

import polars as pl

from pkpipe.clinical import blq
from pkpipe.clinical.above_limit import says_above
from pkpipe.clinical.text_and_number import apart
from pkpipe.finding.check import Check
from pkpipe.protocol.drugs import Analyte
from pkpipe.protocol.study import Study
from pkpipe.schema import dates
from pkpipe.validate.row_and_cross_checks import (
    RowCheck,
    always,
    analyte_codes,
    limits_of_assays,
    mended_by_codes,
    per_analyte,
    row_check,
)

C: Final = pl.col


_NUMERIC: Final = C("PCSTRESC").cast(pl.Float64, strict=False)
_TEXT_ALONE: Final = C("PCSTRESC").is_not_null() & _NUMERIC.is_null()
_NOT_DONE: Final = C("PCSTAT").is_not_null()
ABOVE: Final = says_above(C("PCSTRESC"), C("PCORRES")) & _NUMERIC.is_null() & ~_NOT_DONE


def _another_lloq(study: Study) -> pl.Expr:
    return pl.any_horizontal(
        pl.lit(value=False),
        *(
            (C("PCTESTCD") == a.code)
            & (C("PCSPEC") == a.matrix)
            & (C("PCSTRESU").is_null() | (C("PCSTRESU") == a.unit))
            & ((C("PCLLOQ") - a.lloq).abs() > 0.001 * a.lloq)
            for a in study.analytes
        ),
    )


def _no_sample_of(analyte: Analyte) -> pl.Expr:
    """Whether a subject has samples of an analyte, and none of its matrix."""
    return (
        ~(C("PCSPEC") == analyte.matrix).any().over("USUBJID", "PCTESTCD")
        & C("PCSPEC").is_not_null()
    )


# Of the samples that were taken; another matrix than declared is told of by PC-MATRIX.
NO_MATRIX: Final = RowCheck(
    Check(
        "PC-NO-MATRIX",
        "error",
        "no matrix, so no analyte's concentration",
        "analytes",
        table="PC",
        column="PCSPEC",
    ),
    wrong=lambda s: (
        C("PCSPEC").is_null()
        & C("PCTESTCD").is_in([a.code for a in s.analytes])
        & C("PCSTAT").ne_missing(pl.lit("NOT DONE"))
    ),
    allowed=lambda s: ", ".join(f"{a.code}: {a.matrix}" for a in s.analytes),
)


ABOVE_LIMIT: Final = row_check(
    "PC-ABOVE-LIMIT",
    "PC.PCSTRESC",
    ABOVE,
    (
        "above the upper limit of quantification: no number, and its profile has no peak and no area",
        "the result of a diluted sample; one that came apart from this file is declared with "
        "sources.PC.codes: {PCSTRESC: {theirs: number}, PCSTRESN: {theirs: number}}",
    ),
    "ICH M10, 3.3.2",
)


CONCENTRATION_ROWS: Final[tuple[RowCheck, ...]] = (
    ABOVE_LIMIT,
    NO_MATRIX,
    RowCheck(
        Check(
            "PC-ANALYTE",
            "error",
            "no analyte of the study",
            "analytes of the study file",
            table="PC",
            column="PCTESTCD",
        ),
        wrong=lambda s: ~C("PCTESTCD").is_in(analyte_codes(s)),
        allowed=lambda s: (
            mended_by_codes("PC", "PCTESTCD", ", ".join(analyte_codes(s)))
            if s.analytes
            else "the study declares no analyte"
        ),
    ),
    RowCheck(
        Check(
            "PC-MATRIX",
            "note",
            "another matrix than declared: not analysed",
            "analytes",
            table="PC",
            column="PCSPEC",
        ),
        wrong=lambda s: per_analyte(s, lambda a: C("PCSPEC") != a.matrix),
        allowed=lambda s: ", ".join(f"{a.code}: {a.matrix}" for a in s.analytes),
        once_per=("SRCFILE", "PCTESTCD", "PCSPEC"),
    ),
    RowCheck(
        Check(
            "PC-MATRIX-ALONE",
            "query",
            "every sample of the subject is of another matrix than declared: it has no profile",
            "analytes",
            table="PC",
            column="PCSPEC",
        ),
        wrong=lambda s: per_analyte(s, _no_sample_of),
        allowed=lambda s: ", ".join(f"{a.code}: {a.matrix}" for a in s.analytes),
        once_per=("USUBJID", "PCTESTCD"),
    ),
    RowCheck(
        Check(
            "PC-NEGATIVE",
            "error",
            "a concentration below zero",
            "methods, section 4",
            allowed="0 or more",
            table="PC",
            column="PCSTRESN",
        ),
        wrong=always(C("PCSTRESN") < 0),
    ),
    RowCheck(
        Check(
            "PC-LLOQ",
            "error",
            "a limit of quantification that is not above zero",
            "CONC-NCA",
            allowed="above 0",
            table="PC",
            column="PCLLOQ",
        ),
        wrong=always(C("PCLLOQ") <= 0),
    ),
    RowCheck(
        Check(
            "PC-RESULT",
            "error",
            "neither a number nor a known text for BLQ",
            "blq_texts",
            table="PC",
            column="PCSTRESC",
        ),
        wrong=lambda s: (
            _TEXT_ALONE & C("PCSTRESN").is_null() & ~_NOT_DONE & ~ABOVE & ~blq.in_words(s)
        ),
        allowed=lambda s: (
            "; ".join(
                f"{a.code}: a number in PCSTRESN or {', '.join(a.blq_texts)}" for a in s.analytes
            )
            + "; below the limit: sources.PC.codes: {PCSTRESC: {this: BLQ}}"
            + '; no result: sources.PC.codes: {PCSTRESC: {this: ""}}'
        ),
    ),
    RowCheck(
        Check(
            "PC-NUMBER-LOST",
            "error",
            "a number in PCSTRESC, none in PCSTRESN",
            "SDTMIG 4.5.1",
            allowed="the number of PCSTRESC",
            table="PC",
            column="PCSTRESN",
        ),
        wrong=always(C("PCSTRESN").is_null() & ~_NOT_DONE & _NUMERIC.is_not_null()),
    ),
    RowCheck(
        Check(
            "PC-NUMBER-TWO",
            "query",
            "PCSTRESC and PCSTRESN differ by over 1 %",
            "SDTMIG 4.5.1",
            allowed="the number of PCSTRESC",
            table="PC",
            column="PCSTRESN",
        ),
        wrong=lambda s: (
            apart(C("PCSTRESN"), _NUMERIC).fill_null(value=False)
            | (_TEXT_ALONE & C("PCSTRESN").is_not_null() & ~ABOVE & ~blq.in_words(s))
        ),
    ),
    RowCheck(
        Check(
            "PC-BLQ-NUMBER",
            "error",
            "BLQ and a number above zero",
            "CONC-NCA",
            allowed="empty (or 0) where PCSTRESC says BLQ",
            table="PC",
            column="PCSTRESN",
        ),
        wrong=lambda s: blq.in_words(s) & (C("PCSTRESN") > 0),
    ),
    RowCheck(
        Check(
            "PC-NO-RESULT",
            "query",
            "no result and no reason",
            "SDTMIG 3.4, --STAT",
            allowed="a result, or PCSTAT NOT DONE",
            table="PC",
            column="PCSTRESC",
        ),
        wrong=lambda s: (
            C("PCSTRESC").is_null() & C("PCSTRESN").is_null() & ~_NOT_DONE & ~blq.in_words(s)
        ),
    ),
    RowCheck(
        Check(
            "PC-BELOW-LLOQ",
            "query",
            "a number below the limit of quantification: taken as BLQ",
            "CONC-NCA",
            table="PC",
            column="PCSTRESN",
        ),
        wrong=lambda s: blq.by_number(s) & ~_NOT_DONE,
        allowed=lambda s: (
            f"PCLLOQ or more; in a row without one: {limits_of_assays(s)} (analytes.lloq); or BLQ"
        ),
    ),
    RowCheck(
        Check(
            "PC-ZERO",
            "note",
            "a result of exactly 0 is taken as BLQ",
            "CONC-NCA",
            table="PC",
            column="PCSTRESN",
        ),
        wrong=lambda s: (C("PCSTRESN") == 0) & ~_NOT_DONE & ~blq.in_words(s),
        allowed=lambda s: (
            f"BLQ, or a number from the limit of quantification on: {limits_of_assays(s)}"
        ),
        once_per=("SRCFILE", "PCTESTCD"),
    ),
    RowCheck(
        Check(
            "PC-NO-TIME",
            "query",
            "a sample without time of day",
            "methods TIME-2",
            allowed="date and time, such as 2026-06-30T08:15",
            table="PC",
            column="PCDTC",
        ),
        wrong=always((dates.precision(C("PCDTC")) != "time") & ~_NOT_DONE),
    ),
    row_check(
        "PC-LLOQ-OTHER",
        "PC.PCLLOQ",
        _another_lloq,
        ("another limit of quantification than declared", "analytes.lloq"),
        "analytes.lloq",
    ),
    row_check(
        "PC-NOT-DONE-WHY",
        "PC.PCREASND",
        (C("PCSTAT") == "NOT DONE") & C("PCREASND").is_null(),
        ("not done, and no reason", "a reason"),
        "SDTMIG 3.4, --REASND",
        "note",
    ),
)
