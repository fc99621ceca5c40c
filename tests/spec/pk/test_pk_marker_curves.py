"""PDEMAX: the curve through results and concentrations, or why there is none."""

import numpy as np
import polars as pl
import pytest
from marker_drawings import CONC, PLAN, TRUE, curves, effect, failed, noise, of
from scipy import stats

from pkpipe.biomarkers.emax import Points, constant, fitted
from pkpipe.biomarkers.sandwich import sandwich


@pytest.mark.parametrize(("model", "hill"), [("EMAX", 1.0), ("SIGEMAX", 2.5), ("SIGEMAX", 0.6)])
def test_results_without_noise_give_the_parameters_back_and_the_model_they_came_from(model, hill):
    found, drawn = curves(CONC, effect(CONC, hill))
    rows = of(found, model)
    for name, true in (TRUE | ({"HILL": hill} if model == "SIGEMAX" else {})).items():
        assert rows[name]["AVAL"] == pytest.approx(true, rel=1e-6), name
    assert {r["CHOSENFL"] for r in rows.values()} == {"Y"}
    chosen = found.filter(pl.col("CHOSENFL") == "Y")
    assert set(chosen["MODEL"]) == set(drawn["MODEL"]) == {model}
    assert drawn["FITTED"].to_numpy() == pytest.approx(effect(drawn["CONC"].to_numpy(), hill))


def test_a_falling_marker_has_a_negative_maximum_effect():
    found, _ = curves(CONC, 100 - effect(CONC))
    rows = of(found, "EMAX")
    assert (rows["E0"]["AVAL"], rows["EMAX"]["AVAL"]) == pytest.approx((97, -90))


def test_no_effect_is_a_stated_failure_not_a_number():
    found, drawn = curves(CONC, 50 + noise(30, 4))
    ((status, reason),) = failed(found)
    assert status == "NOEFFECT"
    assert "a constant describes the results as well" in reason
    assert drawn.is_empty()
    assert of(found, "NONE")["E0"]["AVAL"] == pytest.approx((50 + noise(30, 4)).mean())


def test_everything_at_its_plateau_is_a_stated_failure():
    high = np.geomspace(70, 700, 30)
    ((status, _),) = failed(curves(high, effect(high) + noise(30, 2))[0])
    assert status == "NOEFFECT"
    with_zero = np.where(np.arange(30) % 3 == 0, 0.0, high)
    ((status, reason),) = failed(curves(with_zero, effect(with_zero) + noise(30, 2))[0])
    assert status == "RANGE"
    assert "do not span EC50" in reason


def test_results_that_all_rise_below_ec50_do_not_span_it():
    low = np.geomspace(0.001, 0.05, 30)
    found, _ = curves(low, effect(low) + noise(30, 0.05))
    assert {status for status, _ in failed(found)} <= {"RANGE", "BOUND"}


def test_one_subject_alone_below_ec50_does_not_carry_it():
    conc = np.concatenate([[0.02, 0.05, 0.2], np.geomspace(1, 100, 27)])
    ((status, reason),) = failed(curves(conc, effect(conc) + noise(30, 1))[0])
    assert (status, "1 subjects have one above 0 that lies below it, 2 wanted" in reason) == (
        "RANGE",
        True,
    )


@pytest.mark.parametrize(
    ("n", "each", "status", "words"),
    [
        (9, 1, "FEWPOINTS", "too few results that are not cut off: 9, 12 wanted"),
        (30, 10, "FEWSUBJ", "too few subjects: 3, 6 wanted"),
    ],
)
def test_too_few_points_or_subjects_say_so(n, each, status, words):
    conc = np.geomspace(0.01, 100, n)
    assert failed(curves(conc, effect(conc), per_subject=each)[0]) == {(status, words)}


def test_two_concentrations_are_no_curve_and_equal_results_no_effect():
    two = np.where(np.arange(30) % 2 == 0, 0.1, 10.0)
    ((status, reason),) = failed(curves(two, effect(two))[0])
    assert (status, reason) == ("FEWCONC", "too few different concentrations above 0: 2")
    assert failed(curves(CONC, np.full(30, 7.0))[0]) == {("NOEFFECT", "the results do not differ")}


