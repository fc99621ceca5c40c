"""Rates, times to event and agreement of a finished run follow again from the rows that their cells name."""

import datetime
import json
import math
import re
from collections import Counter

import numpy as np
import polars as pl
import pytest
from checkouts import VIRTUAL
from rows_again import CLOSE, READ_OFF, crossing, curve, same
from scipy.stats import beta, chi2

from pkpipe import displays, survival
from pkpipe.protocol.efficacy import Comparison
from pkpipe.protocol.file_reading.loader import load_study
from pkpipe.rooms import BY_NAME

LOOKED_AT = 60


def shown(finished, *stats):
    """Cells with these statistics, the rows behind each, and the study's plan for times to event."""
    looked = 0
    for run in sorted(path.parent for path in (finished.path / "results").glob("*/*/displays")):
        plan = json.loads((run / "manifest.json").read_text())["config"].get("survival")
        cells = pl.read_parquet(run / "displays" / "ARD.parquet").filter(
            pl.col("STAT").is_in(stats), pl.col("ROWS").is_not_null(),
            pl.col("DISPLAY").str.starts_with("T14.2."),
        )  # fmt: skip
        for cell in cells.sample(min(LOOKED_AT, cells.height), seed=1).iter_rows(named=True):
            looked += 1
            table = pl.read_parquet(run / f"{cell['TABLES']}.parquet")
            found = pl.SQLContext(t=table).execute(f"SELECT * FROM t WHERE {cell['ROWS']}")
            yield cell, found.collect(), plan
    assert looked, f"no cell with {stats}"


def test_a_rate_and_its_exact_limits_follow_from_its_subjects(finished):
    looked = 0
    for cell, rows, _ in shown(finished, "rate"):
        if cell["X"] is None or not cell["N"]:
            continue
        looked += 1
        x, n = rows["USUBJID"].n_unique(), cell["N"]
        assert x == cell["X"], cell
        assert same(100 * x / n, cell["VALUE"])
        low = 0.0 if x == 0 else beta.ppf(0.025, x, n - x + 1)
        high = 1.0 if x == n else beta.ppf(0.975, x + 1, n - x)
        assert math.isclose(100 * low, cell["LOWER"], **CLOSE), cell
        assert math.isclose(100 * high, cell["UPPER"], **CLOSE), cell
    assert looked


@pytest.mark.parametrize("stat", READ_OFF)
def test_a_time_read_off_a_curve_follows_from_its_subjects(finished, stat):
    for cell, rows, plan in shown(finished, stat):
        if rows.height < plan["min_n_curve"]:
            assert cell["VALUE"] is None
            continue
        steps = curve(rows, plan, reverse=stat == "km_followup")
        median = stat in {"km_median", "km_followup"}
        found = crossing(steps, 1, READ_OFF[stat], median=median)
        assert same(None if found is None else found / plan["month_days"], cell["VALUE"]), cell
        if plan["conf"] == "log-log" and stat == "km_median":
            for side, name in ((2, "LOWER"), (3, "UPPER")):
                limit = crossing(steps, side, 0.5, median=True)
                assert same(None if limit is None else limit / plan["month_days"], cell[name]), cell


def test_a_probability_and_a_restricted_mean_follow_from_their_subjects(finished):
    looked = Counter()
    for cell, rows, plan in shown(finished, "km_survival", "km_rmst"):
        if cell["VALUE"] is None:
            continue
        looked[cell["STAT"]] += 1
        horizon = float(cell["ROW"].partition("/")[2]) * plan["month_days"]
        steps = [(0.0, 1.0, None, None), *curve(rows, plan)]
        before = [step for step in steps if step[0] <= horizon]
        if cell["STAT"] == "km_survival":
            assert same(before[-1][1], cell["VALUE"]), cell
            if plan["conf"] == "log-log":
                looked["limits"] += 1
                assert same(before[-1][2], cell["LOWER"]), cell
                assert same(before[-1][3], cell["UPPER"]), cell
            continue
        ends = [*(step[0] for step in before[1:]), horizon]
        area = sum(s * (end - t) for (t, s, _, _), end in zip(before, ends, strict=True))
        assert same(area / plan["month_days"], cell["VALUE"]), cell
    assert set(looked) == {"km_survival", "km_rmst", "limits"}


