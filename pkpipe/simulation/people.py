"""Everyone who might be enrolled: traits and fates drawn before the trial starts, in order of enrolment.

Fates in the DLT window are drawn as uniform numbers, so that the level a subject gets decides them.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

import numpy as np

from pkpipe.protocol.simulation import SimulationPlan
from pkpipe.protocol.study import Study
from pkpipe.simulation.draws import Bools, Floats, Ints, Streams, log_normal


@dataclass(frozen=True)
class People:
    """One entry a subject in the order of enrolment."""

    weight: Floats  # kg
    height: Floats  # cm
    age: Ints
    female: Bools
    site: Ints
    ecog: Ints
    wait: Floats  # exponential, mean 1: time to this candidate
    hour: Floats  # of the first dose
    screening: Ints  # days from consent to first dose
    u_dlt: Floats
    u_grade2: Floats
    dlt_day: Ints  # study day of a DLT, if there is one
    grade2_day: Ints
    leaves: Bools  # leaves the window without DLT
    leave_day: Ints

    def __len__(self) -> int:
        return len(self.weight)

    def head(self, count: int) -> People:
        """The first so many."""
        return People(**{f.name: getattr(self, f.name)[:count] for f in fields(self)})

    def without_leaving(self) -> People:
        """The same people, all of whom complete their DLT window."""
        return replace(self, leaves=np.zeros(len(self), dtype=np.bool_))


def people(study: Study, plan: SimulationPlan, streams: Streams, most: int) -> People:
    """Traits and fates of so many candidates."""
    rng = streams("people")
    female = rng.random(most) < 0.45
    weight = log_normal(rng, plan.weight_kg, most) * np.where(female, 0.9, 1.08)
    window = study.escalation.dlt_window_days if study.escalation else 21
    fate = streams("fates")
    dlt_day = fate.integers(3, window, most)
    return People(
        weight=weight.round(1),
        height=(rng.normal(167, 6, most) + np.where(female, -6.0, 5.0)).round(0),
        age=np.clip(rng.normal(59, 10, most), 19, 82).astype(np.int64),
        female=female,
        site=rng.integers(1, plan.accrual.sites + 1, most),
        ecog=(rng.random(most) < 0.6).astype(np.int64),
        wait=rng.exponential(1.0, most),
        hour=(rng.integers(34, 54, most) / 4).astype(np.float64),
        screening=rng.integers(5, 27, most),
        u_dlt=fate.random(most),
        u_grade2=fate.random(most),
        dlt_day=dlt_day,
        grade2_day=np.minimum(fate.integers(2, window, most), dlt_day),
        leaves=fate.random(most) < plan.dirt.leaves_window,
        leave_day=fate.integers(6, window - 1, most),
    )
