"""Rates, times to event and agreement of a finished run follow again from the rows that their cells name."""

import json
import math
import re

import numpy as np
import polars as pl
import pytest
from scipy.stats import beta, chi2, norm

LOOKED_AT = 60
NEAR = 1e-9  # a curve this near to a level is at it
CLOSE = {"rel_tol": 1e-12, "abs_tol": 1e-12}
READ_OFF = {"km_q25": 0.75, "km_median": 0.5, "km_q75": 0.25, "km_followup": 0.5}


def shown(finished, *stats):
    """Cells with these statistics, the rows behind each, and the study's plan for times to event."""
    for run in sorted(path.parent for path in (finished.path / "results").glob("*/*/displays")):
        plan = json.loads((run / "manifest.json").read_text())["config"].get("survival")
        cells = pl.read_parquet(run / "displays" / "ARD.parquet").filter(
            pl.col("STAT").is_in(stats), pl.col("ROWS").is_not_null(),
            pl.col("DISPLAY").str.starts_with("T14.2."),
        )  # fmt: skip
        for cell in cells.sample(min(LOOKED_AT, cells.height), seed=1).iter_rows(named=True):
            table = pl.read_parquet(run / f"{cell['TABLES']}.parquet")
            found = pl.SQLContext(t=table).execute(f"SELECT * FROM t WHERE {cell['ROWS']}")
            yield cell, found.collect(), plan


def same(found, value):
    if found is None or value is None:
        return found is None and value is None
    return math.isclose(found, value, **CLOSE)


def test_a_rate_and_its_exact_limits_follow_from_its_subjects(finished):
    for cell, rows, _ in shown(finished, "rate"):
        if cell["X"] is None or not cell["N"]:
            continue
        x, n = rows["USUBJID"].n_unique(), cell["N"]
        assert x == cell["X"], cell
        assert same(100 * x / n, cell["VALUE"])
        low = 0.0 if x == 0 else beta.ppf(0.025, x, n - x + 1)
        high = 1.0 if x == n else beta.ppf(0.975, x + 1, n - x)
        assert math.isclose(100 * low, cell["LOWER"], rel_tol=1e-9, abs_tol=1e-12), cell
        assert math.isclose(100 * high, cell["UPPER"], rel_tol=1e-9), cell


def curve(rows, plan, *, reverse=False):
    """Distinct times, S, and its limits on the scale of log(-log S)."""
    times, censored = rows["AVAL"].to_numpy(), rows["CNSR"].to_numpy() == 1
    event = censored if reverse else ~censored
    at, s, variance, out = np.unique(times), 1.0, 0.0, []
    z = norm.ppf((1 + plan["level"]) / 2)
    for t in at:
        n, d = int((times >= t).sum()), int((event & (times == t)).sum())
        s *= (n - d) / n
        variance += d / (n * (n - d)) if n > d else math.inf
        if 0 < s < 1:
            spread = z * math.sqrt(variance) / math.log(s)
            middle = math.log(-math.log(s))
            low, high = (math.exp(-math.exp(middle - k * spread)) for k in (1, -1))
            out.append((t, s, low, high))
        else:
            out.append((t, s, None, None))
    return out


def crossing(steps, side, level, *, median):
    """Where the curve of one side first lies below the level; the middle of a step that is at it."""
    known = [(row[0], row[side]) for row in steps if row[side] is not None]
    at = next((t for t, v in known if abs(v - level) < NEAR), None)
    below = next((t for t, v in known if v < level - NEAR), None)
    if at is None:
        return below
    if below is None:
        return at if median else (at + steps[-1][0]) / 2
    return (at + below) / 2


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
    for cell, rows, plan in shown(finished, "km_survival", "km_rmst"):
        if cell["VALUE"] is None:
            continue
        horizon = float(cell["ROW"].partition("/")[2]) * plan["month_days"]
        steps = [(0.0, 1.0, None, None), *curve(rows, plan)]
        before = [step for step in steps if step[0] <= horizon]
        if cell["STAT"] == "km_survival":
            assert same(before[-1][1], cell["VALUE"]), cell
            if plan["conf"] == "log-log":
                assert math.isclose(before[-1][2] or 0, cell["LOWER"] or 0, **CLOSE), cell
                assert math.isclose(before[-1][3] or 0, cell["UPPER"] or 0, **CLOSE), cell
            continue
        ends = [*(step[0] for step in before[1:]), horizon]
        area = sum(s * (end - t) for (t, s, _, _), end in zip(before, ends, strict=True))
        assert same(area / plan["month_days"], cell["VALUE"]), cell


def test_time_points_counted_are_the_rows_named(finished):
    for cell, rows, _ in shown(finished, "records", "record_share"):
        expected = cell["VALUE"] if cell["STAT"] == "records" else cell["X"]
        assert rows.height == expected, cell


def logrank(rows, group):
    """The chi-square of the log-rank test, and its degrees of freedom, over the groups of a column."""
    times, event = rows["AVAL"].to_numpy(), rows["CNSR"].to_numpy() == 0
    names = sorted(rows[group].unique())
    member = np.array([(rows[group] == name).to_numpy() for name in names])
    difference, variance = np.zeros(len(names)), np.zeros((len(names), len(names)))
    for t in np.unique(times[event]):
        at_risk, dead = times >= t, event & (times == t)
        n, d = at_risk.sum(), dead.sum()
        share = (member & at_risk).sum(axis=1) / n
        difference += (member & dead).sum(axis=1) - d * share
        spread = np.diag(share) - np.outer(share, share)
        variance += d * (n - d) / max(n - 1, 1) * spread
    inner = difference[1:]
    return float(inner @ np.linalg.solve(variance[1:, 1:], inner)), len(names) - 1


def test_a_comparison_of_groups_follows_from_its_subjects(finished):
    for cell, rows, _ in shown(finished, "number", "p"):
        if not cell["COL"].startswith("LOGRANK_") or cell["ROW"] != "ALL" or cell["VALUE"] is None:
            continue
        group = cell["ID"].partition("|")[0].split("/")[2]
        statistic, freedom = logrank(rows, group)
        expected = statistic if cell["STAT"] == "number" else chi2.sf(statistic, freedom)
        assert math.isclose(expected, cell["VALUE"], rel_tol=1e-9), cell


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
