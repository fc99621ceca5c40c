"""What the rules ask about a state, worked out once for a whole block of states."""

from __future__ import annotations

from functools import cached_property

import numpy as np

from pkpipe.escalation.engine.design import LETTERS, NO_CELL, Design, Ints
from pkpipe.escalation.engine.level_counts import Mask, States, any_of, rowwise_any


class Facts:
    """Answers about each of the states; names follow the specification (d current, c ceiling, k = c - 1)."""

    def __init__(self, design: Design, states: States) -> None:
        self.design, self.states = design, states
        rows, self.levels = states.n.shape
        self.base = np.arange(rows) * self.levels
        self.order = np.arange(self.levels, dtype=np.int16)
        self.d: Ints = np.clip(states.current, 0, self.levels - 1)

    def at(self, counts: Ints, level: Ints) -> Ints:
        """The count at one level of each state; level -1 reads the lowest."""
        found: Ints = counts.ravel()[self.base + np.maximum(level, 0)]
        return found

    # --- is it a state at all -------------------------------------------------------------------

    @cached_property
    def dosed(self) -> Mask:
        return (self.states.n + self.states.pend) > 0

    @cached_property
    def highest_dosed(self) -> Ints:
        """Highest level with a subject; -1 if nobody was dosed."""
        any_dosed = rowwise_any(self.dosed)
        last = self.levels - 1 - np.argmax(self.dosed[:, ::-1], axis=1)
        return np.where(any_dosed, last, -1).astype(np.int16)

    @cached_property
    def impossible_counts(self) -> Mask:
        s = self.states
        wrong = (s.y > s.n) | (s.n < 0) | (s.y < 0) | (s.pend < 0) | (s.g2 < 0) | (s.g2 > 1)
        return rowwise_any(wrong)

    @cached_property
    def outside_design(self) -> Mask:
        s = self.states
        unknown = (s.current < 0) | (s.top < 0) | (s.current >= self.levels)
        closed = (self.highest_dosed > s.top) | (s.current > s.top)
        return any_of(s.outside, unknown, closed)

    @cached_property
    def dosed_above_current(self) -> Mask:
        return (self.highest_dosed > self.d) & ~self.has_ceiling

    @cached_property
    def level_skipped(self) -> Mask:
        """A level below the highest dosed one (or the current) has nobody evaluable."""
        reach = np.maximum(self.highest_dosed, self.d)
        asked = ~np.array(self.design.inserted or (False,) * self.levels)
        empty = (self.states.n <= 0) & asked & (self.order < reach[:, None])
        return rowwise_any(empty)

    # --- the ceiling ------------------------------------------------------------------------------

    @cached_property
    def exceeded(self) -> Mask:
        """Levels that are above the MTD, shape (states, levels)."""
        if not self.design.table:
            return np.asarray(self.states.y >= 2)
        return np.asarray(self.cells_of(self.states.n, self.states.y) == LETTERS.index("U"))

    @cached_property
    def has_ceiling(self) -> Mask:
        return rowwise_any(self.exceeded)

    @cached_property
    def ceiling(self) -> Ints:
        """Lowest level that exceeds the MTD; the number of levels if none does."""
        first = np.argmax(self.exceeded, axis=1)
        found: Ints = np.where(self.has_ceiling, first, self.levels).astype(np.int16)
        return found

    @cached_property
    def k(self) -> Ints:
        """The level below the ceiling; -1 if the ceiling is the lowest level."""
        return (self.ceiling - 1).astype(np.int16)

    @cached_property
    def n_k(self) -> Ints:
        return self.at(self.states.n, self.k)

    @cached_property
    def pend_k(self) -> Ints:
        return self.at(self.states.pend, self.k)

    # --- the current level --------------------------------------------------------------------------

    @cached_property
    def n(self) -> Ints:
        return self.at(self.states.n, self.d)

    @cached_property
    def y(self) -> Ints:
        return self.at(self.states.y, self.d)

    @cached_property
    def g2(self) -> Ints:
        return self.at(self.states.g2, self.d)

    @cached_property
    def pend(self) -> Ints:
        return self.at(self.states.pend, self.d)

    @cached_property
    def titrated(self) -> Mask:
        """The current level is a titration level."""
        return self.d < self.design.titration

    @cached_property
    def toxic_titration(self) -> Mask:
        """Titration levels, shape (states, titration levels), with a related grade 2 or a DLT."""
        t = self.design.titration
        return (self.states.g2[:, :t] > 0) | (self.states.y[:, :t] > 0)

    @cached_property
    def accelerated(self) -> Mask:
        toxic = self.toxic_titration & (self.order[: self.design.titration] <= self.d[:, None])
        return self.titrated & ~self.has_ceiling & ~rowwise_any(toxic)

    @cached_property
    def at_top(self) -> Mask:
        return self.d >= self.states.top

    @cached_property
    def optional_above(self) -> Mask:
        """An optional level lies right above the highest open one."""
        optional = np.array([*(self.design.optional or (False,) * self.levels), False])
        return np.asarray(optional[np.clip(self.states.top + 1, 0, self.levels)])

    # --- a decision table ---------------------------------------------------------------------------

    def cells_of(self, n: Ints, y: Ints) -> Ints:
        last = self.design.last_row
        over = n > last
        cell = self.design.cells[np.clip(n, 0, last), np.clip(y, 0, np.clip(n, 0, last))]
        # Beyond the last row nothing is enrolled; the rate is read at the row's end.
        beyond = self.design.cells[last, np.clip(y, 0, last)]
        found: Ints = np.where(over, beyond, cell)
        return found

    @cached_property
    def letter(self) -> Ints:
        """Letter number of the current level's cell."""
        return self.cells_of(self.n, self.y)

    def says(self, *letters: str) -> Mask:
        """The current level's cell holds one of these letters."""
        return np.isin(self.letter, [LETTERS.index(x) for x in letters])

    @property
    def undecided(self) -> Mask:
        return self.says(NO_CELL)

    def goal(self, level: Ints) -> Ints:
        """How many evaluable subjects the level is filled to next by the table."""
        found: Ints = self.design.goals[
            np.clip(self.at(self.states.n, level), 0, self.design.last_row)
        ]
        return found

    def full(self, level: Ints) -> Mask:
        """The table has no further row for this level."""
        return self.at(self.states.n, level) >= self.design.last_row

    def complete(self, level: Ints) -> Mask:
        """Nobody has to be enrolled to reach the level's next goal."""
        there = self.at(self.states.n, level) + self.at(self.states.pend, level)
        return there >= self.goal(level)

    @cached_property
    def next_up(self) -> Ints:
        """The level an E leads to: one up, or the current one where that is closed or excluded."""
        free = (self.d + 1 <= self.states.top) & (self.d + 1 < self.ceiling)
        return np.where(free, self.d + 1, self.d).astype(np.int16)

    @cached_property
    def next_down(self) -> Ints:
        """The level a D leads to: one down, or the lowest one."""
        return np.maximum(self.d - 1, 0).astype(np.int16)
