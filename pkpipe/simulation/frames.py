"""From arrays to raw tables as a laboratory or an EDC delivers them: text in the columns of the domain."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
import polars as pl

from pkpipe.schema.computed_columns import COMPUTED, DTYPE
from pkpipe.schema.sdtm import DOMAINS
from pkpipe.sentences import sentence
from pkpipe.simulation.draws import Floats, Times

MINUTE: Final = "%Y-%m-%dT%H:%M"
DAY: Final = "%Y-%m-%d"
# What a virtual trial does not say: every result is measured, a screen failure has its code in ARMCD.
NOT_DRAWN: Final = frozenset({DTYPE, *COMPUTED.values(), "ARMNRS", "CMSCAT"})
Values = Sequence[Any] | np.ndarray[Any, Any] | pl.Series


def raw_table(domain: str, columns: Mapping[str, Values | str | None]) -> pl.DataFrame:
    """A raw table with every column of its domain as text; a column not given is empty."""
    spec = DOMAINS[domain]
    unknown = set(columns) - set(spec.names)
    if unknown:
        raise KeyError(f"{domain} has no column {', '.join(sorted(unknown))}")
    height = max((len(v) for v in columns.values() if not isinstance(v, str | None)), default=0)
    names = (n for n in spec.names if n not in NOT_DRAWN)
    return pl.DataFrame({name: _text(name, columns.get(name), height) for name in names})


def numbered(domain: str, parts: Sequence[pl.DataFrame]) -> pl.DataFrame:
    """The parts as one table, sorted by subject and date, its sequence numbered within the subject."""
    spec = DOMAINS[domain]
    frame = pl.concat([raw_table(domain, {}), *parts])
    keys = [k for k in ("USUBJID", spec.date, f"{domain}TESTCD") if k in spec.names]
    frame = frame.sort(keys, maintain_order=True, nulls_last=True)
    sequence = f"{domain}SEQ"
    if sequence not in spec.names:
        return frame
    number = pl.int_range(1, pl.len() + 1).over("USUBJID").cast(pl.String)
    return frame.with_columns(number.alias(sequence))


def _text(name: str, values: Values | str | None, height: int) -> pl.Series:
    if values is None or isinstance(values, str):
        return pl.Series(name, [values] * height, dtype=pl.String)
    series = pl.Series(name, values)
    if series.dtype.is_float():
        return pl.Series(
            name,
            [None if math.isnan(v) else f"{v:.10g}" for v in series.to_list()],
            dtype=pl.String,
        )
    return series.cast(pl.String)


def minute_text(times: Times) -> pl.Series:
    """Date and time to the minute; NaT is null."""
    return pl.Series(times.astype("datetime64[ms]")).dt.strftime(MINUTE)


def day_text(times: Times) -> pl.Series:
    """The date alone; NaT is null."""
    return pl.Series(times.astype("datetime64[ms]")).dt.strftime(DAY)


def picked(words: Sequence[str | None], positions: Values) -> pl.Series:
    """The word at each position."""
    return pl.Series(list(words), dtype=pl.String).gather(pl.Series(positions))


def visit_name(cycle: Values, day: Values) -> tuple[pl.Series, Floats]:
    """VISIT and VISITNUM of a day of a cycle: `CYCLE 3 DAY 8`, 3.08."""
    c, d = (np.asarray(values).astype(np.int64) for values in (cycle, day))
    names = pl.DataFrame({"c": c, "d": d}).select(sentence("CYCLE {} DAY {}", "c", "d")).to_series()
    return names, np.round(c + d / 100, 2)
