"""Means by visit, medians, geometric means and counted rates of a run follow from the rows they name."""

import re

import numpy as np
import polars as pl
import pytest
from scipy.stats import beta

MINE = r"14\.3\.[4-8]|14\.[56]"
# What a row is about, where its values stand in another column than AVAL.
COLUMNS = {"OBSMED": "OBSDAY", "SATMED": "SATDAY", "PCTMED": "SATPCT"}


def runs(finished):
    return sorted(path.parent for path in (finished.path / "results").glob("*/*/displays"))


def cells(finished, stat, most=60):
    """Cells of a statistic, each with the values of the rows that it names."""
    looked = 0
    for run in runs(finished):
        ard = pl.read_parquet(run / "displays" / "ARD.parquet").filter(
            pl.col("STAT") == stat,
            pl.col("DISPLAY").str.contains(MINE),
            pl.col("VALUE").is_not_null() & pl.col("ROWS").is_not_null(),
        )
        for cell in ard.sample(min(most, ard.height), seed=4).iter_rows(named=True):
            table = pl.read_parquet(run / f"{cell['TABLES']}.parquet")
            query = f"SELECT * FROM t WHERE {cell['ROWS']}"
            yield cell, pl.SQLContext(t=table).execute(query, eager=True)
            looked += 1
    assert looked, f"no cell with {stat}"


def values(cell, rows):
    last = re.split("/", cell["ROW"])[-1]
    column = COLUMNS.get(last, last if last in {"CHG", "PCHG"} else "AVAL")
    return rows[column].drop_nulls().to_numpy()


def close(one, other):
    return other == pytest.approx(one, rel=1e-12, abs=1e-12)


def test_a_mean_has_its_standard_deviation_and_number(finished):
    for cell, rows in cells(finished, "mean_sd_n"):
        given = values(cell, rows)
        assert given.size == cell["N"], cell
        assert close(np.mean(given), cell["VALUE"]), cell
        if given.size > 1:
            assert cell["X"] == pytest.approx(np.std(given, ddof=1), rel=1e-12, abs=1e-12), cell
        else:
            assert cell["X"] is None, cell


def test_a_median_has_its_range(finished):
    for cell, rows in cells(finished, "median_range"):
        given = values(cell, rows)
        told = (np.median(given), given.min(), given.max())
        assert close(told, (cell["VALUE"], cell["LOWER"], cell["UPPER"])), cell


def test_a_geometric_mean_is_of_the_values_above_0_and_counts_all(finished):
    for cell, rows in cells(finished, "gmean_n"):
        given = values(cell, rows)
        assert given.size == cell["N"], cell
        assert close(np.exp(np.log(given[given > 0]).mean()), cell["VALUE"]), cell


def test_a_rate_counts_the_subjects_named_and_has_exact_limits(finished):
    for cell, rows in cells(finished, "rate"):
        x, n = rows["USUBJID"].n_unique(), cell["N"]
        assert x == cell["X"], cell
        low = 0 if x == 0 else 100 * beta.ppf(0.025, x, n - x + 1)
        high = 100 if x == n else 100 * beta.ppf(0.975, x + 1, n - x)
        assert cell["LOWER"] == pytest.approx(low, rel=1e-12, abs=1e-12), cell
        assert cell["UPPER"] == pytest.approx(high, rel=1e-12, abs=1e-12), cell
