"""Every window of the terminal slope at once, then the choice.

Times are centred on the last point and logs on its log, so sums over study hours of 10⁴ do not cancel.
A window is the last n points; reverse running sums give all of them in one pass.
Choice: best adjusted R² but for a tolerance, then most points. PKNCA, NonCompart and Phoenix agree on it.
With weights (Phoenix: 1/y, 1/y²) all sums are weighted ones, and R² is 1 - Σw(residual)²/Σw(deviation)².
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from pkpipe.nca.laid_out.profile_blocks import last_true
from pkpipe.nca.laid_out.sorted_arrays import BOLUS, SAME_TIME, Bytes, Flags, Floats, Ints
from pkpipe.protocol.nca_options import SlopeWeights, TerminalSlope

# Why there is no slope; 0 is success. The words stand in `reasons`.
OK, TOO_FEW, FLAT, RISING, VETOED, PICKED_FEW, PICKED_RISING = range(7)
ROUNDING: Final = 1e-15  # of a sum of squares, a point
POWERS: Final[dict[SlopeWeights, float]] = {"1/y": 1.0, "1/y2": 2.0}


@dataclass(frozen=True)
class Slope:
    """One terminal fit a profile; NaN where there is none."""

    rate: Floats  # λz, 1/h
    r2: Floats
    r2adj: Floats
    correlation: Floats
    first_time: Floats
    last_time: Floats
    points: Floats
    conc_at_last: Floats  # predicted at the last quantifiable sample
    why: Bytes
    sd: Floats | None = None  # of the residuals; of a Tobit line only
    censored: Floats | None = None  # points below the limit of quantification; of a Tobit line only


@dataclass(frozen=True)
class Eligible:
    """What decides which samples may be points of the slope."""

    peak_time: Floats
    slope_after: Floats  # end of the last dose, -inf for a bolus alone
    route: Bytes
    last: Ints  # row of the last quantifiable sample, -1 if none
    start_measured: Flags  # a start value that was not drawn then is no point


@dataclass(frozen=True)
class _Windows:
    """Sums over the points from each row to the end; shape (samples, profiles)."""

    count: Floats
    x: Floats
    y: Floats
    sxx: Floats
    sxy: Floats
    syy: Floats
    varies: Flags  # syy is more than rounding


def terminal_slope(
    time: Floats, conc: Floats, flag: Floats | None, who: Eligible, options: TerminalSlope
) -> Slope:
    """The terminal fit of every profile of a block."""
    sums, points, picked, height = _windows(time, conc, flag, who, options)
    return _chosen(sums, points, picked, time, height, options)


def tried_windows(
    time: Floats, conc: Floats, flag: Floats | None, who: Eligible, options: TerminalSlope
) -> tuple[Floats, Floats, Floats]:
    """Of every window that begins in a row: its points, rate and adjusted R²; NaN where none begins."""
    sums, points, _, _ = _windows(time, conc, flag, who, options)
    with np.errstate(divide="ignore", invalid="ignore"):
        r2 = np.minimum(sums.sxy * sums.sxy / (sums.sxx * sums.syy), 1.0)
        r2adj = 1 - (1 - r2) * (sums.count - 1) / (sums.count - 2)
        rate = -sums.sxy / sums.sxx
    begins = points & (sums.count >= options.min_points)
    one, two, three = (np.where(begins, v, np.nan) for v in (sums.count, rate, r2adj))
    return one, two, three


def _windows(
    time: Floats, conc: Floats, flag: Floats | None, who: Eligible, options: TerminalSlope
) -> tuple[_Windows, Flags, Flags, Floats]:
    """Sums of every window, which samples are points, who has them picked, and the last concentration."""
    usable = (conc > 0) & (np.arange(len(conc))[:, None] <= who.last)
    usable[0] &= (time[0] > 0) | who.start_measured
    by_rule, picked = points_of_slope(usable, time, flag, who, options)
    last = np.maximum(who.last, 0)[None, :]
    end = np.take_along_axis(time, last, axis=0)[0]
    height = np.take_along_axis(conc, last, axis=0)[0]
    safe = np.where(by_rule, conc, 1.0)
    height = np.where(height > 0, height, 1.0)
    x = np.where(by_rule, time - end, 0.0)
    y = np.where(by_rule, np.log(safe / height), 0.0)
    one = by_rule.astype(float)
    power = POWERS.get(options.weights)
    # relative to the last point: only the proportions of weights matter
    weight = None if power is None else np.where(by_rule, (height / safe) ** power, 0.0)
    return _running(one, x, y, weight), by_rule, picked, height


def points_of_slope(
    usable: Flags, time: Floats, flag: Floats | None, who: Eligible, options: TerminalSlope
) -> tuple[Flags, Flags]:
    """Which samples are points, and which profiles had theirs picked by hand."""
    with_peak = np.full(len(who.route), options.cmax == "include")
    if options.cmax == "by_route":
        with_peak |= who.route == BOLUS
    allowed = usable & ((time > who.peak_time) | (with_peak & (time == who.peak_time)))
    if options.during_infusion == "exclude":
        allowed &= ~(time <= who.slope_after + SAME_TIME)
    if options.not_before is not None:
        allowed &= time >= options.not_before
    picked: Flags = np.zeros(time.shape[1], bool)
    if flag is not None:
        by_hand = flag > 0
        picked = np.any(by_hand, axis=0)
        allowed = np.where(picked, usable & by_hand, allowed & ~(flag < 0))
    return allowed, picked


def _running(one: Floats, x: Floats, y: Floats, weight: Floats | None) -> _Windows:
    """Sums from each row to the end, about the mean of each window; without weights all are 1."""

    def to_end(values: Floats) -> Floats:
        # Row by row from the last: each step adds two contiguous vectors.
        summed = values.copy()
        for row in range(len(values) - 2, -1, -1):
            summed[row] += summed[row + 1]
        return summed

    n = to_end(one)
    total, wx, wy = (n, x, y) if weight is None else (to_end(weight), weight * x, weight * y)
    sx, sy = to_end(wx), to_end(wy)
    safe = np.where(n > 0, total, 1.0)
    squares = to_end(wy * y)
    syy = squares - sy * sy / safe
    return _Windows(
        count=n,
        x=sx / safe,
        y=sy / safe,
        sxx=to_end(wx * x) - sx * sx / safe,
        sxy=to_end(wx * y) - sx * sy / safe,
        syy=syy,
        varies=syy > ROUNDING * n * squares,
    )


def _chosen(
    sums: _Windows,
    points: Flags,
    picked: Flags,
    time: Floats,
    height: Floats,
    options: TerminalSlope,
) -> Slope:
    total = sums.count[0]
    enough = points & (sums.count >= options.min_points) & (sums.sxx > 0)
    if options.max_points is not None:
        enough &= sums.count <= options.max_points
    # Points picked by hand are one window: all of them.
    enough = np.where(picked, points & (sums.count == total) & (total >= 2), enough)
    varies = enough & sums.varies
    # Windows without spread or with two points divide by zero here; they are left out right below.
    with np.errstate(divide="ignore", invalid="ignore"):
        # at most 1 (Cauchy and Schwarz); rounding of the sums must not say otherwise
        r2 = np.minimum(sums.sxy * sums.sxy / (sums.sxx * sums.syy), 1.0)
        r2adj = 1 - (1 - r2) * (sums.count - 1) / (sums.count - 2)
    many = sums.count > 2
    falls = varies & (sums.sxy < 0)
    compared = varies if options.rising == "veto" else varies & (falls | picked)
    # Two points lie on their line: such a window stands back behind any other.
    rank = np.where(compared, np.where(many, r2adj, -np.inf), np.nan)
    r2adj = np.where(many, r2adj, np.nan)
    best = np.fmax.reduce(rank, axis=0)
    near = falls & ((rank > best - options.r2adj_tolerance) | (rank == best))
    row = near.argmax(axis=0)
    found: Flags = np.any(near, axis=0)
    why = reasons_of_slope((found, picked), *(np.any(f, axis=0) for f in (enough, varies, falls)))
    return _fit(sums, row, found, (r2, r2adj), (points, time, height), why)


def _fit(
    sums: _Windows,
    row: Ints,
    found: Flags,
    quality: tuple[Floats, Floats],
    where: tuple[Flags, Floats, Floats],
    why: Bytes,
) -> Slope:
    points, time, height = where

    def at(values: Floats) -> Floats:
        return np.where(found, np.take_along_axis(values, row[None, :], axis=0)[0], np.nan)

    sxx, sxy, syy = at(sums.sxx), at(sums.sxy), at(sums.syy)
    slope = sxy / sxx
    final = last_true(points)
    return Slope(
        rate=-slope,
        r2=at(quality[0]),
        r2adj=at(quality[1]),
        correlation=np.clip(sxy / np.sqrt(sxx * syy), -1.0, 1.0),
        first_time=at(time),
        last_time=np.where(found, np.take_along_axis(time, final[None, :], axis=0)[0], np.nan),
        points=at(sums.count),
        conc_at_last=height * np.exp(at(sums.y) - slope * at(sums.x)),
        why=why,
    )


def reasons_of_slope(of: tuple[Flags, Flags], enough: Flags, varies: Flags, falls: Flags) -> Bytes:
    """The first cause that holds, in reading order."""
    found, picked = of
    causes = (
        (found, OK),
        (picked & ~enough, PICKED_FEW),
        (~enough, TOO_FEW),
        (~varies, FLAT),
        (picked, PICKED_RISING),
        (~falls, RISING),
    )
    return np.select([c for c, _ in causes], [v for _, v in causes], VETOED).astype(np.int8)
