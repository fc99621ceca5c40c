"""A terminal line with samples below the limit as left-censored: scipy's own maximum, and closed forms.

Data of the examples are those of PKNCA's vignette "Half-life calculation with Tobit regression".
"""

import math

import numpy as np
import polars as pl
import pytest
from nca_drawings import UNITS, doses, reasons, samples, values
from scipy.optimize import minimize, root
from scipy.stats import norm

from pkpipe.cli import main
from pkpipe.errors import ConfigError, DataError
from pkpipe.nca import Options, nca

TOBIT = {"method": "tobit"}
WITH_PEAK = {"method": "tobit", "cmax": "include"}
BOLUS = doses(0, route="iv_bolus")


def maximum(time, conc, limit):
    """Rate, log at time 0 and SD of the largest likelihood; conc 0 is below its limit.

    By another way than pkpipe's: in the plain parameters, by BFGS on the logarithm of the likelihood, then
    the root of its derivatives.
    """
    time, conc, limit = map(np.array, (time, conc, limit))
    seen = conc > 0
    value = np.log(np.where(seen, conc, limit))

    def lost(theta):
        z = (value - theta[0] + theta[1] * time) / np.exp(theta[2])
        return -(norm.logpdf(z[seen]) - theta[2]).sum() - norm.logcdf(z[~seen]).sum()

    def score(theta):
        sd = np.exp(theta[2])
        z = (value - theta[0] + theta[1] * time) / sd
        by_z = np.where(seen, -z, np.exp(norm.logpdf(z) - norm.logcdf(z)))
        return np.array(
            [-by_z.sum() / sd, (by_z * time).sum() / sd, -(by_z * z).sum() - seen.sum()]
        )

    slope, start = np.polyfit(time[seen], np.log(conc[seen]), 1)
    near = minimize(lost, [start, -slope, math.log(0.3)], jac=lambda t: -score(t), method="BFGS").x
    at_zero, rate, log_sd = root(score, near, tol=1e-14).x
    assert np.abs(score((at_zero, rate, log_sd))).max() < 1e-7
    return rate, at_zero, math.exp(log_sd)


NOISY = "0:100 1:52 2:22 3:14 4:5.2 6:< 8:<"


def test_the_line_is_that_of_the_largest_likelihood():
    got = values(samples(NOISY, lloq=4.0), BOLUS, lambda_z={**WITH_PEAK, "min_points": 5})
    time, conc = [0, 1, 2, 3, 4, 6, 8], [100, 52, 22, 14, 5.2, 0, 0]
    rate, at_zero, sd = maximum(time, conc, [4.0] * 7)
    assert (got["LAMZNPT"], got["LAMZNBLQ"], got["LAMZLL"], got["LAMZUL"]) == (7, 2, 0, 8)
    assert got["LAMZ"] == pytest.approx(rate, rel=1e-9)
    assert got["LAMZHL"] == pytest.approx(math.log(2) / rate, rel=1e-9)
    assert got["LAMZSD"] == pytest.approx(sd, rel=1e-9)
    assert got["CLSTP"] == pytest.approx(math.exp(at_zero - 4 * rate), rel=1e-9)


@pytest.mark.parametrize("seed", range(12))
def test_so_it_is_on_drawn_profiles_with_two_limits(seed):
    random = np.random.default_rng(seed)
    time = np.sort(random.uniform(1, 30, 9)).round(2)
    limit = np.where(random.random(9) < 0.5, 2.0, 3.0)
    conc = 100 * np.exp(-0.12 * time + random.normal(0, 0.35, 9))
    seen = np.where(conc < limit, 0, conc)
    drawn = pl.DataFrame(
        {
            "ID": ["a"] * 10,
            "TIME": [0.0, *time],
            "CONC": [1000.0, *seen],
            "LLOQ": [2.0, *limit],
        }
    )
    got = values(drawn, BOLUS, lambda_z={**TOBIT, "min_points": int((seen > 0).sum())})
    rate, at_zero, sd = maximum(time, seen, limit)
    assert got["LAMZ"] == pytest.approx(rate, rel=1e-9)
    assert got["LAMZSD"] == pytest.approx(sd, rel=1e-9)
    last = time[seen > 0].max()
    assert got["CLSTP"] == pytest.approx(math.exp(at_zero - last * rate), rel=1e-9)


def test_without_a_blq_it_is_the_line_of_least_squares_and_the_sd_of_its_residuals():
    drawn = "0:100 1:52 2:22 3:14 4:5.2"
    got = values(samples(drawn, lloq=0.1), BOLUS, lambda_z={**WITH_PEAK, "min_points": 5})
    plain = values(drawn, BOLUS, lambda_z={"cmax": "include", "min_points": 5})
    assert got["LAMZ"] == pytest.approx(plain["LAMZ"], rel=1e-12)
    assert got["CLSTP"] == pytest.approx(plain["CLSTP"], rel=1e-12)
    time, logs = np.arange(5), np.log([100, 52, 22, 14, 5.2])
    left = logs - np.polyval(np.polyfit(time, logs, 1), time)
    assert got["LAMZSD"] == pytest.approx(math.sqrt((left**2).mean()), rel=1e-9)


def test_points_on_a_line_that_falls_below_the_limit_give_that_line():
    """PKNCA, example 2: 10, 5, 2.5, 1.25 and two samples below 1: half-life 1, SD 0, six points."""
    got = values(samples("0:10 1:5 2:2.5 3:1.25 4:< 5:<", lloq=1.0), BOLUS, lambda_z=WITH_PEAK)
    assert got["LAMZHL"] == pytest.approx(1, rel=1e-12)
    assert (got["LAMZNPT"], got["LAMZNBLQ"], got["LAMZSD"]) == (6, 2, 0)


