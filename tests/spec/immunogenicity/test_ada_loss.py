"""Troughs that are lost, and slopes with and without the profiles that antibodies affect."""

import numpy as np
import polars as pl
import pytest
from exposure_drawings import LOSS, row, values

from pkpipe.immunogenicity.exposure.dose_proportionality_by_ada import NOBODY, adadose_of
from pkpipe.immunogenicity.exposure.loss import adaloss_of
from pkpipe.nca.further_analyses.power_model import power_models
from pkpipe.protocol.nca import DoseProportionality

NEGATIVES = [(f"n{i}", "A", c, "NEGATIVE", v) for c in (1, 2) for i, v in enumerate((10.0, 14.0))]


def lost(*rows, negatives=NEGATIVES):
    return adaloss_of(values([*negatives, *rows]), LOSS).filter(pl.col("USUBJID") == "1")


@pytest.mark.parametrize(
    ("prior", "value", "flag"),
    [
        (20.0, 9.0, "Y"),
        (17.0, 9.0, "N"),  # below the others, but not below half of its own
        (40.0, 12.0, "N"),  # below half of its own, but not below the others
        (20.0, 10.0, "N"),  # at both limits is not below them
        (40.0, 10.0, "N"),  # at the limit of the others, below half of its own
        (18.0, 9.0, "N"),  # at half of its own, below the others
    ],
)
def test_exposure_is_lost_below_the_negative_subjects_and_below_half_the_own_trough(
    prior, value, flag
):
    got = lost(("1", "A", 1, "BEFORE", prior), ("1", "A", 2, "ON_OR_AFTER", value)).row(
        1, named=True
    )
    assert got["LOSSFL"] == flag
    assert (got["LIMIT"], got["LIMITBY"], got["NREF"]) == (10.0, "minimum of 2", 2)
    assert (got["PRIOR"], got["PRIORNO"], got["PRIORLIM"]) == (prior, 1, prior / 2)
    assert got["REASON"] is None


def test_with_twenty_negative_subjects_the_limit_is_their_fifth_percentile():
    sizes = [10.0 + i for i in range(20)]
    many = [(f"n{i:02}", "A", 1, "NEGATIVE", v) for i, v in enumerate(sizes)]
    got = lost(("1", "A", 1, "BEFORE", 50.0), negatives=many).row(0, named=True)
    assert got["LIMIT"] == pytest.approx(np.percentile(sizes, 5))
    assert got["LIMITBY"] == "percentile 5 of 20"
    few = lost(("1", "A", 1, "BEFORE", 50.0), negatives=many[:19]).row(0, named=True)
    assert (few["LIMIT"], few["LIMITBY"]) == (10.0, "minimum of 19")


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        ([("1", "A", 1, "ON_OR_AFTER", 1.0)], "no trough before it"),
        (
            [("1", "B", 1, "BEFORE", 90.0), ("1", "A", 2, "ON_OR_AFTER", 1.0)],
            "the trough before it is of another dose level",
        ),
        (
            [("1", "A", 1, "BEFORE", 0.0), ("1", "A", 2, "ON_OR_AFTER", 1.0)],
            "the trough before it is below quantification",
        ),
        (
            [("1", "C", 1, "BEFORE", 9.0), ("1", "C", 2, "ON_OR_AFTER", 1.0)],
            "no ADA-negative subject with a trough at this dose and visit",
        ),
    ],
)
def test_a_trough_that_cannot_be_judged_says_why(rows, reason):
    got = lost(*rows).row(-1, named=True)
    assert (got["LOSSFL"], got["REASON"]) == (None, reason)


def test_a_lost_trough_below_quantification_is_found():
    got = lost(("1", "A", 1, "BEFORE", 20.0), ("1", "A", 2, "ON_OR_AFTER", 0.0))
    assert got["LOSSFL"].to_list() == ["N", "Y"]


DOSES = (1.0, 3.0, 10.0)


PLAN = DoseProportionality(parameters=("AUCTAU",), confidence=0.9, min_levels=3, min_subjects=6)


def proportional():
    """Nine subjects, AUC = 20 D with a little spread; the third of every level has half of it."""
    rows = [(d, i) for d in DOSES for i in range(3)]
    names = [f"{d:g}-{i}" for d, i in rows]
    adpp = pl.DataFrame(
        {
            "PROFILE": names,
            "USUBJID": names,
            "AVAL": [20 * d * (1.05, 0.95, 0.5 if d == 10 else 1.0)[i] for d, i in rows],
            "LEVEL": [f"{d:g}" for d, _ in rows],
        }
    ).with_columns(
        PARAMCD=pl.lit("AUCTAU"), PARAM=pl.lit("AUC"), PARCAT1=pl.lit("MAB"), MATRIX=pl.lit("SERUM"),
        CYCLE=pl.lit(1, pl.Int64), DOSENO=pl.lit(1, pl.Int64), SUMFL=pl.lit("Y"),
    )  # fmt: skip
    profiles = pl.DataFrame({"PROFILE": names, "DOSEG": [d for d, _ in rows]}).with_columns(
        PRFLFL=pl.lit("RICH"), DOSEGU=pl.lit("mg/kg"), DOSEPCT=pl.lit(100.0)
    )
    affected = pl.col("USUBJID") == "10-2"
    adapk = adpp.with_columns(
        ADATAG=pl.when(affected).then(pl.lit("ON_OR_AFTER")).otherwise(pl.lit("NEGATIVE"))
    )
    return adpp, adapk, profiles


def test_the_slope_is_fitted_with_all_profiles_and_without_the_affected():
    adpp, adapk, profiles = proportional()
    got = adadose_of(adpp, adapk, profiles, ("1", "3", "10"), PLAN)
    every = got.filter(pl.col("SUBSET") == "ALL").drop("SUBSET", "NOUT")
    assert every.equals(power_models(adpp, profiles, ("1", "3", "10"), PLAN))
    rest = row(got, SUBSET="WITHOUT", MODEL="FIRST")
    assert (rest["NOBS"], rest["NOUT"]) == (8, 1)
    assert rest["BETA"] == pytest.approx(1.0, abs=0.01)
    assert row(got, SUBSET="ALL", MODEL="FIRST")["BETA"] < 0.95


def test_a_slope_with_nobody_left_keeps_its_row_and_says_so():
    adpp, adapk, profiles = proportional()
    everybody = adapk.with_columns(ADATAG=pl.lit("ON_OR_AFTER"))
    got = row(adadose_of(adpp, everybody, profiles, (), PLAN), SUBSET="WITHOUT")
    assert (got["NOBS"], got["NOUT"], got["BETA"], got["REASON"]) == (0, 9, None, NOBODY.en)
