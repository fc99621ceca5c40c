"""What must hold for every profile, every rule and every entry of the registry."""

from __future__ import annotations

import itertools
import math
from decimal import Decimal, getcontext

import numpy as np
import polars as pl
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from pkpipe.nca import PARAMETERS, Options, nca, nca_wide
from pkpipe.nca.area import exponential, segments

METHODS = ("linear_up_log_down", "linear", "linear_log")
TIMES = (0.0, 1.0, 4.0, 8.0, 24.0, 48.0, 72.0, 100.0)
CONCS = (0.0, 60.0, 52.0, 45.0, 30.0, 17.0, 11.0, 6.0)
KINETICS = st.floats(0.002, 1.0)
scale = st.floats(0.01, 100.0)
concentration = st.one_of(st.just(0.0), st.floats(0.1, 100.0))


def profile(times=TIMES, concs=CONCS, key=1) -> pl.DataFrame:
    return pl.DataFrame({"ID": [key] * len(times), "TIME": list(times), "CONC": list(concs)})


def dosed(route: str, tau: float | None, dose=100.0, duration=1.0, at=0.0, key=1) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "ID": [key],
            "TIME": [at],
            "DOSE": [dose],
            "ROUTE": [route],
            "DURATION": [duration if route == "iv_infusion" else 0.0],
            "TAU": [tau],
        },
        schema_overrides={"TAU": pl.Float64},
    )


# Every kind and route that the registry distinguishes.
CASES = [
    (route, kind, end)
    for route in ("iv_infusion", "iv_bolus", "extravascular")
    for kind, end in (("SD", 100.0), ("MD", 100.0), ("PART", 120.0))
]


def asked(kind: str, end: float) -> pl.DataFrame:
    return pl.DataFrame({"ID": [1], "START": [0.0], "END": [end], "KIND": [kind]})


def evaluate(route: str, kind: str, end: float, dose=1.0, conc=1.0, time=1.0) -> dict[str, float]:
    """All parameters of the profile with doses, concentrations and times grown by these factors."""
    times = [t * time for t in TIMES]
    concs = [c * conc for c in CONCS]
    if route == "iv_bolus":
        times, concs = times[1:], concs[1:]
    options = Options.from_mapping({"time_above": 20.0 * conc})
    row = nca_wide(
        profile(times, concs),
        dosed(route, 100.0 * time, 100.0 * dose, time),
        options,
        keys=["ID"],
        intervals=asked(kind, end * time),
    ).row(0, named=True)
    return {k: v for k, v in row.items() if isinstance(v, float) and k not in {"START", "END"}}


def test_the_cases_reach_every_entry_of_the_registry():
    reached = set().union(*(evaluate(*case) for case in CASES))
    assert reached == {p.code for p in PARAMETERS}


@settings(max_examples=15)
@given(dose=scale, conc=scale, time=scale)
@pytest.mark.parametrize("case", CASES, ids=lambda c: f"{c[0]}-{c[1]}")
def test_every_parameter_scales_as_its_dimension_says(case, dose, conc, time):
    was, now = evaluate(*case), evaluate(*case, dose, conc, time)
    dimensions = {p.code: p.dimension for p in PARAMETERS}
    for code, value in was.items():
        factor = dimensions[code].scaled(dose, conc, time)
        assert now[code] == pytest.approx(value * factor, rel=1e-9, abs=1e-9 * abs(factor)), code


@given(
    concs=st.lists(concentration, min_size=4, max_size=9),
    cuts=st.tuples(st.floats(0, 1), st.floats(0, 1), st.floats(0, 1)),
    method=st.sampled_from(METHODS),
)
def test_areas_add_up_over_a_split(concs, cuts, method):
    times = [3.0 * i for i in range(len(concs) + 1)]
    reach = 1.5 * times[-1]  # behind the last sample too, where a slope extends the area
    a, b, c = sorted(cut * reach for cut in cuts)
    assume(b - a > 1e-3)
    assume(c - b > 1e-3)
    windows = pl.DataFrame(
        {"ID": [1] * 3, "START": [a, b, a], "END": [b, c, c], "KIND": ["PART"] * 3}
    )
    options = Options.from_mapping({"auc_method": method})
    got = nca_wide(
        profile(times, [0.0, *concs]), dosed("extravascular", None), options, keys=["ID"], intervals=windows
    )  # fmt: skip
    # towards a BLQ behind the last sample the peers' forms, which these are, lead to the boundary itself
    extended = ("AUCINT", "AUCINTP", "AUCINTA") if concs[-1] > 0 else ()
    for code in ("AUCINTL", *extended):
        area = {(r["START"], r["END"]): r[code] for r in got.iter_rows(named=True)}
        if area[a, c] is not None:
            assert area[a, b] + area[b, c] == pytest.approx(area[a, c], rel=1e-9, abs=1e-9), code


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


# --- an independent scalar NCA, written from the definitions, for random ragged tables


