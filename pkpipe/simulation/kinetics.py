"""Concentrations over time for all subjects at once: two compartments, linear and Michaelis-Menten loss.

One step advances every subject; the loop runs over time. Time in hours from the first dose of any drug,
amounts in mg, concentrations in mg/L (= µg/mL). Classical fourth-order Runge-Kutta; between grid points a
cubic through value and slope at both ends (Hermite), so samples may lie anywhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Final

import numpy as np
import numpy.typing as npt

from pkpipe.protocol.simulation import Kinetics
from pkpipe.simulation.draws import Floats, Streams, log_normal

INFUSION_STEPS: Final = 4
LEAST_STEPS: Final = 48  # from the end of an infusion to the next dose
FASTEST_STEP: Final = 0.8  # times the fastest rate; the method is stable below 2.78
CROWDING: Final = 3.0  # steps grow by exp(3) from the end of the infusion to the next dose
HOURS_A_DAY: Final = 24.0
REFERENCE_KG: Final = 70.0


@dataclass(frozen=True)
class Truth:
    """True parameters, one entry a subject; clearances in L/h, volumes in L."""

    cl: Floats
    v1: Floats
    q: Floats
    v2: Floats
    vmax: float  # mg/h
    km: float  # mg/L
    deconjugation: Floats  # L/h; zero for what is no conjugate
    payload_share: float  # mg of payload in circulation for a mg of conjugate lost
    payload_v: Floats
    payload_k: Floats  # 1/h
    ada_from: Floats  # hours; inf: never
    ada_to: Floats
    ada_factor: Floats  # clearance is multiplied by 1 + this in between

    @property
    def vss(self) -> Floats:
        """Volume at steady state, L."""
        return self.v1 + self.v2

    @property
    def half_life(self) -> Floats:
        """Terminal half-life in hours of the linear model (Gabrielsson & Weiner, two compartments)."""
        k10, k12, k21 = self.cl / self.v1, self.q / self.v1, self.q / self.v2
        total = k10 + k12 + k21
        beta = (total - np.sqrt(total**2 - 4 * k10 * k21)) / 2
        return np.asarray(np.log(2) / beta)


@dataclass(frozen=True)
class Doses:
    """Doses of one drug, arrays of shape (cycles, subjects); after the last one amounts are zero."""

    start: Floats  # hours
    amount: Floats  # mg
    duration: Floats  # hours


@dataclass(frozen=True)
class Course:
    """Grid of one subject a column: time, and value and slope of each substance's concentration."""

    time: Floats  # (points, subjects)
    value: Floats  # (substances, points, subjects), mg/L
    slope: Floats  # at the start of each step, with that step's infusion
    close: Floats  # at its end: where an infusion begins or stops the slope jumps

    def at(self, substance: int, subject: npt.NDArray[np.int64], hours: Floats) -> Floats:
        """Concentration of a substance in these subjects at these hours; before the first dose zero."""
        points, subjects = self.time.shape
        span = float(np.ptp(self.time)) + 1.0
        flat = (self.time + np.arange(subjects) * span).T.ravel()
        low = self.time[0, 0]
        inside = np.clip(hours, self.time[0, subject], self.time[-1, subject])
        place = np.searchsorted(flat, inside + subject * span, side="right") - 1
        k = np.clip(place - subject * points, 0, points - 2)
        t0, t1 = self.time[k, subject], self.time[k + 1, subject]
        h = np.maximum(t1 - t0, 1e-9)
        u = (inside - t0) / h
        y0, y1 = self.value[substance, k, subject], self.value[substance, k + 1, subject]
        m0, m1 = self.slope[substance, k, subject] * h, self.close[substance, k, subject] * h
        cubic = (
            (1 + 2 * u) * (1 - u) ** 2 * y0
            + u * (1 - u) ** 2 * m0
            + u**2 * (3 - 2 * u) * y1
            - u**2 * (1 - u) * m1
        )
        return np.where(hours < low, 0.0, np.maximum(cubic, 0.0))


