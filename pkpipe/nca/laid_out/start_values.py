"""The concentration at the start of an interval: measured, moved there, by the rule of the route, or none."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pkpipe.nca.laid_out.doses_given import Given
from pkpipe.nca.laid_out.sorted_arrays import (
    BOLUS,
    EXTRAVASCULAR,
    NO_ROUTE,
    SAME_TIME,
    Bytes,
    Flags,
    Floats,
    Ints,
    Samples,
    take,
)
from pkpipe.protocol.blq_options import BlqAroundPeak
from pkpipe.protocol.nca_options import PREDOSE_SHARE, Options

# Where the value at the start of an interval comes from.
MEASURED, PREDOSE, ZERO, EXTRAPOLATED, MINIMUM, ABSENT, DROPPED = range(7)


@dataclass(frozen=True)
class Rows:
    """The samples of each interval."""

    first: Ints  # of the group
    at: Ints  # first one not before the origin
    seen: Flags  # it was drawn at the origin
    low: Ints
    high: Ints


@dataclass(frozen=True)
class Starts:
    """The value at the start of each interval."""

    value: Floats  # enters the areas
    observed: Floats  # enters CMAX, CMIN: not a back-extrapolated value
    source: Bytes


def start_values(
    samples: Samples, options: Options, given: Given, rows: Rows, steady: Flags
) -> Starts:
    """The value at the start of every interval; steady: asked as a multiple dose."""
    measured = np.where(rows.seen, take(samples.conc, rows.at), np.nan)
    source = np.where(rows.seen, MEASURED, ABSENT).astype(np.int8)
    value = measured.copy()
    is_bolus, later_dose = given.route == BOLUS, _is_later(options, given, steady)
    sampled = rows.high > rows.low  # a start value without any sample behind it starts nothing
    # Drawn at the time of a later dose and nothing behind it: the trough of the dose before and no more.
    nothing = later_dose & ~sampled
    measured, value = np.where(nothing, np.nan, measured), np.where(nothing, np.nan, value)
    source[nothing] = ABSENT
    if options.start.bolus == "back_extrapolate":
        # What stands at the time of a later bolus is the trough before it: its C0 is its own.
        trough = later_dose & (measured > 0)
        back = is_bolus & (~(measured > 0) | trough) & sampled
        value[back] = _back_extrapolated(samples, given, rows, back)
        source[back] = EXTRAPOLATED
        measured = np.where(back & trough, np.nan, measured)
    if options.predose_to_start:
        moved = sampled & (source == ABSENT)
        if moved.any():
            moved &= _has_predose(samples, options, given, rows)
            value[moved] = take(samples.conc, rows.at - 1)[moved]
            source[moved] = PREDOSE
    zero = sampled & (source == ABSENT) & ~later_dose & _starts_at_zero(options, given)
    value[zero], source[zero] = 0.0, ZERO
    if options.start.later_dose == "interval_minimum":
        source[(source == ABSENT) & later_dose & sampled] = MINIMUM
    if _drops_first(options):
        dropped = (source == MEASURED) & (value == 0)
        value[dropped], source[dropped] = np.nan, DROPPED
    observed = np.where((source == EXTRAPOLATED) | (source == DROPPED), measured, value)
    return Starts(value, observed, source)


def _is_later(options: Options, given: Given, steady: Flags) -> Flags:
    """Was a dose given before this one? Only the first dose of all starts from nothing (NCA-P2).

    A table that lists one dose, asked as a multiple dose, does not list the doses before it. One that lists
    several lists them all, unless the options say what a multiple dose starts from.
    """
    by_rule = options.start.later_dose != "none"
    unlisted = steady & (given.lone | by_rule) & (given.said_first != 1)
    later: Flags = ~np.isneginf(given.before) | unlisted | (given.said_first == 0)
    return later


def _starts_at_zero(options: Options, given: Given) -> Flags:
    """Does the rule of the route start a first dose from zero?"""
    rule = np.where(
        (given.route == EXTRAVASCULAR) | (given.route == NO_ROUTE),
        options.start.extravascular == "zero",
        options.start.infusion == "zero",
    )
    starts: Flags = rule & (given.route != BOLUS) & ~np.isnan(given.origin)
    return starts


def _drops_first(options: Options) -> bool:
    blq = options.blq_rule
    return (blq.before_tmax if isinstance(blq, BlqAroundPeak) else blq.first) == "drop"


def _back_extrapolated(samples: Samples, given: Given, rows: Rows, wanted: Flags) -> Floats:
    """C0 of a bolus: on the line through the logs of the first two samples if they fall, else the first."""
    low, high = rows.low[wanted], rows.high[wanted]
    c1, c2 = take(samples.conc, low), take(samples.conc, low + 1)
    t1 = take(samples.time, low) - given.origin[wanted]
    t2 = take(samples.time, low + 1) - given.origin[wanted]
    falls = (high > low + 1) & (c2 > 0) & (c2 < c1)
    safe1, safe2 = np.where(falls, c1, 1.0), np.where(falls, c2, 1.0)
    slope = np.log(safe2 / safe1) / np.where(falls, t2 - t1, 1.0)
    # A fall of absurd size runs over to infinity, which is no concentration.
    with np.errstate(over="ignore"):
        back = np.where(falls, safe1 * np.exp(-slope * t1), c1)
    return np.where((high > low) & np.isfinite(back), back, np.nan)


def _has_predose(samples: Samples, options: Options, given: Given, rows: Rows) -> Flags:
    """A sample before the start, after the dose before, and not too old."""
    there = rows.at > rows.first
    time = take(samples.time, rows.at - 1)
    if options.predose_window is None:
        reach = take(samples.time, rows.high - 1) - given.origin
        length = np.where(np.isnan(given.tau), reach, given.tau)
        window = PREDOSE_SHARE * np.maximum(length, 0.0)
    else:
        window = np.full(len(time), options.predose_window)
    fresh = given.origin - time <= window + SAME_TIME
    found: Flags = there & fresh & (time >= given.before - SAME_TIME)
    return found