def scalar_area(times, concs, method, peak):
    area = moment = 0.0
    for (t1, c1), (t2, c2) in itertools.pairwise(zip(times, concs, strict=True)):
        log = c1 > 0 and c2 > 0 and c1 != c2
        log &= {"linear": False, "linear_up_log_down": c2 < c1, "linear_log": t2 > peak}[method]
        if log:
            k = math.log(c1 / c2) / (t2 - t1)
            area += (c1 - c2) / k
            moment += (t1 * c1 - t2 * c2) / k + (c1 - c2) / k**2
        else:
            area += (t2 - t1) * (c1 + c2) / 2
            moment += (t2 - t1) * (t1 * c1 + t2 * c2) / 2
    return area, moment


def scalar_slope(times, concs):
    """(λz, adjusted R², points) of the chosen window, or None."""
    windows = []
    for n in range(3, len(times) + 1):
        x, y = np.array(times[-n:]), np.log(concs[-n:])
        x = x - x.mean()
        spread = ((y - y.mean()) ** 2).sum()
        if spread < 1e-20:
            continue
        slope = (x * (y - y.mean())).sum() / (x * x).sum()
        r2 = slope**2 * (x * x).sum() / spread
        if slope < 0:
            windows.append((n, -slope, 1 - (1 - r2) * (n - 1) / (n - 2)))
    if not windows:
        return None
    best = max(w[2] for w in windows)
    # A window within a hair of the tolerance may fall on either side of it in another order of sums.
    assume(all(abs(best - w[2] - 1e-4) > 1e-9 for w in windows))
    n, rate, r2adj = max(w for w in windows if w[2] > best - 1e-4)
    return rate, r2adj, n


def scalar_nca(times, concs, method):
    quantified = [i for i, c in enumerate(concs) if c > 0]
    if not quantified:
        return None
    first, last = quantified[0], quantified[-1]
    kept = [i for i in range(last + 1) if concs[i] > 0 or i < first]
    t, c = [times[i] for i in kept], [concs[i] for i in kept]
    peak = times[max(quantified, key=lambda i: (concs[i], -i))]
    if t[0] > 0:
        t, c = [0.0, *t], [0.0, *c]
    area, moment = scalar_area(t, c, method, peak)
    after = [(a, b) for a, b in zip(t, c, strict=True) if b > 0 and a > max(peak, 1.0)]
    slope = scalar_slope([a for a, _ in after], [b for _, b in after]) if len(after) > 2 else None
    return {"AUCLST": area, "AUMCLST": moment, "TMAX": peak, "slope": slope, "CLST": c[-1]}


one_profile = st.lists(
    st.tuples(st.integers(1, 400), concentration), min_size=1, max_size=16, unique_by=lambda s: s[0]
)


@given(
    drawn=st.lists(one_profile, min_size=1, max_size=12),
    method=st.sampled_from(METHODS),
    data=st.data(),
)
def test_a_ragged_table_in_any_order_equals_a_scalar_nca_of_each_profile(drawn, method, data):
    profiles = [sorted((t / 4, c) for t, c in one) for one in drawn]
    rows = [(i, t, c) for i, one in enumerate(profiles) for t, c in one]
    shuffled = data.draw(st.permutations(rows))
    conc = pl.DataFrame(
        shuffled, schema={"ID": pl.Int64, "TIME": pl.Float64, "CONC": pl.Float64}, orient="row"
    )
    given_doses = pl.concat(dosed("iv_infusion", None, key=i) for i in range(len(profiles)))
    options = Options.from_mapping({"auc_method": method})
    got = nca_wide(conc, given_doses, options, keys=["ID"])
    assert got["ID"].to_list() == list(range(len(profiles)))
    for one, row in zip(profiles, got.iter_rows(named=True), strict=True):
        expected = scalar_nca([t for t, _ in one], [c for _, c in one], method)
        if expected is None:
            assert row["AUCLST"] is None
            continue
        slope = expected.pop("slope")
        for code, value in expected.items():
            assert row[code] == pytest.approx(value, rel=1e-7 if code == "AUMCLST" else 1e-9), code
        if slope is None:
            assert row["LAMZ"] is None
            continue
        rate, r2adj, points = slope
        assert row["LAMZNPT"] == points
        assert row["LAMZ"] == pytest.approx(rate, rel=1e-8, abs=1e-12)
        assert row["R2ADJ"] == pytest.approx(r2adj, rel=1e-7, abs=1e-9)


@settings(max_examples=10)
@given(order=st.permutations(range(2 * len(TIMES))))
@pytest.mark.parametrize("case", CASES, ids=lambda c: f"{c[0]}-{c[1]}")
def test_the_order_of_the_rows_changes_no_bit_of_any_parameter(case, order):
    route, kind, end = case
    two = pl.concat([profile(), profile(concs=CONCS[::-1], key=2)])
    given_doses = pl.concat([dosed(route, 50.0, key=2), dosed(route, 50.0)])
    wanted = pl.concat([asked(kind, end), asked(kind, end).with_columns(ID=pl.lit(2, pl.Int64))])
    options = Options.from_mapping({"time_above": 20.0})
    shuffled, straight = (
        nca(table, doses, options, keys=["ID"], intervals=intervals)
        for table, doses, intervals in (
            (two[list(order)], given_doses, wanted[::-1]),
            (two, given_doses[::-1], wanted),
        )
    )
    assert shuffled.equals(straight)
