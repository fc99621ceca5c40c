"""Enrolment in calendar time, one decision after another, by the rules the study itself states.

The loop runs over decisions of an escalation meeting, a few dozen a trial; what follows from a subject's
enrolment is worked out for all subjects at once elsewhere. Time is days since accrual start, at midnight.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final, NamedTuple

import numpy as np

from pkpipe.errors import ConfigError
from pkpipe.escalation.engine.decide import decide, is_mad, is_mtd
from pkpipe.escalation.engine.design import Design
from pkpipe.escalation.engine.level_counts import spelled, states
from pkpipe.escalation.engine.rules import DECLARE_MTD, ESCALATE, MAD_REACHED, TERMINAL
from pkpipe.protocol.escalation import EscalationPlan
from pkpipe.protocol.simulation import SimulationPlan
from pkpipe.protocol.study import Study
from pkpipe.simulation.draws import Floats, Ints
from pkpipe.simulation.people import People

NEVER: Final = float("inf")
DAYS_A_WEEK, SATURDAY = 7, 5


@dataclass(frozen=True)
class Step:
    """One decision as it was taken."""

    day: float
    state: str
    decision: str
    level: str  # level the decision is about, empty if none
    number: int


@dataclass(frozen=True)
class Enrolled:
    """Who was enrolled where and when; arrays in order of enrolment."""

    cohort: Ints  # position in study.cohorts
    level: Ints  # position in the levels, -1 without escalation
    first: Floats  # day and hour of the first dose
    dlt: Floats  # study day of a DLT, NaN if none
    grade2: Floats  # study day of a related grade 2 or more in titration, NaN if none
    leaves: Floats  # day after first dose on which the window was left, NaN if not
    cleared: Floats  # day each level was passed, inf if never
    steps: tuple[Step, ...]

    def __len__(self) -> int:
        return len(self.cohort)


@dataclass
class _Subject:
    level: int
    first: float
    dlt: float = NEVER  # days since accrual start
    grade2: float = NEVER
    done: float = NEVER  # the window is over, one way or another
    evaluable: bool = True


@dataclass
class _Trial:
    """What has happened so far; the next candidate is `people` number `len(subjects)`."""

    study: Study
    plan: SimulationPlan
    people: People
    most: int | None  # subjects asked for; null: as planned
    subjects: list[_Subject] = field(default_factory=list)
    cohorts: list[int] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    cleared: dict[int, float] = field(default_factory=dict)

    @property
    def full(self) -> bool:
        """No more subjects: as many as asked for."""
        return len(self.subjects) >= (len(self.people) if self.most is None else self.most)

    @property
    def end(self) -> float:
        """Day of the last possible first dose."""
        accrual = self.plan.accrual
        return float((accrual.until - accrual.start).days)

    def weekday_after(self, day: float, hour: float) -> float:
        """First working day whose dosing hour is not before that moment."""
        found = float(np.ceil(day - hour / 24))
        weekday = (self.plan.accrual.start.weekday() + int(found)) % DAYS_A_WEEK
        found += max(0, DAYS_A_WEEK - weekday) if weekday >= SATURDAY else 0
        return found + hour / 24


def enrolled(study: Study, plan: SimulationPlan, people: People, most: int | None) -> Enrolled:
    """The whole accrual: escalation by the rules, then the expansion cohorts at tolerated levels."""
    trial = _Trial(study, plan, people, most)
    tolerated, opened = -1, 0.0
    if study.escalation is not None:
        tolerated, opened = _escalate(trial, study.escalation)
    _expand(trial, tolerated, opened)
    return _frozen(trial)


def _escalate(trial: _Trial, plan: EscalationPlan) -> tuple[int, float]:
    """Enrols until a terminal decision; the highest tolerated level and the day it was known."""
    design, day, current, approved = Design.of(plan), 0.0, 0, (-1, 0.0)
    while not trial.full:
        answer = _answer(design, _counts(trial, design, day), current)
        level, number = answer.level, answer.number
        _note(trial, design, day, current, answer)
        if answer.decision in TERMINAL:
            return answer.tolerated, day
        news = _next_news(trial, day)
        if number == 0:
            if news == NEVER:
                break
            day = news
            continue
        if approved[0] != level:
            approved = (level, day + (trial.plan.accrual.decision_days if trial.subjects else 0))
        dose = _dose_day(trial, plan, level, max(day, approved[1]))
        if dose > trial.end:
            break
        if news < dose:
            day = news
            continue
        _enrol(trial, plan, level, dose)
        day, current = dose, level
    return -1, NEVER


class _Answer(NamedTuple):
    """What the rules say of one state."""

    state: str  # as it is spelled
    decision: str
    level: int
    number: int
    tolerated: int  # the MTD declared or the MAD reached, -1 if none


# Trials of one design meet the same few thousand states again and again.
@lru_cache(maxsize=1 << 16)
def _answer(design: Design, counts: tuple[tuple[int, ...], ...], current: int) -> _Answer:
    state = states(design, [counts], [current])
    said = decide(design, state)
    return _Answer(
        spelled(design, state)[0],
        said.decision[0],
        int(said.level[0]),
        int(said.number[0]),
        max(int(is_mtd(said)[0]), int(is_mad(said)[0])),
    )


def _counts(trial: _Trial, design: Design, day: float) -> tuple[tuple[int, ...], ...]:
    """What is known of each level on a day, as the decision table counts it."""
    counts = [[0, 0, 0, 0] for _ in design.codes]
    for s in trial.subjects:
        level = counts[s.level]
        toxic, over = s.dlt <= day, s.done <= day
        level[0] += toxic or (over and s.evaluable)
        level[1] += toxic
        level[3] += not toxic and not over
        if s.level < design.titration and (s.grade2 <= day or toxic):
            level[2] = 1
    return tuple(tuple(int(count) for count in level) for level in counts)


def _note(trial: _Trial, design: Design, day: float, current: int, answer: _Answer) -> None:
    """Adds the decision to the log, once for each change, and the level it passes to those cleared."""
    state, decision, level = answer.state, answer.decision, answer.level
    code = design.codes[level] if 0 <= level < design.levels else ""
    if not trial.steps or (trial.steps[-1].state, trial.steps[-1].decision) != (state, decision):
        trial.steps.append(Step(day, state, decision, code, answer.number))
    passed = {ESCALATE: current, MAD_REACHED: level, DECLARE_MTD: level}.get(decision)
    if passed is not None:
        trial.cleared.setdefault(passed, day)


def _next_news(trial: _Trial, day: float) -> float:
    times = (t for s in trial.subjects for t in (s.dlt, s.grade2, s.done) if t > day)
    return min(times, default=NEVER)


def _dose_day(trial: _Trial, plan: EscalationPlan, level: int, ready: float) -> float:
    """Earliest working day a candidate is there and every rule of the group allows a first dose."""
    number = len(trial.subjects)
    last = trial.subjects[-1].first if trial.subjects else 0.0
    ready = max(ready, last + trial.people.wait[number] * trial.plan.accrual.wait_days)
    group = [s for s in trial.subjects if s.level == level]
    below = [s.done for s in trial.subjects if s.level == level - 1]
    ready = max([ready, *(below if not group else [])])
    rules = plan.constraints
    if group and rules.first_gap_hours is not None:
        since = group[0] if rules.gap_between == "first_and_later" else group[-1]
        ready = max(ready, since.first + rules.first_gap_hours / 24)
    if rules.max_in_window is not None:
        ends = sorted(s.done for s in group if s.done > ready)
        if len(ends) >= rules.max_in_window:
            ready = max(ready, ends[len(ends) - rules.max_in_window])
    return trial.weekday_after(ready, float(trial.people.hour[number]))


def _enrol(trial: _Trial, plan: EscalationPlan, level: int, dose: float) -> None:
    """Gives the next candidate a first dose, and with the level the fate in the window."""
    number, day = len(trial.subjects), float(np.floor(dose))
    people, codes = trial.people, plan.codes
    risk = {t.level: t for t in trial.plan.toxicity}.get(codes[level])
    subject = _Subject(level, dose, done=day + plan.last_day)
    if risk is not None and people.u_dlt[number] < risk.dlt:
        subject.dlt = day + float(people.dlt_day[number])
    if level < len(plan.titration_levels) and risk is not None:
        # Of all with such a toxicity some have a DLT; this is the chance of those without one.
        toxic = people.u_grade2[number] * (1 - risk.dlt) < risk.grade2 - risk.dlt
        subject.grade2 = day + float(people.grade2_day[number]) if toxic else subject.dlt
    if people.leaves[number] and subject.dlt == NEVER:
        subject.done, subject.evaluable = day + float(people.leave_day[number]), False
    trial.subjects.append(subject)
    trial.cohorts.append(_cohort_of(trial.study, codes[level]))


def _cohort_of(study: Study, level: str) -> int:
    found = [i for i, c in enumerate(study.cohorts) if c.part == "escalation" and c.level == level]
    if not found:
        raise ConfigError(f"cohorts: no escalation cohort at level {level} (allowed: one a level)")
    return found[0]


def _expand(trial: _Trial, tolerated: int, opened: float) -> None:
    """Fills the expansion cohorts at tolerated levels, the emptiest first."""
    study, accrual = trial.study, trial.plan.accrual
    codes = study.escalation.codes if study.escalation else ()
    rank = {code: i for i, code in enumerate(codes)}
    room = {
        i: c.planned or c.minimum or 1
        for i, c in enumerate(study.cohorts)
        if c.part == "expansion" and rank.get(c.level or "", tolerated) <= tolerated
    }
    sizes = room if trial.most is None else _scaled(room, trial.most - len(trial.subjects))
    pace = accrual.expansion_wait_days * sum(room.values()) / max(1, sum(sizes.values()))
    day, filled = opened + accrual.decision_days, dict.fromkeys(sizes, 0)
    for _ in range(sum(sizes.values())):
        number = len(trial.subjects)
        day += float(trial.people.wait[number]) * pace
        first = trial.weekday_after(day, float(trial.people.hour[number]))
        if first > trial.end:
            return
        cohort = min(filled, key=lambda i: (filled[i] / sizes[i], i))
        filled[cohort] += 1
        level = rank.get(study.cohorts[cohort].level or "", tolerated)
        trial.subjects.append(_Subject(level, first))
        trial.cohorts.append(cohort)


def _scaled(room: dict[int, int], most: int) -> dict[int, int]:
    """Planned sizes, or as many as fit a number of subjects asked for, in proportion."""
    total = sum(room.values())
    if total == 0 or most <= 0:
        return {}
    ends = {i: round(most * sum(list(room.values())[: k + 1]) / total) for k, i in enumerate(room)}
    starts = [0, *list(ends.values())[:-1]]
    sizes = {i: end - start for (i, end), start in zip(ends.items(), starts, strict=True)}
    return {i: n for i, n in sizes.items() if n}


def _frozen(trial: _Trial) -> Enrolled:
    subjects, levels = (
        trial.subjects,
        len(trial.study.escalation.codes) if trial.study.escalation else 0,
    )
    first = np.array([s.first for s in subjects])
    day = np.floor(first)

    def study_day(times: list[float]) -> Floats:
        since = np.array(times) - day
        return np.where(np.isfinite(since), since, np.nan)

    left = [s.done if not s.evaluable else NEVER for s in subjects]
    return Enrolled(
        cohort=np.array(trial.cohorts, dtype=np.int64),
        level=np.array([s.level for s in subjects], dtype=np.int64),
        first=first,
        dlt=study_day([s.dlt for s in subjects]),
        grade2=study_day([s.grade2 for s in subjects]),
        leaves=study_day(left),
        cleared=np.array([trial.cleared.get(i, NEVER) for i in range(levels)]),
        steps=tuple(trial.steps),
    )
