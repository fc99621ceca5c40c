"""The engine: which rule decides each state, and what follows from it. One state or a million."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from pkpipe.escalation.engine.design import Design, Ints
from pkpipe.escalation.engine.level_counts import States
from pkpipe.escalation.engine.rules import (
    DECLARE_MTD,
    INVALID_STATE,
    MAD_REACHED,
    THREE_PLUS_THREE,
    Rule,
)
from pkpipe.escalation.engine.selection import select_mtd
from pkpipe.escalation.engine.state_questions import Facts
from pkpipe.escalation.engine.table_rules import TABLE_RULES

BLOCK: Final = 1 << 14  # states worked on at once; their facts stay in the cache
NONE: Final = -1
MODES: Final = ("accelerated", "standard", "")


@dataclass(frozen=True)
class Answers:
    """One answer a state; levels and rules by number, -1 where there is none."""

    design: Design
    rule: Ints  # position in `rules_of(design)`
    level: Ints  # the level the decision is about: next level, MTD or MAD
    number: Ints  # subjects to enrol there
    mode: Ints  # position in `MODES`: how the next subjects are enrolled
    ceiling: Ints  # lowest level that exceeds the MTD; number of levels if none

    def __len__(self) -> int:
        return len(self.rule)

    @property
    def rules(self) -> tuple[Rule, ...]:
        """The rules the positions count."""
        return rules_of(self.design)

    @property
    def decision(self) -> list[str]:
        """The decision of each state."""
        words = [rule.decision for rule in self.rules]
        return [words[i] for i in self.rule.tolist()]


def rules_of(design: Design) -> tuple[Rule, ...]:
    """The ordered rules of a design."""
    return TABLE_RULES if design.table else THREE_PLUS_THREE


def decide(design: Design, states: States) -> Answers:
    """The decision for every state: the first rule whose condition holds."""
    parts = [_decide_block(design, block) for block in states.blocks(BLOCK)]
    empty = np.zeros(0, dtype=np.int16)
    columns = zip(*parts, strict=True) if parts else [(empty,)] * 5
    return Answers(design, *(np.concatenate(column) for column in columns))


def _decide_block(design: Design, states: States) -> tuple[Ints, ...]:
    facts = Facts(design, states)
    rules = rules_of(design)
    chosen = _first_true(rules, facts)
    places, goals = _compiled(rules, design)
    level = _level(facts, places, chosen)
    number = _number(facts, goals, chosen, level)
    if design.table:
        declared = np.flatnonzero(np.isin(chosen, _positions(rules, DECLARE_MTD)))
        if declared.size:
            level[declared] = select_mtd(design, states.rows(declared))
    mode = np.where(facts.accelerated, MODES.index("accelerated"), MODES.index("standard"))
    mode[(level >= design.titration) & (number > 0)] = MODES.index("standard")
    mode[np.isin(chosen, _positions(rules, INVALID_STATE))] = MODES.index("")
    return tuple(x.astype(np.int16) for x in (chosen, level, number, mode, facts.ceiling))


def _first_true(rules: Sequence[Rule], facts: Facts) -> Ints:
    chosen = np.full(len(facts.base), NONE, dtype=np.int16)
    open_ = np.ones(len(chosen), dtype=bool)
    for position, rule in enumerate(rules):
        hit = rule.when(facts) & open_
        chosen[hit] = position
        open_ &= ~hit
        if not open_.any():
            break
    return chosen


def _positions(rules: Sequence[Rule], decision: str) -> list[int]:
    return [i for i, rule in enumerate(rules) if rule.decision == decision]


PLACES: Final = ("none", "current", "below_ceiling", "next", "table_up", "table_down")


def _compiled(rules: Sequence[Rule], design: Design) -> tuple[Ints, Ints]:
    """Place number and goal (subjects; 0: nobody is enrolled, -1: read in the table) of each rule."""
    sizes = {
        "none": 0,
        "one": 1,
        "cohort": design.cohort,
        "six": 2 * design.cohort,
        "mtd": design.mtd_subjects,
        "table": -1,
    }
    places = np.array([PLACES.index(rule.at) for rule in rules], dtype=np.int16)
    goals = np.array([sizes[rule.goal] for rule in rules], dtype=np.int16)
    return places, goals


def _level(facts: Facts, places: Ints, chosen: Ints) -> Ints:
    place = places[chosen]
    options = [np.full_like(chosen, NONE), facts.d, facts.k, (facts.d + 1).astype(np.int16)]
    if facts.design.table:
        options += [facts.next_up, facts.next_down]
    return np.choose(place, options)


def _number(facts: Facts, goals: Ints, chosen: Ints, level: Ints) -> Ints:
    goal = goals[chosen]
    if facts.design.table:
        goal = np.where(goal < 0, facts.goal(level), goal)
    at = np.clip(level, NONE, facts.levels - 1)
    there = facts.at(facts.states.n, at) + facts.at(facts.states.pend, at)
    return np.where(goal > 0, goal - there, 0)


def is_mtd(answers: Answers) -> Ints:
    """The MTD's level where one is declared, else -1."""
    return np.where(
        np.isin(answers.rule, _positions(answers.rules, DECLARE_MTD)), answers.level, NONE
    )


def is_mad(answers: Answers) -> Ints:
    """The maximum administered dose's level where it is reached, else -1."""
    return np.where(
        np.isin(answers.rule, _positions(answers.rules, MAD_REACHED)), answers.level, NONE
    )
