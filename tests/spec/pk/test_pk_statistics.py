"""Descriptive statistics of concentrations and parameters, with the rules for few values and for BLQ."""

import math

import polars as pl
import pytest
from pk_drawings import DOSES, SAMPLES, trial

from pkpipe.pk.summaries.geometric import Rules, described


def stats(*values, rules=Rules()):  # noqa: B008 (frozen)
    frame = pl.DataFrame({"G": "a", "VALUE": values}, schema={"G": pl.String, "VALUE": pl.Float64})
    rows = described(frame, ["G"], rules)
    return {r["STAT"]: r for r in rows.iter_rows(named=True)}


def numbers(*values):
    return {code: row["AVAL"] for code, row in stats(*values).items()}


def test_the_reference_values_of_the_methods():
    got = numbers(10, 20, 40)
    assert got["GMEAN"] == pytest.approx(20, rel=1e-14)
    assert got["GCV"] == pytest.approx(78.54, abs=0.005)
    assert (got["N"], got["MEDIAN"], got["MIN"], got["MAX"]) == (3, 20, 10, 40)
    assert got["SD"] == pytest.approx(math.sqrt(700 / 3), rel=1e-14)
    assert got["CV"] == pytest.approx(100 * got["SD"] / got["MEAN"], rel=1e-14)


def test_one_value_is_its_median_and_nothing_else():
    got = numbers(7)
    assert {k for k, v in got.items() if v is not None} == {"N", "NBLQ", "MEDIAN"}
    assert stats(7)["MEAN"]["REASON"] == "fewer than 2 values"
    assert stats(7)["MAX"]["REASON"] == "fewer than 2 values"


def test_two_values_have_means_and_a_range_but_no_spread():
    got = numbers(4, 9)
    assert (got["MEAN"], got["GMEAN"], got["MIN"], got["MAX"]) == (6.5, pytest.approx(6), 4, 9)
    assert [got[k] for k in ("SD", "CV", "GCV")] == [None, None, None]
    assert stats(4, 9)["SD"]["REASON"] == "fewer than 3 values"


@pytest.mark.parametrize(("blq", "told"), [(1, True), (2, False)])
def test_geometric_statistics_stand_while_at_most_a_third_is_blq(blq, told):
    row = stats(*[None] * blq, *[2.0, 8.0][: 3 - blq], rules=Rules(min_n_mean=1))["GMEAN"]
    assert (row["AVAL"] is not None) == told
    if told:
        assert row["AVAL"] == pytest.approx(4)  # of the quantifiable ones
    else:
        assert row["REASON"] == "more than 33.3 % of the values are BLQ"


def test_a_third_written_with_four_decimals_is_a_third():
    row = stats(None, 2.0, 8.0, rules=Rules(blq_share_max_geometric=0.3333))["GMEAN"]
    assert row["AVAL"] == pytest.approx(4)


@pytest.mark.parametrize(("values", "mean"), [((None, 2.0), 1.0), ((None, None, 2.0), None)])
def test_an_arithmetic_mean_takes_blq_as_zero_until_more_than_half_are(values, mean):
    row = stats(*values)["MEAN"]
    assert row["AVAL"] == mean
    assert (row["REASON"] is None) == (mean is not None)


def test_the_number_of_blq_is_counted():
    assert numbers(None, None, 1.0)["NBLQ"] == 2


def test_a_zero_has_no_logarithm_and_says_so():
    assert stats(0.0, 1.0, 2.0)["GMEAN"]["REASON"] == "a value is zero or negative"


def test_every_statistic_without_a_value_has_a_reason():
    drawn = [(None,), (0.0,), (1.0,), (None, None, None), (1.0, None), (0.0,) * 3, (-1.0,) * 3]
    for values in drawn:
        for row in stats(*values).values():
            assert (row["AVAL"] is None) == (row["REASON"] is not None), row


# --- in the room ---


def three(samples=SAMPLES, doses=DOSES):
    """The drawn subject three times."""
    return trial(
        doses=doses
        + "".join(_as(line, s) for s in "23" for line in doses.strip().splitlines()[1:]),
        samples=samples
        + "".join(_as(line, s) for s in "23" for line in samples.strip().splitlines()[1:]),
    )


def _as(line, subject):
    return f"{subject}{line.strip()[1:]}\n"


def test_concentrations_are_summarised_by_planned_time():
    rows = three()["PKCONC"].filter((pl.col("CYCLE") == 1) & (pl.col("COHORT") == "A"))
    n = dict(rows.filter(pl.col("STAT") == "N").select("ATPTN", "AVAL").rows())
    assert n == {0: 3, 1: 3, 24: 3, 168: 3, 336: 3}
    first = rows.filter(pl.col("ATPTN") == 0)
    assert first.filter(pl.col("STAT") == "NBLQ")["AVAL"].item() == 3
    assert first.filter(pl.col("STAT") == "MEAN")["AVAL"].item() is None


def test_all_subjects_of_a_level_stand_beside_the_cohort():
    rows = three()["PKSTAT"].filter((pl.col("PARAMCD") == "CMAX") & (pl.col("STAT") == "GMEAN"))
    assert set(rows["COHORT"]) == {"A", "ALL"}
    assert set(rows.filter(pl.col("CYCLE") == 1)["AVAL"].round(9)) == {60.0}
    assert set(rows["AVALU"]) == {"ug/mL"}


def test_a_time_is_described_by_its_middle_and_range_only():
    rows = three()["PKSTAT"].filter((pl.col("PARAMCD") == "TMAX") & (pl.col("CYCLE") == 1))
    assert set(rows["STAT"]) == {"N", "MEDIAN", "MIN", "MAX"}


def test_percentages_have_their_own_unit_and_counts_none():
    rows = three()["PKSTAT"].filter(pl.col("PARAMCD") == "CMAX")
    assert set(rows.filter(pl.col("STAT") == "GCV")["AVALU"]) == {"%"}
    assert set(rows.filter(pl.col("STAT") == "N")["AVALU"]) == {None}
