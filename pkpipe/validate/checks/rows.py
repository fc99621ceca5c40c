"""Checks of one row of one domain: values that contradict each other or the study file."""

from __future__ import annotations

from typing import Final

import polars as pl

from pkpipe.clinical.lesions import BELOW_ZERO, NOT_IN_MM, SIZE_TESTS
from pkpipe.clinical.own_words import NO_ARM
from pkpipe.finding.check import Check
from pkpipe.protocol.study import Study
from pkpipe.schema import dates
from pkpipe.schema.sdtm import RECIST
from pkpipe.validate.checks.concentration_rows import PC
from pkpipe.validate.checks.kinds import (
    RowCheck,
    always,
    mended_by_codes,
)

C: Final = pl.col
DIAMETERS: Final = (*SIZE_TESTS["any"], "SUMDIAM")


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


EX: Final = (
    RowCheck(
        Check(
            "EX-DRUG",
            "error",
            "no drug of the study",
            "drugs of the study file",
            table="EX",
            column="EXTRT",
        ),
        wrong=lambda s: ~C("EXTRT").is_in([d.code for d in s.drugs]),
        allowed=lambda s: mended_by_codes("EX", "EXTRT", ", ".join(d.code for d in s.drugs)),
    ),
    RowCheck(
        Check(
            "EX-UNIT",
            "error",
            "a dose in another unit",
            "drugs.dose_unit",
            table="EX",
            column="EXDOSU",
        ),
        wrong=_in_another_unit,
        allowed=lambda s: "; ".join(
            f"{d.code}: {d.dose_unit}{'' if d.dose_unit == 'mg' else ', or mg in every row'}"
            for d in s.drugs
        ),
    ),
    *(
        RowCheck(
            Check(
                f"EX-NEGATIVE-{column}",
                "error",
                "a dose below zero",
                "methods DOSE-1",
                allowed="0 or more",
                table="EX",
                column=column,
            ),
            wrong=always(C(column) < 0),
        )
        for column in ("EXDOSE", "EXDOSEMG", "EXPDOSE")
    ),
    RowCheck(
        Check(
            "EX-ORDER",
            "error",
            "the dose ends before it starts",
            "methods DOSE-1",
            allowed="EXSTDTC or later",
            table="EX",
            column="EXENDTC",
        ),
        wrong=always(_ends_before(_START, _END)),
    ),
)

OTHER: Final = (
    RowCheck(
        Check(
            "DM-COHORT",
            "error",
            "no cohort of the study",
            "cohorts of the study file",
            table="DM",
            column="ARMCD",
        ),
        wrong=lambda s: ~C("ARMCD").is_in([*(c.code for c in s.cohorts), *NO_ARM]),
        allowed=lambda s: mended_by_codes(
            "DM", "ARMCD", ", ".join([*(c.code for c in s.cohorts), *NO_ARM])
        ),
    ),
    RowCheck(
        Check(
            "DM-DEATH",
            "query",
            "dead without a date of death",
            "SDTMIG 3.4, DTHFL",
            allowed="the date of death, partial if need be",
            table="DM",
            column="DTHDTC",
        ),
        wrong=always((C("DTHFL") == "Y") & C("DTHDTC").is_null()),
    ),
    RowCheck(
        NOT_IN_MM,
        wrong=always(
            C("TRTESTCD").is_in(DIAMETERS)
            & C("TRSTRESN").is_not_null()
            & C("TRSTRESU").ne_missing(pl.lit("mm"))
        ),
    ),
    RowCheck(
        BELOW_ZERO,
        wrong=always(C("TRTESTCD").is_in(DIAMETERS) & (C("TRSTRESN") < 0)),
    ),
    RowCheck(
        Check(
            "RS-RESPONSE",
            "error",
            "no response of RECIST or iRECIST",
            "RECIST 1.1, table 1",
            allowed=", ".join(RECIST),
            table="RS",
            column="RSSTRESC",
        ),
        wrong=always((C("RSTESTCD") == "OVRLRESP") & ~C("RSSTRESC").is_in(RECIST)),
    ),
    RowCheck(
        Check(
            "AE-ORDER",
            "query",
            "the event ends before it starts",
            "SDTMIG 3.4, AE",
            allowed="AESTDTC or later",
            table="AE",
            column="AEENDTC",
        ),
        wrong=always(_ends_before(C("AESTDTC"), C("AEENDTC"))),
    ),
    RowCheck(
        Check(
            "AE-GRADE",
            "query",
            "an event without a CTCAE grade",
            "safety.ctcae",
            allowed="1, 2, 3, 4, 5",
            table="AE",
            column="AETOXGR",
        ),
        wrong=always(C("AETOXGR").is_null()),
        applies=lambda s: s.safety.ctcae.lower() != "none",
    ),
    *(
        RowCheck(
            Check(
                f"VS-UNIT-{test}",
                "error",
                f"{test} in another unit than {unit}",
                "DOSE-1",
                allowed=f"{unit}; delivered in another unit: sources.VS.units: {{theirs: {unit}}}",
                table="VS",
                column="VSSTRESU",
            ),
            wrong=always(
                (C("VSTESTCD") == test)
                & C("VSSTRESN").is_not_null()
                & C("VSSTRESU").ne_missing(pl.lit(unit))
            ),
        )
        for test, unit in (("WEIGHT", "kg"), ("HEIGHT", "cm"))
    ),
)

ROWS: Final[tuple[RowCheck, ...]] = (*PC, *EX, *OTHER)
