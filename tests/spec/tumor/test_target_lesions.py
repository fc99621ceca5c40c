"""Target response from the sums of diameters: one rule a sentence, one drawn trial a rule."""

from __future__ import annotations

import pytest
from target_drawings import one_target
from tumour_drawings import followed, responses


@pytest.mark.parametrize(
    ("base", "size", "response"),
    [
        ("100", "70", "PR"),
        ("100", "70.1", "SD"),
        ("100", "69.9", "PR"),
        ("99.9", "69.93", "PR"),  # 69.93 <= 0.7 * 99.9 is false in floating point
        ("99.9", "69.94", "SD"),
        ("63.5", "44.45", "PR"),
        ("0.7", "0.49", "PR"),
        ("32.3215", "22.6251", "SD"),  # 70 % is 22.62505: the fourth decimal counts
        ("32.3215", "22.6250", "PR"),
    ],
)
def test_partial_response_is_a_sum_of_at_most_70_percent_of_baseline(base, size, response):
    assert one_target(base, size) == [response]


@pytest.mark.parametrize(
    ("nadir", "size", "response"),
    [
        ("50", "60", "PD"),
        ("50", "59.9", "SD"),
        ("20", "25", "PD"),
        ("20", "24.9", "SD"),  # 24.5 %, but less than 5 mm
        ("25", "30", "PD"),  # both limits at once
        ("25", "29.9", "SD"),
        ("40", "47.9", "SD"),  # 7.9 mm, but less than 20 %
        ("40", "48", "PD"),
        ("33.3", "39.96", "PD"),  # 1.2 * 33.3 is 39.959999999999994 in floating point
        ("33.3", "39.95", "SD"),
    ],
)
def test_progression_needs_20_percent_and_5_mm_over_the_nadir(nadir, size, response):
    assert one_target(nadir, size) == [response]


def test_the_nadir_is_the_smallest_sum_so_far_and_the_baseline_is_one():
    assert one_target("50", "40", "44", "48") == ["SD", "SD", "PD"]
    assert one_target("50", "55", "59.9", "60") == ["SD", "SD", "PD"]


def test_the_current_sum_is_not_its_own_nadir():
    assert one_target("50", "30", "20", "22") == ["PR", "PR", "PR"]


def test_progression_outranks_partial_response():
    assert one_target("100", "20", "30") == ["PR", "PD"]


def test_complete_response_asks_all_non_nodal_lesions_gone_and_nodes_below_10_mm():
    drawn = """
        VISIT    | DAY | T1 | N2
        BASELINE | -7  | 30 | 20
        WEEK 6   | 42  | 0  | 10
        WEEK 12  | 84  | 0  | 9.9
    """
    outcome = followed(drawn)
    assert responses(outcome) == ["PR", "CR"]
    assert outcome.points["SUMDIAM"].to_list() == [50, 10, 9.9]


def test_a_node_that_stays_normal_leaves_the_response_complete_though_the_sum_grows():
    drawn = """
        VISIT    | DAY | T1 | N2
        BASELINE | -7  | 30 | 20
        WEEK 6   | 42  | 0  | 2
        WEEK 12  | 84  | 0  | 9
    """
    assert responses(followed(drawn)) == ["CR", "CR"]


@pytest.mark.parametrize(
    ("back", "response"), [("1", "PD"), ("4.9", "PD"), ("8", "PD"), ("0", "CR")]
)
def test_a_target_lesion_back_after_complete_response_is_progression_whatever_its_size(
    back, response
):
    assert one_target("50", "0", back) == ["CR", response]


def test_by_the_sum_alone_a_lesion_back_below_5_mm_is_partial_response():
    assert one_target("50", "0", "4.9", "5", reappearance="sum") == ["CR", "PR", "PD"]


def test_a_node_abnormal_again_after_complete_response_is_progression():
    drawn = """
        VISIT    | DAY | N1
        BASELINE | -7  | 20
        WEEK 6   | 42  | 9
        WEEK 12  | 84  | 10
    """
    assert responses(followed(drawn)) == ["CR", "PD"]


def test_an_unmeasured_lesion_makes_the_target_response_not_evaluable():
    drawn = """
        VISIT    | DAY | T1 | T2
        BASELINE | -7  | 30 | 20
        WEEK 6   | 42  | 10 | -
        WEEK 12  | 84  | 10 |
        WEEK 18  | 126 | -  | -
    """
    outcome = followed(drawn)
    assert responses(outcome) == ["NE", "NE", "NE"]
    assert "1 of 2 target lesions measured" in outcome.points["ARITH"][1]


def test_measured_lesions_that_alone_exceed_the_limit_are_progression():
    drawn = """
        VISIT    | DAY | T1 | T2
        BASELINE | -7  | 30 | 20
        WEEK 6   | 42  | 60 | -
    """
    outcome = followed(drawn)
    assert responses(outcome) == ["PD"]
    assert (
        "1 of 2 target lesions measured and already 60 >= 120 % of nadir 50 (60)"
        in (outcome.points["ARITH"][1])
    )


def test_an_incomplete_sum_is_no_nadir():
    drawn = """
        VISIT    | DAY | T1 | T2
        BASELINE | -7  | 30 | 20
        WEEK 6   | 42  | 10 | -
        WEEK 12  | 84  | 25 | 20
    """
    assert responses(followed(drawn)) == ["NE", "SD"]


def test_too_small_to_measure_counts_as_5_mm_and_absent_as_0():
    assert one_target("30", "TOO SMALL TO MEASURE", "ABSENT") == ["PR", "CR"]
    outcome = followed("VISIT | DAY | T1\nBASELINE | -7 | 30\nWEEK 6 | 42 | TOO SMALL TO MEASURE")
    assert outcome.points["SUMDIAM"].to_list() == [30, 5]


@pytest.mark.parametrize(
    ("size", "words"),
    [
        ("42", "PR: 42 <= 70 % of baseline 63.5 (44.45)"),
        ("50", "SD: 50 > 70 % of baseline 63.5 (44.45); 50 < 120 % of nadir 63.5 (76.2)"),
        ("80", "PD: 80 >= 120 % of nadir 63.5 (76.2) and 16.5 mm >= 5 mm over it"),
        ("0", "CR: all 1 target lesions 0 mm or node < 10 mm (sum 0)"),
    ],
)
def test_the_arithmetic_stands_in_words(size, words):
    outcome = followed(f"VISIT | DAY | T1\nBASELINE | -7 | 63.5\nWEEK 6 | 42 | {size}")
    assert outcome.points["ARITH"][1].startswith(words)


def test_growth_of_more_than_a_fifth_but_less_than_5_mm_says_so():
    outcome = followed("VISIT | DAY | T1\nBASELINE | -7 | 12\nWEEK 6 | 42 | 16")
    assert "only 4 mm < 5 mm over nadir 12" in outcome.points["ARITH"][1]
