"""The largest likelihood of a line with left-censored points, of many windows at once.

In 1/SD and line/SD the logarithm of the likelihood is concave (Olsen 1978), so Newton's steps, shortened
where they would lose height, reach its one maximum. Every window is one column; all take their steps at once,
each until it stands still, so what one gives does not depend on the others.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from pkpipe.nca.laid_out.profile_blocks import summed
from pkpipe.nca.laid_out.sorted_arrays import Flags, Floats, Ints

STEPS: Final = 100
HALVINGS: Final = 60
# Squared Newton decrement below which a step moves nothing that a double can tell.
STANDS_STILL: Final = 1e-18


@dataclass(frozen=True)
class Censored:
    """The points of the windows that are searched; shape (samples, windows)."""

    x: Floats
    y: Floats
    known: Flags
    below: Flags

    def some(self, which: Flags | Ints) -> Censored:
        """Some of the windows."""
        x, y, known, below = self.x, self.y, self.known, self.below
        return Censored(x[:, which], y[:, which], known[:, which], below[:, which])


def largest(
    columns: Censored, first: tuple[Floats, ...], scale: Floats
) -> tuple[Floats, Floats, Floats]:
    """Slope, logarithm at TLST and SD of the largest likelihood, from the line of least squares on.

    In units in which that line is zero, the times have mean 0 and root mean square 1, and the first SD is 1:
    so no sum cancels, however well the line fits.
    """
    centre, width, slope, at_end = first
    x = (columns.x - centre) / width
    y = (columns.y - (at_end + slope * columns.x)) / scale
    plain = Censored(x, y, columns.known, columns.below)
    theta = np.zeros((3, len(scale)))
    theta[2] = 1.0
    active = np.arange(len(scale))
    for _ in range(STEPS):
        part = plain.some(active)
        moved, still = _one_step(part, theta[:, active])
        theta[:, active] = moved
        active = active[~still]
        if len(active) == 0:
            break
    level, tilt, one_over_sd = theta
    theta[:, active] = np.nan  # none after so many steps
    more = scale * tilt / (one_over_sd * width)
    return slope + more, at_end + scale * level / one_over_sd - more * centre, scale / one_over_sd


def _one_step(columns: Censored, theta: Floats) -> tuple[Floats, Flags]:
    """A Newton step of every window, shortened until the likelihood grows; which of them stand still."""
    height, gradient, curvature = _likelihood(columns, theta)
    step = _solved(curvature, gradient)
    gain = (step * gradient).sum(axis=0)
    still = gain < STANDS_STILL
    length = np.ones(theta.shape[1])
    open_ = np.flatnonzero(
        gain > np.sqrt(STANDS_STILL)
    )  # closer than that a full step is a good one
    for _ in range(HALVINGS):
        if len(open_) == 0:
            break
        trial = theta[:, open_] + length[open_] * step[:, open_]
        good = trial[2] > 0
        higher = _height(columns.some(open_), np.where(good, trial, theta[:, open_]))
        good &= higher >= height[open_] + 1e-4 * length[open_] * gain[open_]
        length[open_[~good]] /= 2
        open_ = open_[~good]
    return theta + length * step, still


def _distances(columns: Censored, theta: Floats) -> tuple[Floats, Floats]:
    """Residuals of the quantified points and distances of the limits, in SD; 0 elsewhere."""
    z = theta[2] * columns.y - theta[0] - theta[1] * columns.x
    return np.where(columns.known, z, 0.0), np.where(columns.below, z, 0.0)


def _height(columns: Censored, theta: Floats) -> Floats:
    from scipy.special import log_ndtr  # noqa: PLC0415 (0.16 s, only for a Tobit line)

    near, far = _distances(columns, theta)
    below = np.where(columns.below, log_ndtr(far), 0.0)
    height: Floats = summed(columns.known) * np.log(theta[2]) + summed(below - near * near / 2)
    return height


def _likelihood(columns: Censored, theta: Floats) -> tuple[Floats, Floats, Floats]:
    """Its logarithm, gradient and (turned positive) matrix of second derivatives in level, tilt and 1/SD."""
    from scipy.special import erfcx  # noqa: PLC0415 (as above)

    near, far = _distances(columns, theta)
    # density over probability of the limit: sqrt(2/π) / erfcx(-z/√2) is exact however unlikely it is
    with np.errstate(over="ignore"):
        mills = np.where(columns.below, np.sqrt(2 / np.pi) / erfcx(-far / np.sqrt(2)), 0.0)
    pull = near - mills
    weight = columns.known + mills * (mills + far)
    n = summed(columns.known)
    x, y = columns.x, columns.y
    gradient = np.stack([summed(pull), summed(pull * x), n / theta[2] - summed(pull * y)])
    wx, wy = weight * x, weight * y
    curvature = np.stack(
        [
            *(summed(weight), summed(wx), -summed(wy), summed(wx * x), -summed(wx * y)),
            summed(wy * y) + n / theta[2] ** 2,
        ]
    )
    return _height(columns, theta), gradient, curvature


def _solved(matrix: Floats, right: Floats) -> Floats:
    """Solution of the symmetric 3x3 systems, by Cholesky's factors; matrix: 11, 12, 13, 22, 23, 33."""
    a, b, c, d, e, f = matrix
    l11 = np.sqrt(a)
    l21, l31 = b / l11, c / l11
    l22 = np.sqrt(d - l21 * l21)
    l32 = (e - l21 * l31) / l22
    l33 = np.sqrt(f - l31 * l31 - l32 * l32)
    u = right[0] / l11
    v = (right[1] - l21 * u) / l22
    w = (right[2] - l31 * u - l32 * v) / l33
    z = w / l33
    y = (v - l32 * z) / l22
    return np.stack([(u - l21 * y - l31 * z) / l11, y, z])
