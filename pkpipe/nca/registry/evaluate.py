"""From the kernel's columns to parameters: a wide table, one row an interval."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np
import polars as pl

from pkpipe.nca.analysis import Analysis
from pkpipe.nca.arithmetic.kernel import evaluated
from pkpipe.nca.arithmetic.observed import Columns
from pkpipe.nca.laid_out.intervals import INTERVAL_KINDS
from pkpipe.nca.laid_out.intervals_laid_out import Work
from pkpipe.nca.laid_out.sorted_arrays import ROUTES, Ints
from pkpipe.nca.registry.missing_value_causes import OF_DOSES, levels_of
from pkpipe.nca.registry.parameter_registry import Parameter
from pkpipe.nca.registry.parameters import PARAMETERS
from pkpipe.protocol.nca_options import Options
from pkpipe.units import result_unit

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


def slabs(
    analysis: Analysis, *, threads: int | None = None, size: int | None = None
) -> Iterator[list[Profiles]]:
    """The evaluated units, slab after slab in their order, computed by a small pool a little ahead.

    What a slab gives depends on its units only, so any number of threads gives the same bits.
    """
    size = size or SLAB
    firsts = range(0, analysis.height, size)

    def one(first: int) -> list[Profiles]:
        return list(_profiles(analysis, first, min(first + size, analysis.height)))

    many = threads or min(MOST_THREADS, len(os.sched_getaffinity(0)))
    if many == 1 or len(firsts) < 2:
        yield from map(one, firsts)
        return
    with ThreadPoolExecutor(many) as pool:
        ahead = deque[Future[list[Profiles]]]()
        for first in firsts:
            ahead.append(pool.submit(one, first))
            if len(ahead) > many:
                yield ahead.popleft().result()
        while ahead:
            yield ahead.popleft().result()


def _profiles(found: Analysis, first: int, last: int) -> Iterator[Profiles]:
    """The units of a slab by type of profile."""
    work = found.work.part(first, last)
    columns = _columns(found, first, last)
    type_of = _types(found)[first:last]
    for number in np.unique(type_of):
        rows = np.flatnonzero(type_of == number)
        kind, route, chosen = _of_type(int(number), found.options)
        computed = chosen if kind != "PART" else (*chosen, *JUDGED)
        values = _computed(_frame(columns, work, rows), computed)
        units = first + rows
        yield Profiles(units, kind, route, chosen, _in_units(values, chosen, found, units))


def _columns(found: Analysis, first: int, last: int) -> Columns:
    """The kernel's columns of some units, each unit under the options it is asked under."""
    variants = found.variants or (found.options,)
    each = found.height // len(variants)
    parts = []
    for place, options in enumerate(variants):
        low, high = max(first, place * each), min(last, (place + 1) * each)
        if low < high:
            parts.append(evaluated(found.samples, found.work.part(low, high), options))
    if len(parts) == 1:
        return parts[0]
    # what only one way of fitting gives has no value under another
    nothing = [np.full(len(p["LAMZ"]), np.nan) for p in parts]
    return {
        name: np.concatenate([p.get(name, n) for p, n in zip(parts, nothing, strict=True)])
        for name in parts[0]
    }


def _types(found: Analysis) -> Ints:
    """Kind, route and whether τ is known, as one number a unit."""
    has_tau = ~np.isnan(found.work.tau)
    kind = found.intervals.kind.astype(np.int64)
    number: Ints = (kind * len(ROUTE_NAMES) + found.work.route) * 2 + has_tau
    return number


