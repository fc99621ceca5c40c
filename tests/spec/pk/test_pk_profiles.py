"""PROFILE and ADPP: what closes a profile, what it can give, and what is withheld with which words."""

import polars as pl
import pytest
from pk_drawings import DOSES, PAIR, SAMPLES, TINY, trial, value, with_nca


def profile(tables, dose=1):
    return tables["PROFILE"].filter(pl.col("DOSENO") == dose).row(0, named=True)


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


# --- where a later dose starts from ---

SECOND = """
USUBJID | CYCLE | PCTPT   | HOUR  | RESULT
1       | 1     | EOI     | 1     | 60
1       | 2     | PREDOSE | 503.5 | %s
1       | 2     | EOI     | 505   | 65
1       | 2     | 24H     | 528   | 50
1       | 2     | D8      | 672   | 25
1       | 2     | D15     | 840   | 12
1       | 3     | PREDOSE | 1007  | 5
"""
THIRD = DOSES + "1 | 3 | 1008 | 1 | 100\n"


def second(predose, study=TINY):
    return trial(doses=THIRD, samples=SECOND % predose, study=study)


def test_a_later_dose_does_not_start_from_nothing():
    tables = second("")
    for code in ("AUCLST", "AUCTAU", "CLSS"):
        row = value(tables, code, 2)
        assert row["AVAL"] is None
        assert row["PPREASND"].startswith("no concentration at the start of the interval")
    assert value(tables, "CMIN", 2)["AVAL"] == 5
    assert value(tables, "LAMZHL", 2)["AVAL"] > 0


def test_the_first_dose_does():
    missing = SAMPLES.replace("| PREDOSE | -1    | BLQ", "| PREDOSE | -1    |    ")
    assert value(trial(samples=missing), "AUCTAU")["AVAL"] == value(trial(), "AUCTAU")["AVAL"]


def test_its_predose_sample_is_where_it_starts_from():
    areas = [value(second(predose), "AUCTAU", 2)["AVAL"] for predose in ("4", "6", "BLQ")]
    half_hour = (6 - 4) / 2 / 24  # a linear rise over the one hour of infusion, in days
    assert areas[1] - areas[0] == pytest.approx(half_hour)
    assert areas[0] - areas[2] == pytest.approx(2 * half_hour)


def test_the_plan_may_let_it_start_from_the_lowest_value_of_the_interval():
    start = TINY.nca.start.model_copy(update={"later_dose": "interval_minimum"})
    lowest = value(second("", with_nca(start=start)), "AUCTAU", 2)["AVAL"]
    assert lowest == pytest.approx(value(second("5"), "AUCTAU", 2)["AVAL"])


# --- the reference profile of the methods (section 5.4), told in days ---

VECTOR = """
USUBJID | CYCLE | PCTPT   | HOUR | RESULT
1       | 1     | PREDOSE | 0    | BLQ
1       | 1     | EOI     | 1    | 60
1       | 1     | 24H     | 24   | 45
1       | 1     | 48H     | 48   | 38
1       | 1     | D8      | 168  | 20
1       | 1     | D15     | 336  | 9
"""
IN_DAYS = {
    "AUCLST": (7902.4435 / 24, "ug/mL*day"),
    "AUMCLST": (949395.97 / 24**2, "ug/mL*day2"),
    "LAMZ": (0.004985314 * 24, "1/day"),
    "LAMZHL": (139.0378 / 24, "day"),
    "AUCIFO": (9707.7461 / 24, "ug/mL*day"),
    "AUCPEO": (18.5965, "%"),
    "AUCIFP": (9687.143 / 24, "ug/mL*day"),
    "CLO": (0.01030105 * 24, "L/day"),
    "VZO": (2.06628, "L"),
    "MRTIVIFO": (197.0847 / 24, "day"),
    "VSSO": (2.030179, "L"),
    "LAMZSPN": (2.071, None),
    "LAMZNPT": (3, None),
    "TMAX": (1, "h"),
    "LAMZLL": (48, "h"),
}


@pytest.fixture(scope="module")
def vector():
    return trial(doses="\n".join(DOSES.strip().splitlines()[:2]), samples=VECTOR)


