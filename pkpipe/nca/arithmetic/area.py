"""Areas and first moments of the segments between neighbouring samples, and of parts of them.

A logarithmic segment is an exponential from conc to conc·exp(L) over a width; with L = ln(c2/c1):
area = width·conc·φ(L), φ(L) = (e^L - 1)/L, and moment about the left edge = width²·conc·ψ(L),
ψ(L) = (e^L(L - 1) + 1)/L². Both forms keep full precision as c2 approaches c1, where the textbook
quotients lose every digit.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from pkpipe.nca.laid_out.sorted_arrays import Flags, Floats, Ints
from pkpipe.protocol.nca_options import AucMethod

# Below this |L| the quotient ψ cancels; the series Σ L^k/(k!(k+2)) to k = 10 errs by less than 1e-16 there.
SERIES_BELOW: Final = 0.2
PSI_SERIES: Final = tuple(
    1.0 / f for f in (2, 3, 8, 30, 144, 840, 5760, 45360, 403200, 3991680, 43545600)
)


@dataclass(frozen=True)
class Segments:
    """Segments of a block; shape (samples - 1, profiles). Values are NaN where there is no segment."""

    left: Floats  # time, h
    right: Floats
    start: Floats  # concentration at the left
    stop: Floats
    log: Flags
    ratio: Floats  # ln(stop/start) of logarithmic segments, else 0
    area: Floats
    moment: Floats  # about the origin of the unit


def psi(ratio: Floats, stop_over_start: Floats) -> Floats:
    """ψ(L); the second argument is e^L, which the caller mostly knows without another exponential."""
    # Zero by zero at a tie, which the series replaces.
    with np.errstate(divide="ignore", invalid="ignore"):
        direct: Floats = (stop_over_start * (ratio - 1.0) + 1.0) / (ratio * ratio)
    small = np.abs(ratio) < SERIES_BELOW
    if small.any():
        x = ratio[small]
        total = np.full_like(x, PSI_SERIES[-1])
        for term in PSI_SERIES[-2::-1]:
            total = total * x + term
        direct[small] = total
    return direct


def log_ratio(start: Floats, stop: Floats) -> Floats:
    """ln(stop/start) of positive numbers to full precision.

    `log1p` of the change near ties, where the quotient rounds; the plain logarithm where the fall is steep,
    since there the change rounds.
    """
    quotient = stop / start
    steep = quotient < 0.5
    ratio: Floats = np.log1p(np.where(steep, 0.0, (stop - start) / start))
    if steep.any():
        ratio[steep] = np.log(quotient[steep])
    return ratio


def exponential(width: Floats, conc: Floats, ratio: Floats) -> tuple[Floats, Floats]:
    """Area and moment about the left edge of conc·exp(ratio·t/width) for t from 0 to width."""
    grown = np.expm1(ratio)
    phi = np.where(ratio == 0, 1.0, grown / np.where(ratio == 0, 1.0, ratio))
    return width * conc * phi, width * width * conc * psi(ratio, grown + 1.0)


def segments(time: Floats, conc: Floats, method: AucMethod, peak: Floats, last: Ints) -> Segments:
    """Every segment with its area and moment; segments behind the last quantifiable sample are linear.

    peak: time of the maximum, used by `linear_log`.  last: row of the last quantifiable sample.
    """
    left, right, start, stop = time[:-1], time[1:], conc[:-1], conc[1:]
    width = right - left
    log = _logarithmic(right, start, stop, method, peak)
    if method != "linear":
        log &= np.arange(len(log))[:, None] < last
    area = width * (start + stop) / 2
    # The moment of a straight line over t·C is not the trapezoid of t·C, which every NCA program uses.
    moment = width * (left * start + right * stop) / 2
    ratio = np.zeros_like(area)
    if log.any():
        c1, c2, w, t1 = start[log], stop[log], width[log], left[log]
        change = c2 - c1
        inner = log_ratio(c1, c2)
        flat = inner == 0
        logarithmic = np.where(flat, w * c1, w * change / np.where(flat, 1.0, inner))
        area[log] = logarithmic
        moment[log] = t1 * logarithmic + w * w * c1 * psi(inner, c2 / c1)
        ratio[log] = inner
    return Segments(left, right, start, stop, log, ratio, area, moment)


def _logarithmic(
    right: Floats, start: Floats, stop: Floats, method: AucMethod, peak: Floats
) -> Flags:
    positive: Flags = (start > 0) & (stop > 0)
    if method == "linear_up_log_down":
        chosen: Flags = positive & (stop < start)
    elif method == "linear_log":
        chosen = positive & (right > peak) & (start != stop)
    else:
        chosen = np.zeros(start.shape, bool)
    return chosen


@dataclass(frozen=True)
class Piece:
    """One segment a profile; a ratio of NaN marks a straight line, else it is ln(stop/start)."""

    left: Floats
    right: Floats
    start: Floats
    stop: Floats
    ratio: Floats


def piece(of: Segments, row: Ints) -> Piece:
    """The segment of each profile in the given row."""

    def at(values: Floats) -> Floats:
        taken: Floats = np.take_along_axis(values, row[None, :], axis=0)[0]
        return taken

    log = np.take_along_axis(of.log, row[None, :], axis=0)[0]
    ratio = np.where(log, at(of.ratio), np.nan)
    return Piece(at(of.left), at(of.right), at(of.start), at(of.stop), ratio)


def cut(of: Piece, low: Floats, high: Floats) -> tuple[Floats, Floats]:
    """Area and moment about the origin of a part of a segment, from `low` to `high` within it.

    The part is cut out by the segment's own rule, so the areas of its parts add up to its area.
    """
    whole = np.where(of.right > of.left, of.right - of.left, 1.0)
    from_left, width = low - of.left, high - low
    log = ~np.isnan(of.ratio)
    slope = np.where(log, of.ratio, 0.0) / whole
    rise = (of.stop - of.start) / whole
    at_low = np.where(log, of.start * np.exp(slope * from_left), of.start + rise * from_left)
    at_high = of.start + rise * (high - of.left)
    log_area, log_moment = exponential(width, at_low, slope * width)
    straight = width * (at_low + at_high) / 2
    straight_moment = width * (low * at_low + high * at_high) / 2
    area = np.where(log, log_area, straight)
    return area, np.where(log, low * log_area + log_moment, straight_moment)
