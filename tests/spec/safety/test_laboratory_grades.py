"""CTCAE v5.0 laboratory grades at every boundary, low and high apart, in every unit of the table."""

from __future__ import annotations

import polars as pl
import pytest

from pkpipe.safety.ctcae import CTCAE_5
from pkpipe.safety.grading import graded


def grades(
    test: str,
    value: float | None,
    unit: str | None,
    low: float | None = None,
    high: float | None = None,
    *,
    base: float | None = None,
    base_high: float | None = None,
    post: str | None = "Y",
) -> dict:
    frame = pl.DataFrame(
        {
            "PARAMCD": [test],
            "AVAL": [value],
            "AVALU": [unit],
            "ANRLO": [low],
            "ANRHI": [high],
            "BASE": [base],
            "BNRHI": [base_high if base_high is not None else high],
            "POSTFL": [post],
        },
        schema={
            **dict.fromkeys(("PARAMCD", "AVALU", "POSTFL"), pl.String),
            **dict.fromkeys(("AVAL", "ANRLO", "ANRHI", "BASE", "BNRHI"), pl.Float64),
        },
    )
    return graded(frame).row(0, named=True)


LOW = [
    # test, unit, LLN, (value at each limit, grade at it, grade just below it)
    ("HGB", "g/L", 130, ((130, 0, 1), (100, 1, 2), (80, 2, 3))),
    ("HGB", "g/dL", 13, ((13, 0, 1), (10, 1, 2), (8, 2, 3))),
    ("HGB", "mmol/L", 8, ((8, 0, 1), (6.2, 1, 2), (4.9, 2, 3))),
    ("WBC", "10^9/L", 4, ((4, 0, 1), (3, 1, 2), (2, 2, 3), (1, 3, 4))),
    ("NEUT", "10^9/L", 1.8, ((1.8, 0, 1), (1.5, 1, 2), (1, 2, 3), (0.5, 3, 4))),
    ("NEUT", "/mm3", 1800, ((1800, 0, 1), (1500, 1, 2), (1000, 2, 3), (500, 3, 4))),
    ("LYM", "GI/L", 1, ((1, 0, 1), (0.8, 1, 2), (0.5, 2, 3), (0.2, 3, 4))),
    ("PLAT", "10^3/µL", 150, ((150, 0, 1), (75, 1, 2), (50, 2, 3), (25, 3, 4))),
    ("ALB", "g/L", 35, ((35, 0, 1), (30, 1, 2), (20, 2, 3))),
    ("ALB", "g/dL", 3.5, ((3.5, 0, 1), (3, 1, 2), (2, 2, 3))),
    ("SODIUM", "mmol/L", 135, ((135, 0, 1), (130, 1, 2), (125, 2, 3), (120, 3, 4))),
    ("SODIUM", "mEq/L", 135, ((135, 0, 1), (130, 1, 2), (125, 2, 3), (120, 3, 4))),
    ("K", "mmol/L", 3.5, ((3.5, 0, 1), (3.0, 1, 3), (2.5, 3, 4))),
    ("CACR", "mmol/L", 2.2, ((2.2, 0, 1), (2.0, 1, 2), (1.75, 2, 3), (1.5, 3, 4))),
    ("CACR", "mg/dL", 8.8, ((8.8, 0, 1), (8, 1, 2), (7, 2, 3), (6, 3, 4))),
    ("CAION", "mmol/L", 1.1, ((1.1, 0, 1), (1.0, 1, 2), (0.9, 2, 3), (0.8, 3, 4))),
    ("MG", "mmol/L", 0.7, ((0.7, 0, 1), (0.5, 1, 2), (0.4, 2, 3), (0.3, 3, 4))),
    ("MG", "mg/dL", 1.7, ((1.7, 0, 1), (1.2, 1, 2), (0.9, 2, 3), (0.7, 3, 4))),
    ("GLUC", "mmol/L", 3.9, ((3.9, 0, 1), (3.0, 1, 2), (2.2, 2, 3), (1.7, 3, 4))),
    ("GLUC", "mg/dL", 70, ((70, 0, 1), (55, 1, 2), (40, 2, 3), (30, 3, 4))),
]
HIGH = [
    # test, unit, ULN, (value at each limit, grade at it, grade just above it)
    ("HGB", "g/L", 170, ((170, 0, 1), (190, 1, 2), (210, 2, 3))),
    ("WBC", "10^9/L", 10, ((100, 0, 3),)),
    ("LYM", "10^9/L", 3, ((4, 0, 2), (20, 2, 3))),
    ("APTT", "s", 40, ((40, 0, 1), (60, 1, 2), (100, 2, 3))),
    ("INR", None, 1.2, ((1.2, 0, 1), (1.5, 1, 2), (2.5, 2, 3))),
    ("ALT", "U/L", 40, ((40, 0, 1), (120, 1, 2), (200, 2, 3), (800, 3, 4))),
    ("AST", "U/L", 0.7, ((0.7, 0, 1), (2.1, 1, 2), (3.5, 2, 3), (14, 3, 4))),
    ("ALP", "U/L", 100, ((100, 0, 1), (250, 1, 2), (500, 2, 3), (2000, 3, 4))),
    ("GGT", "U/L", 50, ((50, 0, 1), (125, 1, 2), (250, 2, 3), (1000, 3, 4))),
    ("BILI", "umol/L", 20, ((20, 0, 1), (30, 1, 2), (60, 2, 3), (200, 3, 4))),
    ("LDH", "U/L", 250, ((250, 0, 1),)),
    ("AMYLASE", "U/L", 100, ((100, 0, 1), (150, 1, 2), (500, 2, 3))),
    ("LIPASE", "U/L", 60, ((60, 0, 1), (90, 1, 2), (300, 2, 3))),
    ("CK", "U/L", 200, ((200, 0, 1), (500, 1, 2), (1000, 2, 3), (2000, 3, 4))),
    ("CREAT", "umol/L", 100, ((100, 0, 1), (150, 1, 2), (300, 2, 3), (600, 3, 4))),
    ("SODIUM", "mmol/L", 145, ((145, 0, 1), (150, 1, 2), (155, 2, 3), (160, 3, 4))),
    ("K", "mmol/L", 5.1, ((5.1, 0, 1), (5.5, 1, 2), (6, 2, 3), (7, 3, 4))),
    ("CACR", "mmol/L", 2.6, ((2.6, 0, 1), (2.9, 1, 2), (3.1, 2, 3), (3.4, 3, 4))),
    ("CAION", "mmol/L", 1.3, ((1.3, 0, 1), (1.5, 1, 2), (1.6, 2, 3), (1.8, 3, 4))),
    ("MG", "mmol/L", 1.0, ((1.0, 0, 1), (1.23, 1, 3), (3.3, 3, 4))),
    ("CHOL", "mmol/L", 5.2, ((5.2, 0, 1), (7.75, 1, 2), (10.34, 2, 3), (12.92, 3, 4))),
    ("CHOL", "mg/dL", 200, ((200, 0, 1), (300, 1, 2), (400, 2, 3), (500, 3, 4))),
    ("TRIG", "mmol/L", 1.7, ((3.42, 1, 2), (5.7, 2, 3), (11.4, 3, 4))),
    ("URATE", "umol/L", 400, ((400, 0, 1),)),
]


