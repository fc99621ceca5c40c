"""What every part of a virtual trial looks at: study, assumed truths, who was enrolled, random streams."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from pkpipe.protocol.simulation import Dirt, SimulationPlan
from pkpipe.protocol.study import Study
from pkpipe.protocol.study_checks.needed import DRAWN, require
from pkpipe.simulation.draws import Bools, Floats, Streams, Times, moments
from pkpipe.simulation.enrolment import Enrolled, enrolled
from pkpipe.simulation.people import People, people

NO_DIRT = Dirt(**dict.fromkeys(Dirt.model_fields, 0.0))
SPARE = 10  # candidates beyond what any history can need


@dataclass(frozen=True)
class World:
    """A virtual trial after enrolment."""

    study: Study
    plan: SimulationPlan
    streams: Streams
    people: People
    enrolled: Enrolled
    exact: bool  # no noise: nominal times, no error, no dirt

    def __len__(self) -> int:
        return len(self.enrolled)

    @property
    def dirt(self) -> Dirt:
        """What goes wrong; nothing in an exact trial."""
        return NO_DIRT if self.exact else self.plan.dirt

    @cached_property
    def ids(self) -> list[str]:
        """USUBJID: study, site, number within the site."""
        site = self.people.site[: len(self)]
        number = [int((site[: i + 1] == s).sum()) for i, s in enumerate(site)]
        return [
            f"{self.study.study.studyid}-{s:02d}-{k:03d}" for s, k in zip(site, number, strict=True)
        ]

    @cached_property
    def first(self) -> Times:
        """Minute of each subject's first dose."""
        start = np.datetime64(self.plan.accrual.start, "m")
        return moments(np.full(len(self), start), self.enrolled.first)

    @cached_property
    def horizon(self) -> Floats:
        """Days from each first dose to the end of the data."""
        end = np.datetime64(self.plan.accrual.data_until, "m") + np.timedelta64(1439, "m")
        return np.asarray((end - self.first) / np.timedelta64(1, "D"), dtype=np.float64)

    @cached_property
    def escalating(self) -> Bools:
        """Subjects of the escalation part."""
        parts = np.array([c.part == "escalation" for c in self.study.cohorts])
        return np.asarray(parts[self.enrolled.cohort])

    @property
    def window(self) -> int:
        """Last study day on which a DLT counts."""
        return self.study.escalation.last_day if self.study.escalation else 0

    def watched(self, day: Floats) -> Bools:
        """True where a day (from first dose) of a subject lies in the DLT window of the escalation."""
        return np.asarray((day < self.window) & self.escalating)


def new_world(
    study: Study,
    seed: int,
    *,
    noise_free: bool = False,
    subjects: int | None = None,
    replicate: int | None = None,
) -> World:
    """Enrols a virtual trial. replicate: its number in the population of the seed; null: it is in none.

    Raises:
        ConfigError: the study has no `simulation:` section or no dose levels, or kinetics are missing.
    """
    require(DRAWN, study)
    plan = study.simulation
    assert plan is not None
    assert study.escalation is not None
    planned = sum(c.planned or c.minimum or 1 for c in study.cohorts if c.part == "expansion")
    most = len(study.escalation.levels) * 2 * study.escalation.mtd_subjects + planned + SPARE
    streams = Streams(seed, replicate)
    pool = people(study, plan, streams, max(most, subjects or 0))
    if noise_free:
        pool = pool.without_leaving()
    who = enrolled(study, plan, pool, subjects)
    return World(study, plan, streams, pool.head(len(who)), who, noise_free)
