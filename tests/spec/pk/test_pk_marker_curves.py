"""PDPAIR and PDEMAX: results beside their concentrations, and the curve through them or why there is none."""

from types import SimpleNamespace

import numpy as np
import polars as pl
import pytest
from scipy import optimize, stats
from support import ROOT, table

from pkpipe.biomarkers.censored_fit import beyond, information, log_likelihood, scores
from pkpipe.biomarkers.concentration_pairs import SCHEMA, marker_pairs
from pkpipe.biomarkers.concentration_response import (
    CURVE_SCHEMA,
    EMAX_SCHEMA,
    marker_curves,
    marker_response,
)
from pkpipe.biomarkers.emax import Points, constant, curve, fitted, slopes
from pkpipe.biomarkers.sandwich import sandwich
from pkpipe.protocol.loader import load_study

STUDY = load_study(ROOT / "config" / "bat6026.yaml")
PLAN = STUDY.exposure_response.markers
CONC = np.geomspace(0.01, 100, 30)
TRUE = {"E0": 3.0, "EMAX": 90.0, "EC50": 0.7}


def pairs(conc, value, per_subject=3, **others):
    """Used pairs, so many consecutive ones of one subject."""
    n = len(conc)
    rows = {
        "USUBJID": [f"S{i // per_subject:02}" for i in range(n)],
        "SRCROW": range(2, n + 2),
        "CONC": [float(c) for c in conc],
        "AVAL": [float(v) for v in value],
    }
    fixed = {"PARAMCD": "RO", "PARCAT1": "MAB", "MATRIX": "SERUM", "KIND": "AVAL", "USEDFL": "Y"}
    fixed |= {"CONCU": "ug/mL", "AVALU": "%"} | others
    frame = pl.DataFrame(rows).with_columns(**{k: pl.lit(v) for k, v in fixed.items()})
    return frame.select(
        (pl.col(c) if c in frame.columns else pl.lit(None, dtype=t).alias(c)).cast(t)
        for c, t in SCHEMA.items()
    )


def effect(conc, hill=1.0, emax=90.0):
    return TRUE["E0"] + emax * conc**hill / (TRUE["EC50"] ** hill + conc**hill)


def noise(n, sd, seed=20261121):
    return np.random.default_rng(seed).normal(0, sd, n)


def curves(conc, value, plan=PLAN, **others):
    found, drawn = marker_curves(pairs(conc, value, **others), plan)
    assert found.schema == EMAX_SCHEMA
    assert drawn.schema == CURVE_SCHEMA
    assert found.filter(pl.col("AVAL").is_null() & pl.col("REASON").is_null()).is_empty()
    return found, drawn


def of(found, model):
    return {r["STAT"]: r for r in found.filter(pl.col("MODEL") == model).to_dicts()}


def failed(found):
    """Status and reason of the curves, which must be the same and without any number."""
    rows = found.filter(pl.col("MODEL") != "NONE")
    assert rows.select("AVAL", "SE", "LOWER", "UPPER").null_count().row(0) == (rows.height,) * 4
    assert set(rows["CHOSENFL"]) == {"N"}
    return set(rows.select("STATUS", "REASON").rows())


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


LOW, HIGH = 0.0, 95.0  # what a drawn laboratory reports


def cut(value):
    """Results and side (-1, 0, 1) of a laboratory that reports from 0 to 95."""
    side = np.where(value <= LOW, -1, np.where(value >= HIGH, 1, 0))
    return np.clip(value, LOW, HIGH), side


def drawn_points(sd=5.0, seed=3):
    conc = np.concatenate([np.zeros(15), np.geomspace(0.01, 100, 45)])
    value, side = cut(95 * conc / (0.7 + conc) + noise(60, sd, seed))
    return Points(conc, value, np.arange(60) % 15, side)


def minus_log_likelihood(theta, points):
    """Tobit, written out with scipy's own distributions."""
    ec50, sd = np.exp(theta[2:])
    mean = theta[0] + theta[1] * points.conc / (ec50 + points.conc)
    at = stats.norm(mean, sd)
    parts = [at.logpdf(points.value), at.logcdf(points.value), at.logsf(points.value)]
    return -float(np.choose(points.side % 3, [parts[0], parts[2], parts[1]]).sum())


def test_results_cut_off_count_as_there_or_beyond():
    points = drawn_points()
    assert {-1, 0, 1} == set(points.side)
    fit = fitted("EMAX", points, PLAN)
    sd = np.sqrt(fit.rss / 60)
    peer = optimize.minimize(
        minus_log_likelihood,
        [5, 80, 0, 1],
        args=(points,),
        method="Nelder-Mead",
        options={"xatol": 1e-9, "fatol": 1e-10, "maxiter": 5000},
    )
    assert [*fit.beta, np.log(sd)] == pytest.approx(peer.x, rel=1e-5, abs=1e-5)
    n, k = 60, 4
    criterion = 2 * peer.fun - n * (1 + np.log(2 * np.pi)) + 2 * k + 2 * k * (k + 1) / (n - k - 1)
    assert fit.aicc == pytest.approx(criterion, rel=1e-8)


