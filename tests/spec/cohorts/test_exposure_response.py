"""EXPRESP: quarters of exposure and a slope, or the words why there is none."""

import numpy as np
import polars as pl
import pytest
from scipy import optimize, stats

from pkpipe.cohorts.exposure_response import SCHEMA, exposure_response
from pkpipe.cohorts.logistic import linear_slope, logistic_slope

RNG = np.random.default_rng(20260331)
X = RNG.normal(5, 1.5, 60)
EVENT = (RNG.random(60) < 1 / (1 + np.exp(-(0.8 * (X - 5))))).astype(float)


def _adpp(values, cycle=1):
    n = len(values)
    return pl.DataFrame(
        {
            "USUBJID": [f"S{i:02}" for i in range(n)],
            "PARCAT1": ["MAB"] * n,
            "MATRIX": ["SERUM"] * n,
            "PARAMCD": ["CMAX"] * n,
            "PARAM": ["Max Conc"] * n,
            "CYCLE": [cycle] * n,
            "DOSENO": [1] * n,
            "AVAL": [float(v) for v in values],
            "AVALU": ["ug/mL"] * n,
            "SUMFL": ["Y"] * n,
        },
        schema_overrides={"CYCLE": pl.Int64},
    )


def _tables(exposure, dlt, change=(), cycle=1):
    return {
        "ADPP": _adpp(exposure, cycle),
        "ADDLT": pl.DataFrame(
            {
                "USUBJID": [f"S{i:02}" for i in range(len(dlt))],
                "STATE": ["EVALUABLE_DLT" if d else "EVALUABLE" for d in dlt],
            }
        ),
        "WATERFAL": pl.DataFrame(
            {
                "USUBJID": [f"S{i:02}" for i in range(len(change))],
                "BESTPCHG": list(change),
                "DRAWN": ["Y"] * len(change),
            },
            schema={"USUBJID": pl.String, "BESTPCHG": pl.Float64, "DRAWN": pl.String},
        ),
    }


class _Study:
    response = None


def _rows(tables, endpoint="DLT"):
    out = exposure_response(tables, _Study()).filter(pl.col("ENDPOINT") == endpoint)
    assert out.schema == SCHEMA
    return {r["STAT"]: r for r in out.to_dicts()}


def test_the_logistic_slope_is_where_the_likelihood_is_highest_and_its_error_from_its_curvature():
    def minus_log_likelihood(beta):
        odds = beta[0] + beta[1] * X
        return float(np.sum(np.logaddexp(0, odds) - EVENT * odds))

    best = optimize.minimize(
        minus_log_likelihood,
        [0, 0],
        method="Nelder-Mead",
        options={"xatol": 1e-10, "fatol": 1e-12, "maxiter": 5000},
    )
    h = 1e-3
    step = np.eye(2) * h
    curved = np.array(
        [
            [
                sum(
                    a * b * minus_log_likelihood(best.x + a * step[i] + b * step[j])
                    for a in (1, -1)
                    for b in (1, -1)
                )
                / (4 * h * h)
                for j in range(2)
            ]
            for i in range(2)
        ]
    )
    error = np.sqrt(np.linalg.inv(curved)[1, 1])
    found = logistic_slope(X, EVENT, 0.95)
    assert found.value == pytest.approx(best.x[1], rel=1e-6)
    assert found.error == pytest.approx(error, rel=1e-4)
    assert found.upper == pytest.approx(best.x[1] + stats.norm.ppf(0.975) * error, rel=1e-4)


def test_the_linear_slope_is_that_of_scipy():
    y = 3 * X + RNG.normal(0, 4, 60)
    peer = stats.linregress(X, y)
    found = linear_slope(X, y, 0.95)
    half = stats.t.ppf(0.975, 58) * peer.stderr
    assert (found.value, found.error) == pytest.approx((peer.slope, peer.stderr), rel=1e-10)
    assert (found.lower, found.upper) == pytest.approx((peer.slope - half, peer.slope + half))


def test_exposure_that_separates_the_groups_carries_no_slope():
    found = logistic_slope(np.arange(12.0), (np.arange(12) >= 6).astype(float), 0.95)
    assert found.value is None
    assert "separates" in found.failure


def test_quarters_hold_their_subjects_and_exact_limits():
    dlt = [0, 0, 0, 0, 0, 1, 0, 1, 1, 1, 0, 1]
    rows = _rows(_tables(range(1, 13), dlt))
    assert [rows[f"Q{q}"]["N"] for q in range(1, 5)] == [3, 3, 3, 3]
    assert [rows[f"Q{q}"]["X"] for q in range(1, 5)] == [0, 1, 2, 2]
    assert (rows["Q2"]["EXPLO"], rows["Q2"]["EXPMED"], rows["Q2"]["EXPHI"]) == (4, 5, 6)
    assert rows["Q1"]["UPPER"] == pytest.approx(100 * (1 - 0.025 ** (1 / 3)))
    assert rows["SLOPE"]["AVAL"] == pytest.approx(
        logistic_slope(np.log2(np.arange(1.0, 13)), np.array(dlt, float), 0.95).value
    )


def test_few_subjects_few_events_and_equal_exposures_say_so():
    few = _rows(_tables(range(1, 6), [0, 1, 0, 1, 0]))
    assert "fewer than 8" in few["Q1"]["REASON"]
    assert "fewer than 10" in few["SLOPE"]["REASON"]
    rare = _rows(_tables(range(1, 13), [1] + [0] * 11))
    assert "fewer than 5" in rare["SLOPE"]["REASON"]
    flat = _rows(_tables([2] * 12, [0, 1] * 6))
    assert flat["SLOPE"]["REASON"] == "no slope: exposures do not differ"
    assert "nobody" in flat["Q2"]["REASON"]


def test_a_later_profile_is_not_set_against_dlt_but_against_tumour_size():
    tables = _tables(range(1, 13), [0, 1] * 6, [float(-5 * i) for i in range(12)], cycle=3)
    assert set(_rows(tables)) == {"SLOPE"}
    change = _rows(tables, "BESTPCHG")
    assert change["Q4"]["AVAL"] == -50
    assert change["SLOPE"]["AVAL"] == pytest.approx(
        stats.linregress(np.log2(np.arange(1, 13)), -5.0 * np.arange(12)).slope
    )
