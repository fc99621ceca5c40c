"""Concentrations under another regimen, by superposition: every dose adds the profile of a single one.

Between its samples the profile is that which the area rule draws (linear up, log down unless told otherwise);
behind the last quantifiable sample it falls with the terminal slope. Doses scale it in proportion. At steady
state the profile of one interval is the sum over all earlier ones; behind TLST that is a geometric series, so
it is exact (Gibaldi and Perrier, Pharmacokinetics, 2nd ed. 1982).
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np
import polars as pl

from pkpipe.errors import ConfigError, DataError
from pkpipe.finding.rows import RowTest
from pkpipe.nca.analysis import Analysis
from pkpipe.nca.arithmetic.observed import observed
from pkpipe.nca.arithmetic.state import State, state_of
from pkpipe.nca.given_tables import check_list as checks
from pkpipe.nca.given_tables.row_checks import NO_DOSE, ROW, no_time, stop_if_any
from pkpipe.nca.laid_out.intervals import SD
from pkpipe.nca.laid_out.profile_blocks import observed_block
from pkpipe.nca.laid_out.sorted_arrays import ROUTES, SAME_TIME, Flags, Floats, Ints

C: Final = pl.col
NO_SLOPE: Final = "no terminal slope: the concentration after the last sample is not known"
NO_CURVE: Final = "no profile of a single dose"
NOT_FIRST: Final = (
    "no profile of a single dose: others were given before it, and what is left of them is in it"
)
NOT_FROM_ZERO: Final = (
    "no profile of a single dose: it does not start from zero, and each dose would add that"
)
TWICE: Final = "two doses at one time"
MOST: Final = 100_000  # doses of one regimen


def regimen_doses(
    regimen: pl.DataFrame, name: str = "the regimen"
) -> tuple[Floats, Floats, float | None]:
    """Times and amounts of the doses of a regimen, and the interval at whose steady state it is asked for.

    Rows are TIME and DOSE, or DOSE, TAU and N, one after the other; one row without N is at steady state.

    Raises:
        ConfigError: neither form, or both.
        DataError: numbers that cannot be, each with its row.
    """
    columns = set(regimen.columns)
    filled = {c for c in columns if regimen[c].null_count() < regimen.height}
    listed = "TIME" in filled or ("TIME" in columns and "TAU" not in columns)
    both = listed and bool(filled & {"TAU", "N"})
    if "DOSE" not in columns or both or not (listed or "TAU" in columns):
        found = ", ".join(c for c in regimen.columns if not c.startswith("_"))
        raise ConfigError(f"{name} has columns {found} (allowed: TIME, DOSE; or DOSE, TAU, N)")
    _check_regimen(regimen, name, listed=listed)
    amount = regimen["DOSE"].to_numpy().astype(float)
    if listed:
        given = regimen.select("TIME", "DOSE").sort("TIME", maintain_order=True)
        return given["TIME"].to_numpy(), given["DOSE"].to_numpy(), None
    tau = regimen["TAU"].to_numpy().astype(float)
    if "N" not in filled:
        return np.zeros(1), amount, float(tau[0])
    counts = regimen["N"].cast(pl.Int64).to_numpy()
    steps = np.repeat(tau, counts)
    times = np.concatenate([[0.0], np.cumsum(steps)[:-1]])
    return times, np.repeat(amount, counts), None


def _check_regimen(regimen: pl.DataFrame, name: str, *, listed: bool) -> None:
    rows = regimen if ROW in regimen.columns else regimen.with_row_index(ROW, offset=2)
    tests = [NO_DOSE]
    if listed:
        twice = replace(checks.SAME_TIME_TWICE, words=TWICE)
        tests += [no_time("TIME"), RowTest(twice, C("TIME").is_duplicated())]
        many = rows.height
    else:
        if "N" not in rows.columns:
            rows = rows.with_columns(N=pl.lit(None, dtype=pl.Float64))
        number = C("N")
        steady = number.is_null() & pl.lit(rows.height == 1)
        no_number = number.is_null() | (number != number.round()) | (number < 1)
        no_tau = C("TAU").is_null() | ~(C("TAU") > 0)
        tests += [
            RowTest(replace(checks.TAU, allowed="above 0"), no_tau),
            RowTest(checks.NUMBER_OF_DOSES, ~steady & no_number),
        ]
        many = int(rows.select(number.fill_null(1).cast(pl.Float64).sum()).item())
    stop_if_any(rows, [], name, tests)
    if many > MOST:
        raise DataError(f"{name}: {many} doses (allowed: at most {MOST})")


def superposed(
    analysis: Analysis,
    times: Floats,
    amounts: Floats,
    steady: float | None,
    until: float | None = None,
) -> pl.DataFrame:
    """Keys, TIME, CONC, REASON: the concentrations at every dose and sample of the regimen."""
    units, single = _first_doses(analysis)
    curves = Curves(analysis, units)
    last = steady if steady is not None else until
    rows = _asked_times(curves, times, last)
    if steady is not None:
        conc = curves.at_steady_state(rows["_U"].to_numpy(), rows["TIME"].to_numpy(), steady)
        conc = conc * amounts[0]
    else:
        conc = _added(curves, rows, times, amounts)
    unit = rows["_U"].to_numpy()
    dose = analysis.work.dose[units][unit]
    before = curves.from_before[unit]
    conc = conc / np.where((dose > 0) & single[unit] & ~before, dose, np.nan)
    why = np.isnan(conc)
    no_slope = np.isnan(curves.rate)[unit] & (dose > 0)
    words = np.where(no_slope, NO_SLOPE, NO_CURVE)
    words = np.where(~single[unit], NOT_FIRST, np.where(before, NOT_FROM_ZERO, words))
    said = pl.Series(words)
    keys = analysis.groups[analysis.intervals.group[units]].select(analysis.beside)
    out = rows.select("TIME").with_columns(
        CONC=pl.Series(conc).fill_nan(None),
        REASON=pl.when(pl.Series(why)).then(said),
    )
    return keys[unit].hstack(out) if keys.width else out


def _first_doses(analysis: Analysis) -> tuple[Ints, Flags]:
    """The interval of the first dose of each profile, or of one without a dose; which are single doses.

    Raises:
        DataError: there is no profile of a single dose.
    """
    asked = analysis.intervals
    group = asked.group
    first = np.append(True, group[1:] != group[:-1]) if len(group) else np.zeros(0, bool)
    units = np.flatnonzero(first)
    single: Flags = (asked.kind[units] == SD) & ~np.isnan(asked.start[units])
    if not single.any():
        raise DataError("no profile of a single dose is there to be added up")
    return units, single


class Curves:
    """The profile of each unit: its samples, the rule between them and the slope behind them."""

    def __init__(self, analysis: Analysis, units: Ints) -> None:
        state = _state(analysis, units)
        packed, pieces = state.packed, state.pieces
        real = ~np.isnan(pieces.area) & (np.arange(len(pieces.area))[:, None] < state.last)
        row, unit = np.nonzero(real)
        self.rate = state.slope.rate
        ends = np.maximum(state.last, 0)[None, :]
        self.tlst = np.take_along_axis(packed.time, ends, axis=0)[0]
        self.clst = np.take_along_axis(packed.conc, ends, axis=0)[0]
        self.why = state.why
        self.known = state.why == 0
        table = pl.DataFrame({"_U": unit, "LEFT": pieces.left[row, unit], "ROW": row})
        self.segments = table.sort("_U", "LEFT", maintain_order=True)
        self.pieces = pieces
        bolus = analysis.work.route[units] == ROUTES.index("iv_bolus")
        at_dose, first = np.abs(pieces.left) <= SAME_TIME, pieces.start > 0
        self.from_before: Flags = (at_dose & first & real).any(axis=0) & ~bolus
        times, who = np.nonzero(~np.isnan(packed.time))
        self.sampled = pl.DataFrame({"_U": who, "TIME": packed.time[times, who]})

    def at(self, unit: Ints, time: Floats) -> Floats:
        """The concentration so long after one dose; 0 before it, NaN where it is not known."""
        asked = pl.DataFrame({"_U": unit, "T": np.where(time < 0, 0.0, time)}).with_row_index("_I")
        found = (
            asked.sort("_U", "T", maintain_order=True)
            .join_asof(
                self.segments,
                left_on="T",
                right_on="LEFT",
                by="_U",
                strategy="backward",
                check_sortedness=False,
            )
            .sort("_I")
        )
        row = found["ROW"].fill_null(0).to_numpy()
        p = self.pieces
        left, right, start, stop, log, ratio = (
            v[row, unit] for v in (p.left, p.right, p.start, p.stop, p.log, p.ratio)
        )
        share = (time - left) / np.where(right > left, right - left, 1.0)
        inside = np.where(log, start * np.exp(ratio * share), start + (stop - start) * share)
        with np.errstate(over="ignore"):
            behind = self.clst[unit] * np.exp(-self.rate[unit] * (time - self.tlst[unit]))
        value = np.where(time <= self.tlst[unit] + SAME_TIME, inside, behind)
        value = np.where(time < -SAME_TIME, 0.0, value)
        known: Floats = np.where(self.known[unit], value, np.nan)
        return known

    def at_steady_state(self, unit: Ints, time: Floats, tau: float) -> Floats:
        """The sum of the profile at this time of an interval and at the same time of all earlier ones."""
        total: Floats = np.zeros(len(unit))
        many = int(np.ceil(np.nanmax(self.tlst) / tau)) + 1
        for k in range(many):  # intervals that samples reach, the same for all profiles
            total += self.at(unit, time + k * tau)
        first = time + many * tau
        ratio = np.exp(-self.rate[unit] * tau)
        tail: Floats = self.at(unit, first) / (1 - ratio)
        return total + tail


def _state(analysis: Analysis, units: Ints) -> State:
    seen = observed_block(analysis.samples, analysis.work, units)
    columns = observed(seen, analysis.work, analysis.options)
    return state_of(seen, columns, analysis.work, analysis.options)


def _asked_times(curves: Curves, doses: Floats, last: float | None) -> pl.DataFrame:
    """Per unit the times of its samples after every dose, and of the doses."""
    at = pl.DataFrame({"DOSED": doses})
    both = curves.sampled.join(at, how="cross").select("_U", TIME=C("TIME") + C("DOSED"))
    if last is not None:
        ends = both.select("_U").unique(maintain_order=True).with_columns(TIME=pl.lit(float(last)))
        both = pl.concat([both, ends]).filter(C("TIME") <= last)
    return both.unique(maintain_order=True).sort("_U", "TIME", maintain_order=True)


def _added(curves: Curves, rows: pl.DataFrame, times: Floats, amounts: Floats) -> Floats:
    """The sum over the doses of the regimen; one pass a dose over all profiles and times."""
    unit, at = rows["_U"].to_numpy(), rows["TIME"].to_numpy()
    total = np.zeros(len(unit))
    for given, amount in zip(times, amounts, strict=True):
        total += amount * curves.at(unit, at - given)
    return total
