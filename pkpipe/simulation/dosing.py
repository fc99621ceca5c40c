"""When each subject is dosed, with how much, at which level: planned, late, interrupted, increased."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from pkpipe.protocol.drugs import Drug
from pkpipe.protocol.study import Study
from pkpipe.simulation.draws import Bools, Floats, Ints
from pkpipe.simulation.kinetics import Doses
from pkpipe.simulation.world import World

TAIL_CYCLES: Final = 6  # empty cycles after the last possible dose, so that concentrations go on
BREAK_HOURS: Final = 0.5  # between the infusions of two drugs
MINUTES: Final = 60


@dataclass(frozen=True)
class Calendar:
    """One drug's planned and actual administrations; arrays of shape (cycles, subjects)."""

    drug: Drug
    day: Floats  # days from the day of the first dose
    start: Floats  # hours from the first dose of any drug
    duration: Floats  # hours
    level: Ints  # position in the levels
    planned: Floats  # in the drug's dose unit
    given: Floats  # in the drug's dose unit
    interrupted: Bools
    amount: Floats  # mg

    def doses(self, count: Ints) -> Doses:
        """What was really given: the first `count` administrations of each subject, and time after it."""
        cycles, n = self.start.shape
        real = np.arange(cycles)[:, None] < count
        amount = np.where(real, self.amount, 0.0)
        beyond = np.arange(1, TAIL_CYCLES + 1)[:, None] * self.drug.cycle_days * 24.0
        start = np.vstack([self.start, self.start[-1] + beyond])
        duration = np.vstack([self.duration, np.full((TAIL_CYCLES, n), self.duration[0])])
        return Doses(start, np.vstack([amount, np.zeros((TAIL_CYCLES, n))]), duration)


def calendars(world: World) -> tuple[Calendar, ...]:
    """One calendar a drug; drugs of the same cycle length are given on the same days, one after another."""
    offset, found = 0.0, []
    for drug in world.study.drugs:
        found.append(_calendar(world, drug, offset))
        offset += drug.infusion_hours + BREAK_HOURS
    return tuple(found)


def _calendar(world: World, drug: Drug, offset: float) -> Calendar:
    n, cycles = len(world), drug.max_cycles
    day, hour = _days(world, drug), _hours(world, drug)
    rng = world.streams(f"infusions {drug.code}")
    slow = rng.random((cycles, n)) < world.dirt.interruption
    short = slow & (rng.random((cycles, n)) < world.dirt.incomplete_dose) & ~world.watched(day)
    late = np.where(slow, rng.integers(20, 61, (cycles, n)), rng.integers(-2, 8, (cycles, n)))
    late = late * (0 if world.exact else 1)
    level = _levels(world, day)
    planned = _planned(world.study, drug, level)
    part = np.where(short, 0.4 + 0.35 * rng.random((cycles, n)), 1.0)
    given = (planned * part).round(4)
    weight = world.people.weight if drug.dose_unit == "mg/kg" else np.ones(n)
    minutes = np.rint(offset * MINUTES + (day * 24 + hour - hour[0]) * MINUTES)
    return Calendar(
        drug=drug,
        day=day,
        start=minutes / MINUTES,
        duration=np.rint(drug.infusion_hours * MINUTES + late) / MINUTES,
        level=level,
        planned=planned,
        given=given,
        interrupted=slow,
        amount=(given * weight).round(3),
    )


def _days(world: World, drug: Drug) -> Floats:
    """Days of the doses, counted from the previous dose, within the window or late."""
    n, cycles = len(world), drug.max_cycles
    rng = world.streams(f"calendar {drug.cycle_days}")
    most = drug.dosing_window_days
    shift = rng.choice([-1, 0, 0, 0, 0, 0, 1, 2], (cycles, n)).clip(-most, most)
    delay = 7 * (1 + (rng.random((cycles, n)) < 0.25))
    delayed = rng.random((cycles, n)) < world.dirt.dose_delay
    plan = np.arange(cycles)[:, None] * drug.cycle_days + np.zeros((1, n))
    watched = world.watched(plan)
    step = np.where(delayed & ~watched, delay, np.where(watched, np.maximum(shift, 0), shift))
    step = step * (0 if world.exact else 1)
    step[0] = 0
    interval = np.where(np.arange(cycles)[:, None] == 0, 0, drug.cycle_days + step)
    return np.cumsum(interval, axis=0).astype(np.float64)


def _hours(world: World, drug: Drug) -> Floats:
    """Hour of the day of each visit's first infusion."""
    rng = world.streams(f"hours {drug.cycle_days}")
    hour = rng.integers(34, 54, (drug.max_cycles, len(world))) / 4
    first = world.people.hour
    if world.exact:
        return np.broadcast_to(first, hour.shape).copy()
    hour[0] = first
    return hour


def _levels(world: World, day: Floats) -> Ints:
    """Level of each cycle: that of the first dose, one higher once the protocol's conditions are met."""
    base = np.broadcast_to(world.enrolled.level, day.shape)
    plan = world.study.escalation
    if plan is None or plan.conduct.intrapatient is None:
        return base.copy()
    rng = world.streams("intrapatient")
    willing = rng.random(len(world)) < world.dirt.intrapatient
    ceiling = plan.codes.index(plan.top)
    above = np.minimum(world.enrolled.level + 1, ceiling)
    cleared = np.append(world.enrolled.cleared, np.inf)[above]
    may = (
        (np.arange(len(day))[:, None] >= plan.conduct.intrapatient.min_cycles)
        & (np.floor(world.enrolled.first) + day > cleared)
        & willing
        & world.escalating
        & (above > world.enrolled.level)
    )
    return np.asarray(np.where(may, above, base))


def _planned(study: Study, drug: Drug, level: Ints) -> Floats:
    levels = study.escalation.levels if study.escalation else ()
    doses = np.array([one.doses[drug.code] for one in levels])
    return np.asarray(doses[level])
