"""Emax and sigmoid Emax by least squares, with limits that allow for several results of one subject.

Mean curve E0 + Emax C^h / (EC50^h + C^h); h = 1 in the Emax model (Hill 1910; Holford & Sheiner, Clin
Pharmacokinet 1981;6:429). Least squares takes the points as if independent, which leaves the curve
unbiased; its covariance is a sandwich by subject, corrected for few subjects as Mancl & DeRouen (Biometrics
2001;57:126), to first order that of leaving out one subject after another.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import numpy.typing as npt

from pkpipe.protocol.exposure_response import MarkerCurves

Floats = npt.NDArray[np.float64]
Places = npt.NDArray[np.int64]
Model = Literal["NONE", "EMAX", "SIGEMAX"]

NAMES: Final[dict[Model, tuple[str, ...]]] = {
    "NONE": ("E0",),
    "EMAX": ("E0", "EMAX", "EC50"),
    "SIGEMAX": ("E0", "EMAX", "EC50", "HILL"),
}
ON_LOG: Final = frozenset({"EC50", "HILL"})  # estimated, and given limits, on the logarithm
TOLERANCE: Final = 1e-10
EVALUATIONS: Final = 1000
STARTS: Final = (61, 17)  # EC50s and Hill coefficients tried before the descent
EXACT: Final = 1e-7  # a residual SD of this share of the range is rounding, not lack of fit
SINGULAR: Final = 1e7  # condition of the scaled Jacobian from which parameters are not told apart
FLAT: Final = 500.0  # beyond this exponent the share is 0 or 1 in every digit
NEAR: Final = 1e-3  # natural logarithm; so close to a bound is at it


@dataclass(frozen=True)
class Points:
    """Concentrations and results of the same samples, with the number of their subject from 0 up."""

    conc: Floats
    value: Floats
    subject: Places

    @property
    def subjects(self) -> int:
        """How many subjects."""
        return len(np.unique(self.subject))

    @property
    def positive(self) -> Floats:
        """The concentrations above 0."""
        return self.conc[self.conc > 0]


@dataclass(frozen=True)
class Fit:
    """A model at its least sum of squares; EC50 and Hill in `beta` and `cov` as natural logarithms."""

    model: Model
    beta: Floats
    rss: float
    aicc: float
    cov: Floats | None
    at_bound: str | None = None
    converged: bool = True

    @property
    def names(self) -> tuple[str, ...]:
        """The parameters of the model, in the order of `beta`."""
        return NAMES[self.model]


def curve(model: Model, beta: Floats, conc: Floats) -> Floats:
    """The mean result at each concentration."""
    return np.asarray(_with_slopes(model, beta, conc)[0])


def slopes(model: Model, beta: Floats, conc: Floats) -> Floats:
    """Derivative of the mean result by every parameter (n x p)."""
    return np.asarray(_with_slopes(model, beta, conc)[1])


def _with_slopes(model: Model, beta: Floats, conc: Floats) -> tuple[Floats, Floats]:
    if model == "NONE":
        return np.full_like(conc, beta[0]), np.ones((len(conc), 1))
    hill = math.exp(beta[3]) if model == "SIGEMAX" else 1.0
    share, distance = _share(conc, float(beta[2]), hill)
    bend = beta[1] * share * (1 - share)
    columns = [np.ones_like(conc), share, -hill * bend, hill * distance * bend]
    return beta[0] + beta[1] * share, np.column_stack(columns[: len(NAMES[model])])


def _share(conc: Floats, log_ec50: float, hill: float) -> tuple[Floats, Floats]:
    """Share of the maximum effect, and ln(C / EC50); without drug the share is 0."""
    there = conc > 0
    distance = np.where(there, np.log(np.where(there, conc, 1.0)) - log_ec50, 0.0)
    exponent = np.clip(-hill * distance, -FLAT, FLAT)
    return np.where(there, 1 / (1 + np.exp(exponent)), 0.0), distance


def constant(points: Points) -> Fit:
    """No effect: the same mean at every concentration."""
    beta = np.array([points.value.mean()])
    return _fitted("NONE", beta, points)


def fitted(model: Model, points: Points, plan: MarkerCurves) -> Fit:
    """Least squares from the best of many starts, within the bounds of the study file.

    In units of the data's own (geometric mean concentration, SD of the results), so that the descent is the
    same whatever they are measured in.
    """
    from scipy.optimize import least_squares  # noqa: PLC0415 (slow to import, only where a curve is fitted)

    middle = float(np.log(points.positive).mean())
    mean, sd = float(points.value.mean()), float(points.value.std())
    own = Points(points.conc / math.exp(middle), (points.value - mean) / sd, points.subject)
    free = len(NAMES[model])
    edges = _edges(own, plan)[:, :free]
    found = least_squares(
        lambda b: curve(model, b, own.conc) - own.value,
        _start(model, own, edges, plan),
        jac=lambda b: slopes(model, b, own.conc),
        bounds=edges,
        ftol=TOLERANCE,
        xtol=TOLERANCE,
        gtol=TOLERANCE,
        max_nfev=EVALUATIONS,
    )
    near = (found.x - edges[0] < NEAR) | (edges[1] - found.x < NEAR)
    at = next((n for n, close in zip(NAMES[model], near, strict=True) if close), None)
    back = np.array([sd, sd, 1.0, 1.0])[:free] * found.x + np.array([mean, 0, middle, 0])[:free]
    return _fitted(model, back, points, at_bound=at, converged=found.status > 0)


def _edges(points: Points, plan: MarkerCurves) -> Floats:
    """Lower and upper bound of every parameter (2 x 4), EC50 and Hill as natural logarithms."""
    reach = math.log(plan.ec50_fold)
    ec50 = math.log(points.positive.min()) - reach, math.log(points.positive.max()) + reach
    hill = math.log(plan.hill.low), math.log(plan.hill.high)
    free = (-np.inf, np.inf)
    return np.array([free, free, ec50, hill]).T


def _start(model: Model, points: Points, edges: Floats, plan: MarkerCurves) -> Floats:
    """The best of a grid of EC50 and Hill; given these two, E0 and Emax are a straight line."""
    ec50 = np.linspace(edges[0, 2], edges[1, 2], STARTS[0] + 2)[1:-1]
    hills = (
        np.geomspace(plan.hill.low, plan.hill.high, STARTS[1] + 2)[1:-1]
        if model == "SIGEMAX"
        else np.ones(1)
    )
    share = np.stack([_share(points.conc, e, h)[0] for h in hills for e in ec50])
    dx = share - share.mean(axis=1, keepdims=True)
    dy = points.value - points.value.mean()
    sxx, sxy = (dx * dx).sum(axis=1), (dx * dy).sum(axis=1)
    gained = np.where(sxx > 0, sxy**2 / np.where(sxx > 0, sxx, 1.0), -1.0)
    best = int(np.argmax(gained))
    emax = sxy[best] / sxx[best] if sxx[best] > 0 else 0.0
    start = [
        points.value.mean() - emax * share[best].mean(),
        emax,
        ec50[best % len(ec50)],
        math.log(hills[best // len(ec50)]),
    ]
    return np.array(start[: len(NAMES[model])])


def _fitted(
    model: Model,
    beta: Floats,
    points: Points,
    at_bound: str | None = None,
    *,
    converged: bool = True,
) -> Fit:
    mean, jacobian = _with_slopes(model, beta, points.conc)
    rest = points.value - mean
    rss = float(rest @ rest)
    n, k = len(rest), len(beta) + 1  # the residual SD is a parameter too
    floor = n * (EXACT * float(np.ptp(points.value))) ** 2
    penalty = 2 * k + 2 * k * (k + 1) / (n - k - 1)
    aicc = n * math.log(max(rss, floor) / n) + penalty if max(rss, floor) > 0 else -math.inf
    cov = sandwich(jacobian, rest, points.subject)
    return Fit(model, beta, rss, aicc, cov, at_bound, converged)


def sandwich(jacobian: Floats, rest: Floats, subject: Places) -> Floats | None:
    """Covariance of the parameters (p x p) by subject, or nothing where it does not exist.

    Mancl & DeRouen 2001: every subject's residuals are divided by what its own weight leaves of them.
    """
    scale = np.sqrt((jacobian**2).sum(axis=0))
    if not (scale > 0).all() or np.linalg.cond(jacobian / scale) > SINGULAR:
        return None
    own = jacobian / scale
    order = np.argsort(subject, kind="stable")
    starts = np.flatnonzero(np.diff(subject[order], prepend=-1))
    outer = own[order, :, None] * own[order, None, :]
    weight = np.add.reduceat(outer, starts)  # subjects x p x p
    score = np.add.reduceat(own[order] * rest[order, None], starts)
    bread = np.linalg.inv(own.T @ own)
    left = np.eye(own.shape[1]) - weight @ bread
    if np.linalg.cond(left).max() > SINGULAR:  # one subject alone tells a parameter
        return None
    pull = np.linalg.solve(left, score[:, :, None])[:, :, 0] @ bread
    return np.asarray(pull.T @ pull / np.outer(scale, scale))
