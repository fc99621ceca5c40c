"""PROFILE and ADPP: what closes a profile, what it can give, on which times."""

import polars as pl
import pytest
from pk_drawings import DOSES, SAMPLES, trial, value, with_nca
from profile_drawings import profile

# --- what belongs to a profile ---


def test_the_predose_sample_of_the_next_dose_closes_a_profile_at_its_actual_time():
    tables = trial()
    assert profile(tables)["TLASTH"] == 503.5
    assert value(tables, "CTROUGH")["AVAL"] == 4
    assert value(tables, "TLST")["AVAL"] == 503.5


def test_the_same_sample_starts_the_next_profile():
    assert value(trial(), "CMIN", dose=2)["AVAL"] is None  # sparse
    second = trial(
        samples=SAMPLES + "1 | 2 | 24H | 528 | 50\n1 | 2 | D8 | 672 | 25\n1 | 2 | D15 | 840 | 12\n"
    )
    assert value(second, "CMIN", dose=2)["AVAL"] == 4


def test_the_closing_sample_counts_even_behind_the_planned_interval():
    late = trial(
        DOSES.replace("504 ", "560 "), SAMPLES.replace("503.5", "559.5").replace("505  ", "561  ")
    )
    assert value(late, "TLST")["AVAL"] == 559.5
    assert value(late, "CTROUGH")["AVAL"] == 4
    assert value(late, "AUCTAU")["AVAL"] < value(late, "AUCLST")["AVAL"]


def test_a_dose_later_than_may_be_closes_nothing():
    """72 hours are allowed; the sample 35 days after the first dose is no trough of it."""
    late = trial(
        DOSES.replace("504 ", "840 "), SAMPLES.replace("503.5", "839.5").replace("505  ", "841  ")
    )
    assert profile(late)["TLASTH"] == 336
    trough = value(late, "CTROUGH")
    assert (trough["AVAL"], trough["PPREASND"]) == (
        None,
        "no sample before a next dose within its window",
    )


@pytest.mark.parametrize(("drawn", "closes"), [("576  ", True), ("576.1", False)])
def test_a_closing_sample_may_be_as_late_as_a_dose_may_be_and_no_later(drawn, closes):
    """504 hours and the 72 allowed."""
    tables = trial(
        DOSES.replace("504 ", "577 "), SAMPLES.replace("503.5", drawn).replace("505  ", "578  ")
    )
    assert (profile(tables)["TLASTH"] == 576) == closes


def test_nothing_reaches_across_the_next_dose():
    early = trial(
        DOSES.replace("504 ", "300 "), SAMPLES.replace("503.5", "299.5").replace("505  ", "301  ")
    )
    assert value(early, "TLST")["AVAL"] == 299.5
    assert value(early, "AUCTAU")["AVAL"] is None


def test_a_sample_at_the_end_of_treatment_is_no_trough():
    one = "\n".join(DOSES.strip().splitlines()[:2])
    ended = trial(doses=one, samples=SAMPLES.split("1       | 2")[0] + "1 | 1 | EOT | 503.5 | 4\n")
    assert value(ended, "CTROUGH")["AVAL"] is None
    assert value(ended, "TLST")["AVAL"] == 503.5


def test_a_sample_at_the_very_time_of_a_dose_ends_one_profile_and_starts_the_next():
    both = trial(
        samples=SAMPLES.replace(
            "1       | 2     | PREDOSE | 503.5", "1       | 1     | D22     | 504  "
        )
    )
    assert value(both, "CTROUGH")["AVAL"] == 4
    assert profile(both)["TLASTH"] == 504


# --- what a profile can give ---


def test_a_profile_with_few_samples_gives_what_was_seen_and_says_why_not_the_rest():
    tables = trial()
    assert profile(tables, 2)["PRFLFL"] == "SPARSE"
    assert (value(tables, "CMAX", 2)["AVAL"], value(tables, "CEOI", 2)["AVAL"]) == (65, 65)
    area = value(tables, "AUCLST", 2)
    assert (area["AVAL"], area["PPSTAT"], area["STATUS"]) == (None, "NOT DONE", "NR")
    assert area["PPREASND"] == "samples after the dose: 1; areas and slopes need 4"


def test_a_profile_with_exactly_the_fewest_samples_has_areas():
    four = SAMPLES.replace("1       | 1     | D15     | 336   | 9\n", "")
    assert profile(trial(samples=four))["PRFLFL"] == "RICH"
    three = four.replace("1       | 1     | D8      | 168   | 20\n", "")
    assert profile(trial(samples=three))["PRFLFL"] == "SPARSE"


def test_a_trough_alone_is_neither_peak_nor_last_concentration():
    third = DOSES + "1 | 3 | 1008 | 1 | 100\n"
    tables = trial(
        third,
        SAMPLES.replace("EOI     | 505   | 65", "EOI     | 505   |   ")
        + "1 | 3 | PREDOSE | 1007 | 6\n",
    )
    assert profile(tables, 2)["PRFLFL"] == "TROUGH"
    assert value(tables, "CTROUGH", 2)["AVAL"] == 6
    peak = value(tables, "CMAX", 2)
    assert (peak["AVAL"], peak["PPREASND"]) == (
        None,
        "no sample after this dose but the one before the next",
    )


