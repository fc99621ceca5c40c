"""Lesions over time, what the scans show of them, and what the investigator makes of it.

Size of a lesion: y0 (exp(-k E t) + exp(g t) - 1), shrinkage k under exposure effect E and growth g
(Stein et al. 2008, doi:10.1634/theoncologist.2008-0075). Arrays of shape (subjects, scans[, lesions]).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from pkpipe.protocol.schedule import TumourSchedule
from pkpipe.protocol.simulation import TumourTruth
from pkpipe.simulation.draws import Bools, Floats, Ints, log_normal, within
from pkpipe.simulation.world import World

ORGANS: Final = ("LIVER", "LUNG", "LYMPH NODE", "ADRENAL GLAND", "PERITONEUM", "BONE")
NODE: Final = ORGANS.index("LYMPH NODE")
PER_ORGAN: Final = 2
HORIZON_WEEKS: Final = 110.0
NODE_NORMAL, NODE_LEAST, TARGET_LEAST = 10.0, 15.0, 10.0  # RECIST 1.1, mm
TOO_SMALL, GONE = 5.0, 1.0  # mm
NONTARGET_GONE: Final = 0.15  # of its size left: reported absent
RESPONSES: Final = np.array(["CR", "PR", "SD", "PD", "NE"])
CR, PR, SD, PD, NE = range(5)
STATES: Final = np.array(["PRESENT", "ABSENT", "UNEQUIVOCAL PROGRESSION", "NOT EVALUABLE"])


@dataclass(frozen=True)
class Lesions:
    """What each subject has."""

    target: Bools  # (subjects, lesions): a target lesion
    there: Bools  # a lesion at all
    organ: Ints
    size: Floats  # mm at first dose
    growth: Floats  # (subjects,) per week
    shrinkage: Floats  # (subjects, lesions) per week, at the subject's exposure


@dataclass(frozen=True)
class Scans:
    """Every scan that may take place, the baseline first; days from first dose."""

    day: Floats  # (subjects, scans)
    week: Floats  # planned week; NaN: unscheduled; 0: baseline
    done: Bools
    size: Floats  # (subjects, scans, lesions) measured mm, NaN not evaluable
    nontarget: Ints  # position in STATES
    new: Ints  # (subjects, scans): 0 none, 1 equivocal, 2 unequivocal
    target_response: Ints  # position in RESPONSES; baseline: NE
    nontarget_response: npt.NDArray[np.str_]
    overall: Ints
    lesions: Lesions

    @property
    def progression(self) -> Floats:
        """Day of the first scan with progression, inf if none."""
        seen = (self.overall == PD) & self.done
        seen[:, 0] = False
        return np.asarray(np.where(seen, self.day, np.inf).min(axis=1))


def lesions(world: World, truth: TumourTruth, mean: Floats) -> Lesions:
    """Draws each subject's lesions. mean: mean concentration of the driving drug, mg/L."""
    n, most = len(world), truth.targets + truth.nontargets
    rng = world.streams("lesions")
    targets = rng.integers(1, truth.targets + 1, n)
    nontargets = rng.integers(0, truth.nontargets + 1, n)
    place = np.arange(most)
    target = place < targets[:, None]
    there = target | ((place >= truth.targets) & (place < truth.targets + nontargets[:, None]))
    order = rng.permuted(np.tile(np.repeat(np.arange(len(ORGANS)), PER_ORGAN), (n, 1)), axis=1)
    organ = order[:, :most]
    least = np.where(organ == NODE, NODE_LEAST, TARGET_LEAST)
    size = np.clip(log_normal(rng, truth.size_mm, (n, most)), least, 95.0).round(1)
    growth = log_normal(rng, truth.growth_per_week, n)
    sensitive = rng.random(n) < truth.sensitive_share
    effect = mean / (truth.ec50_mg_l + mean) * np.where(sensitive, 1.0, 0.04)
    kill = log_normal(rng, truth.shrinkage_per_week, n)[:, None] * effect[:, None]
    return Lesions(
        target, there, organ, size, growth, kill * np.exp(0.25 * rng.standard_normal((n, most)))
    )


def scans(world: World, truth: TumourTruth, plan: TumourSchedule, found: Lesions) -> Scans:
    """Every scan up to the horizon, as if nobody ever left."""
    week, day, done = _times(world, truth, plan)
    true = _sizes(found, day)
    rng = world.streams("measurement")
    noise = truth.measurement_sd_mm * (0 if world.exact else 1)
    measured = np.maximum(true + noise * rng.standard_normal(true.shape), 0.0)
    measured[:, 0] = found.size
    missing = rng.random(true.shape) < (0 if world.exact else truth.not_evaluable_lesion)
    missing[:, 0] = False
    size = np.where(missing | ~found.there[:, None], np.nan, _reported(measured, found))
    onset = world.streams("progression").exponential(1.0, (2, len(world)))
    spared = np.where(found.shrinkage.mean(axis=1) > 3 * found.growth, 0.35, 1.0)
    week_of = 7 / np.maximum(
        [truth.nontarget_progression_per_week, truth.new_lesion_per_week], 1e-9
    )
    worse = day > (onset[0] / spared * week_of[0])[:, None]
    nontarget = np.where(missing, 3, _nontarget(found, true, worse))
    new = _new(
        day, done, onset[1] / spared * week_of[1], rng.random(day.shape) + (1 if world.exact else 0)
    )
    words, worst = _nontarget_response(nontarget, found)
    target_response = _target_response(size, found, done & (worst == 0) & (new != 2), done)
    overall = _overall(target_response, worst, new)
    back = _back(nontarget, found, (overall == CR) & done)
    words, worst = np.where(back, "PD", words), np.where(back, 2, worst)
    overall = _overall(target_response, worst, new)
    return Scans(day, week, done, size, nontarget, new, target_response, words, overall, found)


