"""Tables of other libraries as polars tables: whatever hands over Arrow columns, or columns by name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

import numpy as np
import polars as pl

from pkpipe.errors import ConfigError

Frame = Any  # polars, pandas, an Arrow table, or a mapping of columns


class PandasColumn(Protocol):
    """What is asked of a column of pandas, which is not imported."""

    def to_numpy(self) -> np.ndarray: ...
    def isna(self) -> PandasColumn: ...


def as_polars(frame: Frame, name: str) -> pl.DataFrame:
    """The table in polars; of another library's table NaN is what it has for a missing number.

    Raises:
        ConfigError: it is no table.
    """
    if isinstance(frame, pl.LazyFrame):
        return frame.collect()
    if isinstance(frame, pl.DataFrame):
        return frame
    is_table = hasattr(frame, "__arrow_c_stream__") or hasattr(frame, "columns")
    if not is_table and not isinstance(frame, Mapping):
        raise ConfigError(
            f"{name} is a {type(frame).__name__} (allowed: a polars, pandas or Arrow table, "
            "or a mapping of columns)"
        )
    made = _made(frame)
    floats = [c for c, kind in made.schema.items() if kind.is_float()]
    return made.with_columns(pl.col(c).fill_nan(None) for c in floats)


def _made(frame: Frame) -> pl.DataFrame:
    try:
        return pl.DataFrame(frame)
    except ImportError:  # polars wants pyarrow for columns of pandas that are no plain numbers
        return pl.DataFrame({str(name): _column(frame[name]) for name in frame.columns})


def _column(series: PandasColumn) -> pl.Series:
    values, missing = series.to_numpy(), series.isna().to_numpy()
    plain = [None if gone else v for v, gone in zip(values.tolist(), missing, strict=True)]
    return pl.Series(plain, strict=False)
