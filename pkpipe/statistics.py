"""Statistics without clinical meaning that several rooms need: intervals of a share, descriptions."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import polars as pl

Floats = npt.NDArray[np.float64]


def described(value: pl.Expr) -> dict[str, pl.Expr]:
    """N, mean, standard deviation (n - 1), median and range of the values there are."""
    return {
        "N": value.count().cast(pl.Int64),
        "MEAN": value.mean(),
        "SD": value.std(),
        "MEDIAN": value.median(),
        "MIN": value.min(),
        "MAX": value.max(),
    }


def geometric(logs: pl.Expr) -> dict[str, pl.Expr]:
    """Geometric mean and geometric CV % of values by their logarithms.

    The CV is 100 sqrt(exp(s²) - 1) with s the standard deviation of the logarithms (n - 1).
    """
    return {
        "GMEAN": logs.mean().exp(),
        "GCV": 100 * ((logs.std() ** 2).exp() - 1).sqrt(),
    }


def clopper_pearson(
    x: npt.ArrayLike, n: npt.ArrayLike, level: float = 0.95
) -> tuple[Floats, Floats]:
    """Exact two-sided limits of x of n, as shares from 0 to 1; NaN where n is 0.

    Clopper & Pearson 1934 (doi:10.1093/biomet/26.4.404), by quantiles of the beta distribution.
    """
    from scipy.special import betaincinv  # noqa: PLC0415 (0.19 s, only where a share is shown)

    successes, trials = np.broadcast_arrays(
        np.asarray(x, dtype=np.float64), np.asarray(n, dtype=np.float64)
    )
    tail = (1 - level) / 2
    failures = trials - successes
    lower = np.where(successes > 0, betaincinv(np.maximum(successes, 1), failures + 1, tail), 0.0)
    upper = np.where(
        failures > 0, betaincinv(successes + 1, np.maximum(failures, 1), 1 - tail), 1.0
    )
    nobody = trials == 0
    return np.where(nobody, np.nan, lower), np.where(nobody, np.nan, upper)


def wilson(x: npt.ArrayLike, n: npt.ArrayLike, level: float = 0.95) -> tuple[Floats, Floats]:
    """Score limits of x of n without continuity correction, from 0 to 1; NaN where n is 0.

    Wilson 1927 (doi:10.1080/01621459.1927.10502953); R's `prop.test(correct = FALSE)`.
    """
    from scipy.special import ndtri  # noqa: PLC0415 (0.19 s, only where a share is shown)

    successes, trials = np.broadcast_arrays(
        np.asarray(x, dtype=np.float64), np.asarray(n, dtype=np.float64)
    )
    z2 = float(ndtri((1 + level) / 2)) ** 2
    somebody = np.where(trials == 0, np.nan, trials)
    middle = (successes + z2 / 2) / (somebody + z2)
    spread = successes * (somebody - successes) / somebody + z2 / 4
    half = np.sqrt(z2 * spread) / (somebody + z2)
    # Nobody or everybody: that limit is the edge itself, not the edge but for rounding.
    lower = np.where(successes == 0, 0.0 * somebody, middle - half)
    upper = np.where(successes == trials, 1.0 + 0.0 * somebody, middle + half)
    return lower, upper
