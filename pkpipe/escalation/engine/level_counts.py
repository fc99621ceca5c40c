"""What is known at a decision: counts per level and the level last dosed, for many questions at once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from pkpipe.escalation.engine.design import Design, Ints

Mask = npt.NDArray[np.bool_]
UNKNOWN: Final = -1  # a level the design does not have
FIELDS: Final = ("n", "y", "g2", "pend")


@dataclass(frozen=True)
class States:
    """Counts of shape (questions, levels); `current` and `top` of shape (questions,)."""

    n: Ints  # evaluable subjects
    y: Ints  # of them with a DLT
    g2: Ints  # 1: a related grade 2 or more was seen while the level was titrated
    pend: Ints  # dosed, window running, no DLT so far
    current: Ints  # level last dosed
    top: Ints  # highest level open
    outside: Mask  # a level the design does not have was spelled

    def __len__(self) -> int:
        return len(self.current)

    def rows(self, which: slice | npt.NDArray[np.intp]) -> States:
        """Some of the questions."""
        return States(
            *(
                getattr(self, name)[which]
                for name in ("n", "y", "g2", "pend", "current", "top", "outside")
            )
        )

    def blocks(self, size: int) -> Iterator[States]:
        """The questions in blocks small enough for the processor's cache."""
        for start in range(0, len(self), size):
            yield self.rows(slice(start, start + size))


def states(
    design: Design,
    counts: npt.ArrayLike,
    current: npt.ArrayLike,
    top: npt.ArrayLike | None = None,
    outside: Mask | None = None,
) -> States:
    """States from one array of shape (questions, levels, 4) in the order of `FIELDS`.

    top: the design's unless given.  outside: no level is unknown unless given.
    """
    cube = np.asarray(counts, dtype=np.int16)
    rows = cube.shape[0]
    n, y, g2, pend = (np.ascontiguousarray(cube[:, :, i]) for i in range(len(FIELDS)))
    return States(
        n=n,
        y=y,
        g2=g2,
        pend=pend,
        current=np.asarray(current, dtype=np.int16),
        top=np.full(rows, design.top, np.int16) if top is None else np.asarray(top, dtype=np.int16),
        outside=np.zeros(rows, dtype=bool) if outside is None else outside,
    )


def rowwise_any(mask: npt.NDArray[np.bool_]) -> Mask:
    """True for the rows with at least one True."""
    found: Mask = np.asarray(np.any(mask, axis=1), dtype=bool)
    return found


def any_of(*masks: Mask) -> Mask:
    """True where one of the masks is."""
    found: Mask = np.logical_or.reduce(masks)
    return found


def all_of(*masks: npt.NDArray[np.bool_]) -> Mask:
    """True where every mask is."""
    found: Mask = np.logical_and.reduce(masks)
    return found


def spelled(design: Design, questions: States) -> list[str]:
    """Each question's dosed levels as `A:n/y/g2/pend|B:...`."""
    counts = np.stack([questions.n, questions.y, questions.g2, questions.pend], axis=2)
    shown = (counts != 0).any(axis=2) | (
        np.arange(design.levels) <= np.maximum(questions.current, 0)[:, None]
    )
    return [
        "|".join(
            f"{code}:{n}/{y}/{g}/{p}"
            for code, seen, (n, y, g, p) in zip(design.codes, row_shown, row.tolist(), strict=True)
            if seen
        )
        for row_shown, row in zip(shown.tolist(), counts, strict=True)
    ]
