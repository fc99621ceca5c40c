"""What must hold for every profile, every rule and every entry of the registry."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from nca_profiles import CONCS, METHODS, TIMES, concentration, dosed, profile

from pkpipe.nca import PARAMETERS, Options, nca, nca_wide

scale = st.floats(0.01, 100.0)

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
    above = {"time_above": 20.0 * conc}
    found: dict[str, float] = {}
    for more in (
        {"lambda_z": {"method": "tobit"}},
        {},
    ):  # of both lines, what least squares gives last
        row = nca_wide(
            profile(times, concs).with_columns(LLOQ=pl.lit(0.01 * conc)),
            dosed(route, 100.0 * time, 100.0 * dose, time),
            Options.from_mapping(above | more),
            keys=["ID"],
            intervals=asked(kind, end * time),
        ).row(0, named=True)
        found |= {k: v for k, v in row.items() if isinstance(v, float)}
    return {k: v for k, v in found.items() if k not in {"START", "END"}}


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
