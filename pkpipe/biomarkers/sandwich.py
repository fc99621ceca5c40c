"""The covariance of parameters by subject, where a subject gives several results."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Places = npt.NDArray[np.int64]
SINGULAR: Final = (
    1e12  # condition of the scaled information from which parameters are not told apart
)


def sandwich(weight: Floats, score: Floats, subject: Places) -> Floats | None:
    """Covariance (q x q), or nothing where it does not exist.

    Liang & Zeger, Biometrika 1986;73:13, with the correction of Mancl & DeRouen, Biometrics 2001;57:126: each
    subject's score is divided by what its own weight leaves of it, which to first order is the change of the
    parameters when that subject is left out.

    Args:
        weight: what each result tells about the parameters (n x q x q), of least squares J J'.
        score: what each result asks of them (n x q), of least squares J times its residual.
        subject: of each result.
    """
    total = weight.sum(axis=0)
    own = np.diag(total)
    if not (own > 0).all():
        return None
    scale = np.sqrt(own)
    scaled = np.outer(scale, scale)
    if np.linalg.cond(total / scaled) > SINGULAR:
        return None
    order = np.argsort(subject, kind="stable")
    starts = np.flatnonzero(np.diff(subject[order], prepend=-1))
    of_subject = np.add.reduceat(weight[order], starts) / scaled
    asked = np.add.reduceat(score[order], starts) / scale
    bread = np.linalg.inv(total / scaled)
    left = np.eye(len(scale)) - of_subject @ bread
    if np.linalg.cond(left).max() > SINGULAR:  # one subject alone tells a parameter
        return None
    moved = np.linalg.solve(left, asked[:, :, None])[:, :, 0] @ bread
    return np.asarray(moved.T @ moved / scaled)
