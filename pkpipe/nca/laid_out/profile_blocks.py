"""Dense, time-major blocks of profiles of similar length: row 0 is the start, NaN pads the end.

A row of a block is one contiguous vector over all its profiles, so each step of the arithmetic is one
vector operation over thousands of profiles.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from pkpipe.nca.laid_out.intervals_laid_out import Work
from pkpipe.nca.laid_out.sorted_arrays import SAME_TIME, Bytes, Flags, Floats, Ints, Samples
from pkpipe.nca.laid_out.start_values import DROPPED, EXTRAPOLATED, MINIMUM
from pkpipe.protocol.blq_options import SHARE_OF_LLOQ, BlqAroundPeak, BlqByPosition, first_and_then
from pkpipe.protocol.nca_options import Options

# A block row of 8192 doubles is 64 kB: wide enough that threads wait little for one another (of the widths
# 2048 to 16384 the fastest on two cores), and a few dozen rows stay in the last-level cache.
BLOCK_WIDTH: Final = 8192
BLOCK_CELLS: Final = 64 * BLOCK_WIDTH  # long profiles make narrower blocks


@dataclass(frozen=True)
class Block:
    """Samples of some units; shape (samples, profiles). Times are hours after each unit's origin."""

    units: Ints
    time: Floats
    conc: Floats  # a BLQ is 0; row 0 is the start value, NaN where there is none
    lloq: Floats | None
    flag: Floats | None  # 1 pick, -1 never, 0 by rule; NaN padding


def unit_blocks(work: Work) -> list[Ints]:
    """Units by number of rows, cut into blocks; the order within a length is kept."""
    sizes = work.high - work.low
    order = np.argsort(sizes, kind="stable")
    return list(_cut(order, sizes[order]))


