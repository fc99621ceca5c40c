"""From lesions to time to event at size: 100 000 subjects with 10 assessments of 3 lesions.

    python benchmarks/tumor.py [SUBJECTS ...]

Prints, for each size, the seconds to read TR from CSV and sort it, the seconds from that table to time-point
and best responses, ADTR, ADRS and ADTTE (PFS, OS, DoR, TTR), their ratio (wanted: at most 10), and the time
per subject relative to the smallest size (linear growth: near 1).
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from pathlib import Path

os.environ.setdefault("POLARS_MAX_THREADS", "1")

import numpy as np
import polars as pl

from pkpipe.reading.files import read_table
from pkpipe.survival.options import TteOptions
from pkpipe.survival.times.tte import time_to_event
from pkpipe.tumor import adrs_rows, progressions
from pkpipe.tumor.options import ResponseOptions
from pkpipe.tumor.response_analysis import analysed
from pkpipe.tumor.tables import adtr

ASSESSMENTS, LESIONS = 10, 3
SIZES = (12_500, 25_000, 50_000, 100_000)


def trial(subjects: int, seed: int = 20260630) -> tuple[pl.DataFrame, pl.DataFrame]:
    """TR in random row order, and the reference dates; a third of the lesions grow, a third shrink."""
    rng = np.random.default_rng(seed)
    rows = subjects * ASSESSMENTS * LESIONS
    subject = np.repeat(np.arange(subjects), ASSESSMENTS * LESIONS)
    visit = np.tile(np.repeat(np.arange(ASSESSMENTS), LESIONS), subjects)
    lesion = np.tile(np.arange(LESIONS), subjects * ASSESSMENTS)
    base = np.repeat(
        rng.uniform(10, 60, subjects * LESIONS).reshape(subjects, LESIONS), ASSESSMENTS, 0
    )
    slope = np.repeat(rng.normal(-0.02, 0.06, subjects), ASSESSMENTS * LESIONS)
    size = np.maximum(base.ravel() * np.exp(slope * visit) + rng.normal(0, 1, rows), 0).round(1)
    shuffled = rng.permutation(rows)
    tr = pl.DataFrame({"S": subject, "V": visit, "L": lesion, "X": size})[shuffled].select(
        USUBJID=pl.format("S-{}", pl.col("S").cast(pl.String).str.zfill(6)),
        TRLNKID=pl.format("T0{}", pl.col("L") + 1),
        TRGRPID=pl.lit("TARGET"),
        TRTESTCD=pl.lit("LDIAM"),
        TRSTRESN=pl.col("X"),
        TRSTRESC=pl.col("X").cast(pl.String),
        VISIT=pl.when(pl.col("V") == 0)
        .then(pl.lit("SCREENING"))
        .otherwise(pl.format("WEEK {}", pl.col("V") * 6)),
        TRDTC=(pl.date(2024, 1, 1) + pl.duration(days=pl.col("V") * 42)).cast(pl.String),
        TREVAL=pl.lit("INVESTIGATOR"),
    )
    return tr, reference(tr.select("USUBJID").unique().sort("USUBJID"), rng)


def reference(subjects: pl.DataFrame, rng: np.random.Generator) -> pl.DataFrame:
    """First dose, death of a third between one and four years, last known alive for the others."""
    last = pl.date(2024, 1, 2) + pl.duration(days=pl.Series(rng.integers(365, 1461, len(subjects))))
    dies = pl.Series(rng.random(len(subjects)) < 1 / 3)
    return subjects.with_columns(
        TRTSDT=pl.date(2024, 1, 2),
        DTHDT=pl.when(dies).then(last),
        LSTALVDT=last,
        CUTDT=pl.date(2028, 12, 31),
    )


def derived(tr: pl.DataFrame, ref: pl.DataFrame) -> pl.DataFrame:
    """ADTTE by way of responses, ADTR and ADRS, as the rooms make them."""
    outcome = analysed(tr, None, None, ref, ResponseOptions())
    adtr.adtr(outcome.lesions, outcome.points, progressions(outcome))
    rows = adrs_rows(outcome, None, "derived")
    confirmed = rows.filter((pl.col("PARAMCD") == "CRSP") & (pl.col("AVALC") == "Y"))
    known = ref.join(confirmed.select("USUBJID", CONFDT="ADT"), on="USUBJID", how="left")
    return time_to_event(rows.filter(pl.col("PARAMCD") == "OVR"), known, TteOptions())


def measure(subjects: int, folder: Path) -> tuple[float, float]:
    """Seconds to read and sort, and from the table read to ADTTE."""
    tr, ref = trial(subjects)
    path = folder / "tr.csv"
    tr.write_csv(path)
    del tr
    start = time.perf_counter()
    table = read_table(path)
    table.sort("USUBJID", "TRDTC", "TRLNKID")
    read = time.perf_counter() - start
    typed = table.with_columns(pl.col("TRSTRESN").cast(pl.Float64))
    start = time.perf_counter()
    adtte = derived(typed, ref)
    derive = time.perf_counter() - start
    if adtte["USUBJID"].n_unique() != subjects:
        raise SystemExit("a subject is missing")
    return read, derive


def main() -> None:
    """Every size, one line each."""
    sizes = tuple(map(int, sys.argv[1:])) or SIZES
    first: float | None = None
    sys.stdout.write(
        f"{'subjects':>9} {'rows':>9} {'read+sort s':>12} {'derive s':>9} {'ratio':>6} {'per subject':>12}\n"
    )
    with tempfile.TemporaryDirectory() as folder:
        for subjects in sizes:
            read, derive = measure(subjects, Path(folder))
            first = first or derive / subjects
            rows = subjects * ASSESSMENTS * LESIONS
            relative = derive / subjects / first
            sys.stdout.write(
                f"{subjects:9d} {rows:9d} {read:12.2f} {derive:9.2f} {derive / read:6.2f} {relative:12.2f}\n"
            )


if __name__ == "__main__":
    main()
