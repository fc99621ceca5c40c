"""What Kaplan-Meier and time to event cost, as ratios to a plain yardstick on the same machine.

    python benchmarks/survival.py            # the sizes the project promises, about a minute
    python benchmarks/survival.py --small    # a tenth of them

Prints one line a measure: seconds, the yardstick's seconds, their ratio and the ratio promised.
"""

from __future__ import annotations

import os

os.environ.setdefault("POLARS_MAX_THREADS", "1")

import argparse
import io
import sys
import time
from collections.abc import Callable

import numpy as np
import polars as pl
from lifelines import KaplanMeierFitter

from pkpipe.survival.curves.km import curves
from pkpipe.survival.curves.quantiles import medians, quartiles
from pkpipe.survival.options import PlannedScans, TteOptions
from pkpipe.survival.times.tte import time_to_event

# Four times the rows may take so much more than four times: sorting and caches, not quadratic growth (16).
LINEAR = 2


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
    larger = trial(groups * 4, 50)
    say(
        f"Kaplan-Meier, {groups * 4} groups / {groups} groups",
        seconds(lambda: whole_kaplan_meier(larger)),
        ours,
        LINEAR * 4,
    )


def responses(subjects: int, seed: int = 2) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Ten assessments a subject, six weeks apart, in no order; and each subject's dates."""
    random = np.random.default_rng(seed)
    who = pl.Series("USUBJID", [f"S{i:07d}" for i in range(subjects)])
    start = pl.Series(np.datetime64("2024-01-01") + random.integers(0, 365, subjects)).cast(pl.Date)
    known = pl.DataFrame({"USUBJID": who, "TRTSDT": start})
    later = {name: random.integers(20, 700, subjects) for name in ("DTHDT", "NACTDT", "LSTALVDT")}
    known = known.with_columns(
        (pl.col("TRTSDT") + pl.duration(days=pl.lit(pl.Series(days)))).alias(name)
        for name, days in later.items()
    ).with_columns(pl.when(pl.int_range(pl.len()) % 3 == 0).then(pl.col("DTHDT", "NACTDT")))
    answers = np.array(["SD", "PR", "NE", "PD"])[
        random.choice(4, subjects * 10, p=[0.7, 0.1, 0.1, 0.1])
    ]
    rows = pl.concat([known.select("USUBJID", "TRTSDT")] * 10).with_columns(
        ADT=pl.col("TRTSDT")
        + pl.duration(days=pl.lit(pl.Series(np.repeat(np.arange(1, 11) * 42, subjects)))),
        AVALC=pl.Series(answers),
    )
    return rows.drop("TRTSDT").sample(fraction=1, shuffle=True, seed=seed), known


def measure_time_to_event(subjects: int) -> None:
    """Promise: within ten times what polars takes to read and sort the responses; linear growth."""
    options = TteOptions(
        response="unconfirmed", schedule=PlannedScans(every_weeks=6, window_days=7)
    )
    rows, known = responses(subjects)
    small_rows, small_known = responses(subjects // 4)
    csv = io.BytesIO()
    rows.write_csv(csv)

    def read_and_sort() -> None:
        csv.seek(0)
        pl.read_csv(csv, try_parse_dates=True).sort("USUBJID", "ADT")

    theirs = seconds(read_and_sort)
    ours = seconds(lambda: time_to_event(rows, known, options))
    small = seconds(lambda: time_to_event(small_rows, small_known, options))
    say(f"time to event, {subjects} subjects / read and sort", ours, theirs, 10)
    say(f"time to event, {subjects} / {subjects // 4} subjects", ours, small, LINEAR * 4)


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
    measure_time_to_event(100_000 // scale)


if __name__ == "__main__":
    main()
