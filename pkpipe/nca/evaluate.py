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

from pkpipe.nca import reasons
from pkpipe.nca.analysis import Analysis
from pkpipe.nca.intervals import KINDS
from pkpipe.nca.intervals_laid_out import Work
from pkpipe.nca.kernel import evaluated
from pkpipe.nca.observed import Columns
from pkpipe.nca.parameter_registry import Parameter, computing_levels
from pkpipe.nca.parameters import PARAMETERS
from pkpipe.nca.sorted_arrays import ROUTES, Bytes, Ints
from pkpipe.protocol.nca_options import Options
from pkpipe.units import StudyUnits, result_unit

ROUTE_NAMES: Final = (*ROUTES, "unknown")
SLAB: Final = (
    1 << 16
)  # units; its columns stay in the caches, and the peak memory is that of the result
MOST_THREADS: Final = 4
# What of the doses a parameter may need, and why it is not known.
OF_DOSES: Final = {
    "DOSE": reasons.NO_DOSE_AMOUNT,
    "DOSETAU": reasons.NO_DOSE_AMOUNT,
    "INPUT": reasons.NO_DURATION,
    "INPUTTAU": reasons.NO_DURATION,
    "ALONE": reasons.LATER_DOSE,
}
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
        yield Profiles(first + rows, kind, route, chosen, _in_units(values, chosen, found.units))


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
    return {name: np.concatenate([p[name] for p in parts]) for name in parts[0]}


def _types(found: Analysis) -> Ints:
    """Kind, route and whether τ is known, as one number a unit."""
    has_tau = ~np.isnan(found.work.tau)
    kind = found.intervals.kind.astype(np.int64)
    number: Ints = (kind * len(ROUTE_NAMES) + found.work.route) * 2 + has_tau
    return number


def _of_type(number: int, options: Options) -> tuple[str, str, tuple[Parameter, ...]]:
    rest, tau = divmod(number, 2)
    kind, route = KINDS[rest // len(ROUTE_NAMES)], ROUTE_NAMES[rest % len(ROUTE_NAMES)]
    present = tuple(o for o in ("time_above",) if getattr(options, o) is not None)
    return kind, route, _applying(kind, route, present, tau=bool(tau))


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
        **{f"NO_{n}": pl.col(n).is_nan() for n in OF_DOSES},
        NO_DURATION="NO_DURATION",
        MIXED="MIXED",
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
    frame = pl.DataFrame({"START": asked.start[units], "END": asked.end[units]})
    # a table of one profile has no key column, and a frame without columns has no height
    known = frame.select(
        pl.col("START").fill_nan(None), END=pl.when(pl.col("END").is_finite()).then("END")
    )
    return keys.hstack(known) if analysis.keys else known


def wide_codes(analysis: Analysis) -> list[str]:
    """The parameters that apply to any type of profile there is, in the order of the registry."""
    numbers = np.unique(_types(analysis))
    found = {p.code for n in numbers for p in _of_type(int(n), analysis.options)[2]}
    return [p.code for p in PARAMETERS if p.code in found]


def wide_slab(analysis: Analysis, slab: Sequence[Profiles], codes: Sequence[str]) -> pl.DataFrame:
    """One row an interval, one column a parameter; null where it does not apply or has no value."""
    parts = []
    for profiles in slab:
        known = {p.code for p in profiles.parameters}
        part = heads(analysis, profiles.units).with_columns(
            KIND=pl.lit(profiles.kind, dtype=pl.Enum(KINDS)),
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
        KIND=pl.lit(None, dtype=pl.Enum(KINDS)),
        ROUTE=pl.lit(None, dtype=pl.Enum(ROUTE_NAMES)),
        **{code: pl.lit(None, dtype=pl.Float64) for code in wide_codes(analysis)},
    )


def causes(profiles: Profiles) -> dict[str, Bytes]:
    """Why each parameter has no value, as a number of `reasons`, 0 where it has one."""
    found: dict[str, Bytes] = {}
    by_code = {p.code: p for p in profiles.parameters}
    columns = profiles.values
    for level in _levels(profiles.parameters):
        for code in level:
            parameter = by_code[code]
            missing = columns.get_column(code).is_null().to_numpy()
            cause = _inherited(parameter, found, columns)
            last = _by_itself(parameter, columns)
            cause = np.where(cause == reasons.NONE, last, cause)
            found[code] = np.where(missing, cause, reasons.NONE).astype(np.int8)
    return found


def _by_itself(parameter: Parameter, columns: pl.DataFrame) -> int | Bytes:
    """The cause where all it needs is there: its own, or a division by zero, or numbers beyond any."""
    if parameter.missing != reasons.DIVISION:
        return parameter.missing
    needs = [n for n in parameter.needs if n in columns.columns]
    zero = columns.select(pl.any_horizontal(pl.lit(value=False), *(pl.col(n) == 0 for n in needs)))
    is_zero = zero.to_series().fill_null(value=False).to_numpy()
    return np.where(is_zero, reasons.DIVISION, reasons.OVERFLOW).astype(np.int8)


def _inherited(parameter: Parameter, found: dict[str, Bytes], columns: pl.DataFrame) -> Bytes:
    """The cause of the first need that has one, or what the kernel said."""
    cause: Bytes = np.zeros(columns.height, np.int8)
    if parameter.why is not None:
        cause = columns.get_column(parameter.cause_column).to_numpy().astype(np.int8)
    for need in parameter.needs:
        more = _of_doses(need, columns) if need in OF_DOSES else found.get(need)
        if more is not None:
            cause = np.where(cause == reasons.NONE, more, cause)
    return cause


def _of_doses(need: str, columns: pl.DataFrame) -> Bytes:
    """Why an amount, a mean input time or the tail of one dose is not known."""
    why = pl.lit(OF_DOSES[need])
    if OF_DOSES[need] == reasons.NO_DURATION:
        why = pl.when("NO_DURATION").then(why).otherwise(reasons.NO_DOSE_AMOUNT)
    if need != "ALONE":
        why = pl.when("MIXED").then(reasons.MIXED_ROUTES).otherwise(why)
    cause = columns.select(pl.when(f"NO_{need}").then(why).otherwise(reasons.NONE))
    return cause.to_series().to_numpy().astype(np.int8)
