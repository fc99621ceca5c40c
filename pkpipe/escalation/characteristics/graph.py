"""Every state a design can reach when each requested batch is observed whole before the next decision.

Exact characteristics walk this graph once; simulated trials look their next state up in it. Each step adds
subjects, so the states in order of their total n are in an order in which every step leads forward.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from math import prod
from typing import Final

import numpy as np
import numpy.typing as npt

from pkpipe.errors import ConfigError
from pkpipe.escalation.engine.decide import MODES, Answers, decide, is_mad, is_mtd
from pkpipe.escalation.engine.design import Design, Ints
from pkpipe.escalation.engine.level_counts import Mask, States, all_of, states
from pkpipe.escalation.engine.rules import NO_TOLERABLE_DOSE

MOST_STATES: Final = 3_000_000
# Levels above the titrated ones whose states tell how many more there are.
BEYOND_TITRATION: Final = 4
# Outcomes of a titrated subject: n, y, g2 it adds.
CLEAN, GRADE2, DLT = 0, 1, 2
COLUMNS: Final = ("rule", "level", "number", "mode", "ceiling")  # of Answers

Index = npt.NDArray[np.int32]


@dataclass(frozen=True)
class Graph:
    """States 0 ... S-1 in order of their total n; state 0 is the empty trial."""

    design: Design
    counts: Ints  # (S, levels, 3): n, y, g2
    level: Ints  # level the next batch goes to; -1 at the end
    number: Ints  # its size
    titrated: Mask  # the batch is one titrated subject, whose outcomes are CLEAN, GRADE2, DLT
    child: (
        Index  # (S, outcomes): state after y DLTs in the batch (or the titrated outcome); -1: none
    )
    mtd: Ints  # declared level; -1: none
    mad: Ints  # level of the MAD reached; -1: not reached
    intolerable: Mask  # ended without a tolerable dose
    bounds: tuple[int, ...]  # first state of each total n, and S at the end

    def __len__(self) -> int:
        return len(self.level)

    @property
    def terminal(self) -> Mask:
        """States at which the trial ends."""
        return np.equal(self.number, 0)

    @property
    def total_n(self) -> Ints:
        """Subjects of each state."""
        total: Ints = self.counts[:, :, 0].sum(axis=1)
        return total


def least_states(design: Design) -> int:
    """So many states the design reaches at least, from those of its lowest levels.

    A level is passed in two ways or more (0 of 3, 1 of 6), so each further one doubles the states.
    """
    few = design.titration + BEYOND_TITRATION
    if design.top + 1 <= few:
        return 0
    shorter = replace(
        design,
        codes=design.codes[:few],
        optional=design.optional[:few],
        inserted=design.inserted[:few],
        top=few - 1,
    )
    return len(reachable(shorter)) << (design.top + 1 - few)


def too_many(states: int) -> ConfigError:
    """The refusal of a design with too many states, with what can be done instead."""
    return ConfigError(
        f"the design reaches {states} states or more, over {MOST_STATES}, which would take minutes and "
        "gigabytes: use --simulate instead of --exact (allowed with --exact: any number of levels without "
        "titration and without a table, fewer levels otherwise)"
    )


@lru_cache(maxsize=8)
def reachable(design: Design) -> Graph:
    """The graph of a design from the empty trial.

    Raises:
        ConfigError: more states than can be held; simulate such a design.
    """
    if (least := least_states(design)) > MOST_STATES:
        raise too_many(least)
    empty = np.zeros((1, 3 * design.levels + 1), dtype=np.int16)
    nowhere = np.full((1, 2), -1, dtype=np.int32)
    waiting: dict[int, list[tuple[Ints, Index]]] = {0: [(empty, nowhere)]}
    parts: list[tuple[Ints, Answers]] = []
    links: list[Index] = []
    bounds, width = [0], 1
    while waiting:
        # States of several totals are decided together if none of them can lead to another.
        totals = [total for total in sorted(waiting) if total < min(waiting) + width]
        keys, parents = _merged([chunk for total in totals for chunk in waiting[total]])
        unique, inverse = _unique_rows(keys, design.levels)
        answers = decide(design, _states(design, unique))
        ready, width = _ready(unique, answers, design.levels)
        met = inverse < ready
        unique, answers = unique[:ready], _rows(answers, slice(ready))
        links.append(np.column_stack([parents[met], bounds[-1] + inverse[met]]).astype(np.int32))
        for total in np.unique(unique[:, : design.levels].sum(axis=1)).tolist():
            del waiting[total]
        for total, rows, origin in _steps(design, unique, answers, bounds[-1]):
            waiting.setdefault(total, []).append((rows, origin))
        parts.append((unique, answers))
        bounds += _ends(unique, design.levels, bounds[-1])
        if bounds[-1] > MOST_STATES:
            raise too_many(bounds[-1])
    return _assembled(design, parts, np.concatenate(links), tuple(bounds))


def _total(keys: Ints, levels: int) -> Ints:
    found: Ints = keys[:, :levels].sum(axis=1)
    return found


def _ready(keys: Ints, answers: Answers, levels: int) -> tuple[int, int]:
    """How many of the states, in order of their total, none of them leads to; and their smallest batch."""
    total, batch = _total(keys, levels), answers.number
    goes_on = batch > 0
    if not goes_on.any():
        return len(keys), 1
    reached = (total + batch)[goes_on].min()
    return int(np.searchsorted(total, reached)), int(batch[goes_on].min())


def _ends(keys: Ints, levels: int, offset: int) -> list[int]:
    """Where the states of each total end."""
    total = _total(keys, levels)
    changes = np.flatnonzero(total[1:] != total[:-1]) + 1
    return [offset + int(end) for end in (*changes, len(keys))]


def _rows(answers: Answers, which: slice) -> Answers:
    return Answers(answers.design, *(getattr(answers, c)[which] for c in COLUMNS))


def _merged(chunks: list[tuple[Ints, Index]]) -> tuple[Ints, Index]:
    return np.concatenate([c[0] for c in chunks]), np.concatenate([c[1] for c in chunks])


def _unique_rows(rows: Ints, levels: int) -> tuple[Ints, npt.NDArray[np.intp]]:
    """Distinct rows in order of their total n, else in a fixed order, and where each row went."""
    sizes = [int(size) for size in rows.max(axis=0) + 1]
    if prod(sizes) <= np.iinfo(np.int64).max:
        # Every row as one number, its columns the digits: sorted an order of magnitude faster.
        places = np.cumprod([1, *sizes[:-1]], dtype=np.int64)
        whole = rows.astype(np.int64) @ places
    else:
        whole = np.ascontiguousarray(rows).view([("", rows.dtype)] * rows.shape[1]).ravel()
    _, first, inverse = np.unique(whole, return_index=True, return_inverse=True)
    order = np.argsort(_total(rows[first], levels), kind="stable")
    place = np.empty_like(order)
    place[order] = np.arange(len(order))
    return rows[first[order]], place[inverse]


def _states(design: Design, keys: Ints) -> States:
    """States of rows n, y, g2 by level and the current level; nobody pending."""
    counts = keys[:, :-1].reshape(len(keys), 3, design.levels)
    cube = np.zeros((len(keys), design.levels, 4), dtype=np.int16)
    cube[:, :, :3] = counts.transpose(0, 2, 1)
    return states(design, cube, keys[:, -1])


def _is_titrated(design: Design, answers: Answers) -> Mask:
    accelerated = answers.mode == MODES.index("accelerated")
    return all_of(accelerated, answers.number == 1, answers.level < design.titration)


def _steps(
    design: Design, keys: Ints, answers: Answers, offset: int
) -> Iterator[tuple[int, Ints, Index]]:
    """For each batch size, outcome and total n, the states after it: total, rows, (parent, outcome)."""
    titrated, levels = _is_titrated(design, answers), design.levels
    for alone in (False, True):
        for size in np.unique(answers.number[titrated == alone]).tolist():
            if size == 0:
                continue
            who = np.flatnonzero((titrated == alone) & (answers.number == size))
            at, rows = answers.level[who].astype(np.intp), np.arange(len(who))
            begun = keys[who]
            begun[rows, at] += size
            begun[:, -1] = at
            parents = (offset + who).astype(np.int32)
            ends = _ends(begun, levels, 0)
            pieces = [slice(a, b) for a, b in zip([0, *ends], ends, strict=False)]
            totals = _total(begun, levels)[[piece.start for piece in pieces]].tolist()
            for outcome in range(3 if alone else size + 1):
                dlt, grade2 = (outcome == DLT, outcome > CLEAN) if alone else (outcome, 0)
                after = begun.copy()
                after[rows, levels + at] += np.int16(dlt)
                after[rows, 2 * levels + at] |= np.int16(grade2)
                origin = np.empty((len(who), 2), dtype=np.int32)
                origin[:, 0], origin[:, 1] = parents, outcome
                for total, piece in zip(totals, pieces, strict=True):
                    yield total, after[piece], origin[piece]


def _all_answers(design: Design, parts: list[Answers]) -> Answers:
    return Answers(design, *(np.concatenate([getattr(a, c) for a in parts]) for c in COLUMNS))


def _assembled(
    design: Design, parts: list[tuple[Ints, Answers]], links: Index, bounds: tuple[int, ...]
) -> Graph:
    keys = np.concatenate([p[0] for p in parts])
    answers = _all_answers(design, [p[1] for p in parts])
    number = answers.number
    ended = [i for i, rule in enumerate(answers.rules) if rule.decision == NO_TOLERABLE_DOSE]
    width = max(3, int(number.max(initial=0)) + 1)
    child = np.full((len(keys), width), -1, dtype=np.int32)
    steps = links[links[:, 0] >= 0]
    child[steps[:, 0], steps[:, 1]] = steps[:, 2]
    return Graph(
        design=design,
        counts=np.ascontiguousarray(
            keys[:, :-1].reshape(len(keys), 3, design.levels).transpose(0, 2, 1)
        ),
        level=np.where(number > 0, answers.level, -1).astype(np.int16),
        number=number,
        titrated=_is_titrated(design, answers),
        child=child,
        mtd=is_mtd(answers),
        mad=is_mad(answers),
        intolerable=np.isin(answers.rule, ended),
        bounds=bounds,
    )
