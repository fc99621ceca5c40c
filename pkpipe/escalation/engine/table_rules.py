"""Designs that come as an n-by-y table of letters (BOIN, mTPI-2, any other), run by the same engine.

E goes one level up, S stays, D goes one level down and may come back, U excludes the level and all above.
A level is filled to the end of a cohort before its cell is read; the trial ends when the level it should
treat has as many evaluable subjects as the table has rows for.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from pkpipe.escalation.engine.level_counts import Mask
from pkpipe.escalation.engine.rule_words import NOT_FULL, RUNNING, with_more
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
from pkpipe.sentences import Words

READ: Final = Words(
    "{at}: the table reads {letter} for {y} of {n} with DLT",
    "{at}：决策表对{n}例中{y}例发生DLT为{letter}",
)
TABLE_ENDS: Final = Words(
    "; the table ends at the level to be treated", "；决策表在应给药的剂量水平到此结束"
)
THERE_RUNNING: Final = Words("; {at} has {pend} in the window", "；{at}有{pend}例在观察窗内")
ENROL_AT: Final = Words("; enrol {number} at {at}{waiting}", "；在{at}入组{number}例{waiting}")
ENROL_TO: Final = Words(
    "{waiting}, enrol {number} to reach {goal}", "{waiting}，再入组{number}例以达到{goal}例"
)
SOURCE = "the study's decision table"


def _move(
    rule: str, when: Callable[[Facts], Mask], decision: str, place: Place, words: Words
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
            with_more(words, TABLE_ENDS),
            SOURCE,
        ),
        Rule(
            f"{rule};R01",
            lambda f: when(f) & complete(f),
            WAIT,
            place,
            "none",
            with_more(words, THERE_RUNNING),
            SOURCE,
        ),
        Rule(
            rule,
            when,
            decision,
            place,
            "table",
            with_more(words, ENROL_AT),
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
        Words(
            "{ceiling} is excluded ({c_y} of {c_n} with DLT) and it is the lowest level",
            "{ceiling}被排除（{c_n}例中{c_y}例发生DLT），且为最低剂量水平",
        ),
        SOURCE,
    ),
    *_move(
        "T02",
        lambda f: f.d >= f.ceiling,
        DEESCALATE,
        "below_ceiling",
        Words(
            "{ceiling} is excluded ({c_y} of {c_n} with DLT)",
            "{ceiling}被排除（{c_n}例中{c_y}例发生DLT）",
        ),
    ),
    Rule(
        "T03",
        lambda f: f.undecided & ~f.complete(f.d),
        STAY_ADD,
        "current",
        "table",
        NOT_FULL,
        SOURCE,
    ),
    Rule(
        "T03;R01",
        lambda f: f.undecided,
        WAIT,
        "current",
        "none",
        RUNNING,
        SOURCE,
    ),
    *_move(
        "T04",
        lambda f: f.says("D") & (f.d > 0),
        DEESCALATE,
        "table_down",
        Words("the table reads D for {d_y} of {d_n} at {d}", "决策表对{d}的{d_n}例中{d_y}例为D"),
    ),
    Rule(
        "R01",
        lambda f: f.pend > 0,
        WAIT,
        "current",
        "none",
        RUNNING,
        SOURCE,
    ),
    *_move(
        "T05",
        lambda f: f.says("E") & (f.next_up > f.d),
        ESCALATE,
        "table_up",
        Words("the table reads E for {d_y} of {d_n} at {d}", "决策表对{d}的{d_n}例中{d_y}例为E"),
    ),
    Rule("T06;T08", lambda f: f.full(f.d), DECLARE_MTD, "none", "none", READ, SOURCE),
    Rule(
        "T06",
        lambda f: f.says("S", "E", "D"),
        STAY_ADD,
        "current",
        "table",
        with_more(READ, ENROL_TO),
        SOURCE,
    ),
)
