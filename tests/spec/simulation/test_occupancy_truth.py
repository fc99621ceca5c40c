"""The occupancy curve a virtual trial is drawn from comes out of PDEMAX."""

import polars as pl
import pytest
from virtual_trials import drawn, results, study, variant, write

NAME, SEED = "bat6026", 4


def curve(folder, plan, **options):
    write(drawn(NAME, SEED, **options), folder)
    rows = results(plan, folder, ("subjects", "pk"))["PDEMAX"]
    chosen = rows.filter((pl.col("CHOSENFL") == "Y") & pl.col("DF").is_not_null())
    return {r["STAT"]: r for r in chosen.to_dicts()}


def test_without_noise_every_parameter_is_recovered_within_half_a_percent(tmp_path):
    """Nothing to be reported lies beyond what is reported, so no result is taken as cut off."""
    plan = variant(
        NAME, lambda content: content["biomarkers"][0].update(reported_to=None, reported_from=None)
    )
    (truth,) = plan.simulation.occupancy
    found = curve(tmp_path, plan, noise_free=True)
    assert set(found) == {"E0", "EMAX", "EC50"}
    assert found["E0"]["AVAL"] == pytest.approx(0, abs=0.05)
    assert found["EMAX"]["AVAL"] == pytest.approx(truth.emax_percent, rel=0.005)
    assert found["EC50"]["AVAL"] == pytest.approx(truth.ec50, rel=0.005)
    for name, true in (("EMAX", truth.emax_percent), ("EC50", truth.ec50)):
        assert found[name]["LOWER"] <= true <= found[name]["UPPER"]


def test_with_the_trials_own_noise_every_true_parameter_lies_within_its_limits(tmp_path):
    """Though no occupancy below 0 or above 100 % is reported: results there count as there or beyond."""
    (truth,) = study(NAME).simulation.occupancy
    found = curve(tmp_path, study(NAME))
    assert set(found) == {"E0", "EMAX", "EC50"}
    for name, true in (("E0", 0.0), ("EMAX", truth.emax_percent), ("EC50", truth.ec50)):
        assert found[name]["LOWER"] <= true <= found[name]["UPPER"], name
    assert found["EMAX"]["UPPER"] - found["EMAX"]["LOWER"] < 5
    assert found["EC50"]["UPPER"] / found["EC50"]["LOWER"] < 1.3
