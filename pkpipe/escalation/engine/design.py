"""The design as the engine reads it: levels in order, titration, cohort sizes, an optional n-by-y table."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final

import numpy as np
import numpy.typing as npt

from pkpipe.errors import ConfigError
from pkpipe.escalation.engine.interval_designs import boin_rates, boin_table, i33_table, mtpi2_table
from pkpipe.protocol.escalation import EscalationPlan
from pkpipe.protocol.study_checks.needed import PLAIN_COHORT

Ints = npt.NDArray[np.int16]

NO_CELL: Final = "-"  # the table says nothing at this n: the cohort is not full
LETTERS: Final = "ESDU" + NO_CELL


@dataclass(frozen=True)
class Design:
    """One dose-escalation design; levels are counted from 0, lowest first."""

    codes: tuple[str, ...]
    titration: int = 0  # so many of the lowest levels are titrated with single subjects
    optional: tuple[bool, ...] = ()
    inserted: tuple[bool, ...] = ()
    top: int = 0  # highest level that may be dosed now
    cohort: int = 3
    mtd_subjects: int = 6
    table: tuple[
        tuple[int, str], ...
    ] = ()  # evaluable n, letters for y = 0..n; empty: the 3+3 rules
    target: float | None = None  # DLT rate the MTD should be nearest to (table designs)

    @classmethod
    def of(cls, plan: EscalationPlan) -> Design:
        """The design of an `escalation:` section.

        Raises:
            ConfigError: its decision table was named and not read, or the cohort is not the rules'.
        """
        if plan.decision_table is not None:
            raise ConfigError("escalation.decision_table: names a file that was not read")
        if not plan.by_table and plan.cohort_size != PLAIN_COHORT:
            raise ConfigError(
                f"escalation.cohort_size: is {plan.cohort_size} "
                f"(allowed: {PLAIN_COHORT}, or a decision_table or another design)"
            )
        return cls(
            codes=plan.codes,
            titration=len(plan.titration_levels),
            optional=tuple(level.optional for level in plan.levels),
            inserted=tuple(level.inserted for level in plan.levels),
            top=plan.codes.index(plan.top),
            cohort=plan.cohort_size,
            mtd_subjects=plan.mtd_subjects,
            table=table_of(plan),
            target=plan.aim,
        )

    @classmethod
    def plain(cls, codes: str | tuple[str, ...], titration: int = 0) -> Design:
        """The protocol's rules over these levels, none optional, all open."""
        flags = (False,) * len(codes)
        return cls(tuple(codes), titration, optional=flags, inserted=flags, top=len(codes) - 1)

    def opened_to(self, code: str) -> Design:
        """The same design with another highest open level."""
        return replace(self, top=self.codes.index(code))

    @property
    def levels(self) -> int:
        """How many levels the design names."""
        return len(self.codes)

    @cached_property
    def last_row(self) -> int:
        """Largest n the decision table has a row for; 0 without a table."""
        return max((n for n, _ in self.table), default=0)

    @cached_property
    def goals(self) -> Ints:
        """Evaluable subjects a level is filled to next, for n = 0 ... last row of the table.

        The end of the cohort that n is in, or the first row after it where the table has none there.
        """
        rows = sorted(n for n, _ in self.table)
        ends = [(n // self.cohort + 1) * self.cohort for n in range(self.last_row + 1)]
        return np.array(
            [next((m for m in rows if m >= end), self.last_row) for end in ends], dtype=np.int16
        )

    @cached_property
    def cells(self) -> Ints:
        """Letter number (in `LETTERS`) for every n and y up to the last row, shape (n, y).

        Within the first cohort and where the table has no row nothing is decided yet, unless the DLTs so
        far lead to D or U at the end of the cohort however clean its rest is (then at once, U07).
        """
        rows = dict(self.table)
        size = self.last_row + 1
        cells = np.full((size, size), LETTERS.index(NO_CELL), dtype=np.int16)
        for n in range(1, size):
            settled = n >= self.cohort and n in rows
            letters = rows[n] if settled else rows[int(self.goals[n])]
            for y in range(n + 1):
                if settled or letters[y] in "DU":
                    cells[n, y] = LETTERS.index(letters[y])
        return cells


def table_of(plan: EscalationPlan) -> tuple[tuple[int, str], ...]:
    """The table of letters of a design: as given, or computed from its target; empty for the 3+3 rules."""
    last = 2 * plan.mtd_subjects if plan.level_subjects is None else plan.level_subjects
    around = (plan.below_target, plan.above_target)
    if plan.design == "boin" and plan.aim is not None:
        return boin_table(plan.aim, last)
    if plan.design == "mtpi2" and plan.aim is not None:
        return mtpi2_table(plan.aim, last, *around)
    if plan.design == "i3+3" and plan.aim is not None:
        return i33_table(plan.aim, last, *around)
    return tuple(sorted(plan.table_rows.items()))


def boundary_lines(plan: EscalationPlan) -> list[str]:
    """The boundaries of a computed table for a person, a line a number of evaluable subjects."""
    if not plan.by_table or plan.design is None or plan.aim is None:
        return []
    lines = [
        f"{plan.design}, target {plan.aim:g}: DLTs of n evaluable subjects at which the level changes"
    ]
    if plan.design == "boin":
        low, high = boin_rates(plan.aim)
        lines[0] += f"; up at a rate of at most {low:.4f}, down from {high:.4f}"
    else:
        lines[0] += (
            f"; as good as the target: {plan.aim - plan.below_target:g} to {plan.aim + plan.above_target:g}"
        )
    lines.append("  n: up if at most, down if at least, excluded if at least")
    for n, letters in table_of(plan):
        up, down, out = (
            letters.rfind("E"),
            next((y for y, c in enumerate(letters) if c in "DU"), None),
            letters.find("U"),
        )
        shown = ("never" if v in {None, -1} else str(v) for v in (up, down, out))
        lines.append(f"  {n}: {', '.join(shown)}")
    return lines