def draw_truth(
    plan: Kinetics,
    weight: Floats,
    streams: Streams,
    ada: tuple[Floats, Floats, Floats],
    ratio: float,
) -> Truth:
    """True parameters of each subject, scaled by weight. ratio: mg of payload in a mg of conjugate."""
    n = len(weight)
    rng = streams(f"kinetics {plan.drug}")
    size = (weight / REFERENCE_KG) ** plan.weight_on_clearance
    room = (weight / REFERENCE_KG) ** plan.weight_on_volume
    part = plan.payload
    if part is None:
        loss, volume, rate, share = np.zeros(n), np.ones(n), np.ones(n), 0.0
    else:
        loss = log_normal(rng, part.deconjugation_l_day, n) * size / HOURS_A_DAY
        volume = log_normal(rng, part.volume_l, n)
        rate = np.log(2) / log_normal(rng, part.half_life_hours, n)
        share = part.released * ratio
    return Truth(
        cl=log_normal(rng, plan.cl_l_day, n) * size / HOURS_A_DAY,
        v1=log_normal(rng, plan.v1_l, n) * room,
        q=log_normal(rng, plan.q_l_day, n) * size / HOURS_A_DAY,
        v2=log_normal(rng, plan.v2_l, n) * room,
        vmax=plan.vmax_mg_day / HOURS_A_DAY,
        km=plan.km_mg_l,
        deconjugation=loss,
        payload_share=share,
        payload_v=volume,
        payload_k=rate,
        ada_from=ada[0],
        ada_to=ada[1],
        ada_factor=ada[2],
    )


def course(truth: Truth, doses: Doses) -> Course:
    """Concentrations from the first dose on: [antibody], or [conjugate, total antibody, payload]."""
    return courses([(truth, doses)])[0]


def courses(parts: Sequence[tuple[Truth, Doses]]) -> list[Course]:
    """The courses of one drug in several trials, each to the bit what it is alone.

    All subjects advance together. A trial keeps the steps it has alone; where the others have more, steps
    of no width follow, in which nothing moves, and they are cut away again.
    """
    grids = [_grid(doses, _steps(truth, doses)) for truth, doses in parts]
    most = max(len(grid) for grid in grids)
    times = np.hstack([np.vstack([g, np.repeat(g[-1:], most - len(g), axis=0)]) for g in grids])
    rates = np.hstack([_rates(d, g, most) for (_, d), g in zip(parts, grids, strict=True)])
    amounts = _central(_together([truth for truth, _ in parts]), times, rates)
    ends = np.cumsum([grid.shape[1] for grid in grids])
    return [
        _course(truth, grid, *(a[:, :, end - grid.shape[1] : end] for a in amounts))
        for (truth, _), grid, end in zip(parts, grids, ends.tolist(), strict=True)
    ]


def _rates(doses: Doses, grid: Floats, most: int) -> Floats:
    """Infusion rate in each step, mg/h; zero in the steps that others have more."""
    steps = (len(grid) - 1) // len(doses.start)
    rates = np.repeat(doses.amount / doses.duration, steps, axis=0)
    rates[np.arange(len(rates)) % steps >= INFUSION_STEPS] = 0.0
    return np.vstack([rates, np.zeros((most - len(grid), rates.shape[1]))])


def _together(truths: Sequence[Truth]) -> Truth:
    """Several truths of one drug as one; what is no array is the drug's and the same in all."""
    first = truths[0]
    if len(truths) == 1:
        return first
    of_drug = {f.name: getattr(first, f.name) for f in fields(first)}
    of_subjects = {
        name: np.concatenate([getattr(truth, name) for truth in truths])
        for name, value in of_drug.items()
        if isinstance(value, np.ndarray)
    }
    return Truth(**of_drug | of_subjects)


def _central(truth: Truth, times: Floats, rates: Floats) -> tuple[Floats, Floats, Floats]:
    """Amount in the central compartment, its slope at the start of each step and at the end of it."""
    count = 2 if truth.payload_share > 0 else 1
    state = np.zeros((count, 2, times.shape[1]))
    amount = np.empty((len(times), count, times.shape[1]))
    slopes, closes = np.empty_like(amount), np.empty_like(amount[:-1])
    for i in range(len(times) - 1):
        amount[i] = state[:, 0]
        state, start = _step(truth, state, times[i], times[i + 1] - times[i], rates[i])
        slopes[i], closes[i] = start[:, 0], _slope(truth, state, times[i + 1], rates[i])[:, 0]
    amount[-1], slopes[-1] = state[:, 0], _slope(truth, state, times[-1], 0.0)[:, 0]
    return amount, slopes, closes


def _course(truth: Truth, grid: Floats, amount: Floats, slopes: Floats, closes: Floats) -> Course:
    """The part of one trial: its own steps, as concentrations."""
    points = len(grid)
    cut = (amount[:points], slopes[:points], closes[: points - 1])
    value, slope, close = ((part / truth.v1).transpose(1, 0, 2) for part in cut)
    if truth.payload_share > 0:
        payload = _payload(truth, grid, value)
        value = np.concatenate([value, payload[:1]])
        slope = np.concatenate([slope, payload[1:]])
        close = np.concatenate([close, payload[1:, 1:]])
    return Course(grid, value, slope, close)


