"""Protocol conformance from dated records: one entry a rule, PASS, FAIL, INDETERMINATE or NOT_ASSESSABLE."""

from __future__ import annotations

from typing import Final

import polars as pl

from pkpipe.clinical.collected import Collected, lost, not_collected
from pkpipe.clinical.conduct import conduct_check
from pkpipe.clinical.dose_decision import DLT, EXAMS
from pkpipe.clinical.ends import DEATH
from pkpipe.escalation.conformance import (
    approvals,
    cohort_windows,
    dosing,
    examination_visits,
    follow_up,
    increases,
)
from pkpipe.escalation.conformance.dated_records import (
    NOT_ASSESSABLE,
    RESULT_SCHEMA,
    ConductRule,
    Limits,
    Trial,
)
from pkpipe.sentences import Words

# Who left treatment or the study, and what ends treatment.
ENDED: Final = ("DS.DSCAT", "DS.DSSCAT")
STOPS: Final = (*DEATH, *ENDED, "DS.DSTERM", "CM", "RS.RSSTRESC")
NO_RUN_NAMED: Final = Words(
    "no recorded decision that opened a dosed level names the run it rests on",
    "开放已给药剂量水平的决定均未写明所依据的运行",
)
RULES: Final[tuple[ConductRule, ...]] = (
    ConductRule(
        "C01",
        Words(
            "the next group starts when every window of the group before is over",
            "前一组所有受试者的DLT观察窗结束后，下一组方可开始",
        ),
        (),
        None,
        cohort_windows.windows_waited_for,
        rests_on=(*DLT, *ENDED),
    ),
    ConductRule(
        "C02",
        Words(
            "no more subjects of a group in the DLT window at once than allowed",
            "同一组同时处于DLT观察窗内的受试者不超过规定人数",
        ),
        (),
        lambda limits: limits.plan.constraints.max_in_window is not None,
        cohort_windows.few_in_window,
        rests_on=ENDED,
    ),
    ConductRule(
        "C03",
        Words(
            "the required hours between the first subject of a group and the next",
            "每组首例与后续受试者给药间隔达到规定小时数",
        ),
        (),
        lambda limits: limits.plan.constraints.first_gap_hours is not None,
        cohort_windows.gap_after_first,
    ),
    ConductRule(
        "C04",
        Words("no dose reduction", "不得降低剂量"),
        ("doses",),
        lambda limits: limits.plan.conduct.dose_reduction_allowed is False,
        dosing.no_reduction,
        rests_on=("EX.EXPDOSE",),
    ),
    ConductRule(
        "C05",
        Words(
            "a dose increase within a subject only under its conditions",
            "受试者个体内剂量递增须满足规定条件",
        ),
        ("doses",),
        None,
        increases.increase_allowed,
    ),
    ConductRule(
        "C06",
        Words("from the second cycle on dosing within the window", "自第2周期起在时间窗内给药"),
        ("doses",),
        lambda limits: bool(limits.cycle_days and limits.dosing_window_days),
        dosing.doses_on_time,
    ),
    ConductRule(
        "C07",
        Words("no more cycles than planned", "周期数不超过计划"),
        ("doses",),
        lambda limits: bool(limits.max_cycles),
        dosing.few_cycles,
    ),
    ConductRule(
        "C08",
        Words("examinations shortly before each dose", "每次给药前完成规定检查"),
        ("doses", "exams"),
        lambda limits: limits.exam_hours is not None and bool(limits.plan.conduct.exams),
        examination_visits.examined_before_dose,
        rests_on=lambda limits: tuple(EXAMS[e] for e in limits.plan.conduct.exams),
    ),
    ConductRule(
        "C09",
        Words("a DLT counts only in the window", "仅计入观察窗内的DLT"),
        (),
        None,
        cohort_windows.dlt_in_window,
        rests_on=DLT,
    ),
    ConductRule(
        "C10",
        Words(
            "no level skipped, a level opened only after the decision to escalate",
            "不得跳过剂量水平，且仅在递增决定后开放",
        ),
        (),
        None,
        cohort_windows.escalated_after_decision,
        rests_on=DLT,
    ),
    ConductRule(
        "C11",
        Words("group size", "每组例数"),
        (),
        None,
        cohort_windows.group_sizes,
        rests_on=DLT,
        of_subjects=False,
    ),
    ConductRule(
        "C12",
        Words("screening no longer than planned", "筛选期不超过计划"),
        (),
        lambda limits: limits.screening_days is not None,
        examination_visits.screened_in_time,
        rests_on=("DM.RFICDTC",),
    ),
    ConductRule(
        "C13",
        Words("a visit at the end of treatment", "完成治疗结束访视"),
        ("exams",),
        lambda limits: limits.eot_days is not None,
        follow_up.end_of_treatment_visit,
        rests_on=ENDED,
    ),
    ConductRule(
        "C14",
        Words("safety visits after the last dose", "末次给药后完成安全性随访"),
        ("exams",),
        lambda limits: bool(limits.safety_visits),
        follow_up.safety_visits,
        rests_on=ENDED,
    ),
    ConductRule(
        "C15",
        Words("survival contacts at the planned gaps", "按计划间隔进行生存随访"),
        ("contacts",),
        lambda limits: limits.survival_gap is not None,
        follow_up.survival_contacts,
        rests_on=(*ENDED, "SS"),
    ),
    ConductRule(
        "C16",
        Words("treatment stops at the first reason to stop", "出现首个终止原因时停止治疗"),
        ("doses",),
        None,
        dosing.stopped_in_time,
        rests_on=STOPS,
    ),
    ConductRule(
        "C17",
        Words(
            "a level dosed only after the approval of its decision was signed",
            "剂量水平的给药须在其决定签署批准之后",
        ),
        (),
        None,
        approvals.dosed_after_approval,
        nothing=NO_RUN_NAMED,
    ),
)

NO_SUCH_RULE: Final = Words("the protocol sets no such rule", "方案无此规定")
# The check behind a failure of each rule.
CHECKS: Final = tuple(conduct_check(rule.id, rule.rule.en) for rule in RULES)


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
    words = {rule.id: rule.rule.en for rule in RULES}
    return rows.with_columns(
        RULE=pl.col("CHECK").replace_strict(words, default=None, return_dtype=pl.String)
    )


def _judged(
    rule: ConductRule, trial: Trial, limits: Limits, known: Collected | None
) -> pl.DataFrame:
    missing = [name for name in rule.needs if getattr(trial, name) is None]
    if rule.set_by is not None and not rule.set_by(limits):
        return _nothing(rule, NO_SUCH_RULE)
    needs = rule.rests_on(limits) if callable(rule.rests_on) else rule.rests_on
    unknown = known.reason(*needs) if known is not None else None
    if unknown is not None:
        return _nothing(rule, lost(unknown))
    if missing:
        return _nothing(rule, lost(not_collected(missing)))
    rows = rule.judge(trial, limits)
    if rows.is_empty():
        return _nothing(rule, rule.nothing)
    return rows.select(pl.lit(rule.id).alias("CHECK"), pl.all())


def _nothing(rule: ConductRule, why: Words) -> pl.DataFrame:
    told = (f"{rule.rule.en}: {why.en}", f"{rule.rule.zh}：{why.zh}")
    return pl.DataFrame(
        [(rule.id, None, None, NOT_ASSESSABLE, None, *told)],
        schema=RESULT_SCHEMA,
        orient="row",
    )
