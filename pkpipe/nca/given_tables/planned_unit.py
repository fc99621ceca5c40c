"""Whether planned times are in the unit of the times: days beside hours are 24 times less in every sample."""

from __future__ import annotations

from typing import Final

import polars as pl

C: Final = pl.col
# Minutes, hours, days and weeks: how many of one unit make another.
TIMES: Final = (7, 24, 60, 168, 1440)
LIKE: Final = 0.15  # a sample is drawn about when it was planned
MOST: Final = 0.8  # of the samples
FEWEST: Final = 3  # planned times


def in_another_unit(conc: pl.DataFrame) -> pl.DataFrame:
    """The samples whose planned time is a whole unit away from the time, where that is so of nearly all."""
    if "TIMENOM" not in conc.columns:
        return conc.clear()
    rows = conc.filter((C("TIME") > 0) & (C("TIMENOM") > 0))
    if rows["TIMENOM"].n_unique() < FEWEST:
        return conc.clear()
    share = C("TIME") / C("TIMENOM")
    for factor in (*TIMES, *(1 / n for n in TIMES)):
        off = rows.filter((share / factor - 1).abs() <= LIKE)
        if off.height >= MOST * rows.height and off["TIMENOM"].n_unique() >= FEWEST:
            return off
    return conc.clear()
