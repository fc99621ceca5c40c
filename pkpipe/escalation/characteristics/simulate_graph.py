"""Simulated trials: every trial walks the design's graph, one random number a batch, all trials at once."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from pkpipe.errors import ConfigError
from pkpipe.escalation.characteristics.graph import MOST_STATES, Graph, least_states, reachable
from pkpipe.escalation.characteristics.quantities import estimated
from pkpipe.escalation.characteristics.scenario import Scenario, chances
from pkpipe.escalation.characteristics.simulate_stepwise import walk
from pkpipe.escalation.engine.design import Design

BLOCK: Final = 1 << 14  # trials walked together; their states stay in the cache

Index = npt.NDArray[np.int32]


def simulated_characteristics(
    design: Design, scenario: Scenario, trials: int, seed: int
) -> pl.DataFrame:
    """The quantities of the exact characteristics with Monte Carlo standard errors.

    Raises:
        ConfigError: fewer than one trial is asked for.
    """
    if trials < 1:
        raise ConfigError(f"--simulate: is {trials} (allowed: 1 or more trials)")
    random = np.random.default_rng(seed)
    if design.table or (not design.titration and least_states(design) > MOST_STATES):
        walked = walk(design, scenario, trials, random)
        return estimated(walked, np.full(trials, 1 / trials), trials)
    graph = reachable(design)
    ends = end_states(graph, scenario, trials, random)
    return estimated(graph, np.bincount(ends, minlength=len(graph)) / trials, trials)


def end_states(graph: Graph, scenario: Scenario, trials: int, random: np.random.Generator) -> Index:
    """The state in which each trial ends."""
    steps = Steps(graph, scenario)
    return np.concatenate(
        [
            steps.walk(min(BLOCK, trials - start), random)
            for start in range(0, max(trials, 1), BLOCK)
        ]
    )


class Steps:
    """The graph laid out for walking: thresholds of the outcomes and the state each leads to."""

    def __init__(self, graph: Graph, scenario: Scenario) -> None:
        chance = chances(graph, scenario, rational=False)
        inner = np.flatnonzero(~graph.terminal)
        self.width = graph.child.shape[1]
        # Only states at which something happens have a row; a trial at an end state has left the walk.
        self.row = np.full(len(graph), -1, dtype=np.int32)
        self.row[inner] = np.arange(len(inner), dtype=np.int32)
        below = np.cumsum(chance[inner], axis=1)[:, :-1].astype(np.float64)
        # An outcome that cannot happen is never reached by rounding: its threshold is out of reach.
        possible = graph.child[inner] >= 0
        last = self.width - 1 - np.argmax(possible[:, ::-1], axis=1)
        below[np.arange(self.width - 1) >= last[:, None]] = np.inf
        self.thresholds = [np.ascontiguousarray(column) for column in below.T]
        self.child = np.ascontiguousarray(graph.child[inner]).ravel()

    def walk(self, trials: int, random: np.random.Generator) -> Index:
        """End states of some trials."""
        ends = np.zeros(trials, dtype=np.int32)
        who = np.arange(trials, dtype=np.int32)
        row = np.full(trials, self.row[0], dtype=np.int32)
        while who.size:
            state = self.next_states(row, random.random(who.size))
            row = self.row[state]
            over = row < 0
            if over.any():
                ends[who[over]] = state[over]
                going = ~over
                who, row = who[going], row[going]
        return ends

    def next_states(self, row: Index, uniform: npt.NDArray[np.float64]) -> Index:
        """The state after one more batch of each trial."""
        place = row * np.int32(self.width)
        for threshold in self.thresholds:
            place += uniform >= threshold[row]
        after: Index = self.child[place]
        return after
