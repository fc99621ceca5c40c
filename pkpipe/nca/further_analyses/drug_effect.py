"""NCA of a drug effect: the response against its baseline and a threshold, and slopes of it.

Definitions are those of Phoenix WinNonlin's model of drug effects (model 220; user's guide, "Drug effect
calculation"): the linear rule, nothing beyond the last sample, the baseline at the dose where no response was
measured there, slopes with their own sign. A response may be negative; one that is exactly at a level counts
neither as above nor as below it.

All intervals lie one behind the other in flat arrays; sums go over the rows of each in their order.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from pkpipe.nca.laid_out.sorted_arrays import Flags, Floats, Ints
from pkpipe.protocol.effect_options import EffectSlope

Numbers = dict[str, Floats]
LEVELS: Final = ("B", "T")  # baseline, threshold


@dataclass(frozen=True)
class Curve:
    """Responses of all intervals: rows `first[u]` up to but not including `first[u + 1]` are interval u's."""

    first: Ints
    time: Floats  # after the dose
    response: Floats
    measured: Flags  # not the baseline put at the dose

    @property
    def size(self) -> Ints:
        """Rows of each interval."""
        return np.diff(self.first)

    def total(self, values: Floats) -> Floats:
        """Sum over the rows of each interval; 0 where it has none."""
        some = self.size > 0
        out = np.zeros(len(some))
        if some.any():
            out[some] = np.add.reduceat(values, self.first[:-1][some])
        return out

    def unit(self) -> Ints:
        """The interval of each row."""
        return np.repeat(np.arange(len(self.size)), self.size)

    def earliest(self, where: Flags) -> Ints:
        """The first such row of each interval, -1 where there is none."""
        rows = np.where(where, np.arange(len(where)), len(where))
        some = self.size > 0
        out = np.full(len(some), -1)
        if some.any():
            least = np.minimum.reduceat(rows, self.first[:-1][some])
            out[some] = np.where(least < len(where), least, -1)
        return out


def extremes(curve: Curve) -> Numbers:
    """Largest and smallest measured response, the first of equal ones, and the last time."""
    found: Numbers = {}
    for name, sign in (("MAX", 1.0), ("MIN", -1.0)):
        value = np.where(curve.measured, sign * curve.response, -np.inf)
        some = curve.size > 0
        best = np.full(len(some), np.nan)
        if some.any():
            best[some] = np.maximum.reduceat(value, curve.first[:-1][some])
        at = curve.earliest(curve.measured & (value == best[curve.unit()]))
        found[f"R{name}"] = np.where(at >= 0, sign * best, np.nan)
        found[f"TR{name}"] = _taken(curve.time, at)
    found["TRLST"] = _taken(curve.time, np.where(curve.size > 0, curve.first[1:] - 1, -1))
    return found


def _taken(values: Floats, rows: Ints) -> Floats:
    return np.where(rows >= 0, np.append(values, np.nan)[rows], np.nan)


def about(curve: Curve, level: Floats, letter: str) -> Numbers:
    """Areas and times above and below a level; NaN where an interval has no level or fewer than two rows."""
    above, below, over, under = parts_about(curve, level)
    known = (curve.size > 1) & ~np.isnan(level)
    sums = [np.where(known, curve.total(v), np.nan) for v in (above, below, over, under)]
    whole = np.where(known, curve.total(_widths(curve)), np.nan)
    with np.errstate(divide="ignore", invalid="ignore"):
        shares = [100 * v / whole for v in sums[2:]]
    return {
        f"AUECA{letter}": sums[0],
        f"AUECB{letter}": sums[1],
        f"AUECN{letter}": sums[0] - sums[1],
        f"TA{letter}": sums[2],
        f"TB{letter}": sums[3],
        f"TAP{letter}": shares[0],
        f"TBP{letter}": shares[1],
    }


def _widths(curve: Curve) -> Floats:
    """From each row to the next of the same interval; 0 at the last."""
    width = np.zeros(len(curve.time))
    width[:-1] = np.diff(curve.time)
    ends = curve.first[1:][curve.size > 0] - 1
    width[ends] = 0.0
    return width


