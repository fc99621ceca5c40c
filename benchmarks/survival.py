"""What Kaplan-Meier and time to event cost, as ratios to a plain yardstick on the same machine.

    python benchmarks/survival.py            # the sizes the project promises, about a minute
    python benchmarks/survival.py --small    # a tenth of them

Prints one line a measure: seconds, the yardstick's seconds, their ratio and the ratio promised.
"""

from __future__ import annotations

import os

os.environ.setdefault("POLARS_MAX_THREADS", "1")

import argparse
import sys
import time
from collections.abc import Callable

import numpy as np
import polars as pl
from lifelines import KaplanMeierFitter

from pkpipe.survival.km import curves
from pkpipe.survival.quantiles import medians, quartiles


def seconds(work: Callable[[], object], repeats: int = 3) -> float:
    """Shortest of a few runs."""
    return min(_once(work) for _ in range(repeats))


def _once(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def trial(groups: int, subjects: int, seed: int = 1) -> pl.DataFrame:
    """So many groups of so many subjects each, times in days, about 40 % censored."""
    random = np.random.default_rng(seed)
    n = groups * subjects
    return pl.DataFrame(
        {
            "GROUP": np.repeat(np.arange(groups), subjects),
            "TIME": np.ceil(random.exponential(200, n)),
            "EVENT": (random.random(n) < 0.6).astype(np.int64),
        }
    )


def bare_lifelines(frame: pl.DataFrame) -> None:
    """The estimator of lifelines itself, one group after the other, nothing read off it."""
    for part in frame.partition_by("GROUP", maintain_order=True):
        KaplanMeierFitter().fit(part["TIME"].to_numpy(), part["EVENT"].to_numpy())


def whole_kaplan_meier(frame: pl.DataFrame) -> None:
    """Curves with limits, median and quartiles with limits, all groups."""
    curve = curves(frame, by=["GROUP"])
    medians(curve, ["GROUP"])
    quartiles(curve, ["GROUP"])


def measure_kaplan_meier(groups: int) -> None:
    """Promise: at most 1.5 times bare lifelines for the same groups; linear growth."""
    frame = trial(groups, 50)
    whole_kaplan_meier(frame), bare_lifelines(frame.head(100))
    theirs = seconds(lambda: bare_lifelines(frame), 1)
    ours = seconds(lambda: whole_kaplan_meier(frame))
    say(f"Kaplan-Meier, {groups} groups of 50 / bare lifelines", ours, theirs, 1.5)
    larger = trial(groups * 10, 50)
    say(
        f"Kaplan-Meier, {groups * 10} groups / {groups} groups",
        seconds(lambda: whole_kaplan_meier(larger), 1),
        ours,
        15,
    )


def say(what: str, ours: float, yardstick: float, promised: float) -> None:
    """One line of the printout."""
    ratio = ours / yardstick
    verdict = "ok" if ratio <= promised else "OVER"
    sys.stdout.write(
        f"{what:60s} {ours:9.3f} s {yardstick:9.3f} s  ratio {ratio:7.3f}  (at most {promised})  {verdict}\n"
    )


def main() -> None:
    """Run every measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--small", action="store_true", help="a tenth of the sizes")
    scale = 10 if parser.parse_args().small else 1
    measure_kaplan_meier(1000 // scale)


if __name__ == "__main__":
    main()
