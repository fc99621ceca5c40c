"""Nominal times: what was planned after the dose, never mixed with the clock on which the dose was late.

The nominal time of a sample is that after its own dose. So a sample without one keeps its actual time after
the dose, counted from the nominal dose (methods TIME-2, TIME-5), and every dose needs its nominal time. The
only dose of a profile has 0 where none is given and the samples are plainly counted from it, as in SDTM,
where PCTPTNUM counts from the dose and EX has no such column.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl

from pkpipe.errors import ConfigError
from pkpipe.finding.rows import RowTest
from pkpipe.finding.table import raise_if_any
from pkpipe.nca.given_tables.check_list import (
    AFTER_NEXT_DOSE,
    PLANNED_BEFORE,
    PLANNED_ORDER,
    PLANNED_UNIT,
    UNPLANNED_DOSE,
)
from pkpipe.nca.given_tables.planned_unit import in_another_unit
from pkpipe.nca.given_tables.row_checks import Tables, finding, stop_if_any
from pkpipe.nca.laid_out.sorted_arrays import (
    SAME_TIME,
    Flags,
    Floats,
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


def on_basis(
    conc: pl.DataFrame, dose: pl.DataFrame, keys: Sequence[str], options: Options, tables: Tables
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Samples and doses with TIME on the basis of the analysis.

    Raises:
        ConfigError: nominal times are asked for and a table has none.
        DataError: doses without a nominal time or out of order; samples that nominal times cannot place.
    """
    if options.time_basis == "actual":
        return conc, dose
    if "TIMENOM" not in conc:
        raise ConfigError(
            f"time_basis {options.time_basis}: {tables.names[0]} has no column TIMENOM, the planned times"
        )
    if options.time_basis == "nominal":
        raise_if_any(finding(in_another_unit(tables.conc), keys, tables.names[0], PLANNED_UNIT))
    given = _planned_doses(conc, dose, keys)
    _check_doses(given, tables, keys)
    given = given.with_columns(TIMENOM=pl.coalesce("TIMENOM", "TIME"))
    placed = _placed(conc, given, keys, options)
    tests = (RowTest(AFTER_NEXT_DOSE, C("_LOST")), RowTest(PLANNED_BEFORE, C("_EARLY")))
    stop_if_any(placed, keys, tables.names[0], tests)
    return placed.drop("_LOST", "_EARLY"), given.with_columns(TIME="TIMENOM")


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


def _placed(
    conc: pl.DataFrame, dose: pl.DataFrame, keys: Sequence[str], options: Options
) -> pl.DataFrame:
    """TIME of every sample on the nominal clock; `_LOST`: no place there; `_EARLY`: not on that clock."""
    samples, given = group_rows(conc, keys), group_rows(dose, keys)
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
    elapsed = time - take(given.time, row)
    here, after = take(planned, row), take(planned, row + 1)
    follows = row + 1 < last
    # the predose sample of the next dose is planned for the time of that dose
    predose = follows & (by_plan == row + 1) & (np.abs(nominal - after) <= SAME_TIME)
    usable = (by_plan == row) | predose
    if options.time_basis == "nominal_if_within":
        gap = take(given.time, row + 1) - time
        usable &= _within((elapsed, nominal - here), (gap, after - nominal), follows, options)
    without_dose = first == last
    on = np.where(without_dose, time, np.where(usable, nominal, here + elapsed))
    lost = ~usable & ~without_dose & follows & (on > after - SAME_TIME)
    early = (by_plan >= 0) & (by_plan < row) & (elapsed > SAME_TIME)
    return samples.frame.with_columns(
        TIME=pl.Series(on), _LOST=pl.Series(lost & ~early), _EARLY=pl.Series(early)
    )


def _within(
    since: tuple[Floats, Floats], until: tuple[Floats, Floats], follows: Flags, options: Options
) -> Flags:
    """Was it drawn as planned: after its dose or, near the end of the interval, before the next one?"""
    assert options.nominal_window is not None
    away = np.abs(since[0] - since[1])
    share = PREDOSE_SHARE * (since[1] + until[1])
    window = options.predose_window if options.predose_window is not None else share
    near = follows & (until[1] >= 0) & (until[1] <= window)
    away = np.where(near, np.minimum(away, np.abs(until[0] - until[1])), away)
    found: Flags = away <= options.nominal_window + SAME_TIME
    return found
