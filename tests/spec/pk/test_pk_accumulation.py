"""Accumulation and steady state: the values of the methods, and when not to speak."""

import math

import polars as pl
import pytest
from derived_drawings import adpp, profiles
from pk_drawings import TINY

from pkpipe.pk.parameters.accumulation import accumulation, effective_half_life
from pkpipe.pk.parameters.steady_state import steady_state, with_apparent
from pkpipe.pk.pk_sentences import NOT_SHOWN
from pkpipe.protocol.nca import Accumulation, SteadyState

RATIO = Accumulation(parameters=("CMAX", "CTROUGH"), confidence=0.9, min_subjects=3)


TREND = SteadyState(confidence=0.9, max_change_percent=10, min_troughs=3, min_subjects=3)


# --- accumulation ---


def test_the_effective_half_life_is_that_of_the_methods():
    """τ 336 h and a ratio of 1.8: 287.2 h."""
    frame = pl.DataFrame({"R": [1.8, 1.0, 0.9], "T": [336.0, 336.0, 336.0]})
    got = frame.select(effective_half_life(pl.col("R"), pl.col("T")))["literal"].to_list()
    assert got == [pytest.approx(287.2, abs=0.05), None, None]


def ratios(pairs, level="A", later="A"):
    rows = []
    for i, (first, second) in enumerate(pairs):
        rows += [(str(i), level, 1, 1, "CMAX", first), (str(i), later, 2, 2, "CMAX", second)]
    table = adpp(rows)
    return accumulation(table, profiles(table, {"A": 1.0, "B": 3.0}), TINY, RATIO)


def test_the_ratio_at_a_level_is_the_geometric_mean_with_its_limits():
    """Ratios 1, 2, 4: mean 2, SD of the logs ln 2, t(0.95, 2) = 2.919986."""
    row = (
        ratios([(10, 10), (10, 20), (10, 40)]).filter(pl.col("SCOPE") == "LEVEL").row(0, named=True)
    )
    factor = math.exp(2.9199855804 * math.log(2) / math.sqrt(3))
    assert (row["N"], row["RAC"]) == (3, pytest.approx(2))
    assert (row["LOWER"], row["UPPER"]) == (pytest.approx(2 / factor), pytest.approx(2 * factor))
    assert row["EFFHL"] == pytest.approx(
        math.log(2) * 21 / math.log(2)
    )  # ratio 2: one interval, in days
    assert row["EFFHLU"] == "day"


def test_two_subjects_make_no_mean_ratio():
    got = ratios([(10, 10), (10, 20)])
    level = got.filter(pl.col("SCOPE") == "LEVEL").row(0, named=True)
    assert (level["RAC"], level["N"], level["REASON"]) == (None, 2, "fewer than 3 subjects")
    assert got.filter(pl.col("SCOPE") == "SUBJECT")["RAC"].to_list() == [1, 2]


def test_a_change_of_dose_is_no_accumulation():
    got = ratios([(10, 30), (10, 30), (10, 30)], later="B")
    assert set(got["REASON"]) == {"the dose changed between the profiles"}
    assert set(got["SCOPE"]) == {"SUBJECT"}


@pytest.mark.parametrize("pair", [(0.0, 10.0), (10.0, 0.0)])
def test_a_value_of_zero_makes_no_ratio(pair):
    (row,) = ratios([pair]).iter_rows(named=True)
    assert (row["RAC"], row["REASON"]) == (None, "a value is zero or BLQ")


def test_what_does_not_enter_summaries_enters_no_ratio():
    table = adpp([("1", "A", 1, 1, "CMAX", 10.0), ("1", "A", 2, 2, "CMAX", 20.0)])
    doubted = table.with_columns(SUMRSN=pl.when(pl.col("DOSENO") == 1).then(pl.lit("too few")))
    got = accumulation(doubted, profiles(table, {"A": 1.0}), TINY, RATIO)
    assert got["REASON"].to_list() == ["after the first dose: too few"]


# --- steady state ---


def troughs(*subjects):
    """One list of troughs a subject, after dose 1, 2, ..."""
    return adpp(
        [
            (str(i), "A", dose, dose, "CTROUGH", value)
            for i, values in enumerate(subjects)
            for dose, value in enumerate(values, start=1)
            if value is not None
        ]
    )


RISING = [[2, 4, 8, 8.4, 8.1, 8.2], [3, 6, 12, 11.6, 12.2, 12], [1, 2, 4, 4.1, 3.9, 4]]


def verdict(table):
    return steady_state(table, TREND).filter(pl.col("SCOPE") == "LEVEL").row(0, named=True)


def test_steady_state_is_there_from_the_first_dose_after_which_troughs_stay():
    row = verdict(troughs(*RISING))
    assert (row["STEADYFL"], row["FROMDOSE"], row["N"]) == ("Y", 3, 3)


def test_the_trend_within_subjects_is_that_of_their_own_lines():
    """Every subject rises by 20 % a dose from its own level: the slope is ln 1.2, whatever the levels."""
    steep = troughs(*[[base * 1.2**k for k in range(5)] for base in (1, 3, 20)])
    row = steady_state(steep, TREND).row(0, named=True)
    assert row["SLOPE"] == pytest.approx(math.log(1.2), abs=1e-9)
    assert row["CHGPCT"] == pytest.approx(20)
    got = verdict(steep)
    assert (got["STEADYFL"], got["FROMDOSE"]) == ("N", None)
    assert got["REASON"] == "troughs still change from dose to dose"


def test_two_subjects_or_two_troughs_each_are_not_assessable():
    for few in (RISING[:2], [r[:2] for r in RISING]):
        row = verdict(troughs(*few))
        assert row["STEADYFL"] is None
        assert row["REASON"] == "not assessable: fewer than 3 subjects with 3 quantifiable troughs"


def test_troughs_after_a_change_of_level_are_left_out():
    table = troughs(*RISING)
    moved = table.with_columns(
        LEVEL=pl.when((pl.col("USUBJID") == "0") & (pl.col("DOSENO") > 3))
        .then(pl.lit("B"))
        .otherwise("LEVEL")
    )
    rows = steady_state(moved, TREND)
    assert set(rows["LEVEL"]) == {"A"}
    assert rows.filter(pl.col("FROMDOSE") == 1)["NOBS"].max() == 15


def test_clearance_at_steady_state_is_apparent_until_steady_state_is_shown():
    table = pl.concat(
        [
            troughs(*RISING),
            adpp(
                [
                    ("0", "A", 2, 2, "CLSS", 0.3),
                    ("0", "A", 3, 3, "CLSS", 0.2),
                    ("0", "A", 1, 1, "CLO", 0.4),
                ]
            ),
        ]
    )
    got = with_apparent(table, steady_state(table, TREND), TREND).filter(
        pl.col("PARAMCD").is_in(["CLSS", "CLO"])
    )
    assert got.select("DOSENO", "STATUS", "REASON").rows() == [
        (2, "FLAG", NOT_SHOWN.en),
        (3, "OK", None),
        (1, "OK", None),
    ]
