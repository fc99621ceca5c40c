"""The arithmetic on blocks: what is read off the samples, areas, terminal slope, windows.

Blocks are independent: what a block holds depends on its own samples only, never on who works on it.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from pkpipe.nca import reasons
from pkpipe.nca.arithmetic.observed import Columns, observed
from pkpipe.nca.arithmetic.state import State, state_of
from pkpipe.nca.arithmetic.terminal import Slope
from pkpipe.nca.arithmetic.thresholds import threshold_columns
from pkpipe.nca.arithmetic.window_columns import WAYS, window_columns
from pkpipe.nca.laid_out.intervals_laid_out import Work
from pkpipe.nca.laid_out.profile_blocks import observed_block, summed, unit_blocks
from pkpipe.nca.laid_out.sorted_arrays import Flags, Floats, Ints, Samples
from pkpipe.nca.laid_out.start_values import EXTRAPOLATED, MEASURED
from pkpipe.protocol.nca_options import Options

# What belongs to τ and reads samples up to its end: none drawn after the dose that follows τ.
OF_TAU: Final = (
    "CTROUGH",
    "EXTENDED",
    *(f"{name}{way}" for name in ("AUCW", "AUMCW", "WHY_WINDOW") for way in WAYS),
)


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
    later = np.flatnonzero(work.later_dose)
    if len(later):
        of_tau = evaluated(samples, work.up_to_the_next_dose(later), options)
        for name in OF_TAU:
            result[name][later] = of_tau[name]
    return result


def block_columns(samples: Samples, work: Work, units: Ints, options: Options) -> Columns:
    """All columns of one block."""
    seen = observed_block(samples, work, units)
    columns = observed(seen, work, options)
    state = state_of(seen, columns, work, options)
    columns |= _slope_columns(state.slope, columns)
    columns |= _areas(state, work)
    columns |= window_columns(state, columns, samples, work, options)
    if options.time_above is not None:
        columns |= threshold_columns(state, work, options.time_above)
    return columns


def _slope_columns(slope: Slope, columns: Columns) -> Columns:
    seen = columns["WHY_SEEN"]
    why = np.where((slope.why > 0) & (seen > 0), seen, reasons.OF_SLOPE[slope.why])
    of_tobit: Columns = {}
    if slope.sd is not None and slope.censored is not None:
        of_tobit = {"LAMZSD": slope.sd, "LAMZNBLQ": slope.censored}
    return of_tobit | {
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


def _areas(state: State, work: Work) -> Columns:
    pieces, why = state.pieces, state.why
    real = ~np.isnan(pieces.area)
    to_last = real & (np.arange(len(real))[:, None] < state.last)
    known = why == reasons.NONE
    # Nothing but zeros has no last quantifiable sample, yet all of it is an area of zero.
    zero = why == reasons.ALL_BLQ

    def total(values: Floats, where: Flags) -> Floats:
        return np.where(known, summed(np.where(where, values, 0.0)), np.nan)

    nothing = np.full(len(why), np.nan)
    source = work.start_source[state.packed.units]
    back, alone = source == EXTRAPOLATED, why == reasons.ONE_SAMPLE
    first = pieces.area[0] if len(pieces.area) else nothing
    return {
        "AUCLST": total(pieces.area, to_last),
        "AUMCLST": total(pieces.moment, to_last),
        "AUCALL": np.where(zero, 0.0, total(pieces.area, real)),
        "AUMCALL": np.where(zero, 0.0, total(pieces.moment, real)),
        "AUCBACK": np.where(known, np.where(back, first, 0.0), np.nan),
        # a concentration at the dose is known, even where it is the only one
        "C0": np.where(known | (alone & (source == MEASURED)), state.packed.conc[0], np.nan),
        "WHY_AREA": why.astype(float),
    }
