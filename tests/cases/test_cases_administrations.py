"""EX records to administrations: ranges of days with a frequency, the DLT window, open ends."""

from datetime import date

import polars as pl
import pytest
from ex_records import CUTOFF, ENDED, checks, ex, moment, oral, rooms, sums, tablets

from pkpipe.clinical.dose_frequency import FREQUENCIES, FREQUENCY
from pkpipe.escalation.subjects.records import records_of
from pkpipe.pk.samples.doses import dose_times
from pkpipe.protocol.study import Study

# --- the words of EXDOSFRQ ---


def test_every_frequency_has_the_code_of_its_term():
    codes = [f.code for f in FREQUENCIES.values()]
    assert len(set(codes)) == len(codes)
    assert all(code.startswith("C") and code[1:].isdigit() for code in codes)


@pytest.mark.parametrize(
    ("word", "term"),
    [
        *(("qd", "QD"), (" Once Daily ", "QD"), ("每日一次", "QD"), ("b.i.d.", "BID")),
        *(("Q3W", "EVERY 3 WEEKS"), ("q21d", "EVERY 3 WEEKS"), ("Every other day", "QOD")),
        *(("Q2D", "QOD"), ("QW", "EVERY WEEK"), ("BIW", "2 TIMES PER WEEK"), ("as needed", "PRN")),
        *(("FOO", None), ("Q0D", None)),
    ],
)
def test_a_frequency_is_compared_without_letter_case_and_blanks(word, term):
    assert pl.DataFrame({"w": [word]}).select(FREQUENCY.term(pl.col("w"))).item() == term


# case study/exdosfrq_not_read: one record of 43 days, 500 mg
@pytest.mark.parametrize(
    ("frequency", "cycle_days", "per_day", "doses", "cycles"),
    [
        ("Q3W", 21, 1, 3, 3),
        ("BID", 1, 2, 86, 43),
        ("QOD", 2, 1, 22, 22),
        ("QD", 1, 1, 43, 43),
        ("TID", 1, 3, 129, 43),
        ("Q8H", 1, 3, 129, 43),
        ("QW", 7, 1, 7, 7),
        ("Q2W", 14, 1, 4, 4),
        ("Q3D", 3, 1, 15, 15),
        ("Q4W", 28, 1, 2, 2),
        ("BIW", 7, 2, 13, 13),
        ("QM", 30, 1, 2, 2),
    ],
)
def test_exdosfrq_not_read_the_doses_of_a_range_are_those_of_its_frequency(
    frequency, cycle_days, per_day, doses, cycles
):
    study = oral(cycle_days, per_day)
    tables = rooms(ex(tablets(frequency, "2026-01-07T09:42", "2026-02-18T09:42", 500)), study)
    got = sums(tables)
    assert (got["TDOSE"], got["NCYCLE"]) == (500 * doses, cycles)
    assert dose_times(tables["ADEX"], study).height == doses


def test_no_dose_of_a_range_is_outside_its_days():
    for frequency in ("BID", "TID", "QID", "Q8H", "Q36H", "BIW"):
        for start, end in (("T13:00", "T13:00"), ("T22:30", "T07:00"), ("", "")):
            records = ex(tablets(frequency, f"2026-01-07{start}", f"2026-01-20{end}"))
            days = rooms(records, oral())["ADEX"]["ASTDT"]
            assert (days.min(), days.max() <= date(2026, 1, 20)) == (date(2026, 1, 7), True)


@pytest.mark.parametrize(
    ("frequency", "check"),
    [
        ("FOO", "EX-FREQUENCY"),
        ("", "EX-NO-FREQUENCY"),
        ("QOD", "EX-FREQUENCY-DRUG"),
        ("BID", "EX-FREQUENCY-DRUG"),
        ("PRN", "EX-NOT-COUNTED"),
        ("QD", None),
        ("qd", None),
    ],
)
def test_exdosfrq_not_read_a_word_that_gives_no_count_or_another_than_the_plan_is_asked_about(
    frequency, check
):
    found = checks(ex(tablets(frequency, "2026-01-07", "2026-02-18", 500)), oral())
    assert found == ([] if check is None else [check])


def test_exdosfrq_not_read_without_a_count_the_sums_are_withheld_with_the_reason():
    for frequency in ("", "PRN", "FOO"):
        tables = rooms(ex(tablets(frequency, "2026-01-07", "2026-02-18")), oral())
        assert sums(tables)["TDOSE"] is None
        row = tables["ADEXSUM"].filter(pl.col("PARAMCD") == "TDOSE").row(0, named=True)
        assert "frequency" in row["REASON"]


def test_another_frequency_of_one_range_is_a_query_and_counted_as_recorded():
    two = ex(tablets("QD", "2026-01-01", "2026-01-10"), tablets("QOD", "2026-01-11", "2026-01-20"))
    assert checks(two, oral()) == ["EX-FREQUENCY-PLAN", "EX-RANGE-REST"]
    assert sums(rooms(two, oral()))["TDOSE"] == 5 * (10 + 5)


# --- the DLT window ---


def fraction(records: str, study: Study, **tables: str) -> float | None:
    made = rooms(records, study, **tables)
    return records_of(made, study.at(CUTOFF), study.escalation)["DOSEFRAC"].item()


