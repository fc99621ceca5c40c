"""Areas from one time to another: τ and partial areas, in the four ways the end may be reached.

Up to the last quantifiable sample a boundary between two samples cuts their segment by its own rule.
Beyond it: `last` adds nothing, `all` the straight line to the first BLQ, `observed` the exponential from the
last concentration, `predicted` the one from its fitted value. A boundary never reaches across the next dose:
the unit has no sample behind it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pkpipe.nca.area import Segments, cut, exponential, part_of
from pkpipe.nca.options import AucMethod
from pkpipe.nca.ragged import Flags, Floats, Ints

Pair = tuple[Floats, Floats]  # area, moment


@dataclass(frozen=True)
class Closing:
    """The sample behind the end of the interval that brackets it; NaN if none."""

    time: Floats
    conc: Floats


@dataclass(frozen=True)
class Tail:
    """What extrapolates beyond the last quantifiable sample."""

    time: Floats  # TLST
    conc: Floats  # CLST
    predicted: Floats  # CLSTP
    rate: Floats  # λz


@dataclass(frozen=True)
class WindowAreas:
    """Area and moment of the window, by the way its end is reached; NaN where it cannot be."""

    last: Pair
    all: Pair
    observed: Pair
    predicted: Pair
    extends: Floats  # h beyond the last quantifiable sample that no later sample brackets


def window_areas(
    pieces: Segments, last: Ints, window: Pair, tail: Tail, closing: Closing, method: AucMethod
) -> WindowAreas:
    """Areas and moments over [window[0], window[1]] of each profile of a block."""
    low, high = window
    before = _inside(pieces, low, high, last)
    trailing = _inside(pieces, low, high, np.full_like(last, len(pieces.area)))
    bridged = _bridge(tail, closing, low, high, method)
    is_bridged = ~np.isnan(bridged[0])
    beyond = high > tail.time
    start = np.maximum(low, tail.time)

    def extended(conc: Floats) -> Pair:
        more = _extrapolated(tail, conc, start, high)
        return _when(beyond & ~is_bridged, _sum(before, more), _sum(before, bridged, is_bridged))

    closed = _sum(before, bridged, is_bridged)
    return WindowAreas(
        last=closed,
        all=_when(is_bridged, closed, trailing),
        observed=extended(tail.conc),
        predicted=extended(tail.predicted),
        extends=np.where(beyond & ~is_bridged, high - start, 0.0),
    )


def _when(condition: Flags, yes: Pair, no: Pair) -> Pair:
    return np.where(condition, yes[0], no[0]), np.where(condition, yes[1], no[1])


def _sum(a: Pair, b: Pair, where: Flags | None = None) -> Pair:
    if where is None:
        return a[0] + b[0], a[1] + b[1]
    return a[0] + np.where(where, b[0], 0.0), a[1] + np.where(where, b[1], 0.0)


def _inside(pieces: Segments, low: Floats, high: Floats, upto: Ints) -> Pair:
    """Segments of rows before `upto`: whole ones summed, the two at the boundaries cut."""
    real = ~np.isnan(pieces.area) & (np.arange(len(pieces.area))[:, None] < upto)
    whole = real & (pieces.left >= low) & (pieces.right <= high)
    area = np.where(whole, pieces.area, 0.0).sum(axis=0)
    moment = np.where(whole, pieces.moment, 0.0).sum(axis=0)
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
        part, about = part_of(pieces, row, np.where(some, begin, left), np.where(some, stop, left))
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
    ratio = np.where(log, np.log1p((stop - start) / start), np.nan)
    left = np.where(there, tail.time, 0.0)
    right = np.where(there, closing.time, 1.0)
    begin = np.where(there, np.maximum(left, low), 0.0)
    area, moment = cut(left, right, start, stop, ratio, begin, np.where(there, high, 0.0))
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


def time_above(pieces: Segments, threshold: float) -> Floats:
    """Hours above a concentration, crossings placed on each segment's own curve."""
    real = ~np.isnan(pieces.area)
    start, stop = np.where(real, pieces.start, 0.0), np.where(real, pieces.stop, 0.0)
    width = np.where(real, pieces.right - pieces.left, 0.0)
    crosses = (start > threshold) != (stop > threshold)
    change = np.where(crosses, stop - start, 1.0)
    share = (threshold - start) / change
    curved = crosses & pieces.log & (threshold > 0)
    if curved.any():
        share[curved] = np.log(threshold / start[curved]) / pieces.ratio[curved]
    above = np.where(start > threshold, share, 1.0 - share)
    part = np.where(crosses, above, (start > threshold).astype(float))
    hours: Floats = (width * part).sum(axis=0)
    return hours
