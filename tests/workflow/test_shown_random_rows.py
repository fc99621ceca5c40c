"""Two hundred shown numbers drawn at random, of every statistic, follow again from the rows they name."""

import shutil
import subprocess

import polars as pl
import pytest
from rows_again import (
    AGAIN,
    MODELS,
    OF_VALUES,
    again,
    agrees,
    behind,
    same,
    survival_plan,
    values_of,
)

ROWS, SEED = 200, 11
IN_R = """
given <- readLines("stdin")
for (line in given) {
  part <- strsplit(line, " ")[[1]]
  v <- as.numeric(part[-1])
  p <- v[v > 0]
  out <- switch(part[1],
    mean = mean(v), sd = sd(v), cv = 100 * sd(v) / mean(v), gmean = exp(mean(log(p))),
    gcv = 100 * sqrt(exp(var(log(p))) - 1), median = quantile(v, 0.5, type = 7, names = FALSE),
    minimum = min(v), maximum = max(v))
  cat(sprintf("%.17g\\n", out))
}
"""


@pytest.fixture(scope="module")
def numbers(finished):
    """Every shown number that names its rows, with its run."""
    runs = sorted(path.parent for path in (finished.path / "results").glob("*/*/displays"))
    parts = [
        pl.read_parquet(run / "displays" / "ARD.parquet").with_columns(RUN=pl.lit(str(run)))
        for run in runs
    ]
    cells = pl.concat(parts).filter(pl.col("VALUE").is_not_null(), pl.col("ROWS").is_not_null())
    return cells, {str(run): (run, survival_plan(run)) for run in runs}


def drawn(cells, number=ROWS):
    """So many cells at random, the same number of each statistic as far as there are so many."""
    order = cells.sample(fraction=1.0, shuffle=True, seed=SEED)
    turn = pl.int_range(pl.len()).over("STAT")
    return order.with_columns(TURN=turn).sort("TURN", maintain_order=True).head(number)


def checked(cells, runs):
    """Each cell with the rows behind it and the study's plan."""
    for cell in cells.iter_rows(named=True):
        run, plan = runs[cell["RUN"]]
        yield cell, behind(run, cell), plan


def test_every_statistic_is_made_again_here_or_is_of_a_model(numbers):
    cells, _ = numbers
    assert set(cells["STAT"].unique()) <= {*AGAIN, *MODELS}


def test_two_hundred_numbers_at_random_follow_again_from_the_rows_they_name(numbers):
    cells, runs = numbers
    asked = drawn(cells.filter(pl.col("STAT").is_in(AGAIN)))
    assert asked.height == ROWS
    assert set(asked["STAT"]) == set(cells["STAT"]) - set(MODELS)
    made = 0
    for cell, rows, plan in checked(asked, runs):
        assert agrees(cell, rows, plan), (again(cell, rows, plan), cell)
        made += bool(again(cell, rows, plan))
    assert made > ROWS * 0.9


def test_a_number_that_is_a_little_off_does_not_agree(numbers):
    cells, runs = numbers
    one_each = drawn(cells.filter(pl.col("STAT").is_in(AGAIN))).unique("STAT", maintain_order=True)
    found = 0
    for cell, rows, plan in checked(one_each, runs):
        if again(cell, rows, plan):
            found += 1
            assert not agrees(cell | {"VALUE": cell["VALUE"] * (1 + 1e-9) + 1e-9}, rows, plan), cell
    assert found > len(AGAIN) / 2


def test_numbers_agree_with_r_where_it_is(numbers):
    rscript = shutil.which("Rscript")
    if rscript is None:
        pytest.skip("needs R (Rscript)")
    cells, runs = numbers
    plain = ("mean", "sd", "cv", "gmean", "gcv", "median", "minimum", "maximum")
    asked = list(checked(drawn(cells.filter(pl.col("STAT").is_in(plain)), 80), runs))
    assert set(plain) <= set(OF_VALUES)
    lines = [
        f"{cell['STAT']} {' '.join(repr(float(v)) for v in values_of(cell, rows))}"
        for cell, rows, _ in asked
    ]
    done = subprocess.run(
        [rscript, "-e", IN_R], input="\n".join(lines), capture_output=True, text=True, check=True
    )
    told = [float(line) for line in done.stdout.split()]
    assert len(told) == len(asked)
    for value, (cell, _, _) in zip(told, asked, strict=True):
        assert same(value, cell["VALUE"]), (value, cell)
