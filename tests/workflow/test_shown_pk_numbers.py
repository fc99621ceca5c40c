"""Every described concentration, parameter and ratio follows again from the rows that its cell names."""

import math

import numpy as np
import polars as pl
import pytest

CLOSE = {"rel_tol": 1e-12, "abs_tol": 1e-12}
LOOKED_AT = 40


def logs(values):
    return np.log(values[values > 0])


RECOMPUTED = {
    "values": lambda rows, _: rows.height,
    "blq": lambda rows, _: rows["AVAL"].null_count(),
    "mean": lambda _, v: v.mean(),
    "sd": lambda _, v: v.std(ddof=1),
    "cv": lambda _, v: 100 * v.std(ddof=1) / v.mean(),
    "gmean": lambda _, v: math.exp(logs(v).mean()),
    "gmean_gcv": lambda _, v: math.exp(logs(v).mean()),
    "gcv": lambda _, v: 100 * math.sqrt(math.expm1(logs(v).var(ddof=1))),
    "median": lambda _, v: float(np.median(v)),
    "time_median": lambda _, v: float(np.median(v)),
    "median_range": lambda _, v: float(np.median(v)),
    "minimum": lambda _, v: v.min(),
    "time_minimum": lambda _, v: v.min(),
    "maximum": lambda _, v: v.max(),
    "time_maximum": lambda _, v: v.max(),
}


@pytest.mark.parametrize("stat", RECOMPUTED)
def test_a_statistic_of_pharmacokinetics_follows_from_the_rows_it_names(finished, stat):
    looked = 0
    for run in sorted(path.parent for path in (finished.path / "results").glob("*/*/displays")):
        cells = pl.read_parquet(run / "displays" / "ARD.parquet").filter(
            (pl.col("STAT") == stat)
            & pl.col("DISPLAY").str.starts_with("T14.4.")
            & pl.col("VALUE").is_not_null()
            & pl.col("ROWS").is_not_null()
        )
        for cell in cells.sample(min(LOOKED_AT, cells.height), seed=1).iter_rows(named=True):
            table = pl.read_parquet(run / f"{cell['TABLES']}.parquet")
            rows = pl.SQLContext(t=table).execute(
                f"SELECT * FROM t WHERE {cell['ROWS']}", eager=True
            )
            # a concentration below the limit counts as 0, geometric statistics are of the others
            blq = 0.0 if cell["TABLES"] == "pk/ADPC" else None
            values = rows["AVAL"].fill_null(blq) if blq is not None else rows["AVAL"].drop_nulls()
            found = RECOMPUTED[stat](rows, values.to_numpy())
            assert math.isclose(found, cell["VALUE"], **CLOSE), (found, cell)
            looked += 1
    assert looked
