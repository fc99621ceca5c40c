"""Which level a design with a decision table declares when it has ended.

With a target rate: isotonic regression of the DLT rates, the level nearest to the target (Liu & Yuan 2015,
doi:10.1111/rssc.12089, the selection BOIN publishes). Without one: the highest treated level whose own cell
neither goes down nor excludes.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from pkpipe.escalation.engine.design import LETTERS, Design, Ints
from pkpipe.escalation.engine.level_counts import States
from pkpipe.escalation.engine.state_questions import Facts

Floats = npt.NDArray[np.float64]

PRIOR_DLT: Final = 0.05  # a twentieth of a subject with DLT ...
PRIOR_N: Final = 0.1  # ... in a tenth of a subject, so that 0 of n is not nought
TIE: Final = 1e-10  # equal rates: the higher level reads a little higher


def select_mtd(design: Design, states: States) -> Ints:
    """The declared level of each state, -1 if no treated level is acceptable."""
    facts = Facts(design, states)
    allowed = facts.dosed & (facts.order < facts.ceiling[:, None])
    if design.target is not None:
        return nearest_to_target(states.n, states.y, allowed, design.target)
    letters = facts.cells_of(states.n, states.y)
    fit = allowed & ~np.isin(letters, [LETTERS.index("D"), LETTERS.index("U")])
    last = design.levels - 1 - np.argmax(fit[:, ::-1], axis=1)
    return np.where(fit.any(axis=1), last, -1).astype(np.int16)


def nearest_to_target(
    n: npt.NDArray[np.integer],
    y: npt.NDArray[np.integer],
    allowed: npt.NDArray[np.bool_],
    target: float,
) -> Ints:
    """The level whose isotonic DLT rate is nearest to the target; counts of shape (states, levels)."""
    rates = isotonic_rates(n, y)
    distance = np.where(
        allowed & (n > 0), np.abs(rates + TIE * np.arange(n.shape[1]) - target), np.inf
    )
    best = np.argmin(distance, axis=1)
    return np.where((allowed & (n > 0)).any(axis=1), best, -1).astype(np.int16)


def isotonic_rates(n: npt.NDArray[np.integer], y: npt.NDArray[np.integer]) -> Floats:
    """DLT rates made non-decreasing over the levels treated, shape (states, levels); untreated: NaN.

    Weighted least squares by the min-max formula (Barlow et al. 1972): the rate of level i is the largest
    over starts a <= i of the smallest over ends b >= i of the weighted mean of a..b. Weights are the inverse
    posterior variances under a Beta(0.05, 0.05) prior.
    """
    good = n > 0
    yy, nn = y + PRIOR_DLT, n + PRIOR_N
    rate = np.where(good, yy / nn, 0.0)
    weight = np.where(good, nn**2 * (nn + 1) / (yy * (nn - yy)), 0.0)
    levels = n.shape[1]
    sums_w = np.concatenate([np.zeros((len(n), 1)), np.cumsum(weight, axis=1)], axis=1)
    sums_r = np.concatenate([np.zeros((len(n), 1)), np.cumsum(weight * rate, axis=1)], axis=1)
    result = np.full(n.shape, -np.inf)
    for start in range(levels):
        running = np.full(len(n), np.inf)
        for end in range(levels - 1, start - 1, -1):
            total = sums_w[:, end + 1] - sums_w[:, start]
            with np.errstate(invalid="ignore", divide="ignore"):
                mean = np.where(total > 0, (sums_r[:, end + 1] - sums_r[:, start]) / total, np.inf)
            running = np.minimum(running, mean)
            result[:, end] = np.where(
                np.isfinite(running), np.maximum(result[:, end], running), result[:, end]
            )
    return np.where(good, result, np.nan)
