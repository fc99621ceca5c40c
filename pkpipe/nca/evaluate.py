"""From the kernel's columns to parameters: a wide table, one row an interval."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl

from pkpipe.nca import reasons
from pkpipe.nca.inputs import Names, prepared
from pkpipe.nca.kernel import Columns, evaluated
from pkpipe.nca.options import Options
from pkpipe.nca.parameters import PARAMETERS
from pkpipe.nca.ragged import ROUTES, Ints
from pkpipe.nca.registry import Parameter, computing_levels
from pkpipe.nca.work import KINDS, Intervals, Work, default_intervals, planned_work
from pkpipe.units import StudyUnits, result_unit

ROUTE_NAMES: Final = (*ROUTES, "unknown")
COUNTS: Final = ("NCONC", "NCONCM", "LAMZNPT")


@dataclass(frozen=True)
class Profiles:
    """Units of one type: same kind, same route, with or without a dosing interval."""

    units: Ints
    kind: str
    route: str
    parameters: tuple[Parameter, ...]
    values: pl.DataFrame  # one row a unit, the kernel's columns and the parameters


@dataclass(frozen=True)
class Analysis:
    """All intervals of one analysis, by type of profile."""

    keys: tuple[str, ...]
    groups: pl.DataFrame
    intervals: Intervals
    work: Work
    profiles: tuple[Profiles, ...]
    options: Options
    units: StudyUnits


def analysed(
    concentrations: pl.DataFrame,
    doses: pl.DataFrame,
    intervals: pl.DataFrame | None,
    options: Options,
    keys: Sequence[str],
    units: StudyUnits,
    *,
    names: Names | None = None,
    threads: int | None = None,
) -> Analysis:
    """Check the tables, run the kernel, compute every parameter of every type of profile."""
    given = prepared(concentrations, doses, intervals, keys, options, names or Names())
    asked = given.intervals
    if asked is None:
        asked = default_intervals(given.samples, given.doses)
    work = planned_work(given.samples, given.doses, asked, options)
    columns = evaluated(given.samples, work, options, threads)
    return Analysis(
        keys=tuple(keys),
        groups=given.groups,
        intervals=asked,
        work=work,
        profiles=tuple(_profiles(columns, work, asked, options, units)),
        options=options,
        units=units,
    )


def _profiles(
    columns: Columns, work: Work, asked: Intervals, options: Options, units: StudyUnits
) -> Iterator[Profiles]:
    has_tau = ~np.isnan(work.tau)
    type_of = (asked.kind.astype(np.int64) * len(ROUTE_NAMES) + work.route) * 2 + has_tau
    present = [o for o in ("time_above",) if getattr(options, o) is not None]
    for number in np.unique(type_of):
        rest, tau = divmod(int(number), 2)
        kind, route = KINDS[rest // len(ROUTE_NAMES)], ROUTE_NAMES[rest % len(ROUTE_NAMES)]
        rows = np.flatnonzero(type_of == number)
        chosen = tuple(
            p for p in PARAMETERS if p.applies(kind, route, tau=bool(tau), options=present)
        )
        values = _computed(_frame(columns, work, rows), chosen)
        yield Profiles(rows, kind, route, chosen, _in_units(values, chosen, units))


def _frame(columns: Columns, work: Work, rows: Ints) -> pl.DataFrame:
    everything = len(rows) == len(work.low)
    named = {
        **columns,
        "DOSE": work.dose,
        "DURATION": np.where(np.isnan(work.dose), np.nan, work.duration),
        "TAU": work.tau,
    }
    return pl.DataFrame({n: v if everything else v[rows] for n, v in named.items()})


def _computed(frame: pl.DataFrame, chosen: Sequence[Parameter]) -> pl.DataFrame:
    """All parameters, level by level; what is not a finite number becomes null."""
    by_code = {p.code: p for p in chosen}
    for level in computing_levels(by_code):
        frame = frame.with_columns(by_code[code].expr.alias(code) for code in level)
    finite = [
        pl.when(pl.col(p.code).is_finite()).then(pl.col(p.code)).alias(p.code) for p in chosen
    ]
    return frame.with_columns(finite)


def _in_units(frame: pl.DataFrame, chosen: Sequence[Parameter], units: StudyUnits) -> pl.DataFrame:
    scaled = []
    for p in chosen:
        _, factor = result_unit(p.dimension, units)
        if factor != 1.0:
            scaled.append((pl.col(p.code) * factor).alias(p.code))
    return frame.with_columns(scaled)


def heads(analysis: Analysis, units: Ints) -> pl.DataFrame:
    """Keys, START, END and KIND of some units; an END of infinity is empty."""
    asked = analysis.intervals
    keys = analysis.groups[asked.group[units]].select(analysis.keys)
    start, end = asked.start[units], asked.end[units]
    return keys.with_columns(
        pl.Series("START", start).fill_nan(None),
        pl.when(pl.Series(end).is_finite()).then(pl.Series(end)).alias("END"),
    )


def wide(analysis: Analysis) -> pl.DataFrame:
    """One row an interval, one column a parameter; null where it does not apply or has no value."""
    parts = []
    for profiles in analysis.profiles:
        codes = [p.code for p in profiles.parameters]
        part = heads(analysis, profiles.units).with_columns(
            KIND=pl.lit(profiles.kind, dtype=pl.Enum(KINDS)),
            ROUTE=pl.lit(profiles.route, dtype=pl.Enum(ROUTE_NAMES)),
        )
        parts.append((profiles.units, part.hstack(profiles.values.select(codes))))
    if len(parts) == 1:
        return parts[0][1]
    order = (
        np.argsort(np.concatenate([units for units, _ in parts]), kind="stable") if parts else []
    )
    table = pl.concat([part for _, part in parts], how="diagonal") if parts else pl.DataFrame()
    known = [p.code for p in PARAMETERS if p.code in table.columns]
    return table.select(pl.exclude(known), *known)[order]


def causes(analysis: Analysis, profiles: Profiles) -> dict[str, np.ndarray]:
    """Why each parameter has no value, as a number of `reasons`, 0 where it has one."""
    found: dict[str, np.ndarray] = {}
    by_code = {p.code: p for p in profiles.parameters}
    columns = profiles.values
    no_dose = columns.get_column("DOSE").is_nan().to_numpy()
    for level in computing_levels(by_code):
        for code in level:
            parameter = by_code[code]
            missing = columns.get_column(code).is_null().to_numpy()
            cause = _inherited(parameter, found, columns, no_dose)
            cause = np.where(cause == reasons.NONE, parameter.missing, cause)
            found[code] = np.where(missing, cause, reasons.NONE).astype(np.int8)
    return found


def _inherited(
    parameter: Parameter, found: dict[str, np.ndarray], columns: pl.DataFrame, no_dose: np.ndarray
) -> np.ndarray:
    """The cause of the first need that has one, or what the kernel said."""
    height = columns.height
    cause = np.zeros(height, np.int8)
    if parameter.why is not None:
        cause = columns.get_column(f"WHY_{parameter.why}").to_numpy().astype(np.int8)
    for need in parameter.needs:
        if need == "DOSE" and parameter.code != "TDOSE":
            more = np.where(no_dose, reasons.NO_DOSE_AMOUNT, reasons.NONE).astype(np.int8)
        else:
            more = found.get(need, np.zeros(height, np.int8))
        cause = np.where(cause == reasons.NONE, more, cause)
    return cause
