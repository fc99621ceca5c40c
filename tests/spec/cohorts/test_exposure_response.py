"""EXPRESP: quarters of exposure and a slope, or the words why there is none."""

from types import SimpleNamespace

import numpy as np
import polars as pl
import pytest
from scipy import optimize, stats
from support import ROOT, table

from pkpipe.cohorts.exposure_response import ENDPOINTS, SCHEMA, exposure_response
from pkpipe.cohorts.logistic import linear_slope, logistic_slope
from pkpipe.protocol.file_reading.loader import load_study

RNG = np.random.default_rng(20260331)
X = RNG.normal(5, 1.5, 60)
EVENT = (RNG.random(60) < 1 / (1 + np.exp(-(0.8 * (X - 5))))).astype(float)


def _adpp(values, cycle=1):
    n = len(values)
    return pl.DataFrame(
        {
            "PROFILE": [f"S{i:02}|{cycle}" for i in range(n)],
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


PLAN = load_study(ROOT / "config" / "bat6026.yaml").exposure_response


def _study(response=None, **outcomes):
    changed = PLAN.outcomes.model_copy(update=outcomes)
    return SimpleNamespace(
        response=response,
        escalation=None,
        sources=dict.fromkeys(("AE", "TR", "TU", "RS")),
        exposure_response=PLAN.model_copy(update={"outcomes": changed}),
    )


def _rows(tables, endpoint="DLT", study=None):
    out = exposure_response(tables, study or _study()).filter(pl.col("ENDPOINT") == endpoint)
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
    # at its limits the likelihood, best over the intercept, is lower by half the quantile of chi-square
    for limit in (found.lower, found.upper):
        there = optimize.minimize_scalar(
            lambda a, b=limit: minus_log_likelihood((a, b)), options={"xtol": 1e-10}
        )
        assert 2 * (there.fun - best.fun) == pytest.approx(stats.chi2.ppf(0.95, 1), rel=1e-5)
    assert found.lower < found.value < found.upper


def test_o_rings_and_temperature_give_the_published_slope_and_skewed_limits():
    """24 launches; Montgomery & Runger, Applied Statistics and Probability for Engineers, 3rd ed., 11-9."""
    warm = "63 66 67 67 67 68 69 70 72 73 75 76 76 78 79 80 81"
    cold = "53 56 57 70 70 70 75"
    degrees = np.array([float(t) for t in f"{warm} {cold}".split()])
    failed = (np.arange(24) >= 17).astype(float)
    found = logistic_slope(degrees, failed, 0.95)
    assert (found.value, found.error) == pytest.approx((-0.17132, 0.08344), abs=5e-6)
    # with few events the log likelihood is no parabola: the limit away from 0 is the farther one
    assert found.value - found.lower > 1.15 * (found.upper - found.value)
    assert found.lower < found.value - 1.96 * found.error


def test_one_subject_against_the_order_is_enough_for_limits_and_none_is_not_estimable():
    x = np.arange(12.0)
    event = (x >= 6).astype(float)
    event[[5, 6]] = event[[6, 5]]
    near = logistic_slope(x, event, 0.95)
    assert near.failure is None
    assert near.lower < near.value < near.upper
    tied = np.array([1.0, 2, 3, 4, 4, 5, 6, 7])  # quasi-complete: both at 4
    found = logistic_slope(tied, np.array([0.0, 0, 0, 0, 1, 1, 1, 1]), 0.95)
    assert (found.value, "separates" in found.failure) == (None, True)


def test_turning_the_events_round_turns_the_slope_and_its_limits_round():
    one, other = logistic_slope(X, EVENT, 0.9), logistic_slope(X, 1 - EVENT, 0.9)
    assert (one.value, one.lower, one.upper) == pytest.approx(
        (-other.value, -other.upper, -other.lower), abs=1e-8
    )


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


def test_the_least_numbers_are_those_of_the_study_file():
    tables = _tables(range(1, 13), [0, 0, 0, 1, 0, 0, 0, 1, 0, 1, 0, 1])
    assert "fewer than 5 subjects with" in _rows(tables)["SLOPE"]["REASON"]
    assert _rows(tables, study=_study(min_each=4))["SLOPE"]["AVAL"] is not None
    assert "fewer than 13" in _rows(tables, study=_study(min_quarters=13))["Q1"]["REASON"]
    assert "fewer than 13" in _rows(tables, study=_study(min_slope=13))["SLOPE"]["REASON"]
    narrow = _rows(tables, study=_study(min_each=4, confidence=0.5))["SLOPE"]
    assert narrow["LEVELCI"] == 0.5
    wide = _rows(tables, study=_study(min_each=4))["SLOPE"]
    assert wide["LOWER"] < narrow["LOWER"] < narrow["UPPER"] < wide["UPPER"]


def test_a_slope_under_separation_is_not_estimable_and_says_so():
    found = _rows(_tables(range(1, 13), [0] * 6 + [1] * 6))["SLOPE"]
    assert (found["AVAL"], found["SE"], found["LOWER"], found["UPPER"]) == (None,) * 4
    assert found["REASON"].startswith("no slope, not estimable: exposure separates")


def test_without_the_section_nothing_is_set_against_anything():
    study = SimpleNamespace(response=None, exposure_response=None)
    tables = _tables(range(1, 13), [0, 1] * 6)
    assert exposure_response(tables, study).equals(pl.DataFrame(schema=SCHEMA))


RESPONSES = """
USUBJID | CRIT       | SRC      | EVAL         | EVALID | PARAMCD | AVALC
S00     | RECIST 1.1 | derived  | INVESTIGATOR |        | CRSP    | Y
S00     | RECIST 1.1 | derived  | INVESTIGATOR |        | RSP     | N
S00     | RECIST 1.1 | reported | INVESTIGATOR |        | CRSP    | N
S00     | RECIST 1.1 | derived  | REVIEW       |        | CRSP    | N
S00     | iRECIST    | derived  | INVESTIGATOR |        | CRSP    | N
S01     | RECIST 1.1 | derived  | INVESTIGATOR |        | CRSP    | N
S01     | RECIST 1.1 | derived  | INVESTIGATOR |        | RSP     | Y
S02     | RECIST 1.1 | derived  | INVESTIGATOR |        | CRSP    | Y
"""


@pytest.mark.parametrize(
    ("confirmation", "words"),
    [(True, "CR or PR, confirmed, RECIST 1.1"), (False, "CR or PR, confirmed or not")],
)
def test_the_response_is_the_studys_primary_one_among_response_evaluable_subjects(
    confirmation, words
):
    """So that exposure is set against the very events the response rate counts."""
    plan = load_study(ROOT / "config" / "bat6026.yaml").response
    study = _study(plan.model_copy(update={"confirmation": confirmation}), min_quarters=4)
    who = pl.DataFrame({"USUBJID": ["S00", "S01", "S02"], "RSPFL": ["Y", "Y", "N"]})
    outcomes = ENDPOINTS[1].outcomes({"ADRS": table(RESPONSES), "ADSL": who}, study)
    expected = {"S00": 1.0, "S01": 0.0} if confirmation else {"S00": 0.0, "S01": 1.0}
    assert dict(outcomes.iter_rows()) == expected
    assert words in ENDPOINTS[1].words(study).en
    assert "the study's primary response, among response-evaluable" in ENDPOINTS[1].words(study).en


def test_every_row_says_what_its_endpoint_is():
    tables = _tables(range(1, 13), [0, 1] * 6, [float(-5 * i) for i in range(12)])
    for endpoint, words in (("DLT", "dose-limiting toxicity"), ("BESTPCHG", "target diameters")):
        for row in _rows(tables, endpoint).values():
            assert words in row["DEFIN"]