@pytest.mark.parametrize("code", IN_DAYS)
def test_the_reference_profile_of_the_methods_in_the_units_of_its_analyte(vector, code):
    number, unit = IN_DAYS[code]
    row = value(vector, code)
    assert row["AVAL"] == pytest.approx(number, rel=3e-6 if code != "LAMZSPN" else 3e-4)
    assert unit is None or row["AVALU"] == unit


def test_an_analyte_told_in_hours_stays_in_hours():
    hours = TINY.model_copy(
        update={"analytes": (TINY.analytes[0].model_copy(update={"time_unit": "h"}),)}
    )
    row = value(
        trial(doses="\n".join(DOSES.strip().splitlines()[:2]), samples=VECTOR, study=hours), "CLO"
    )
    assert (row["AVAL"], row["AVALU"]) == (pytest.approx(0.01030105, rel=1e-6), "L/h")


# --- what is withheld ---


def test_what_needs_the_dose_is_not_given_without_it():
    tables = trial(doses=DOSES.replace("| 100", "|    "))
    clearance = value(tables, "CLO")
    assert (clearance["AVAL"], clearance["PPREASND"]) == (None, "the dose in mg is not known")
    assert value(tables, "AUCLST")["AVAL"] > 0
    assert value(tables, "CMAXD")["AVAL"] is None


def payload_profile(**changes):
    lines = VECTOR.replace("RESULT", "RESULT | PCTESTCD | PCSPEC").strip().splitlines()
    payload = next(a for a in PAIR.analytes if a.role == "payload").model_copy(update=changes)
    samples = "\n".join(
        [lines[0], *(f"{line} | {payload.code} | {payload.matrix}" for line in lines[1:])]
    )
    analytes = tuple(payload if a.code == payload.code else a for a in PAIR.analytes)
    study = PAIR.model_copy(update={"analytes": analytes})
    return trial(doses="\n".join(DOSES.strip().splitlines()[:2]), samples=samples, study=study)


def test_free_payload_has_an_exposure_and_no_clearance():
    tables = payload_profile()
    for code in ("CLO", "VZO", "VSSO", "CMAXD", "AUCLSTD"):
        row = value(tables, code)
        assert (row["AVAL"], row["PPREASND"]) == (None, "the dose of free payload is not known")
    assert value(tables, "CLST")["AVAL"] == 9
    assert value(tables, "AUCLST")["AVAL"] > 0


def test_a_study_may_ask_for_the_payloads_clearance_on_the_dose_of_the_conjugate_and_it_is_flagged():
    tables = payload_profile(disposition_on_dose_given=True)
    for code in ("CMAXD", "AUCLSTD"):
        row = value(tables, code)
        assert row["AVAL"] > 0
        assert row["STATUS"] == "FLAG"
        assert row["REASON"].startswith("on the dose of the conjugate")
    assert value(tables, "CMAX")["STATUS"] == "OK"


def test_a_doubted_slope_keeps_its_value_and_leaves_the_summary():
    rising = SAMPLES.replace("| 20", "| 8 ").replace("| 9", "| 9")
    row = value(trial(samples=rising), "LAMZHL")
    assert (row["STATUS"], row["SUMFL"]) == ("NR", "N")
    assert row["AVAL"] > 0
    assert row["SUMRSN"] == row["REASON"]


def test_a_null_is_never_ok_and_always_has_a_reason():
    nulls = trial()["ADPP"].filter(pl.col("AVAL").is_null())
    assert nulls.height > 10
    assert set(nulls["STATUS"]) == {"NR"}
    assert nulls["PPREASND"].null_count() == nulls["REASON"].null_count() == 0
    assert set(nulls["PPSTAT"]) == {"NOT DONE"}


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


def test_a_first_dose_starts_from_nothing_also_where_no_profile_is_a_single_dose():
    without = SAMPLES.replace("1       | 1     | PREDOSE | -1    | BLQ\n", "")
    tables = trial(samples=without, study=with_nca(single_dose_profiles=False))
    assert value(tables, "AUCLST")["AVAL"] is not None
    assert value(tables, "CMIN")["AVAL"] == 0
