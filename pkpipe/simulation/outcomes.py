"""How each subject's trial ends: progression, death, leaving, later therapy, visits. Days from first dose."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from pkpipe.simulation.dosing import Calendar
from pkpipe.simulation.draws import Floats, Ints, log_normal
from pkpipe.simulation.world import World

WEEK: Final = 7.0
# Why treatment ended, in the order in which ties are settled: (DSDECOD, DSTERM).
REASONS: Final = (
    ("DEATH", "DEATH"),
    ("PROGRESSIVE DISEASE", "PROGRESSIVE DISEASE BY RECIST 1.1"),
    ("PROGRESSIVE DISEASE", "CLINICAL PROGRESSION WITHOUT SCAN"),
    ("ADVERSE EVENT", "INTOLERABLE TOXICITY"),
    ("WITHDRAWAL BY SUBJECT", "WITHDRAWAL OF INFORMED CONSENT"),
    ("LOST TO FOLLOW-UP", "LOST TO FOLLOW-UP"),
    ("COMPLETED", "MAXIMUM NUMBER OF CYCLES"),
)
DEATH, PROGRESSION, CLINICAL, TOXICITY, WITHDRAWAL, LOST, COMPLETED = range(len(REASONS))
DLT_ENDS_TREATMENT: Final = 0.6


@dataclass(frozen=True)
class Outcomes:
    """One entry a subject; inf: did not happen before the end of the data."""

    death: Floats  # true day of death, never censored
    stop: Floats  # day treatment was ended, inf: ongoing
    reason: Ints  # position in REASONS
    count: Ints  # cycles given
    last_dose: Floats
    eot: Floats  # end-of-treatment visit
    therapy: Floats  # new anti-cancer therapy
    off: Floats  # last day in contact: death, withdrawal, loss, or end of follow-up
    off_reason: Ints
    withdrawal: Floats
    lost: Floats


def outcomes(world: World, calendar: Calendar, progression: Floats, growth: Floats) -> Outcomes:
    """Everything that ends; progression: day of the first such scan; growth: per week, drives death."""
    causes = _causes(world, calendar, progression, growth)
    stop, reason = causes.min(axis=0), causes.argmin(axis=0)
    given = (calendar.day < stop) & (calendar.day <= world.horizon)
    count = np.maximum(given.sum(axis=0), 1)
    last = calendar.day[count - 1, np.arange(len(world))]
    stop = np.where(stop <= world.horizon, stop, np.inf)
    follow = world.study.schedule.follow_up
    late = world.streams("visits").random((2, len(world)))
    eot = np.full(len(world), np.inf)
    limit = 0.0
    if follow is not None:
        eot = np.maximum(
            stop, last + follow.eot_days + np.floor(late[0] * (follow.eot_late_days + 1))
        )
        limit = max(follow.safety_days, default=0) + (follow.survival_max_days or 0)
    death, withdrawal, lost = causes[DEATH], causes[WITHDRAWAL], causes[LOST]
    ends = np.stack(
        [
            death,
            np.where(np.isfinite(stop), last + limit, np.inf),
            withdrawal,
            lost,
            world.horizon,
        ]
    )
    off = ends.min(axis=0)
    therapy = _therapy(world, eot, stop)
    eot = np.where((eot < off) & (eot <= world.horizon), eot, np.inf)
    return Outcomes(
        death=death,
        stop=stop,
        reason=reason,
        count=count,
        last_dose=last,
        eot=eot,
        therapy=np.where(therapy < off, therapy, np.inf),
        off=off,
        off_reason=ends.argmin(axis=0),
        withdrawal=withdrawal,
        lost=lost,
    )


def _causes(world: World, calendar: Calendar, progression: Floats, growth: Floats) -> Floats:
    """Day of each cause in the order of REASONS; (causes, subjects)."""
    n, truth = len(world), world.plan.survival
    rng = world.streams("outcomes")
    typical = float(np.exp(np.mean(np.log(growth)))) if n else 1.0
    hazard = np.exp(truth.growth_effect * np.log2(growth / typical))
    scale = truth.median_weeks * WEEK / np.log(2) ** (1 / truth.shape)
    death = scale * (rng.exponential(1.0, n) / hazard) ** (1 / truth.shape)
    rates = np.array(
        [
            truth.clinical_progression_per_week,
            truth.toxicity_stop_per_week,
            truth.withdrawal_per_week,
            truth.lost_per_week,
        ]
    )
    waits = rng.exponential(1.0, (4, n)) * WEEK / np.maximum(rates, 1e-12)[:, None]
    if world.exact:
        waits[:] = np.inf
    clinical, toxicity, withdrawal, lost = np.floor(waits)
    dlt = world.enrolled.dlt
    ended = np.isfinite(dlt) & (rng.random(n) < DLT_ENDS_TREATMENT)
    toxicity = np.where(ended, dlt - 1, toxicity)
    full = calendar.day[-1] + calendar.drug.cycle_days
    found = np.stack([np.ceil(death), progression, clinical, toxicity, withdrawal, lost, full])
    return _kept_in_window(world, found)


def _kept_in_window(world: World, causes: Floats) -> Floats:
    """Nobody of the escalation leaves the DLT window but those whose fate it was, and then by withdrawal."""
    earliest = np.where(world.escalating, world.window + 1.0, 1.0)
    dlt = np.isfinite(world.enrolled.dlt)
    kept = np.maximum(causes, earliest)
    kept[TOXICITY] = np.where(dlt, causes[TOXICITY], kept[TOXICITY])
    leaves = world.enrolled.leaves
    kept[WITHDRAWAL] = np.where(np.isfinite(leaves), leaves, kept[WITHDRAWAL])
    return kept


def _therapy(world: World, eot: Floats, stop: Floats) -> Floats:
    """Start of a later anti-cancer therapy, after the end-of-treatment visit."""
    truth = world.plan.survival
    rng = world.streams("therapy")
    wait = np.ceil(log_normal(rng, truth.new_therapy_weeks, len(world)) * WEEK)
    start = np.maximum(eot, stop) + 1 + wait
    return np.where(rng.random(len(world)) < truth.new_therapy_share, start, np.inf)
