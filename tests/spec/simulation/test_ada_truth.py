"""Antibodies that raise clearance in a virtual trial: the analysis finds whom, from when, and by how much."""

import numpy as np
import polars as pl
import pytest
from virtual_trials import results, variant, write

from pkpipe.simulation import simulate

ROOMS = ("subjects", "pk", "immunogenicity")


def raised(factor):
    """BAT6026 with lasting antibodies in half of the subjects, which multiply clearance by 1 + factor."""

    def change(content):
        for plan in content["simulation"]["antibodies"]:
            plan.update(baseline_share=0, induced_share=0.5, transient_share=0)
            plan.update(clearance_factor={"typical": factor})
        for assay in content["immunogenicity"]["assays"]:
            assay.update(drug_tolerance=1e9)

    return variant("bat6026", change)


@pytest.fixture(scope="module")
def trials(tmp_path_factory):
    """The same subjects twice: antibodies that raise clearance fourfold, and antibodies that do nothing."""
    found = {}
    for name, factor in (("raised", 3.0), ("harmless", 1e-9)):
        plan, folder = raised(factor), tmp_path_factory.mktemp(name)
        write(simulate(plan, 7, noise_free=True, subjects=60), folder)
        found[name] = results(plan, folder, ROOMS)
    return found


def both(trials):
    """Troughs of the same profile in both trials, where subject and dose are in both."""
    troughs = [
        t["ADAPK"].filter((pl.col("PARAMCD") == "CTROUGH") & (pl.col("AVAL") > 0))
        for t in (trials["raised"], trials["harmless"])
    ]
    pair = troughs[0].join(troughs[1].select("PROFILE", TRUE="AVAL"), on="PROFILE")
    return pair.with_columns(RATIO=pl.col("AVAL") / pl.col("TRUE"))


@pytest.mark.slow
def test_only_troughs_tagged_on_or_after_onset_have_lost_exposure(trials):
    pair = both(trials)
    untouched = pair.filter(pl.col("ADATAG").is_in(["NEGATIVE", "BEFORE"]))
    assert untouched.height > 100
    assert untouched["RATIO"].to_numpy() == pytest.approx(1.0, rel=1e-5)
    affected = pair.filter(pl.col("ADATAG") == "ON_OR_AFTER")
    assert affected.height > 20
    assert affected["RATIO"].max() < 1.0


def test_the_interval_by_status_holds_the_loss_that_was_put_in(trials):
    """Truth: the same subjects without the effect. Over the levels the ratio is off by chance only."""
    pair = both(trials).filter(pl.col("ADATAG") == "ON_OR_AFTER")
    expo = trials["raised"]["ADAEXPO"].filter(
        (pl.col("PARAMCD") == "CTROUGH")
        & (pl.col("LEVEL") == "ALL")
        & (pl.col("STATUS") == "ON_OR_AFTER")
        & (pl.col("N") >= 5)
    )
    assert expo.height > 0
    for cycle, ratio, low, high in expo.select("CYCLE", "RATIO", "LOWER", "UPPER").rows():
        true = float(np.exp(pair.filter(pl.col("CYCLE") == cycle)["RATIO"].log().mean()))
        assert low < true < high, (cycle, ratio, low, true, high)


def test_whose_troughs_are_lost_has_antibodies(trials):
    lost = trials["raised"]["ADALOSS"].filter(pl.col("LOSSFL") == "Y")
    assert lost.height > 0
    assert set(lost["ADATAG"]) == {"ON_OR_AFTER"}
    assert trials["harmless"]["ADALOSS"].filter(pl.col("LOSSFL") == "Y").is_empty()
