"""The protocol's decision as an ordered table: the first rule whose condition holds decides.

BAT6026 registry text (accelerated titration in the lowest levels, then 3+3 with six subjects at the MTD);
Storer 1989, doi:10.2307/2531693 for the 3+3 table. To change a rule is to edit its entry.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal

from pkpipe.escalation.engine.state_questions import Facts
from pkpipe.escalation.engine.states import Mask

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
    words: str  # why; fields in braces: columns of `words.FIELDS`
    source: str


def _invalid(when: Callable[[Facts], Mask], words: str) -> Rule:
    return Rule(INVALID_RULE, when, INVALID_STATE, "none", "none", words, "definition of a state")


def _upward(rule: str, when: Callable[[Facts], Mask], goal: Goal, words: str) -> tuple[Rule, ...]:
    """A level was passed: on to the next, or the maximum administered dose at the top."""
    top = "; highest open level, so the MTD is not reached"
    return (
        Rule(
            f"{rule};R16",
            lambda f: when(f) & f.at_top & f.optional_above,
            MAD_REACHED,
            "current",
            "none",
            words + top + "; the optional level may be opened",
            "protocol, U09",
        ),
        Rule(
            f"{rule};R15",
            lambda f: when(f) & f.at_top,
            MAD_REACHED,
            "current",
            "none",
            words + top,
            "protocol, U08",
        ),
        Rule(rule, when, ESCALATE, "next", goal, words, "protocol"),
    )


def _expand(rule: str, when: Callable[[Facts], Mask], goal: Goal, source: str) -> tuple[Rule, ...]:
    """The level below the ceiling is filled: named by whether dosing steps down for it."""
    words = (
        "{ceiling} exceeds the MTD ({c_y} of {c_n} with DLT); {at} has {n} evaluable"
        "{waiting}, enrol {number} to reach {goal}"
    )
    return (
        Rule(
            rule,
            lambda f: when(f) & (f.d > f.k),
            DEESCALATE_EXPAND,
            "below_ceiling",
            goal,
            words,
            source,
        ),
        Rule(rule, when, STAY_ADD, "below_ceiling", goal, words, source),
    )


INVALID: Final = (
    _invalid(
        lambda f: f.impossible_counts,
        "counts that cannot be: more DLTs than subjects, a negative count or g2 other than 0 and 1",
    ),
    _invalid(
        lambda f: f.outside_design, "a level outside the design, or one that is not open, is named"
    ),
)

SKIPPED: Final = _invalid(
    lambda f: f.level_skipped, "a level below the highest dosed one has no evaluable subject"
)

DOWNWARD: Final = (
    Rule(
        "R11;R14",
        lambda f: f.ceiling == 0,
        NO_TOLERABLE_DOSE,
        "none",
        "none",
        "{ceiling} has {c_y} DLT in {c_n}: the MTD is below the lowest level",
        "U06",
    ),
    Rule(
        "R11;R12",
        lambda f: f.has_ceiling & (f.n_k >= f.design.mtd_subjects) & (f.pend_k == 0),
        DECLARE_MTD,
        "below_ceiling",
        "none",
        "{ceiling} exceeds the MTD ({c_y} of {c_n} with DLT); {at} has {y} of {n}",
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
        "{ceiling} exceeds the MTD ({c_y} of {c_n} with DLT); {at} has {pend} in the window",
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
        "{at}: first subject",
        "protocol",
    ),
    Rule(
        "R01",
        lambda f: f.accelerated & (f.pend > 0),
        WAIT,
        "current",
        "none",
        "{at}: {pend} in the window",
        "U01",
    ),
    *_upward(
        "R03",
        lambda f: f.accelerated & (f.d + 1 < f.design.titration),
        "one",
        "{at}: {y} of {n} with DLT, no related grade 2 or more",
    ),
    *_upward(
        "R03",
        lambda f: f.accelerated,
        "cohort",
        "{at}: {y} of {n} with DLT, no related grade 2 or more",
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
        "{at}: titration ended by a related grade 2 or more{waiting}; enrol {number} to reach {goal}",
        "protocol",
    ),
    Rule(
        "R05",
        lambda f: f.n + f.pend < f.design.cohort,
        STAY_ADD,
        "current",
        "cohort",
        "{at}: the cohort of {goal} is not full{waiting}, enrol {number}",
        "protocol",
    ),
    Rule(
        "R01",
        lambda f: f.n < f.design.cohort,
        WAIT,
        "current",
        "none",
        "{at}: {pend} in the window",
        "protocol",
    ),
    Rule(
        "R01",
        lambda f: ((f.y == 0) | (f.n >= 2 * f.design.cohort)) & (f.pend > 0),
        WAIT,
        "current",
        "none",
        "{at}: {pend} in the window",
        "protocol",
    ),
    *_upward(
        "R06",
        lambda f: (f.n < 2 * f.design.cohort) & (f.y == 0),
        "cohort",
        "{at}: {y} of {n} with DLT",
    ),
    *_upward("R08", lambda f: f.n >= 2 * f.design.cohort, "cohort", "{at}: {y} of {n} with DLT"),
    Rule(
        "R01",
        lambda f: f.n + f.pend >= 2 * f.design.cohort,
        WAIT,
        "current",
        "none",
        "{at}: {pend} in the window",
        "protocol",
    ),
    Rule(
        "R07",
        lambda f: f.y == 1,
        STAY_ADD,
        "current",
        "six",
        "{at}: {y} of {n} with DLT{waiting}, enrol {number} to reach {goal}",
        "protocol",
    ),
)

THREE_PLUS_THREE: Final[tuple[Rule, ...]] = (
    *INVALID,
    _invalid(
        lambda f: f.dosed_above_current, "a higher level was dosed though no level exceeds the MTD"
    ),
    SKIPPED,
    *DOWNWARD,
    *ACCELERATED,
    *STANDARD,
)
