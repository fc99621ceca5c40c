"""Random numbers: one stream a topic, so that what one topic draws never moves another."""

from __future__ import annotations

import math
import zlib
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from pkpipe.protocol.simulation import Spread

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Times = npt.NDArray[np.datetime64]  # minutes

MINUTES_A_DAY: Final = 1440


@dataclass(frozen=True)
class Streams:
    """Generators that depend on the seed, the number of the replicate and a name only.

    replicate: the trial of a population, from 1; null: the one virtual trial of the seed. The sequence of
    replicate r is that of `SeedSequence(seed).spawn` in place r, so no other replicate needs to be drawn.
    """

    seed: int
    replicate: int | None = None

    def __call__(self, topic: str) -> np.random.Generator:
        """A fresh generator of this topic."""
        name = zlib.crc32(topic.encode())
        if self.replicate is None:
            return np.random.default_rng([self.seed, name])
        own = np.random.SeedSequence(self.seed, spawn_key=(self.replicate, name))
        return np.random.default_rng(own)


def log_normal(rng: np.random.Generator, spread: Spread, size: int | tuple[int, ...]) -> Floats:
    """Values with that median and coefficient of variation: CV² = exp(σ²) - 1."""
    sigma = float(np.sqrt(np.log1p(spread.cv**2)))
    return np.asarray(spread.typical * np.exp(sigma * rng.standard_normal(size)), dtype=np.float64)


def within(
    rng: np.random.Generator, low: float, high: float, size: int | tuple[int, ...]
) -> Floats:
    """Deviations inside a window [-low, high], mostly near the target (mean of three uniforms)."""
    shape = (3, *(size if isinstance(size, tuple) else (size,)))
    share = rng.random(shape).mean(axis=0)
    return np.asarray(np.where(share < 0.5, (2 * share - 1) * low, (2 * share - 1) * high))


def moments(first: Times, days: Floats) -> Times:
    """Calendar minutes so many days after each first dose; NaN gives no time."""
    known = np.where(np.isfinite(days), days, 0.0)
    minutes = np.rint(known * MINUTES_A_DAY).astype("timedelta64[m]")
    times = first + minutes
    return np.where(np.isfinite(days), times, np.datetime64("NaT"))


def significant(values: Floats, digits: int) -> list[str | None]:
    """Numbers as a laboratory prints them, to so many significant digits; NaN is null."""
    return [None if math.isnan(v) else f"{v:.{digits}g}" for v in values.tolist()]
