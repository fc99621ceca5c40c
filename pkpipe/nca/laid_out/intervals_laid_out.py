"""Which rows and doses each requested interval stands on: one unit of work an interval."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace

import numpy as np
import polars as pl

from pkpipe.nca.laid_out.doses_given import Given, doses_of
from pkpipe.nca.laid_out.intervals import MD, PART, Intervals
from pkpipe.nca.laid_out.sorted_arrays import (
    SAME_TIME,
    Bytes,
    Doses,
    Flags,
    Floats,
    Ints,
    Samples,
    rows_before,
    take,
)
from pkpipe.nca.laid_out.start_values import MEASURED, PREDOSE, Rows, start_values
from pkpipe.protocol.nca_options import Options


@dataclass(frozen=True)
class Work:
    """One unit an interval. Times but `origin` are hours after `origin`."""

    origin: Floats  # time zero of the unit: the start, for a partial area the dose before it
    low: Ints  # rows after the origin ...
    high: Ints  # ... up to the end; without one, all
    closing: Ints  # first row after the end and before the next dose; -1 if none
    window_start: Floats
    window_end: Floats  # end of τ or of the partial area; NaN if there is none
    cut: Flags  # a partial area before whose end another dose is given
    tau: Floats
    steady: Flags  # asked as one dosing interval of a multiple dose
    dose: Floats  # sum within the interval; NaN without a dose
    dose_in_tau: Floats
    input_time: Floats  # mean input time of the doses of the interval
    input_time_in_tau: Floats
    no_duration: Flags  # an infusion of unknown duration is among them
    mixed: Flags  # intravenous and extravascular doses lie in the interval
    later_dose: Flags  # a dose of the interval lies behind τ ...
    high_in_tau: Ints  # ... and samples behind that dose are none of τ
    route: Bytes
    input_end: Floats  # end of the first dose, NaN without a dose
    slope_after: Floats  # end of the last dose in the unit, NaN without a dose
    slope_after_in_tau: Floats
    start_value: Floats  # enters the areas
    start_seen: Floats  # enters CMAX, CMIN: not a back-extrapolated value
    start_source: Bytes
    start_row: Ints  # the sample the start value comes from, -1 if from none
    negative: Flags  # a concentration of the unit is below zero: it is not evaluated

    def up_to_the_next_dose(self, units: Ints) -> Work:
        """Units of which a later dose lies behind τ, without what was drawn after it."""
        some = Work(**{f.name: getattr(self, f.name)[units] for f in fields(self)})
        none = np.zeros(len(units), bool)
        return replace(
            some, high=some.high_in_tau, slope_after=some.slope_after_in_tau, later_dose=none
        )

    def part(self, first: int, last: int) -> Work:
        """Units from first up to but not including last."""
        return Work(**{f.name: getattr(self, f.name)[first:last] for f in fields(self)})


def stacked(parts: Sequence[Work]) -> Work:
    """The units of several one behind the other."""
    return Work(
        **{f.name: np.concatenate([getattr(p, f.name) for p in parts]) for f in fields(Work)}
    )


def planned_work(samples: Samples, doses: Doses, asked: Intervals, options: Options) -> Work:
    """The rows, the doses and the value at the start of every interval."""
    given = doses_of(doses, asked)
    is_part, steady = asked.kind == PART, asked.kind == MD
    cut = np.zeros(len(is_part), bool) if asked.cut is None else asked.cut
    until = np.where(is_part, _time_at(doses, asked, given.after), asked.end)
    first, last = samples.rows.first[asked.group], samples.rows.last[asked.group]
    at = rows_before(samples.time, first, last, given.origin - SAME_TIME, including=False)
    seen = (at < last) & (take(samples.time, at) <= given.origin + SAME_TIME)
    # A group without a dose has no start: no row is its own.
    at = np.where(np.isnan(given.origin), first, at)
    until = np.where(np.isnan(given.origin), -np.inf, until)
    low = at + seen
    high = np.maximum(rows_before(samples.time, low, last, until + SAME_TIME, including=True), low)
    behind_tau = np.where(given.later_dose, _time_at(doses, asked, given.next_after_tau), until)
    high_in_tau = rows_before(samples.time, low, last, behind_tau + SAME_TIME, including=True)
    rows = Rows(first, at, seen, low, high)
    starts = start_values(samples, options, given, rows, _declared_steady(asked, given))
    source = starts.source
    start_row = np.where(source == MEASURED, at, np.where(source == PREDOSE, at - 1, -1))
    negative = _negative(samples, np.where(start_row >= 0, start_row, low), high)
    return Work(
        origin=given.origin,
        low=low,
        high=np.where(negative, low, high),
        closing=_closing_rows(samples, doses, asked, given, high, last),
        window_start=np.where(is_part, asked.start - given.origin, 0.0),
        window_end=np.where(cut, np.nan, np.where(is_part, asked.end - given.origin, given.tau)),
        cut=cut,
        tau=given.tau,
        steady=steady,
        dose=given.amount,
        dose_in_tau=given.amount_in_tau,
        input_time=given.input_time,
        input_time_in_tau=given.input_time_in_tau,
        no_duration=given.no_duration,
        mixed=given.mixed,
        later_dose=given.later_dose,
        high_in_tau=np.where(negative, low, np.maximum(high_in_tau, low)),
        route=given.route,
        input_end=given.input_end,
        slope_after=given.slope_after,
        slope_after_in_tau=given.slope_after_in_tau,
        start_value=np.where(negative, np.nan, starts.value),
        start_seen=np.where(negative, np.nan, starts.observed),
        start_source=source,
        start_row=start_row,
        negative=negative,
    )


def _declared_steady(asked: Intervals, given: Given) -> Flags:
    """Intervals asked as a multiple dose, and partial areas of a dose that is asked so as well."""
    steady: Flags = asked.kind == MD
    is_part = asked.kind == PART
    if not (steady.any() and is_part.any()):
        return steady
    dose = pl.DataFrame({"group": asked.group, "at": given.origin, "row": np.arange(len(steady))})
    same = dose.filter(pl.Series(is_part)).join(
        dose.filter(pl.Series(steady)), on=["group", "at"], how="semi"
    )
    found: Flags = steady.copy()
    found[same["row"].to_numpy()] = True
    return found


def _negative(samples: Samples, low: Ints, high: Ints) -> Flags:
    below = samples.conc < 0
    if not below.any():
        return np.zeros(len(low), bool)
    count = np.append(0, np.cumsum(below))
    found: Flags = count[np.maximum(high, low)] > count[low]
    return found


def _time_at(doses: Doses, asked: Intervals, rows: Ints) -> Floats:
    """Time of the dose in that row, inf behind the last dose of the group."""
    return np.where(rows < doses.rows.last[asked.group], take(doses.time, rows), np.inf)


def _closing_rows(
    samples: Samples, doses: Doses, asked: Intervals, given: Given, high: Ints, last: Ints
) -> Ints:
    """The sample behind a finite end, if no dose lies between: it brackets the end of τ."""
    there = np.isfinite(asked.end) & (asked.kind != PART) & (high < last)
    before_dose = take(samples.time, high) <= _time_at(doses, asked, given.after) + SAME_TIME
    return np.where(there & before_dose, high, -1)