@pytest.mark.parametrize(("test", "unit", "lln", "limits"), LOW)
def test_low_grades_begin_below_their_limit(test, unit, lln, limits):
    for value, at, below in limits:
        assert grades(test, value, unit, low=lln, high=1e6)["ATOXGRL"] == at, (value, "at")
        assert grades(test, value * 0.999, unit, low=lln, high=1e6)["ATOXGRL"] == below, value


@pytest.mark.parametrize(("test", "unit", "uln", "limits"), HIGH)
def test_high_grades_begin_above_their_limit(test, unit, uln, limits):
    for value, at, above in limits:
        assert grades(test, value, unit, low=0, high=uln)["ATOXGRH"] == at, (value, "at")
        assert grades(test, value * 1.001, unit, low=0, high=uln)["ATOXGRH"] == above, value


def test_triglycerides_have_grade_1_from_the_limit_itself():
    assert grades("TRIG", 1.71, "mmol/L")["ATOXGRH"] == 1
    assert grades("TRIG", 1.709, "mmol/L")["ATOXGRH"] == 0


def test_every_criterion_is_tried_at_its_boundaries_here():
    tried = {(t, "L") for t, *_ in LOW} | {(t, "H") for t, *_ in HIGH}
    assert {(t, c.direction) for c in CTCAE_5 for t in c.tests[:1]} == tried