def test_taken_as_they_are_results_cut_off_draw_the_curve_inwards():
    points = drawn_points(sd=8)
    as_they_are = Points(points.conc, points.value, points.subject)
    naive, fit = (fitted("EMAX", p, PLAN).beta for p in (as_they_are, points))
    assert naive[0] > fit[0] + 1
    assert naive[0] + naive[1] < fit[0] + fit[1] - 1


def test_covariance_with_results_cut_off_is_that_of_leaving_out_one_subject_after_another():
    """To first order; the drawn deletion refits the curve fifteen times."""
    points = drawn_points(sd=3)
    whole = fitted("EMAX", points, PLAN)
    moved = []
    for i in range(15):
        kept = points.subject != i
        part = Points(*(a[kept] for a in (points.conc, points.value, points.subject, points.side)))
        moved.append(fitted("EMAX", part, PLAN).beta - whole.beta)
    refitted = np.stack(moved)
    spread = np.sqrt(np.diag(refitted.T @ refitted))
    assert np.sqrt(np.diag(whole.cov)) == pytest.approx(spread, rel=0.15)


def test_what_is_expected_of_a_result_cut_off_is_the_mean_of_a_truncated_normal():
    mean, sd = np.array([-2.0, 1.0, 97.0]), 3.0
    value, side = np.array([0.0, 50.0, 95.0]), np.array([-1, 0, 1])
    expected, variance = beyond(value, side, mean, sd)
    below = stats.truncnorm(-np.inf, 2 / 3, loc=-2, scale=3)
    above = stats.truncnorm(-2 / 3, np.inf, loc=97, scale=3)
    assert expected == pytest.approx([below.mean(), 50, above.mean()])
    assert variance == pytest.approx([below.var(), 0, above.var()])


def test_scores_and_information_are_derivatives_of_the_likelihood():
    points = drawn_points()
    value, side, p = points.value, points.side, 3

    def at(theta):
        return curve("EMAX", theta[:p], points.conc), float(np.exp(theta[p]))

    def score(theta):
        steep = slopes("EMAX", theta[:p], points.conc)
        return scores(value, side, at(theta)[0], steep, float(theta[p]))

    theta, step = np.array([2.0, 90.0, 0.1, 1.2]), 1e-5
    for i in range(4):
        shift = np.eye(4)[i] * step
        up, down = (log_likelihood(value, side, *at(theta + s * shift)) for s in (1, -1))
        assert score(theta)[:, i].sum() == pytest.approx((up - down) / (2 * step), rel=1e-5)
    fit = fitted("EMAX", points, PLAN)
    best = np.append(fit.beta, np.log(fit.rss / 60) / 2)
    assert score(best).sum(axis=0) == pytest.approx(0, abs=1e-4)
    told = information(score, best).sum(axis=0)
    assert told == pytest.approx(told.T)
    assert (np.linalg.eigvalsh(told) > 0).all()


def test_slopes_are_those_of_small_steps():
    beta, conc = np.array([3.0, 90.0, np.log(0.7), np.log(1.8)]), np.array([0.0, 0.1, 0.7, 20.0])
    step = 1e-6
    for i in range(4):
        shift = np.eye(4)[i] * step
        ends = [_curve(beta + s * shift, conc) for s in (1, -1)]
        assert slopes("SIGEMAX", beta, conc)[:, i] == pytest.approx(
            (ends[0] - ends[1]) / (2 * step), rel=1e-6, abs=1e-6
        )


def _curve(beta, conc):
    ec50, hill = np.exp(beta[2:])
    return beta[0] + beta[1] * conc**hill / (ec50**hill + conc**hill)


