"""The continual reassessment method with one parameter (O'Quigley et al. 1990; Cheung 2011).

Power model p = s^exp(b), logistic model logit p = 3 + exp(b) x with x = logit(s) - 3, s the skeleton; b has
a normal prior with mean 0 and variance 1.34 (doi:10.2307/2531628, dfcrm's default scale).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import numpy.typing as npt
from scipy.optimize import brentq

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.integer]
Model = Literal["empiric", "logistic"]

PRIOR_VARIANCE: Final = 1.34
INTERCEPT: Final = 3.0
REACH: Final = 10.0  # prior standard deviations the quadrature covers
# The integrand is smooth and vanishes at both ends, so equal weights converge faster than any power.
NODES: Final = 2001


@dataclass(frozen=True)
class Fit:
    """Estimate of b, its posterior variance (NaN: maximum likelihood), P(DLT), level nearest the target."""

    estimate: float
    variance: float
    p_dlt: Floats
    mtd: int


def bayes(skeleton: Floats, model: Model, n: Ints, y: Ints, target: float) -> Fit:
    """Posterior mean of b and what it says of each level, from counts by level."""
    mean, variance = posterior(skeleton, model, np.atleast_2d(n), np.atleast_2d(y))
    p = p_dlt(skeleton, model, mean)[0]
    return Fit(float(mean[0]), float(variance[0]), p, nearest(p, target))


def maximum_likelihood(skeleton: Floats, model: Model, n: Ints, y: Ints, target: float) -> Fit:
    """The b that makes the data most likely; needs a subject with and one without DLT.

    Raises:
        ValueError: all or none of the subjects had a DLT, so there is no maximum.
    """
    if not 0 < int(np.sum(y)) < int(np.sum(n)):
        raise ValueError("the likelihood has no maximum: DLT in all subjects or in none")
    estimate = float(brentq(lambda b: _score(skeleton, model, n, y, b), -REACH, REACH, xtol=1e-15))
    p = p_dlt(skeleton, model, np.array([estimate]))[0]
    return Fit(estimate, float("nan"), p, nearest(p, target))


def posterior(skeleton: Floats, model: Model, n: Ints, y: Ints) -> tuple[Floats, Floats]:
    """Mean and variance of b for counts of shape (data sets, levels)."""
    b = np.linspace(-REACH, REACH, NODES) * np.sqrt(PRIOR_VARIANCE)
    with_dlt, without = log_chances(skeleton, model, b)
    weight = y @ with_dlt + (n - y) @ without - b * b / (2 * PRIOR_VARIANCE)
    weight = np.exp(weight - weight.max(axis=1, keepdims=True))
    weight /= weight.sum(axis=1, keepdims=True)
    mean = weight @ b
    variance = np.einsum("ij,ij->i", weight, (b - mean[:, None]) ** 2)
    return mean, variance


def log_chances(skeleton: Floats, model: Model, b: Floats) -> tuple[Floats, Floats]:
    """Logarithms of P(DLT) and P(no DLT), shape (levels, values of b)."""
    scale = np.exp(b)
    if model == "empiric":
        log_p = np.log(skeleton)[:, None] * scale
        with np.errstate(divide="ignore"):
            return log_p, np.log(-np.expm1(log_p))
    eta = INTERCEPT + _dose_labels(skeleton)[:, None] * scale
    return -np.logaddexp(0, -eta), -np.logaddexp(0, eta)


def p_dlt(skeleton: Floats, model: Model, b: Floats) -> Floats:
    """P(DLT) of each level, shape (values of b, levels)."""
    return np.exp(log_chances(skeleton, model, b)[0]).T


def nearest(p: Floats, target: float) -> int:
    """The level whose rate is nearest to the target, the lower of two alike."""
    return int(np.argmin(np.abs(p - target)))


def skeleton_around(target: float, halfwidth: float, level: int, levels: int) -> Floats:
    """Power-model skeleton by indifference intervals of this half width, the target at `level` (from 0).

    Lee & Cheung 2009, doi:10.1177/1740774509105076.
    """
    low, high = np.log(target - halfwidth), np.log(target + halfwidth)
    logs = np.empty(levels)
    logs[level] = np.log(target)
    for k in range(level, 0, -1):
        logs[k - 1] = low * logs[k] / high
    for k in range(level, levels - 1):
        logs[k + 1] = high * logs[k] / low
    return np.exp(logs)


def _dose_labels(skeleton: Floats) -> Floats:
    labels: Floats = np.log(skeleton / (1 - skeleton)) - INTERCEPT
    return labels


def _score(skeleton: Floats, model: Model, n: Ints, y: Ints, b: float) -> float:
    """Derivative of the log-likelihood by b."""
    log_p, log_q = (x[:, 0] for x in log_chances(skeleton, model, np.array([b])))
    if model == "empiric":
        # d log p / db = log p;  d log q / db = -p log p / q
        return float(np.sum(y * log_p - (n - y) * np.exp(log_p - log_q) * log_p))
    return float(np.sum((y - n * np.exp(log_p)) * np.exp(b) * _dose_labels(skeleton)))