@pytest.mark.parametrize(
    ("value", "grade"),
    [(119, 0), (120, 1), (240, 1), (241, 2), (400, 2), (401, 3), (1600, 3), (1601, 4)],
)
def test_after_an_abnormal_baseline_alt_is_graded_against_the_baseline(value, grade):
    """Baseline 80 with ULN 40: grade 1 from 1.5 times 80 on, then above 3, 5 and 20 times."""
    assert grades("ALT", value, "U/L", 0, 40, base=80)["ATOXGRH"] == grade


@pytest.mark.parametrize(("value", "grade"), [(199, 0), (200, 1), (250, 1), (251, 2)])
def test_after_an_abnormal_baseline_alp_begins_at_twice_the_baseline(value, grade):
    assert grades("ALP", value, "U/L", 0, 50, base=100)["ATOXGRH"] == grade


@pytest.mark.parametrize(
    ("value", "grade"), [(30, 0), (31, 1), (45, 1), (46, 2), (91, 3), (301, 4)]
)
def test_after_an_abnormal_baseline_bilirubin_begins_above_the_baseline(value, grade):
    assert grades("BILI", value, "umol/L", 0, 20, base=30)["ATOXGRH"] == grade


def test_the_baseline_itself_is_graded_by_the_normal_range():
    """ALT 80 is grade 1 by ULN 40; against itself it would be grade 0 (admiral issue 2512)."""
    assert grades("ALT", 80, "U/L", 0, 40, base=80, post=None)["ATOXGRH"] == 1


def test_a_missing_baseline_is_taken_as_normal():
    assert grades("ALT", 121, "U/L", 0, 40)["ATOXGRH"] == 2


def test_creatinine_is_the_worse_of_baseline_and_normal_range():
    assert (
        grades("CREAT", 91, "umol/L", 0, 100, base=60)["ATOXGRH"] == 2
    )  # 1.5 x baseline, below ULN
    assert grades("CREAT", 181, "umol/L", 0, 100, base=60)["ATOXGRH"] == 3
    assert grades("CREAT", 91, "umol/L", 0, 100, base=60, post=None)["ATOXGRH"] == 0


def test_low_and_high_of_one_test_are_graded_apart():
    got = grades("K", 6.5, "mmol/L", 3.5, 5.1)
    assert (got["ATOXGRL"], got["ATOXGRH"]) == (0, 3)


def test_an_unknown_unit_gives_no_grade_and_says_so():
    got = grades("K", 270, "mg/L-odd", 137, 199)
    assert (got["ATOXGRL"], got["ATOXGRH"]) == (None, None)
    assert got["GRADERSN"] == "unit not known to the criterion"


def test_without_a_normal_range_only_fixed_limits_can_grade():
    assert grades("HGB", 85, "g/L")["ATOXGRL"] == 2
    got = grades("HGB", 120, "g/L")
    assert (got["ATOXGRL"], got["GRADERSN"]) == (None, "no normal range")


def test_a_missing_value_has_no_grade():
    got = grades("HGB", None, "g/L", 130, 170)
    assert (got["ATOXGRL"], got["ATOXGRH"]) == (None, None)


def test_a_test_without_criterion_says_so():
    assert grades("MCV", 80, "fL", 80, 100)["GRADERSN"] == "no CTCAE criterion for this test"
