"""Designs that come as an n-by-y table of letters (BOIN, mTPI-2, any other), run by the same engine.

E goes one level up, S stays, D goes one level down and may come back, U excludes the level and all above.
A level is filled to the end of a cohort before its cell is read; the trial ends when the level it should
treat has as many evaluable subjects as the table has rows for.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from pkpipe.escalation.engine.rules import (
    DECLARE_MTD,
    DEESCALATE,
    ESCALATE,
    INVALID,
    NO_TOLERABLE_DOSE,
    SKIPPED,
    STAY_ADD,
    WAIT,
    Place,
    Rule,
)
from pkpipe.escalation.engine.state_questions import Facts
from pkpipe.escalation.engine.states import Mask

READ = "{at}: the table reads {letter} for {y} of {n} with DLT"
SOURCE = "the study's decision table"


def _move(
    rule: str, when: Callable[[Facts], Mask], decision: str, place: Place, words: str
) -> tuple[Rule, ...]:
    """To another level: stop if the table ends there, wait if its cohort is running, else enrol."""

    def to(f: Facts) -> Mask:
        return f.full(
            {"below_ceiling": f.k, "table_up": f.next_up, "table_down": f.next_down}[place]
        )

    def complete(f: Facts) -> Mask:
        level = {"below_ceiling": f.k, "table_up": f.next_up, "table_down": f.next_down}[place]
        return f.complete(level)

    return (
        Rule(
            f"{rule};T08",
            lambda f: when(f) & to(f),
            DECLARE_MTD,
            "none",
            "none",
            words + "; the table ends at the level to be treated",
            SOURCE,
        ),
        Rule(
            f"{rule};R01",
            lambda f: when(f) & complete(f),
            WAIT,
            place,
            "none",
            words + "; {at} has {pend} in the window",
            SOURCE,
        ),
        Rule(
            rule,
            when,
            decision,
            place,
            "table",
            words + "; enrol {number} at {at}{waiting}",
            SOURCE,
        ),
    )


TABLE_RULES: Final[tuple[Rule, ...]] = (
    *INVALID,
    SKIPPED,
    Rule(
        "T01",
        lambda f: f.ceiling == 0,
        NO_TOLERABLE_DOSE,
        "none",
        "none",
        "{ceiling} is excluded ({c_y} of {c_n} with DLT) and it is the lowest level",
        SOURCE,
    ),
    *_move(
        "T02",
        lambda f: f.d >= f.ceiling,
        DEESCALATE,
        "below_ceiling",
        "{ceiling} is excluded ({c_y} of {c_n} with DLT)",
    ),
    Rule(
        "T03",
        lambda f: f.undecided & ~f.complete(f.d),
        STAY_ADD,
        "current",
        "table",
        "{at}: the cohort of {goal} is not full{waiting}, enrol {number}",
        SOURCE,
    ),
    Rule(
        "T03;R01",
        lambda f: f.undecided,
        WAIT,
        "current",
        "none",
        "{at}: {pend} in the window",
        SOURCE,
    ),
    *_move(
        "T04",
        lambda f: f.says("D") & (f.d > 0),
        DEESCALATE,
        "table_down",
        "the table reads D for {d_y} of {d_n} at {d}",
    ),
    Rule(
        "R01",
        lambda f: f.pend > 0,
        WAIT,
        "current",
        "none",
        "{at}: {pend} in the window",
        SOURCE,
    ),
    *_move(
        "T05",
        lambda f: f.says("E") & (f.next_up > f.d),
        ESCALATE,
        "table_up",
        "the table reads E for {d_y} of {d_n} at {d}",
    ),
    Rule("T06;T08", lambda f: f.full(f.d), DECLARE_MTD, "none", "none", READ, SOURCE),
    Rule(
        "T06",
        lambda f: f.says("S", "E", "D"),
        STAY_ADD,
        "current",
        "table",
        READ + "{waiting}, enrol {number} to reach {goal}",
        SOURCE,
    ),
)