def test_two_samples_and_one_below_the_limit_between_the_closed_forms():
    """A line through two points that is above a later limit is pulled down."""
    drawn = samples("0:64 1:32 3:<", lloq=4.0)
    through = math.log(2)
    got = values(drawn, BOLUS, lambda_z={**WITH_PEAK, "min_points": 2})
    assert got["LAMZ"] > through
    below = values(
        samples("0:64 1:32 3:<", lloq=10.0), BOLUS, lambda_z={**WITH_PEAK, "min_points": 2}
    )
    assert below["LAMZ"] == pytest.approx(through, rel=1e-12), "at 8 the line is below 10 by itself"


def test_the_window_with_the_smallest_residual_sd_is_chosen_and_of_equal_ones_the_longest():
    got = values(samples("0:100 1:90 2:32 3:16 4:8 5:4 6:<", lloq=3.0), BOLUS, lambda_z=WITH_PEAK)
    assert (got["LAMZLL"], got["LAMZNPT"], got["LAMZSD"]) == (2, 5, 0)


def test_r2_is_not_given_and_a_limit_on_it_is_refused():
    got = values(samples(NOISY, lloq=4.0), BOLUS, lambda_z=TOBIT)
    assert not {"R2", "R2ADJ", "CORRXY"} & set(got)
    assert not {"LAMZSD", "LAMZNBLQ"} & set(values(NOISY, BOLUS))
    with pytest.raises(ConfigError, match=r"accept.r2adj_min.*has no R²"):
        Options.from_mapping({"lambda_z": TOBIT, "accept": {"r2adj_min": 0.8}})
    with pytest.raises(ConfigError, match="method tobit has no weights"):
        Options.from_mapping({"lambda_z": {**TOBIT, "weights": "1/y"}})


def test_a_blq_without_its_limit_is_refused():
    with pytest.raises(DataError, match="a BLQ without its LLOQ"):
        values(NOISY, BOLUS, lambda_z=TOBIT)


def test_too_few_quantified_samples_have_their_reason():
    told = reasons(samples("0:100 1:52 2:< 3:<", lloq=4.0), BOLUS, lambda_z=TOBIT)
    assert told["LAMZ"].startswith("fewer than 3 quantifiable samples")
    rising = reasons(
        samples("0:1 1:2 2:4 3:8 4:16", lloq=0.5), BOLUS, lambda_z={**WITH_PEAK, "min_points": 3}
    )
    assert rising["LAMZ"] is not None


def test_samples_picked_by_hand_are_the_line_a_blq_among_them():
    drawn = samples(NOISY, lloq=4.0).with_columns(
        LAMZFL=pl.when(pl.col("TIME").is_in([1.0, 2.0, 4.0, 6.0])).then(pl.lit("Y"))
    )
    got = values(drawn, BOLUS, lambda_z=TOBIT)
    rate = maximum([1, 2, 4, 6], [52, 22, 5.2, 0], [4.0] * 4)[0]
    assert (got["LAMZNPT"], got["LAMZNBLQ"]) == (4, 1)
    assert got["LAMZ"] == pytest.approx(rate, rel=1e-9)


def test_what_one_profile_gives_does_not_depend_on_the_others():
    drawn = "0:{} 1:{} 2:{} 3:{} 4:{} 6:< 8:<"
    conc = (100, 52, 22, 14, 5.2)
    many = [
        samples(drawn.format(*(c * (1 + k / 7) for c in conc)), key=f"{k}", lloq=4.0)
        for k in range(9)
    ]
    given = pl.concat([doses(0, route="iv_bolus", key=f"{k}") for k in range(9)])
    together = nca(pl.concat(many), given, {"lambda_z": TOBIT}, keys=["ID"], units=UNITS)
    for k in range(9):
        alone = nca(many[k], given.filter(ID=f"{k}"), {"lambda_z": TOBIT}, keys=["ID"], units=UNITS)
        assert alone["PPSTRESN"].to_list() == together.filter(ID=f"{k}")["PPSTRESN"].to_list()


def test_the_explanation_lists_every_window_with_its_sd():
    found = nca(samples(NOISY, lloq=4.0), BOLUS, {"lambda_z": TOBIT})
    told = found.explain("a", "LAMZ")
    assert "Tobit: smallest residual SD" in told
    assert "LAMZNBLQ" in told
    assert told.count("<- chosen") == 1


def test_the_verb_takes_it_and_picked_blq_with_it(tmp_path):
    conc, dose, rules, out = (tmp_path / n for n in ("c.csv", "d.csv", "o.yaml", "out.csv"))
    samples(NOISY, lloq=4.0).with_columns(
        LAMZFL=pl.when(pl.col("TIME").is_in([1.0, 2.0, 4.0, 6.0])).then(pl.lit("Y"))
    ).write_csv(conc)
    BOLUS.write_csv(dose)
    rules.write_text("lambda_z: {method: tobit}\n", encoding="utf-8")
    words = ["nca", str(conc), str(dose), "-o", str(out)]
    assert main([*words, "--options", str(rules)]) == 0
    rows = dict(pl.read_csv(out).select("PPTESTCD", "PPSTRESN").iter_rows())
    assert rows["LAMZNBLQ"] == 1
    assert main(words) == 3, "without it a picked BLQ is asked about"
