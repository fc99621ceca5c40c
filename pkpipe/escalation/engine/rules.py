"""The protocol's decision as an ordered table: the first rule whose condition holds decides.

BAT6026 registry text (accelerated titration in the lowest levels, then 3+3 with six subjects at the MTD);
Storer 1989, doi:10.2307/2531693 for the 3+3 table. To change a rule is to edit its entry.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal

from pkpipe.escalation.engine.level_counts import Mask
from pkpipe.escalation.engine.rule_words import (
    AT_TOP,
    CLEAN,
    FILL_BELOW,
    NOT_FULL,
    OPTIONAL,
    PASSED,
    RUNNING,
    with_more,
)
from pkpipe.escalation.engine.state_questions import Facts
from pkpipe.sentences import Words

Place = Literal["none", "current", "below_ceiling", "next", "table_up", "table_down"]
Goal = Literal["none", "one", "cohort", "six", "mtd", "table"]

INVALID_STATE: Final = "INVALID_STATE"
NO_TOLERABLE_DOSE: Final = "NO_TOLERABLE_DOSE"
DECLARE_MTD: Final = "DECLARE_MTD"
MAD_REACHED: Final = "MAD_REACHED"
WAIT: Final = "WAIT"
STAY_ADD: Final = "STAY_ADD"
DEESCALATE_EXPAND: Final = "DEESCALATE_EXPAND"
DEESCALATE: Final = "DEESCALATE"
ESCALATE: Final = "ESCALATE"
TERMINAL: Final = (INVALID_STATE, NO_TOLERABLE_DOSE, DECLARE_MTD, MAD_REACHED)

INVALID_RULE: Final = "R19"


@dataclass(frozen=True)
class Rule:
    """One line of the decision table."""

    ids: str  # rule ids of the specification, "R11;R13"
    when: Callable[[Facts], Mask]
    decision: str
    at: Place  # the level the decision is about, and the next level where subjects are enrolled
    goal: Goal  # subjects (evaluable and pending) the level is filled to
    words: Words  # why; fields in braces: columns of `words.FIELDS`
    source: str


def _invalid(when: Callable[[Facts], Mask], words: Words) -> Rule:
    return Rule(INVALID_RULE, when, INVALID_STATE, "none", "none", words, "definition of a state")


def _upward(rule: str, when: Callable[[Facts], Mask], goal: Goal, words: Words) -> tuple[Rule, ...]:
    """A level was passed: on to the next, or the maximum administered dose at the top."""
    top = with_more(words, AT_TOP)
    return (
        Rule(
            f"{rule};R16",
            lambda f: when(f) & f.at_top & f.optional_above,
            MAD_REACHED,
            "current",
            "none",
            with_more(top, OPTIONAL),
            "protocol, U09",
        ),
        Rule(
            f"{rule};R15",
            lambda f: when(f) & f.at_top,
            MAD_REACHED,
            "current",
            "none",
            top,
            "protocol, U08",
        ),
        Rule(rule, when, ESCALATE, "next", goal, words, "protocol"),
    )


def _expand(rule: str, when: Callable[[Facts], Mask], goal: Goal, source: str) -> tuple[Rule, ...]:
    """The level below the ceiling is filled: named by whether dosing steps down for it."""
    return (
        Rule(
            rule,
            lambda f: when(f) & (f.d > f.k),
            DEESCALATE_EXPAND,
            "below_ceiling",
            goal,
            FILL_BELOW,
            source,
        ),
        Rule(rule, when, STAY_ADD, "below_ceiling", goal, FILL_BELOW, source),
    )


INVALID: Final = (
    _invalid(
        lambda f: f.impossible_counts,
        Words(
            "counts that cannot be: more DLTs than subjects, a negative count or g2 other than 0 and 1",
            "计数不成立：DLT例数多于受试者数、计数为负或g2不是0或1",
        ),
    ),
    _invalid(
        lambda f: f.outside_design,
        Words(
            "a level outside the design, or one that is not open, is named",
            "涉及设计以外或未开放的剂量水平",
        ),
    ),
)

SKIPPED: Final = _invalid(
    lambda f: f.level_skipped,
    Words(
        "a level below the highest dosed one has no evaluable subject",
        "低于最高给药剂量水平的某一水平无可评估受试者",
    ),
)

DOWNWARD: Final = (
    Rule(
        "R11;R14",
        lambda f: f.ceiling == 0,
        NO_TOLERABLE_DOSE,
        "none",
        "none",
        Words(
            "{ceiling} has {c_y} DLT in {c_n}: the MTD is below the lowest level",
            "{ceiling}的{c_n}例中{c_y}例发生DLT：MTD低于最低剂量水平",
        ),
        "U06",
    ),
    Rule(
        "R11;R12",
        lambda f: f.has_ceiling & (f.n_k >= f.design.mtd_subjects) & (f.pend_k == 0),
        DECLARE_MTD,
        "below_ceiling",
        "none",
        Words(
            "{ceiling} exceeds the MTD ({c_y} of {c_n} with DLT); {at} has {y} of {n}",
            "{ceiling}超过MTD（{c_n}例中{c_y}例发生DLT）；{at}的{n}例中{y}例发生DLT",
        ),
        "protocol",
    ),
    Rule(
        "R11;R01",
        lambda f: (
            f.has_ceiling
            & (
                (f.n_k >= f.design.mtd_subjects)
                | (f.n_k + f.pend_k >= f.design.mtd_subjects)
                | ((f.n_k < f.design.cohort) & (f.n_k + f.pend_k >= f.design.cohort))
            )
        ),
        WAIT,
        "below_ceiling",
        "none",
        Words(
            "{ceiling} exceeds the MTD ({c_y} of {c_n} with DLT); {at} has {pend} in the window",
            "{ceiling}超过MTD（{c_n}例中{c_y}例发生DLT）；{at}有{pend}例在观察窗内",
        ),
        "U10",
    ),
    *_expand(
        "R11;R13",
        lambda f: f.has_ceiling & (f.n_k >= f.design.cohort),
        "mtd",
        "protocol: three to six",
    ),
    *_expand("R11;R13b", lambda f: f.has_ceiling, "cohort", "U05"),
)

ACCELERATED: Final = (
    Rule(
        "R02",
        lambda f: f.accelerated & (f.n == 0) & (f.pend == 0),
        STAY_ADD,
        "current",
        "one",
        Words("{at}: first subject", "{at}：首例受试者"),
        "protocol",
    ),
    Rule(
        "R01",
        lambda f: f.accelerated & (f.pend > 0),
        WAIT,
        "current",
        "none",
        RUNNING,
        "U01",
    ),
    *_upward(
        "R03",
        lambda f: f.accelerated & (f.d + 1 < f.design.titration),
        "one",
        CLEAN,
    ),
    *_upward(
        "R03",
        lambda f: f.accelerated,
        "cohort",
        CLEAN,
    ),
)

STANDARD: Final = (
    Rule(
        "R04",
        lambda f: (
            f.titrated & (f.n <= 1) & ((f.g2 > 0) | (f.y == 1)) & (f.n + f.pend < f.design.cohort)
        ),
        STAY_ADD,
        "current",
        "cohort",
        Words(
            "{at}: titration ended by a related grade 2 or more{waiting}; enrol {number} to reach {goal}",
            "{at}：因相关的2级及以上事件结束加速滴定{waiting}；再入组{number}例以达到{goal}例",
        ),
        "protocol",
    ),
    Rule(
        "R05",
        lambda f: f.n + f.pend < f.design.cohort,
        STAY_ADD,
        "current",
        "cohort",
        NOT_FULL,
        "protocol",
    ),
    Rule(
        "R01",
        lambda f: f.n < f.design.cohort,
        WAIT,
        "current",
        "none",
        RUNNING,
        "protocol",
    ),
    Rule(
        "R01",
        lambda f: ((f.y == 0) | (f.n >= 2 * f.design.cohort)) & (f.pend > 0),
        WAIT,
        "current",
        "none",
        RUNNING,
        "protocol",
    ),
    *_upward(
        "R06",
        lambda f: (f.n < 2 * f.design.cohort) & (f.y == 0),
        "cohort",
        PASSED,
    ),
    *_upward("R08", lambda f: f.n >= 2 * f.design.cohort, "cohort", PASSED),
    Rule(
        "R01",
        lambda f: f.n + f.pend >= 2 * f.design.cohort,
        WAIT,
        "current",
        "none",
        RUNNING,
        "protocol",
    ),
    Rule(
        "R07",
        lambda f: f.y == 1,
        STAY_ADD,
        "current",
        "six",
        Words(
            "{at}: {y} of {n} with DLT{waiting}, enrol {number} to reach {goal}",
            "{at}：{n}例中{y}例发生DLT{waiting}，再入组{number}例以达到{goal}例",
        ),
        "protocol",
    ),
)

THREE_PLUS_THREE: Final[tuple[Rule, ...]] = (
    *INVALID,
    _invalid(
        lambda f: f.dosed_above_current,
        Words(
            "a higher level was dosed though no level exceeds the MTD",
            "无剂量水平超过MTD，却已在更高剂量水平给药",
        ),
    ),
    SKIPPED,
    *DOWNWARD,
    *ACCELERATED,
    *STANDARD,
)
