"""How often the group with the higher hazard has the event first, with its standard error.

Harrell's C of a proportional hazards model over groups (ties in the prediction count one half), variance
by the infinitesimal jackknife, as `concordance` of R survival 3.5-3 reports it for a Cox model.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import polars as pl

from pkpipe.survival.comparisons.log_rank import Floats, Indices
from pkpipe.survival.curves.observations import merged, observations

DIGITS = 10  # predictions this close are equal; rounding noise must not break ties


def concordance(
    frame: pl.DataFrame, time: str, event: str, group: str, hazard: dict[str, float]
) -> tuple[float, float] | None:
    """C and its standard error; None where no two subjects can be compared.

    A pair is comparable when the earlier time is an event (at one time: event before censoring).

    Args:
        frame: one row a subject.
        time: column of the time.
        event: column that is above 0 for an event.
        group: column of the group.
        hazard: linear predictor of each group.
    """
    rows = merged(
        observations(frame.filter(pl.col(group).is_not_null()), time, event, [group]).sort("TIME")
    )
    levels = sorted({round(v, DIGITS) for v in hazard.values()})
    level = rows[group].cast(pl.String).replace_strict(
        {g: levels.index(round(v, DIGITS)) for g, v in hazard.items()}, return_dtype=pl.Int64
    ).to_numpy()  # fmt: skip
    # Twice the time, plus one if censored: then "later" is one comparison of whole ranks.
    rank = 2 * rows["TIME"].rank("dense").to_numpy().astype(np.int64) + ~rows["EVENT"].to_numpy()
    won, pairs = _wins(rank, level, rows["EVENT"].to_numpy(), len(levels))
    total = pairs.sum() / 2
    if total == 0:
        return None
    c = float(won.sum() / 2 / total)
    influence = (won - c * pairs) / total
    return c, float(np.sqrt((influence**2).sum()))


def _wins(
    rank: Indices, level: Indices, event: npt.NDArray[np.bool_], levels: int
) -> tuple[Floats, Floats]:
    """For each subject the comparable pairs it is part of, and how many of them agree (ties one half)."""
    won, pairs = np.zeros(rank.size), np.zeros(rank.size)
    for other in range(levels):
        of_other = level == other
        agree_as_first = np.where(level > other, 1.0, np.where(level == other, 0.5, 0.0))
        # As the earlier one: everybody of `other` with a later rank; only if it is an event itself.
        ends = np.sort(rank[of_other])
        later = np.where(event, ends.size - np.searchsorted(ends, rank, side="right"), 0)
        # As the later one: every event of `other` with an earlier rank.
        first = np.sort(rank[of_other & event])
        earlier = np.searchsorted(first, rank, side="left")
        won += agree_as_first * later + (1 - agree_as_first) * earlier
        pairs += later + earlier
    return won, pairs
