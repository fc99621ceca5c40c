"""Checks of one row of one domain: values that contradict each other or the study file."""

from __future__ import annotations

from typing import Final

import polars as pl

from pkpipe.clinical import blq
from pkpipe.clinical.above_limit import says_above
from pkpipe.clinical.lesions import BELOW_ZERO, NOT_IN_MM, SIZE_TESTS
from pkpipe.clinical.own_words import NO_ARM
from pkpipe.finding.check import Check
from pkpipe.protocol.study import Study
from pkpipe.schema import dates
from pkpipe.schema.sdtm import RECIST
from pkpipe.validate.checks.kinds import (
    RowCheck,
    always,
    analyte_codes,
    limits_of_assays,
    mended_by_codes,
    per_analyte,
    says,
)

C: Final = pl.col
DIAMETERS: Final = (*SIZE_TESTS["any"], "SUMDIAM")


_NUMERIC: Final = C("PCSTRESC").cast(pl.Float64, strict=False)
_TEXT_ALONE: Final = C("PCSTRESC").is_not_null() & _NUMERIC.is_null()
_NOT_DONE: Final = C("PCSTAT").is_not_null()
ABOVE: Final = says_above(C("PCSTRESC"), C("PCORRES")) & _NUMERIC.is_null() & ~_NOT_DONE
_START, _END = C("EXSTDTC"), C("EXENDTC")


def _in_another_unit(study: Study) -> pl.Expr:
    """True for a dose in another unit; mg is right for a dose per kg if the drug has nothing else."""
    all_mg = (C("EXDOSU") == "mg").all().over("EXTRT")
    return pl.any_horizontal(
        (C("EXTRT") == d.code) & (C("EXDOSU") != d.dose_unit) & ~all_mg for d in study.drugs
    )


def _ends_before(start: pl.Expr, end: pl.Expr) -> pl.Expr:
    """True where the end lies before the start, whatever partial dates mean."""
    days = dates.last_day(end) < dates.first_day(start)
    return days | (dates.moment(end) < dates.moment(start)).fill_null(value=False)


PC: Final = (
    RowCheck(
        Check("PC-ANALYTE", "error", "no analyte of the study", "analytes of the study file"),
        domain="PC",
        column="PCTESTCD",
        wrong=lambda s: ~C("PCTESTCD").is_in(analyte_codes(s)),
        allowed=lambda s: (
            mended_by_codes("PC", "PCTESTCD", ", ".join(analyte_codes(s)))
            if s.analytes
            else "the study declares no analyte"
        ),
    ),
    RowCheck(
        Check("PC-MATRIX", "note", "another matrix than declared: not analysed", "analytes"),
        domain="PC",
        column="PCSPEC",
        wrong=lambda s: per_analyte(s, lambda a: C("PCSPEC") != a.matrix),
        allowed=lambda s: ", ".join(f"{a.code}: {a.matrix}" for a in s.analytes),
        once_per=("SRCFILE", "PCTESTCD", "PCSPEC"),
    ),
    RowCheck(
        Check("PC-NEGATIVE", "error", "a concentration below zero", "methods, section 4"),
        domain="PC",
        column="PCSTRESN",
        wrong=always(C("PCSTRESN") < 0),
        allowed=says("0 or more"),
    ),
    RowCheck(
        Check("PC-LLOQ", "error", "a limit of quantification that is not above zero", "CONC-NCA"),
        domain="PC",
        column="PCLLOQ",
        wrong=always(C("PCLLOQ") <= 0),
        allowed=says("above 0"),
    ),
    RowCheck(
        Check("PC-RESULT", "error", "neither a number nor a known text for BLQ", "blq_texts"),
        domain="PC",
        column="PCSTRESC",
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
        Check("PC-NUMBER-LOST", "error", "a number in PCSTRESC, none in PCSTRESN", "SDTMIG 4.5.1"),
        domain="PC",
        column="PCSTRESN",
        wrong=always(C("PCSTRESN").is_null() & ~_NOT_DONE & _NUMERIC.is_not_null()),
        allowed=says("the number of PCSTRESC"),
    ),
    RowCheck(
        Check("PC-NUMBER-TWO", "query", "PCSTRESC and PCSTRESN differ by over 1 %", "SDTMIG 4.5.1"),
        domain="PC",
        column="PCSTRESN",
        wrong=lambda s: (
            ((C("PCSTRESN") - _NUMERIC).abs() > 0.01 * _NUMERIC.abs()).fill_null(value=False)
            | (_TEXT_ALONE & C("PCSTRESN").is_not_null() & ~ABOVE & ~blq.in_words(s))
        ),
        allowed=says("the number of PCSTRESC"),
    ),
    RowCheck(
        Check("PC-BLQ-NUMBER", "error", "BLQ and a number above zero", "CONC-NCA"),
        domain="PC",
        column="PCSTRESN",
        wrong=lambda s: blq.in_words(s) & (C("PCSTRESN") > 0),
        allowed=says("empty (or 0) where PCSTRESC says BLQ"),
    ),
    RowCheck(
        Check("PC-NO-RESULT", "query", "no result and no reason", "SDTMIG 3.4, --STAT"),
        domain="PC",
        column="PCSTRESC",
        wrong=lambda s: (
            C("PCSTRESC").is_null() & C("PCSTRESN").is_null() & ~_NOT_DONE & ~blq.in_words(s)
        ),
        allowed=says("a result, or PCSTAT NOT DONE"),
    ),
    RowCheck(
        Check(
            "PC-BELOW-LLOQ",
            "query",
            "a number below the limit of quantification: taken as BLQ",
            "CONC-NCA",
        ),
        domain="PC",
        column="PCSTRESN",
        wrong=lambda s: blq.by_number(s) & ~_NOT_DONE,
        allowed=lambda s: (
            f"PCLLOQ or more; in a row without one: {limits_of_assays(s)} (analytes.lloq); or BLQ"
        ),
    ),
    RowCheck(
        Check("PC-ZERO", "note", "a result of exactly 0 is taken as BLQ", "CONC-NCA"),
        domain="PC",
        column="PCSTRESN",
        wrong=lambda s: (C("PCSTRESN") == 0) & ~_NOT_DONE & ~blq.in_words(s),
        allowed=lambda s: (
            f"BLQ, or a number from the limit of quantification on: {limits_of_assays(s)}"
        ),
        once_per=("SRCFILE", "PCTESTCD"),
    ),
    RowCheck(
        Check("PC-NO-TIME", "query", "a sample without time of day", "methods TIME-2"),
        domain="PC",
        column="PCDTC",
        wrong=always((dates.precision(C("PCDTC")) != "time") & ~_NOT_DONE),
        allowed=says("date and time, such as 2026-06-30T08:15"),
    ),
)

