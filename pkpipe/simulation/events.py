"""AE: adverse events at the assumed rates, and the toxicities by which enrolment was decided."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import polars as pl

from pkpipe.protocol.simulation import EventTruth
from pkpipe.simulation.draws import Bools, Floats, Ints, moments
from pkpipe.simulation.frames import day_text, picked, raw_table
from pkpipe.simulation.outcomes import TOXICITY, Outcomes
from pkpipe.simulation.world import World

FOLLOWED_DAYS: Final = 90.0  # events are collected so long after the last dose
BEFORE_DAYS: Final = 10.0  # and from so long before the first, not related then
SERIOUS_SHARE: Final = np.array([0.0, 0.02, 0.05, 0.35, 0.8])  # by grade
ONGOING_SHARE: Final = 0.12
NO_YES: Final = ("N", "Y")
ACTIONS: Final = ("DOSE NOT CHANGED", "DRUG INTERRUPTED", "DRUG WITHDRAWN")


@dataclass(frozen=True)
class Events:
    """One entry an event; days from the day of the first dose."""

    subject: Ints
    kind: Ints  # position in plan.events
    day: Floats
    length: Floats
    grade: Ints
    related: Bools
    dlt: Bools
    decided_enrolment: Bools  # the date must stay whole
    action: Ints


def events_of(world: World, ends: Outcomes) -> Events:
    """What happened to whom, as far as anybody recorded it."""
    parts = [_random(world, ends), _deciding(world, ends), _stopping(world, ends)]
    whole = Events(
        *(np.concatenate(column) for column in zip(*(_columns(p) for p in parts), strict=True))
    )
    kept = whole.day <= np.minimum(ends.off, world.horizon)[whole.subject]
    return Events(*(column[kept] for column in _columns(whole)))


def _columns(events: Events) -> tuple[np.ndarray[Any, Any], ...]:
    return tuple(vars(events).values())


def _random(world: World, ends: Outcomes) -> Events:
    truth = world.plan.events
    rng = world.streams("events")
    end = np.minimum(np.minimum(ends.off, world.horizon), ends.last_dose + FOLLOWED_DAYS)
    span = np.maximum(end, 0.0) + BEFORE_DAYS
    rate = np.array([e.per_28_days for e in truth])
    number = rng.poisson(span[:, None] / 28 * rate)
    subject, kind = (np.repeat(i.ravel(), number.ravel()) for i in np.indices(number.shape))
    size = len(subject)
    day = np.floor(rng.random(size) * span[subject] - BEFORE_DAYS)
    grade = 1 + (_cumulative(truth)[kind] < rng.random(size)[:, None]).sum(axis=1)
    related = (rng.random(size) < np.array([e.related for e in truth])[kind]) & (day >= 0)
    tame = _watched(world, subject, day)
    most = np.where(_titrated(world)[subject], 1, 2)
    grade = np.where(tame & related, np.minimum(grade, most), grade)
    action = np.where((grade >= 3) & (day >= 0) & related, 1, 0)
    none = np.zeros(size, dtype=np.bool_)
    length = np.ceil(rng.lognormal(2.0, 0.8, size))
    return Events(subject, kind, day, length, grade, related, none, none, action)


def _cumulative(truth: tuple[EventTruth, ...]) -> Floats:
    weights = np.array([e.grades for e in truth])
    return np.asarray(np.cumsum(weights, axis=1)[:, :3] / weights.sum(axis=1, keepdims=True))


def _watched(world: World, subject: Ints, day: Floats) -> Bools:
    return np.asarray((day >= 0) & (day < world.window) & world.escalating[subject])


def _titrated(world: World) -> Bools:
    plan = world.study.escalation
    return world.escalating & (world.enrolled.level < (len(plan.titration_levels) if plan else 0))


def _deciding(world: World, ends: Outcomes) -> Events:
    """The toxicities enrolment was decided by: DLTs of grade 3, related grade 2 in titration."""
    who, rng = world.enrolled, world.streams("fated events")
    dlt = np.isfinite(who.dlt)
    grade2 = np.isfinite(who.grade2) & ~(dlt & (who.dlt <= who.grade2))
    kinds = np.flatnonzero([e.dlt for e in world.plan.events])
    kinds = kinds if len(kinds) else np.arange(len(world.plan.events))
    subject = np.concatenate([np.flatnonzero(dlt), np.flatnonzero(grade2)])
    is_dlt = np.arange(len(subject)) < dlt.sum()
    day = np.where(is_dlt, who.dlt[subject], who.grade2[subject]) - 1
    stopped = ends.reason[subject] == TOXICITY
    return Events(
        subject=subject,
        kind=rng.choice(kinds, len(subject)),
        day=day,
        length=np.ceil(rng.lognormal(2.3, 0.5, len(subject))),
        grade=np.where(is_dlt, 3, 2),
        related=np.ones(len(subject), dtype=np.bool_),
        dlt=is_dlt,
        decided_enrolment=np.ones(len(subject), dtype=np.bool_),
        action=np.where(is_dlt, np.where(stopped, 2, 1), 0),
    )


def _stopping(world: World, ends: Outcomes) -> Events:
    """The event for which treatment was stopped, where no DLT was."""
    stopped = (ends.reason == TOXICITY) & np.isfinite(ends.stop) & ~np.isfinite(world.enrolled.dlt)
    subject = np.flatnonzero(stopped)
    rng = world.streams("stopping events")
    size = len(subject)
    return Events(
        subject=subject,
        kind=rng.integers(0, len(world.plan.events), size),
        day=ends.stop[subject],
        length=np.ceil(rng.lognormal(2.5, 0.5, size)),
        grade=np.full(size, 3),
        related=np.ones(size, dtype=np.bool_),
        dlt=np.zeros(size, dtype=np.bool_),
        decided_enrolment=np.ones(size, dtype=np.bool_),
        action=np.full(size, 2),
    )


def adverse_events(world: World, ends: Outcomes, found: Events) -> pl.DataFrame:
    """Rows of AE."""
    truth, size = world.plan.events, len(found.subject)
    rng = world.streams("event details")
    last = np.minimum(ends.off, world.horizon)[found.subject]
    end = found.day + found.length
    open_end = (end > last) | (rng.random(size) < ONGOING_SHARE)
    serious = (rng.random(size) < SERIOUS_SHARE[found.grade]) | (found.grade >= 4)
    first = world.first[found.subject].astype("datetime64[D]").astype("datetime64[m]")
    start = moments(first, found.day)
    stop = moments(first, np.where(open_end, np.nan, end))
    partial = (rng.random((2, size)) < world.dirt.partial_date) & ~found.decided_enrolment
    terms = [e.term for e in truth]
    related_word = world.study.safety.related_values[0]
    immune = np.array([e.immune for e in truth])[found.kind] & found.related
    columns: Mapping[str, Any] = {
        "USUBJID": picked(world.ids, found.subject),
        "AETERM": picked([t.upper() for t in terms], found.kind),
        "AEDECOD": picked(terms, found.kind),
        "AEBODSYS": picked([e.soc for e in truth], found.kind),
        "AESOC": picked([e.soc for e in truth], found.kind),
        "AESEV": picked([None, "MILD", "MODERATE", "SEVERE", "SEVERE"], found.grade),
        "AETOXGR": found.grade,
        "AESER": picked(NO_YES, serious.astype(np.int64)),
        "AESDTH": "N",
        "AEDLTFL": picked(NO_YES, found.dlt.astype(np.int64)),
        "AEIRFL": picked(NO_YES, immune.astype(np.int64)),
        "AEREL": picked(["NOT RELATED", related_word], found.related.astype(np.int64)),
        "AEACN": picked(ACTIONS, found.action),
        "AEOUT": picked(
            ["RECOVERED/RESOLVED", "NOT RECOVERED/NOT RESOLVED"], open_end.astype(np.int64)
        ),
        "AESTDTC": _maybe_month(day_text(start), partial[0]),
        "AEENDTC": _maybe_month(day_text(stop), partial[1]),
    }
    return raw_table("AE", columns)


def _maybe_month(days: pl.Series, partial: Bools) -> pl.Series:
    """A date of which only the month is known, where partial."""
    return pl.select(
        pl.when(pl.lit(pl.Series(partial)))
        .then(pl.lit(days).str.slice(0, 7))
        .otherwise(pl.lit(days))
    ).to_series()
