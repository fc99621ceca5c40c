"""Where the protocol text is silent, what was assumed, and which states an assumption decided.

Ids and readings: the escalation specification. Each is a sentence for the report and a condition on a state.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np

from pkpipe.escalation.engine.decide import Answers
from pkpipe.escalation.engine.design import Ints
from pkpipe.escalation.engine.level_counts import Mask, States, rowwise_any
from pkpipe.escalation.engine.rules import (
    DECLARE_MTD,
    DEESCALATE_EXPAND,
    INVALID_STATE,
    MAD_REACHED,
    NO_TOLERABLE_DOSE,
    STAY_ADD,
    WAIT,
)
from pkpipe.escalation.engine.state_questions import Facts
from pkpipe.sentences import SEMICOLON, Words


class Case:
    """A state, its answer and the level the decision is about, for the conditions below."""

    def __init__(self, facts: Facts, answers: Answers) -> None:
        self.facts, self.answers, self.states = facts, answers, facts.states
        self.decision = np.array([rule.decision for rule in answers.rules])[answers.rule]
        self.ids = np.array([rule.ids for rule in answers.rules])[answers.rule]
        self.about: Ints = np.where(facts.has_ceiling, facts.k, facts.d).astype(np.int16)
        self.n, self.y = facts.at(self.states.n, self.about), facts.at(self.states.y, self.about)
        self.c_n = facts.at(
            self.states.n, np.where(facts.has_ceiling, facts.ceiling, 0).astype(np.int16)
        )

    def decided(self, *decisions: str) -> Mask:
        """The decision is one of these."""
        return np.isin(self.decision, decisions)

    @property
    def upward(self) -> Mask:
        """No level exceeds the MTD."""
        return ~self.facts.has_ceiling

    @property
    def downward(self) -> Mask:
        """A level exceeds the MTD and there is one below it."""
        return self.facts.has_ceiling & (self.facts.ceiling > 0)

    @property
    def converted(self) -> Mask:
        """At a titration level, no longer accelerated."""
        return self.upward & self.facts.titrated & ~self.facts.accelerated


@dataclass(frozen=True)
class Assumption:
    """An open point of the text, the reading taken, and when a decision rests on it."""

    id: str
    text: Words
    when: Callable[[Case], Mask]


def _grade2_alone(case: Case) -> Mask:
    t = case.facts.design.titration
    clean = (case.states.g2[:, :t] > 0) & (case.states.y[:, :t] == 0)
    reached = case.facts.order[:t] <= case.facts.d[:, None]
    return case.converted & rowwise_any(clean & reached)


def _dlt_without_grade2(case: Case) -> Mask:
    t, s = case.facts.design.titration, case.states
    odd = (s.y[:, :t] > 0) & (s.g2[:, :t] == 0) & (s.n[:, :t] < case.facts.design.cohort)
    return rowwise_any(odd)


def _left_behind(case: Case) -> Mask:
    t, s = case.facts.design.titration, case.states
    below = case.facts.order[:t] < case.facts.d[:, None]
    thin = case.facts.toxic_titration & (s.n[:, :t] < case.facts.design.cohort) & below
    return case.upward & rowwise_any(thin)


def _pending(case: Case) -> Mask:
    at_level = case.facts.at(case.states.pend, case.about) > 0
    ceiling = np.where(case.facts.has_ceiling, case.facts.ceiling, 0).astype(np.int16)
    above = case.facts.has_ceiling & (case.facts.at(case.states.pend, ceiling) > 0)
    return at_level | above


def _over_enrolled(n: Ints) -> Mask:
    found: Mask = np.isin(n, (4, 5)) | (n > 6)
    return found


ASSUMPTIONS: Final[tuple[Assumption, ...]] = (
    Assumption(
        "U01",
        Words(
            "a titrated subject is judged by related grade 2 or more in the DLT window, and the next level "
            "waits for the whole window in both modes",
            "加速滴定受试者按DLT观察窗内相关的2级及以上事件判断，均待观察窗结束后进入下一剂量水平",
        ),
        _grade2_alone,
    ),
    Assumption(
        "U02",
        Words(
            "a DLT in an accelerated cohort is also a related toxicity of grade 2 or more",
            "加速滴定队列中的DLT也是相关的2级及以上毒性",
        ),
        _dlt_without_grade2,
    ),
    Assumption(
        "U03",
        Words(
            "the two subjects added when titration ends make three with the first",
            "滴定结束时新增的2例与首例合计3例",
        ),
        lambda c: (
            c.converted
            & ((c.facts.g2 > 0) | (c.facts.y > 0))
            & (c.facts.n <= c.facts.design.cohort)
        ),
    ),
    Assumption(
        "U04",
        Words(
            "the MTD needs six evaluable subjects with at most one DLT",
            "MTD需6例可评估受试者且DLT不超过1例",
        ),
        lambda c: c.downward & c.decided(DECLARE_MTD, DEESCALATE_EXPAND, STAY_ADD),
    ),
    Assumption(
        "U05",
        Words(
            "a titration level below the ceiling is filled to three, judged, and then to six",
            "上限以下的滴定剂量水平先入组至3例并判断，再入组至6例",
        ),
        lambda c: c.downward & (c.n < c.facts.design.cohort),
    ),
    Assumption(
        "U06",
        Words(
            "two DLTs at the lowest level end the escalation without a tolerable dose",
            "最低剂量水平2例DLT则结束递增，无可耐受剂量",
        ),
        lambda c: c.decided(NO_TOLERABLE_DOSE),
    ),
    Assumption(
        "U07",
        Words(
            "two DLTs decide at once, whatever the size of the cohort",
            "2例DLT即可决定，不论队列大小",
        ),
        lambda c: c.facts.has_ceiling & ~np.isin(c.c_n, (3, 6)),
    ),
    Assumption(
        "U08",
        Words(
            "the highest level is not expanded to six by itself",
            "最高剂量水平不自动扩展至6例",
        ),
        lambda c: c.decided(MAD_REACHED) & ~c.facts.optional_above,
    ),
    Assumption(
        "U09",
        Words(
            "the optional level is opened by a decision outside this table",
            "备选剂量水平由本表以外的决定开放",
        ),
        lambda c: c.decided(MAD_REACHED) & c.facts.optional_above,
    ),
    Assumption(
        "U10",
        Words(
            "who leaves the window without DLT is replaced and never counted; a running window blocks the "
            "decision unless two DLTs have made it",
            "未发生DLT而离开观察窗者被替换且不计入；除非已有2例DLT，观察窗未结束时不作决定",
        ),
        _pending,
    ),
    Assumption(
        "U11",
        Words(
            "more than three or six evaluable subjects are read as three or six",
            "超过3例或6例的可评估受试者按3例或6例判读",
        ),
        lambda c: (
            np.where(c.facts.ceiling == 0, c.c_n > 6, _over_enrolled(c.n))
            | (c.facts.has_ceiling & (c.c_n > 6))
        ),
    ),
    Assumption(
        "U13",
        Words(
            "a titration level with two clean subjects counts as passed in accelerated mode",
            "加速模式下有2例无事件受试者的滴定剂量水平视为通过",
        ),
        lambda c: (
            (c.about < c.facts.design.titration)
            & (c.n == 2)
            & (c.y == 0)
            & (c.facts.at(c.states.g2, c.about) == 0)
        ),
    ),
    Assumption(
        "U14",
        Words(
            "a related grade 2 or more that became known after the next level had opened: standard from "
            "there, the lower level is not expanded on the way up",
            "下一剂量水平开放后才获知的相关2级及以上事件：自此按标准递增，递增过程中不扩展较低剂量水平",
        ),
        _left_behind,
    ),
    Assumption(
        "U16",
        Words(
            "a dose put between two levels is a standard level",
            "插入两个剂量水平之间的剂量为标准剂量水平",
        ),
        lambda c: (
            np.array([*(c.facts.design.inserted or (False,)), False])[c.about]
            & c.decided(DEESCALATE_EXPAND, STAY_ADD, DECLARE_MTD, WAIT)
        ),
    ),
    Assumption(
        "U19",
        Words(
            "levels of a plan without titration follow the same table, six at the MTD",
            "无滴定的方案按同一表执行，MTD需6例",
        ),
        lambda c: np.full(len(c.about), c.facts.design.titration == 0),
    ),
    Assumption(
        "U20",
        Words(
            "of two levels with two DLTs or more the lower one is the ceiling",
            "两个剂量水平均有2例及以上DLT时，较低者为上限",
        ),
        lambda c: c.facts.exceeded.sum(axis=1) >= 2,
    ),
)


def assumptions_of(states: States, answers: Answers) -> list[str]:
    """Ids of the assumptions each decision rests on, `U03;U10`; none for a table of the study's own."""
    if answers.design.table:
        return [""] * len(answers)
    case = Case(Facts(answers.design, states), answers)
    valid = ~case.decided(INVALID_STATE)
    held = np.column_stack([a.when(case) & valid for a in ASSUMPTIONS])
    ids = [a.id for a in ASSUMPTIONS]
    return [
        ";".join(i for i, holds in zip(ids, row, strict=True) if holds) for row in held.tolist()
    ]


def in_words(ids: str | None) -> Words | None:
    """Assumptions by their ids, `U03;U10`, each with its text; None where there is none."""
    texts = {a.id: a.text for a in ASSUMPTIONS}
    held = [(one, texts[one]) for one in (ids or "").split(";") if one in texts]
    if not held:
        return None
    return Words(
        SEMICOLON.en.join(f"{one}: {text.en}" for one, text in held),
        SEMICOLON.zh.join(f"{one}：{text.zh}" for one, text in held),
    )
