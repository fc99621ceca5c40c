"""A logistic line by Newton's method: how the odds of an event rise with the logarithm of exposure."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy.optimize import brentq
from scipy.special import chdtri, stdtrit

from pkpipe.sentences import Words

Floats = npt.NDArray[np.float64]
STEPS: Final = 50
CLOSE: Final = 1e-10
ALL_OR_NONE: Final = Words("nobody or everybody has the event", "无人或全部发生事件")
SEPARATED: Final = Words(
    "exposure separates who has the event from who has not", "暴露量将发生与未发生事件者完全分开"
)
UNLIMITED: Final = Words("the odds grow without limit", "比值无限增大")
NO_FIT: Final = Words("the fit did not converge", "拟合未收敛")
# Beyond these log odds a fitted event is certain: the line runs away because exposure separates the groups.
CERTAIN: Final = 15.0


@dataclass(frozen=True)
class Slope:
    """A coefficient with its standard error and two-sided limits, or why there is none."""

    value: float | None = None
    error: float | None = None
    lower: float | None = None
    upper: float | None = None
    failure: str | None = None


def logistic_slope(x: Floats, event: Floats, confidence: float) -> Slope:
    """Slope of the log odds of `event` (0, 1) on x, maximum likelihood, profile-likelihood limits.

    McCullagh & Nelder, Generalized Linear Models, 1989, chapter 4. Iteratively reweighted least squares on
    the centred x. Limits: Venzon & Moolgavkar, Appl Stat 1988;37:87; unlike those of Wald they do not
    assume that the log likelihood is a parabola, which with few events it is not. `error` is Wald's.
    """
    centred = x - x.mean()
    if not event.min() < event.max():
        return Slope(failure=ALL_OR_NONE.en)
    if _separates(x, event):
        return Slope(failure=SEPARATED.en)
    design = np.column_stack([np.ones_like(centred), centred])
    beta, information = np.zeros(2), np.eye(2)
    for _ in range(STEPS):
        odds = design @ beta
        share = _expected(odds)
        information = (design * (share * (1 - share))[:, None]).T @ design
        step = np.linalg.solve(information, design.T @ (event - share))
        beta = beta + step
        if np.abs(design @ beta).max() > CERTAIN:
            return Slope(failure=UNLIMITED.en)
        if np.abs(step).max() < CLOSE:
            value = float(beta[1])
            error = math.sqrt(float(np.linalg.inv(information)[1, 1]))
            limits = _profile_limits(centred, event, (value, error), confidence)
            return Slope(value, error, *limits)
    return Slope(failure=NO_FIT.en)


def _profile_limits(
    centred: Floats, event: Floats, slope: tuple[float, float], confidence: float
) -> tuple[float, float]:
    """The slopes at which the likelihood, best over the intercept, is as low as the confidence allows."""
    value, error = slope
    lowest = _profile(centred, event, value) - float(chdtri(1, 1 - confidence)) / 2

    def above(at: float) -> float:
        return _profile(centred, event, at) - lowest

    found = []
    for side in (-1.0, 1.0):
        reach = error
        while above(value + side * reach) > 0:  # ends: without separation it falls without limit
            reach *= 2
        found.append(float(brentq(above, value, value + side * reach, xtol=CLOSE)))
    return found[0], found[1]


def _profile(centred: Floats, event: Floats, slope: float) -> float:
    """The log likelihood at a slope, with the intercept that makes expected events those observed."""
    part = slope * centred
    middle = math.log(event.sum() / (len(event) - event.sum()))

    def surplus(intercept: float) -> float:
        return float(_expected(intercept + part).sum() - event.sum())

    low, high = middle - part.max() - 1, middle - part.min() + 1
    odds = float(brentq(surplus, low, high, xtol=CLOSE)) + part
    return float((event * odds - np.logaddexp(0, odds)).sum())


def _expected(odds: Floats) -> Floats:
    """The probability at these log odds, without overflow."""
    return np.asarray(np.exp(-np.logaddexp(0, -odds)))


def _separates(x: Floats, event: Floats) -> bool:
    """True if one value of x has all events on one side, ties at it aside (Albert & Anderson 1984)."""
    yes, no = x[event == 1], x[event == 0]
    return bool(yes.min() >= no.max() or no.min() >= yes.max())


def linear_slope(x: Floats, y: Floats, confidence: float) -> Slope:
    """Least-squares slope of y on x with t limits, n - 2 degrees of freedom."""
    dx = x - x.mean()
    value = float(dx @ (y - y.mean()) / (dx @ dx))
    rest = y - y.mean() - value * dx
    error = math.sqrt(float(rest @ rest) / (len(y) - 2) / float(dx @ dx))
    half = float(stdtrit(len(y) - 2, 0.5 + confidence / 2)) * error
    return Slope(value, error, value - half, value + half)
