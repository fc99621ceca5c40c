"""ADPC: the dose a sample belongs to, its times, and what it may be used for."""

import polars as pl
import pytest
from pk_drawings import DOSES, SAMPLES, TINY, sample, trial, value, with_nca


def changed(old, new):
    assert old in SAMPLES
    return trial(samples=SAMPLES.replace(old, new))


# --- the dose a sample belongs to, and its times ---


def test_a_predose_sample_belongs_to_the_dose_that_comes():
    row = sample(trial(), "PREDOSE", cycle=2)
    assert (row["DOSENO"], row["ARRLT"], row["NRRLT"]) == (2, -0.5, 0)
    assert (row["AFRLT"], row["NFRLT"]) == (503.5, 504)


def test_a_predose_sample_older_than_its_window_is_of_the_elapsed_time_of_the_dose_before():
    tables = changed("PREDOSE | 503.5", "PREDOSE | 470  ")
    late = tables["ADPC"].filter(pl.col("ARRLT") == 470).row(0, named=True)
    assert (late["DOSENO"], late["NRRLT"], late["WINFL"]) == (1, 504, "OUT")


def test_times_are_hours_unrounded():
    row = sample(changed("EOI     | 1     ", "EOI     | 1.0833333333"), "EOI")
    assert row["ARRLT"] == pytest.approx(65 / 60, abs=1e-12)
    assert row["DEVH"] == pytest.approx(5 / 60, abs=1e-12)


def test_nominal_time_counts_from_the_planned_start_of_its_cycle():
    row = sample(
        trial(doses=DOSES.replace("504 ", "530 "), samples=SAMPLES.replace("505  ", "531  ")),
        "EOI",
        2,
    )
    assert (row["NRRLT"], row["NFRLT"], row["ARRLT"], row["AFRLT"]) == (1, 505, 1, 531)


@pytest.mark.parametrize(
    ("hour", "window"), [("1.25", "IN"), ("1.30", "OUT"), ("0.95", "OUT"), ("1", "IN")]
)
def test_the_window_of_a_sample_is_the_planned_one(hour, window):
    assert sample(changed("EOI     | 1     ", f"EOI     | {hour}"), "EOI")["WINFL"] == window


def test_a_sample_outside_its_window_stays_in_nca_and_leaves_the_summary_by_time():
    tables = changed("24H     | 24    ", "24H     | 30    ")
    row = sample(tables, "24H")
    assert (row["SUMFL"], row["SUMRSN"]) == ("N", "outside the sampling window")
    assert (row["AVALNCA"], row["EXCLFL"]) == (45, None)
    summed = tables["PKCONC"].filter((pl.col("STAT") == "N") & (pl.col("COHORT") == "ALL"))
    assert 24 not in summed["ATPTN"].to_list()


def test_a_sample_without_a_dose_says_so():
    rows = trial(samples=SAMPLES + "2 | 1 | EOI | 1 | 5\n", doses=DOSES + "2 | 1 | 40 | 1 | 100\n")
    row = sample(rows, "EOI", subject="2")
    assert (row["EXCLFL"], row["EXCLRSN"]) == ("Y", "no dose to which the sample belongs")


# --- results ---


def test_blq_is_a_result_and_missing_is_none():
    tables = changed("24H     | 24    | 45", "24H     | 24    |   ")
    blq, missing = sample(tables, "PREDOSE"), sample(tables, "24H")
    assert (blq["BLQFL"], blq["AVAL"], blq["AVALNCA"], blq["LLOQ"]) == ("Y", None, 0, 0.1)
    assert (missing["BLQFL"], missing["AVALNCA"], missing["EXCLRSN"]) == (None, None, "no result")


def test_a_sample_without_a_time_is_not_used():
    row = sample(changed("24H     | 24 ", "24H     |    "), "24H")
    assert row["EXCLRSN"] == "no collection time"


def test_two_samples_at_one_time_are_both_left_out():
    tables = trial(samples=SAMPLES + "1 | 1 | 24H | 24 | 46\n")
    both = tables["ADPC"].filter(pl.col("ATPT") == "24H")
    assert both["EXCLRSN"].to_list() == ["a second sample at the same time"] * 2


def test_a_record_without_result_does_not_make_the_other_a_duplicate():
    tables = trial(samples=SAMPLES + "1 | 1 | 24H | 24 |\n")
    reasons = tables["ADPC"].filter(pl.col("ATPT") == "24H").sort("AVAL")["EXCLRSN"].to_list()
    assert sorted(reasons, key=str) == [None, "no result"]


def test_a_matrix_that_is_not_analysed_is_kept_and_named():
    tables = trial(
        samples="""
        USUBJID | CYCLE | PCTPT | HOUR | RESULT | PCSPEC
        1       | 1     | EOI   | 1    | 60     | SERUM
        1       | 1     | EOI   | 1    | 2      | URINE
        """
    )
    urine = tables["ADPC"].filter(pl.col("MATRIX") == "URINE").row(0, named=True)
    assert urine["EXCLRSN"] == "this analyte and matrix is not analysed in this study"


# --- remarkable samples ---


def test_an_end_of_infusion_sample_before_the_infusion_ended_is_named():
    row = sample(changed("EOI     | 1     ", "EOI     | 0.9   "), "EOI")
    assert row["REASON"] == "end-of-infusion sample drawn before the infusion ended"
    assert row["EXCLFL"] is None


