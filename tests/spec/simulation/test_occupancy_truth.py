"""The occupancy curve a virtual trial is drawn from comes out of PDEMAX."""

import polars as pl
import pytest
from virtual_trials import drawn, results, study, write

NAME, SEED = "bat6026", 4


def curve(folder, **options):
    write(drawn(NAME, SEED, **options), folder)
    rows = results(study(NAME), folder, ("subjects", "pk"))["PDEMAX"]
    chosen = rows.filter((pl.col("CHOSENFL") == "Y") & pl.col("DF").is_not_null())
    return {r["STAT"]: r for r in chosen.to_dicts()}


def test_without_noise_every_parameter_is_recovered_within_half_a_percent(tmp_path):
    (truth,) = study(NAME).simulation.occupancy
    found = curve(tmp_path, noise_free=True)
    assert set(found) == {"E0", "EMAX", "EC50"}
    assert found["E0"]["AVAL"] == pytest.approx(0, abs=0.05)
    assert found["EMAX"]["AVAL"] == pytest.approx(truth.emax_percent, rel=0.005)
    assert found["EC50"]["AVAL"] == pytest.approx(truth.ec50, rel=0.005)
    for name, true in (("EMAX", truth.emax_percent), ("EC50", truth.ec50)):
        assert found[name]["LOWER"] <= true <= found[name]["UPPER"]


def test_with_the_trials_own_noise_the_true_ec50_lies_within_its_limits(tmp_path):
    """E0 and Emax are drawn inwards: no occupancy below 0 or above 100 % is reported."""
    (truth,) = study(NAME).simulation.occupancy
    found = curve(tmp_path)["EC50"]
    assert found["LOWER"] <= truth.ec50 <= found["UPPER"]
    assert found["UPPER"] / found["LOWER"] < 1.3
