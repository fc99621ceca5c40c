"""Simulated trials decided one batch at a time: for designs with too many states for a graph, and for CRM."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from pkpipe.escalation.characteristics.scenario import Scenario
from pkpipe.escalation.engine.decide import NONE, decide, is_mad, is_mtd
from pkpipe.escalation.engine.design import Design, Ints
from pkpipe.escalation.engine.level_counts import Mask, states
from pkpipe.escalation.engine.rules import NO_TOLERABLE_DOSE

MOST_BATCHES: Final = 10_000


@dataclass(frozen=True)
class Trials:
    """Simulated trials at their end, one row a trial."""

    design: Design
    counts: Ints  # (trials, levels, 3): n, y, g2
    mtd: Ints
    mad: Ints
    intolerable: Mask

    @property
    def terminal(self) -> Mask:
        """Every trial has ended."""
        return np.ones(len(self.mtd), dtype=bool)

    @property
    def total_n(self) -> Ints:
        """Subjects of each trial."""
        total: Ints = self.counts[:, :, 0].sum(axis=1)
        return total


@dataclass(frozen=True)
class Next:
    """What a design asks next of some trials: level and number, or how the trial ends (number 0)."""

    level: Ints
    number: Ints
    mtd: Ints
    mad: Ints
    intolerable: Mask


Ask = Callable[[Ints, Ints], Next]  # counts (trials, levels, 3) and current level


def walk(
    design: Design,
    scenario: Scenario,
    trials: int,
    random: np.random.Generator,
    ask: Ask | None = None,
) -> Trials:
    """Trials of a design without titration, each batch observed whole; `ask` replaces the engine."""
    asked = ask or _engine(design)
    counts = np.zeros((trials, design.levels, 3), dtype=np.int16)
    current = np.zeros(trials, dtype=np.int16)
    mtd, mad = np.full(trials, NONE, dtype=np.int16), np.full(trials, NONE, dtype=np.int16)
    intolerable = np.zeros(trials, dtype=bool)
    going = np.arange(trials)
    for _ in range(MOST_BATCHES):
        if not going.size:
            break
        now = asked(counts[going], current[going])
        over = now.number == 0
        ended = going[over]
        mtd[ended], mad[ended] = now.mtd[over], now.mad[over]
        intolerable[ended] = now.intolerable[over]
        going = going[~over]
        level, number = now.level[~over].astype(np.intp), now.number[~over]
        dlt = random.binomial(number, scenario.rates[level])
        counts[going, level, 0] += number
        counts[going, level, 1] += dlt.astype(np.int16)
        current[going] = level
    return Trials(design, counts, mtd, mad, intolerable)


def _engine(design: Design) -> Ask:
    def ask(counts: Ints, current: Ints) -> Next:
        cube = np.concatenate([counts, np.zeros_like(counts[:, :, :1])], axis=2)
        answers = decide(design, states(design, cube, current))
        stopped: npt.NDArray[np.intp] = np.array(
            [i for i, rule in enumerate(answers.rules) if rule.decision == NO_TOLERABLE_DOSE]
        )
        return Next(
            answers.level,
            answers.number,
            is_mtd(answers),
            is_mad(answers),
            np.isin(answers.rule, stopped),
        )

    return ask
