"""Areas, slopes and clearances where the right answer is a closed form."""

from __future__ import annotations

import math
from decimal import Decimal, getcontext

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from nca_profiles import dosed, profile

from pkpipe.nca import Options, nca_wide
from pkpipe.nca.arithmetic.area import exponential, segments

KINETICS = st.floats(0.002, 1.0)


@given(
    rate=KINETICS,
    height=st.floats(0.1, 1e4),
    gaps=st.lists(st.floats(0.1, 50), min_size=3, max_size=12),
)
def test_the_log_rule_and_the_slope_are_exact_on_an_exponential_decline(rate, height, gaps):
    times = np.cumsum(gaps)
    assume(rate * times[-1] < 500)
    concs = height * np.exp(-rate * times)
    row = nca_wide(profile(times, concs), dosed("iv_bolus", None), keys=["ID"]).row(0, named=True)
    assert row["C0"] == pytest.approx(height, rel=1e-9)
    end = times[-1]
    assert row["AUCLST"] == pytest.approx(height * -math.expm1(-rate * end) / rate, rel=1e-9)
    moment = height / rate**2 * (1 - math.exp(-rate * end) * (1 + rate * end))
    assert row["AUMCLST"] == pytest.approx(moment, rel=1e-7)
    if row["LAMZ"] is not None:
        assert row["LAMZ"] == pytest.approx(rate, rel=1e-7)
        assert row["AUCIFO"] == pytest.approx(height / rate, rel=1e-7)
        assert row["CLO"] == pytest.approx(100 * rate / height, rel=1e-7)
        assert row["VSSO"] == pytest.approx(100 / height, rel=1e-6)


@settings(max_examples=25)
@given(clearance=st.floats(0.1, 2.0), volume=st.floats(2.0, 20.0), duration=st.floats(0.5, 3.0))
def test_one_compartment_infusion_against_its_closed_form(clearance, volume, duration):
    rate = clearance / volume
    during = np.linspace(0, duration, 200)
    after = duration + np.linspace(0, 6 / rate, 30)[1:]
    steady = 100 / duration / clearance
    concs = np.concatenate(
        [
            steady * -np.expm1(-rate * during),
            steady * -np.expm1(-rate * duration) * np.exp(-rate * (after - duration)),
        ]
    )
    got = nca_wide(
        profile(np.concatenate([during, after]), concs),
        dosed("iv_infusion", None, duration=duration),
        keys=["ID"],
    ).row(0, named=True)
    # Only the rise is not integrated exactly: 200 straight lines err by less than (kT/200)² of its part.
    assert got["LAMZ"] == pytest.approx(rate, rel=1e-9)
    assert got["CLO"] == pytest.approx(clearance, rel=2e-5)
    assert got["VZO"] == pytest.approx(volume, rel=2e-5)
    assert got["MRTIVIFO"] == pytest.approx(1 / rate, rel=1e-4)
    assert got["VSSO"] == pytest.approx(volume, rel=1e-4)


@settings(max_examples=15)
@given(
    k10=st.floats(0.02, 0.1), k12=st.floats(0.02, 0.2), k21=st.floats(0.02, 0.1), volume=st.floats(2.0, 5.0)
)  # fmt: skip
def test_two_compartment_infusion_against_its_closed_form(k10, k12, k21, volume):
    total = k10 + k12 + k21
    root = math.sqrt(total**2 - 4 * k10 * k21)
    fast, slow = (total + root) / 2, (total - root) / 2
    assume(fast > 1.5 * slow)

    def amount(t: np.ndarray, power: float) -> np.ndarray:
        during = -np.expm1(-power * np.minimum(t, 1.0))
        return during * np.exp(-power * np.maximum(t - 1.0, 0.0)) / power

    times = np.concatenate([np.linspace(0, 1, 60), 1 + np.linspace(0, 18 / slow, 2500)[1:]])
    concs = (
        100
        / volume
        * (
            (fast - k21) / (fast - slow) * amount(times, fast)
            + (k21 - slow) / (fast - slow) * amount(times, slow)
        )
    )
    got = nca_wide(
        profile(times, concs),
        dosed("iv_infusion", None),
        Options.from_mapping({"lambda_z": {"not_before": 9 / slow, "r2adj_tolerance": 1e-9}}),
        keys=["ID"],
    ).row(0, named=True)
    assert got["LAMZ"] == pytest.approx(slow, rel=1e-3)
    assert got["CLO"] == pytest.approx(k10 * volume, rel=1e-3)
    assert got["VSSO"] == pytest.approx(volume * (1 + k12 / k21), rel=3e-3)


@given(
    ratio=st.one_of(st.floats(-40, 5), st.floats(-0.3, 0.3), st.floats(1e-17, 1e-9)),
    width=st.floats(0.01, 100),
    conc=st.floats(0.01, 1000),
)
def test_an_exponential_segment_keeps_its_digits_near_ties(ratio, width, conc):
    assume(abs(ratio) > 1e-17)
    getcontext().prec = 80
    x, w, c = Decimal(ratio), Decimal(width), Decimal(conc)
    area = w * c * (x.exp() - 1) / x
    moment = w * w * c * (x.exp() * (x - 1) + 1) / x**2
    got = exponential(np.array([width]), np.array([conc]), np.array([ratio]))
    assert got[0][0] == pytest.approx(float(area), rel=1e-14)
    assert got[1][0] == pytest.approx(float(moment), rel=4e-14)


@given(
    start=st.floats(1, 1000),
    shrink=st.one_of(st.floats(1e-16, 1e-6), st.floats(1e-6, 0.999999999)),
    left=st.floats(0, 1e4),
    width=st.floats(0.01, 500),
)
def test_a_segment_between_near_equal_samples_is_as_exact_as_its_samples(
    start, shrink, left, width
):
    getcontext().prec = 80
    stop, right = start * (1 - shrink), left + width
    assume(0 < stop < start)
    time, conc = np.array([[left], [right]]), np.array([[start], [stop]])
    got = segments(time, conc, "linear_up_log_down", np.array([0.0]), np.array([1]))
    x = (Decimal(stop) / Decimal(start)).ln()
    w, c = Decimal(right) - Decimal(left), Decimal(start)
    area = w * c * (x.exp() - 1) / x
    moment = Decimal(left) * area + w * w * c * (x.exp() * (x - 1) + 1) / x**2
    assert got.area[0, 0] == pytest.approx(float(area), rel=1e-14)
    assert got.moment[0, 0] == pytest.approx(float(moment), rel=2e-14)
