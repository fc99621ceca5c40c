"""How long IS to ADAB takes beside merely reading and sorting IS: 100,000 subjects, 12 visits.

    python benchmarks/immunogenicity.py [SUBJECTS]

Prints both times and their ratio; the ratio should stay at or below 10.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

os.environ.setdefault("POLARS_MAX_THREADS", "1")

import numpy as np
import polars as pl

from pkpipe.immunogenicity import (
    adab_of,
    adasamp_of,
    adasum_of,
    classified_samples,
    findings,
    known_columns,
    subjects_of,
)
from pkpipe.immunogenicity.options import AdaOptions, Assay
from pkpipe.reading.files import read_table

VISITS = 12
OPTIONS = AdaOptions(
    missing_baseline="negative",
    ratio=Fraction(4),
    log10_change=None,
    scale="dilution",
    persistent_days=112,
    short_followup="indeterminate",
    assays=(
        Assay(
            drug="DRUG",
            screen="ADASCR",
            confirm="ADACNF",
            titre="ADATIT",
            nab="NAB",
            mrd_titre=100_000_000,
        ),
    ),
)


def made_up(subjects: int) -> tuple[pl.DataFrame, pl.DataFrame]:
    """IS rows (screen always; confirm, titre, NAb where positive) and first doses, seeded."""
    rng = np.random.default_rng(6)
    shape = (subjects, VISITS)
    screened = rng.random(shape) < 0.3
    confirmed = screened & (rng.random(shape) < 0.7)
    titre = 100 * 2 ** rng.integers(0, 8, shape)
    samples = pl.DataFrame(
        {
            "SUBJECT": np.repeat(np.arange(subjects), VISITS),
            "VISITNUM": np.tile(np.arange(VISITS), subjects),
            "SCREENED": screened.ravel(),
            "CONFIRMED": confirmed.ravel(),
            "TITRE": titre.ravel(),
            "NEUTRAL": (rng.random(shape) < 0.4).ravel(),
        }
    ).with_columns(
        USUBJID=pl.format("S-{}", pl.col("SUBJECT").cast(pl.String).str.zfill(7)),
        VISIT=pl.format("WEEK {}", pl.col("VISITNUM") * 3),
        ISDTC=(
            pl.datetime(2026, 1, 5, 8, 30)
            + pl.duration(days=pl.col("SUBJECT") % 300 + 21 * pl.col("VISITNUM"))
        ).dt.strftime("%Y-%m-%dT%H:%M"),
    )

    def rows(where: pl.Expr, code: str, text: pl.Expr) -> pl.DataFrame:
        return samples.filter(where).select(
            "USUBJID", pl.lit(code).alias("ISTESTCD"), text.alias("ISSTRESC"), "VISIT", "ISDTC"
        )

    def word(positive: str) -> pl.Expr:
        return pl.when(positive).then(pl.lit("POSITIVE")).otherwise(pl.lit("NEGATIVE"))

    table = pl.concat(
        [
            rows(pl.lit(True), "ADASCR", word("SCREENED")),
            rows(pl.col("SCREENED"), "ADACNF", word("CONFIRMED")),
            rows(pl.col("CONFIRMED"), "ADATIT", pl.col("TITRE").cast(pl.String)),
            rows(pl.col("CONFIRMED"), "NAB", word("NEUTRAL")),
        ]
    ).with_columns(ISBDAGNT=pl.lit("DRUG"))
    first = samples.group_by("USUBJID", maintain_order=True).agg(
        FIRSTDTM=pl.col("ISDTC").min().str.to_datetime("%Y-%m-%dT%H:%M", time_unit="us")
        + pl.duration(minutes=30)
    )
    return table.sample(fraction=1, shuffle=True, seed=6), first


def derived(path: Path, first: pl.DataFrame) -> int:
    """The whole way of the room and the verb: read, check, classify, ADASAMP, ADAB, summary."""
    rows = known_columns(read_table(path).with_row_index("SRCROW", offset=2))
    found = findings(rows, OPTIONS)
    samples = classified_samples(rows, first, OPTIONS)
    subjects = subjects_of(
        samples, first.select("USUBJID", DRUG=pl.lit("DRUG")).sort("USUBJID"), OPTIONS
    )
    tables = adasamp_of(samples), adab_of(subjects), adasum_of(subjects), found
    return sum(t.height for t in tables)


def read_and_sorted(path: Path) -> int:
    """What no program can do without: the rows in the order of subject and time."""
    return read_table(path).sort("USUBJID", "ISBDAGNT", "ISDTC", "ISTESTCD").height


def best_of(times: int, work: Callable[[], int]) -> float:
    """The fastest of several runs, seconds."""
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        work()
        taken.append(time.perf_counter() - start)
    return min(taken)


def main() -> None:
    """Print the two times and their ratio for CSV, the format people hand in."""
    subjects = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    table, first = made_up(subjects)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "is.csv"
        table.write_csv(path)
        base = best_of(2, lambda: read_and_sorted(path))
        whole = best_of(2, lambda: derived(path, first))
    sys.stdout.write(
        f"immunogenicity: {subjects:,} subjects x {VISITS} visits, {table.height:,} IS rows: "
        f"IS to ADAB {whole:.2f} s, read and sort {base:.2f} s, ratio {whole / base:.1f} (at most 10)\n"
    )


if __name__ == "__main__":
    main()
