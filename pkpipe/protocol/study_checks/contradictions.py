"""Contradictions that the text of a trial may contain; each may be decided under `assumptions:`.

The numbers follow section 0 of the methods: SEED-1 to SEED-12 were found in the two registry texts. Those
that follow from the plan itself are looked for here; those that only a reader can see are listed by the
study under `text_findings`.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Final

from pkpipe.protocol.drugs import Analyte, Drug
from pkpipe.protocol.study import Study
from pkpipe.protocol.study_checks.mistakes import HOURS_A_DAY, Found, drugs_of, study_check

FEWEST_FOR_AREA: Final = 3  # samples after the dose: the least a terminal slope needs (methods 5.3)
STEADY_HALF_LIVES: Final = 4  # 94 % of steady state

TEXT_FINDINGS: Final = {
    "SEED-1": "cycle length and DLT window differ; the window may contain the second dose",
    "SEED-2": "the wording of the PFS endpoint belongs to another protocol",
    "SEED-3": "the definition of duration of response omits progression",
    "SEED-4": "only one cycle has a profile; predose samples are not explicit",
    "SEED-5": "the profiled cycle is not at steady state",
    "SEED-6": "the last day of the DLT window is counted in two ways",
    "SEED-7": "the number of dose groups is given as 7 or 8, with single-subject groups",
    "SEED-8": "different windows for adverse events",
    "SEED-9": "a subject's dose may go up during treatment",
    "SEED-10": "sampling for antibodies is not listed, or listed as for PK",
    "SEED-11": "what happens below a level that exceeds the MTD",
    "SEED-12": "a word is used for another one",
}


def _window_spans_doses(study: Study) -> Iterable[Found]:
    if study.escalation is None:
        return
    window = study.escalation.dlt_window_days
    for drug in study.drugs:
        doses = math.ceil(window / drug.cycle_days)
        if doses > 1 and drug.cycle_days > 1:
            yield Found(
                ("escalation", "dlt_window_days"),
                f"the DLT window of {window} days spans {doses} doses of {drug.code} "
                f"(one every {drug.cycle_days} days)",
                f"a window of at most {drug.cycle_days} days",
            )


def _last_day(study: Study) -> Iterable[Found]:
    plan = study.escalation
    if plan is None:
        return
    for drug in study.drugs:
        if plan.last_day % drug.cycle_days == 1 and plan.last_day > 1:
            yield Found(
                ("escalation", "dlt_window_days"),
                f"study day {plan.last_day} counts for the DLT window and is a planned dosing day of "
                f"{drug.code}: a new event there may follow either dose",
                f"a last day other than a dosing day, such as {plan.last_day - 1}",
            )


def _optional_level(study: Study) -> Iterable[Found]:
    plan = study.escalation
    for i, level in enumerate(plan.levels if plan else ()):
        if plan and level.optional:
            closed = plan.codes.index(level.code) > plan.codes.index(plan.top)
            yield Found(
                ("escalation", "levels", i),
                f"level {level.code} is optional and {'closed' if closed else 'open'}",
                "levels that are all planned",
            )


def _event_windows(study: Study) -> Iterable[Found]:
    visits, plan = study.schedule.follow_up, study.safety
    if visits is None:
        return
    end = plan.teae_days + plan.teae_window_days
    last = max(visits.safety_days, default=visits.eot_days)
    if plan.irae_days is not None and plan.irae_days != end:
        yield Found(
            ("safety", "irae_days"),
            f"immune-related events are followed for {plan.irae_days} days after the last dose, "
            f"others for {end}",
            f"one window, {end} days",
        )
    for key, days in (("teae_days", plan.teae_days), ("irae_days", plan.irae_days or 0)):
        if days > last:
            yield Found(
                ("safety", key),
                f"events count to day {days} after the last dose, the last safety visit is on day {last}",
                f"at most {last}",
            )


def _dose_increase(study: Study) -> Iterable[Found]:
    if study.escalation and study.escalation.conduct.intrapatient:
        yield Found(
            ("escalation", "conduct", "intrapatient"),
            "the dose may change within a subject, so cohort and dose are not the same",
            "null: one dose a subject",
        )


def _after_dose(study: Study, analyte: Analyte, drug: Drug) -> dict[int, int]:
    """Cycle to planned samples after the end of the infusion, before the next dose."""
    counts: dict[int, int] = {}
    for sample in study.schedule.pk:
        mine = drug.code in drugs_of(study, sample)
        if mine and not sample.predose and (not sample.analytes or analyte.code in sample.analytes):
            for cycle in sample.cycles:
                counts[cycle] = counts.get(cycle, 0) + 1
    return counts


def _profiles(study: Study) -> Iterable[tuple[int, Analyte, Drug, dict[int, int], int]]:
    """Analytes with at least one full profile, and the first cycle that has one."""
    drugs = {d.code: d for d in study.drugs}
    for i, analyte in enumerate(study.analytes):
        if analyte.drug not in drugs:
            continue
        counts = _after_dose(study, analyte, drugs[analyte.drug])
        full = sorted(c for c, n in counts.items() if n >= FEWEST_FOR_AREA)
        if full:
            yield i, analyte, drugs[analyte.drug], counts, full[0]


def _no_first_profile(study: Study) -> Iterable[Found]:
    for i, analyte, drug, counts, first in _profiles(study):
        if first > 1:
            yield Found(
                ("analytes", i),
                f"{analyte.code} of {drug.code} has {counts.get(1, 0)} samples after the first dose and a "
                f"profile in cycle {first}: accumulation of the area is not estimable",
                f"at least {FEWEST_FOR_AREA} samples after the first dose",
            )


def _not_steady(study: Study) -> Iterable[Found]:
    """Where the first dose has no profile, clearance rests on a later one, which must be at steady state."""
    for i, analyte, drug, _, first in _profiles(study):
        half_life = analyte.expected_half_life_days
        days = (first - 1) * drug.cycle_days
        if first > 1 and half_life and days < STEADY_HALF_LIVES * half_life:
            yield Found(
                ("analytes", i),
                f"cycle {first} starts {days} days after the first dose, {days / half_life:.1f} half-lives "
                f"of {analyte.code} ({half_life * HOURS_A_DAY:g} h): not at steady state",
                f"a profile from {math.ceil(STEADY_HALF_LIVES * half_life)} days on",
            )


TEXT: Final = "registry text, methods section 0"
CONTRADICTIONS: Final = (
    study_check(
        "DLT-WINDOW",
        ("more than one dose in the DLT window", "one dose in the DLT window"),
        TEXT,
        _window_spans_doses,
        "SEED-1",
    ),
    study_check(
        "FIRST-PROFILE",
        ("no profile after the first dose", "a profile after the first dose"),
        TEXT,
        _no_first_profile,
        "SEED-4",
    ),
    study_check(
        "STEADY-STATE",
        (
            "clearance from a profile that is not at steady state",
            "clearance from a profile at steady state",
        ),
        TEXT,
        _not_steady,
        "SEED-5",
    ),
    study_check(
        "DLT-LAST-DAY",
        ("a DLT window that ends on a dosing day", "a DLT window that ends before a dosing day"),
        TEXT,
        _last_day,
        "SEED-6",
    ),
    study_check(
        "OPTIONAL-LEVEL",
        ("a number of levels that is not fixed", "a number of levels that is fixed"),
        TEXT,
        _optional_level,
        "SEED-7",
    ),
    study_check(
        "AE-WINDOW",
        ("two windows for adverse events", "one window for adverse events"),
        TEXT,
        _event_windows,
        "SEED-8",
    ),
    study_check(
        "DOSE-INCREASE",
        ("more than one dose a subject", "one dose a subject"),
        TEXT,
        _dose_increase,
        "SEED-9",
    ),
)
