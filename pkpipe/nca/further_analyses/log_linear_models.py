"""Straight-line models of logarithms, with and without a random intercept per subject."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy.special import stdtrit

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

# Natural logarithms of the variance ratio (between to within subjects) that are tried first.
LOG_RATIOS: Final = np.linspace(-14.0, 14.0, 113)
GOLDEN: Final = (5**0.5 - 1) / 2


@dataclass(frozen=True)
class Line:
    """A fitted coefficient with its standard error and two-sided limits."""

    value: float
    error: float
    df: int
    lower: float
    upper: float
    intercept: float
    within_sd: float  # residual
    between_sd: float  # of the subjects' intercepts; 0 without them


def fitted_line(y: Floats, x: Floats, confidence: float) -> Line:
    """Least squares of y on x, t limits with n - 2 degrees of freedom."""
    n = len(y)
    dx = x - x.mean()
    slope = float(dx @ (y - y.mean()) / (dx @ dx))
    intercept = float(y.mean() - slope * x.mean())
    rest = y - intercept - slope * x
    sd = float(np.sqrt(rest @ rest / (n - 2)))
    return _with_limits(slope, sd / float(np.sqrt(dx @ dx)), n - 2, confidence, (intercept, sd, 0))


def fitted_line_by_subject(
    y: Floats, x: Floats, subject: Ints, confidence: float, df: int, more: Floats | None = None
) -> Line:
    """Slope of y on x with a random intercept per subject, by restricted maximum likelihood.

    `more`: further fixed columns, one row an observation. REML of Patterson & Thompson, Biometrika 1971;
    the covariance of one random intercept is inverted in closed form from sums over subjects.
    """
    fixed = [np.ones(len(y)), x - x.mean()]
    if more is not None:
        fixed += list((more - more.mean(axis=0)).T)
    model = _Sums.of(y - y.mean(), np.column_stack(fixed), subject)
    ratio = model.best_ratio()
    beta, inverse, variance = model.solution(ratio)
    error = float(np.sqrt(variance * inverse[1, 1]))
    intercept = float(beta[0] + y.mean() - beta[1] * x.mean())
    spread = (intercept, float(np.sqrt(variance)), float(np.sqrt(variance * ratio)))
    return _with_limits(float(beta[1]), error, df, confidence, spread)


def _with_limits(
    value: float, error: float, df: int, confidence: float, rest: tuple[float, float, float]
) -> Line:
    half = float(stdtrit(df, 0.5 + confidence / 2)) * error
    return Line(value, error, df, value - half, value + half, *rest)


@dataclass(frozen=True)
class _Sums:
    """Cross products over all observations and sums by subject: all that the likelihood needs."""

    n: int
    xx: Floats
    xy: Floats
    yy: float
    sizes: Floats
    sum_x: Floats  # subjects x columns
    sum_y: Floats

    @classmethod
    def of(cls, y: Floats, x: Floats, subject: Ints) -> _Sums:
        _, place = np.unique(subject, return_inverse=True)
        sizes = np.bincount(place).astype(np.float64)
        sum_x = np.zeros((len(sizes), x.shape[1]))
        np.add.at(sum_x, place, x)
        sum_y = np.zeros(len(sizes))
        np.add.at(sum_y, place, y)
        return cls(len(y), x.T @ x, x.T @ y, float(y @ y), sizes, sum_x, sum_y)

    def solution(self, ratio: float) -> tuple[Floats, Floats, float]:
        """Coefficients, inverse of the weighted cross products, residual variance."""
        shrink = ratio / (1 + self.sizes * ratio)
        a = self.xx - (self.sum_x * shrink[:, None]).T @ self.sum_x
        b = self.xy - self.sum_x.T @ (shrink * self.sum_y)
        inverse = np.asarray(np.linalg.inv(a), dtype=np.float64)
        beta = inverse @ b
        rest = self.yy - float(shrink @ self.sum_y**2) - float(beta @ b)
        return beta, inverse, max(rest, 0.0) / (self.n - len(beta))

    def deviance(self, ratio: float) -> float:
        """Minus twice the restricted log likelihood, without its constant."""
        _, inverse, variance = self.solution(ratio)
        if variance <= 0:
            return float("-inf")  # the line goes through every point
        size = self.n - len(self.xy)
        logs = float(np.log1p(self.sizes * ratio).sum())
        return size * float(np.log(variance)) + logs - float(np.linalg.slogdet(inverse)[1])

    def best_ratio(self) -> float:
        """The variance ratio of least deviance; 0 where subjects do not differ or cannot be told apart."""
        if self.sizes.max() < 2:
            return 0.0
        tried = np.array([self.deviance(float(np.exp(u))) for u in LOG_RATIOS])
        best = int(tried.argmin())
        low, high = LOG_RATIOS[max(best - 1, 0)], LOG_RATIOS[min(best + 1, len(tried) - 1)]
        ratio = float(np.exp(self._narrowed(float(low), float(high))))
        return ratio if self.deviance(ratio) < self.deviance(0.0) else 0.0

    def _narrowed(self, low: float, high: float) -> float:
        """Golden section between two logarithms of the ratio."""
        while high - low > 1e-9:
            left, right = high - GOLDEN * (high - low), low + GOLDEN * (high - low)
            if self.deviance(float(np.exp(left))) <= self.deviance(float(np.exp(right))):
                high = right
            else:
                low = left
        return (low + high) / 2
