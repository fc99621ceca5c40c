"""The virtual investigator and the tumour room judge the same lesions by two separate implementations."""

import polars as pl
import pytest
from virtual_trials import STUDIES, results, study, write

from pkpipe.simulation import simulate

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("name", STUDIES)
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_without_noise_derived_and_reported_responses_agree(name, seed, tmp_path):
    write(simulate(study(name), seed, noise_free=True), tmp_path)
    recon = results(study(name), tmp_path, ("subjects", "tumor"))["RECON"]
    compared = recon.filter(
        (pl.col("COMPARE") == "derived-reported") & pl.col("AGREE").is_not_null()
    )
    assert compared.height > 80
    assert set(compared["DERIVED"]) >= {"PR", "SD", "PD"}
    assert (
        compared.filter(pl.col("AGREE") != "Y").select("USUBJID", "VISIT", "WHY", "ARITH").rows()
        == []
    )


def test_with_noise_the_reader_differs_now_and_then(tmp_path):
    write(simulate(study("bat8008_bat1308"), 23), tmp_path)
    recon = results(study("bat8008_bat1308"), tmp_path, ("subjects", "tumor"))["RECON"]
    assert recon.filter(pl.col("AGREE") == "N").height > 0
