"""Dose proportionality: the values of the methods, and when not to speak."""

import math

import polars as pl
import pytest
from derived_drawings import adpp, profiles
from pk_drawings import TINY, with_nca

from pkpipe.errors import ConfigError
from pkpipe.nca.further_analyses.power_model import EXPLORATORY, STRICT, region
from pkpipe.pk.parameters.dose_proportionality import dose_proportionality
from pkpipe.pk.parameters.names import check_names
from pkpipe.protocol.nca import DoseProportionality

POWER = DoseProportionality(
    parameters=("CMAX", "AUCLST"), confidence=0.9, min_levels=3, min_subjects=6
)


# --- dose proportionality ---


@pytest.mark.parametrize(
    ("ratio", "theta", "low", "high"),
    [
        (10, STRICT, 0.903, 1.097),
        (10, EXPLORATORY, 0.699, 1.301),
        (1000, STRICT, 0.968, 1.032),
        (1000, EXPLORATORY, 0.900, 1.100),
    ],
)
def test_the_regions_of_the_slope_are_those_of_the_papers(ratio, theta, low, high):
    got = region((1, 1), ratio, theta)
    assert (round(got.lower, 3), round(got.upper, 3)) == (low, high)


@pytest.mark.parametrize(
    ("limits", "verdict"),
    [
        ((0.95, 1.05), "inside"),
        ((0.904, 1.096), "inside"),
        ((0.85, 1.05), "inconclusive"),
        ((0.5, 2), "inconclusive"),
        ((0.679, 0.844), "outside"),
        ((1.2, 1.4), "outside"),
    ],
)
def test_a_verdict_is_given_by_where_the_limits_lie(limits, verdict):
    assert region(limits, 10, STRICT).verdict == verdict


def test_the_dose_normalised_ratio_is_that_of_smith_2000():
    """β 0.7615 (0.679, 0.844) over a tenfold range: 0.577 (0.478, 0.698)."""
    assert [round(10 ** (b - 1), 3) for b in (0.7615, 0.679, 0.844)] == [0.577, 0.478, 0.698]


LEVELS = {"A": 1.0, "B": 3.0, "C": 10.0}


def six(exponent, wobble=0.0):
    """Two subjects a level, on P = 5 D^exponent, one a little above and one a little below."""
    return adpp(
        [
            (f"{level}{sign}", level, 1, 1, "CMAX", 5 * dose**exponent * math.exp(sign * wobble))
            for level, dose in LEVELS.items()
            for sign in (1, -1)
        ]
    )


def fit(table, plan=POWER, study=TINY):
    return dose_proportionality(table, profiles(table, LEVELS), study, plan)


def test_a_power_law_is_found_with_its_exponent():
    row = fit(six(0.8, wobble=0.05)).row(0, named=True)
    assert row["BETA"] == pytest.approx(0.8, abs=1e-12)
    assert row["ALPHA"] == pytest.approx(math.log(5), abs=1e-12)
    assert (row["N"], row["NDOSE"], row["DF"], row["RATIO"]) == (6, 3, 4, 10)
    assert row["RDNM"] == pytest.approx(10**-0.2)
    assert row["RDNMLO"] == pytest.approx(10 ** (row["LOWER"] - 1))


def test_the_limits_are_those_of_ordinary_least_squares():
    """By hand: residuals ±w, s² = 6 w² / 4, t(0.95, 4) = 2.131847."""
    row = fit(six(1, wobble=0.1)).row(0, named=True)
    logs = [math.log(d) for d in LEVELS.values() for _ in range(2)]
    mean = sum(logs) / 6
    error = math.sqrt(6 * 0.01 / 4 / sum((x - mean) ** 2 for x in logs))
    assert row["SE"] == pytest.approx(error, rel=1e-12)
    assert row["UPPER"] - row["BETA"] == pytest.approx(2.1318467863 * error, rel=1e-9)


def test_two_doses_or_five_subjects_draw_no_line():
    two = six(1).filter(pl.col("LEVEL") != "C")
    assert fit(two)["REASON"].to_list() == ["fewer than 3 planned doses"]
    five = six(1).filter(pl.col("USUBJID") != "A1")
    assert fit(five)["REASON"].to_list() == ["fewer than 6 subjects"]
    assert fit(five)["BETA"].to_list() == [None]


def test_the_upper_range_is_fitted_beside_the_whole_and_never_instead():
    levels = TINY.escalation.model_copy(
        update={
            "levels": tuple(
                TINY.escalation.levels[0].model_copy(update={"code": c, "doses": {"MAB": d}})
                for c, d in LEVELS.items()
            )
        }
    )
    study = TINY.model_copy(update={"escalation": levels})
    got = fit(six(1), POWER.model_copy(update={"subset_from": "B"}), study)
    assert dict(got.select("SCOPE", "N").rows()) == {"ALL": 6, "UPPER": 4}


def test_later_cycles_are_fitted_apart_and_together_with_an_intercept_per_subject():
    again = pl.concat(
        [
            six(1, 0.05),
            six(1, 0.05)
            .with_columns(
                DOSENO=4, CYCLE=4, AVAL=1.5 * pl.col("AVAL"), PROFILE=pl.col("USUBJID") + "|4"
            )
            .select(six(1).columns),
        ],
        how="vertical_relaxed",
    )
    got = dose_proportionality(again, profiles(again, LEVELS), TINY, POWER)
    assert got.select("MODEL", "CYCLE", "FIRSTFL", "N", "NOBS").rows() == [
        ("FIRST", 1, "Y", 6, 6),
        ("FIRST", 4, None, 6, 6),
        ("REPEAT", None, None, 6, 12),
    ]
    # the cycle has an intercept of its own, so what accumulated is not taken for the dose
    assert got["BETA"].to_list() == pytest.approx([1, 1, 1])


def test_doses_that_do_not_differ_within_a_cycle_tell_nothing_of_the_dose():
    rows = [(str(i), "A", 1, 1, "CMAX", 5.0) for i in range(3)]
    rows += [(str(i), "B", 2, 2, "CMAX", 15.0) for i in range(3)]
    rows += [(str(i), "C", 3, 3, "CMAX", 50.0) for i in range(3)]
    table = adpp(rows)
    plan = POWER.model_copy(update={"min_subjects": 3})
    got = dose_proportionality(table, profiles(table, LEVELS), TINY, plan)
    assert set(got.filter(pl.col("MODEL") == "REPEAT")["REASON"]) == {
        "doses do not differ within a cycle"
    }


# --- names ---


def test_a_parameter_or_level_that_is_none_stops_the_room():
    plan = POWER.model_copy(update={"parameters": ("CMAXX",), "subset_from": "Z"})
    study = with_nca(dose_proportionality=plan)
    with pytest.raises(ConfigError) as problem:
        check_names(study, study.nca)
    assert "dose_proportionality.parameters: 'CMAXX' is no parameter" in str(problem.value)
    assert "'Z' is no level (allowed: A, B)" in str(problem.value)
