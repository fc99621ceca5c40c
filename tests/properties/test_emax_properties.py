"""PDEMAX under any data: units, order and names of subjects carry no meaning."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support import ROOT

from pkpipe.biomarkers.concentration_pairs import SCHEMA
from pkpipe.biomarkers.concentration_response import marker_curves
from pkpipe.protocol.file_reading.loader import load_study

PLAN = load_study(ROOT / "config" / "bat6026.yaml").exposure_response.markers
QUICK = settings(derandomize=True, deadline=None, max_examples=8)


@st.composite
def results(draw):
    """Eight subjects with four results each on any Emax curve, with noise, some cut off."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    ec50, hill = np.exp(rng.normal(0, 1)), draw(st.sampled_from([0.7, 1.0, 2.0]))
    conc = np.exp(rng.normal(0, 2, 32))
    conc[::4] = 0
    share = conc**hill / (ec50**hill + conc**hill)
    value = rng.normal(0, 20) + rng.normal(0, 60) * share + rng.normal(0, 3, 32)
    low, high = np.quantile(value, draw(st.sampled_from([(0, 1), (0.15, 0.85)])))
    clipped = np.clip(value, low, high)
    side = np.where(value < low, "LOW", np.where(value > high, "HIGH", ""))
    rows = {"USUBJID": [f"S{i // 4}" for i in range(32)], "SRCROW": range(32)}
    frame = pl.DataFrame(rows | {"CONC": conc, "AVAL": clipped, "CUTOFF": side})
    frame = frame.with_columns(CUTOFF=pl.col("CUTOFF").replace("", None))
    fixed = {"PARAMCD": "RO", "PARCAT1": "MAB", "MATRIX": "SERUM", "KIND": "AVAL", "USEDFL": "Y"}
    fixed |= {"CONCU": "ug/mL", "AVALU": "%"}
    frame = frame.with_columns(**{k: pl.lit(v) for k, v in fixed.items()})
    return frame.select(
        (pl.col(c) if c in frame.columns else pl.lit(None, dtype=t).alias(c)).cast(t)
        for c, t in SCHEMA.items()
    )


def numbers(found):
    return found.select("AVAL", "LOWER", "UPPER").fill_null(-1e9).to_numpy()


@QUICK
@given(results(), st.sampled_from([1e-3, 0.15, 1e3]))
def test_another_unit_of_concentration_scales_ec50_only(pairs, factor):
    before, _ = marker_curves(pairs, PLAN)
    after, _ = marker_curves(pairs.with_columns(pl.col("CONC") * factor), PLAN)
    same = ["MODEL", "STAT", "STATUS", "CHOSENFL"]
    assert after.select(same).equals(before.select(same))
    is_ec50 = (before["STAT"] == "EC50").to_numpy() & (before["STATUS"] == "OK").to_numpy()
    scaled = np.where(is_ec50[:, None], factor, 1.0) * numbers(before)
    assert numbers(after) == pytest.approx(scaled, rel=1e-5, abs=1e-5)


@QUICK
@given(results(), st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing(pairs, random):
    order = list(range(pairs.height))
    random.shuffle(order)
    for ours, theirs in zip(
        marker_curves(pairs, PLAN), marker_curves(pairs[order], PLAN), strict=True
    ):
        assert ours.equals(theirs)


@QUICK
@given(results())
def test_a_model_that_is_chosen_has_limits_around_its_values_and_concentrations_around_its_ec50(
    pairs,
):
    found, drawn = marker_curves(pairs, PLAN)
    chosen = found.filter(pl.col("CHOSENFL") == "Y")
    assert chosen["MODEL"].n_unique() <= 1
    limited = chosen.filter(pl.col("DF").is_not_null())
    assert limited.filter(~pl.col("AVAL").is_between("LOWER", "UPPER")).is_empty()
    ec50 = chosen.filter(pl.col("STAT") == "EC50")
    assert ec50.filter(~pl.col("AVAL").is_between("CONCLO", "CONCHI")).is_empty()
    assert drawn.is_empty() == chosen.is_empty()
    assert drawn.filter(~pl.col("FITTED").is_between("LOWER", "UPPER")).is_empty()
