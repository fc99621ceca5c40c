"""Concentrations at times that somebody names: on the curve that the areas are taken of, or behind it.

Between two samples the curve is that of the area rule; behind the last quantifiable sample it falls with the
terminal slope from that sample; at START it is the value that the start rule gives. Each row says which.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import polars as pl

from pkpipe.nca import reasons
from pkpipe.nca.analysis import Analysis
from pkpipe.nca.further_analyses.superposition import NO_SLOPE, Curves
from pkpipe.nca.laid_out.intervals import PART
from pkpipe.nca.laid_out.sorted_arrays import SAME_TIME
from pkpipe.nca.laid_out.start_values import EXTRAPOLATED, MINIMUM, PREDOSE, ZERO
from pkpipe.nca.registry.evaluate import heads

MEASURED: Final = "measured"
BETWEEN: Final = "between two samples, by the area rule"
BEHIND: Final = "by the terminal slope"
ENDED: Final = "the interval ends before that time"
AT_START: Final = {
    PREDOSE: "the predose sample",
    ZERO: "zero before the first dose",
    EXTRAPOLATED: "extrapolated back to the dose",
    MINIMUM: "the smallest of the interval",
}


def estimated(analysis: Analysis, times: Sequence[float]) -> pl.DataFrame:
    """Keys, START, END, TIME after START, CONC, HOW, REASON: every profile at every time, in their order.

    times: after START, in the unit of the tables.
    """
    units = np.flatnonzero(analysis.intervals.kind != PART)
    curves = Curves(analysis, units)
    at = np.array(sorted(set(times)), dtype=float)
    unit, time = np.repeat(np.arange(len(units)), len(at)), np.tile(at, len(units))
    conc = curves.at(unit, time)
    behind = time > curves.tlst[unit] + SAME_TIME
    length = (analysis.intervals.end - analysis.intervals.start)[units][unit]
    ended = time > length + SAME_TIME
    no_value = np.isnan(conc) | ended
    how = np.where(_sampled(curves, unit, time), MEASURED, np.where(behind, BEHIND, BETWEEN))
    source = analysis.work.start_source[units][unit]
    for rule, words in AT_START.items():
        how = np.where((np.abs(time) <= SAME_TIME) & (source == rule), words, how)
    said = np.array(["", *(reasons.SAID[i].en for i in range(1, max(reasons.SAID) + 1))])
    why = np.where(curves.known[unit], np.where(ended, ENDED, NO_SLOPE), said[curves.why[unit]])
    return heads(analysis, units)[unit].with_columns(
        TIME=pl.Series(time),
        CONC=pl.when(pl.Series(~no_value)).then(pl.Series(conc)),
        HOW=pl.when(pl.Series(~no_value)).then(pl.Series(how)),
        REASON=pl.when(pl.Series(no_value)).then(pl.Series(why)),
    )


def _sampled(curves: Curves, unit: np.ndarray, time: np.ndarray) -> np.ndarray:
    """Was a sample drawn at that time?"""
    asked = pl.DataFrame({"_U": unit, "T": time}).with_row_index("_I")
    drawn = curves.sampled.rename({"TIME": "AT"}).sort("_U", "AT")
    near = asked.sort("_U", "T").join_asof(
        drawn.with_columns(T="AT"), on="T", by="_U", strategy="nearest", check_sortedness=False
    )
    close = (near["AT"] - near["T"]).abs() <= SAME_TIME
    return near.with_columns(C=close.fill_null(value=False)).sort("_I")["C"].to_numpy()
