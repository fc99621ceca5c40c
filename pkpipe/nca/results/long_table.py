"""The long table of interfaces.md: one row an interval and parameter, with unit, status and reason."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from typing import Final

import numpy as np
import polars as pl
from polars.io.plugins import register_io_source

from pkpipe.nca import reasons
from pkpipe.nca.analysis import Analysis
from pkpipe.nca.laid_out.sorted_arrays import Ints
from pkpipe.nca.registry.accept import judged
from pkpipe.nca.registry.evaluate import (
    Profiles,
    heads,
    slabs,
    wide_codes,
    wide_empty,
    wide_slab,
)
from pkpipe.nca.registry.missing_value_causes import causes

LONG_SLAB: Final = 1 << 13  # units; some 60 rows each
EXACT: Final = 2.0**53  # whole numbers below are exact in a double
RESULT_COLUMNS: Final = (
    "START",
    "END",
    "PPTESTCD",
    "PPTEST",
    "PPSTRESN",
    "PPSTRESU",
    "PPSTAT",
    "PPREASND",
    "STATUS",
    "REASON",
)


def long_slab(analysis: Analysis, slab: Sequence[Profiles]) -> pl.DataFrame:
    """Rows ordered by keys, START, END and the order of the registry."""
    parts = [_of_profiles(analysis, p) for p in slab]
    table = pl.concat([part for _, part in parts])
    unit = np.concatenate([units for units, _ in parts])
    # Within a unit the rows already follow the registry, and a stable sort keeps them so.
    return table if np.all(unit[1:] >= unit[:-1]) else table[np.argsort(unit, kind="stable")]


def long(analysis: Analysis, *, threads: int | None = None) -> pl.DataFrame:
    """Every interval; see `long_slab`."""
    parts = [long_slab(analysis, s) for s in slabs(analysis, threads=threads)]
    return pl.concat(parts) if parts else _empty(analysis)


def long_rows(analysis: Analysis, seen: Callable[[pl.DataFrame], None]) -> pl.LazyFrame:
    """The same as rows that are made when they are asked for: a sink needs one slab in memory, not all.

    seen: is shown every slab.
    """
    made = (long_slab(analysis, s) for s in slabs(analysis, size=LONG_SLAB))
    return _source(made, _empty(analysis).schema, seen)


def wide_rows(analysis: Analysis, seen: Callable[[pl.DataFrame], None]) -> pl.LazyFrame:
    """The wide table, made when it is asked for."""
    codes = wide_codes(analysis)
    made = (wide_slab(analysis, s, codes) for s in slabs(analysis))
    return _source(made, wide_empty(analysis).schema, seen)


def with_reported(rows: pl.LazyFrame, digits: int) -> pl.LazyFrame:
    """The rows with PPSTRESC behind the value: the value as text, rounded to so many significant digits."""
    at = rows.collect_schema().names().index("PPSTRESN") + 1
    names = rows.collect_schema().names()
    made = rows.with_columns(PPSTRESC=significant_text(pl.col("PPSTRESN"), digits))
    return made.select(*names[:at], "PPSTRESC", *names[at:])


def significant_text(value: pl.Expr, digits: int) -> pl.Expr:
    """A number as text in so many significant digits, without an exponent where it can be."""
    rounded = value.round_sig_figs(digits)
    whole = (rounded == rounded.floor()) & (rounded.abs() < EXACT)
    return (
        pl.when(whole)
        .then(rounded.cast(pl.Int64, strict=False).cast(pl.String))
        .otherwise(rounded.cast(pl.String))
    )


def _source(
    made: Iterator[pl.DataFrame], schema: pl.Schema, seen: Callable[[pl.DataFrame], None]
) -> pl.LazyFrame:
    """Slabs as a lazy frame that can be collected or sunk once."""

    def batches(
        columns: list[str] | None, predicate: pl.Expr | None, rows: int | None, _size: int | None
    ) -> Iterator[pl.DataFrame]:
        for slab in made:
            seen(slab)
            part = slab if predicate is None else slab.filter(predicate)
            part = part if columns is None else part.select(columns)
            yield part if rows is None else part.head(rows)
            if rows is not None:
                rows -= min(rows, part.height)
                if rows == 0:
                    return

    return register_io_source(batches, schema=schema)


def _empty(analysis: Analysis) -> pl.DataFrame:
    numbers = ("START", "END", "PPSTRESN")
    schema: dict[str, pl.DataType] = {k: analysis.groups.schema[k] for k in analysis.beside}
    schema |= {c: pl.Float64() if c in numbers else pl.String() for c in RESULT_COLUMNS}
    return pl.DataFrame(schema=schema)


def _of_profiles(analysis: Analysis, profiles: Profiles) -> tuple[Ints, pl.DataFrame]:
    known = {p.code: p for p in profiles.parameters}
    asked = analysis.out.codes or tuple(known)
    parameters = [known[c] for c in asked if c in known]
    codes = [p.code for p in parameters]
    if not codes:
        return np.zeros(0, np.int64), _empty(analysis)
    size, many = len(profiles.units), len(codes)
    unit = np.repeat(np.arange(size), many)
    values = np.column_stack([profiles.values.get_column(c).to_numpy() for c in codes]).ravel()
    cause = causes(profiles.values, profiles.parameters)
    why = np.column_stack([cause[c] for c in codes]).ravel()
    judgement = judged(profiles.values, profiles.parameters, analysis.options.accept)
    broken = np.column_stack([judgement.bits[c] for c in codes]).ravel()
    broken = np.where(np.isnan(values), 0, broken)
    spoken = reasons.words(
        analysis.options.lambda_z.min_points, analysis.options.tau_edge.min_coverage
    )
    sentences = [spoken.get(i) for i in range(max(spoken) + 1)]
    units = [analysis.out.scale(c, analysis.units).unit for c in codes]
    table = heads(analysis, profiles.units)[unit].with_columns(
        _tiled("PPTESTCD", tuple(codes), size),
        _tiled("PPTEST", tuple(p.label for p in parameters), size),
        pl.Series("PPSTRESN", values).fill_nan(None),
        _tiled("PPSTRESU", tuple(units), size),
        _picked("PPSTAT", [None, "NOT DONE"], (why != reasons.NONE).astype(np.int64)),
        _picked("PPREASND", sentences, why),
        _picked("STATUS", judgement.statuses(), broken),
        _picked("REASON", judgement.reasons(), broken),
    )
    return profiles.units[unit], table


@lru_cache(maxsize=16)  # every slab but the last is of one size
def _tiled(name: str, words: tuple[str | None, ...], times: int) -> pl.Series:
    """The same words for every interval."""
    return _picked(name, words, np.tile(np.arange(len(words)), times))


def _picked(name: str, words: Sequence[str | None], which: np.ndarray) -> pl.Series:
    if not which.any():  # one word for all of them
        return pl.Series(name, words[:1], dtype=pl.String).new_from_index(0, len(which))
    return pl.Series(name, words, dtype=pl.String).gather(which.astype(np.uint32))