def _cut(order: Ints, sizes: Ints) -> Iterator[Ints]:
    at = 0
    while at < len(order):
        width = min(BLOCK_WIDTH, len(order) - at)
        longest = int(sizes[at + width - 1]) + 1
        width = max(1, min(width, BLOCK_CELLS // longest))
        yield order[at : at + width]
        at += width


def observed_block(samples: Samples, work: Work, units: Ints) -> Block:
    """The samples of these units as they were seen: BLQ as 0, nothing replaced, nothing dropped."""
    low, high = work.low[units], work.high[units]
    most = int((high - low).max(initial=0))
    rows = low + np.arange(most)[:, None]
    inside = rows < high
    rows = np.where(inside, rows, 0)
    if len(samples.time) == 0:
        rows = np.zeros((0, len(units)), np.int64)
        inside = rows.astype(bool)
    time = _with_start(np.zeros(len(units)), samples.time[rows] - work.origin[units], inside)
    _snap(time, work.window_end[units])
    conc = _with_start(work.start_seen[units], samples.conc[rows], inside)
    lloq = None
    if samples.lloq is not None:
        from_row = work.start_row[units]
        of_start = _of_start(samples.lloq, from_row, np.nan)
        lloq = _with_start(of_start, samples.lloq[rows], inside)
    flag = None
    if samples.slope_flag is not None:
        from_row = work.start_row[units]
        of_start = _of_start(samples.slope_flag, from_row, 0.0)
        flag = _with_start(of_start, samples.slope_flag[rows].astype(float), inside)
    source = work.start_source[units]
    lowest = source == MINIMUM
    if lowest.any():
        # the minimum of the dosing interval, not of what was drawn behind it
        behind = time[:, lowest] > work.tau[units][lowest] + SAME_TIME
        conc[0, lowest] = np.fmin.reduce(np.where(behind, np.nan, conc[:, lowest]), axis=0)
    return Block(units, time, conc, lloq, flag)


def _of_start(values: Floats | Bytes, rows: Ints, otherwise: float) -> Floats:
    """What the sample at the start carries; `otherwise` where the start value comes from no sample."""
    if len(values) == 0:
        return np.full(len(rows), otherwise)
    return np.where(rows >= 0, values[np.maximum(rows, 0)], otherwise)


def last_true(flags: Flags) -> Ints:
    """Row of the last set flag of each profile; the last row where none is set."""
    row: Ints = len(flags) - 1 - flags[::-1].argmax(axis=0)
    return row


def summed(values: Floats | Flags) -> Floats:
    """Sum over the rows, one after the other: the bits do not depend on how many profiles a block holds.

    (`sum(axis=0)` adds pairwise when the block is one profile wide.)
    """
    total = np.zeros(values.shape[1])
    for row in values:
        total += row
    return total


def _with_start(start: Floats, rest: Floats, inside: Flags) -> Floats:
    out = np.empty((len(rest) + 1, len(start)))
    out[0] = start
    out[1:] = np.where(inside, rest, np.nan)
    return out


def _snap(time: Floats, end: Floats) -> None:
    """A sample at the end of the interval but for the last bits is at its end."""
    near = np.abs(time - end) <= SAME_TIME
    if near.any():
        np.copyto(time, np.broadcast_to(end, time.shape), where=near)


def integrated_block(seen: Block, work: Work, options: Options, peak_time: Floats) -> Block:
    """The samples the areas and the terminal slope stand on: BLQ replaced or dropped by rule, gaps closed.

    Dropping changes who is whose neighbour, so columns with a gap are packed before segments are formed.
    """
    conc = seen.conc.copy()
    source = work.start_source[seen.units]
    conc[0] = np.where(source == EXTRAPOLATED, work.start_value[seen.units], conc[0])
    conc[0, source == DROPPED] = np.nan
    blq = conc == 0
    if blq.any():
        # The start of an undosed body is zero by knowledge: no rule for BLQ samples replaces it.
        blq[0] &= work.start_row[seen.units] >= 0
        _apply_blq(conc, blq, seen, options, peak_time)
    return _packed(replace(seen, conc=conc))


def _apply_blq(conc: Floats, blq: Flags, seen: Block, options: Options, peak_time: Floats) -> None:
    rows = np.arange(len(conc))[:, None]
    rule = options.blq_rule
    if isinstance(rule, BlqAroundPeak):
        early = seen.time < peak_time
        _put(conc, blq & early, rule.before_tmax, seen)
        _put(conc, blq & ~early, rule.after_tmax, seen)
        return
    positive = conc > 0
    some = positive.any(axis=0)
    # All BLQ counts as before the first quantifiable sample.
    first = np.where(some, positive.argmax(axis=0), len(conc))
    last = np.where(some, last_true(positive), len(conc))
    before = blq & (rows < first)
    after = blq & (rows > last)
    _put_first(conc, before, rule, seen)
    _put(conc, blq & ~before & ~after, rule.middle, seen)
    _put_last(conc, after, last, rule, seen)


def _put_first(conc: Floats, where: Flags, rule: BlqByPosition, seen: Block) -> None:
    if rule.first in {"drop", "drop_after_start"}:
        where = where.copy()
        where[0] = False  # a value at the start that was to be dropped is gone already
        _put(conc, where, "drop", seen)
    else:
        _put(conc, where, rule.first, seen)


def _put_last(conc: Floats, where: Flags, last: Ints, rule: BlqByPosition, seen: Block) -> None:
    first, then = first_and_then(rule.last)
    if first == then:
        _put(conc, where, first, seen)
    else:
        next_one = np.arange(len(conc))[:, None] == last + 1
        _put(conc, where & next_one, first, seen)
        _put(conc, where & ~next_one, then, seen)


def _put(conc: Floats, where: Flags, rule: str | float, seen: Block) -> None:
    """Carry out one rule on the marked cells, which are 0: kept they stay so."""
    if not isinstance(rule, str):
        conc[where] = float(rule)
    elif rule == "drop":
        conc[where] = np.nan
    elif SHARE_OF_LLOQ.get(rule, 0.0) > 0:
        assert seen.lloq is not None
        conc[where] = seen.lloq[where] * SHARE_OF_LLOQ[rule]


def _packed(block: Block) -> Block:
    keep = ~np.isnan(block.conc)
    height = len(keep)
    count = keep.sum(axis=0)
    gaps = np.flatnonzero((count > 0) & (last_true(keep) + 1 != count))
    if len(gaps) == 0:
        return block
    order = np.argsort(~keep[:, gaps], axis=0, kind="stable")
    beyond = np.arange(height)[:, None] >= count[gaps]

    def packed(values: Floats) -> Floats:
        out = values.copy()
        column = np.take_along_axis(values[:, gaps], order, axis=0)
        column[beyond] = np.nan
        out[:, gaps] = column
        return out

    return replace(
        block,
        time=packed(block.time),
        conc=packed(block.conc),
        flag=None if block.flag is None else packed(block.flag),
        lloq=None,
    )
