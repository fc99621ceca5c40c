"""Every number of R survival 3.5-3 on ten public or constructed data sets, no exceptions.

The same checks run on the copy kept with these tests and, where it is present, on the larger set beside a
checkout. Tolerances are those of the sets' README: counts exact, times, S, SE, limits, RMST and chi-square
1e-9, Cox and p values 1e-7, all relative (absolute below 1).
"""

from pathlib import Path

import numpy as np
import polars as pl
import pytest
from lifelines import KaplanMeierFitter

from pkpipe.cli import main
from pkpipe.qualify.answers import ANSWERS, answers_of
from pkpipe.qualify.r_survival import by_group, subjects
from pkpipe.statistics import clopper_pearson, wilson
from pkpipe.survival.comparisons.concordance import concordance
from pkpipe.survival.comparisons.cox import cox
from pkpipe.survival.comparisons.log_rank import logrank, risk_sets
from pkpipe.survival.curves.km import CONFS, curves, event_table, reversed_events
from pkpipe.survival.curves.observations import left_out, observations
from pkpipe.survival.curves.quantiles import medians, quartiles
from pkpipe.survival.curves.readings import landmarks, restricted_means

pytestmark = pytest.mark.reference
OWN = ANSWERS / "survival"
TIGHT, COX = 1e-9, 1e-7
KEY = ["dataset", "group"]


@pytest.fixture(scope="module", params=["own", "shared"])
def folder(request):
    if request.param == "own":
        return OWN
    return request.getfixturevalue("reference_set") / "survival"


def wanted(folder: Path, name: str) -> pl.DataFrame:
    return answers_of(folder, f"{name}.csv")


def assert_same(
    got: pl.DataFrame, want: pl.DataFrame, on: list[str], columns: dict[str, str], rel: float
):
    """Each wanted row has one computed row, and each named number agrees or is null on both sides."""
    joined = want.join(got, on=on, how="left", suffix="_got", validate="1:1", maintain_order="left")
    assert joined.height == want.height > 0
    wrong = []
    for theirs, ours in columns.items():
        mine = (
            joined[f"{ours}_got" if ours in want.columns else ours].cast(pl.Float64).fill_nan(None)
        )
        other = joined[theirs].cast(pl.Float64).fill_nan(None)
        same_null = mine.is_null() == other.is_null()
        close = ((mine - other).abs() <= rel * other.abs().clip(lower_bound=1)).fill_null(
            value=True
        )
        bad = joined.filter(~(same_null & close)).select(
            *on, theirs, ours if ours in joined.columns else theirs
        )
        wrong += [(theirs, *row) for row in bad.rows()]
    assert wrong == []


@pytest.fixture(scope="module")
def everyone(folder):
    return subjects(folder)


@pytest.fixture(scope="module")
def curve(everyone):
    return {conf: curves(everyone, "time", "event", KEY, conf) for conf in CONFS}


def test_every_point_of_every_curve(folder, curve):
    want = wanted(folder, "km_curve").with_columns(pl.col("time").cast(pl.Float64))
    got = curve["log-log"].rename({"TIME": "time"})
    counts = {"n_risk": "NRISK", "n_event": "NEVENT", "n_censor": "NCENSOR"}
    assert got.height == want.height
    assert_same(got, want, [*KEY, "time"], counts, 0)
    assert_same(got, want, [*KEY, "time"], {"surv": "SURV", "std_err": "SE"}, TIGHT)
    for conf in CONFS:
        short = conf.replace("-", "")
        limits = {f"lower_{short}": "LOWER", f"upper_{short}": "UPPER"}
        assert_same(curve[conf].rename({"TIME": "time"}), want, [*KEY, "time"], limits, TIGHT)


def test_the_product_limit_is_r_s_to_the_last_digit(folder, curve):
    want = wanted(folder, "km_curve").with_columns(pl.col("time").cast(pl.Float64))
    joined = want.join(
        curve["log-log"], left_on=[*KEY, "time"], right_on=[*KEY, "TIME"], how="left"
    )
    assert joined.filter(pl.col("surv") != pl.col("SURV")).height == 0


