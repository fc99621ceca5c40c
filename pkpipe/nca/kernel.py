"""The arithmetic on blocks: what is read off the samples, areas, terminal slope, windows.

Blocks are independent: what a block holds depends on its own samples only, never on who works on it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pkpipe.nca import reasons
from pkpipe.nca.area import Segments, segments
from pkpipe.nca.blocks import (
    Block,
    integrated_block,
    last_true,
    observed_block,
    summed,
    unit_blocks,
)
from pkpipe.nca.options import Options
from pkpipe.nca.ragged import INFUSION, SAME_TIME, Bytes, Flags, Floats, Ints, Samples
from pkpipe.nca.terminal import Eligible, Slope, terminal_slope
from pkpipe.nca.windows import Closing, Tail, Window, time_above, window_areas
from pkpipe.nca.work import DROPPED, EXTRAPOLATED, MEASURED, Work

Columns = dict[str, Floats]


def evaluated(samples: Samples, work: Work, options: Options) -> Columns:
    """Every number that needs the samples, one place a unit; NaN where there is none.

    The `WHY_*` columns hold the cause (`reasons`), 0 where there is a value.
    """
    result: Columns = {
        name: np.empty(len(work.low))  # every unit lies in one block
        for name in block_columns(samples, work, np.zeros(0, np.int64), options)
    }
    for units in unit_blocks(work):
        side_by_side = bool(np.all(np.diff(units) == 1))
        place = slice(units[0], units[-1] + 1) if side_by_side else units
        # Numbers of absurd size run over to infinity, which is no result; other warnings are defects.
        with np.errstate(over="ignore", under="ignore"):
            columns = block_columns(samples, work, units, options)
        for name, values in columns.items():
            result[name][place] = values
    return result


def block_columns(samples: Samples, work: Work, units: Ints, options: Options) -> Columns:
    """All columns of one block."""
    seen = observed_block(samples, work, units)
    columns = _observed(seen, work, options)
    state = _state(seen, columns, work, options)
    columns |= _slope_columns(state.slope, columns)
    columns |= _areas(state, work)
    columns |= _windows(state, columns, samples, work, options)
    if options.time_above is not None:
        above = time_above(state.pieces, options.time_above)
        columns["TAT"] = np.where(state.why == reasons.NONE, above, np.nan)
    return columns


@dataclass(frozen=True)
class _State:
    """A block after BLQ handling, with its segments and slopes."""

    packed: Block
    last: Ints  # row of the last quantifiable sample, -1 if none
    pieces: Segments
    slope: Slope
    why: Bytes  # no area


def _state(seen: Block, columns: Columns, work: Work, options: Options) -> _State:
    packed = integrated_block(seen, work, options, columns["TMAX"])
    units = seen.units
    last = _last_row(packed, columns["TLST"])
    peak = np.where(np.isnan(columns["TMAX"]), np.inf, columns["TMAX"])
    pieces = segments(packed.time, packed.conc, options.auc_method, _area_peak(packed, peak), last)
    who = Eligible(
        peak_time=peak,
        dose_end=work.dose_end[units],
        route=work.route[units],
        last=last,
        start_measured=work.start_source[units] == MEASURED,
    )
    slope = terminal_slope(packed.time, packed.conc, packed.flag, who, options.lambda_z)
    return _State(packed, last, pieces, slope, _why_area(packed, work, columns))


def _at(values: Floats, row: Ints) -> Floats:
    taken: Floats = np.take_along_axis(values, row[None, :], axis=0)[0]
    return taken


def _observed(seen: Block, work: Work, options: Options) -> Columns:
    """What is read off the samples as they are, BLQ as zero."""
    conc, time, units = seen.conc, seen.time, seen.units
    measured = ~np.isnan(conc)
    positive = conc > 0
    some: Flags = np.any(positive, axis=0)
    cmax = np.fmax.reduce(conc, axis=0)
    cmin = np.fmin.reduce(conc, axis=0)
    is_peak = conc == cmax
    peak = is_peak.argmax(axis=0) if options.tmax == "first" else last_true(is_peak)
    first = positive.argmax(axis=0)
    last = last_true(positive)
    rising = conc[1:] > conc[:-1]
    rises = rising.any(axis=0)
    lag = rising.argmax(axis=0) if len(rising) else np.zeros(len(units), np.int64)
    return {
        "CMAX": cmax,
        "TMAX": np.where(some, _at(time, peak), np.nan),
        "CMIN": cmin,
        "TMIN": np.where(measured.any(axis=0), _at(time, (conc == cmin).argmax(axis=0)), np.nan),
        "TFIRST": np.where(some, _at(time, first), np.nan),
        "CLST": np.where(some, _at(conc, last), np.nan),
        "TLST": np.where(some, _at(time, last), np.nan),
        "TLAG": np.where(rises, _at(time, lag), np.nan),
        "NCONC": measured.sum(axis=0).astype(float),
        "NCONCM": positive.sum(axis=0).astype(float),
        "CTROUGH": _trough(seen, work.tau[units], options.trough_window),
        "CEOI": _end_of_infusion(seen, work, options.eoi_window),
        "WHY_SEEN": _why_seen(work, units, some),
    }


def _why_seen(work: Work, units: Ints, some: Flags) -> Floats:
    causes = (
        (np.isnan(work.origin[units]), reasons.NO_DOSE),
        (work.negative[units], reasons.NEGATIVE),
        (work.high[units] - work.low[units] + (work.start_row[units] >= 0) == 0, reasons.NO_SAMPLE),
        (~some, reasons.ALL_BLQ),
    )
    return np.select([c for c, _ in causes], [v for _, v in causes], reasons.NONE).astype(float)


def _trough(seen: Block, tau: Floats, window: float) -> Floats:
    """The last sample at most so long before the end of τ and not after it."""
    fits = (seen.time <= tau + SAME_TIME) & (seen.time >= tau - window - SAME_TIME)
    fits[0] = False
    row = last_true(fits)
    return np.where(fits.any(axis=0), _at(seen.conc, row), np.nan)


def _end_of_infusion(seen: Block, work: Work, window: float) -> Floats:
    duration = work.duration[seen.units]
    away = np.abs(seen.time - duration)
    away[0] = np.inf
    away = np.where(np.isnan(away), np.inf, away)
    row = away.argmin(axis=0)
    close = (_at(away, row) <= window + SAME_TIME) & (work.route[seen.units] == INFUSION)
    return np.where(close, _at(seen.conc, row), np.nan)


def _last_row(packed: Block, tlst: Floats) -> Ints:
    """Row of the last quantifiable sample after packing; -1 if there is none."""
    at_or_before = (packed.time <= tlst) & ~np.isnan(packed.conc)
    row = last_true(at_or_before)
    return np.where(at_or_before.any(axis=0), row, -1)


def _area_peak(packed: Block, peak: Floats) -> Floats:
    """The peak of the curve that is integrated: the back-extrapolated C0 of a bolus may be it."""
    start, highest = packed.conc[0], np.fmax.reduce(packed.conc[1:], axis=0, initial=-np.inf)
    return np.where((packed.time[0] == 0) & (start >= highest), 0.0, peak)


def _why_area(packed: Block, work: Work, columns: Columns) -> Bytes:
    source = work.start_source[packed.units]
    valid = ~np.isnan(packed.conc)
    causes = (
        (columns["WHY_SEEN"] > 0, columns["WHY_SEEN"]),
        (source == DROPPED, reasons.START_DROPPED),
        (~valid[0] | ~(packed.time[0] == 0), reasons.NO_START),
        (valid.sum(axis=0) < 2, reasons.ONE_SAMPLE),
    )
    found: Bytes = np.select([c for c, _ in causes], [v for _, v in causes], reasons.NONE).astype(
        np.int8
    )
    return found


def _slope_columns(slope: Slope, columns: Columns) -> Columns:
    seen = columns["WHY_SEEN"]
    why = np.where((slope.why > 0) & (seen > 0), seen, reasons.OF_SLOPE[slope.why])
    return {
        "LAMZ": slope.rate,
        "R2": slope.r2,
        "R2ADJ": slope.r2adj,
        "CORRXY": slope.correlation,
        "LAMZLL": slope.first_time,
        "LAMZUL": slope.last_time,
        "LAMZNPT": slope.points,
        "CLSTP": slope.conc_at_last,
        "WHY_SLOPE": why,
    }


def _areas(state: _State, work: Work) -> Columns:
    pieces, why = state.pieces, state.why
    real = ~np.isnan(pieces.area)
    to_last = real & (np.arange(len(real))[:, None] < state.last)
    known = why == reasons.NONE
    # Nothing but zeros has no last quantifiable sample, yet all of it is an area of zero.
    zero = why == reasons.ALL_BLQ

    def total(values: Floats, where: Flags) -> Floats:
        return np.where(known, summed(np.where(where, values, 0.0)), np.nan)

    nothing = np.full(len(why), np.nan)
    back = work.start_source[state.packed.units] == EXTRAPOLATED
    first = pieces.area[0] if len(pieces.area) else nothing
    return {
        "AUCLST": total(pieces.area, to_last),
        "AUMCLST": total(pieces.moment, to_last),
        "AUCALL": np.where(zero, 0.0, total(pieces.area, real)),
        "AUMCALL": np.where(zero, 0.0, total(pieces.moment, real)),
        "AUCBACK": np.where(known, np.where(back, first, 0.0), np.nan),
        "C0": np.where(known, pieces.start[0] if len(pieces.start) else nothing, np.nan),
        "WHY_AREA": why.astype(float),
    }


def _windows(
    state: _State, columns: Columns, samples: Samples, work: Work, options: Options
) -> Columns:
    """Areas to the end of τ, or of a partial area."""
    units = state.packed.units
    low, high = work.window_start[units], work.window_end[units]
    if len(units) and np.isnan(high).all():
        return _no_windows(state.why)
    row = work.closing[units]
    there = row >= 0
    taken = np.where(there, row, 0)
    behind = Closing(np.full(len(units), np.nan), np.full(len(units), np.nan))
    if there.any():
        behind = Closing(
            time=np.where(there, samples.time[taken] - work.origin[units], np.nan),
            conc=np.where(there, samples.conc[taken], np.nan),
        )
    tail = _tail(state, columns, behind)
    is_tau = ~np.isnan(work.tau[units])
    window = Window(low, high, is_tau)
    areas = window_areas(state.pieces, state.last, window, tail, behind, options.auc_method)
    # A window that begins at or after the first sample needs no value at the dose.
    startless = np.isin(state.why, (reasons.NO_START, reasons.START_DROPPED))
    inside = startless & (state.packed.time[0] <= low) & (state.last > 0)
    why = np.where(inside, reasons.NONE, state.why)
    known = (why == reasons.NONE) & ~np.isnan(high)
    reach = np.fmax.reduce(state.packed.time, axis=0)
    short = (
        is_tau & (areas.extends > 0) & (reach < options.tau_edge.min_coverage * high - SAME_TIME)
    )
    out: Columns = {}
    for suffix, pair in zip("PLA", (areas.predicted, areas.last, areas.all), strict=True):
        out[f"AUCW{suffix}"] = np.where(known, pair[0], np.nan)
        out[f"AUMCW{suffix}"] = np.where(known, pair[1], np.nan)
    out["AUCW"] = np.where(known & ~short, areas.observed[0], np.nan)
    out["AUMCW"] = np.where(known & ~short, areas.observed[1], np.nan)
    out["EXTENDED"] = np.where(known, areas.extends, np.nan)
    out["AUCWP"][short] = np.nan
    out["AUMCWP"][short] = np.nan
    causes = (
        (why != reasons.NONE, why),
        (np.isnan(high), reasons.NO_TAU),
        (short, reasons.COVERAGE),
        (np.isnan(areas.observed[0]), columns["WHY_SLOPE"]),
    )
    out["WHY_WINDOW"] = np.select([c for c, _ in causes], [v for _, v in causes], 0).astype(float)
    return out


def _tail(state: _State, columns: Columns, behind: Closing) -> Tail:
    """The last quantifiable sample and the first BLQ behind it, be it behind the end of the interval."""
    height = len(state.packed.conc)
    row = np.minimum(state.last + 1, height - 1)
    inside = (state.last >= 0) & (state.last + 1 < height) & ~np.isnan(_at(state.packed.conc, row))
    closing_blq = ~inside & (behind.conc == 0)
    nothing = np.where(closing_blq, behind.time, np.nan)
    return Tail(
        time=columns["TLST"],
        conc=columns["CLST"],
        predicted=state.slope.conc_at_last,
        rate=state.slope.rate,
        blq_time=np.where(inside, _at(state.packed.time, row), nothing),
        blq_conc=np.where(inside, _at(state.packed.conc, row), 0.0),
    )


def _no_windows(why: Bytes) -> Columns:
    """A block in which nobody has a dosing interval or a partial area."""
    nothing = np.full(len(why), np.nan)
    names = ("AUCWP", "AUCWL", "AUCWA", "AUCW", "AUMCWP", "AUMCWL", "AUMCWA", "AUMCW", "EXTENDED")
    cause = np.where(why == reasons.NONE, reasons.NO_TAU, why).astype(float)
    return dict.fromkeys(names, nothing) | {"WHY_WINDOW": cause}
