"""The long table of interfaces.md: one row an interval and parameter, with unit, status and reason."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import polars as pl

from pkpipe.nca import reasons
from pkpipe.nca.accept import judged
from pkpipe.nca.evaluate import Analysis, Profiles, causes, heads
from pkpipe.nca.parameters import PARAMETERS
from pkpipe.nca.ragged import Ints
from pkpipe.units import result_unit

PLACE: Final = {p.code: i for i, p in enumerate(PARAMETERS)}
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


def long(analysis: Analysis) -> pl.DataFrame:
    """Rows ordered by keys, START, END and the order of the registry."""
    parts = [_of_profiles(analysis, p) for p in analysis.profiles]
    if not parts:
        return _empty(analysis)
    table = pl.concat([part for _, part in parts])
    unit = np.concatenate([units for units, _ in parts])
    # Within a unit the rows already follow the registry, and a stable sort keeps them so.
    return table if np.all(unit[1:] >= unit[:-1]) else table[np.argsort(unit, kind="stable")]


def _empty(analysis: Analysis) -> pl.DataFrame:
    numbers = ("START", "END", "PPSTRESN")
    schema: dict[str, pl.DataType] = {k: analysis.groups.schema[k] for k in analysis.keys}
    schema |= {c: pl.Float64() if c in numbers else pl.String() for c in RESULT_COLUMNS}
    return pl.DataFrame(schema=schema)


def _of_profiles(analysis: Analysis, profiles: Profiles) -> tuple[Ints, pl.DataFrame]:
    parameters = profiles.parameters
    codes = [p.code for p in parameters]
    size, many = len(profiles.units), len(codes)
    unit = np.repeat(np.arange(size), many)
    which = np.tile(np.arange(many), size)
    values = np.column_stack([profiles.values.get_column(c).to_numpy() for c in codes]).ravel()
    cause = causes(profiles)
    why = np.column_stack([cause[c] for c in codes]).ravel()
    judgement = judged(profiles.values, parameters, analysis.options.accept)
    broken = np.column_stack([judgement.bits[c] for c in codes]).ravel()
    broken = np.where(np.isnan(values), 0, broken)
    spoken = reasons.words(
        analysis.options.lambda_z.min_points, analysis.options.tau_edge.min_coverage
    )
    sentences = [spoken.get(i) for i in range(max(spoken) + 1)]
    units = [result_unit(p.dimension, analysis.units)[0] for p in parameters]
    table = heads(analysis, profiles.units)[unit].with_columns(
        _picked("PPTESTCD", codes, which),
        _picked("PPTEST", [p.label for p in parameters], which),
        pl.Series("PPSTRESN", values).fill_nan(None),
        _picked("PPSTRESU", units, which),
        _picked("PPSTAT", [None, "NOT DONE"], (why != reasons.NONE).astype(np.int64)),
        _picked("PPREASND", sentences, why),
        _picked("STATUS", judgement.statuses(), broken),
        _picked("REASON", judgement.reasons(), broken),
    )
    return profiles.units[unit], table


def _picked(name: str, words: Sequence[str | None], which: np.ndarray) -> pl.Series:
    return pl.Series(name, words, dtype=pl.String).gather(which.astype(np.uint32))