def test_medians_quartiles_and_their_limits(folder, everyone, curve):
    want = wanted(folder, "km_summary")
    counts = left_out(everyone, "time", "event", KEY)
    spread = (
        observations(everyone, "time", "event", KEY)
        .group_by(KEY)
        .agg(EVENTS=pl.col("EVENT").sum(), MIN=pl.col("TIME").min(), MAX=pl.col("TIME").max())
    )
    assert_same(counts, want.unique(KEY), KEY, {"n": "N"}, 0)
    names = {"events": "EVENTS", "min_time": "MIN", "max_time": "MAX"}
    assert_same(spread, want.unique(KEY), KEY, names, 0)
    for conf in CONFS:
        rows = want.filter(conf_type=conf)
        three = {"median": "ESTIMATE", "median_lcl": "LOWER", "median_ucl": "UPPER"}
        assert_same(medians(curve[conf], KEY), rows, KEY, three, TIGHT)
        found = quartiles(curve[conf], KEY)
        for q in ("q25", "q50", "q75"):
            three = {q: "ESTIMATE", f"{q}_lcl": "LOWER", f"{q}_ucl": "UPPER"}
            assert_same(found.filter(STAT=q.upper()), rows, KEY, three, TIGHT)


def test_landmarks(folder, curve):
    want = wanted(folder, "km_landmark").with_columns(pl.col("time").cast(pl.Float64))
    names = {"surv": "SURV", "std_err": "SE", "lower": "LOWER", "upper": "UPPER"}
    counts = {
        "n_risk": "NRISK",
        "cum_events": "EVENTS",
        "cum_censored": "CENSORED",
        "beyond_last": "BEYOND",
    }
    for conf in CONFS:
        got = landmarks(curve[conf], want["time"].unique().to_list(), KEY).rename({"AT": "time"})
        rows = want.filter(conf_type=conf)
        assert_same(got, rows, [*KEY, "time"], counts, 0)
        assert_same(got, rows, [*KEY, "time"], names, TIGHT)


def test_restricted_means(folder, curve):
    want = wanted(folder, "rmst").with_columns(pl.col("tau").cast(pl.Float64)).unique([*KEY, "tau"])
    got = restricted_means(curve["log-log"], want["tau"].unique().to_list(), KEY).rename(
        {"AT": "tau"}
    )
    assert_same(got, want, [*KEY, "tau"], {"rmean": "RMST", "se": "SE"}, TIGHT)


def test_follow_up(folder, everyone):
    want = wanted(folder, "followup_reverse_km")
    for conf in CONFS:
        rows = want.filter(conf_type=conf)
        curve = curves(reversed_events(everyone, "event"), "time", "event", KEY, conf)
        counts = curve.group_by(KEY).agg(CENSORED=pl.col("NEVENT").sum())
        assert_same(counts, rows, KEY, {"n_censored": "CENSORED"}, 0)
        three = {"median_followup": "ESTIMATE", "lcl": "LOWER", "ucl": "UPPER"}
        assert_same(medians(curve, KEY), rows, KEY, three, TIGHT)
        for q in ("q25", "q50", "q75"):
            found = quartiles(curve, KEY).filter(STAT=q.upper())
            assert_same(found, rows, KEY, {q: "ESTIMATE"}, TIGHT)


def close(got, want, rel):
    if want is None:
        return got is None or np.isnan(got)
    return got is not None and abs(got - want) <= rel * max(1.0, abs(want))


def test_log_rank(folder, everyone):
    want, groups = wanted(folder, "logrank"), wanted(folder, "logrank_groups")
    assert want.height > 0
    for row in want.iter_rows(named=True):
        sets = risk_sets(by_group(everyone, row["dataset"]), "time", "event", "group")
        got = logrank(sets, row["rho"])
        assert (row["dataset"], got.df) == (row["dataset"], row["df"])
        assert close(got.chisq, row["chisq"], TIGHT), row
        assert close(got.p, row["p"], COX), row
        rows = groups.filter(pl.col("dataset") == row["dataset"], pl.col("rho") == row["rho"])
        mine = pl.DataFrame(
            {"group": got.groups, "N": got.n, "O": got.observed, "E": got.expected},
            schema_overrides={"group": pl.String},
        )
        assert_same(mine, rows, ["group"], {"n": "N", "observed": "O", "expected": "E"}, TIGHT)


