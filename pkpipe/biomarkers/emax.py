"""Emax and sigmoid Emax by least squares, with limits that allow for several results of one subject.

Mean curve E0 + Emax C^h / (EC50^h + C^h); h = 1 in the Emax model (Hill 1910; Holford & Sheiner, Clin
Pharmacokinet 1981;6:429). Least squares takes the points as if independent, which leaves the curve
unbiased; its covariance is a sandwich by subject. A result at the end of what is reported may lie beyond it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import numpy.typing as npt

from pkpipe.biomarkers.censored_fit import beyond, information, log_likelihood, scores
from pkpipe.biomarkers.sandwich import sandwich
from pkpipe.protocol.exposure_response import MarkerCurves

Floats = npt.NDArray[np.float64]
Places = npt.NDArray[np.int64]
Model = Literal["NONE", "EMAX", "SIGEMAX"]

MODEL_PARAMETERS: Final[dict[Model, tuple[str, ...]]] = {
    "NONE": ("E0",),
    "EMAX": ("E0", "EMAX", "EC50"),
    "SIGEMAX": ("E0", "EMAX", "EC50", "HILL"),
}
ON_LOG: Final = frozenset({"EC50", "HILL"})  # estimated, and given limits, on the logarithm
TOLERANCE: Final = 1e-10
EVALUATIONS: Final = 1000
STARTS: Final = (61, 17)  # EC50s and Hill coefficients tried before the descent
EXACT: Final = 1e-7  # a residual SD of this share of the range is rounding, not lack of fit
STILL: Final = 1e-8  # parameters that move less do not move
EXPECTATIONS: Final = 500
FLAT: Final = 500.0  # beyond this exponent the share is 0 or 1 in every digit
NEAR: Final = 1e-3  # natural logarithm; so close to a bound is at it


@dataclass(frozen=True)
class Points:
    """Concentrations and results of the same samples, with the number of their subject from 0 up."""

    conc: Floats
    value: Floats
    subject: Places
    side: Places | None = None  # -1 cut off below, 1 above, 0 measured; nothing: all measured

    @property
    def sides(self) -> Places:
        """Where each result is cut off."""
        return np.zeros(len(self.value), dtype=np.int64) if self.side is None else self.side

    @property
    def cut(self) -> int:
        """How many results are cut off."""
        return int(np.count_nonzero(self.sides))

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
        return MODEL_PARAMETERS[self.model]


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
    return beta[0] + beta[1] * share, np.column_stack(columns[: len(MODEL_PARAMETERS[model])])


def _share(conc: Floats, log_ec50: float, hill: float) -> tuple[Floats, Floats]:
    """Share of the maximum effect, and ln(C / EC50); without drug the share is 0."""
    there = conc > 0
    distance = np.where(there, np.log(np.where(there, conc, 1.0)) - log_ec50, 0.0)
    exponent = np.clip(-hill * distance, -FLAT, FLAT)
    return np.where(there, 1 / (1 + np.exp(exponent)), 0.0), distance


def constant(points: Points, plan: MarkerCurves) -> Fit:
    """No effect: the same mean at every concentration."""
    return fitted("NONE", points, plan)


def fitted(model: Model, points: Points, plan: MarkerCurves) -> Fit:
    """Least squares from the best of many starts, within the bounds of the study file.

    In units of the data's own (geometric mean concentration, SD of the results), so that the descent is the
    same whatever they are measured in. With results that are cut off: maximum likelihood.
    """
    middle = float(np.log(points.positive).mean())
    mean, sd = float(points.value.mean()), float(points.value.std())
    conc, value = points.conc / math.exp(middle), (points.value - mean) / sd
    own = Points(conc, value, points.subject, points.side)
    free = len(MODEL_PARAMETERS[model])
    edges = _edges(own, plan)[:, :free]
    beta, residual, converged = _estimated(model, own, edges, plan)
    near = (beta - edges[0] < NEAR) | (edges[1] - beta < NEAR)
    at = next((n for n, close in zip(MODEL_PARAMETERS[model], near, strict=True) if close), None)
    unit = np.array([sd, sd, 1.0, 1.0])[:free]
    cov = _covariance(model, beta, residual, own)
    n = len(value)
    return Fit(
        model,
        unit * beta + np.array([mean, 0, middle, 0])[:free],
        n * (residual * sd) ** 2,
        _aicc(model, beta, residual, own) + 2 * (n - own.cut) * math.log(sd),
        None if cov is None else np.asarray(cov * np.outer(unit, unit)),
        at,
        converged,
    )


def _estimated(
    model: Model, own: Points, edges: Floats, plan: MarkerCurves
) -> tuple[Floats, float, bool]:
    """Parameters, residual SD, and whether they were found.

    A result that is cut off is replaced by what is expected of it, the curve fitted, and so on until nothing
    moves (Dempster, Laird & Rubin, J R Stat Soc B 1977;39:1).
    """
    start = own.value.mean()[None] if model == "NONE" else _start(model, own, edges, plan)
    beta, converged = _least(model, own.value, start, own, edges)
    least = EXACT * float(np.ptp(own.value))
    rest = own.value - curve(model, beta, own.conc)
    sd = max(math.sqrt(float(rest @ rest) / len(rest)), least)
    if not own.cut or not converged:
        return beta, sd, converged
    for _ in range(EXPECTATIONS):
        mean = curve(model, beta, own.conc)
        expected, variance = beyond(own.value, own.sides, mean, sd)
        found, converged = _least(model, expected, beta, own, edges)
        rest = expected - curve(model, found, own.conc)
        new = max(math.sqrt(float((rest * rest + variance).mean())), least)
        moved = max(float(np.abs(found - beta).max()), abs(math.log(new / sd)))
        beta, sd = found, new
        if moved < STILL or not converged:
            return beta, sd, converged
    return beta, sd, False


def _least(
    model: Model, value: Floats, start: Floats, own: Points, edges: Floats
) -> tuple[Floats, bool]:
    """The parameters with the least sum of squares."""
    if model == "NONE":
        return np.asarray(value.mean()[None]), True
    from scipy.optimize import least_squares  # noqa: PLC0415 (0.14 s, only where a curve is fitted)

    found = least_squares(
        lambda b: curve(model, b, own.conc) - value,
        start,
        jac=lambda b: slopes(model, b, own.conc),
        bounds=edges,
        ftol=TOLERANCE,
        xtol=TOLERANCE,
        gtol=TOLERANCE,
        max_nfev=EVALUATIONS,
    )
    return np.asarray(found.x, dtype=np.float64), bool(found.status > 0)


def _aicc(model: Model, beta: Floats, sd: float, own: Points) -> float:
    """Akaike's criterion, corrected for few results; without results cut off, n ln(RSS / n) and penalty."""
    n, k = len(own.value), len(beta) + 1  # the residual SD is a parameter too
    mean = curve(model, beta, own.conc)
    twice = -2 * log_likelihood(own.value, own.sides, mean, sd) - n * (1 + math.log(2 * math.pi))
    return twice + 2 * k + 2 * k * (k + 1) / (n - k - 1)


def _covariance(model: Model, beta: Floats, sd: float, own: Points) -> Floats | None:
    """Of the parameters by subject; with results cut off the residual SD is estimated beside them."""
    p = len(beta)
    mean, steep = _with_slopes(model, beta, own.conc)
    if not own.cut:
        weight = steep[:, :, None] * steep[:, None, :]
        return sandwich(weight, steep * (own.value - mean)[:, None], own.subject)

    def score(at: Floats) -> Floats:
        there, slope = _with_slopes(model, at[:p], own.conc)
        return scores(own.value, own.sides, there, slope, float(at[p]))

    at = np.append(beta, math.log(sd))
    cov = sandwich(information(score, at), score(at), own.subject)
    return None if cov is None else np.asarray(cov[:p, :p])


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
    return np.array(start[: len(MODEL_PARAMETERS[model])])