EX: Final = (
    RowCheck(
        Check("EX-DRUG", "error", "no drug of the study", "drugs of the study file"),
        domain="EX",
        column="EXTRT",
        wrong=lambda s: ~C("EXTRT").is_in([d.code for d in s.drugs]),
        allowed=lambda s: mended_by_codes("EX", "EXTRT", ", ".join(d.code for d in s.drugs)),
    ),
    RowCheck(
        Check("EX-UNIT", "error", "a dose in another unit", "drugs.dose_unit"),
        domain="EX",
        column="EXDOSU",
        wrong=_in_another_unit,
        allowed=lambda s: "; ".join(
            f"{d.code}: {d.dose_unit}{'' if d.dose_unit == 'mg' else ', or mg in every row'}"
            for d in s.drugs
        ),
    ),
    *(
        RowCheck(
            Check(f"EX-NEGATIVE-{column}", "error", "a dose below zero", "methods DOSE-1"),
            domain="EX",
            column=column,
            wrong=always(C(column) < 0),
            allowed=says("0 or more"),
        )
        for column in ("EXDOSE", "EXDOSEMG", "EXPDOSE")
    ),
    RowCheck(
        Check("EX-ORDER", "error", "the dose ends before it starts", "methods DOSE-1"),
        domain="EX",
        column="EXENDTC",
        wrong=always(_ends_before(_START, _END)),
        allowed=says("EXSTDTC or later"),
    ),
)

OTHER: Final = (
    RowCheck(
        Check("DM-COHORT", "error", "no cohort of the study", "cohorts of the study file"),
        domain="DM",
        column="ARMCD",
        wrong=lambda s: ~C("ARMCD").is_in([*(c.code for c in s.cohorts), *NO_ARM]),
        allowed=lambda s: mended_by_codes(
            "DM", "ARMCD", ", ".join([*(c.code for c in s.cohorts), *NO_ARM])
        ),
    ),
    RowCheck(
        Check("DM-DEATH", "query", "dead without a date of death", "SDTMIG 3.4, DTHFL"),
        domain="DM",
        column="DTHDTC",
        wrong=always((C("DTHFL") == "Y") & C("DTHDTC").is_null()),
        allowed=says("the date of death, partial if need be"),
    ),
    RowCheck(
        NOT_IN_MM,
        domain="TR",
        column="TRSTRESU",
        wrong=always(
            C("TRTESTCD").is_in(DIAMETERS)
            & C("TRSTRESN").is_not_null()
            & C("TRSTRESU").ne_missing(pl.lit("mm"))
        ),
        allowed=says(str(NOT_IN_MM.allowed)),
    ),
    RowCheck(
        BELOW_ZERO,
        domain="TR",
        column="TRSTRESN",
        wrong=always(C("TRTESTCD").is_in(DIAMETERS) & (C("TRSTRESN") < 0)),
        allowed=says("0 or more"),
    ),
    RowCheck(
        Check("RS-RESPONSE", "error", "no response of RECIST or iRECIST", "RECIST 1.1, table 1"),
        domain="RS",
        column="RSSTRESC",
        wrong=always((C("RSTESTCD") == "OVRLRESP") & ~C("RSSTRESC").is_in(RECIST)),
        allowed=says(", ".join(RECIST)),
    ),
    RowCheck(
        Check("AE-ORDER", "query", "the event ends before it starts", "SDTMIG 3.4, AE"),
        domain="AE",
        column="AEENDTC",
        wrong=always(_ends_before(C("AESTDTC"), C("AEENDTC"))),
        allowed=says("AESTDTC or later"),
    ),
    RowCheck(
        Check("AE-GRADE", "query", "an event without a CTCAE grade", "safety.ctcae"),
        domain="AE",
        column="AETOXGR",
        wrong=always(C("AETOXGR").is_null()),
        allowed=says("1, 2, 3, 4, 5"),
        applies=lambda s: s.safety.ctcae.lower() != "none",
    ),
    *(
        RowCheck(
            Check(f"VS-UNIT-{test}", "error", f"{test} in another unit than {unit}", "DOSE-1"),
            domain="VS",
            column="VSSTRESU",
            wrong=always(
                (C("VSTESTCD") == test)
                & C("VSSTRESN").is_not_null()
                & C("VSSTRESU").ne_missing(pl.lit(unit))
            ),
            allowed=says(
                f"{unit}; delivered in another unit: sources.VS.units: {{theirs: {unit}}}"
            ),
        )
        for test, unit in (("WEIGHT", "kg"), ("HEIGHT", "cm"))
    ),
)

ROWS: Final[tuple[RowCheck, ...]] = (*PC, *EX, *OTHER)
