"""Exact operating characteristics level by level: of a 3+3 without titration and without a table.

What such a design does next rests on one level alone: going up, on the level last dosed; once a level exceeds
the MTD, on the level below it. How the lower levels were passed is independent between levels, so there is no
need to hold every combination of their counts: the states of one level are few, and thirty levels take thirty
times as long as one, where the graph of whole states takes millions. The engine answers for each state of a
level, so the rules are the same ones.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from math import comb, sqrt
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from pkpipe.escalation.characteristics.scenario import Scenario, extended
from pkpipe.escalation.engine.decide import decide, is_mad, is_mtd
from pkpipe.escalation.engine.design import Design
from pkpipe.escalation.engine.level_counts import states

Numbers = npt.NDArray[Any]
Counts = tuple[int, int]  # evaluable subjects of the level, of them with a DLT
Row = tuple[str, str | None, float, None]

PASSED, MTD, EXCEEDED = "passed", "mtd", "exceeded"
HALF: Final = Fraction(1, 2)


@dataclass(frozen=True)
class Level:
    """How one level can end, each with its counts and the probability of getting there."""

    passed: dict[Counts, Any] = field(
        default_factory=dict
    )  # to the next level, or the MAD at the top
    exceeded: dict[Counts, Any] = field(default_factory=dict)  # on the way up
    # After a level above exceeded the MTD: by how this one was passed, and how it ends.
    mtd: dict[Counts, Any] = field(default_factory=dict)
    too_much: dict[Counts, Any] = field(default_factory=dict)


def has_simple_levels(design: Design) -> bool:
    """True if the design decides by one level at a time."""
    return not design.table and not design.titration


def characteristics(design: Design, scenario: Scenario) -> list[Row]:
    """The quantities of `quantities.quantities`, in their order, with the spread of the total."""
    every = [
        _level(design, i, p) for i, p in zip(range(design.top + 1), scenario.p_dlt, strict=False)
    ]
    possible = [_level(design, i, HALF) for i in range(design.top + 1)]
    total, supported = _totals(every), _totals(possible)
    ends = _ends(every)
    codes = design.codes[: design.top + 1]
    subjects, toxic = _means(every)
    sizes = np.flatnonzero(supported)
    mean = float(sum(subjects))
    spread = sqrt(float(sum(total[s] * (int(s) - mean) ** 2 for s in sizes)))
    rows: list[tuple[str, str | None, Any]] = [
        *(("P_MTD", code, chance) for code, chance in zip(codes, ends.mtd, strict=True)),
        ("P_MAD_reached", codes[-1], ends.mad),
        ("P_no_tolerable_dose", None, ends.intolerable),
        *(("E_n", code, number) for code, number in zip(codes, subjects, strict=True)),
        *(("E_dlt", code, number) for code, number in zip(codes, toxic, strict=True)),
        ("E_n_total", None, sum(subjects)),
        ("E_dlt_total", None, sum(toxic)),
        *(("P_n_total", str(size), total[size]) for size in sizes),
        ("SD_n_total", None, spread),
    ]
    return [(name, level, float(value), None) for name, level, value in rows]


# --- one level -------------------------------------------------------------------------------------


def _level(design: Design, level: int, p: Fraction) -> Level:
    """All ends of a level, the engine asked at each of its states."""
    found = Level()
    for kind, counts, chance in _walked(design, level, p, {(0, 0): Fraction(1)}, above=False):
        _add(found.passed if kind == PASSED else found.exceeded, counts, chance)
    if level < design.top:
        for kind, counts, chance in _walked(design, level, p, found.passed, above=True):
            _add(found.mtd if kind == MTD else found.too_much, counts, chance)
    return Level(*(_in_numbers(part) for part in vars(found).values()))


def _add(where: dict[Counts, Any], counts: Counts, chance: Fraction) -> None:
    where[counts] = where.get(counts, Fraction(0)) + chance


def _in_numbers(chances: dict[Counts, Fraction]) -> dict[Counts, Any]:
    numbers = extended(np.array(list(chances.values()), dtype=object))
    return dict(zip(chances, numbers, strict=True))


def _walked(
    design: Design, level: int, p: Fraction, start: dict[Counts, Fraction], *, above: bool
) -> Iterator[tuple[str, Counts, Fraction]]:
    """How the level ends from these counts on; above: the level above it exceeds the MTD."""
    waiting = dict(start)
    while waiting:
        after: dict[Counts, Fraction] = {}
        for (counts, chance), (kind, batch) in zip(
            waiting.items(), _asked(design, level, list(waiting), above=above), strict=True
        ):
            if not batch:
                yield kind, counts, chance
            for y in range(batch + 1 if batch else 0):
                odds = comb(batch, y) * p**y * (1 - p) ** (batch - y)
                _add(after, (counts[0] + batch, counts[1] + y), chance * odds)
        waiting = after


def _asked(
    design: Design, level: int, counts: list[Counts], *, above: bool
) -> list[tuple[str, int]]:
    """What the engine says of each count: how the level ends, or how many subjects it gets next."""
    cube = np.zeros((len(counts), design.levels, 4), dtype=np.int16)
    cube[:, :level, 0] = design.cohort
    cube[:, level, :2] = counts
    if above:
        cube[:, level + 1, :2] = (design.cohort, 2)  # exceeds the MTD
    answers = decide(design, states(design, cube, np.full(len(counts), level + int(above))))
    mtd, mad = is_mtd(answers), is_mad(answers)
    said: list[tuple[str, int]] = []
    for at, number, declared, reached in zip(
        answers.level.tolist(), answers.number.tolist(), mtd.tolist(), mad.tolist(), strict=True
    ):
        if number and at == level:
            said.append(("", number))
        elif reached == level or (number and at == level + 1):
            said.append((PASSED, 0))
        else:
            said.append((MTD if declared == level else EXCEEDED, 0))
    return said


# --- all levels ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Ends:
    """How the trial ends: the chance of each level as the MTD, of the MAD, of no tolerable dose."""

    mtd: list[Any]
    mad: Any
    intolerable: Any


def _sum(chances: dict[Counts, Any]) -> np.longdouble:
    return sum(chances.values(), start=np.longdouble(0))


def _stepped_down(every: list[Level]) -> list[Any]:
    """P(the trial comes back to each level), given that it and those below were passed."""
    back = [np.longdouble(0)] * len(every)
    for i in range(len(every) - 2, -1, -1):
        above = every[i + 1]
        back[i] = _sum(above.exceeded) + back[i + 1] * _sum(above.too_much)
    return back


def _ends(every: list[Level]) -> Ends:
    back, reached, mtd = _stepped_down(every), np.longdouble(1), []
    for level, comes in zip(every, back, strict=True):
        mtd.append(reached * comes * _sum(level.mtd))
        reached = reached * _sum(level.passed)
    lowest = every[0]
    return Ends(mtd, reached, _sum(lowest.exceeded) + back[0] * _sum(lowest.too_much))


def _means(every: list[Level]) -> tuple[list[Any], list[Any]]:
    """Expected subjects and DLTs of each level; positive numbers only, so that nothing cancels."""
    back, stays = _stepped_down(every), [np.longdouble(1)] * len(every)
    # P(the trial does not come back to a level that was passed).
    for i in range(len(every) - 2, -1, -1):
        above = every[i + 1]
        stays[i] = _sum(above.passed) * stays[i + 1] + back[i + 1] * _sum(above.mtd)
    reached: Any = np.longdouble(1)
    subjects: list[Any] = []
    toxic: list[Any] = []
    for level, comes, goes in zip(every, back, stays, strict=True):
        ways = (
            (level.exceeded, 1),
            (level.passed, goes),
            (level.mtd, comes),
            (level.too_much, comes),
        )
        ends = [(counts, w * c) for way, w in ways for counts, c in way.items()]
        subjects.append(reached * sum(n * chance for (n, _), chance in ends))
        toxic.append(reached * sum(y * chance for (_, y), chance in ends))
        reached = reached * _sum(level.passed)
    return subjects, toxic


def _by_size(chances: dict[Counts, Any]) -> Numbers:
    """Chances by the level's subjects."""
    found = np.zeros(1 + max((n for n, _ in chances), default=0), dtype=np.longdouble)
    for (n, _), chance in chances.items():
        found[n] += chance
    return found


def _plus(one: Numbers, other: Numbers) -> Numbers:
    found = np.zeros(max(len(one), len(other)), dtype=np.longdouble)
    found[: len(one)] += one
    found[: len(other)] += other
    return found


def _totals(every: list[Level]) -> Numbers:
    """P(the trial has so many subjects), by the number."""
    none = np.zeros(1, dtype=np.longdouble)
    back = [none] * len(every)
    for i in range(len(every) - 2, -1, -1):
        above = every[i + 1]
        again = np.convolve(back[i + 1], _by_size(above.too_much))
        back[i] = _plus(_by_size(above.exceeded), again)
    total, reached = none, np.ones(1, dtype=np.longdouble)
    for level, comes in zip(every, back, strict=True):
        total = _plus(total, np.convolve(np.convolve(reached, comes), _by_size(level.mtd)))
        reached = np.convolve(reached, _by_size(level.passed))
    lowest = every[0]
    stopped = _plus(_by_size(lowest.exceeded), np.convolve(back[0], _by_size(lowest.too_much)))
    return _plus(_plus(total, reached), stopped)
