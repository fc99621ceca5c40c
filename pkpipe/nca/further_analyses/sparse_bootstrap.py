"""Bootstrap of the area of a sparsely sampled group: animals drawn again within their batch.

A batch are the animals sampled at the same times (of a serial design each time is one), so every drawn data
set has the design of the measured one. Mean curve, its last time and its area are made anew of each, as of
the measured data (Jaki and Wolfsegger, Stat Med 2012, 31:1059; percentile limits: Efron and Tibshirani 1993).
Every group has its own stream of random numbers, from the seed and its name: what one gives depends neither
on the others nor on how many processes there are.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl

from pkpipe.nca.laid_out.sorted_arrays import SAME_TIME, Floats

C: Final = pl.col
CELLS: Final = 1 << 21  # drawn concentrations at once
LEVEL: Final = 0.90
BLQ_SHARE: Final = 0.5  # of the results at a time, above which its mean is 0 (PKNCA)
CODES: Final = ("AUCLSTBB", "AUCLSTBS", "AUCLSTBL", "AUCLSTBU")


@dataclass(frozen=True)
class Bootstrap:
    """How many data sets are drawn, and from where the random numbers start."""

    many: int
    seed: int


def bootstrapped(
    rows: pl.DataFrame, own: Sequence[str], subject: str, by: Bootstrap, *, from_zero: bool
) -> pl.DataFrame:
    """One row a group with CODES; null where a batch has a single animal.

    rows: the groups (own), the subject, TIME and CONC with a BLQ as 0, sorted by group, time and subject.
    """
    schema = {k: rows.schema[k] for k in own} | dict.fromkeys(CODES, pl.Float64())
    found = [
        part.select(own).row(0) + _of_group(part, subject, by, own, from_zero=from_zero)
        for part in rows.partition_by(own, maintain_order=True)
    ]
    return pl.DataFrame(found, schema=schema, orient="row")


def _of_group(
    rows: pl.DataFrame, subject: str, by: Bootstrap, own: Sequence[str], *, from_zero: bool
) -> tuple[float | None, ...]:
    times = rows["TIME"].unique().sort().to_numpy()
    batches = _batches(rows, subject)
    if min((len(b) for _, b in batches), default=0) < 2 or len(times) == 0:
        return (None,) * len(CODES)
    name = "\x1f".join(str(v) for v in rows.select(own).row(0))
    random = np.random.default_rng([by.seed, zlib.crc32(name.encode())])
    size = sum(conc.size for _, conc in batches)
    step = max(1, CELLS // size)
    areas = np.concatenate(
        [
            _areas(times, batches, random, min(step, by.many - done), from_zero=from_zero)
            for done in range(0, by.many, step)
        ]
    )
    measured = _area(times, *_sums(times, batches, None), from_zero=from_zero)[0]
    low, high = np.quantile(areas, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return float(areas.mean() - measured), float(areas.std(ddof=1)), float(low), float(high)


Batches = list[tuple[tuple[float, ...], Floats]]  # times, concentrations (animals, times)


def _batches(rows: pl.DataFrame, subject: str) -> Batches:
    """The animals of each set of times."""
    animals = rows.group_by(subject, maintain_order=True).agg("TIME", "CONC")
    found: dict[tuple[float, ...], list[list[float]]] = {}
    for time, conc in animals.select("TIME", "CONC").iter_rows():
        found.setdefault(tuple(time), []).append(conc)
    return [(time, np.array(conc)) for time, conc in found.items()]


def _areas(
    times: Floats, batches: Batches, random: np.random.Generator, many: int, *, from_zero: bool
) -> Floats:
    """Areas of so many drawn data sets; the numbers of one lie side by side, so any cut gives the same."""
    animals = sum(len(conc) for _, conc in batches)
    drawn = random.random((many, animals))
    return _area(times, *_sums(times, batches, drawn), from_zero=from_zero)


def _sums(times: Floats, batches: Batches, drawn: Floats | None) -> tuple[Floats, Floats, Floats]:
    """Sum of the concentrations, number of BLQ and of animals, at each time of each data set."""
    many = 1 if drawn is None else len(drawn)
    total, blq, count = (
        np.zeros((many, len(times))),
        np.zeros((many, len(times))),
        np.zeros(len(times)),
    )
    first = 0
    for when, conc in batches:
        n = len(conc)
        at = np.searchsorted(times, when)
        chosen = np.arange(n)[None, :]
        if drawn is not None:
            chosen = (drawn[:, first : first + n] * n).astype(np.int64)
        taken = conc[chosen]  # data sets, animals, times
        total[:, at] += taken.sum(axis=1)
        blq[:, at] += (taken == 0).sum(axis=1)
        count[at] += n
        first += n
    return total, blq, count


def _area(times: Floats, total: Floats, blq: Floats, count: Floats, *, from_zero: bool) -> Floats:
    """Linear rule on the means up to the last one above 0; 0 where there is none."""
    mean = np.where(blq > BLQ_SHARE * count, 0.0, total / count)
    if from_zero and times[0] > SAME_TIME:
        times, mean = np.append(0.0, times), np.column_stack([np.zeros(len(mean)), mean])
    pieces = np.diff(times) * (mean[:, 1:] + mean[:, :-1]) / 2
    until = np.column_stack([np.zeros(len(mean)), np.cumsum(pieces, axis=1)])
    positive = mean > 0
    last = mean.shape[1] - 1 - positive[:, ::-1].argmax(axis=1)
    area = np.take_along_axis(until, last[:, None], axis=1)[:, 0]
    return np.where(positive.any(axis=1), area, 0.0)
