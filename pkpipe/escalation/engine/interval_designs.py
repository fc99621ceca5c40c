"""Interval designs as decision tables: BOIN (Liu & Yuan 2015), mTPI-2 (Guo 2017), i3+3 (Liu 2020)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from math import ceil, floor, log
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy.special import betainc

Floats = npt.NDArray[np.float64]

EXCLUDE_ABOVE: Final = 0.95  # P(p > target) beyond which a level is excluded ...
EXCLUDE_FROM: Final = 3  # ... once so many subjects are evaluable
ROUNDING: Final = 1e-9  # 0.3 + 0.05 is 0.35, however a computer adds


@dataclass(frozen=True)
class BoinBoundaries:
    """DLT rates at which BOIN moves, and the counts they mean for one n (None: never excluded)."""

    lambda_e: float
    lambda_d: float
    n: int
    escalate_if_dlt_le: int
    deescalate_if_dlt_ge: int
    eliminate_if_dlt_ge: int | None


def boin_rates(target: float, under: float = 0.6, over: float = 1.4) -> tuple[float, float]:
    """The two rates between which BOIN stays (doi:10.1111/rssc.12089, eq. 2 and 3).

    under, over: the rates called too low and too high, as multiples of the target.
    """
    low, high = under * target, over * target
    lambda_e = log((1 - low) / (1 - target)) / log(target * (1 - low) / (low * (1 - target)))
    lambda_d = log((1 - target) / (1 - high)) / log(high * (1 - target) / (target * (1 - high)))
    return lambda_e, lambda_d


def boin_boundaries(target: float, n: int) -> BoinBoundaries:
    """BOIN's counts at n evaluable subjects."""
    lambda_e, lambda_d = boin_rates(target)
    out = next((y for y in range(n + 1) if excluded(target, n, y)), None)
    return BoinBoundaries(
        lambda_e, lambda_d, n, floor(lambda_e * n), max(ceil(lambda_d * n), 1), out
    )


def prob_above(target: float, n: int, y: int) -> float:
    """P(p > target) with y of n DLTs and a uniform prior."""
    return 1.0 - float(betainc(1 + y, 1 + n - y, target))


def excluded(target: float, n: int, y: int) -> bool:
    """The level is excluded as too toxic."""
    return n >= EXCLUDE_FROM and prob_above(target, n, y) > EXCLUDE_ABOVE


def mtpi2_masses(
    target: float, epsilon1: float, epsilon2: float, n: int, y: int
) -> tuple[float, float, float]:
    """Largest unit probability mass below, in and above the equivalence interval.

    doi:10.1016/j.cct.2017.04.006.

    Intervals of the equivalence interval's width tile the unit interval from it outwards; the outermost
    ones are cut off and weighed by their own width.
    """
    low, high = target - epsilon1, target + epsilon2
    width = epsilon1 + epsilon2
    under, over = _edges_down(low, width), _edges_up(high, width)

    def largest(edges: Floats) -> float:
        mass = np.diff(betainc(1 + y, 1 + n - y, edges)) / np.diff(edges)
        return float(mass.max())

    return largest(under), largest(np.array([low, high])), largest(over)


def _edges_down(low: float, width: float) -> Floats:
    steps = int(np.floor(low / width + 1e-9))
    inner = low - width * np.arange(steps + 1)
    edges = inner if abs(inner[-1]) < 1e-9 else np.append(inner, 0.0)
    return np.clip(edges[::-1], 0.0, 1.0)


def _edges_up(high: float, width: float) -> Floats:
    return 1.0 - _edges_down(1.0 - high, width)[::-1]


def mtpi2_letter(target: float, epsilon1: float, epsilon2: float, n: int, y: int) -> str:
    """The decision with the largest mass: E below, S inside, D above."""
    under, inside, over = mtpi2_masses(target, epsilon1, epsilon2, n, y)
    best = max(under, inside, over)
    return "E" if under == best else "S" if inside == best else "D"


@lru_cache(maxsize=64)
def boin_table(target: float, last: int) -> tuple[tuple[int, str], ...]:
    """BOIN as a decision table for n = 1 ... last."""
    rows = []
    for n in range(1, last + 1):
        b = boin_boundaries(target, n)
        out = n + 1 if b.eliminate_if_dlt_ge is None else b.eliminate_if_dlt_ge
        letters = (
            "U"
            if y >= out
            else "D"
            if y >= b.deescalate_if_dlt_ge
            else "E"
            if y <= b.escalate_if_dlt_le
            else "S"
            for y in range(n + 1)
        )
        rows.append((n, "".join(letters)))
    return tuple(rows)


@lru_cache(maxsize=64)
def mtpi2_table(
    target: float, last: int, epsilon1: float = 0.05, epsilon2: float = 0.05
) -> tuple[tuple[int, str], ...]:
    """mTPI-2 as a decision table for n = 1 ... last, with its exclusion rule."""
    return tuple(
        (
            n,
            "".join(
                "U" if excluded(target, n, y) else mtpi2_letter(target, epsilon1, epsilon2, n, y)
                for y in range(n + 1)
            ),
        )
        for n in range(1, last + 1)
    )


def i33_letter(target: float, below: float, above: float, n: int, y: int) -> str:
    """The i3+3 decision (Liu, Wang & Ji 2020, doi:10.1080/10543406.2019.1636811).

    A rate below the equivalence interval goes up, one in it stays. One above it goes down, but stays where
    one DLT fewer would lie below: then a single subject would have turned E into D.
    """
    low, high = target - below - ROUNDING, target + above + ROUNDING
    if y / n < low:
        return "E"
    if y / n <= high or (y - 1) / n < low:
        return "S"
    return "D"


@lru_cache(maxsize=64)
def i33_table(
    target: float, last: int, below: float = 0.05, above: float = 0.05
) -> tuple[tuple[int, str], ...]:
    """i3+3 as a decision table for n = 1 ... last, with its exclusion rule."""
    return tuple(
        (
            n,
            "".join(
                "U" if excluded(target, n, y) else i33_letter(target, below, above, n, y)
                for y in range(n + 1)
            ),
        )
        for n in range(1, last + 1)
    )