def _of_type(number: int, options: Options) -> tuple[str, str, tuple[Parameter, ...]]:
    rest, tau = divmod(number, 2)
    kind, route = INTERVAL_KINDS[rest // len(ROUTE_NAMES)], ROUTE_NAMES[rest % len(ROUTE_NAMES)]
    return kind, route, _applying(kind, route, options.present, tau=bool(tau))


@cache
def _applying(
    kind: str, route: str, present: tuple[str, ...], *, tau: bool
) -> tuple[Parameter, ...]:
    return tuple(p for p in PARAMETERS if p.applies(kind, route, tau=tau, options=present))


def _frame(columns: Columns, work: Work, rows: Ints) -> pl.DataFrame:
    everything = len(rows) == len(work.low)
    named = {
        **columns,
        "TDOSE": work.dose,
        # nothing can be told from a dose of zero
        "DOSE": np.where((work.dose == 0) | work.mixed, np.nan, work.dose),
        "DOSETAU": np.where((work.dose_in_tau == 0) | work.mixed, np.nan, work.dose_in_tau),
        "INPUT": np.where(work.mixed, np.nan, work.input_time),
        "INPUTTAU": np.where(work.mixed, np.nan, work.input_time_in_tau),
        "NO_DURATION": work.no_duration,
        "MIXED": work.mixed,
        "TAU": work.tau,
        # the tail of one dosing interval is not known where another dose was given in it
        "ALONE": np.where(work.later_dose, np.nan, 0.0),
    }
    return pl.DataFrame({n: v if everything else v[rows] for n, v in named.items()})


def _with_parameters(frame: pl.DataFrame, chosen: tuple[Parameter, ...]) -> pl.DataFrame:
    """All parameters beside what they are computed from, level by level."""
    by_code = {p.code: p for p in chosen}
    for level in levels_of(chosen):
        frame = frame.with_columns(
            by_code[code].expr.alias(code) for code in level if by_code[code].needs
        )
    return frame


def numbers(found: Analysis, unit: int) -> tuple[dict[str, float], tuple[Parameter, ...]]:
    """Of one unit everything by name: the kernel's columns and the parameters, none rescaled."""
    _, _, chosen = _of_type(int(_types(found)[unit]), found.options)
    work = found.work.part(unit, unit + 1)
    columns = _columns(found, unit, unit + 1)
    row = _with_parameters(_frame(columns, work, np.zeros(1, np.int64)), chosen).row(0, named=True)
    return {name: float("nan") if v is None else float(v) for name, v in row.items()}, chosen


def _computed(frame: pl.DataFrame, chosen: tuple[Parameter, ...]) -> pl.DataFrame:
    """All parameters, level by level; what is not a finite number becomes null."""
    frame = _with_parameters(frame, chosen)
    kept = [c for c in frame.columns if c.startswith("WHY_")]
    return frame.select(
        *(pl.when(pl.col(p.code).is_finite()).then(pl.col(p.code)).alias(p.code) for p in chosen),
        *(pl.col(c).cast(pl.Int8) for c in kept),
        **{f"NO_{n}": pl.col(n).is_nan() for n in OF_DOSES},
        NO_DURATION="NO_DURATION",
        MIXED="MIXED",
        EXTENDED=pl.col("EXTENDED") > 0,
    )


def _in_units(
    frame: pl.DataFrame, chosen: Sequence[Parameter], found: Analysis, units: Ints
) -> pl.DataFrame:
    factors = {p.code: _factor(found, p, units) for p in chosen}
    scaled = [
        (pl.col(c) * f).alias(c) for c, f in factors.items() if isinstance(f, pl.Series) or f != 1.0
    ]
    return frame.with_columns(scaled) if scaled else frame


def _factor(found: Analysis, parameter: Parameter, units: Ints) -> float | pl.Series:
    """One factor, or one of each unit where it depends on a weight or on a molar mass."""
    scale = found.out.scales.get(parameter.code)
    if scale is None:
        return result_unit(parameter.dimension, found.units)[1]
    factor = found.out.factor(scale, units)
    return pl.Series(factor) if isinstance(factor, np.ndarray) else float(factor)


def heads(analysis: Analysis, units: Ints) -> pl.DataFrame:
    """Keys, START, END and KIND of some units; an END of infinity is empty."""
    asked = analysis.intervals
    keys = analysis.groups[asked.group[units]].select(analysis.beside)
    frame = pl.DataFrame({"START": asked.start[units], "END": asked.end[units]})
    # a table of one profile has no key column, and a frame without columns has no height
    known = frame.select(
        pl.col("START").fill_nan(None), END=pl.when(pl.col("END").is_finite()).then("END")
    )
    return keys.hstack(known) if analysis.beside else known


def wide_codes(analysis: Analysis) -> list[str]:
    """The parameters that apply to any type of profile there is, in the order of the registry."""
    numbers = np.unique(_types(analysis))
    found = {p.code for n in numbers for p in _of_type(int(n), analysis.options)[2]}
    ordered = analysis.out.codes or [p.code for p in PARAMETERS]
    return [code for code in ordered if code in found]


def wide_slab(analysis: Analysis, slab: Sequence[Profiles], codes: Sequence[str]) -> pl.DataFrame:
    """One row an interval, one column a parameter; null where it does not apply or has no value."""
    parts = []
    for profiles in slab:
        known = {p.code for p in profiles.parameters}
        part = heads(analysis, profiles.units).with_columns(
            KIND=pl.lit(profiles.kind, dtype=pl.Enum(INTERVAL_KINDS)),
            ROUTE=pl.lit(profiles.route, dtype=pl.Enum(ROUTE_NAMES)),
        )
        columns = [
            profiles.values.get_column(c)
            if c in known
            else pl.Series(c, [None], dtype=pl.Float64).new_from_index(0, part.height)
            for c in codes
        ]
        parts.append(part.hstack(columns))
    unit = np.concatenate([p.units for p in slab])
    table = pl.concat(parts)
    return table if np.all(unit[1:] > unit[:-1]) else table[np.argsort(unit, kind="stable")]


def wide(analysis: Analysis, *, threads: int | None = None) -> pl.DataFrame:
    """Every interval; see `wide_slab`."""
    codes = wide_codes(analysis)
    parts = [wide_slab(analysis, s, codes) for s in slabs(analysis, threads=threads)]
    return pl.concat(parts) if parts else wide_empty(analysis)


def wide_empty(analysis: Analysis) -> pl.DataFrame:
    """The wide table without its rows."""
    return heads(analysis, np.zeros(0, np.int64)).with_columns(
        KIND=pl.lit(None, dtype=pl.Enum(INTERVAL_KINDS)),
        ROUTE=pl.lit(None, dtype=pl.Enum(ROUTE_NAMES)),
        **{code: pl.lit(None, dtype=pl.Float64) for code in wide_codes(analysis)},
    )
