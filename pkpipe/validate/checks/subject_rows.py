"""Checks of one row of DM: cohort, consent, age, death."""

from __future__ import annotations

from typing import Final

import polars as pl

from pkpipe.clinical.own_words import NO_ARM
from pkpipe.finding.check import Check
from pkpipe.schema import dates
from pkpipe.validate.row_and_cross_checks import (
    RowCheck,
    always,
    is_one,
    mended_by_codes,
    placed,
    row_check,
)

C: Final = pl.col


_AGE_BORN: Final = (
    dates.day(C("RFICDTC")).dt.year() - dates.first_day(C("BRTHDTC")).dt.year() - C("AGE")
)


SUBJECT_ROWS: Final[tuple[RowCheck, ...]] = (
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
    row_check(
        "DM-NO-CONSENT",
        "DM.RFICDTC",
        C("RFICDTC").is_null() & ~is_one("ARMCD", *NO_ARM),
        ("no date of informed consent", "the date of consent"),
        "ICH E6(R3) 2.8",
        "note",
    ),
    row_check(
        "DM-CONSENT-BIRTH",
        "DM.BRTHDTC",
        dates.first_day(C("BRTHDTC")) > dates.last_day(C("RFICDTC")),
        ("born after informed consent", "before RFICDTC"),
    ),
    row_check(
        "DM-DEATH-CONSENT",
        "DM.DTHDTC",
        dates.last_day(C("DTHDTC")) < dates.first_day(C("RFICDTC")),
        ("died before informed consent", "RFICDTC or later"),
    ),
    row_check(
        "DM-DEATH-FIRST-DOSE",
        "DM.DTHDTC",
        dates.last_day(C("DTHDTC")) < dates.first_day(C("RFSTDTC")),
        ("died before the first dose", "RFSTDTC or later"),
    ),
    row_check(
        "DM-ARM-CHANGED",
        "DM.ACTARMCD",
        C("ACTARMCD") != C("ARMCD"),
        ("treated in another arm than planned", "ARMCD"),
        "ICH E6(R3) 4.5",
    ),
    placed(
        Check("DM-AGE", "query", "an age that no adult patient has", "ICH E11, adults"),
        "DM.AGE",
        lambda _: (C("AGE") < 12) | (C("AGE") > 110),
        "12 to 110",
    ),
    placed(
        Check("DM-AGE-BIRTH", "query", "age and date of birth differ", "SDTMIG 3.4, AGE"),
        "DM.AGE",
        lambda _: ~_AGE_BORN.is_between(-1, 2),
        "years from BRTHDTC to RFICDTC",
    ),
    placed(
        Check("DM-ACTUAL-ARM", "error", "no cohort of the study", "cohorts of the study file"),
        "DM.ACTARMCD",
        lambda s: ~C("ACTARMCD").is_in([*(c.code for c in s.cohorts), *NO_ARM]),
        "a code of cohorts",
    ),
    placed(
        Check("DM-DEATH-FLAG", "query", "a date of death without the flag", "SDTMIG 3.4, DTHFL"),
        "DM.DTHFL",
        lambda _: (
            C("DTHDTC").is_not_null()
            & C("DTHFL").ne_missing(pl.lit("Y"))
            & C("DTHFL").is_not_null().any()
        ),
        "Y",
    ),
    placed(
        Check(
            "DM-ORDER", "query", "the reference period ends before it starts", "SDTMIG 3.4, RFENDTC"
        ),
        "DM.RFENDTC",
        lambda _: dates.last_day(C("RFENDTC")) < dates.first_day(C("RFSTDTC")),
        "RFSTDTC or later",
    ),
    placed(
        Check("DM-SUBJID", "query", "not the end of USUBJID", "SDTMIG 3.4, USUBJID"),
        "DM.SUBJID",
        lambda _: ~C("USUBJID").str.ends_with(C("SUBJID")),
        "the last part of USUBJID",
    ),
)
