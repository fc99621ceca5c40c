"""Adverse events that are laboratory values: what the laboratory shows while one of them lasts.

An event such as a decreased neutrophil count is a value beyond the limit of its grade (CTCAE v5.0). Of one
of grade 3 or more the blood was drawn on the day it began; at a visit in its first week the value is of its
grade. Outside, no value of these tests reaches grade 3: that would be an event. Before treatment the visits
stay as they are, so that a baseline is never made of an event.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from pkpipe.simulation.draws import Bools, Floats, Ints
from pkpipe.simulation.events import Events
from pkpipe.simulation.typical_tests import Test
from pkpipe.simulation.world import World

DRAWN_AT: Final = 10 / 24  # of the day an event of grade 3 or more began
UNSCHEDULED: Final = "UNSCHEDULED"
SEVERE: Final = 3
NADIR_DAYS: Final = (
    7.0  # a value is at its worst so long; after that it recovers while the event ends
)


@dataclass(frozen=True)
class Sign:
    """A test and the values of each grade, well inside its limits; `of_upper`: times the upper limit."""

    test: str
    grades: tuple[tuple[float, float], ...]  # of 1, 2, 3, 4
    spared: float  # the last value that is not grade 3
    of_upper: bool = False


# CTCAE v5.0, by its terms as MedDRA spells them.
SIGNS: Final[dict[str, Sign]] = {
    "Neutrophil count decreased": Sign(
        "NEUT", ((1.55, 1.95), (1.05, 1.45), (0.55, 0.95), (0.36, 0.48)), 1.02
    ),
    "Platelet count decreased": Sign("PLAT", ((80, 120), (53, 72), (27, 48), (20, 24)), 51),
    # grade 4 of anaemia is a judgement, its value is below 80 g/L like that of grade 3
    "Anaemia": Sign("HGB", ((102, 118), (83, 98), (66, 78), (52, 64)), 81),
    "Alanine aminotransferase increased": Sign(
        "ALT", ((1.2, 2.8), (3.2, 4.8), (5.3, 7.5), (21.0, 23.0)), 4.9, of_upper=True
    ),
}


@dataclass(frozen=True)
class Draws:
    """Where and when blood was drawn: subjects, days from their first dose, before it or at it."""

    subject: Ints
    day: Floats
    before: Bools


def unscheduled(world: World, events: Events, test: str) -> Draws:
    """Draws on the day an event of grade 3 or more began that this test shows."""
    hit = _shown_by(world, events, test) & (events.grade >= SEVERE)
    subject, day = events.subject[hit], events.day[hit]
    at = day + DRAWN_AT - _clock(world)[subject]
    return Draws(subject, np.asarray(at), np.zeros(len(subject), dtype=np.bool_))


def signs_of(test: str) -> Sign | None:
    """What the events a test shows look like in it."""
    return next((sign for sign in SIGNS.values() if sign.test == test), None)


def shown(
    world: World, events: Events, test: Test, draws: Draws, values: Floats, baseline: Floats
) -> Floats:
    """The values with those of the events in them.

    baseline: by subject, NaN if unknown; above the upper limit there, grades are multiples of it.
    """
    sign = signs_of(test.code)
    if sign is None:
        return values
    grade = _grades(world, events, test.code, draws)
    upper = (test.high or 1.0) if sign.of_upper else 1.0
    known = np.where(np.isnan(baseline), 0.0, baseline) if sign.of_upper else np.zeros(len(world))
    scale = np.maximum(upper, known[draws.subject])
    spared = sign.spared * scale
    tame = np.minimum(values, spared) if sign.of_upper else np.maximum(values, spared)
    rng = world.streams(f"laboratory signs {test.code}")
    low, high = (np.array([0.0, *(pair[i] for pair in sign.grades)]) for i in (0, 1))
    share = rng.random(len(values))
    own = (low[grade] + share * (high[grade] - low[grade])) * scale
    return np.asarray(np.where(grade > 0, own, tame))


def _shown_by(world: World, events: Events, test: str) -> Bools:
    kinds = [
        (sign := SIGNS.get(kind.term)) is not None and sign.test == test
        for kind in world.plan.events
    ]
    return np.asarray(np.array(kinds, dtype=np.bool_)[events.kind])


def _clock(world: World) -> Floats:
    """Share of the day that has passed at each subject's first dose."""
    midnight = world.first.astype("datetime64[D]").astype("datetime64[m]")
    return np.asarray((world.first - midnight) / np.timedelta64(1, "D"), dtype=np.float64)


def _grades(world: World, events: Events, test: str, draws: Draws) -> Ints:
    """The highest grade of the events that each draw lies in, 0 for none."""
    date = np.floor(draws.day + _clock(world)[draws.subject] + 1e-9)
    grade = np.zeros(len(date), dtype=np.int64)
    mine = np.flatnonzero(_shown_by(world, events, test))
    order = np.argsort(draws.subject, kind="stable")
    start, stop = (
        np.searchsorted(draws.subject[order], events.subject[mine], side)
        for side in ("left", "right")
    )
    width = stop - start
    # every pair of an event and a draw of its subject
    event = np.repeat(mine, width)
    draw = order[np.repeat(start - np.cumsum(width) + width, width) + np.arange(width.sum())]
    inside = (
        (date[draw] >= events.day[event])
        & (date[draw] <= events.day[event] + np.minimum(events.length[event], NADIR_DAYS))
        & ~draws.before[draw]
    )
    np.maximum.at(grade, draw[inside], events.grade[event][inside])
    return grade
