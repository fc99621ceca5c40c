"""Terminal slope with samples below the limit of quantification as left-censored: Tobit regression.

A quantified sample adds the normal density of its logarithm about the line, a BLQ the probability to lie
below the logarithm of its LLOQ; line and residual SD are those of the largest likelihood (Tobin, Econometrica
1958, 26:24; Beal's M3, J Pharmacokinet Pharmacodyn 2001, 28:481). In 1/SD and line/SD the likelihood has one
maximum (Olsen, Econometrica 1978, 46:1211). Choice of the window as PKNCA's: of
those that fall the smallest residual SD, then most points; windows start at any sample after the peak and
reach to the last one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from pkpipe.nca.arithmetic.terminal import (
    ROUNDING,
    Eligible,
    Slope,
    points_of_slope,
    reasons_of_slope,
)
from pkpipe.nca.arithmetic.tobit_likelihood import Censored, largest
from pkpipe.nca.laid_out.profile_blocks import Block, last_true, summed
from pkpipe.nca.laid_out.sorted_arrays import Flags, Floats, Ints
from pkpipe.protocol.nca_options import TerminalSlope

SAME_SD: Final = 1e-9  # relative


@dataclass(frozen=True)
class Lines:
    """Of the window that begins in each row: its points and its line; NaN where there is none."""

    count: Floats  # all points
    censored: Floats
    rate: Floats
    at_end: Floats  # log of the concentration at TLST over CLST
    sd: Floats  # of the residuals, by maximum likelihood


@dataclass(frozen=True)
class _Points:
    """Logs over CLST and times after TLST; shape (samples, profiles)."""

    x: Floats
    y: Floats  # of a BLQ the log of its limit
    quantified: Flags
    censored: Flags
    picked: Flags


def tobit_slope(
    seen: Block, who: Eligible, last: tuple[Floats, Floats], options: TerminalSlope
) -> Slope:
    """The terminal fit of every profile of a block; last: TLST and CLST."""
    points, lines, enough = _all_windows(seen, who, last, options)
    found = ~np.isnan(lines.rate)
    falls = found & (lines.rate > 0)
    compared = found if options.rising == "veto" else falls
    best = np.fmin.reduce(np.where(compared, lines.sd, np.nan), axis=0)
    near = falls & (lines.sd <= best * (1 + SAME_SD))
    row = near.argmax(axis=0)  # the earliest start has most points
    chosen: Flags = near.any(axis=0)
    flags: tuple[Flags, ...] = tuple(np.any(f, axis=0) for f in (enough, found, falls))
    final = last_true(points.quantified | points.censored)

    def at(values: Floats, of: Ints = row) -> Floats:
        return np.where(chosen, np.take_along_axis(values, of[None, :], axis=0)[0], np.nan)

    nothing = np.full(len(chosen), np.nan)
    return Slope(
        rate=at(lines.rate),
        r2=nothing,
        r2adj=nothing,
        correlation=nothing,
        first_time=at(seen.time),
        last_time=at(seen.time, final),
        points=at(lines.count),
        conc_at_last=last[1] * np.exp(at(lines.at_end)),
        why=reasons_of_slope((chosen, points.picked), *flags),
        sd=at(lines.sd),
        censored=at(lines.censored),
    )


def tried_lines(
    seen: Block, who: Eligible, last: tuple[Floats, Floats], options: TerminalSlope
) -> Lines:
    """The line of every window that begins in a row."""
    return _all_windows(seen, who, last, options)[1]


def _all_windows(
    seen: Block, who: Eligible, last: tuple[Floats, Floats], options: TerminalSlope
) -> tuple[_Points, Lines, Flags]:
    points = _points(seen, who, last, options)
    some = points.quantified | points.censored
    n, blq = _to_end(some), _to_end(points.censored)
    known = n - blq
    enough = some & (known >= options.min_points)
    if options.max_points is not None:
        enough &= known <= options.max_points
    total = some & (n == n[0]) & (known[0] >= 2)
    enough = np.where(points.picked, total, enough)
    lines = _fitted(points, enough, n, blq)
    return points, lines, enough


def _points(
    seen: Block, who: Eligible, last: tuple[Floats, Floats], options: TerminalSlope
) -> _Points:
    """Which samples are points, quantified or censored."""
    time, conc = seen.time, seen.conc
    limit = np.zeros(conc.shape) if seen.lloq is None else np.nan_to_num(seen.lloq)
    blq = (conc == 0) & (limit > 0)
    usable = (conc > 0) | blq
    usable[0] &= who.start_measured
    allowed, picked = points_of_slope(usable, time, seen.flag, who, options)
    end, height = (np.where(np.isnan(v), 1.0, v) for v in last)
    value = np.where(allowed, np.where(blq, limit, conc), 1.0)
    x = np.where(allowed, time - end, 0.0)
    y = np.where(allowed, np.log(value / height), 0.0)
    return _Points(x, y, allowed & ~blq, allowed & blq, picked)


def _to_end(flags: Flags) -> Floats:
    """How many are set from each row to the end."""
    return np.cumsum(flags[::-1], axis=0)[::-1].astype(float)


def _fitted(points: _Points, enough: Flags, n: Floats, blq: Floats) -> Lines:
    """The line of every window that is large enough."""
    row, profile = np.nonzero(enough)
    inside = np.arange(len(n))[:, None] >= row
    known = points.quantified[:, profile] & inside
    below = points.censored[:, profile] & inside
    start = _least_squares(points.x[:, profile], points.y[:, profile], known)
    slope, at_end, sd = (
        start.slope,
        start.at_end,
        np.sqrt(start.left / np.maximum(summed(known), 1.0)),
    )
    over = np.where(below, at_end + slope * points.x[:, profile] - points.y[:, profile], 0.0)
    beyond = summed(np.maximum(over, 0.0) ** 2)
    # With residuals of zero and every BLQ below the line no likelihood is larger than that of the line.
    search = np.flatnonzero(below.any(axis=0) & start.varies & ~((start.left == 0) & (beyond == 0)))
    if len(search):
        scale = np.sqrt((start.left + beyond) / np.maximum(summed(known), 1.0))[search]
        columns = Censored(
            points.x[:, profile[search]],
            points.y[:, profile[search]],
            known[:, search],
            below[:, search],
        )
        first = tuple(v[search] for v in (start.centre, start.width, slope, at_end))
        slope[search], at_end[search], sd[search] = largest(columns, first, scale)
    out = {name: np.full(n.shape, np.nan) for name in ("count", "censored", "rate", "at_end", "sd")}
    fine = start.varies
    for name, values in (("rate", -slope), ("at_end", at_end), ("sd", sd)):
        out[name][row[fine], profile[fine]] = values[fine]
    for name, values in (("count", n), ("censored", blq)):
        out[name][row, profile] = values[row, profile]
    return Lines(**out)


@dataclass(frozen=True)
class _Start:
    """Least squares through the quantified points."""

    centre: Floats  # of their times
    width: Floats  # root mean square of the times about it
    slope: Floats
    at_end: Floats
    left: Floats  # sum of squared residuals
    varies: Flags


def _least_squares(x: Floats, y: Floats, known: Flags) -> _Start:
    n = np.maximum(summed(known), 1.0)
    x_mean, y_mean = summed(np.where(known, x, 0.0)) / n, summed(np.where(known, y, 0.0)) / n
    dx, dy = np.where(known, x - x_mean, 0.0), np.where(known, y - y_mean, 0.0)
    sxx, syy, sxy = summed(dx * dx), summed(dy * dy), summed(dx * dy)
    varies = (sxx > 0) & (syy > ROUNDING * n * summed(np.where(known, y * y, 0.0)))
    slope = sxy / np.where(sxx > 0, sxx, 1.0)
    left = summed((dy - slope * dx) ** 2)
    left = np.where(left > ROUNDING * n * syy, left, 0.0)
    return _Start(x_mean, np.sqrt(sxx / n), slope, y_mean - slope * x_mean, left, varies)
