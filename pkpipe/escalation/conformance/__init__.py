"""Protocol conformance from dated records: one entry a rule, PASS, FAIL, INDETERMINATE or NOT_ASSESSABLE."""

from __future__ import annotations

from typing import Final

import polars as pl

from pkpipe.clinical.collected import Collected, not_collected
from pkpipe.clinical.dose_decision import DLT, EXAMS
from pkpipe.clinical.ends import DEATH
from pkpipe.escalation.conformance import dosing, groups, visits
from pkpipe.escalation.conformance.trial import (
    NOT_ASSESSABLE,
    RESULT_SCHEMA,
    Check,
    Limits,
    Trial,
)

# Who left treatment or the study, and what ends treatment.
ENDED: Final = ("DS.DSCAT", "DS.DSSCAT")
STOPS: Final = (*DEATH, *ENDED, "DS.DSTERM", "CM", "RS.RSSTRESC")
CHECKS: Final[tuple[Check, ...]] = (
    Check(
        "C01",
        "the next group starts when every window of the group before is over",
        (),
        None,
        groups.windows_waited_for,
        rests_on=(*DLT, *ENDED),
    ),
    Check(
        "C02",
        "no more subjects of a group in the DLT window at once than allowed",
        (),
        lambda limits: limits.plan.constraints.max_in_window is not None,
        groups.few_in_window,
        rests_on=ENDED,
    ),
    Check(
        "C03",
        "the required hours between the first subject of a group and the next",
        (),
        lambda limits: limits.plan.constraints.first_gap_hours is not None,
        groups.gap_after_first,
    ),
    Check(
        "C04",
        "no dose reduction",
        ("doses",),
        lambda limits: limits.plan.conduct.dose_reduction_allowed is False,
        dosing.no_reduction,
        rests_on=("EX.EXPDOSE",),
    ),
    Check(
        "C05",
        "a dose increase within a subject only under its conditions",
        ("doses",),
        None,
        dosing.increase_allowed,
    ),
    Check(
        "C06",
        "from the second cycle on dosing within the window",
        ("doses",),
        lambda limits: bool(limits.cycle_days and limits.dosing_window_days),
        dosing.doses_on_time,
    ),
    Check(
        "C07",
        "no more cycles than planned",
        ("doses",),
        lambda limits: bool(limits.max_cycles),
        dosing.few_cycles,
    ),
    Check(
        "C08",
        "examinations shortly before each dose",
        ("doses", "exams"),
        lambda limits: limits.exam_hours is not None and bool(limits.plan.conduct.exams),
        visits.examined_before_dose,
        rests_on=lambda limits: tuple(EXAMS[e] for e in limits.plan.conduct.exams),
    ),
    Check(
        "C09",
        "a DLT counts only in the window",
        (),
        None,
        groups.dlt_in_window,
        rests_on=DLT,
    ),
    Check(
        "C10",
        "no level skipped, a level opened only after the decision to escalate",
        (),
        None,
        groups.escalated_after_decision,
        rests_on=DLT,
    ),
    Check("C11", "group size", (), None, groups.group_sizes, DLT),
    Check(
        "C12",
        "screening no longer than planned",
        (),
        lambda limits: limits.screening_days is not None,
        visits.screened_in_time,
        rests_on=("DM.RFICDTC",),
    ),
    Check(
        "C13",
        "a visit at the end of treatment",
        ("exams",),
        lambda limits: limits.eot_days is not None,
        visits.end_of_treatment_visit,
        rests_on=ENDED,
    ),
    Check(
        "C14",
        "safety visits after the last dose",
        ("exams",),
        lambda limits: bool(limits.safety_visits),
        visits.safety_visits,
        rests_on=ENDED,
    ),
    Check(
        "C15",
        "survival contacts at the planned gaps",
        ("contacts",),
        lambda limits: limits.survival_gap is not None,
        visits.survival_contacts,
        rests_on=(*ENDED, "SS"),
    ),
    Check(
        "C16",
        "treatment stops at the first reason to stop",
        ("doses",),
        None,
        dosing.stopped_in_time,
        rests_on=STOPS,
    ),
)


def conform(
    trial: Trial,
    limits: Limits,
    known: Collected | None = None,
    only: frozenset[str] | None = None,
) -> pl.DataFrame:
    """Every check's rows, by check, cohort and subject; a check with nothing to judge keeps one row.

    known: what the study collects; None: everything that the trial's frames hold.
    """
    asked = [check for check in CHECKS if only is None or check.id in only]
    rows = pl.concat([_judged(check, trial, limits, known) for check in asked])
    return rows.sort("CHECK", "COHORT", "USUBJID", "DATE", nulls_last=True, maintain_order=True)


def with_rules(rows: pl.DataFrame) -> pl.DataFrame:
    """Results with RULE, what the check asks for in words."""
    words = {check.id: check.rule for check in CHECKS}
    return rows.with_columns(
        RULE=pl.col("CHECK").replace_strict(words, default=None, return_dtype=pl.String)
    )


def _judged(check: Check, trial: Trial, limits: Limits, known: Collected | None) -> pl.DataFrame:
    missing = [name for name in check.needs if getattr(trial, name) is None]
    if check.set_by is not None and not check.set_by(limits):
        return _nothing(check, "the protocol sets no such rule")
    needs = check.rests_on(limits) if callable(check.rests_on) else check.rests_on
    lost = known.reason(*needs) if known is not None else None
    if lost is not None:
        return _nothing(check, lost)
    if missing:
        return _nothing(check, not_collected(missing))
    rows = check.judge(trial, limits)
    if rows.is_empty():
        return _nothing(check, "nothing to judge yet")
    return rows.select(pl.lit(check.id).alias("CHECK"), pl.all())


def _nothing(check: Check, why: str) -> pl.DataFrame:
    return pl.DataFrame(
        [(check.id, None, None, NOT_ASSESSABLE, None, f"{check.rule}: {why}")],
        schema=RESULT_SCHEMA,
        orient="row",
    )
