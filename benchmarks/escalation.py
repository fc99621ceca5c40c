"""How fast the escalation engine decides, works out a design exactly, and simulates trials.

python benchmarks/escalation.py
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from pkpipe.escalation.characteristics.exact import exact_characteristics
from pkpipe.escalation.characteristics.graph import reachable
from pkpipe.escalation.characteristics.scenario import Scenario
from pkpipe.escalation.characteristics.simulate_graph import simulated_characteristics
from pkpipe.escalation.engine.decide import decide
from pkpipe.escalation.engine.design import Design
from pkpipe.escalation.engine.level_counts import states

BAT6026 = replace(Design.plain("ABCDEFGH", titration=2), optional=(False,) * 7 + (True,), top=6)
SCENARIO = Scenario.of(
    [0.001, 0.002, 0.005, 0.01, 0.03, 0.08, 0.15, 0.25], [0.05, 0.08, *[None] * 6]
)


def best_of(times: int, work: Callable[[], object]) -> float:
    """Seconds of the fastest of some runs."""
    found = []
    for _ in range(times):
        start = time.perf_counter()
        work()
        found.append(time.perf_counter() - start)
    return min(found)


def many_states(rows: int) -> tuple[np.ndarray, np.ndarray]:
    """Counts of plausible and implausible states, drawn with a fixed seed."""
    rng = np.random.default_rng(1)
    last = rng.integers(0, 7, rows)
    cube = np.zeros((rows, 8, 4), dtype=np.int16)
    for level in range(8):
        dosed = level <= last
        n = rng.choice([1, 3, 6], rows)
        cube[:, level, 0] = n * dosed
        cube[:, level, 1] = np.minimum(n, rng.integers(0, 3, rows)) * dosed
        cube[:, level, 3] = (rng.random(rows) < 0.1) * (level == last)
    return cube, last


def main() -> None:
    """Print each figure with its goal."""
    cube, last = many_states(1_000_000)
    asked = states(BAT6026, cube, last)
    seconds = best_of(3, lambda: decide(BAT6026, asked))
    print(
        f"decisions, 8 levels, vectorised: {1e-6 * len(asked) / seconds:.2f} million a second (goal: 1)"
    )

    for design, name in (
        (BAT6026, "BAT6026 to G"),
        (BAT6026.opened_to("H"), "BAT6026 to H, 8 levels"),
    ):
        reachable.cache_clear()
        start = time.perf_counter()
        exact_characteristics(design, SCENARIO)
        seconds = time.perf_counter() - start
        print(
            f"exact characteristics, {name}: {seconds:.2f} s for {len(reachable(design))} states (goal: 10 s)"
        )

    for trials in (50_000, 100_000, 200_000, 400_000):
        print(simulation_line(trials))


def simulation_line(trials: int) -> str:
    """Seconds of some simulated trials, the graph's construction included, beside drawing their numbers."""
    found = simulated_characteristics(BAT6026, SCENARIO, trials, seed=1)
    subjects = trials * dict(found.select("quantity", "value").rows())["E_n_total"]

    def simulated() -> None:
        reachable.cache_clear()
        simulated_characteristics(BAT6026, SCENARIO, trials, seed=1)

    seconds = best_of(5, simulated)
    draw = best_of(5, lambda: np.random.default_rng(1).random(int(subjects)))
    return (
        f"{trials} simulated trials of BAT6026: {seconds:.3f} s; drawing one number a subject: "
        f"{draw:.4f} s; ratio {seconds / draw:.1f} (goal: 20 at 100000)"
    )


if __name__ == "__main__":
    main()
