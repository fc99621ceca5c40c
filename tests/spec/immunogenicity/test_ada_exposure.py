"""What antibodies do to exposure: tags, and ratios by status."""

from datetime import timedelta

import numpy as np
import polars as pl
import pytest
from exposure_drawings import (
    AFTER_A,
    AFTER_B,
    FIRST,
    NEGATIVE_A,
    NEGATIVE_B,
    row,
    subject,
    tagged,
    values,
)
from scipy import stats

from pkpipe.immunogenicity.exposure.exposure_by_ada_status import SCHEMA, adaexpo_of


def tags(adapk, code, name="1"):
    of = adapk.filter((pl.col("USUBJID") == name) & (pl.col("PARAMCD") == code))
    return of.sort("DOSENO")["ADATAG"].to_list()


def test_a_profile_is_tagged_by_its_dose_and_a_trough_by_its_own_time():
    """The first positive is drawn an hour before the second dose, together with the first dose's trough."""
    second = FIRST + timedelta(days=21)
    drawn = second - timedelta(hours=1)
    got = tagged(subject("1", onset=drawn), troughs=[("1", 1, drawn)])
    assert tags(got, "CMAX") == ["BEFORE", "ON_OR_AFTER", "ON_OR_AFTER"]
    assert tags(got, "CTROUGH") == ["ON_OR_AFTER"] * 3


def test_a_trough_drawn_days_before_the_first_positive_lies_before_it():
    late = FIRST + timedelta(days=40)
    got = tagged(subject("1", onset=late), troughs=[("1", 1, FIRST + timedelta(days=20))])
    assert tags(got, "CTROUGH") == ["BEFORE", "ON_OR_AFTER", "ON_OR_AFTER"]


def test_a_trough_without_a_sample_of_its_own_is_placed_at_the_end_of_the_interval():
    got = tagged(subject("1", onset=FIRST + timedelta(days=30)))
    assert tags(got, "CTROUGH") == ["BEFORE", "ON_OR_AFTER", "ON_OR_AFTER"]
    assert got.filter(pl.col("PARAMCD") == "CTROUGH")["TAGDTM"][0] == FIRST + timedelta(days=21)


def test_who_has_no_antibodies_or_had_them_before_treatment_is_told_apart():
    got = tagged(
        subject("1", "NEGATIVE", "NEGATIVE"),
        subject("2", "NEGATIVE", "UNAFFECTED"),
        subject("3", "POSITIVE", "POSITIVE WITHOUT BASELINE", reason="no baseline"),
        subject("4", "INCONCLUSIVE", "INCONCLUSIVE", reason="drug above the limit"),
    )
    assert [tags(got, "CMAX", n)[0] for n in "1234"] == [
        "NEGATIVE",
        "UNAFFECTED",
        "UNKNOWN",
        "UNKNOWN",
    ]
    unknown = got.filter(pl.col("ADATAG") == "UNKNOWN")
    assert set(unknown["REASON"]) == {"no baseline", "drug above the limit"}


def two_levels():
    cells = (
        ("A", "NEGATIVE", NEGATIVE_A),
        ("A", "ON_OR_AFTER", AFTER_A),
        ("B", "NEGATIVE", NEGATIVE_B),
        ("B", "ON_OR_AFTER", AFTER_B),
    )
    return values([(f"{lv}{tag}{v}", lv, 3, tag, v) for lv, tag, vs in cells for v in vs])


def test_the_ratio_at_a_level_is_the_two_sample_t_interval_of_the_logarithms():
    got = row(adaexpo_of(two_levels(), 0.90, 1 / 3), LEVEL="A", STATUS="ON_OR_AFTER")
    test = stats.ttest_ind(np.log(AFTER_A), np.log(NEGATIVE_A))
    low, high = np.exp(test.confidence_interval(0.90))
    assert got["RATIO"] == pytest.approx(6.0 / np.cbrt(10 * 22 * 41))
    assert (got["LOWER"], got["UPPER"]) == pytest.approx((low, high))
    assert (got["N"], got["NREF"], got["DF"], got["LEVELCI"]) == (2, 3, 3, 0.90)
    assert got["RATIORSN"] is None


