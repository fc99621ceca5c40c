"""A shown number of a finished run is one row with an id of its own; the rows it names give it again."""

import polars as pl
import pytest


def runs(finished):
    return sorted(path.parent for path in (finished.path / "results").glob("*/*/displays"))


def shown(run):
    return pl.read_parquet(run / "displays" / "ARD.parquet")


def test_no_two_cells_have_one_id(finished):
    assert runs(finished)
    for run in runs(finished):
        cells = shown(run)
        assert cells["ID"].is_unique().all()
        assert cells["TEXT"].null_count() == 0


@pytest.mark.parametrize("stat", ["share", "count"])
def test_subjects_counted_are_those_in_the_rows_named(finished, stat):
    looked = 0
    for run in runs(finished):
        given = pl.col("X" if stat == "share" else "VALUE").is_not_null()
        cells = shown(run).filter((pl.col("STAT") == stat) & pl.col("ROWS").is_not_null() & given)
        for cell in cells.sample(min(100, cells.height), seed=1).iter_rows(named=True):
            table = pl.read_parquet(run / f"{cell['TABLES']}.parquet")
            rows = pl.SQLContext(t=table).execute(
                f"SELECT * FROM t WHERE {cell['ROWS']}", eager=True
            )
            assert rows["USUBJID"].n_unique() == cell["X" if stat == "share" else "VALUE"], cell
            looked += 1
    assert looked
