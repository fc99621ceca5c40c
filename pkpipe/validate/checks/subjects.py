"""Checks of who was in which cohort when: expansion before escalation ended, doses unlike the ones beside."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import polars as pl

from pkpipe.clinical.administrations import dosing_days, given, records
from pkpipe.clinical.own_words import NO_ARM
from pkpipe.clinical.sample_schedule import marked
from pkpipe.finding.check import Check
from pkpipe.finding.rows import found
from pkpipe.protocol.study import Study
from pkpipe.schema import dates
from pkpipe.schema.sdtm import DOMAINS
from pkpipe.schema.two_spellings import SUBJECT_SPELLING, compared
from pkpipe.sentences import sentence
from pkpipe.validate.row_and_cross_checks import (
    SAMPLES,
    VISITS,
    CrossCheck,
    Found,
    Tables,
    about_subjects,
    at_place,
    beside_dm,
    first_rows,
    rows_beside,
    story_check,
)

C: Final = pl.col
DRUG_ORDER: Final = ("USUBJID", "EXTRT")
HABIT, ENOUGH = 0.9, 10

TOO_EARLY: Final = story_check(
    "EXPANSION-BEFORE-ESCALATION",
    "first dosed in an expansion cohort while escalation of its level was open: which cohort is right?",
    "cohorts, escalation.levels",
    table="DM",
    column="ARMCD",
)
TOO_LATE: Final = story_check(
    "ESCALATION-AFTER-EXPANSION",
    "first dosed in an escalation cohort after its level went into expansion: which cohort is right?",
    "cohorts, escalation.levels",
    table="DM",
    column="ARMCD",
)
SPIKE: Final = story_check(
    "EX-PLAN-ONCE",
    "another planned dose than the doses before and after it",
    "methods DOSE-1",
    table="EX",
    column="EXPDOSE",
)
JUMP: Final = story_check(
    "EX-PLAN-JUMP",
    "a planned dose over one level above the one before it",
    "escalation.levels",
    table="EX",
    column="EXPDOSE",
)
LATE_CONSENT: Final = story_check(
    "DM-CONSENT-OLD",
    "consented long before the first dose",
    "schedule.screening_days",
    table="DM",
    column="RFICDTC",
)
LAST_OTHER: Final = story_check(
    "DM-LAST-DOSE-OTHER",
    "not the day of the last dose, as it is of the others",
    "SDTMIG 3.4, RFENDTC",
    table="DM",
    column="RFENDTC",
)


def _parts(tables: Tables, study: Study) -> Found:
    """Expansion and escalation of one level do not overlap: its decision lies between them."""
    part = {c.code: c.part for c in study.cohorts}
    level = {c.code: c.level for c in study.cohorts}
    days = tables["DM"].unique("USUBJID", keep="first", maintain_order=True).join(
        dosing_days(tables["EX"]), on="USUBJID", how="inner", maintain_order="left"
    )  # fmt: skip
    days = days.with_columns(
        _PART=C("ARMCD").replace_strict(part, default=None, return_dtype=pl.String),
        _LEVEL=C("ARMCD").replace_strict(level, default=None, return_dtype=pl.String),
    )
    open_ = days.filter(C("_PART") == "escalation")
    last_open = open_.group_by("_LEVEL").agg(_OPEN=C("_FIRST").max())
    if "DECISIONS" in study.sources:
        ended = tables["DECISIONS"].filter(~C("decision").is_in(["STAY_ADD", "WAIT"]))
        ends = ended.group_by(_LEVEL="level").agg(_DECIDED=C("date").max())
        last_open = last_open.join(ends, on="_LEVEL", how="left")
    else:
        last_open = last_open.with_columns(_DECIDED=pl.lit(None, dtype=pl.Date))
    expansion = days.filter(C("_PART") == "expansion")
    beside = expansion.join(last_open, on="_LEVEL", how="left", maintain_order="left")
    opened = pl.max_horizontal("_OPEN", "_DECIDED")
    early = beside.filter(C("_FIRST") <= opened).with_columns(
        _MESSAGE=sentence(
            f"{TOO_EARLY.words} First dose {{}}, level open to {{}}", "_FIRST", opened
        )
    )
    # A subject moved into escalation moves its end too: then most of the expansion would be early.
    if early.height * 2 <= expansion.height:
        yield found(TOO_EARLY, early, allowed="the cohort the subject was enrolled in")
    begun = expansion.group_by("_LEVEL").agg(_BEGUN=C("_FIRST").min())
    escalated = open_.join(begun, on="_LEVEL", how="inner", maintain_order="left")
    late = escalated.join(
        last_open.select("_LEVEL", "_DECIDED"), on="_LEVEL", maintain_order="left"
    )
    late = late.filter(C("_FIRST") > pl.coalesce("_DECIDED", "_BEGUN")).with_columns(
        _MESSAGE=sentence(
            f"{TOO_LATE.words} First dose {{}}, level closed on {{}}",
            *("_FIRST", pl.coalesce("_DECIDED", "_BEGUN")),
        )
    )
    yield found(TOO_LATE, late, allowed="the cohort the subject was enrolled in")


def _plans(tables: Tables, study: Study) -> Found:
    """Planned doses that are not those around them, or that jump over a level."""
    plan = study.escalation
    if plan is None:  # other designs titrate by plan
        return
    # parts of one infusion name the whole plan each, or their shares of it
    of_shares = (C("PLANSUM") - C("EXDOSE")).abs() < (C("EXPDOSE") - C("EXDOSE")).abs()
    planned = pl.when((C("PARTS") > 1) & of_shares).then("PLANSUM").otherwise("EXPDOSE")
    rows = records(tables, study).filter(given())
    rows = rows.with_columns(_AT="START", _PLAN=planned.fill_null(C("EXDOSE")))
    rows = rows.sort(*DRUG_ORDER, "_AT", "SRCROW", nulls_last=True)
    was, after = (C("_PLAN").shift(n).over(DRUG_ORDER) for n in (1, -1))
    rows = rows.with_columns(_WAS=was, _NEXT=after)
    far = ((C("_PLAN") / C("_WAS")) - 1).abs() > 0.1
    back = ((C("_NEXT") / C("_WAS")) - 1).abs() <= 0.1
    once = rows.filter(far & back & C("EXADJ").is_null())
    told = once.with_columns(
        _MESSAGE=sentence(f"{SPIKE.words}: {{}} between {{}}", "_PLAN", "_WAS")
    )
    yield found(SPIKE, told, allowed="the dose before and after, or why it was another")
    steps = [
        (drug, nth, dose)
        for drug in [d.code for d in study.drugs]
        for nth, dose in enumerate(
            sorted({lv.doses[drug] for lv in plan.levels if drug in lv.doses})
        )
    ]
    schema = {"EXTRT": pl.String, "_NTH": pl.Int64, "_PLAN": pl.Float64}
    known = pl.DataFrame(steps, schema=schema, orient="row")
    before = known.rename({"_PLAN": "_WAS", "_NTH": "_FROM"})
    ranked = rows.join(known, on=["EXTRT", "_PLAN"], how="left", maintain_order="left")
    ranked = ranked.join(before, on=["EXTRT", "_WAS"], how="left", maintain_order="left")
    jump = ranked.filter((C("_NTH") - C("_FROM")) > 1, ~(far & back & C("EXADJ").is_null()))
    told = jump.with_columns(_MESSAGE=sentence(f"{JUMP.words}: {{}} after {{}}", "_PLAN", "_WAS"))
    yield found(JUMP, told, allowed="at most the next level")


def _ends(tables: Tables, study: Study) -> Found:
    """Consent and last dose in DM against the doses."""
    dm = tables["DM"].unique("USUBJID", keep="first", maintain_order=True)
    beside = dm.join(dosing_days(tables["EX"]), on="USUBJID", how="inner", maintain_order="left")
    most = 2 * study.schedule.screening_days + 28
    days = (C("_FIRST") - dates.first_day(C("RFICDTC"))).dt.total_days()
    old = beside.filter(days > most).with_columns(
        _MESSAGE=sentence(
            f"{LATE_CONSENT.words}: {{}} days, screening is {study.schedule.screening_days}", days
        )
    )
    yield found(LATE_CONSENT, old, allowed=f"at most {most} days before the first dose")
    ended = beside.filter(dates.day(C("RFENDTC")).is_not_null())
    other = ended.select(_OFF=(dates.day(C("RFENDTC")) - C("_LAST")).dt.total_days())["_OFF"] != 0
    if ended.height > ENOUGH and float(other.sum()) <= (1 - HABIT) * ended.height:
        yield found(LAST_OTHER, ended.filter(other), allowed="the day of the last dose in EX")


ENROLMENT: Final[tuple[CrossCheck, ...]] = (
    CrossCheck((TOO_EARLY, TOO_LATE), ("DM", "EX"), _parts),
    CrossCheck((SPIKE, JUMP), ("EX",), _plans),
    CrossCheck((LATE_CONSENT, LAST_OTHER), ("DM", "EX"), _ends),
)


# Samples and visits that need consent; scans and laboratory of routine care may be older.
STUDY_ONLY: Final = ("PC", "IS", "CP", "PE", "EG")
CONSENTED: Final = story_check("VISIT-BEFORE-CONSENT", "before informed consent", "ICH E6(R3) 2.8")
FAILED: Final = story_check(
    "DOSED-WITHOUT-ARM",
    "dosed, and never assigned to an arm",
    "SDTMIG 3.4, ARMCD",
    table="EX",
    column="USUBJID",
)
NO_ASSIGNED: Final = story_check(
    "ARM-WITHOUT-DOSE",
    "assigned, and never dosed",
    "methods SET-SAF",
    "note",
    table="DM",
    column="USUBJID",
)


def _consented(tables: Tables, _study: Study) -> Found:
    consent = about_subjects(tables, _CONSENT=dates.first_day(C("RFICDTC")))
    for code in STUDY_ONLY:
        date = str(DOMAINS[code].date)
        before = dates.last_day(C(date)) < C("_CONSENT")
        early = rows_beside(tables[code], date, consent, before)
        yield at_place(CONSENTED, early, f"{code}.{date}", "DM.RFICDTC or later")


def _assigned(tables: Tables, _study: Study) -> Found:
    rows = beside_dm(tables, "EX", _ARM=C("ARMCD")).filter(C("_ARM").is_in(list(NO_ARM)))
    once = rows.unique("USUBJID", keep="first", maintain_order=True)
    yield found(FAILED, once, allowed="a cohort in DM.ARMCD")
    # Who has records without a dose is asked about by those records.
    seen = pl.concat(tables[code].select("USUBJID") for code in ("EX", *SAMPLES, *VISITS))
    idle = (
        tables["DM"]
        .filter(~C("ARMCD").is_in(list(NO_ARM)))
        .join(seen, on="USUBJID", how="anti", maintain_order="left")
    )
    yield found(NO_ASSIGNED, idle, allowed="a record in EX")


NO_DOSE: Final = Check(
    "SUBJECT-NO-DOSE", "error", "samples after dosing of a subject without a dose", "methods TIME-2"
)
NO_DOSE_YET: Final = Check(
    "SUBJECT-NOT-DOSED", "query", "records of a subject without a dose", "methods SET-SAF"
)


def _undosed(tables: Tables, study: Study) -> Iterable[pl.DataFrame]:
    dosed = tables["EX"]["USUBJID"].implode()
    allowed = "a subject with a record in EX"
    for code in (*SAMPLES, *VISITS):
        rows = tables[code].filter(C("USUBJID").is_not_null() & ~C("USUBJID").is_in(dosed))
        after = _post_dose(rows, code, study) if code in SAMPLES else rows.clear()
        rest = rows.filter(~C("USUBJID").is_in(after["USUBJID"].implode()))
        yield found(NO_DOSE, first_rows(after), code, "USUBJID", allowed)
        yield found(NO_DOSE_YET, first_rows(rest), code, "USUBJID", allowed)


def _post_dose(rows: pl.DataFrame, code: str, study: Study) -> pl.DataFrame:
    """Samples that only make sense after a dose: not predose of the first cycle, not screening."""
    name, hours = f"{code}TPT", f"{code}TPTNUM"
    told = marked(rows, study, "pk" if code == "PC" else "ada", {"name": name, "hours": hours})
    unsaid = C(name).is_null() & C(hours).is_null()
    before = (C("IS_PRE") | (C(hours) <= 0) | unsaid).fill_null(value=False)
    after = ~before | (C("CYCLE") > 1).fill_null(value=False)
    return told.filter(after).select(rows.columns)


def _alike(tables: Tables, _: Study) -> Found:
    """Subjects of DM that differ in letter case, blanks, kind of hyphen or leading zeros alone."""
    keyed = (
        tables["DM"].filter(C("USUBJID").is_not_null()).with_columns(_KEY=compared(C("USUBJID")))
    )
    first = keyed.with_columns(_FIRST=C("USUBJID").first().over("_KEY"))
    told = sentence(f"{SUBJECT_SPELLING.words} {{}} and {{}}", "_FIRST", "USUBJID")
    again = first.filter(C("USUBJID") != C("_FIRST")).with_columns(_MESSAGE=told)
    yield found(SUBJECT_SPELLING, again, "DM", "USUBJID", str(SUBJECT_SPELLING.allowed))


SUBJECTS: Final[tuple[CrossCheck, ...]] = (
    CrossCheck((SUBJECT_SPELLING,), ("DM",), _alike),
    CrossCheck((NO_DOSE, NO_DOSE_YET), ("EX",), _undosed),
    CrossCheck((CONSENTED,), ("DM",), _consented),
    CrossCheck((FAILED, NO_ASSIGNED), ("DM", "EX"), _assigned),
)
