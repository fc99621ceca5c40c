"""Comparing groups: the counts every test rests on, and the log-rank family."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from pkpipe.survival.curves.observations import ENTRY, merged, observations

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
    stratum: Indices  # (event times,): event times of one stratum stand together


def risk_sets(
    frame: pl.DataFrame, time: str, event: str, group: str, strata: Sequence[str] = ()
) -> RiskSets:
    """Risk sets over all groups together; near ties are merged over the whole data, as R does.

    Groups are sorted by name; a group without a usable row does not exist here. With strata each event is
    held against those at risk in its own stratum only; a row without a stratum is in none. A subject with
    a time of entry is at risk after it.
    """
    told = frame.drop_nulls([group, *strata])
    rows = merged(observations(told, time, event, [group, *strata]).sort("TIME"))
    names = rows[group].cast(pl.String).unique().sort().to_list()
    code = (rows[group].cast(pl.String).rank("dense").cast(pl.Int64) - 1).to_numpy()  # in `names`
    which = _numbered(rows, strata)
    parts = [
        _of_one_stratum(rows.filter(which == s), code[which.to_numpy() == s], len(names))
        for s in which.unique().sort()
    ] or [_of_one_stratum(rows, code, len(names))]
    times, at_risk, events = (np.concatenate(part) for part in zip(*parts, strict=True))
    stratum = np.repeat(np.arange(len(parts)), [at.size for at, _, _ in parts])
    subjects = np.bincount(code, minlength=len(names)).astype(np.float64)
    return RiskSets(tuple(names), subjects, times, at_risk, events, stratum)


def _numbered(rows: pl.DataFrame, strata: Sequence[str]) -> pl.Series:
    """The stratum of each row as a number, in the order of their names."""
    if not strata:
        return pl.Series([0] * rows.height, dtype=pl.Int64)
    return rows.select(
        pl.struct(pl.col(c).cast(pl.String) for c in strata).rank("dense")
    ).to_series()


def _of_one_stratum(
    rows: pl.DataFrame, group: Indices, groups: int
) -> tuple[Floats, Floats, Floats]:
    """Event times, at risk and events of one stratum."""
    times, happened = rows["TIME"].to_numpy(), rows["EVENT"].to_numpy()
    entries = rows[ENTRY].fill_null(-np.inf).to_numpy() if ENTRY in rows.columns else None
    at = np.unique(times[happened])
    at_risk, events = np.zeros((at.size, groups)), np.zeros((at.size, groups))
    for k in range(groups):
        at_risk[:, k] = _at_or_after(times[group == k], at)
        if entries is not None:
            at_risk[:, k] -= _at_or_after(entries[group == k], at)
    np.add.at(events, (np.searchsorted(at, times[happened]), group[happened]), 1)
    return at, at_risk, events


def _at_or_after(times: Floats, at: Floats) -> Indices:
    """How many of the times are at or after each of the others."""
    return times.size - np.searchsorted(np.sort(times), at, side="left")


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
    """Weighted log-rank test; rho 0 is the log-rank, rho 1 the Peto & Peto weight S(t-) of the stratum.

    Harrington & Fleming 1982 (doi:10.1093/biomet/69.3.553); agrees with `survdiff` of R survival 3.5-3.
    Observed, expected and variance are sums over the strata.
    """
    n, d = sets.at_risk.sum(axis=1), sets.events.sum(axis=1)
    weight = _survival_before(n, d, sets.stratum) ** rho
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


def _survival_before(n: Floats, d: Floats, stratum: Indices) -> Floats:
    """Survival of everybody of the stratum just before each event time."""
    before = np.ones(n.size)
    for s in np.unique(stratum):
        mine = stratum == s
        before[mine] = np.concatenate([[1.0], np.cumprod(((n - d) / n)[mine])])[:-1]
    return before


def _quadratic(difference: Floats, variance: Floats) -> float | None:
    if not np.all(np.isfinite(variance)) or np.linalg.matrix_rank(variance) < difference.size:
        return None
    return float(difference @ np.linalg.solve(variance, difference))


def chi_square_tail(chisq: float, df: int) -> float:
    """Probability of a larger chi-square with so many degrees of freedom."""
    from scipy.special import chdtrc  # noqa: PLC0415 (0.16 s, only where groups are compared)

    return float(chdtrc(df, chisq))
