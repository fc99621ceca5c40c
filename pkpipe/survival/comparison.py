"""Comparing groups: the counts every test rests on, and the log-rank family."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from pkpipe.survival.observations import merged, observations

Floats = npt.NDArray[np.float64]
Indices = npt.NDArray[np.int64]


@dataclass(frozen=True)
class RiskSets:
    """Who is at risk and who has an event, by event time (rows) and group (columns)."""

    groups: tuple[str, ...]
    subjects: Floats  # (groups,)
    times: Floats  # (event times,)
    at_risk: Floats  # (event times, groups): time at or after it
    events: Floats  # (event times, groups)


def risk_sets(frame: pl.DataFrame, time: str, event: str, group: str) -> RiskSets:
    """Risk sets over all groups together; near ties are merged over the whole data, as R does.

    Groups are sorted by name; a group without a usable row does not exist here.
    """
    rows = merged(
        observations(frame.filter(pl.col(group).is_not_null()), time, event, [group]).sort("TIME")
    )
    names = rows[group].cast(pl.String).unique().sort().to_list()
    code = rows[group].cast(pl.String).rank("dense").cast(pl.Int64) - 1  # place in `names`
    times, event_flag, column = rows["TIME"].to_numpy(), rows["EVENT"].to_numpy(), code.to_numpy()
    at = np.unique(times[event_flag])
    at_risk = np.zeros((at.size, len(names)))
    events = np.zeros((at.size, len(names)))
    for k in range(len(names)):
        mine = np.sort(times[column == k])
        at_risk[:, k] = mine.size - np.searchsorted(mine, at, side="left")
    np.add.at(events, (np.searchsorted(at, times[event_flag]), column[event_flag]), 1)
    subjects = np.bincount(column, minlength=len(names)).astype(np.float64)
    return RiskSets(tuple(names), subjects, at, at_risk, events)


@dataclass(frozen=True)
class LogRank:
    """A test of equal hazards; `reason` says why there is none."""

    groups: tuple[str, ...]
    n: Floats
    observed: Floats
    expected: Floats
    chisq: float | None
    df: int
    p: float | None
    reason: str | None = None


def logrank(sets: RiskSets, rho: float = 0.0) -> LogRank:
    """Weighted log-rank test; rho 0 is the log-rank, rho 1 the Peto & Peto weight S(t-).

    Harrington & Fleming 1982 (doi:10.1093/biomet/69.3.553); agrees with `survdiff` of R survival 3.5-3.
    """
    n, d = sets.at_risk.sum(axis=1), sets.events.sum(axis=1)
    survival = np.concatenate([[1.0], np.cumprod((n - d) / n)])[:-1] if n.size else np.ones(0)
    weight = survival**rho
    share = sets.at_risk / n[:, None]
    observed = (weight[:, None] * sets.events).sum(axis=0)
    expected = (weight[:, None] * d[:, None] * share).sum(axis=0)
    compared = expected > 0
    df = int(compared.sum()) - 1
    if df < 1:
        why = "no event" if not n.size else "fewer than two groups at risk at an event"
        return LogRank(sets.groups, sets.subjects, observed, expected, None, df, None, why)
    scale = weight**2 * d * (n - d) / np.maximum(n - 1, 1)
    variance = np.diag((scale[:, None] * share).sum(axis=0)) - (share * scale[:, None]).T @ share
    kept = np.flatnonzero(compared)[1:]
    chisq = _quadratic((observed - expected)[kept], variance[np.ix_(kept, kept)])
    if chisq is None:
        why = "the variance is zero: no event with more than one subject at risk"
        return LogRank(sets.groups, sets.subjects, observed, expected, None, df, None, why)
    return LogRank(
        sets.groups, sets.subjects, observed, expected, chisq, df, chi_square_tail(chisq, df)
    )


def _quadratic(difference: Floats, variance: Floats) -> float | None:
    if not np.all(np.isfinite(variance)) or np.linalg.matrix_rank(variance) < difference.size:
        return None
    return float(difference @ np.linalg.solve(variance, difference))


def chi_square_tail(chisq: float, df: int) -> float:
    """Probability of a larger chi-square with so many degrees of freedom."""
    from scipy.special import chdtrc  # noqa: PLC0415 (a fifth of a second)

    return float(chdtrc(df, chisq))
