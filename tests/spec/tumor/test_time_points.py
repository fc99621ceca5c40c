"""Time-point response of all lesions: one rule a sentence, one drawn trial a rule."""

from __future__ import annotations

import datetime as dt

import polars as pl
import pytest
from tumour_drawings import followed, lesions, places, reference, responses

from pkpipe.tumor.options import ResponseOptions
from pkpipe.tumor.response_analysis import analysed


def test_unequivocal_progression_of_one_non_target_lesion_is_progression():
    drawn = """
        VISIT    | DAY | T1 | NT1     | NT2
        BASELINE | -7  | 30 | PRESENT | PRESENT
        WEEK 6   | 42  | 20 | PRESENT | UNEQUIVOCAL
    """
    assert responses(followed(drawn)) == ["PD"]


@pytest.mark.parametrize(
    ("first", "second", "response"),
    [
        ("ABSENT", "ABSENT", "CR"),
        ("ABSENT", "PRESENT", "NON-CR/NON-PD"),
        ("ABSENT", "-", "NE"),
        ("PRESENT", "NOT EVALUABLE", "NE"),
        ("PRESENT", "UNEQUIVOCAL", "PD"),
        ("-", "UNEQUIVOCAL", "PD"),
        ("ABSENT", "", "NE"),
    ],
)
def test_non_target_disease_alone(first, second, response):
    drawn = f"""
        VISIT    | DAY | NT1     | NT2
        BASELINE | -7  | PRESENT | PRESENT
        WEEK 6   | 42  | {first} | {second}
    """
    assert responses(followed(drawn)) == [response]


def test_a_target_complete_response_with_non_target_lesions_left_is_partial():
    drawn = """
        VISIT    | DAY | T1 | NT1
        BASELINE | -7  | 30 | PRESENT
        WEEK 6   | 42  | 0  | PRESENT
        WEEK 12  | 84  | 0  | ABSENT
    """
    assert responses(followed(drawn)) == ["PR", "CR"]


def test_a_new_lesion_is_progression_on_the_day_of_the_scan_that_shows_it():
    tr = pl.concat(
        [
            lesions("VISIT | DAY | T1\nBASELINE | -7 | 30\nWEEK 6 | 45 | 20"),
            lesions("VISIT | DAY | NEW1\nWEEK 6 | 42 | UNEQUIVOCAL"),
        ]
    )
    outcome = analysed(tr, places(tr), None, reference(), ResponseOptions())
    assert responses(outcome) == ["PD"]
    assert outcome.points["ADATE"][1] == dt.date(2024, 1, 1) + dt.timedelta(days=42)


def test_an_equivocal_new_lesion_waits_and_is_dated_back_once_confirmed():
    waiting = """
        VISIT    | DAY | T1 | NEW1
        BASELINE | -7  | 30 |
        WEEK 6   | 42  | 20 | EQUIVOCAL
        WEEK 12  | 84  | 20 | EQUIVOCAL
    """
    assert responses(followed(waiting)) == ["PR", "PR"]
    assert responses(followed(waiting), "NEWLPROG") == ["EQUIVOCAL", "EQUIVOCAL"]
    confirmed = followed(waiting + "        WEEK 18 | 126 | 20 | UNEQUIVOCAL\n")
    assert responses(confirmed) == ["PD", "PD", "PD"]
    assert "dated back" in confirmed.points["ARITH"][1]
    assert confirmed.derived.best["PDDT"][0] == dt.date(2024, 2, 12)


def test_an_equivocal_lesion_that_goes_away_was_no_progression():
    drawn = """
        VISIT    | DAY | T1 | NEW1
        BASELINE | -7  | 30 |
        WEEK 6   | 42  | 20 | EQUIVOCAL
        WEEK 12  | 84  | 20 | ABSENT
    """
    assert responses(followed(drawn)) == ["PR", "PR"]


def test_a_new_lesion_that_only_tu_names_counts():
    tr = lesions("VISIT | DAY | T1\nBASELINE | -7 | 30\nWEEK 6 | 42 | 20")
    new = pl.DataFrame(
        {
            "USUBJID": "1",
            "TULNKID": "NEW1",
            "TULOC": "LUNG",
            "TUSTRESC": "NEW",
            "TUEVAL": "INVESTIGATOR",
            "VISIT": "WEEK 6",
            "TUDTC": "2024-02-12",
        }
    )
    tu = pl.concat([places(tr), new], how="diagonal")
    assert responses(analysed(tr, tu, None, reference(), ResponseOptions())) == ["PD"]


