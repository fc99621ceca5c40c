"""A block after BLQ handling: its segments, its terminal slope, and why it has no area."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pkpipe.nca import reasons
from pkpipe.nca.arithmetic.area import Segments, segments
from pkpipe.nca.arithmetic.observed import Columns
from pkpipe.nca.arithmetic.terminal import Eligible, Slope, terminal_slope
from pkpipe.nca.arithmetic.tobit import tobit_slope
from pkpipe.nca.laid_out.intervals_laid_out import Work
from pkpipe.nca.laid_out.profile_blocks import Block, integrated_block, last_true
from pkpipe.nca.laid_out.sorted_arrays import Bytes, Floats, Ints
from pkpipe.nca.laid_out.start_values import DROPPED, MEASURED
from pkpipe.protocol.nca_options import Options


@dataclass(frozen=True)
class State:
    """A block after BLQ handling, with its segments and slopes."""

    packed: Block
    last: Ints  # row of the last quantifiable sample, -1 if none
    pieces: Segments
    slope: Slope
    why: Bytes  # no area
    who: Eligible  # what decides on the points of the slope


def state_of(seen: Block, columns: Columns, work: Work, options: Options) -> State:
    """The samples that areas and slope stand on, and what follows from them."""
    packed = integrated_block(seen, work, options, columns["PEAK"])
    units = seen.units
    last = _last_row(packed, columns["TLST"])
    peak = np.where(np.isnan(columns["PEAK"]), np.inf, columns["PEAK"])
    pieces = segments(packed.time, packed.conc, options.auc_method, _area_peak(packed, peak), last)
    who = Eligible(
        peak_time=peak,
        slope_after=work.slope_after[units],
        route=work.route[units],
        last=last,
        start_measured=work.start_source[units] == MEASURED,
    )
    if options.lambda_z.method == "tobit":
        slope = tobit_slope(seen, who, (columns["TLST"], columns["CLST"]), options.lambda_z)
    else:
        slope = terminal_slope(packed.time, packed.conc, packed.flag, who, options.lambda_z)
    return State(packed, last, pieces, slope, _why_area(packed, work, columns), who)


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