def _times(world: World, truth: TumourTruth, plan: TumourSchedule) -> tuple[Floats, Floats, Bools]:
    """Planned weeks with unscheduled slots in between, actual days, and which scans are made."""
    n = len(world)
    weeks = np.array(plan.planned_weeks(HORIZON_WEEKS))
    rng = world.streams("scans")
    noise = 0 if world.exact else 1
    shift = np.rint(within(rng, plan.window_days, plan.window_days, (n, len(weeks))) * noise)
    planned = weeks * 7 + shift
    between = planned + rng.integers(16, 25, planned.shape)
    day = np.stack([planned, between], axis=2).reshape(n, 2 * len(weeks))
    slots = np.stack([weeks, np.full(len(weeks), np.nan)], axis=1).ravel()
    chance = np.where(
        np.isnan(slots), truth.unscheduled_scan * noise, 1 - truth.missed_scan * noise
    )
    made = rng.random(day.shape) < chance
    before = -np.minimum(rng.integers(2, 22, n), world.people.screening)
    return (
        np.broadcast_to(np.concatenate([[0.0], slots]), (n, len(slots) + 1)),
        np.column_stack([before, day]).astype(np.float64),
        np.column_stack([np.ones(n, dtype=np.bool_), made]),
    )


def _sizes(found: Lesions, day: Floats) -> Floats:
    week = np.maximum(day, 0.0)[:, :, None] / 7
    change = np.exp(-found.shrinkage[:, None] * week) + np.expm1(found.growth[:, None, None] * week)
    return np.asarray(np.minimum(found.size[:, None] * change, 250.0))


def _reported(measured: Floats, found: Lesions) -> Floats:
    """To 0.1 mm; a node never vanishes, another lesion below 1 mm is gone."""
    node = (found.organ == NODE)[:, None]
    size = np.where(node, np.maximum(measured, 4.0), np.where(measured < GONE, 0.0, measured))
    return np.asarray(size.round(1))


def _nontarget(found: Lesions, true: Floats, worse: Bools) -> Ints:
    """State of every lesion as a non-target one, position in STATES."""
    gone = true / found.size[:, None] < NONTARGET_GONE
    return np.where(gone, 1, np.where(worse[:, :, None], 2, 0))


def _new(day: Floats, done: Bools, onset: Floats, chance: Floats) -> Ints:
    """New lesion at each scan; one in seven is equivocal where first seen."""
    there = (day > onset[:, None]) & (day > 0)
    first = there & done & (np.cumsum(there & done, axis=1) == 1)
    return np.where(there, np.where(first & (chance < 1 / 7), 1, 2), 0)


def _tenths(size: Floats) -> Ints:
    return np.asarray(np.rint(np.where(np.isfinite(size), size, 0.0) * 10), dtype=np.int64)


def _target_response(size: Floats, found: Lesions, clear: Bools, done: Bools) -> Ints:
    """RECIST 1.1 on the sum of the targets, in tenths of a millimetre so that 30 % is 30 %.

    clear: scans at which nothing else is left, so that a complete target response is an overall one.
    """
    target = found.target[:, None]
    unmeasured = np.asarray((target & ~np.isfinite(size)).any(axis=2))
    small = (size > 0) & (size < TOO_SMALL) & (found.organ != NODE)[:, None]
    total = (_tenths(np.where(small, TOO_SMALL, size)) * target).sum(axis=2)
    node = (found.organ == NODE)[:, None]
    normal: Bools = np.where(node, size < NODE_NORMAL, size == 0)
    complete = np.asarray((normal | ~target).all(axis=2) & ~unmeasured)
    usable = np.where(unmeasured | ~done, np.iinfo(np.int64).max // 100, total)
    nadir = np.minimum.accumulate(usable, axis=1)[:, :-1]
    now, base = total[:, 1:], total[:, :1]
    grown = (10 * now >= 12 * nadir) & (now - nadir >= 50)
    after = np.cumsum(complete & clear, axis=1)[:, :-1] > 0
    cases = [grown, unmeasured[:, 1:], complete[:, 1:], after, 10 * now <= 7 * base]
    response = np.select(cases, [np.full(now.shape, r) for r in (PD, NE, CR, PD, PR)], SD)
    return np.column_stack([np.full(len(size), NE), response])


def _nontarget_response(state: Ints, found: Lesions) -> tuple[npt.NDArray[np.str_], Ints]:
    """Word for the report, and 0 all gone or none, 1 still there, 2 progression."""
    mine = (found.there & ~found.target)[:, None]
    none = ~mine.any(axis=2)
    worse = ((state == 2) & mine).any(axis=2)
    unseen = ((state == 3) & mine).any(axis=2)
    gone = ((state == 1) | ~mine).all(axis=2)
    cases = [none & np.ones_like(worse), worse, unseen, gone]
    words = np.select(cases, ["", "PD", "NE", "CR"], "NON-CR/NON-PD")
    worst = np.select(cases, [0, 2, 1, 0], 1)
    return words, worst


def _back(state: Ints, found: Lesions, complete: Bools) -> Bools:
    """A non-target lesion, no node, is there again after an overall complete response."""
    mine = (found.there & ~found.target & (found.organ != NODE))[:, None]
    after = np.cumsum(complete, axis=1) - complete > 0
    return np.asarray(after & ((state == 0) & mine).any(axis=2))


def _overall(target: Ints, nontarget: Ints, new: Ints) -> Ints:
    """Eisenhauer 2009, table 1."""
    bad = (target == PD) | (nontarget == 2) | (new == 2)
    partial = (target == CR) & (nontarget == 1)
    return np.select([bad, partial], [PD, PR], target)
