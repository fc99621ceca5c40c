"""The doses of each interval: how much, by which route, when it began and ended, and the dosing interval.

An interval may hold several records: two bags of one infusion, or several doses. The amounts add up and the
mean input time is that of all of them, so one infusion gives the same numbers in one record or in many.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pkpipe.nca.laid_out.intervals import MD, PART, SD, Intervals
from pkpipe.nca.laid_out.sorted_arrays import (
    BOLUS,
    EXTRAVASCULAR,
    NO_ROUTE,
    SAME_TIME,
    Bytes,
    Doses,
    Flags,
    Floats,
    Ints,
    rows_before,
    take,
)


@dataclass(frozen=True)
class Given:
    """The doses within each interval; times but `origin` and `before` are after `origin`."""

    origin: Floats
    before: Floats  # time the dose before the interval ended, -inf if none is recorded
    said_first: Bytes  # 1: the first dose of all, 0: not, -1: nobody said
    lone: Flags  # no other dose of the group is recorded
    after: Ints  # row of the first dose behind the interval, or the end of the group
    tau: Floats  # NaN where no dosing interval is known
    amount: Floats  # of the whole interval; NaN without a dose
    amount_in_tau: Floats  # of the dosing interval; of the whole interval where there is none
    input_time: Floats  # mean input time of the whole interval; NaN if a duration is not known
    input_time_in_tau: Floats
    no_duration: Flags  # an infusion of the interval has no duration
    mixed: Flags  # intravenous and extravascular doses lie in the interval
    later_dose: Flags  # a dose of the interval lies behind τ
    next_after_tau: Ints  # row of the first dose not before the end of τ
    input_end: Floats  # end of the first dose with all parts that follow without a gap
    slope_after: Floats  # samples up to here are no points of the terminal slope ...
    slope_after_in_tau: Floats  # ... where those behind τ do not count
    route: Bytes


def doses_of(doses: Doses, asked: Intervals) -> Given:
    """The doses of every interval: from START to before END, those of τ among them."""
    first, last = doses.rows.first[asked.group], doses.rows.last[asked.group]
    start, end, origin = _rows_of(doses, asked, first, last)
    some = end > start
    one = _count(doses.begins, start, end) <= 1
    at_next = one & (end < last) & (take(doses.time, end) <= asked.end + SAME_TIME)
    tau = _tau(asked, np.where(some, take(doses.tau, start), np.nan), at_next)
    behind_tau = rows_before(
        doses.time, first, last, asked.start + tau - SAME_TIME, including=False
    )
    end_of_tau = np.where(np.isnan(tau), end, np.clip(behind_tau, start, end))
    known = np.nan_to_num(doses.duration)  # to say what lies behind a dose, unknown is 0
    routed = np.where(some, start, start - 1)
    has_route = (routed >= first) & (routed < last)
    return Given(
        origin=origin,
        before=np.where(start > first, take(doses.time + known, start - 1), -np.inf),
        said_first=np.where(some, _at(doses.said_first, start, -1), -1).astype(np.int8),
        lone=_count(doses.begins, first, last) <= 1,
        after=end,
        tau=tau,
        amount=_amount(doses, start, end),
        amount_in_tau=_amount(doses, start, end_of_tau),
        input_time=_input_time(doses, origin, start, end),
        input_time_in_tau=_input_time(doses, origin, start, end_of_tau),
        no_duration=some & (_count(np.isnan(doses.duration), start, end) > 0),
        mixed=_mixed(doses, start, end),
        later_dose=end > end_of_tau,
        next_after_tau=end_of_tau,
        input_end=np.where(some, _end_of_first(doses, start, end) - origin, np.nan),
        slope_after=_slope_after(doses, origin, start, end),
        slope_after_in_tau=_slope_after(doses, origin, start, end_of_tau),
        route=np.where(has_route, _at(doses.route, routed, NO_ROUTE), NO_ROUTE).astype(np.int8),
    )


def _rows_of(doses: Doses, asked: Intervals, first: Ints, last: Ints) -> tuple[Ints, Ints, Floats]:
    """First and one-past-last dose of each interval, and its time zero."""
    start = rows_before(doses.time, first, last, asked.start - SAME_TIME, including=False)
    # A partial area belongs to the dose at or before its start.
    here = rows_before(doses.time, first, last, asked.start + SAME_TIME, including=True) - 1
    dosed_part = (asked.kind == PART) & (here >= first)
    start = np.where(dosed_part, here, start)
    end = rows_before(doses.time, first, last, asked.end - SAME_TIME, including=False)
    origin = np.where(dosed_part, take(doses.time, here), asked.start)
    return start, np.maximum(end, start), origin


def first_doses(doses: Doses, asked: Intervals) -> Ints:
    """Row of the first dose of every interval, -1 without one."""
    first, last = doses.rows.first[asked.group], doses.rows.last[asked.group]
    start, end, _ = _rows_of(doses, asked, first, last)
    return np.where(end > start, start, -1)


def _tau(asked: Intervals, stated: Floats, at_next: Flags) -> Floats:
    """The dosing interval: as stated for the dose, else the length of the interval.

    Of a multiple dose with an END that somebody asked for, the length where END is the next dose, for so long
    the interval was, or where the length is the shorter one. Where samples go on behind a stated τ, its
    parameters are those of τ all the same.

    at_next: one dose is given in the interval, and the next one at its END.
    """
    length = np.where(np.isfinite(asked.end), asked.end - asked.start, np.nan)
    stated_first = np.where(np.isnan(stated), length, stated)
    asked_first = np.where(at_next, length, np.fmin(length, stated))
    of_multiple = stated_first if asked.by_default else asked_first
    return np.where(asked.kind == SD, stated_first, np.where(asked.kind == MD, of_multiple, np.nan))


def _summed(values: Floats, start: Ints, end: Ints) -> Floats:
    """Sums of values[start:end]; 0 where the range is empty."""
    if len(values) == 0:
        return np.zeros(len(start))
    pairs = np.column_stack([start, np.maximum(end, start)]).ravel()
    sums = np.add.reduceat(np.append(values, 0.0), pairs)[::2]
    return np.where(end > start, sums, 0.0)


def _count(flags: Flags, start: Ints, end: Ints) -> Ints:
    count = np.append(0, np.cumsum(flags)).astype(np.int64)
    found: Ints = count[np.maximum(end, start)] - count[start]
    return found


def _mixed(doses: Doses, start: Ints, end: Ints) -> Flags:
    """Some but not all of the doses are extravascular."""
    outside = _count((doses.route == EXTRAVASCULAR) & (doses.amount > 0), start, end)
    within = _count((doses.route != EXTRAVASCULAR) & (doses.amount > 0), start, end)
    found: Flags = (outside > 0) & (within > 0)
    return found


def _amount(doses: Doses, start: Ints, end: Ints) -> Floats:
    return np.where(end > start, _summed(doses.amount, start, end), np.nan)


def _input_time(doses: Doses, origin: Floats, start: Ints, end: Ints) -> Floats:
    """When the mean molecule entered, after the origin: an infusion at half its duration.

    Mean over the records, weighted by dose; of a single record its own, also if the dose is not known.
    """
    since = take(doses.time, start) - origin
    single = np.where(np.abs(since) <= SAME_TIME, 0.0, since) + take(doses.duration, start) / 2
    weighted = _summed(doses.amount * (doses.time + doses.duration / 2), start, end)
    total = _summed(doses.amount, start, end)
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = weighted / total - origin
    return np.where(end > start + 1, mean, np.where(end > start, single, np.nan))


def _slope_after(doses: Doses, origin: Floats, start: Ints, end: Ints) -> Floats:
    """End of the last dose; a bolus alone has no infusion, so a sample at its very time may be a point."""
    some = end > start
    final = np.where(some, end - 1, start)
    ended = take(doses.time + np.nan_to_num(doses.duration), final) - origin
    alone = (_at(doses.route, final, NO_ROUTE) == BOLUS) & (ended <= SAME_TIME)
    return np.where(some, np.where(alone, -np.inf, ended), np.nan)


def _end_of_first(doses: Doses, start: Ints, end: Ints) -> Floats:
    """When the first dose ended, all its parts included."""
    n = len(doses.time)
    if n == 0:
        return np.full(len(start), np.nan)
    # the next row in which a dose begins
    following = np.append(np.where(doses.begins, np.arange(n), n), n)
    following = np.minimum.accumulate(following[::-1])[::-1]
    final = np.minimum(following[np.minimum(start + 1, n)], end) - 1
    return take(doses.time + doses.duration, np.maximum(final, start))


def _at(codes: Bytes, rows: Ints, otherwise: int) -> Bytes:
    if len(codes) == 0:
        return np.full(len(rows), otherwise, np.int8)
    taken: Bytes = codes[np.clip(rows, 0, len(codes) - 1)]
    return taken
