"""Areas from one time to another: τ and partial areas, in the four ways the end may be reached.

Up to the last quantifiable sample a boundary between two samples cuts their segment by its own rule.
Beyond it: `last` adds nothing; `all` the straight line to the first BLQ; `observed` the exponential from the
last concentration and `predicted` the one from its fitted value (at the end of τ: one segment from the last
concentration to the fitted one at τ), both only as long as no BLQ was measured: behind a BLQ the samples
speak. Where PKNCA and NonCompart agree on a form, it is theirs. A boundary never reaches across the next
dose: the unit has no sample behind it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pkpipe.nca.arithmetic.area import Piece, Segments, cut, exponential, log_ratio, piece
from pkpipe.nca.laid_out.profile_blocks import summed
from pkpipe.nca.laid_out.sorted_arrays import Flags, Floats, Ints
from pkpipe.protocol.nca_options import AucMethod

Pair = tuple[Floats, Floats]  # area, moment


@dataclass(frozen=True)
class Window:
    """From when to when, h after the origin; `is_tau`: a dosing interval, else a partial area."""

    low: Floats
    high: Floats
    is_tau: Flags


@dataclass(frozen=True)
class Closing:
    """The sample behind the end of the interval that brackets it; NaN if none."""

    time: Floats
    conc: Floats


@dataclass(frozen=True)
class Tail:
    """What lies beyond the last quantifiable sample."""

    time: Floats  # TLST
    conc: Floats  # CLST
    predicted: Floats  # CLSTP
    rate: Floats  # λz
    blq_time: Floats  # first BLQ behind it, NaN if none
    blq_conc: Floats  # what the BLQ rule makes of it, mostly 0


@dataclass(frozen=True)
class WindowAreas:
    """Area and moment of the window, by the way its end is reached; NaN where it cannot be."""

    last: Pair
    all: Pair
    observed: Pair
    predicted: Pair
    extends: Floats  # h beyond the last quantifiable sample that no later sample covers


def window_areas(
    pieces: Segments, last: Ints, window: Window, tail: Tail, closing: Closing, method: AucMethod
) -> WindowAreas:
    """Areas and moments over the window of each profile of a block."""
    low, high = window.low, window.high
    rows = np.arange(len(pieces.area))[:, None]
    before = _inside(pieces, low, high, rows < last)
    bridged = _bridge(tail, closing, low, high, method)
    is_bridged = ~np.isnan(bridged[0])
    closed = _sum(before, bridged, is_bridged)
    beyond = (high > tail.time) & ~is_bridged
    covered = beyond & (high >= tail.blq_time)
    trailing = _inside(pieces, low, high, rows >= last)
    measured = _sum(before, trailing)
    start = np.maximum(low, tail.time)

    def extended(more: Pair, after_blq: Pair) -> Pair:
        return _when(beyond, _when(covered, after_blq, _sum(before, more)), closed)

    observed = _extrapolated(tail, tail.conc, start, high)
    jumping = _extrapolated(tail, tail.predicted, start, high)
    predicted = _when(window.is_tau, _to_predicted(tail, high, method), jumping)
    joined = _joined(tail, start, high, beyond & ~covered & ~np.isnan(tail.blq_time))
    return WindowAreas(
        last=closed,
        all=_when(covered, measured, _sum(closed, joined)),
        observed=extended(observed, measured),
        predicted=extended(predicted, _sum(measured, _step(tail, low, covered))),
        extends=np.where(beyond & ~covered, high - start, 0.0),
    )


def _to_predicted(tail: Tail, end: Floats, method: AucMethod) -> Pair:
    """One segment from the last concentration to the fitted one at the end."""
    width = end - tail.time
    usable = ~np.isnan(tail.rate) & (width > 0)
    stop = np.where(usable, tail.predicted * np.exp(-tail.rate * width), 1.0)
    start = np.where(usable, tail.conc, 1.0)
    log = (method != "linear") & ((stop < start) | (method == "linear_log"))
    # Where the fitted concentration is too small for a number, its logarithm is still known.
    fitted = np.where(usable, tail.predicted, 1.0)
    by_rate = log_ratio(start, fitted) - np.where(usable, tail.rate * width, 0.0)
    ratio = np.where(stop > 0, log_ratio(start, np.where(stop > 0, stop, start)), by_rate)
    ratio = np.where(log, ratio, np.nan)
    left, right = np.where(usable, tail.time, 0.0), np.where(usable, end, 1.0)
    area, moment = cut(Piece(left, right, start, stop, ratio), left, right)
    return np.where(usable, area, np.nan), np.where(usable, moment, np.nan)


def _joined(tail: Tail, start: Floats, high: Floats, where: Flags) -> Pair:
    """Towards a BLQ that lies behind the end: the concentration at the end is on the straight line to it,
    and a logarithmic segment leads there (PKNCA's `all` and NonCompart agree on this under every method).
    """
    slope = (tail.blq_conc - tail.conc) / np.where(where, tail.blq_time - tail.time, 1.0)
    begin = np.where(where, tail.conc + slope * (start - tail.time), 1.0)
    stop = np.where(where, tail.conc + slope * (high - tail.time), 1.0)
    width = np.where(where, high - start, 0.0)
    area, about = exponential(width, begin, log_ratio(begin, stop))
    moment = np.where(where, start * area + about, 0.0)
    return np.where(where, area, 0.0), moment


def _step(tail: Tail, low: Floats, where: Flags) -> Pair:
    """What the line to the first BLQ gains when it starts from the predicted last concentration."""
    where = where & (low <= tail.time)
    area = (tail.predicted - tail.conc) * (tail.blq_time - tail.time) / 2
    return np.where(where, area, 0.0), np.where(where, area * tail.time, 0.0)


def _when(condition: Flags, yes: Pair, no: Pair) -> Pair:
    return np.where(condition, yes[0], no[0]), np.where(condition, yes[1], no[1])


def _sum(a: Pair, b: Pair, where: Flags | None = None) -> Pair:
    if where is None:
        return a[0] + b[0], a[1] + b[1]
    return a[0] + np.where(where, b[0], 0.0), a[1] + np.where(where, b[1], 0.0)


def _inside(pieces: Segments, low: Floats, high: Floats, rows: Flags) -> Pair:
    """Segments of some rows: whole ones summed, the two at the boundaries cut."""
    real = ~np.isnan(pieces.area) & rows
    whole = real & (pieces.left >= low) & (pieces.right <= high)
    area = summed(np.where(whole, pieces.area, 0.0))
    moment = summed(np.where(whole, pieces.moment, 0.0))
    at_low = real & (pieces.left < low) & (pieces.right > low)
    at_high = real & (pieces.left < high) & (pieces.right > high) & ~at_low
    for edge in (at_low, at_high):
        some = edge.any(axis=0)
        if not some.any():
            continue
        row = edge.argmax(axis=0)
        left = np.take_along_axis(pieces.left, row[None, :], axis=0)[0]
        right = np.take_along_axis(pieces.right, row[None, :], axis=0)[0]
        begin, stop = np.maximum(left, low), np.minimum(right, high)
        some &= stop > begin
        segment = piece(pieces, row)
        part, about = cut(segment, np.where(some, begin, left), np.where(some, stop, left))
        area = area + np.where(some, part, 0.0)
        moment = moment + np.where(some, about, 0.0)
    return area, moment


def _bridge(tail: Tail, closing: Closing, low: Floats, high: Floats, method: AucMethod) -> Pair:
    """From the last quantifiable sample of the interval towards the closing sample, up to the end."""
    there = (closing.conc > 0) & (high > tail.time) & (closing.time > tail.time)
    if not there.any():
        nothing = np.full(len(high), np.nan)
        return nothing, nothing
    start = np.where(there, tail.conc, 1.0)
    stop = np.where(there, closing.conc, 1.0)
    falling = stop < start if method == "linear_up_log_down" else stop != start
    log = falling & (method != "linear")
    ratio = np.where(log, log_ratio(start, stop), np.nan)
    left = np.where(there, tail.time, 0.0)
    right = np.where(there, closing.time, 1.0)
    begin = np.where(there, np.maximum(left, low), 0.0)
    bridge = Piece(left, right, start, stop, ratio)
    area, moment = cut(bridge, begin, np.where(there, high, 0.0))
    return np.where(there, area, np.nan), np.where(there, moment, np.nan)


def _extrapolated(tail: Tail, conc: Floats, begin: Floats, end: Floats) -> Pair:
    """The exponential from the last sample, between two times behind it; NaN without a slope."""
    usable = ~np.isnan(tail.rate) & (conc > 0) & (end > begin)
    rate = np.where(usable, tail.rate, 0.0)
    width = np.where(usable, end - begin, 0.0)
    since = np.where(usable, begin - tail.time, 0.0)
    height = np.where(usable, conc, 0.0) * np.exp(-rate * since)
    area, about = exponential(width, height, -rate * width)
    moment = begin * area + about
    return np.where(usable, area, np.nan), np.where(usable, moment, np.nan)
