"""Proportional hazards between groups: Newton with step halving on the counts of each risk set.

lifelines' own Cox model is not used: it knows no Breslow ties, stops early by default, can fail where R
converges and does not always say when a coefficient runs away (each seen against R survival 3.5-3). With
groups as the only covariates the likelihood needs nothing but the risk sets.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl

from pkpipe.protocol.survival_options import Ties
from pkpipe.survival.comparisons.log_rank import Floats, Indices, RiskSets, chi_square_tail

MOST_STEPS: Final = 60
LARGEST_COEFFICIENT: Final = 15.0  # a hazard ratio of 3 million: the maximum lies at infinity
ENOUGH: Final = 1e-14


@dataclass(frozen=True)
class Cox:
    """A fitted model, terms against the reference group; `reason` says why there is none ("NE")."""

    groups: tuple[str, ...]  # without the reference
    reference: str
    n: int
    events: int
    coef: Floats
    se: Floats
    loglik_null: float
    loglik: float
    score_chisq: float
    wald_chisq: float
    reason: str | None

    @property
    def df(self) -> int:
        """Number of coefficients."""
        return len(self.groups)

    @property
    def lr_chisq(self) -> float:
        """Likelihood ratio chi-square against no difference."""
        return 2 * (self.loglik - self.loglik_null)

    def table(self, level: float) -> pl.DataFrame:
        """One row a group: COEF, SE, HR with LOWER and UPPER at the level, Z, P; null when not estimable."""
        from scipy.special import ndtr, ndtri  # noqa: PLC0415 (0.16 s, only where a model is fitted)

        z, width = self.coef / self.se, float(ndtri((1 + level) / 2))
        found = {
            "COEF": self.coef,
            "SE": self.se,
            "HR": np.exp(self.coef),
            "LOWER": np.exp(self.coef - width * self.se),
            "UPPER": np.exp(self.coef + width * self.se),
            "Z": z,
            "P": 2 * ndtr(-np.abs(z)),
        }
        frame = pl.DataFrame(
            {"GROUP": list(self.groups), **found}, schema_overrides={"GROUP": pl.String()}
        )
        if self.reason is not None:
            frame = frame.with_columns(pl.lit(None, dtype=pl.Float64).alias(c) for c in found)
        return frame.with_columns(NOTE=pl.lit(self.reason, dtype=pl.String))

    def p_of(self, chisq: float) -> float:
        """Tail probability of one of the three global tests."""
        return chi_square_tail(chisq, self.df)


@dataclass(frozen=True)
class _Terms:
    """One row an event (tied events one each): what it takes from the likelihood."""

    at_risk: Floats  # (events, groups)
    tied: Floats  # (events, groups): events at that time
    taken: Floats  # (events,): share of the tied events already removed (Efron); 0 (Breslow)
    totals: Floats  # (groups,): events


def cox(sets: RiskSets, reference: str, ties: Ties = "efron") -> Cox:
    """Hazard ratios of every group against the reference.

    Cox 1972 (doi:10.1111/j.2517-6161.1972.tb00899.x); ties by Efron 1977 or Breslow 1974; agrees with
    `coxph` of R survival 3.5-3 at its tightest convergence.
    """
    if reference not in sets.groups:
        return _no_reference(sets, reference)
    terms = _terms(sets, ties)
    base = sets.groups.index(reference)
    free = np.array([k for k in range(len(sets.groups)) if k != base], dtype=np.int64)
    start = np.zeros(free.size)
    loglik_null, gradient, information = _likelihood(terms, start, free)
    score = _squared(gradient, information)
    coef, loglik, information, converged = _newton(terms, free)
    reason = _why_not(sets, base, coef, information, converged=converged)
    names = tuple(sets.groups[k] for k in free)
    se = np.full(free.size, np.nan)
    if reason is None:
        se = np.sqrt(np.diag(np.linalg.inv(information)))
    wald = float(coef @ information @ coef)
    total = int(sets.events.sum())
    return Cox(
        names, reference, int(sets.subjects.sum()), total, coef, se,
        loglik_null, loglik, score, wald, reason,
    )  # fmt: skip


def _no_reference(sets: RiskSets, reference: str) -> Cox:
    """Nobody is in the group that all others are held against: nothing is estimable, and that is said."""
    nothing = np.full(len(sets.groups), np.nan)
    numbers = (np.nan,) * 4
    return Cox(
        sets.groups, reference, int(sets.subjects.sum()), int(sets.events.sum()),
        nothing, nothing, *numbers, f"no subject in the reference group {reference}",
    )  # fmt: skip


def _terms(sets: RiskSets, ties: Ties) -> _Terms:
    tied_events = sets.events.sum(axis=1).astype(np.int64)
    row = np.repeat(np.arange(tied_events.size), tied_events)
    first = np.repeat(np.cumsum(tied_events) - tied_events, tied_events)
    taken = np.zeros(row.size)
    if ties == "efron":
        taken = (np.arange(row.size) - first) / tied_events[row]
    return _Terms(sets.at_risk[row], sets.events[row], taken, sets.events.sum(axis=0))


def _likelihood(terms: _Terms, coef: Floats, free: Indices) -> tuple[float, Floats, Floats]:
    """Log partial likelihood, its gradient and the information at these coefficients."""
    linear = np.zeros(terms.totals.size)
    linear[free] = coef
    weights = (terms.at_risk - terms.taken[:, None] * terms.tied) * np.exp(linear)
    whole = weights.sum(axis=1)
    share = (weights / whole[:, None])[:, free]
    loglik = float(terms.totals @ linear - np.log(whole).sum())
    gradient = terms.totals[free] - share.sum(axis=0)
    information = np.diag(share.sum(axis=0)) - share.T @ share
    return loglik, gradient, information


def _newton(terms: _Terms, free: Indices) -> tuple[Floats, float, Floats, bool]:
    coef = np.zeros(free.size)
    loglik, gradient, information = _likelihood(terms, coef, free)
    for _ in range(MOST_STEPS):
        if _squared(gradient, information) <= ENOUGH * max(1.0, abs(loglik)) * ENOUGH:
            return coef, loglik, information, True
        step = np.linalg.lstsq(information, gradient, rcond=None)[0]
        trial = _likelihood(terms, coef + step, free)
        while not trial[0] >= loglik - ENOUGH * abs(loglik) and np.abs(step).max() > ENOUGH:
            step = step / 2
            trial = _likelihood(terms, coef + step, free)
        settled = bool(np.abs(step).max() <= ENOUGH * (1 + np.abs(coef).max()))
        coef = coef + step
        loglik, gradient, information = trial
        if settled:
            return coef, loglik, information, True
        if np.abs(coef).max() > 2 * LARGEST_COEFFICIENT:
            return coef, loglik, information, False
    return coef, loglik, information, False


def _squared(gradient: Floats, information: Floats) -> float:
    """Gradient in units of its standard error, squared: the score statistic at that point."""
    return float(gradient @ np.linalg.lstsq(information, gradient, rcond=None)[0])


def _why_not(
    sets: RiskSets, base: int, coef: Floats, information: Floats, *, converged: bool
) -> str | None:
    """Why the hazard ratios are not estimable, in the order a reader would ask."""
    ones = sets.events.sum(axis=0)
    silent = [sets.groups[k] for k in np.flatnonzero(ones == 0)]
    if ones.sum() == 0:
        return "no event"
    if len(sets.groups) < 2:
        return "only one group"
    if silent:
        return f"no event in group {', '.join(silent)}"
    if not converged or np.abs(coef).max() > LARGEST_COEFFICIENT:
        return "a coefficient runs to infinity: the groups are separated in time"
    if np.linalg.matrix_rank(information) < coef.size:
        return f"not identified against {sets.groups[base]}"
    return None
