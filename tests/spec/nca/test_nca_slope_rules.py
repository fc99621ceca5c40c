"""Other lines through the terminal samples: weighted by 1/y and 1/y2, each against its own formula."""

import math

import numpy as np
import pytest
from nca_drawings import doses, reasons, results, samples, values

from pkpipe.errors import ConfigError
from pkpipe.nca import Options, nca

DRAWN = "0:0 1:60 24:45 48:38 168:20 336:9 504:5.5"
POINTS = [tuple(map(float, w.split(":"))) for w in DRAWN.split()]


def weighted(points, power):
    """Slope and R² of ln y on t with weights y^-power, by numpy's own weighted least squares."""
    time, conc = np.array(points).T
    weight = conc**-power
    fit = np.polyfit(time, np.log(conc), 1, w=np.sqrt(weight))
    left = np.log(conc) - np.polyval(fit, time)
    about = np.log(conc) - np.average(np.log(conc), weights=weight)
    return fit, 1 - (weight * left**2).sum() / (weight * about**2).sum()


@pytest.mark.parametrize(("weights", "power"), [("uniform", 0), ("1/y", 1), ("1/y2", 2)])
def test_a_weighted_line_is_that_of_weighted_least_squares(weights, power):
    rule = {"weights": weights, "min_points": 5}
    got = values(DRAWN, lambda_z=rule)
    (slope, at_zero), r2 = weighted(POINTS[2:], power)
    assert got["LAMZNPT"] == 5
    assert got["LAMZ"] == pytest.approx(-slope, rel=1e-9)
    assert got["LAMZHL"] == pytest.approx(-math.log(2) / slope, rel=1e-9)
    assert got["CLSTP"] == pytest.approx(math.exp(at_zero + slope * 504), rel=1e-9)
    assert got["R2"] == pytest.approx(r2, rel=1e-9)
    assert got["R2ADJ"] == pytest.approx(1 - (1 - r2) * 4 / 3, rel=1e-9)


def test_the_window_is_chosen_by_the_weighted_fit():
    best = {}
    for weights, power in (("uniform", 0), ("1/y2", 2)):
        adjusted = {
            n: 1 - (1 - weighted(POINTS[-n:], power)[1]) * (n - 1) / (n - 2) for n in (3, 4, 5)
        }
        best[weights] = max(adjusted, key=adjusted.__getitem__)
        assert values(DRAWN, lambda_z={"weights": weights})["LAMZNPT"] == best[weights]


def test_on_a_line_all_weights_give_the_same_slope():
    exact = "0:0 1:64 2:32 3:16 4:8 5:4"
    for weights in ("1/y", "1/y2"):
        assert values(exact, lambda_z={"weights": weights})["LAMZ"] == pytest.approx(math.log(2))


def test_weights_do_not_depend_on_the_unit_of_the_concentrations():
    thousandth = " ".join(f"{t:g}:{c / 1000:g}" for t, c in POINTS)
    for weights in ("1/y", "1/y2"):
        rule = {"weights": weights}
        small, large = (values(d, lambda_z=rule)["LAMZ"] for d in (thousandth, DRAWN))
        assert small == pytest.approx(large, rel=1e-12)


def test_a_weight_that_is_none_is_refused_with_those_there_are():
    with pytest.raises(ConfigError, match=r"weights.*uniform.*1/y.*1/y2"):
        Options.from_mapping({"lambda_z": {"weights": "1/x"}})


def test_the_explanation_names_the_weights():
    found = nca(samples(DRAWN), doses(0), {"lambda_z": {"weights": "1/y2"}})
    assert "then most points, weights 1/y2" in found.explain("a", "LAMZ")


# --- what follows from the slope over a dosing interval ---


def test_the_accumulation_index_is_that_of_the_slope_and_tau():
    """1 / (1 - exp(-lambda_z tau)): halved within each τ, twice as much at steady state (Phoenix, CDISC)."""
    got = values("0:0 1:64 2:32 3:16 4:8", doses(0, tau=1.0, route="extravascular"))
    assert got["AILAMZ"] == pytest.approx(2, rel=1e-12)
    drawn = values(DRAWN, doses(0, tau=336.0))
    assert drawn["AILAMZ"] == pytest.approx(1 / (1 - math.exp(-drawn["LAMZ"] * 336)), rel=1e-12)


def test_without_tau_there_is_no_accumulation_index_and_without_a_slope_its_reason():
    assert "AILAMZ" not in values(DRAWN)
    told = reasons("0:0 1:64 2:32", doses(0, tau=12.0))
    assert told["AILAMZ"] == told["LAMZ"] is not None


def test_the_share_of_the_area_over_tau_that_is_extrapolated():
    """From the last sample at 4 h to τ of 5 h the exponential halves: 4 / ln 2 of the whole area."""
    got = values("0:0 1:64 2:32 3:16 4:8", doses(0, tau=5.0, route="extravascular"))
    extrapolated = 4 / math.log(2)
    assert got["AUCTAUPE"] == pytest.approx(100 * extrapolated / (32 + 60 / math.log(2)), rel=1e-9)


@pytest.mark.parametrize("drawn", ["0:0 1:64 2:32 3:16 4:8 5:4", "0:0 1:64 2:32 3:16 4:8 4.5:<"])
def test_where_samples_reach_the_end_of_tau_nothing_is_extrapolated(drawn):
    tau = float(drawn.split()[-1].split(":")[0])
    got = values(samples(drawn), doses(0, tau=tau, route="extravascular"))
    assert got["AUCTAUPE"] == 0


def test_an_extrapolated_share_says_why_it_has_no_value():
    found = results("0:0 1:64 2:32", doses(0, tau=12.0)).filter(PPTESTCD="AUCTAUPE")
    assert found["PPREASND"].item().startswith("samples cover less than 80 %")
