"""Times and areas above and below a concentration, over the samples of a profile or of a partial area.

Crossings are placed on each segment's own curve, and a segment that the window cuts is cut by its own rule,
so parts of a window add up to it. Nothing is extrapolated. At the concentration itself counts as below.
"""

from __future__ import annotations

import numpy as np

from pkpipe.nca import reasons
from pkpipe.nca.arithmetic.area import Segments, exponential
from pkpipe.nca.arithmetic.observed import Columns
from pkpipe.nca.arithmetic.state import State
from pkpipe.nca.laid_out.intervals_laid_out import Work
from pkpipe.nca.laid_out.profile_blocks import summed
from pkpipe.nca.laid_out.sorted_arrays import Flags, Floats

NAMES = ("TAT", "TBT", "AUCAT", "AUCBT")


def threshold_columns(state: State, work: Work, threshold: float) -> Columns:
    """The columns of a block, and why a unit has none of them."""
    units = state.packed.units
    partial = np.isnan(work.tau[units]) & ~np.isnan(work.window_end[units])
    low = np.where(partial, work.window_start[units], -np.inf)
    high = np.where(partial, work.window_end[units], np.inf)
    # A window that begins at or after the first sample needs no value at the dose.
    startless = np.isin(state.why, (reasons.NO_START, reasons.START_DROPPED))
    inside = startless & partial & (state.packed.time[0] <= low) & (state.last > 0)
    why = np.where(inside, reasons.NONE, state.why)
    why = np.where(work.cut[units], reasons.CUT_SHORT, why)
    sums = _sums(state.pieces, low, high, threshold)
    covered = sums[0] + sums[1] > 0
    why = np.where((why == reasons.NONE) & ~covered, reasons.NO_SAMPLE, why)
    known = why == reasons.NONE
    found: Columns = {n: np.where(known, v, np.nan) for n, v in zip(NAMES, sums, strict=True)}
    return found | {"WHY_LEVEL": why.astype(float)}


def _sums(pieces: Segments, low: Floats, high: Floats, threshold: float) -> tuple[Floats, ...]:
    """Time above, time below, area above, area below."""
    real = ~np.isnan(pieces.area)
    left, right = np.where(real, pieces.left, 0.0), np.where(real, pieces.right, 1.0)
    begin, end = np.maximum(left, low), np.minimum(right, high)
    width = np.where(real & (end > begin), end - begin, 0.0)
    log = pieces.log & real
    rate = np.where(log, pieces.ratio, 0.0) / np.where(right > left, right - left, 1.0)
    first = _height(pieces, (left, right), rate, (log, real), begin)
    last = _height(pieces, (left, right), rate, (log, real), end)
    over, under = first > threshold, last > threshold
    crosses = (over != under) & (width > 0)
    share = (threshold - first) / np.where(crosses, last - first, 1.0)
    curved = crosses & log & (threshold > 0)
    if curved.any():
        share[curved] = np.log(threshold / first[curved]) / (rate * width)[curved]
    share = np.where(crosses, share, 1.0)
    # the part above the threshold: the whole segment, its first part or its last part
    above = np.where(crosses, np.where(over, share, 1.0 - share), over) * width
    high_part = over | crosses
    upper, until = np.where(over, first, threshold), np.where(over & crosses, threshold, last)
    area_above = _area(upper, until, above, rate, log) - threshold * above
    area_above = np.where(high_part, area_above, 0.0)
    below = width - above
    lower = np.where(over, threshold, first)
    stop = np.where(crosses & ~over, threshold, last)
    area_below = np.where(below > 0, threshold * below - _area(lower, stop, below, rate, log), 0.0)
    return tuple(summed(v) for v in (above, below, area_above, np.maximum(area_below, 0.0)))


def _height(
    pieces: Segments,
    edges: tuple[Floats, Floats],
    rate: Floats,
    of: tuple[Flags, Flags],
    at: Floats,
) -> Floats:
    """The concentration on each segment at a time within it; at its ends the sample itself."""
    (left, right), (log, real) = edges, of
    start, stop = np.where(real, pieces.start, 0.0), np.where(real, pieces.stop, 0.0)
    inside = np.clip(at, left, right) - left
    straight = start + (stop - start) * inside / np.where(right > left, right - left, 1.0)
    curve = np.where(log, start * np.exp(rate * inside), straight)
    exact: Floats = np.where(at <= left, start, np.where(at >= right, stop, curve))
    return exact


def _area(first: Floats, last: Floats, width: Floats, rate: Floats, log: Flags) -> Floats:
    """Area under a part of a segment from one concentration to another."""
    curved = exponential(width, first, rate * width)[0]
    area: Floats = np.where(log, curved, width * (first + last) / 2)
    return area