def test_limits_too_wide_are_told_and_the_width_is_the_study_files():
    value = effect(CONC) + noise(30, 12)
    found, _ = curves(CONC, value)
    ec50 = of(found, "EMAX")["EC50"]
    fold = ec50["UPPER"] / ec50["LOWER"]
    tight = PLAN.model_copy(update={"max_fold": fold * 0.99, "models": ("EMAX",)})
    ((status, reason),) = failed(curves(CONC, value, tight)[0])
    assert (status, "fold apart" in reason) == ("NOIDENT", True)
    wide = PLAN.model_copy(update={"max_fold": fold * 1.01, "models": ("EMAX",)})
    assert of(curves(CONC, value, wide)[0], "EMAX")["EC50"]["AVAL"] == pytest.approx(ec50["AVAL"])


def test_a_hill_coefficient_at_its_bound_is_no_estimate_and_the_simpler_model_stays():
    narrow = PLAN.model_copy(update={"hill": PLAN.hill.model_copy(update={"high": 1.5})})
    found, drawn = curves(CONC, effect(CONC, 4) + noise(30, 1), narrow)
    assert (of(found, "SIGEMAX")["HILL"]["STATUS"], of(found, "SIGEMAX")["HILL"]["AVAL"]) == (
        "BOUND",
        None,
    )
    assert of(found, "SIGEMAX")["HILL"]["REASON"] == "HILL at a bound of its search"
    assert set(drawn["MODEL"]) == {"EMAX"}


def test_covariance_is_that_of_leaving_out_one_subject_after_another():
    """Of a straight line the correction is exact: Mancl & DeRouen against the drawn deletion of subjects."""
    rng = np.random.default_rng(5)
    design = np.column_stack([np.ones(12), rng.normal(size=12)])
    value, subject = rng.normal(size=12), np.repeat(np.arange(4), 3)
    whole = np.linalg.lstsq(design, value, rcond=None)[0]
    moved = np.stack(
        [
            np.linalg.lstsq(design[subject != i], value[subject != i], rcond=None)[0] - whole
            for i in range(4)
        ]
    )
    weight = design[:, :, None] * design[:, None, :]
    score = design * (value - design @ whole)[:, None]
    assert sandwich(weight, score, subject) == pytest.approx(moved.T @ moved)


def test_limits_hold_the_true_ec50_about_as_often_as_they_say_though_subjects_differ():
    """Results of one subject go together (own EC50, own maximum): points are not independent."""
    rng, held, drawn = np.random.default_rng(1), 0, 150
    subject = np.repeat(np.arange(15), 5)
    for _ in range(drawn):
        conc = np.exp(rng.normal(0, 2, (15, 1)) + rng.normal(0, 0.8, (15, 5)))
        conc[:, 0] = 0
        ec50, top = 0.7 * np.exp(rng.normal(0, 0.3, (15, 1))), 90 + rng.normal(0, 8, (15, 1))
        value = 3 + top * conc / (ec50 + conc) + rng.normal(0, 4, conc.shape)
        fit = fitted("EMAX", Points(conc.ravel(), value.ravel(), subject), PLAN)
        half = stats.t.ppf(0.975, 15 - 3) * np.sqrt(fit.cov[2, 2])
        held += abs(fit.beta[2] - np.log(0.7)) < half
    assert 0.89 <= held / drawn <= 0.99


def test_the_criterion_of_choice_is_that_of_burnham_and_anderson():
    conc, value = CONC, effect(CONC) + noise(30, 5)
    points = Points(conc, value, np.arange(30) // 3)
    for model, k in (("NONE", 2), ("EMAX", 4), ("SIGEMAX", 5)):
        fit = constant(points, PLAN) if model == "NONE" else fitted(model, points, PLAN)
        expected = 30 * np.log(fit.rss / 30) + 2 * k + 2 * k * (k + 1) / (30 - k - 1)
        assert fit.aicc == pytest.approx(expected)
    assert fitted("SIGEMAX", points, PLAN).rss <= fitted("EMAX", points, PLAN).rss
