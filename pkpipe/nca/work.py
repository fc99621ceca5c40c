"""Which rows and doses each requested interval stands on: one unit of work an interval."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Final

import numpy as np

from pkpipe.nca.options import Options
from pkpipe.nca.ragged import (
    BOLUS,
    EXTRAVASCULAR,
    NO_ROUTE,
    SAME_TIME,
    Bytes,
    Doses,
    Flags,
    Floats,
    Ints,
    Samples,
    rows_before,
)

KINDS: Final = ("SD", "MD", "PART")
SD, MD, PART = 0, 1, 2
# Where the value at the start of an interval comes from.
MEASURED, PREDOSE, ZERO, EXTRAPOLATED, MINIMUM, ABSENT, DROPPED = range(7)
# A predose sample may be this share of the interval old when no window is stated (PKNCA's default).
PREDOSE_SHARE: Final = 0.05


@dataclass(frozen=True)
class Intervals:
    """What is asked: group, window and kind of each interval; `start` NaN: the group has no dose."""

    group: Ints
    start: Floats
    end: Floats  # inf: to infinity
    kind: Bytes


@dataclass(frozen=True)
class Work:
    """One unit an interval. Times but `origin` are hours after `origin`."""

    origin: Floats  # time zero of the unit: the start, for a partial area the dose before it
    low: Ints  # rows after the origin ...
    high: Ints  # ... up to the end or the next dose
    closing: Ints  # first row after the end and before the next dose; -1 if none
    window_start: Floats
    window_end: Floats  # end of τ or of the partial area; NaN if there is none
    tau: Floats
    dose: Floats  # sum within the interval; NaN without a dose
    duration: Floats
    route: Bytes
    dose_end: Floats  # end of the last dose in the unit, NaN without a dose
    start_value: Floats  # enters the areas
    start_seen: Floats  # enters CMAX, CMIN: not a back-extrapolated value
    start_source: Bytes
    start_row: Ints  # the sample the start value comes from, -1 if from none
    negative: Flags  # a concentration of the unit is below zero: it is not evaluated

    def part(self, first: int, last: int) -> Work:
        """Units from first up to but not including last."""
        return Work(**{f.name: getattr(self, f.name)[first:last] for f in fields(self)})


def stacked(parts: Sequence[Work]) -> Work:
    """The units of several one behind the other."""
    return Work(
        **{f.name: np.concatenate([getattr(p, f.name) for p in parts]) for f in fields(Work)}
    )


def default_intervals(samples: Samples, doses: Doses) -> Intervals:
    """One interval a dose, ending at the next; the first one of a group is a single dose, later ones are not.

    A group without any dose keeps one interval without a start, so that it is reported.
    """
    n = len(doses.time)
    sizes = doses.rows.last - doses.rows.first
    # Walk the groups in order; rows of a group lie together.
    group = np.repeat(np.arange(len(sizes)), sizes)
    row = np.repeat(doses.rows.first - np.append(0, np.cumsum(sizes)[:-1]), sizes) + np.arange(n)
    is_first = row == doses.rows.first[group]
    is_last = row == doses.rows.last[group] - 1
    following = doses.time[np.minimum(row + 1, max(n - 1, 0))] if n else np.zeros(0)
    bare = np.flatnonzero((sizes == 0) & (samples.rows.last > samples.rows.first))
    start = np.append(doses.time[row], np.full(len(bare), np.nan))
    end = np.append(np.where(is_last, np.inf, following), np.full(len(bare), np.inf))
    kind = np.append(np.where(is_first, SD, MD), np.full(len(bare), SD)).astype(np.int8)
    group = np.append(group, bare)
    order = np.lexsort((start, group))
    return Intervals(group[order].astype(np.int64), start[order], end[order], kind[order])


def planned_work(samples: Samples, doses: Doses, asked: Intervals, options: Options) -> Work:
    """The rows, the doses and the value at the start of every interval."""
    given = _doses_of(doses, asked)
    until = np.where(
        np.isfinite(asked.end) & (asked.kind != PART),
        asked.end,
        _time_at(doses, asked, given.after),
    )
    first, last = samples.rows.first[asked.group], samples.rows.last[asked.group]
    at = rows_before(samples.time, first, last, given.origin - SAME_TIME, including=False)
    seen = (at < last) & (_take(samples.time, at) <= given.origin + SAME_TIME)
    # A group without a dose has no start: no row is its own.
    at = np.where(np.isnan(given.origin), first, at)
    until = np.where(np.isnan(given.origin), -np.inf, until)
    low = at + seen
    high = np.maximum(rows_before(samples.time, low, last, until + SAME_TIME, including=True), low)
    tau = _tau(asked, given)
    value, seen_value, source = _start_values(
        samples, options, given, _Rows(first, at, seen, low, high, tau)
    )
    is_part = asked.kind == PART
    start_row = np.where(source == MEASURED, at, np.where(source == PREDOSE, at - 1, -1))
    negative = _negative(samples, np.where(start_row >= 0, start_row, low), high)
    value, seen_value = np.where(negative, np.nan, value), np.where(negative, np.nan, seen_value)
    return Work(
        origin=given.origin,
        low=low,
        high=np.where(negative, low, high),
        closing=_closing_rows(samples, doses, asked, given, high, last),
        window_start=np.where(is_part, asked.start - given.origin, 0.0),
        window_end=np.where(is_part, asked.end - given.origin, tau),
        tau=tau,
        dose=given.amount,
        duration=given.duration,
        route=given.route,
        dose_end=given.dose_end,
        start_value=value,
        start_seen=seen_value,
        start_source=source,
        start_row=start_row,
        negative=negative,
    )


def _negative(samples: Samples, low: Ints, high: Ints) -> Flags:
    below = samples.conc < 0
    if not below.any():
        return np.zeros(len(low), bool)
    count = np.append(0, np.cumsum(below))
    found: Flags = count[np.maximum(high, low)] > count[low]
    return found


@dataclass(frozen=True)
class _Given:
    """The doses within each interval."""

    origin: Floats
    before: Floats  # time the dose before the interval ended, -inf if there was none
    after: Ints  # row of the next dose, or the end of the group
    amount: Floats
    duration: Floats
    dose_end: Floats
    route: Bytes
    tau: Floats


@dataclass(frozen=True)
class _Rows:
    first: Ints
    at: Ints
    seen: Flags
    low: Ints
    high: Ints
    tau: Floats


def _take(values: Floats, rows: Ints) -> Floats:
    """Values at rows; NaN-free only where the caller knows the row exists."""
    if len(values) == 0:
        return np.full(len(rows), np.nan)
    taken: Floats = values[np.clip(rows, 0, len(values) - 1)]
    return taken


def _doses_of(doses: Doses, asked: Intervals) -> _Given:
    first, last = doses.rows.first[asked.group], doses.rows.last[asked.group]
    start = rows_before(doses.time, first, last, asked.start - SAME_TIME, including=False)
    # A partial area belongs to the dose at or before its start.
    here = rows_before(doses.time, first, last, asked.start + SAME_TIME, including=True) - 1
    is_part = asked.kind == PART
    start = np.where(is_part & (here >= first), here, start)
    end = rows_before(doses.time, first, last, asked.end - SAME_TIME, including=False)
    end = np.where(np.isfinite(asked.end), end, np.minimum(start + 1, last))
    end = np.maximum(end, start)
    origin = np.where(is_part & (here >= first), _take(doses.time, here), asked.start)
    some = end > start
    total = np.append(0.0, np.cumsum(doses.amount))
    amount = np.where(end == start + 1, _take(doses.amount, start), total[end] - total[start])
    final = np.where(some, end - 1, start)
    routed = np.where(some, start, start - 1)
    has_route = (routed >= first) & (routed < last)
    if len(doses.route):
        route = np.where(has_route, doses.route[np.clip(routed, 0, len(doses.route) - 1)], NO_ROUTE)
    else:
        route = np.full(len(origin), NO_ROUTE)
    earlier = _take(doses.time, start - 1) + _take(doses.duration, start - 1)
    return _Given(
        origin=origin,
        before=np.where(start > first, earlier, -np.inf),
        after=end,
        amount=np.where(some, amount, np.nan),
        duration=np.where(some, _take(doses.duration, final), 0.0),
        dose_end=np.where(
            some, _take(doses.time, final) + _take(doses.duration, final) - origin, np.nan
        ),
        route=route.astype(np.int8),
        tau=np.where(some, _take(doses.tau, start), np.nan),
    )


def _time_at(doses: Doses, asked: Intervals, rows: Ints) -> Floats:
    """Time of the dose in that row, inf behind the last dose of the group."""
    return np.where(rows < doses.rows.last[asked.group], _take(doses.time, rows), np.inf)


def _tau(asked: Intervals, given: _Given) -> Floats:
    """The dosing interval: of a single dose as stated, of a multiple dose as asked, else the other one."""
    length = np.where(np.isfinite(asked.end), asked.end - asked.start, np.nan)
    stated_first = np.where(np.isnan(given.tau), length, given.tau)
    asked_first = np.where(np.isnan(length), given.tau, length)
    return np.where(asked.kind == SD, stated_first, np.where(asked.kind == MD, asked_first, np.nan))


def _closing_rows(
    samples: Samples, doses: Doses, asked: Intervals, given: _Given, high: Ints, last: Ints
) -> Ints:
    """The sample behind a finite end, if no dose lies between: it brackets the end of τ."""
    there = np.isfinite(asked.end) & (asked.kind != PART) & (high < last)
    before_dose = _take(samples.time, high) <= _time_at(doses, asked, given.after) + SAME_TIME
    return np.where(there & before_dose, high, -1)


def _start_values(
    samples: Samples, options: Options, given: _Given, rows: _Rows
) -> tuple[Floats, Floats, Bytes]:
    """The concentration at the start: measured, moved there, by the rule of the route, or none."""
    measured = np.where(rows.seen, _take(samples.conc, rows.at), np.nan)
    source = np.where(rows.seen, MEASURED, ABSENT).astype(np.int8)
    value = measured.copy()
    is_bolus = given.route == BOLUS
    if options.start.bolus == "back_extrapolate":
        back = is_bolus & ~(measured > 0) & (rows.high > rows.low)
        value[back] = _back_extrapolated(samples, given, rows, back)
        source[back] = EXTRAPOLATED
    sampled = rows.high > rows.low  # a start value without any sample behind it starts nothing
    if options.predose_to_start:
        wanting = sampled & (source == ABSENT)
        if wanting.any():
            moved = wanting & _has_predose(samples, options, given, rows)
            value[moved] = _take(samples.conc, rows.at - 1)[moved]
            source[moved] = PREDOSE
    first_dose = np.isneginf(given.before)
    rule = np.where(
        (given.route == EXTRAVASCULAR) | (given.route == NO_ROUTE),
        options.start.extravascular == "zero",
        options.start.infusion == "zero",
    )
    zero = sampled & (source == ABSENT) & first_dose & rule & ~is_bolus & ~np.isnan(given.origin)
    value[zero] = 0.0
    source[zero] = ZERO
    if options.start.later_dose == "interval_minimum":
        source[(source == ABSENT) & ~first_dose & sampled] = MINIMUM
    if _drops_first(options):
        dropped = (source == MEASURED) & (value == 0)
        value[dropped] = np.nan
        source[dropped] = DROPPED
    seen = np.where((source == EXTRAPOLATED) | (source == DROPPED), measured, value)
    return value, seen, source


def _drops_first(options: Options) -> bool:
    blq = options.blq
    return (blq.first if hasattr(blq, "first") else blq.before_tmax) == "drop"


def _back_extrapolated(samples: Samples, given: _Given, rows: _Rows, wanted: Flags) -> Floats:
    """C0 of a bolus: on the line through the logs of the first two samples if they fall, else the first."""
    low, high = rows.low[wanted], rows.high[wanted]
    c1, c2 = _take(samples.conc, low), _take(samples.conc, low + 1)
    t1 = _take(samples.time, low) - given.origin[wanted]
    t2 = _take(samples.time, low + 1) - given.origin[wanted]
    falls = (high > low + 1) & (c2 > 0) & (c2 < c1)
    safe1, safe2 = np.where(falls, c1, 1.0), np.where(falls, c2, 1.0)
    slope = np.log(safe2 / safe1) / np.where(falls, t2 - t1, 1.0)
    back = np.where(falls, safe1 * np.exp(-slope * t1), c1)
    return np.where(high > low, back, np.nan)


def _has_predose(samples: Samples, options: Options, given: _Given, rows: _Rows) -> Flags:
    """A sample before the start, after the dose before, and not too old."""
    there = rows.at > rows.first
    time = _take(samples.time, rows.at - 1)
    if options.predose_window is None:
        reach = _take(samples.time, rows.high - 1) - given.origin
        length = np.where(np.isnan(rows.tau), reach, rows.tau)
        window = PREDOSE_SHARE * np.maximum(length, 0.0)
    else:
        window = np.full(len(time), options.predose_window)
    fresh = given.origin - time <= window + SAME_TIME
    found: Flags = there & fresh & (time >= given.before - SAME_TIME)
    return found