def test_oral_qd_ranges_not_evaluable_a_full_window_of_daily_doses_is_the_whole_dose():
    assert fraction(ex(tablets("QD", "2026-01-01T10:18", "2026-01-28T10:18")), oral()) == 1.0


@pytest.mark.parametrize(
    ("study", "frequency", "end"),
    [
        (oral(max_cycles=28), "QD", "2026-01-28"),
        (oral(per_day=2), "BID", "2026-01-28"),
        (oral(max_cycles=3), "QD", "2026-01-03"),
        (oral(cycle_days=2), "QOD", "2026-01-27"),
        (oral(cycle_days=7), "QW", "2026-01-22"),
    ],
)
def test_oral_qd_ranges_not_evaluable_nor_where_the_plan_has_fewer_or_more_doses(
    study, frequency, end
):
    assert fraction(ex(tablets(frequency, "2026-01-01", end)), study) == 1.0


def test_oral_qd_ranges_not_evaluable_several_gapless_ranges_are_one_course():
    parts = ex(
        tablets("QD", "2026-01-01", "2026-01-10"),
        tablets("QD", "2026-01-11", "2026-01-20"),
        tablets("QD", "2026-01-21", "2026-01-28"),
    )
    tables = rooms(parts, oral())
    assert sums(tables)["NDELAY"] == 0
    assert fraction(parts, oral()) == 1.0


def test_days_left_out_of_daily_dosing_lower_the_share_by_those_days():
    left_out = ex(
        tablets("QD", "2026-01-01", "2026-01-10"),
        tablets("QD", "2026-01-10", "2026-01-12", 0),
        tablets("QD", "2026-01-14", "2026-01-28"),
    )
    # 9 days, 3 days of nothing, the 13th not recorded, 15 days
    assert sums(rooms(left_out, oral()))["TDOSE"] == 5 * 24
    assert fraction(left_out, oral()) == pytest.approx(24 / 28)


# --- ends ---


def test_a_single_record_after_a_range_without_an_end_is_the_last_dose():
    records = ex(tablets("QD", "2026-01-01", ""), tablets("ONCE", "2026-02-10", "2026-02-10"))
    tables = rooms(records, oral(), DS=ENDED)
    assert tables["ADSL"]["TRTEDT"].item() == date(2026, 2, 10)
    assert sums(tables)["TDOSE"] is None
    assert "EX-OPEN-END" in checks(records, oral(), DS=ENDED)


def test_no_documented_dose_is_after_the_last_one():
    records = ex(tablets("QD", "2026-01-01", "2026-01-10"), tablets("QD", "2026-01-11", ""))
    tables = rooms(records, oral(), DS=ENDED)
    assert tables["ADSL"]["TRTEDT"].item() == date(2026, 1, 11)
    assert tables["ADEX"]["ASTDT"].max() <= tables["ADSL"]["TRTEDT"].item()


def test_a_range_without_an_end_of_a_subject_on_treatment_is_counted_to_the_cutoff_and_said():
    records = ex(tablets("QD", "2026-06-01", ""))
    tables = rooms(records, oral())
    assert sums(tables)["TDOSE"] == 5 * 30
    assert set(tables["ADEX"]["OPENFL"]) == {"Y"}
    assert checks(records, oral()) == ["EX-OPEN-CUTOFF"]


def test_a_window_whose_doses_are_not_documented_gives_no_share_and_stops_the_decision():
    records = ex(tablets("QD", "2026-01-01", ""))
    assert fraction(records, oral(), DS=ENDED) is None
    assert "EX-OPEN-END-DLT" in checks(records, oral(), DS=ENDED)


# --- ranges that touch ---


def test_where_two_ranges_meet_on_a_day_the_later_dose_is_that_day_s():
    titrated = ex(
        tablets("QD", "2026-01-01", "2026-01-15", 5), tablets("QD", "2026-01-15", "2026-01-24", 10)
    )
    assert sums(rooms(titrated, oral()))["TDOSE"] == 14 * 5 + 10 * 10
    assert checks(titrated, oral()) == ["EX-RANGES-MEET"]


def test_a_recorded_dose_inside_a_range_is_that_day_s_dose():
    inside = ex(
        tablets("QD", "2026-01-01T08:00", "2026-01-10T08:00"),
        tablets("ONCE", "2026-01-05T08:30", "2026-01-05T08:30"),
    )
    tables = rooms(inside, oral())
    assert sums(tables)["TDOSE"] == 10 * 5
    assert moment(2026, 1, 5, 8, 30) in tables["ADEX"]["ASTDTM"].to_list()


def test_two_ranges_at_the_same_time_are_an_error():
    both = ex(tablets("QD", "2026-01-01", "2026-01-15"), tablets("QD", "2026-01-10", "2026-01-24"))
    assert "EX-RANGES-OVERLAP" in checks(both, oral())


def test_two_timed_doses_of_a_day_twice_daily_are_two_and_the_last_day_ends_with_its_end():
    twice = oral(per_day=2)
    first = ex(tablets("BID", "2026-01-05T20:00", "2026-01-07T08:00"))
    assert rooms(first, twice)["ADEX"]["ASTDTM"].to_list() == [
        moment(2026, 1, 5, 20),
        moment(2026, 1, 6, 8),
        moment(2026, 1, 6, 20),
        moment(2026, 1, 7, 8),
    ]