def test_time_points_counted_are_the_rows_named(finished):
    for cell, rows, _ in shown(finished, "records", "record_share"):
        expected = cell["VALUE"] if cell["STAT"] == "records" else cell["X"]
        assert rows.height == expected, cell


def logrank(rows, group):
    """The chi-square of the log-rank test, and its degrees of freedom, over the groups of a column.

    A group in which no event is expected (nobody at risk at one) adds nothing, as in R's survdiff.
    """
    times, event = rows["AVAL"].to_numpy(), rows["CNSR"].to_numpy() == 0
    names = sorted(rows[group].unique())
    member = np.array([(rows[group] == name).to_numpy() for name in names])
    difference, variance = np.zeros(len(names)), np.zeros((len(names), len(names)))
    expected = np.zeros(len(names))
    for t in np.unique(times[event]):
        at_risk, dead = times >= t, event & (times == t)
        n, d = at_risk.sum(), dead.sum()
        share = (member & at_risk).sum(axis=1) / n
        expected += d * share
        difference += (member & dead).sum(axis=1) - d * share
        spread = np.diag(share) - np.outer(share, share)
        variance += d * (n - d) / max(n - 1, 1) * spread
    asked = np.flatnonzero(expected > 0)[1:]
    inner = difference[asked]
    return float(inner @ np.linalg.solve(variance[np.ix_(asked, asked)], inner)), len(asked)


def with_comparisons(finished):
    """The displays of PFS and OS of the virtual run, had its study compared cohorts; the tables behind."""
    run = finished.results(VIRTUAL)
    study = load_study(finished.path / "config" / f"{VIRTUAL[0]}.yaml")
    study = study.at(datetime.date.fromisoformat(VIRTUAL[1]))
    treated = pl.read_parquet(run / "subjects" / "ADSL.parquet").filter(pl.col("SAFFL") == "Y")
    largest = treated["COHORT"].value_counts().sort("count", "COHORT", descending=True)["COHORT"][0]
    asked = Comparison(group="COHORT", reference=largest, endpoints=("PFS", "OS"))
    plan = study.survival.model_copy(update={"comparisons": (asked,)})
    study = study.model_copy(update={"survival": plan})
    names = {*BY_NAME["survival"].reads, *BY_NAME["displays"].reads}
    tables = {name.rpartition("/")[2]: pl.read_parquet(run / f"{name}.parquet") for name in names}
    tables |= survival.run(tables, study)
    return displays.run(tables, study)["ARD"], tables


def test_a_comparison_of_groups_follows_from_its_subjects(finished):
    cells, tables = with_comparisons(finished)
    compared = cells.filter(
        pl.col("COL").str.starts_with("LOGRANK_"), pl.col("ROW") == "ALL",
        pl.col("STAT").is_in(["number", "p"]), pl.col("VALUE").is_not_null(),
    )  # fmt: skip
    assert compared.height >= 2
    for cell in compared.iter_rows(named=True):
        table = tables[cell["TABLES"].rpartition("/")[2]]
        rows = pl.SQLContext(t=table).execute(f"SELECT * FROM t WHERE {cell['ROWS']}", eager=True)
        group = cell["ID"].partition("|")[0].split("/")[2]
        statistic, freedom = logrank(rows, group)
        expected = statistic if cell["STAT"] == "number" else chi2.sf(statistic, freedom)
        assert math.isclose(expected, cell["VALUE"], **CLOSE), cell


def test_every_drawing_has_a_name_of_its_own_and_is_told_to_who_cannot_see_it(finished):
    for path in sorted((finished.path / "results").glob("*/*/displays/FIGURES.parquet")):
        drawings = pl.read_parquet(path)
        assert drawings["NAME"].is_unique().all()
        for name, drawing in drawings.select("NAME", "SVG").iter_rows():
            opened = drawing[: drawing.index(">")]
            assert 'role="img"' in opened, name
            assert f'aria-labelledby="{name}-title {name}-desc"' in opened, name
            ids = re.findall(r' id="([^"]+)"', drawing)
            assert len(ids) == len(set(ids)), name
            assert all(one.startswith(f"{name}-") for one in ids), name
