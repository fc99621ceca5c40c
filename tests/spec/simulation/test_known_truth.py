"""What is put into a virtual trial comes out of the analysis."""

import numpy as np
import polars as pl
import pytest
from virtual_trials import results, variant, write

from pkpipe.simulation import simulate
from pkpipe.simulation.kinetics import Doses, Truth, course

pytestmark = pytest.mark.slow

RICH = (2, 4, 8, 16, 24, 48, 72, 96, 120, 168, 240, 336, 504, 672, 840, 1008, 1344, 1680, 1992)


def one_long_dose(content):
    """A linear antibody, given once and followed for 84 days with 21 samples; nobody leaves."""
    drug = content["drugs"][0]
    drug.update(cycle_days=84, max_cycles=1)
    window = {"early_hours": 0, "late_hours": 0}
    content["schedule"]["pk"] = [
        {
            "timepoint": "PREDOSE",
            "cycles": [1],
            "hours": 0,
            "predose": True,
            "early_hours": 24,
            "late_hours": 0,
        },
        {"timepoint": "EOI", "cycles": [1], "hours": drug["infusion_hours"], **window},
        *({"timepoint": f"{h}H", "cycles": [1], "hours": h, **window} for h in RICH),
    ]
    for kind in ("ada", "nab", "biomarker"):
        content["schedule"][kind] = []
    plan = content["simulation"]
    plan.update(antibodies=[], occupancy=[])
    plan["kinetics"][0]["vmax_mg_day"] = 0
    plan["tumour"]["sensitive_share"] = 1
    plan["tumour"]["growth_per_week"] = {"typical": 1e-6}
    plan["tumour"].update(new_lesion_per_week=0, nontarget_progression_per_week=0)
    immortal(plan)
    plan["toxicity"] = [t | {"dlt": 0, "grade2": 0} for t in plan["toxicity"]]


def immortal(plan):
    plan["survival"].update(median_weeks=1e6, growth_effect=0)


def test_without_noise_clearance_volume_and_half_life_are_recovered_within_two_percent(tmp_path):
    plan = variant("bat6026", one_long_dose)
    tables = simulate(plan, 11, noise_free=True, subjects=40)
    write(tables, tmp_path)
    adpp = results(plan, tmp_path, ("subjects", "pk"))["ADPP"]
    got = adpp.pivot("PARAMCD", index="USUBJID", values="AVAL")
    both = got.join(tables["truth/PK"], on="USUBJID", validate="1:1")
    assert both.height == 40
    for code, true, hours in (
        ("CLO", "CL", 24),
        ("VSSO", "VSS", 1),
        ("LAMZHL", "HALFLIFE", 1 / 24),
    ):
        ratio = both[code] / (both[true] * hours)
        assert ratio.null_count() == 0
        assert (ratio - 1).abs().max() < 0.02, code


def test_the_kaplan_meier_band_covers_the_true_survival(tmp_path):
    def certain(content):
        survival = content["simulation"]["survival"]
        survival.update(growth_effect=0, median_weeks=40, withdrawal_per_week=0.002)

    plan = variant("bat8008_bat1308", certain)
    tables = simulate(plan, 5, subjects=400)
    write(tables, tmp_path)
    room = results(plan, tmp_path, ("subjects", "tumor", "survival"))["KMSUM"]
    overall = (pl.col("PARAMCD") == "OS") & (pl.col("GROUP") == "ALL") & (pl.col("STAT") == "SURV")
    read = room.filter(overall)
    assert read.height == len(plan.survival.landmarks_months)
    for at, low, high in read.select("AT", "LOWER", "UPPER").rows():
        true = np.exp(-np.log(2) * (at / 7 / 40) ** plan.simulation.survival.shape)
        assert low < true < high, (at, low, true, high)


@pytest.mark.parametrize("name", ["bat6026", "bat8008_bat1308"])
def test_without_noise_the_ada_onset_found_is_the_first_sample_after_the_true_one(name, tmp_path):
    def lasting(content):
        for plan in content["simulation"]["antibodies"]:
            plan.update(baseline_share=0, induced_share=0.6, transient_share=0)
        for assay in content["immunogenicity"]["assays"]:
            assay.update(drug_tolerance=1e9)

    plan = variant(name, lasting)
    tables = simulate(plan, 3, noise_free=True)
    write(tables, tmp_path)
    found = results(plan, tmp_path, ("subjects", "pk", "immunogenicity"))
    first = found["ADASAMP"].filter((pl.col("RESULT") == "POSITIVE") & (pl.col("POSTFL") == "Y"))
    first = first.group_by("USUBJID", "DRUG").agg(FOUND=pl.col("ADTM").min())
    truth = tables["truth/ADA"].filter(pl.col("ONSETDTM").is_not_null())
    truth = truth.with_columns(pl.col("ONSETDTM").str.to_datetime("%Y-%m-%dT%H:%M"))
    later = tables["IS"].select(
        "USUBJID", DRUG="ISBDAGNT", AT=pl.col("ISDTC").str.to_datetime("%Y-%m-%dT%H:%M")
    )
    expected = (
        truth.join(later, on=["USUBJID", "DRUG"])
        .filter(pl.col("AT") >= pl.col("ONSETDTM"))
        .group_by("USUBJID", "DRUG")
        .agg(EXPECTED=pl.col("AT").min())
    )
    both = expected.join(first, on=["USUBJID", "DRUG"], how="full", coalesce=True)
    assert both.height > 5
    assert both.filter(
        pl.col("EXPECTED").dt.cast_time_unit("us").ne_missing(pl.col("FOUND"))
    ).is_empty()


