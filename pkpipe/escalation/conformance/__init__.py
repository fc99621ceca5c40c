"""Protocol conformance from dated records: one entry a rule, PASS, FAIL, INDETERMINATE or NOT_ASSESSABLE."""

from __future__ import annotations

from typing import Final

import polars as pl

from pkpipe.clinical.collected import Collected, not_collected
from pkpipe.clinical.conduct import conduct_check
from pkpipe.clinical.dose_decision import DLT, EXAMS
from pkpipe.clinical.ends import DEATH
from pkpipe.escalation.conformance import dosing, groups, visits
from pkpipe.escalation.conformance.trial import (
    NOT_ASSESSABLE,
    RESULT_SCHEMA,
    ConductRule,
    Limits,
    Trial,
)

# Who left treatment or the study, and what ends treatment.
ENDED: Final = ("DS.DSCAT", "DS.DSSCAT")
STOPS: Final = (*DEATH, *ENDED, "DS.DSTERM", "CM", "RS.RSSTRESC")
RULES: Final[tuple[ConductRule, ...]] = (
    ConductRule(
        "C01",
        "the next group starts when every window of the group before is over",
        (),
        None,
        groups.windows_waited_for,
        rests_on=(*DLT, *ENDED),
    ),
    ConductRule(
        "C02",
        "no more subjects of a group in the DLT window at once than allowed",
        (),
        lambda limits: limits.plan.constraints.max_in_window is not None,
        groups.few_in_window,
        rests_on=ENDED,
    ),
    ConductRule(
        "C03",
        "the required hours between the first subject of a group and the next",
        (),
        lambda limits: limits.plan.constraints.first_gap_hours is not None,
        groups.gap_after_first,
    ),
    ConductRule(
        "C04",
        "no dose reduction",
        ("doses",),
        lambda limits: limits.plan.conduct.dose_reduction_allowed is False,
        dosing.no_reduction,
        rests_on=("EX.EXPDOSE",),
    ),
    ConductRule(
        "C05",
        "a dose increase within a subject only under its conditions",
        ("doses",),
        None,
        dosing.increase_allowed,
    ),
    ConductRule(
        "C06",
        "from the second cycle on dosing within the window",
        ("doses",),
        lambda limits: bool(limits.cycle_days and limits.dosing_window_days),
        dosing.doses_on_time,
    ),
    ConductRule(
        "C07",
        "no more cycles than planned",
        ("doses",),
        lambda limits: bool(limits.max_cycles),
        dosing.few_cycles,
    ),
    ConductRule(
        "C08",
        "examinations shortly before each dose",
        ("doses", "exams"),
        lambda limits: limits.exam_hours is not None and bool(limits.plan.conduct.exams),
        visits.examined_before_dose,
        rests_on=lambda limits: tuple(EXAMS[e] for e in limits.plan.conduct.exams),
    ),
    ConductRule(
        "C09",
        "a DLT counts only in the window",
        (),
        None,
        groups.dlt_in_window,
        rests_on=DLT,
    ),
    ConductRule(
        "C10",
        "no level skipped, a level opened only after the decision to escalate",
        (),
        None,
        groups.escalated_after_decision,
        rests_on=DLT,
    ),
    ConductRule("C11", "group size", (), None, groups.group_sizes, DLT),
    ConductRule(
        "C12",
        "screening no longer than planned",
        (),
        lambda limits: limits.screening_days is not None,
        visits.screened_in_time,
        rests_on=("DM.RFICDTC",),
    ),
    ConductRule(
        "C13",
        "a visit at the end of treatment",
        ("exams",),
        lambda limits: limits.eot_days is not None,
        visits.end_of_treatment_visit,
        rests_on=ENDED,
    ),
    ConductRule(
        "C14",
        "safety visits after the last dose",
        ("exams",),
        lambda limits: bool(limits.safety_visits),
        visits.safety_visits,
        rests_on=ENDED,
    ),
    ConductRule(
        "C15",
        "survival contacts at the planned gaps",
        ("contacts",),
        lambda limits: limits.survival_gap is not None,
        visits.survival_contacts,
        rests_on=(*ENDED, "SS"),
    ),
    ConductRule(
        "C16",
        "treatment stops at the first reason to stop",
        ("doses",),
        None,
        dosing.stopped_in_time,
        rests_on=STOPS,
    ),
)

# The check behind a failure of each rule.
CHECKS: Final = tuple(conduct_check(rule.id, rule.rule) for rule in RULES)


def conform(
    trial: Trial,
    limits: Limits,
    known: Collected | None = None,
    only: frozenset[str] | None = None,
) -> pl.DataFrame:
    """Every rule's rows, by rule, cohort and subject; a rule with nothing to judge keeps one row.

    known: what the study collects; None: everything that the trial's frames hold.
    """
    asked = [rule for rule in RULES if only is None or rule.id in only]
    rows = pl.concat([_judged(rule, trial, limits, known) for rule in asked])
    return rows.sort("CHECK", "COHORT", "USUBJID", "DATE", nulls_last=True, maintain_order=True)


def with_rules(rows: pl.DataFrame) -> pl.DataFrame:
    """Results with RULE, what the rule asks for in words."""
    words = {rule.id: rule.rule for rule in RULES}
    return rows.with_columns(
        RULE=pl.col("CHECK").replace_strict(words, default=None, return_dtype=pl.String)
    )


def _judged(
    rule: ConductRule, trial: Trial, limits: Limits, known: Collected | None
) -> pl.DataFrame:
    missing = [name for name in rule.needs if getattr(trial, name) is None]
    if rule.set_by is not None and not rule.set_by(limits):
        return _nothing(rule, "the protocol sets no such rule")
    needs = rule.rests_on(limits) if callable(rule.rests_on) else rule.rests_on
    lost = known.reason(*needs) if known is not None else None
    if lost is not None:
        return _nothing(rule, lost)
    if missing:
        return _nothing(rule, not_collected(missing))
    rows = rule.judge(trial, limits)
    if rows.is_empty():
        return _nothing(rule, "nothing to judge yet")
    return rows.select(pl.lit(rule.id).alias("CHECK"), pl.all())


def _nothing(rule: ConductRule, why: str) -> pl.DataFrame:
    return pl.DataFrame(
        [(rule.id, None, None, NOT_ASSESSABLE, None, f"{rule.rule}: {why}")],
        schema=RESULT_SCHEMA,
        orient="row",
    )