def test_a_sparse_profile_without_its_end_of_infusion_has_no_peak():
    tables = trial(
        samples=SAMPLES.replace(
            "1       | 2     | EOI     | 505 ", "1       | 2     | D8      | 672 "
        )
    )
    peak = value(tables, "CMAX", 2)
    assert (peak["AVAL"], peak["PPREASND"]) == (
        None,
        "no sample at the end of the infusion, so no peak",
    )
    assert value(tables, "CLST", 2)["AVAL"] == 65


def test_a_full_profile_without_its_end_of_infusion_has_a_doubted_peak():
    tables = trial(samples=SAMPLES.replace("| EOI     | 1     | 60", "| EOI     | 1     |   "))
    peak = value(tables, "CMAX")
    assert (peak["AVAL"], peak["STATUS"]) == (45, "FLAG")
    assert peak["REASON"] == "no sample at the end of the infusion"
    assert peak["SUMFL"] == "Y"


def test_a_trough_above_all_else_is_no_peak():
    odd = SAMPLES.replace("| 60", "|   ").replace("503.5 | 4", "503.5 | 90")
    peak = value(trial(samples=odd), "CMAX")
    assert peak["AVAL"] is None
    assert peak["PPREASND"].startswith("the highest concentration is the one before the next dose")


def test_the_first_profile_is_a_single_dose_and_later_ones_are_not():
    assert [p["KIND"] for p in (profile(trial()), profile(trial(), 2))] == ["SD", "MD"]
    never = trial(study=with_nca(single_dose_profiles=False))
    assert profile(never)["KIND"] == "MD"


def test_clearance_is_that_of_a_single_dose_or_of_steady_state_and_never_both():
    tables = trial(
        samples=SAMPLES
        + "1 | 2 | 24H | 528 | 50\n1 | 2 | D8 | 672 | 25\n1 | 2 | D15 | 840 | 12\n1 | 2 | D22 | 1000 | 6\n"
    )
    codes = {
        dose: set(tables["ADPP"].filter(pl.col("DOSENO") == dose)["PARAMCD"]) for dose in (1, 2)
    }
    assert codes[1] & {"CLO", "CLSS"} == {"CLO"}
    assert codes[2] & {"CLO", "CLSS"} == {"CLSS"}
    assert value(tables, "CLSS", 2)["AVAL"] == pytest.approx(
        100 / value(tables, "AUCTAU", 2)["AVAL"]
    )


# --- time basis ---


def test_on_nominal_times_a_late_sample_stands_where_it_was_planned():
    late = SAMPLES.replace("24H     | 24 ", "24H     | 30 ")
    actual = value(trial(samples=late), "AUCLST")["AVAL"]
    nominal = value(trial(samples=late, study=with_nca(time_basis="nominal")), "AUCLST")["AVAL"]
    on_time = value(trial(study=with_nca(time_basis="nominal")), "AUCLST")["AVAL"]
    assert nominal == on_time
    assert actual != nominal


def test_only_within_the_window_the_nominal_time_may_stand():
    late = SAMPLES.replace("24H     | 24 ", "24H     | 30 ").replace(
        "D8      | 168", "D8      | 170"
    )
    tables = trial(samples=late, study=with_nca(time_basis="nominal_if_within"))
    moved = late.replace("D8      | 170", "D8      | 168").replace("503.5", "504")
    expected = trial(samples=moved)
    assert value(tables, "AUCLST")["AVAL"] == pytest.approx(value(expected, "AUCLST")["AVAL"])


def test_two_samples_of_one_planned_time_do_not_stop_the_analysis_on_nominal_times():
    twice = SAMPLES + "1 | 1 | 24H | 25.5 | 43\n"
    tables = trial(samples=twice, study=with_nca(time_basis="nominal"))
    assert value(tables, "NCONCM")["AVAL"] == 6


# --- what lies behind τ ---

LATE = DOSES.replace("| 504 ", "| 576 ")


def test_a5_room_cmin_late_trough_lies_behind_the_dosing_interval_and_is_none_of_it():
    drawn = SAMPLES.replace("503.5 | 4", "575.5 | 4").replace("505 ", "577 ")
    tables = trial(doses=LATE, samples=drawn.replace("-1    | BLQ", "-1    | 5"))
    low = value(tables, "CMIN")
    assert (low["AVAL"], value(tables, "TMIN")["AVAL"]) == (5, 0)
    assert value(tables, "TLST")["AVAL"] == 575.5, "the slope and the areas use it"
    assert value(tables, "CTROUGH")["AVAL"] == 4


def test_a_late_trough_above_all_else_is_no_peak_either():
    odd = SAMPLES.replace("| 60", "|   ").replace("503.5 | 4", "575.5 | 90").replace("505 ", "577 ")
    peak = value(trial(doses=LATE, samples=odd), "CMAX")
    assert peak["AVAL"] is None
    assert peak["PPREASND"].startswith("the highest concentration is the one before the next dose")