def test_a_predose_sample_drawn_during_the_infusion_is_excluded():
    row = sample(changed("PREDOSE | -1  ", "PREDOSE | 0.25"), "PREDOSE")
    assert row["EXCLRSN"] == "called predose but drawn after the dose had begun"


def test_a_blq_between_quantifiable_samples_is_named():
    tables = changed("D8      | 168   | 20", "D8      | 168   | BLQ")
    assert sample(tables, "D8")["REASON"] == "BLQ between quantifiable samples"
    assert sample(tables, "PREDOSE")["REASON"] is None


@pytest.mark.parametrize(("value", "told"), [("91", True), ("90", False)])
def test_a_value_that_more_than_doubles_after_the_peak_is_named_where_the_plan_asks(value, told):
    odd = SAMPLES.replace("| 60", "| 99").replace("168   | 20", f"168   | {value}")
    reason = sample(trial(samples=odd, study=with_nca(rising_fold=2)), "D8")["REASON"]
    assert reason == ("more than 2 times the sample before it, after the peak" if told else None)
    assert sample(trial(samples=odd), "D8")["REASON"] is None


def test_a_rise_to_the_peak_is_no_remark():
    rows = trial(study=with_nca(rising_fold=2))["ADPC"]
    assert set(rows.filter(pl.col("CYCLE") == 1)["REASON"]) == {None}


def test_a_sample_long_after_the_interval_belongs_to_no_profile():
    last = "1       | 2     | EOI     | 505   | 65"
    tables = changed(last, last + "\n1       | 2     | LATE    | 1200  | 0.5")
    row = sample(tables, "LATE", cycle=2)
    assert (row["PROFILE"], row["REASON"]) == (None, "drawn after the end of the dosing interval")
    assert (row["AVAL"], row["EXCLFL"]) == (0.5, None)


# --- what is listed and not summarised ---


def test_a_profile_whose_dose_deviates_is_listed_and_not_summarised():
    part = DOSES.replace("| MG", "| MG  | EXPDOSE | EXDOSE").replace(
        "1     | 0    | 1    | 100", "1     | 0    | 1    | 80  | 1   | 0.8"
    )
    tables = trial(doses=part.replace("504  | 1    | 100", "504  | 1    | 100 | 1   | 1"))
    assert sample(tables, "24H")["SUMRSN"] == "actual dose deviates more than 10 % from plan"
    # the trough of the deviating dose, not the sample after the next
    assert sample(tables, "PREDOSE", 2)["SUMRSN"] == "actual dose deviates more than 10 % from plan"
    assert sample(tables, "EOI", 2)["SUMRSN"] is None


@pytest.mark.parametrize(
    ("share", "reason"),
    [
        ("0.9", None),
        ("1.1", None),
        ("0.89", "actual dose deviates more than 10 % from plan"),
        ("1.11", "actual dose deviates more than 10 % from plan"),
    ],
)
def test_a_dose_exactly_10_percent_from_plan_is_summarised(share, reason):
    part = DOSES.replace("| MG", "| MG  | EXPDOSE | EXDOSE").replace(
        "1     | 0    | 1    | 100", f"1     | 0    | 1    | 100 | 1   | {share}"
    )
    tables = trial(doses=part.replace("504  | 1    | 100", "504  | 1    | 100 | 1   | 1"))
    assert sample(tables, "24H")["SUMRSN"] == reason
    assert value(tables, "CMAX")["SUMRSN"] == reason


def test_drug_in_the_first_predose_sample_keeps_the_profile_out_of_summaries():
    tables = changed("PREDOSE | -1    | BLQ", "PREDOSE | -1    | 3.1")
    reason = "more than 5 % of CMAX was there before the first dose"
    assert sample(tables, "24H")["SUMRSN"] == reason
    for at_most in ("3.0", "2.9"):  # 5 % of 60, and less
        fine = changed("PREDOSE | -1    | BLQ", f"PREDOSE | -1    | {at_most}")
        assert set(fine["ADPC"]["SUMRSN"]) == {None}


def test_a_predose_sample_before_a_new_level_is_of_the_old_one():
    up = (
        DOSES.replace("| MG", "| MG  | EXDOSE")
        .replace("| 100\n1", "| 100 | 1\n1")
        .replace("504  | 1    | 100", "504  | 1    | 300 | 3")
    )
    tables = trial(doses=up)
    row = sample(tables, "PREDOSE", 2)
    assert (row["LEVEL"], row["SUMRSN"]) == ("B", "before the first dose at this level")


def test_all_records_may_enter_the_summary_where_the_plan_says_so():
    everything = with_nca(TINY, summary=TINY.nca.summary.model_copy(update={"window": "all"}))
    tables = trial(samples=SAMPLES.replace("24H     | 24 ", "24H     | 30 "), study=everything)
    assert sample(tables, "24H")["SUMFL"] == "Y"


def test_a_study_without_concentrations_has_empty_tables():
    tables = trial(samples="USUBJID | CYCLE | PCTPT | HOUR | RESULT")
    assert {
        t: tables[t].height for t in ("ADPC", "PROFILE", "ADPP", "PKCONC", "PKSTAT")
    } == dict.fromkeys(("ADPC", "PROFILE", "ADPP", "PKCONC", "PKSTAT"), 0)


def test_a_study_without_an_analysis_plan_analyses_nothing():
    tables = trial(study=TINY.model_copy(update={"nca": None}))
    assert tables["ADPC"].is_empty()
    assert tables["ESTIMAB"].is_empty()
