"""What is read off the samples as they are, a BLQ as zero.

What describes the dosing interval is read from the samples of τ only, also where samples go on behind it
(methods 5.4; Phoenix: "between dosing time and dosing time plus Tau"). The peak of a single dose is that of
the whole curve (Phoenix, Tmax: the entire curve, at steady state a dosing interval).
"""

from __future__ import annotations

import numpy as np

from pkpipe.nca import reasons
from pkpipe.nca.laid_out.intervals_laid_out import Work
from pkpipe.nca.laid_out.profile_blocks import Block, last_true
from pkpipe.nca.laid_out.sorted_arrays import INFUSION, SAME_TIME, Flags, Floats, Ints
from pkpipe.protocol.nca_options import Options

Columns = dict[str, Floats]


def at(values: Floats, row: Ints) -> Floats:
    """The value of each profile in its row."""
    taken: Floats = np.take_along_axis(values, row[None, :], axis=0)[0]
    return taken


def observed(seen: Block, work: Work, options: Options) -> Columns:
    """Peaks, lowest, first and last concentrations, trough and end of infusion of a block."""
    conc, time, units = seen.conc, seen.time, seen.units
    in_tau = ~(time > work.tau[units] + SAME_TIME)  # without τ all of them
    highest, peak_time, _ = _peak(conc, time, options)
    most, most_time, positive_in_tau = _peak(np.where(in_tau, conc, np.nan), time, options)
    steady = work.steady[units]
    in_tau_conc = np.where(in_tau, conc, np.nan)
    cmin = np.fmin.reduce(in_tau_conc, axis=0)
    positive = conc > 0
    some: Flags = np.any(positive, axis=0)
    first, last = positive.argmax(axis=0), last_true(positive)
    rising = conc[1:] > conc[:-1]
    rises = rising.any(axis=0)
    lag = rising.argmax(axis=0) if len(rising) else np.zeros(len(units), np.int64)
    drawn = _why_drawn(work, units, np.where(steady, most, highest))
    found = np.where(steady, positive_in_tau, some)
    return {
        "PEAK": peak_time,  # of the whole curve
        "CMAX": np.where(steady, most, highest),
        "TMAX": np.where(steady, most_time, peak_time),
        "CMAXTAU": most,
        "CMIN": cmin,
        "TMIN": np.where(np.isnan(cmin), np.nan, at(time, (in_tau_conc == cmin).argmax(axis=0))),
        "TFIRST": np.where(some, at(time, first), np.nan),
        "CLST": np.where(some, at(conc, last), np.nan),
        "TLST": np.where(some, at(time, last), np.nan),
        "TLAG": np.where(rises, at(time, lag), np.nan),
        "NCONC": (~np.isnan(conc)).sum(axis=0).astype(float),
        "NCONCM": positive.sum(axis=0).astype(float),
        "CTROUGH": _trough(seen, work.tau[units], options.trough_window),
        "CEOI": _end_of_infusion(seen, work, options.eoi_window or 0.0),
        "WHY_DRAWN": drawn,
        "WHY_EOI": np.where(
            (_why_drawn(work, units) == reasons.NONE) & np.isnan(work.input_end[units]),
            reasons.NO_DURATION,
            _why_drawn(work, units),
        ),
        "WHY_LOW": _why_drawn(work, units, cmin),
        "WHY_PEAK": np.where((drawn == reasons.NONE) & ~found, reasons.ALL_BLQ, drawn),
        "WHY_SEEN": np.where(
            (_why_drawn(work, units) == reasons.NONE) & ~some,
            reasons.ALL_BLQ,
            _why_drawn(work, units),
        ),
    }


def _peak(conc: Floats, time: Floats, options: Options) -> tuple[Floats, Floats, Flags]:
    """The largest concentration, its time, and whether any is quantifiable."""
    highest = np.fmax.reduce(conc, axis=0)
    is_peak = conc == highest
    row = is_peak.argmax(axis=0) if options.tmax == "first" else last_true(is_peak)
    some: Flags = highest > 0
    return highest, np.where(some, at(time, row), np.nan), some


def _why_drawn(work: Work, units: Ints, value: Floats | None = None) -> Floats:
    """Why no concentration was drawn; value: NaN where none was in the part that is asked for."""
    rows = work.high[units] - work.low[units] + (work.start_row[units] >= 0)
    causes = (
        (np.isnan(work.origin[units]), reasons.NO_DOSE),
        (work.negative[units], reasons.NEGATIVE),
        ((rows == 0) | (np.isnan(value) if value is not None else False), reasons.NO_SAMPLE),
    )
    return np.select([c for c, _ in causes], [v for _, v in causes], reasons.NONE).astype(float)


def _trough(seen: Block, tau: Floats, window: float) -> Floats:
    """The last sample at most so long before the end of τ and not after it."""
    fits = (seen.time <= tau + SAME_TIME) & (seen.time >= tau - window - SAME_TIME)
    fits[0] = False
    row = last_true(fits)
    return np.where(fits.any(axis=0), at(seen.conc, row), np.nan)


def _end_of_infusion(seen: Block, work: Work, window: float) -> Floats:
    """The sample nearest to the end of the first infusion, all its parts included."""
    away = np.abs(seen.time - work.input_end[seen.units])
    away[0] = np.inf
    away = np.where(np.isnan(away), np.inf, away)
    row = away.argmin(axis=0)
    close = (at(away, row) <= window + SAME_TIME) & (work.route[seen.units] == INFUSION)
    return np.where(close, at(seen.conc, row), np.nan)