def test_the_ratio_over_levels_is_least_squares_with_a_mean_for_each_level():
    frame = two_levels()
    got = row(adaexpo_of(frame, 0.90, 1 / 3), LEVEL="ALL", STATUS="ON_OR_AFTER")
    y = frame["AVAL"].log().to_numpy()
    x = np.column_stack(
        [
            frame["ADATAG"].eq("ON_OR_AFTER").to_numpy(),
            frame["LEVEL"].eq("A").to_numpy(),
            frame["LEVEL"].eq("B").to_numpy(),
        ]
    ).astype(float)
    beta, rss, _, _ = np.linalg.lstsq(x, y, rcond=None)
    df = len(y) - 3
    error = np.sqrt(rss[0] / df * np.linalg.inv(x.T @ x)[0, 0])
    half = stats.t.ppf(0.95, df) * error
    assert got["RATIO"] == pytest.approx(np.exp(beta[0]))
    assert (got["LOWER"], got["UPPER"]) == pytest.approx(
        (np.exp(beta[0] - half), np.exp(beta[0] + half))
    )
    assert got["DF"] == df
    assert got["GMEAN"] is None
    assert got["REASON"] == "levels differ in dose: only the ratio is pooled"


def test_a_level_without_antibodies_is_not_counted_in_the_ratio_over_levels():
    more = [(f"c{i}", "C", 3, "NEGATIVE", 5.0 + i) for i in range(4)]
    with_third = adaexpo_of(pl.concat([two_levels(), values(more)]), 0.90, 1 / 3)
    got = row(with_third, LEVEL="ALL", STATUS="ON_OR_AFTER")
    assert (got["NCOMP"], got["NREF"]) == (5, 7)
    without = row(adaexpo_of(two_levels(), 0.90, 1 / 3), LEVEL="ALL", STATUS="ON_OR_AFTER")
    assert {k: got[k] for k in ("RATIO", "LOWER", "DF")} == {
        k: without[k] for k in ("RATIO", "LOWER", "DF")
    }


def test_the_summary_is_given_with_and_without_the_affected():
    got = adaexpo_of(two_levels(), 0.90, 1 / 3)
    every, rest = (row(got, LEVEL="A", STATUS=s) for s in ("ALL", "WITHOUT"))
    assert (every["N"], rest["N"]) == (5, 3)
    assert rest["GMEAN"] == pytest.approx(np.cbrt(10 * 22 * 41))
    assert rest["RATIO"] == pytest.approx(rest["GMEAN"] / every["GMEAN"])
    assert rest["LOWER"] is None
    assert rest["RATIORSN"] == "largely the same subjects: no interval"


def test_a_ratio_that_cannot_be_had_says_why():
    one = [("1", "A", 3, "ON_OR_AFTER", 5.0)]
    alone = adaexpo_of(values(one), 0.90, 1 / 3)
    assert row(alone, LEVEL="A", STATUS="ON_OR_AFTER")["RATIORSN"] == (
        "no ADA-negative value at this dose and cycle"
    )
    beside = adaexpo_of(
        values([*one, ("2", "A", 3, "NEGATIVE", 8.0), ("3", "A", 3, "NEGATIVE", 9.0)]), 0.9, 1 / 3
    )
    got = row(beside, LEVEL="A", STATUS="ON_OR_AFTER")
    assert got["RATIO"] is None
    assert got["RATIORSN"] == "fewer than 2 values in a group"


def test_a_trough_below_quantification_is_counted_and_said_not_to_be_in_the_ratio():
    low = [("1", "A", 3, "ON_OR_AFTER", v) for v in (4.0, 9.0, 5.0, 0.0)]
    low = [(f"p{i}", *r[1:]) for i, r in enumerate(low)]
    none = [(f"n{i}", "A", 3, "NEGATIVE", v) for i, v in enumerate(NEGATIVE_A)]
    got = row(adaexpo_of(values(low + none), 0.9, 1 / 3), LEVEL="A", STATUS="ON_OR_AFTER")
    assert (got["N"], got["NBLQ"], got["MIN"]) == (4, 1, 0.0)
    assert got["RATIORSN"] == "BLQ values that are not in it: 1"
    lost = row(adaexpo_of(values(low[2:] + none), 0.9, 1 / 3), LEVEL="A", STATUS="ON_OR_AFTER")
    assert lost["GMEAN"] is None
    assert lost["REASON"] == "more than 33.3 % of the values are BLQ"
    assert lost["RATIORSN"] == "no geometric mean in a group"


def test_without_values_there_is_an_empty_table_of_the_same_columns():
    assert adaexpo_of(two_levels().clear(), 0.9, 1 / 3).schema == SCHEMA
