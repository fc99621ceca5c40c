"""Numbers about subjects, doses and the decision in a finished run follow from the rows they name."""

import polars as pl
import pytest
from scipy.stats import beta

TOPICS = ("T14.1.", "T14.9.", "L16.2.1", "L16.2.2", "L16.2.3", "L16.2.5.1")
STATISTICS = {
    "values": lambda v: {"VALUE": len(v)},
    "mean": lambda v: {"VALUE": v.mean()},
    "sd": lambda v: {"VALUE": v.std() if len(v) > 1 else None},
    "median_range": lambda v: {"VALUE": v.median(), "LOWER": v.min(), "UPPER": v.max()},
    "median_of_counts": lambda v: {"VALUE": v.median(), "LOWER": v.min(), "UPPER": v.max()},
}


def runs(finished):
    return sorted(path.parent for path in (finished.path / "results").glob("*/*/displays"))


def cells(run, *stats):
    mine = pl.any_horizontal(pl.col("DISPLAY").str.starts_with(topic) for topic in TOPICS)
    shown = pl.read_parquet(run / "displays" / "ARD.parquet")
    return shown.filter(mine, pl.col("STAT").is_in(stats), pl.col("ROWS").is_not_null())


def behind(run, cell):
    table = pl.read_parquet(run / f"{cell['TABLES']}.parquet")
    return pl.SQLContext(t=table).execute(f"SELECT * FROM t WHERE {cell['ROWS']}", eager=True)


def same(shown, again):
    return shown is None if again is None else shown == pytest.approx(again, rel=1e-12, abs=1e-12)


def test_summaries_of_exposure_and_of_the_baseline_follow_from_their_values(finished):
    looked = 0
    for run in runs(finished):
        found = cells(run, *STATISTICS).filter(pl.col("VALUE").is_not_null())
        for cell in found.sample(min(60, found.height), seed=2).iter_rows(named=True):
            rows = behind(run, cell)
            exposure = cell["TABLES"] == "subjects/ADEXSUM"
            values = rows["AVAL" if exposure else cell["ROW"].partition("/")[0]].drop_nulls()
            for name, again in STATISTICS[cell["STAT"]](values).items():
                assert same(cell[name], again), cell
            looked += 1
    assert looked


def test_records_counted_are_those_in_the_rows_named(finished):
    looked = 0
    for run in runs(finished):
        for cell in cells(run, "records").iter_rows(named=True):
            assert behind(run, cell).height == cell["VALUE"], cell
            looked += 1
    assert looked


def test_toxicity_by_level_is_exact_in_subjects_and_limits(finished):
    looked = 0
    for run in runs(finished):
        found = cells(run, "rate").filter(pl.col("TABLES") == "escalation/ADDLT", pl.col("N") > 0)
        for cell in found.iter_rows(named=True):
            x, n = behind(run, cell)["USUBJID"].n_unique(), cell["N"]
            low = beta.ppf(0.025, x, n - x + 1) if x else 0.0
            high = beta.ppf(0.975, x + 1, n - x) if x < n else 1.0
            assert cell["X"] == x, cell
            assert same(cell["VALUE"], 100 * x / n), cell
            assert cell["LOWER"] == pytest.approx(100 * low, rel=1e-12, abs=1e-12), cell
            assert cell["UPPER"] == pytest.approx(100 * high, rel=1e-12, abs=1e-12), cell
            looked += 1
    assert looked


def test_a_number_of_a_listing_is_the_one_in_its_record(finished):
    looked = 0
    for run in runs(finished):
        found = cells(run, "raw").filter(
            pl.col("DISPLAY").str.starts_with("L16.2."), pl.col("VALUE").is_not_null()
        )
        for cell in found.sample(min(60, found.height), seed=3).iter_rows(named=True):
            rows = behind(run, cell)
            assert rows.height == 1, cell
            assert rows[cell["COL"]].cast(pl.Float64).item() == cell["VALUE"], cell
            looked += 1
    assert looked
