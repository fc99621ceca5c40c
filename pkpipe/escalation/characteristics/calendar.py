"""Trials on the calendar: how long they take and how long subjects wait, given accrual and window rules.

Candidates arrive at random at a constant rate. One is dosed as soon as the rules allow: after the decision
that opened the batch, so long after the first of it, and with no more than so many of the level in the
window. Who would wait longer than the patience is turned away. A subject leaves the window without DLT with
a given chance, at any time of it alike, and is replaced. A batch is decided when its last window closes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from pkpipe.errors import ConfigError
from pkpipe.escalation.characteristics.graph import Graph, reachable
from pkpipe.escalation.characteristics.quantities import RESULT
from pkpipe.escalation.characteristics.scenario import Scenario
from pkpipe.escalation.characteristics.simulate_graph import Steps
from pkpipe.escalation.engine.design import Design
from pkpipe.protocol.escalation import EscalationPlan

MONTH_DAYS: Final = 30.4375
MOST_EVENTS: Final = 1_000_000

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Accrual:
    """How candidates come and stay."""

    per_month: float
    leaving: float = 0.0  # chance that a subject leaves the window without DLT
    patience_days: float = np.inf  # longest wait before a candidate is turned away

    def checked(self) -> Accrual:
        """The same, if it can be.

        Raises:
            ConfigError: a rate that is not positive, a chance outside 0 to 1, a negative patience.
        """
        if not (self.per_month > 0 and np.isfinite(self.per_month)):
            raise ConfigError(f"--accrual: is {self.per_month} (allowed: above 0 a month)")
        if not 0 <= self.leaving < 1:
            raise ConfigError(f"--leaving: is {self.leaving} (allowed: 0 to below 1)")
        if not self.patience_days >= 0:
            raise ConfigError(f"--patience: is {self.patience_days} (allowed: 0 days or more)")
        return self


def calendar_characteristics(
    plan: EscalationPlan, scenario: Scenario, accrual: Accrual, trials: int, seed: int
) -> pl.DataFrame:
    """quantity, level, value, se: duration in days (mean and quantiles), waiting, subjects turned away."""
    run = _Run(plan, scenario, accrual.checked(), trials, np.random.default_rng([seed, trials]))
    run.to_the_end()
    waits = run.waited / np.maximum(run.dosed, 1)
    rows: list[tuple[str, str | None, float, float | None]] = [
        ("E_duration_days", None, *_mean(run.ended)),
        *(
            (f"Q{100 * q:g}_duration_days", None, float(np.quantile(run.ended, q)), None)
            for q in (0.1, 0.5, 0.9)
        ),
        ("E_wait_days", None, *_mean(waits)),
        ("E_dosed", None, *_mean(run.dosed)),
        ("E_replaced", None, *_mean(run.replaced)),
        ("E_turned_away", None, *_mean(run.turned_away)),
    ]
    return pl.DataFrame(rows, schema=RESULT, orient="row")


def _mean(values: npt.NDArray[np.generic]) -> tuple[float, float]:
    """Mean and its standard error."""
    numbers = values.astype(np.float64)
    return float(numbers.mean()), float(numbers.std() / np.sqrt(len(numbers)))


class _Run:
    """All trials, moved on together by one event each."""

    def __init__(
        self,
        plan: EscalationPlan,
        scenario: Scenario,
        accrual: Accrual,
        trials: int,
        random: np.random.Generator,
    ) -> None:
        rules = plan.constraints
        self.graph: Graph = reachable(Design.of(plan))
        self.steps = Steps(self.graph, scenario)
        self.random, self.accrual = random, accrual
        self.window = float(plan.dlt_window_days)
        self.gap = (rules.first_gap_hours or 0.0) / 24
        self.every_pair = rules.gap_between == "every_pair"
        widest = int(self.graph.number.max()) * 4
        self.places = rules.max_in_window or widest
        self.state = np.zeros(trials, dtype=np.int32)
        self.ended = np.full(trials, np.nan)
        self.waited, self.dosed = np.zeros(trials), np.zeros(trials, dtype=np.int64)
        self.replaced, self.turned_away = np.zeros(trials, np.int64), np.zeros(trials, np.int64)
        self.arrival = np.zeros(trials)
        self.busy = np.zeros((trials, self.places))  # until when each place in the window is taken
        self.opened = np.zeros(
            trials
        )  # when the next subject of the batch may be dosed, but for places
        self.last_end = np.zeros(trials)  # when the last window of the batch closes
        self.batch = self.graph.number[self.state].astype(np.int64)
        self.fresh = self.batch.copy()  # subjects of the batch that were not dosed yet
        # When the place of each subject who leaves falls vacant, until it is filled again.
        self.vacant = np.full((trials, int(self.graph.number.max()) + 1), np.inf)
        self.going = np.flatnonzero(~self.graph.terminal[self.state])
        self._arrivals(self.going)

    def to_the_end(self) -> None:
        """Event by event until every trial has ended."""
        for _ in range(MOST_EVENTS):
            if not self.going.size:
                return
            vacancies = np.isfinite(self.vacant[self.going]).any(axis=1)
            enrolling = (self.fresh[self.going] > 0) | vacancies
            self._dose(self.going[enrolling])
            self._decide(self.going[~enrolling])
            self.going = self.going[np.isnan(self.ended[self.going])]
        raise ConfigError("--accrual: trials do not end at this rate and patience")

    def _arrivals(self, who: npt.NDArray[np.intp]) -> None:
        days = MONTH_DAYS / self.accrual.per_month
        self.arrival[who] += self.random.exponential(days, who.size)

    def _dose(self, who: npt.NDArray[np.intp]) -> None:
        """The next candidate is dosed, or turned away."""
        slot = np.argmin(self.busy[who], axis=1)
        vacancy = np.where(self.fresh[who] > 0, 0.0, self.vacant[who].min(axis=1))
        free = np.maximum.reduce([self.opened[who], self.busy[who, slot], vacancy])
        wait = np.maximum(free - self.arrival[who], 0.0)
        stays = wait <= self.accrual.patience_days
        self.turned_away[who[~stays]] += 1
        dosed, slot, wait = who[stays], slot[stays], wait[stays]
        day = self.arrival[dosed] + wait
        leaves = self.random.random(dosed.size) < self.accrual.leaving
        stay = np.where(leaves, self.random.random(dosed.size), 1.0) * self.window
        self.busy[dosed, slot] = day + stay
        self.last_end[dosed] = np.maximum(self.last_end[dosed], day + stay)
        first = self.fresh[dosed] == self.batch[dosed]
        gap = day + np.where(first | self.every_pair, self.gap, 0.0)
        self.opened[dosed] = np.maximum(self.opened[dosed], gap)
        self._fill_places(dosed, np.where(leaves, day + stay, np.inf))
        self.dosed[dosed] += 1
        self.replaced[dosed] += leaves
        self.waited[dosed] += wait
        self._arrivals(who)

    def _fill_places(self, dosed: npt.NDArray[np.intp], leaves_on: Floats) -> None:
        """Those dosed take a place of the batch, or the vacancy that came first; leavers make a new one."""
        replacing = dosed[self.fresh[dosed] == 0]
        self.vacant[replacing, np.argmin(self.vacant[replacing], axis=1)] = np.inf
        self.fresh[dosed] = np.maximum(self.fresh[dosed] - 1, 0)
        self.vacant[dosed, np.argmax(self.vacant[dosed], axis=1)] = leaves_on

    def _decide(self, who: npt.NDArray[np.intp]) -> None:
        """Every window of the batch is closed: the next batch opens, or the trial ends."""
        now = self.last_end[who]
        self.state[who] = self.steps.next_states(
            self.steps.row[self.state[who]], self.random.random(who.size)
        )
        self.batch[who] = self.graph.number[self.state[who]]
        self.fresh[who] = self.batch[who]
        self.opened[who] = now
        over = self.graph.terminal[self.state[who]]
        self.ended[who[over]] = now[over]