def _following(doses: Doses) -> Floats:
    """Start of the next dose; after the last one an interval as long as the one before."""
    return np.vstack([doses.start[1:], 2 * doses.start[-1:] - doses.start[-2:-1]])


def _steps(truth: Truth, doses: Doses) -> int:
    """Steps between infusions, so many that the last and longest is short against the fastest rate."""
    clearance = truth.cl * (1 + truth.ada_factor) + truth.deconjugation + truth.q
    rate = float(np.max((clearance + truth.vmax / truth.km) / truth.v1, initial=0.0))
    longest = (
        float(np.max(_following(doses) - doses.start, initial=0.0))
        * CROWDING
        / -np.expm1(-CROWDING)
    )
    return max(LEAST_STEPS, int(np.ceil(longest * rate / FASTEST_STEP)))


def _grid(doses: Doses, steps: int) -> Floats:
    """Times of each cycle: even during the infusion, then growing to the next dose."""
    following = _following(doses)
    rise = np.expm1(CROWDING * np.arange(steps) / steps) / np.expm1(CROWDING)
    even = np.arange(INFUSION_STEPS) / INFUSION_STEPS
    stop = doses.start + doses.duration
    during = doses.start[:, None] + even[:, None] * doses.duration[:, None]
    after = stop[:, None] + rise[:, None] * (following - stop)[:, None]
    cycles, subjects = doses.start.shape
    grid = np.concatenate([during, after], axis=1)
    grid = grid.reshape(cycles * (INFUSION_STEPS + steps), subjects)
    return np.vstack([grid, following[-1:]])


def _step(truth: Truth, y: Floats, t: Floats, h: Floats, rate: Floats) -> tuple[Floats, Floats]:
    k1 = _slope(truth, y, t, rate)
    k2 = _slope(truth, y + h / 2 * k1, t + h / 2, rate)
    k3 = _slope(truth, y + h / 2 * k2, t + h / 2, rate)
    k4 = _slope(truth, y + h * k3, t + h, rate)
    return np.maximum(y + h / 6 * (k1 + 2 * k2 + 2 * k3 + k4), 0.0), k1


def _clearance(truth: Truth, t: Floats) -> Floats:
    on = (t >= truth.ada_from) & (t < truth.ada_to)
    return truth.cl * np.where(on, 1 + truth.ada_factor, 1.0)


def _slope(truth: Truth, y: Floats, t: Floats, rate: Floats | float) -> Floats:
    """dA/dt of shape (substances, 2, subjects); the last substance is the whole antibody."""
    concentration = y[:, 0] / truth.v1
    linear = np.broadcast_to(_clearance(truth, t), concentration.shape).copy()
    linear[:-1] += truth.deconjugation
    binding = truth.vmax / (truth.km + concentration[-1])
    back = truth.q * y[:, 1] / truth.v2
    out = truth.q * concentration
    slope = np.empty_like(y)
    slope[:, 0] = rate - (linear + binding) * concentration - out + back
    slope[:, 1] = out - back
    return slope


def _between(feed: Floats) -> Floats:
    """Mean of an exponential between grid points, of a line where it starts from zero."""
    start, end = feed[:-1], feed[1:]
    falls = (start > 0) & (end > 0) & (np.abs(end - start) > 1e-9 * start)
    ratio = np.where(falls, end / np.where(start > 0, start, 1.0), 2.0)
    return np.where(falls, (end - start) / np.log(ratio), (start + end) / 2)


def _payload(truth: Truth, times: Floats, value: Floats) -> Floats:
    """Free payload, value and slope, mg/L: fed by the conjugate's loss, exact between grid points."""
    conjugate, whole = value[0], value[1]
    loss = _clearance(truth, times) + truth.deconjugation + truth.vmax / (truth.km + whole)
    feed = truth.payload_share * loss * conjugate / truth.payload_v
    level = np.zeros_like(times)
    width = np.diff(times, axis=0)
    keep = np.exp(-truth.payload_k * width)
    mean = _between(feed)
    for i in range(len(width)):
        level[i + 1] = level[i] * keep[i] + mean[i] / truth.payload_k * (1 - keep[i])
    return np.stack([level, feed - truth.payload_k * level])