def model(**changes):
    one = np.ones(1)
    never = np.full(1, np.inf)
    values = {
        "cl": 0.01 * one,
        "v1": 3 * one,
        "q": 0.02 * one,
        "v2": 2.5 * one,
        "vmax": 0.0,
        "km": 1.0,
        "deconjugation": 0 * one,
        "payload_share": 0.0,
        "payload_v": 25 * one,
        "payload_k": 0.11 * one,
        "ada_from": never,
        "ada_to": never,
        "ada_factor": 0 * one,
    }
    return Truth(**(values | changes))


def every(hours, number, amount=200.0):
    start = np.arange(number)[:, None] * float(hours)
    return Doses(start, np.full((number, 1), amount), np.ones((number, 1)))


def superposed(true, doses, at):
    """Closed form: two exponentials a dose, summed (Gabrielsson & Weiner 2000)."""
    k10, k12, k21 = true.cl / true.v1, true.q / true.v1, true.q / true.v2
    total = k10 + k12 + k21
    beta = (total - np.sqrt(total**2 - 4 * k10 * k21)) / 2
    alpha = total - beta
    parts = (
        ((alpha - k21) / (alpha - beta) / true.v1, alpha),
        ((k21 - beta) / (alpha - beta) / true.v1, beta),
    )
    level = np.zeros_like(at)
    for start, amount in zip(doses.start[:, 0], doses.amount[:, 0], strict=True):
        since = np.maximum(at - start, 0)
        given = np.minimum(since, 1.0)
        for size, rate in parts:
            level += (
                amount * size / rate * (1 - np.exp(-rate * given)) * np.exp(-rate * (since - given))
            )
    return level


def test_repeated_infusions_follow_the_closed_form():
    true, doses = model(), every(336, 6)
    at = np.array([0.2, 1, 3, 24, 100, 335, 336.5, 337, 700, 1700, 1900])
    got = course(true, doses).at(0, np.zeros(len(at), dtype=np.int64), at)
    assert got == pytest.approx(superposed(true, doses, at), rel=1e-5)


def test_michaelis_menten_elimination_conserves_what_it_takes_away():
    """Dose = cleared by both routes + what is left, for a target that matters at this dose."""
    true = model(vmax=0.05, km=0.5)
    doses = every(2016, 2, amount=20.0)
    doses.amount[1] = 0
    grid = np.concatenate([np.linspace(0, 1, 2001)[:-1], np.linspace(1, 2016, 40001)])
    at = course(true, doses)
    level = at.at(0, np.zeros(len(grid), dtype=np.int64), grid)
    lost = np.trapezoid(true.cl * level + true.vmax * level / (true.km + level), grid)
    assert lost == pytest.approx(20.0, rel=0.01)


def test_the_area_of_the_free_payload_is_the_payload_given_over_its_clearance():
    true = model(deconjugation=np.full(1, 0.01), payload_share=0.02)
    doses = every(2016, 2)
    doses.amount[1] = 0
    grid = np.concatenate([np.linspace(0, 1, 1001)[:-1], np.linspace(1, 2016, 40001)])
    level = course(true, doses).at(2, np.zeros(len(grid), dtype=np.int64), grid)
    expected = 200.0 * 0.02 / (true.payload_v * true.payload_k)
    assert np.trapezoid(level, grid) == pytest.approx(float(expected[0]), rel=0.01)


def test_antibodies_raise_clearance_from_their_onset_only():
    plain, raised = model(), model(ada_from=np.full(1, 500.0), ada_factor=np.full(1, 1.0))
    doses, zero = every(336, 4), np.zeros(1, dtype=np.int64)
    before, after = np.array([480.0]), np.array([1300.0])
    assert course(plain, doses).at(0, zero, before) == course(raised, doses).at(0, zero, before)
    assert course(plain, doses).at(0, zero, after) > 1.3 * course(raised, doses).at(0, zero, after)
