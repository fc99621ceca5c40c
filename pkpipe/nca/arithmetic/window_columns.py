"""Areas to the end of τ, or of a partial area, each way its end may be reached with its cause."""

from __future__ import annotations

import numpy as np

from pkpipe.nca import reasons
from pkpipe.nca.arithmetic.observed import Columns, at
from pkpipe.nca.arithmetic.state import State
from pkpipe.nca.arithmetic.windows import Closing, Tail, Window, window_areas
from pkpipe.nca.laid_out.intervals_laid_out import Work
from pkpipe.nca.laid_out.sorted_arrays import SAME_TIME, Bytes, Flags, Floats, Samples
from pkpipe.protocol.nca_options import Options

# Way of reaching the end: behind TLST observed, predicted, nothing, or the line to the first BLQ.
WAYS = ("", "P", "L", "A")


def window_columns(
    state: State, columns: Columns, samples: Samples, work: Work, options: Options
) -> Columns:
    """Areas to the end of τ, or of a partial area."""
    units = state.packed.units
    low, high = work.window_start[units], work.window_end[units]
    if len(units) and np.isnan(high).all():
        return _no_windows(state.why, work.cut[units])
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
    base = (
        (work.cut[units], reasons.CUT_SHORT),
        (why != reasons.NONE, why),
        (np.isnan(high), reasons.NO_TAU),
    )
    out: Columns = {"EXTENDED": np.where(known, areas.extends, np.nan)}
    pairs = (areas.observed, areas.predicted, areas.last, areas.all)
    for way, (area, moment) in zip(WAYS, pairs, strict=True):
        reached = known & ~short if way in {"", "P"} else known
        out[f"AUCW{way}"] = np.where(reached, area, np.nan)
        out[f"AUMCW{way}"] = np.where(reached, moment, np.nan)
        beyond = ((short, reasons.COVERAGE),) if way in {"", "P"} else ()
        slope = ((np.isnan(area), columns["WHY_SLOPE"]),)
        out[f"WHY_WINDOW{way}"] = _first((*base, *beyond, *slope))
    return out


def _first(causes: tuple[tuple[Flags, int | Bytes | Floats], ...]) -> Floats:
    """The first cause that holds, in reading order."""
    return np.select([c for c, _ in causes], [v for _, v in causes], 0).astype(float)


def _tail(state: State, columns: Columns, behind: Closing) -> Tail:
    """The last quantifiable sample and the first BLQ behind it, be it behind the end of the interval."""
    height = len(state.packed.conc)
    row = np.minimum(state.last + 1, height - 1)
    inside = (state.last >= 0) & (state.last + 1 < height) & ~np.isnan(at(state.packed.conc, row))
    closing_blq = ~inside & (behind.conc == 0)
    nothing = np.where(closing_blq, behind.time, np.nan)
    return Tail(
        time=columns["TLST"],
        conc=columns["CLST"],
        predicted=state.slope.conc_at_last,
        rate=state.slope.rate,
        blq_time=np.where(inside, at(state.packed.time, row), nothing),
        blq_conc=np.where(inside, at(state.packed.conc, row), 0.0),
    )


def _no_windows(why: Bytes, cut: Flags) -> Columns:
    """A block in which nobody has a dosing interval or a partial area."""
    nothing = np.full(len(why), np.nan)
    cause = np.where(why == reasons.NONE, reasons.NO_TAU, why).astype(float)
    cause = np.where(cut, float(reasons.CUT_SHORT), cause)
    names = [f"{area}{way}" for area in ("AUCW", "AUMCW") for way in WAYS]
    return dict.fromkeys([*names, "EXTENDED"], nothing) | {f"WHY_WINDOW{w}": cause for w in WAYS}
