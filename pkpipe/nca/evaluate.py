"""From the kernel's columns to parameters: a wide table, one row an interval."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import cache
from typing import Final

import numpy as np
import polars as pl

from pkpipe.nca import reasons
from pkpipe.nca.checks import Tables
from pkpipe.nca.inputs import prepared
from pkpipe.nca.kernel import Columns, evaluated
from pkpipe.nca.options import Options
from pkpipe.nca.parameters import PARAMETERS
from pkpipe.nca.ragged import ROUTES, Bytes, Flags, Ints, Samples
from pkpipe.nca.registry import Parameter, computing_levels
from pkpipe.nca.work import KINDS, Intervals, Work, default_intervals, planned_work
from pkpipe.units import StudyUnits, result_unit

ROUTE_NAMES: Final = (*ROUTES, "unknown")
SLAB: Final = (
    1 << 16
)  # units; its columns stay in the caches, and the peak memory is that of the result
MOST_THREADS: Final = 4
# What acceptance looks at; a partial area does not report it, yet is judged by the slope it may stand on.
JUDGED: Final = tuple(
    p
    for p in PARAMETERS
    if p.code in {"LAMZ", "LAMZHL", "LAMZLL", "LAMZUL", "LAMZSPN", "R2ADJ", "TLST", "NCONCM"}
)


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
    tables: Tables,
    options: Options,
    keys: Sequence[str],
    units: StudyUnits,
    *,
    threads: int | None = None,
) -> Analysis:
    """Check the tables, run the kernel, compute every parameter of every type of profile.

    Raises:
        ConfigError: a column is missing or of the wrong type.
        DataError: rows that cannot be used, each with its place and what is allowed.
    """
    given = prepared(tables, keys, options)
    asked = given.intervals
    if asked is None:
        asked = default_intervals(given.samples, given.doses)
    work = planned_work(given.samples, given.doses, asked, options)
    found = Analysis(
        keys=tuple(keys),
        groups=given.groups,
        intervals=asked,
        work=work,
        profiles=(),
        options=options,
        units=units,
    )
    return replace(found, profiles=_all_profiles(found, given.samples, threads))


def _all_profiles(found: Analysis, samples: Samples, threads: int | None) -> tuple[Profiles, ...]:
    """Slabs of units on a small pool. What a slab gives depends on its units only, and slabs are put together
    in their order, so any number of threads gives the same bits.
    """
    firsts = range(0, len(found.work.low), SLAB)

    def one(first: int) -> list[Profiles]:
        return list(_profiles(found, samples, first, min(first + SLAB, len(found.work.low))))

    many = threads or min(MOST_THREADS, len(os.sched_getaffinity(0)))
    if many == 1 or len(firsts) < 2:
        return tuple(p for first in firsts for p in one(first))
    with ThreadPoolExecutor(many) as pool:
        return tuple(p for slab in pool.map(one, firsts) for p in slab)


def _profiles(found: Analysis, samples: Samples, first: int, last: int) -> Iterator[Profiles]:
    """The units of a slab by type of profile."""
    work = found.work.part(first, last)
    columns = evaluated(samples, work, found.options)
    has_tau = ~np.isnan(work.tau)
    asked = found.intervals.kind[first:last].astype(np.int64)
    type_of = (asked * len(ROUTE_NAMES) + work.route) * 2 + has_tau
    present = [o for o in ("time_above",) if getattr(found.options, o) is not None]
    for number in np.unique(type_of):
        rest, tau = divmod(int(number), 2)
        kind, route = KINDS[rest // len(ROUTE_NAMES)], ROUTE_NAMES[rest % len(ROUTE_NAMES)]
        rows = np.flatnonzero(type_of == number)
        chosen = _applying(kind, route, tuple(present), tau=bool(tau))
        computed = chosen if kind != "PART" else (*chosen, *JUDGED)
        values = _computed(_frame(columns, work, rows), computed)
        yield Profiles(first + rows, kind, route, chosen, _in_units(values, chosen, found.units))


@cache
def _applying(
    kind: str, route: str, present: tuple[str, ...], *, tau: bool
) -> tuple[Parameter, ...]:
    return tuple(p for p in PARAMETERS if p.applies(kind, route, tau=tau, options=present))


def _frame(columns: Columns, work: Work, rows: Ints) -> pl.DataFrame:
    everything = len(rows) == len(work.low)
    named = {
        **columns,
        "DOSE": work.dose,
        "DURATION": np.where(np.isnan(work.dose), np.nan, work.duration),
        "TAU": work.tau,
    }
    return pl.DataFrame({n: v if everything else v[rows] for n, v in named.items()})


def _computed(frame: pl.DataFrame, chosen: tuple[Parameter, ...]) -> pl.DataFrame:
    """All parameters, level by level; what is not a finite number becomes null."""
    by_code = {p.code: p for p in chosen}
    for level in _levels(chosen):
        frame = frame.with_columns(
            by_code[code].expr.alias(code) for code in level if by_code[code].needs
        )
    kept = [c for c in frame.columns if c.startswith("WHY_")]
    return frame.select(
        *(pl.when(pl.col(p.code).is_finite()).then(pl.col(p.code)).alias(p.code) for p in chosen),
        *(pl.col(c).cast(pl.Int8) for c in kept),
        NO_DOSE=pl.col("DOSE").is_nan(),
        EXTENDED=pl.col("EXTENDED") > 0,
    )


@cache
def _levels(chosen: tuple[Parameter, ...]) -> list[list[str]]:
    return computing_levels({p.code: p for p in chosen})


def _in_units(frame: pl.DataFrame, chosen: Sequence[Parameter], units: StudyUnits) -> pl.DataFrame:
    factors = {p.code: result_unit(p.dimension, units)[1] for p in chosen}
    scaled = [(pl.col(c) * f).alias(c) for c, f in factors.items() if f != 1.0]
    return frame.with_columns(scaled) if scaled else frame


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
    if not parts:
        return heads(analysis, np.zeros(0, np.int64))
    table = pl.concat([part for _, part in parts], how="diagonal")
    known = [p.code for p in PARAMETERS if p.code in table.columns]
    table = table.select(pl.exclude(known), *known)
    unit = np.concatenate([units for units, _ in parts])
    return table if np.all(unit[1:] > unit[:-1]) else table[np.argsort(unit, kind="stable")]


def causes(profiles: Profiles) -> dict[str, Bytes]:
    """Why each parameter has no value, as a number of `reasons`, 0 where it has one."""
    found: dict[str, Bytes] = {}
    by_code = {p.code: p for p in profiles.parameters}
    columns = profiles.values
    no_dose = columns.get_column("NO_DOSE").to_numpy()
    for level in _levels(profiles.parameters):
        for code in level:
            parameter = by_code[code]
            missing = columns.get_column(code).is_null().to_numpy()
            cause = _inherited(parameter, found, columns, no_dose)
            cause = np.where(cause == reasons.NONE, parameter.missing, cause)
            found[code] = np.where(missing, cause, reasons.NONE).astype(np.int8)
    return found


def _inherited(
    parameter: Parameter, found: dict[str, Bytes], columns: pl.DataFrame, no_dose: Flags
) -> Bytes:
    """The cause of the first need that has one, or what the kernel said."""
    height = columns.height
    cause: Bytes = np.zeros(height, np.int8)
    if parameter.why is not None:
        cause = columns.get_column(f"WHY_{parameter.why}").to_numpy().astype(np.int8)
    for need in parameter.needs:
        if need == "DOSE" and parameter.code != "TDOSE":
            more = np.where(no_dose, reasons.NO_DOSE_AMOUNT, reasons.NONE).astype(np.int8)
        else:
            more = found.get(need, np.zeros(height, np.int8))
        cause = np.where(cause == reasons.NONE, more, cause)
    return cause
