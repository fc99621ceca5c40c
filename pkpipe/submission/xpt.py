"""A dataset as a SAS transport file, version 5: the same rows give the same bytes."""

from __future__ import annotations

import datetime
from typing import Final

import polars as pl

from pkpipe.store.files import XptAbout, xpt_bytes
from pkpipe.submission.dataset import Made

# `%b` depends on the machine's language.
MONTHS: Final = (
    *("JAN", "FEB", "MAR", "APR", "MAY", "JUN"),
    *("JUL", "AUG", "SEP", "OCT", "NOV", "DEC"),
)
SECOND: Final = 10**9  # of the nanoseconds of a time
NO_DAY: Final = datetime.date(1980, 1, 1)


def xpt(made: Made, cutoff: datetime.date | None) -> bytes:
    """The file; the four dates in it are that of the data cutoff."""
    about = XptAbout(
        made.code,
        made.of.label,
        {v.name: v.label for v in made.variables},
        {v.name: v.format for v in made.variables if v.format},
        {v.name: v.length for v in made.variables if v.type == "text"},
        stamp(cutoff),
    )
    return xpt_bytes(_as_sas_has_them(made.rows), about)


def _as_sas_has_them(rows: pl.DataFrame) -> pl.DataFrame:
    """Every number as a double; a time of day is the seconds since midnight."""
    seconds = pl.col(pl.Time).cast(pl.Int64) / SECOND
    return rows.with_columns(pl.col(pl.Int64).cast(pl.Float64), seconds)


def stamp(cutoff: datetime.date | None) -> bytes:
    """`31MAR26:00:00:00`."""
    day = cutoff or NO_DAY
    return f"{day.day:02}{MONTHS[day.month - 1]}{day.year % 100:02}:00:00:00".encode()
