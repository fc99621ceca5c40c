"""Nominal times: what was planned after the dose, never mixed with the clock on which the dose was late.

The nominal time of a sample is that after its own dose. So a sample without one keeps its actual time after
the dose, counted from the nominal dose (methods TIME-2, TIME-5), and every dose needs its nominal time. The
only dose of a profile has 0 where none is given and the samples are plainly counted from it, as in SDTM,
where PCTPTNUM counts from the dose and EX has no such column.

A sample may have a rule of its own (TIMERULE: actual, nominal), whatever the options say for the others, and
a window of its own (NOMWIN). On the actual clock a sample by its nominal time lies that long after its dose
as the dose was given.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from pkpipe.errors import ConfigError
from pkpipe.finding.rows import RowTest
from pkpipe.finding.table import raise_if_any
from pkpipe.nca.given_tables.check_list import (
    AFTER_NEXT_DOSE,
    NO_PLANNED_TIME,
    PLANNED_BEFORE,
    PLANNED_ORDER,
    PLANNED_UNIT,
    UNPLANNED_DOSE,
)
from pkpipe.nca.given_tables.notes import NOTHING, Notes
from pkpipe.nca.given_tables.planned_unit import in_another_unit
from pkpipe.nca.given_tables.row_checks import TIME_RULES, Tables, finding, stop_if_any
from pkpipe.nca.laid_out.sorted_arrays import (
    SAME_TIME,
    Flags,
    Floats,
    Grouped,
    all_groups,
    by_group,
    group_numbers,
    group_rows,
    ranges,
    rows_before,
    take,
)
from pkpipe.protocol.nca_options import PREDOSE_SHARE, Options

C = pl.col
ACTUAL, NOMINAL = TIME_RULES


def on_basis(
    conc: pl.DataFrame, dose: pl.DataFrame, keys: Sequence[str], options: Options, tables: Tables
) -> tuple[pl.DataFrame, pl.DataFrame, Notes]:
    """Samples and doses with TIME on the basis of the analysis, and how many samples have which.

    Raises:
        ConfigError: nominal times are asked for and a table has none.
        DataError: doses without a nominal time or out of order; samples that nominal times cannot place.
    """
    ruled = conc.filter(C("TIMERULE") == NOMINAL) if "TIMERULE" in conc.columns else conc.clear()
    if options.time_basis == "actual" and ruled.is_empty():
        return conc, dose, NOTHING
    if "TIMENOM" not in conc:
        who = f"time_basis {options.time_basis}" if ruled.is_empty() else "TIMERULE nominal"
        raise ConfigError(f"{who}: {tables.names[0]} has no column TIMENOM, the planned times")
    if options.time_basis == "nominal" or not ruled.is_empty():
        raise_if_any(finding(in_another_unit(tables.conc), keys, tables.names[0], PLANNED_UNIT))
    given = _planned_doses(conc, dose, keys)
    if (
        options.time_basis == "actual"
    ):  # only who has samples by their nominal time needs planned doses
        given = given.with_columns(_ASKED=_among(given, ruled, keys))
    _check_doses(given, tables, keys)
    given = given.with_columns(TIMENOM=pl.coalesce("TIMENOM", "TIME"))
    placed = _placed(conc, given, keys, options)
    tests = (
        RowTest(AFTER_NEXT_DOSE, C("_LOST")),
        RowTest(PLANNED_BEFORE, C("_EARLY")),
        RowTest(NO_PLANNED_TIME, C("_BARE")),
    )
    stop_if_any(placed, keys, tables.names[0], tests)
    timed = _told(placed, tables.names[0])
    placed = placed.drop("_LOST", "_EARLY", "_BARE", "_NOMINAL")
    if options.time_basis == "actual":
        return placed, dose, timed
    return placed, given.with_columns(TIME="TIMENOM"), timed


def _among(dose: pl.DataFrame, ruled: pl.DataFrame, keys: Sequence[str]) -> pl.Series:
    """Which doses are of a profile with a sample by its nominal time."""
    if not keys:
        return pl.Series([True]).new_from_index(0, dose.height)
    who = ruled.select(keys).unique().with_columns(_HAS=pl.lit(value=True))
    both = dose.join(who, on=keys, how="left", nulls_equal=True, maintain_order="left")
    return both["_HAS"].fill_null(value=False)


def _told(placed: pl.DataFrame, name: str) -> Notes:
    """Where samples have rules of their own, how many lie at which time."""
    if not {"TIMERULE", "NOMWIN"} & set(placed.columns):
        return NOTHING
    many = int(placed["_NOMINAL"].sum())
    return ((name, f"by nominal time: {many} samples, by actual time: {placed.height - many}"),)


def _planned_doses(conc: pl.DataFrame, dose: pl.DataFrame, keys: Sequence[str]) -> pl.DataFrame:
    """The doses with TIMENOM, 0 for the only dose of a profile whose samples are counted from it; _ASKED."""
    if "TIMENOM" not in dose.columns:
        dose = dose.with_columns(TIMENOM=pl.lit(None, dtype=pl.Float64))
    first = pl.col("TIMENOM").min()
    if keys:
        low = conc.group_by(keys).agg(_FIRST=first)
        both = dose.join(low, on=keys, how="left", nulls_equal=True, maintain_order="left")
    else:
        both = dose.with_columns(_FIRST=conc["TIMENOM"].min())
    alone = by_group(pl.len(), keys) == 1
    away = C("TIME").abs()
    # the dose lies nearer to time 0 than to the first planned sample, or that one nearer to 0 than to it
    counted = (away == 0) | (away <= C("_FIRST") / 2) | (C("_FIRST") <= away / 2)
    zero = C("TIMENOM").is_null() & alone & counted
    return both.with_columns(
        TIMENOM=pl.when(zero).then(0.0).otherwise("TIMENOM"), _ASKED=C("_FIRST").is_not_null()
    ).drop("_FIRST")


def _check_doses(dose: pl.DataFrame, tables: Tables, keys: Sequence[str]) -> None:
    """Every dose of a group with nominal samples has a nominal time, and these are in order."""
    own = [k for k in keys if k in tables.dose.columns]
    before = by_group(C("TIMENOM").shift(), keys)
    ordered = dose.sort(*keys, "TIME", nulls_last=True).with_columns(_BEFORE=before)
    tests = (
        RowTest(UNPLANNED_DOSE, C("_ASKED") & C("TIMENOM").is_null()),
        RowTest(PLANNED_ORDER, C("TIMENOM") <= C("_BEFORE")),
    )
    stop_if_any(ordered, own, tables.names[1], tests)


@dataclass(frozen=True)
class _Standing:
    """Where each sample stands between the doses of its profile, on both clocks."""

    time: Floats
    nominal: Floats
    given: Floats  # time of its dose ...
    next_given: Floats  # ... and of the next one
    here: Floats  # the same as planned
    after: Floats
    follows: Flags  # there is a next one
    predose: Flags  # planned for the time of the next dose
    planned_here: Flags  # its nominal time lies between its dose and the next
    before: Flags  # planned before its dose
    without_dose: Flags


def _standing(samples: Grouped, dose: pl.DataFrame, keys: Sequence[str]) -> _Standing:
    given = group_rows(dose, keys)
    groups = all_groups([samples.keys, given.keys], keys)
    numbers = group_numbers(groups, samples.keys, keys, len(samples.heads))
    of_doses = ranges(
        given, group_numbers(groups, given.keys, keys, len(given.heads)), groups.height
    )
    group = np.repeat(numbers, np.diff(np.append(samples.heads, len(samples.time))))
    first, last = of_doses.first[group], of_doses.last[group]
    planned = given.frame["TIMENOM"].to_numpy()
    time, nominal = samples.time, samples.frame["TIMENOM"].fill_null(np.nan).to_numpy()
    row = rows_before(given.time, first, last, time + SAME_TIME, including=True) - 1
    row = np.maximum(row, first)
    by_plan = rows_before(planned, first, last, nominal + SAME_TIME, including=True) - 1
    by_plan = np.where(np.isnan(nominal), -1, np.maximum(by_plan, first))
    at_dose, after, follows = take(given.time, row), take(planned, row + 1), row + 1 < last
    predose = follows & (by_plan == row + 1) & (np.abs(nominal - after) <= SAME_TIME)
    return _Standing(
        time=time,
        nominal=nominal,
        given=at_dose,
        next_given=take(given.time, row + 1),
        here=take(planned, row),
        after=after,
        follows=follows,
        predose=predose,
        planned_here=(by_plan == row) | predose,
        before=(by_plan >= 0) & (by_plan < row) & (time - at_dose > SAME_TIME),
        without_dose=first == last,
    )


def _placed(
    conc: pl.DataFrame, dose: pl.DataFrame, keys: Sequence[str], options: Options
) -> pl.DataFrame:
    """TIME of every sample on the clock of the analysis, and what does not fit there.

    `_LOST`: no place; `_EARLY`: not on that clock; `_BARE`: its rule wants a nominal time that it does not
    have. `_NOMINAL`: it has its nominal time.
    """
    samples = group_rows(conc, keys)
    it = _standing(samples, dose, keys)
    actual, nominal = (_ruled(samples.frame, rule) for rule in TIME_RULES)
    usable = it.planned_here & (options.time_basis != "actual")
    if options.time_basis == "nominal_if_within":
        usable &= _within(it, _windows(samples.frame, options), options)
    usable = (usable | (it.planned_here & nominal)) & ~actual & ~it.without_dose
    bare = nominal & ~it.planned_here & ~it.without_dose
    if options.time_basis == "actual":
        # as long after its dose, or before the next one, as planned
        by_plan = np.where(it.predose, it.next_given, it.given + it.nominal - it.here)
        on = np.where(usable, by_plan, it.time)
        lost = early = np.zeros(len(on), bool)
    else:
        moved = np.where(usable, it.nominal, it.here + it.time - it.given)
        on = np.where(it.without_dose, it.time, moved)
        out = ~usable & ~it.without_dose & it.follows & (on > it.after - SAME_TIME)
        lost, early = out & ~it.before, it.before & ~bare & ~actual
    return samples.frame.with_columns(
        TIME=pl.Series(on),
        _LOST=pl.Series(lost),
        _EARLY=pl.Series(early),
        _BARE=pl.Series(bare),
        _NOMINAL=pl.Series(usable),
    )


def _ruled(samples: pl.DataFrame, rule: str) -> Flags:
    """The samples with that rule of their own."""
    if "TIMERULE" not in samples.columns:
        return np.zeros(samples.height, bool)
    found: Flags = samples["TIMERULE"].eq(rule).fill_null(value=False).to_numpy()
    return found


def _windows(samples: pl.DataFrame, options: Options) -> Floats:
    """How far each sample may lie off its nominal time."""
    assert options.nominal_window is not None
    if "NOMWIN" not in samples.columns:
        return np.full(samples.height, options.nominal_window)
    windows: Floats = samples["NOMWIN"].fill_null(options.nominal_window).to_numpy()
    return windows


def _within(it: _Standing, windows: Floats, options: Options) -> Flags:
    """Was it drawn as planned: after its dose or, near the end of the interval, before the next one?"""
    elapsed, planned = it.time - it.given, it.nominal - it.here
    gap, until = it.next_given - it.time, it.after - it.nominal
    away = np.abs(elapsed - planned)
    share = PREDOSE_SHARE * (planned + until)
    window = options.predose_window if options.predose_window is not None else share
    near = it.follows & (until >= 0) & (until <= window)
    away = np.where(near, np.minimum(away, np.abs(gap - until)), away)
    found: Flags = away <= windows + SAME_TIME
    return found