def _distances(curve: Curve, level: Floats) -> tuple[Floats, Floats]:
    """Of each row and of the one behind it: how far above its level."""
    high = curve.response - level[curve.unit()]
    return high, np.append(high[1:], high[-1:])


def parts_about(curve: Curve, level: Floats) -> tuple[Floats, Floats, Floats, Floats]:
    """Area above, area below, time above, time below, of each segment; 0 at the last row of an interval."""
    high, next_high = _distances(curve, level)
    width = _widths(curve)
    crosses = high * next_high < 0
    share = np.where(crosses, high / np.where(crosses, high - next_high, 1.0), 1.0)
    parts = []
    for a, b in ((high, next_high), (-high, -next_high)):
        first, second = np.maximum(a, 0.0), np.maximum(b, 0.0)
        length = np.where(crosses, np.where(a > 0, share, 1 - share), 1.0)
        length = np.where((a > 0) | (b > 0), length, 0.0) * width
        parts.append((length * (first + second) / 2, length))
    (above, over), (below, under) = parts
    return above, below, over, under


def crossings(curve: Curve, baseline: Floats, threshold: Floats) -> Numbers:
    """Onset: first to the far side of the threshold, seen from the baseline; offset: first back after it."""
    side = np.sign(threshold - baseline)
    high, next_high = _distances(curve, threshold)
    far, next_far = side[curve.unit()] * high, side[curve.unit()] * next_high
    width = _widths(curve)
    moves = far != next_far
    with np.errstate(invalid="ignore"):
        at = curve.time + width * np.where(moves, far / np.where(moves, far - next_far, 1.0), 0.0)
    known = (curve.size > 1) & (side != 0) & ~np.isnan(side)
    first = curve.first[:-1]
    begins_far = known & (np.append(far, np.nan)[np.where(known, first, -1)] > 0)
    onset_row = curve.earliest((width > 0) & (far <= 0) & (next_far > 0))
    onset = np.where(
        begins_far, _taken(curve.time, np.where(known, first, -1)), _taken(at, onset_row)
    )
    since = np.where(begins_far, first, onset_row)
    later = np.arange(len(curve.time)) >= np.where(since >= 0, since, len(curve.time))[curve.unit()]
    offset = _taken(at, curve.earliest((width > 0) & later & (far > 0) & (next_far <= 0)))
    onset, offset = (np.where(known, v, np.nan) for v in (onset, offset))
    return {"TONSET": onset, "TOFFSET": offset, "TOFFON": offset - onset}


def slope(curve: Curve, asked: EffectSlope) -> Numbers:
    """Slope, R² and points of the line through the measured responses between two times."""
    log = asked.scale == "log"
    inside = curve.measured & (curve.time >= asked.start) & (curve.time <= asked.end)
    unit = curve.unit()
    no_log = curve.total((inside & (curve.response <= 0)).astype(float)) > 0 if log else False
    y = curve.response
    if log:
        y = np.log(np.where(curve.response > 0, curve.response, 1.0))
    one = inside.astype(float)
    n = curve.total(one)
    safe = np.maximum(n, 1.0)
    x = np.where(inside, curve.time - (curve.total(one * curve.time) / safe)[unit], 0.0)
    y = np.where(inside, y - (curve.total(one * y) / safe)[unit], 0.0)
    sxx, sxy, syy = curve.total(x * x), curve.total(x * y), curve.total(y * y)
    usable = (n >= 2) & (sxx > 0) & ~np.asarray(no_log)
    with np.errstate(divide="ignore", invalid="ignore"):
        rate, r2 = sxy / sxx, np.minimum(sxy * sxy / (sxx * syy), 1.0)
    return {
        "": np.where(usable, rate, np.nan),
        "R2": np.where(usable & (syy > 0), r2, np.nan),
        "N": n,
        "_NOLOG": np.broadcast_to(np.asarray(no_log), n.shape).astype(float),
    }
