"""Checks of what a dose decision counts: a DLT, a dose or a cohort that cannot be stops the decision."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import polars as pl

from pkpipe.clinical.administrations import first_days, given, of_study_drugs, records
from pkpipe.clinical.dose_finding_checks import (
    EARLY_DLT,
    LEFT_EARLY,
    LEVEL_CLOSED,
    NOT_PLANNED,
    UNDOSED_DLT,
)
from pkpipe.clinical.dose_level import leading_doses, nearest_level, not_above
from pkpipe.clinical.therapy import is_new_therapy
from pkpipe.finding.check import Check
from pkpipe.finding.rows import found
from pkpipe.protocol.study import Study
from pkpipe.schema import dates
from pkpipe.sentences import sentence
from pkpipe.validate.row_and_cross_checks import CrossCheck, Tables

C: Final = pl.col
Found = Iterable[pl.DataFrame]
DOSE_FINDING: Final = ("escalation", "backfill")
ENDED: Final = "DISPOSITION EVENT"
TREATMENT: Final = "STUDY TREATMENT"
NOT_LEAVING: Final = ("SCREEN FAILURE", "COMPLETED")
FROM_THERE: Final = "the day of the first dose or later"


def _stops(name: str, words: str, source: str) -> Check:
    return Check(name, "error", words, source, stops="decision")


TWO_COHORTS: Final = _stops(
    "DOSE-OTHER-COHORT",
    "in two cohorts: assigned to one and first dosed at the level of another",
    "escalation.levels, SDTMIG 3.4 ACTARMCD",
)
ASSIGNED_TWICE: Final = _stops(
    "SUBJECT-TWO-COHORTS",
    "in two cohorts: assigned to another in an earlier row",
    "one arm a subject",
)


def _assigned(tables: Tables, _study: Study) -> Found:
    """Rows of DM with another cohort than an earlier row of the same subject."""
    dm = tables["DM"].filter(C("ARMCD").is_not_null())
    first = dm.unique("USUBJID", keep="first", maintain_order=True)
    was = first.select("USUBJID", _WAS="ARMCD", _ROW="SRCROW")
    other = dm.join(was, on="USUBJID", how="inner", maintain_order="left").filter(
        C("ARMCD") != C("_WAS")
    )
    told = other.with_columns(
        _MESSAGE=sentence(f"{ASSIGNED_TWICE.words}: {{}} in row {{}}", "_WAS", "_ROW")
    )
    yield found(ASSIGNED_TWICE, told, "DM", "ARMCD", "one cohort a subject")


def _early_events(tables: Tables, study: Study) -> Found:
    """Flagged events whose last possible day lies before the first dose, or that had none to follow."""
    flagged = tables["AE"].filter(C("AEDLTFL") == "Y")
    beside = flagged.join(
        first_days(of_study_drugs(tables["EX"], study)),
        on="USUBJID",
        how="left",
        maintain_order="left",
    )
    early = beside.filter(dates.last_day(C("AESTDTC")) < C("_FIRST"))
    yield found(EARLY_DLT, early, "AE", "AESTDTC", FROM_THERE)
    nobody = beside.filter(C("_FIRST").is_null())
    yield found(UNDOSED_DLT, nobody, "AE", "AEDLTFL", "a dose in EX", C("AEDLTFL"))


def _left_early(tables: Tables, study: Study) -> Found:
    """Deaths, ends of study and new therapies of dose-finding subjects dated before their first dose."""
    who = dose_finding(tables["DM"], study)
    first = first_days(of_study_drugs(tables["EX"], study)).join(
        who, on="USUBJID", how="semi", maintain_order="left"
    )
    ends = (C("DSCAT") == ENDED) & C("DSSCAT").ne_missing(pl.lit(TREATMENT))
    for code, column, leaves in (
        ("DM", "DTHDTC", pl.lit(value=True)),
        ("DS", "DSSTDTC", ends & ~C("DSDECOD").is_in(NOT_LEAVING)),
        ("CM", "CMSTDTC", is_new_therapy(C("CMCAT"), C("CMSCAT"))),
    ):
        rows = (
            tables[code]
            .filter(leaves)
            .join(first, on="USUBJID", how="inner", maintain_order="left")
        )
        early = rows.filter(dates.last_day(C(column)) < C("_FIRST"))
        yield found(LEFT_EARLY, early, code, column, FROM_THERE)


def dose_finding(dm: pl.DataFrame, study: Study) -> pl.DataFrame:
    """Subjects of cohorts that look for a dose: _OWN, the level of their cohort, and _ACTUAL, as treated."""
    levels = {c.code: c.level for c in study.cohorts if c.part in DOSE_FINDING}

    def level(column: str) -> pl.Expr:
        return C(column).replace_strict(levels, default=None, return_dtype=pl.String)

    return (
        dm.filter(C("ARMCD").is_in(list(levels)))
        .select("USUBJID", "ARMCD", _OWN=level("ARMCD"), _ACTUAL=level("ACTARMCD"))
        .unique("USUBJID", keep="first", maintain_order=True)
    )


def _planned(study: Study) -> str:
    doses = leading_doses(study)
    return ", ".join(
        f"{dose:g} ({level})" for level, dose in doses.select("LEVEL", "LEVELDOSE").rows()
    )


def _doses(tables: Tables, study: Study) -> pl.DataFrame:
    """Doses of dose-finding subjects with _LEVEL, the level they are near.

    A dose that was not given in full and whose plan is not recorded says nothing of its level.
    """
    plan = leading_doses(study).select(
        EXTRT="DRUG", EXDOSU="LEVELUNIT", _OWN="LEVEL", _OWNDOSE="LEVELDOSE"
    )
    rows = (
        records(tables, study)
        .filter(given())
        .join(dose_finding(tables["DM"], study), on="USUBJID", how="inner", maintain_order="left")
        .join(plan.select("EXTRT", "EXDOSU").unique(), on=["EXTRT", "EXDOSU"], how="semi")
        .join(plan.select("_OWN", "_OWNDOSE"), on="_OWN", how="left", maintain_order="left")
        .sort("USUBJID", "START", "SRCFILE", "SRCROW", nulls_last=True)
        .with_row_index("KEY")
    )
    # parts of one infusion name the whole plan each, or their shares of it
    of_shares = (C("PLANSUM") - C("_OWNDOSE")).abs() < (C("EXPDOSE") - C("_OWNDOSE")).abs()
    planned = pl.when((C("PARTS") > 1) & of_shares).then("PLANSUM").otherwise("EXPDOSE")
    rows = rows.with_columns(_TOLD=planned.fill_null(C("EXDOSE")))
    near = nearest_level(rows.select("KEY", DRUG="EXTRT", GIVEN="_TOLD", OWN="_OWN"), study)
    return rows.join(
        near.select("KEY", _LEVEL="LEVEL", _NTH="LEVELN"),
        on="KEY",
        how="left",
        maintain_order="left",
    )


def _dosed(tables: Tables, study: Study) -> Found:
    """Doses of no level; first doses at another level than the cohort's, or at one that is not open."""
    plan = study.escalation
    if plan is None:
        return
    doses = _doses(tables, study)
    in_part = C("EXPDOSE").is_null() & not_above(C("EXDOSE"), C("_OWNDOSE"))
    # A reduction with its reason may lead between levels; a subject's first dose is none.
    later = C("USUBJID") == C("USUBJID").shift()
    reduced = later & C("EXADJ").is_not_null() & (C("_TOLD") < C("_OWNDOSE"))
    explained = in_part.fill_null(value=False) | reduced.fill_null(value=False)
    strange = doses.filter(C("_LEVEL").is_null() & ~explained)
    told = C("EXPDOSE").is_not_null()
    for column, rows in (("EXPDOSE", strange.filter(told)), ("EXDOSE", strange.filter(~told))):
        yield found(NOT_PLANNED, rows, "EX", column, _planned(study))
    first = doses.filter(C("_LEVEL").is_not_null()).unique(
        "USUBJID", keep="first", maintain_order=True
    )
    elsewhere = first.filter(C("_LEVEL") != C("_OWN"), C("_ACTUAL").ne_missing(C("_LEVEL")))
    elsewhere = elsewhere.with_columns(
        _MESSAGE=sentence(
            f"{TWO_COHORTS.words}: cohort {{}}, dose of level {{}}", "ARMCD", "_LEVEL"
        )
    )
    allowed = "the dose of the cohort's level, or the cohort as treated in DM.ACTARMCD"
    yield found(TWO_COHORTS, elsewhere, "EX", "EXPDOSE", allowed, C("_TOLD"))
    closed = first.filter(C("_NTH") > plan.codes.index(plan.top))
    yield found(LEVEL_CLOSED, closed, "EX", "EXPDOSE", f"up to level {plan.top}", C("_TOLD"))


DECISIVE: Final = (
    CrossCheck((EARLY_DLT, UNDOSED_DLT), ("EX", "AE"), _early_events),
    CrossCheck((ASSIGNED_TWICE,), ("DM",), _assigned),
    CrossCheck((LEFT_EARLY,), ("DM", "EX"), _left_early),
    CrossCheck((NOT_PLANNED, TWO_COHORTS, LEVEL_CLOSED), ("DM", "EX"), _dosed),
)
