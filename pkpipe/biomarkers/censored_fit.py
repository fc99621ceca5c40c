"""Results at the end of what a laboratory reports: they may lie beyond it (Tobin, Econometrica 1958;26:24).

An occupancy of 0 or 100 % is where results are cut off, not what they are. The likelihood of such a result is
the chance of one there or beyond; of any other it is the normal density.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy.special import log_ndtr

Floats = npt.NDArray[np.float64]
Sides = npt.NDArray[np.int64]
STEP: Final = 1e-5  # of a parameter, to differentiate the score
HALF_LOG: Final = 0.5 * math.log(2 * math.pi)


def beyond(value: Floats, side: Sides, mean: Floats, sd: float) -> tuple[Floats, Floats]:
    """Expected results and their variances where a result is cut off; elsewhere itself and 0.

    `side`: -1 cut off below, 1 above, 0 measured. Moments of a truncated normal (Greene, Econometric
    Analysis, 2003, theorem 22.2), for the expectation step of Dempster, Laird & Rubin 1977.
    """
    z = side * (value - mean) / sd
    ratio = _mills(z)
    cut = side != 0
    expected = np.where(cut, mean + side * sd * ratio, value)
    variance = np.where(cut, sd * sd * (1 - ratio * (ratio - z)), 0.0)
    return expected, np.maximum(variance, 0.0)


def _mills(z: Floats) -> Floats:
    """Density over upper tail of the standard normal, also far out."""
    return np.asarray(np.exp(-z * z / 2 - HALF_LOG - log_ndtr(-z)))


def log_likelihood(value: Floats, side: Sides, mean: Floats, sd: float) -> float:
    """Of all results."""
    z = (value - mean) / sd
    density = -z * z / 2 - HALF_LOG - math.log(sd)
    return float(np.where(side == 0, density, log_ndtr(-side * z)).sum())


def scores(value: Floats, side: Sides, mean: Floats, slopes: Floats, log_sd: float) -> Floats:
    """Derivative of each log likelihood by the parameters of the mean and ln SD (n x p + 1)."""
    sd = math.exp(log_sd)
    z = (value - mean) / sd
    pull = np.where(side == 0, z, side * _mills(side * z))
    spread = np.where(side == 0, z * z - 1, z * pull)
    return np.column_stack([slopes * (pull / sd)[:, None], spread])


def information(score: Callable[[Floats], Floats], at: Floats) -> Floats:
    """Minus the derivative of every score by every parameter (n x q x q), by small steps."""
    columns = []
    for i in range(len(at)):
        step = np.zeros_like(at)
        step[i] = STEP * max(1.0, abs(float(at[i])))
        columns.append((score(at - step) - score(at + step)) / (2 * step[i]))
    found = np.stack(columns, axis=2)
    return np.asarray((found + found.transpose(0, 2, 1)) / 2)
