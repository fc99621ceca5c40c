"""What is asked of a design: each quantity is the mean, over how trials end, of one number per end state."""

from __future__ import annotations

from collections.abc import Iterator
from math import sqrt
from typing import Any, Final, NamedTuple, Protocol, SupportsFloat

import numpy as np
import numpy.typing as npt
import polars as pl

from pkpipe.escalation.engine.design import Design, Ints
from pkpipe.escalation.engine.level_counts import Mask

Numbers = npt.NDArray[Any]

RESULT: Final = pl.Schema(
    {"quantity": pl.String(), "level": pl.String(), "value": pl.Float64(), "se": pl.Float64()}
)


class Quantity(NamedTuple):
    """A mean over end states; `level` is a level code, or n for P_n_total."""

    name: str
    level: str | None
    of: Numbers  # one number a state


class Ends(Protocol):
    """Ways a trial can end, one row each: a graph's states, or simulated trials."""

    @property
    def design(self) -> Design: ...
    @property
    def counts(self) -> Ints: ...
    @property
    def mtd(self) -> Ints: ...
    @property
    def mad(self) -> Ints: ...
    @property
    def intolerable(self) -> Mask: ...
    @property
    def terminal(self) -> Mask: ...
    @property
    def total_n(self) -> Ints: ...


def quantities(ends: Ends) -> Iterator[Quantity]:
    """Everything the end of a trial tells, level by level."""
    design = ends.design
    codes = design.codes[: design.top + 1]
    n, y, g2 = (ends.counts[:, :, i] for i in range(3))
    total = ends.total_n  # a sum over all states: once, not for every size
    for i, code in enumerate(codes):
        yield Quantity("P_MTD", code, ends.mtd == i)
    yield Quantity("P_MAD_reached", design.codes[design.top], ends.mad >= 0)
    yield Quantity("P_no_tolerable_dose", None, ends.intolerable)
    if design.table:
        none = ~ends.intolerable & (ends.mtd < 0) & (ends.mad < 0)
        yield Quantity("P_no_level_declared", None, none)
    for name, count in (("E_n", n), ("E_dlt", y)):
        for i, code in enumerate(codes):
            yield Quantity(name, code, count[:, i])
    yield Quantity("E_n_total", None, total)
    yield Quantity("E_dlt_total", None, y.sum(axis=1))
    for size in np.unique(total[ends.terminal]).tolist():
        yield Quantity("P_n_total", str(size), total == size)
    titration = min(design.titration, len(codes))
    # Only the outcome of a titrated subject sets g2, so it tells where titration ended.
    for i in range(titration):
        yield Quantity("P_titration_ends_at", codes[i], g2[:, i] > 0)
    if titration:
        clean = (g2[:, :titration] == 0).all(axis=1) & (n[:, titration - 1] > 0)
        yield Quantity("P_titration_completed", None, clean)


def mean_of(ended: Numbers, of: Numbers) -> SupportsFloat:
    """The quantity's mean under the end states' probabilities, in their own precision."""
    where = np.flatnonzero((of != 0) & (ended != 0))
    mean: SupportsFloat = (ended[where] * of[where].astype(np.int64)).sum()
    return mean


def spread_of(ends: Ends, ended: Numbers) -> float:
    """Standard deviation of the number of subjects of a trial."""
    total = ends.total_n
    centred = total - float(mean_of(ended, total))
    return sqrt(float((ended * centred**2).sum()))


def estimated(ends: Ends, share: Numbers, trials: int) -> pl.DataFrame:
    """The quantities from the share of simulated trials in each row, with Monte Carlo standard errors.

    The error of a mean is the standard deviation between trials over the square root of their number; of a
    share of none or all of them that of (0 + 1) / (trials + 2), Laplace's rule.
    """
    rows: list[tuple[str, str | None, float, float | None]] = []
    seen = np.flatnonzero(share)
    weights = share[seen]
    for quantity in quantities(ends):
        of = quantity.of[seen].astype(np.float64)
        part = weights * of
        mean, square = float(part.sum()), float((part * of).sum())
        variance = max(square - mean * mean, 0.0)
        if quantity.of.dtype == bool and (of == of[0]).all():
            # What no trial showed, or every one, is not known without error: as after one trial otherwise.
            variance = (trials + 1) / (trials + 2) ** 2
        rows.append((quantity.name, quantity.level, mean, sqrt(variance / trials)))
    rows.append(("SD_n_total", None, spread_of(ends, share), None))
    return pl.DataFrame(rows, schema=RESULT, orient="row")