def test_cox(folder, everyone):
    terms, tests = wanted(folder, "cox_terms"), wanted(folder, "cox_tests")
    assert tests.height > 0
    for row in tests.iter_rows(named=True):
        rows = by_group(everyone, row["dataset"])
        mine = terms.filter(pl.col("dataset") == row["dataset"], pl.col("ties") == row["ties"])
        got = cox(risk_sets(rows, "time", "event", "group"), mine["reference"][0], row["ties"])
        assert (got.reason is None) == (row["status"] == "ok"), (row, got.reason)
        assert (got.n, got.events, got.df) == (row["n"], row["events"], row["lr_df"])
        global_tests = {
            "loglik_null": got.loglik_null,
            "lr_chisq": got.lr_chisq,
            "score_chisq": got.score_chisq,
        }
        assert [k for k, v in global_tests.items() if not close(v, row[k], COX)] == [], row
        assert close(got.p_of(got.score_chisq), row["score_p"], COX)
        if row["status"] == "ok":
            assert_fit_agrees(got, row, mine, rows)


def assert_fit_agrees(got, row, mine, rows):
    assert close(got.loglik, row["loglik"], COX)
    assert close(got.wald_chisq, row["wald_chisq"], COX)
    assert close(got.p_of(got.wald_chisq), row["wald_p"], COX)
    assert close(got.p_of(got.lr_chisq), row["lr_p"], COX)
    table = got.table(0.95).rename({"GROUP": "group"})
    names = dict(zip(["coef", "hr", "se", "z", "p", "hr_lcl", "hr_ucl"],
                     ["COEF", "HR", "SE", "Z", "P", "LOWER", "UPPER"], strict=True))  # fmt: skip
    assert_same(table, mine, ["group"], names, COX)
    hazard = {got.reference: 0.0, **dict(zip(got.groups, got.coef.tolist(), strict=True))}
    c = concordance(rows, "time", "event", "group", hazard)
    assert c is not None
    assert close(c[0], row["concordance"], COX)
    assert close(c[1], row["concordance_se"], COX)


def test_intervals_of_a_share(folder):
    want = wanted(folder, "binomial_ci")
    for row in want.iter_rows(named=True):
        exact = clopper_pearson(row["x"], row["n"], row["conf_level"])
        score = wilson(row["x"], row["n"], row["conf_level"])
        got = dict(
            zip(
                ["cp_lower", "cp_upper", "wilson_lower", "wilson_upper"],
                [*exact, *score],
                strict=True,
            )
        )
        assert [k for k, v in got.items() if not close(float(v), row[k], TIGHT)] == [], row


def test_the_event_table_and_product_limit_are_those_of_lifelines(everyone, curve):
    for key, rows in everyone.group_by(KEY, maintain_order=True):
        fit = KaplanMeierFitter().fit(rows["time"].to_numpy(), rows["event"].to_numpy())
        mine = curve["log-log"].filter(dataset=key[0], group=key[1])
        theirs = fit.event_table[fit.event_table["removed"] > 0]
        assert mine["NRISK"].to_list() == theirs["at_risk"].to_list()
        assert mine["NEVENT"].to_list() == theirs["observed"].to_list()
        s = fit.survival_function_.loc[theirs.index].iloc[:, 0].to_numpy()
        assert np.abs(mine["SURV"].to_numpy() - s).max() < 1e-12
    assert (
        event_table(observations(everyone, "time", "event", KEY), KEY).height == curve["log"].height
    )


def test_the_verb_writes_the_same_numbers(folder, tmp_path):
    names = wanted(folder, "datasets")
    summaries, points = wanted(folder, "km_summary"), wanted(folder, "km_landmark")
    for name, times in names.select("dataset", "landmark_times").iter_rows():
        out = tmp_path / f"{name}.csv"
        at = str(times).split("|")
        data = str(folder / "data" / f"{name}.csv")
        assert main(["km", data, "-o", str(out), "--by", "group", "--at", *at]) == 0
        got = pl.read_csv(out, schema_overrides={"NOTE": pl.String}).rename({"GROUP": "group"})
        want = summaries.filter(pl.col("dataset") == name, pl.col("conf_type") == "log-log")
        for stat, column in (("MEDIAN", "median"), ("Q25", "q25"), ("Q75", "q75")):
            three = {column: "ESTIMATE", f"{column}_lcl": "LOWER", f"{column}_ucl": "UPPER"}
            assert_same(got.filter(STAT=stat), want, ["group"], three, TIGHT)
        want = points.filter(pl.col("dataset") == name, pl.col("conf_type") == "log-log")
        want = want.with_columns(AT=pl.col("time").cast(pl.Float64))
        four = {"surv": "ESTIMATE", "std_err": "SE", "lower": "LOWER", "upper": "UPPER"}
        assert_same(got.filter(STAT="SURV"), want, ["group", "AT"], four, TIGHT)
