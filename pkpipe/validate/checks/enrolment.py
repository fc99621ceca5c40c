"""Checks of who was in which cohort when: expansion before escalation ended, doses unlike the ones beside."""

from __future__ import annotations

from typing import Final

import polars as pl

from pkpipe.clinical.administrations import dosing_days, given, records
from pkpipe.finding.check import found
from pkpipe.protocol.study import Study
from pkpipe.schema import dates
from pkpipe.sentences import sentence
from pkpipe.validate.checks.cross import CrossCheck, Tables
from pkpipe.validate.checks.story import Found, story_check

C: Final = pl.col
DRUG_ORDER: Final = ("USUBJID", "EXTRT")
HABIT, ENOUGH = 0.9, 10

TOO_EARLY: Final = story_check(
    "EXPANSION-BEFORE-ESCALATION",
    "first dosed in an expansion cohort while escalation of its level was open: which cohort is right?",
    "cohorts, escalation.levels",
)
TOO_LATE: Final = story_check(
    "ESCALATION-AFTER-EXPANSION",
    "first dosed in an escalation cohort after its level went into expansion: which cohort is right?",
    "cohorts, escalation.levels",
)
SPIKE: Final = story_check(
    "EX-PLAN-ONCE", "another planned dose than the doses before and after it", "methods DOSE-1"
)
JUMP: Final = story_check(
    "EX-PLAN-JUMP", "a planned dose over one level above the one before it", "escalation.levels"
)
LATE_CONSENT: Final = story_check(
    "DM-CONSENT-OLD", "consented long before the first dose", "schedule.screening_days"
)
LAST_OTHER: Final = story_check(
    "DM-LAST-DOSE-OTHER",
    "not the day of the last dose, as it is of the others",
    "SDTMIG 3.4, RFENDTC",
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
        yield found(TOO_EARLY, early, "DM", "ARMCD", "the cohort the subject was enrolled in")
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
    yield found(TOO_LATE, late, "DM", "ARMCD", "the cohort the subject was enrolled in")


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
    yield found(SPIKE, told, "EX", "EXPDOSE", "the dose before and after, or why it was another")
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
    yield found(JUMP, told, "EX", "EXPDOSE", "at most the next level")


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
    yield found(LATE_CONSENT, old, "DM", "RFICDTC", f"at most {most} days before the first dose")
    ended = beside.filter(dates.day(C("RFENDTC")).is_not_null())
    other = ended.select(_OFF=(dates.day(C("RFENDTC")) - C("_LAST")).dt.total_days())["_OFF"] != 0
    if ended.height > ENOUGH and float(other.sum()) <= (1 - HABIT) * ended.height:
        yield found(
            LAST_OTHER, ended.filter(other), "DM", "RFENDTC", "the day of the last dose in EX"
        )


ENROLMENT: Final[tuple[CrossCheck, ...]] = (
    CrossCheck((TOO_EARLY, TOO_LATE), ("DM", "EX"), _parts),
    CrossCheck((SPIKE, JUMP), ("EX",), _plans),
    CrossCheck((LATE_CONSENT, LAST_OTHER), ("DM", "EX"), _ends),
)