def test_the_criterion_of_choice_is_that_of_burnham_and_anderson():
    conc, value = CONC, effect(CONC) + noise(30, 5)
    points = Points(conc, value, np.arange(30) // 3)
    for model, k in (("NONE", 2), ("EMAX", 4), ("SIGEMAX", 5)):
        fit = constant(points, PLAN) if model == "NONE" else fitted(model, points, PLAN)
        expected = 30 * np.log(fit.rss / 30) + 2 * k + 2 * k * (k + 1) / (30 - k - 1)
        assert fit.aicc == pytest.approx(expected)
    assert fitted("SIGEMAX", points, PLAN).rss <= fitted("EMAX", points, PLAN).rss


ADPD = """
USUBJID | PARAMCD | DRUG    | ADTM             | ATPT    | ATPTN | AVAL | AVALU | SRCROW
1       | RO      | BAT6026 | 2026-01-05T08:00 | PREDOSE |       | 2    | %     | 2
1       | RO      | BAT6026 | 2026-01-06T09:00 | 24H     |       | 90   | %     | 3
1       | RO      | BAT6026 | 2026-01-12T09:00 | D8      |       | 80   | %     | 4
1       | RO      | BAT6026 | 2026-01-26T08:00 | PREDOSE |       | 70   | %     | 5
2       | RO      | BAT6026 | 2026-01-06T09:00 | 24H     |       | 60   | %     | 6
2       | RO      | BAT6026 | 2026-01-07T09:00 | 48H     |       |      | %     | 7
"""
ADPC = """
USUBJID | PARAMCD | MATRIX | ADTM | PREFL | AVAL | BLQFL | AFRLT | LLOQ | EXCLFL | EXCLRSN | SRCROW
1 | BAT6026 | SERUM | 2026-01-05T08:00 | Y | | Y | -1 | 0.02 | | | 2
1 | BAT6026 | SERUM | 2026-01-06T09:10 | | 20 | | 24 | 0.02 | | | 3
1 | BAT6026 | SERUM | 2026-01-12T09:20 | | 9 | | 168 | 0.02 | | | 4
1 | BAT6026 | SERUM | 2026-01-26T08:10 | | 99 | | 504 | 0.02 | | | 5
2 | BAT6026 | SERUM | 2026-01-06T09:00 | | | Y | 24 | 0.02 | | | 6
2 | BAT6026 | SERUM | 2026-01-07T09:00 | | 5 | | 48 | 0.02 | | | 7
"""


def drawn_pairs(plan=PLAN, adpc=ADPC, study=STUDY):
    numbers = dict.fromkeys(("ATPTN", "AFRLT", "LLOQ"), pl.Float64) | {"SRCROW": pl.Int64}
    adpd, conc = table(ADPD, **numbers), table(adpc, **numbers)
    nothing = [pl.lit(None, pl.String).alias(c) for c in ("PARAM", "COHORT", "LEVEL", "VISIT")]
    adpd = adpd.with_columns(*nothing, CYCLE=pl.lit(1), REASON=pl.lit(None, pl.String))
    adpd = adpd.with_columns(CHG="AVAL", PCHG="AVAL").with_columns(
        REASON=pl.when(pl.col("AVAL").is_null()).then(pl.lit("no result"))
    )
    return marker_pairs(adpd, conc, study, plan)


def test_a_result_meets_the_nearest_concentration_on_its_side_of_the_dose():
    rows = drawn_pairs()
    assert rows.schema == SCHEMA
    assert rows.select("CONC", "APARTM", "USEDFL").rows()[:4] == [
        (0.0, 0.0, "Y"),  # BLQ before the first dose: no drug
        (20.0, 10.0, "Y"),
        (None, None, None),  # twenty minutes are too many
        (None, None, None),  # ten minutes, but after the dose that this result precedes
    ]
    assert "within 15 minutes on the same side of the dose" in rows["REASON"][3]
    assert rows["REASON"][5] == "no result"


def test_what_stands_for_a_later_blq_is_the_study_files():
    assert "below the limit of quantification" in drawn_pairs()["REASON"][4]
    for rule, value in (("half_lloq", 0.01), ("zero", 0.0)):
        rows = drawn_pairs(PLAN.model_copy(update={"blq": rule}))
        assert rows.select("CONC", "USEDFL", "REASON").row(4) == (value, "Y", None)


def test_an_excluded_concentration_is_not_used_and_says_why():
    struck = ADPC.replace("| 24 | 0.02 | | | 3", "| 24 | 0.02 | Y | spilled | 3")
    rows = drawn_pairs(adpc=struck)
    assert rows.select("USEDFL", "REASON").row(1) == (None, "concentration not used: spilled")


def test_a_result_at_the_end_of_what_is_reported_is_marked():
    (ro,) = STUDY.biomarkers
    study = STUDY.model_copy(update={"biomarkers": (ro.model_copy(update={"reported_to": 80}),)})
    rows = drawn_pairs(study=study)
    assert rows["CUTOFF"].to_list() == [None, "HIGH", "HIGH", None, None, None]
    low = ro.model_copy(update={"reported_from": 2, "reported_to": None})
    rows = drawn_pairs(study=STUDY.model_copy(update={"biomarkers": (low,)}))
    assert rows["CUTOFF"].to_list() == ["LOW", None, None, None, None, None]


def test_results_that_are_all_cut_off_are_too_few():
    found, _ = curves(CONC, np.full(30, 100.0), CUTOFF="HIGH")
    assert failed(found) == {("FEWPOINTS", "too few results that are not cut off: 0, 12 wanted")}
    assert set(found["NCUT"]) == {30}


def test_without_the_section_the_tables_are_empty_and_typed():
    study = SimpleNamespace(exposure_response=None)
    found = marker_response(pl.DataFrame(), pl.DataFrame(), study)
    assert {k: v.schema for k, v in found.items()} == {
        "PDPAIR": SCHEMA,
        "PDEMAX": EMAX_SCHEMA,
        "PDCURVE": CURVE_SCHEMA,
    }
