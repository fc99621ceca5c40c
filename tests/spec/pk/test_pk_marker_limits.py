"""PDEMAX: results at the end of what the laboratory reports count as there or beyond."""

import numpy as np
import pytest
from marker_drawings import PLAN, cut, noise
from scipy import optimize, stats

from pkpipe.biomarkers.censored_fit import beyond, information, log_likelihood, scores
from pkpipe.biomarkers.emax import Points, curve, fitted, slopes


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
