"""The types of the columns of the three tables."""

from __future__ import annotations

from typing import Final

import polars as pl

CONC_TYPES: Final[dict[str, pl.DataType]] = {
    "TIME": pl.Float64(),
    "CONC": pl.Float64(),
    "BLQ": pl.Int64(),
    "LLOQ": pl.Float64(),
    "TIMENOM": pl.Float64(),
    "TIMERULE": pl.String(),
    "NOMWIN": pl.Float64(),
    "LAMZFL": pl.String(),
    "EXCLFL": pl.String(),
    "EXCLRSN": pl.String(),
}
DOSE_TYPES: Final[dict[str, pl.DataType]] = {
    "TIME": pl.Float64(),
    "DOSE": pl.Float64(),
    "ROUTE": pl.String(),
    "DURATION": pl.Float64(),
    "TAU": pl.Float64(),
    "TIMENOM": pl.Float64(),
    "FIRSTFL": pl.String(),
    "WEIGHT": pl.Float64(),
    "BSA": pl.Float64(),
    "RBASE": pl.Float64(),
}
INTERVAL_TYPES: Final[dict[str, pl.DataType]] = {
    "START": pl.Float64(),
    "END": pl.Float64(),
    "KIND": pl.String(),
}