def test_the_baseline_is_the_last_scan_up_to_the_first_dose():
    drawn = """
        VISIT       | DAY | T1
        SCREENING   | -20 | 50
        UNSCHEDULED | -3  | 40
        WEEK 6      | 42  | 30
    """
    outcome = followed(drawn)
    assert outcome.points["ROLE"].to_list() == ["EARLY", "BASELINE", "POST"]
    assert responses(outcome) == ["SD"]


def test_without_visit_names_scans_up_to_the_first_dose_are_baseline():
    outcome = followed("VISIT | DAY | T1\n | 0 | 50\n | 42 | 35")
    assert outcome.points["ROLE"].to_list() == ["BASELINE", "POST"]
    assert responses(outcome) == ["PR"]


def test_scans_of_one_visit_on_several_days_are_one_time_point_of_its_last_day():
    tr = pl.concat(
        [
            lesions("VISIT | DAY | T1 | T2\nBASELINE | -7 | 30 | 20\nWEEK 6 | 42 | 10 |"),
            lesions("VISIT | DAY | T2\nWEEK 6 | 45 | 5"),
        ]
    )
    outcome = analysed(tr, places(tr), None, reference(), ResponseOptions())
    assert responses(outcome) == ["PR"]
    assert outcome.points["ADATE"][1] == dt.date(2024, 2, 15)


def test_one_lesion_measured_on_two_days_of_a_visit_makes_two_time_points():
    drawn = """
        VISIT           | DAY | T1
        BASELINE        | -7  | 30
        UNSCHEDULED 9.2 | 42  | 20
        UNSCHEDULED 9.2 | 70  | 31
    """
    assert responses(followed(drawn)) == ["PR", "PD"]


def test_two_sums_on_a_day_are_both_compared_with_the_nadir_of_the_day_before():
    drawn = """
        VISIT    | DAY | T1
        BASELINE | -7  | 50
        WEEK 6   | 42  | 40
        RESCAN   | 42  | 30
        WEEK 12  | 84  | 36
    """
    outcome = followed(drawn)
    post = outcome.points.filter(pl.col("ROLE") == "POST").sort("ADATE", "VISIT")
    assert post["NADIR"].to_list() == [50, 50, 30]
    assert post["OVRLRESP"].to_list() == ["PR", "SD", "PD"]


def test_every_reader_has_a_baseline_and_a_nadir_of_its_own():
    drawn = "VISIT | DAY | T1\nBASELINE | -7 | {}\nWEEK 6 | 42 | {}\nWEEK 12 | 84 | {}"
    mine = lesions(drawn.format(50, 30, 40))
    other = lesions(drawn.format(30, 20, 21), reader="INDEPENDENT ASSESSOR")
    tr = pl.concat([other, mine])
    outcome = analysed(tr, places(tr), None, reference(), ResponseOptions())
    assert dict(
        outcome.points.filter(pl.col("ROLE") == "POST")
        .group_by("READER")
        .agg("OVRLRESP")
        .iter_rows()
    ) == {"INVESTIGATOR": ["PR", "PD"], "INDEPENDENT ASSESSOR": ["PR", "PR"]}


def test_an_incomplete_date_is_not_imputed_when_the_study_says_so():
    drawn = "VISIT | DAY | T1\nBASELINE | -7 | 30\nWEEK 6 | 2024-02 | 60"
    kept = followed(drawn, partial_dates="last").derived
    assert (kept.best["BOR"][0], kept.best["PDDT"][0]) == ("PD", dt.date(2024, 2, 29))
    dropped = followed(drawn, partial_dates="ne").derived
    assert dropped.best["BOR"][0] == "MISSING"
    assert "date incomplete" in dropped.timepoints["ANLRSN"][0]


def test_a_baseline_that_took_two_visits_is_put_together_lesion_by_lesion():
    drawn = """
        VISIT       | DAY | T1 | T2 | NT1
        SCREENING   | -14 | 50 | 30 |
        UNSCHEDULED | -3  | 40 |    | PRESENT
        WEEK 6      | 42  | 20 | 20 | ABSENT
    """
    outcome = followed(drawn)
    assert outcome.points["SUMDIAM"].to_list() == [80, 70, 40]
    assert outcome.points["BASE"].to_list() == [None, None, 70]
    assert responses(outcome) == ["PR"]
    assert responses(outcome, "NTRGRESP") == ["CR"]
