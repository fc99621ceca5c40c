"""How numbers become text: the only place where anything is rounded."""

import datetime

import pytest

from pkpipe.displays.number_text import fixed, limits, p_value, plain, share, significant


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0123456, "0.0123"),
        (123.456, "123"),
        (12345.6, "12300"),
        (0.99951, "1.00"),
        (2.345, "2.35"),  # half goes away from zero, as SAS and people do it
        (-2.345, "-2.35"),
        (0.0, "0"),
        (1.5e-9, "1.50e-9"),
        (None, "–"),
        (float("nan"), "–"),
    ],
)
def test_derived_numbers_have_three_significant_figures(value, text):
    assert significant(value) == text


def test_a_half_is_rounded_away_from_zero_whatever_the_binary_fraction_says():
    assert fixed(0.125, 2) == "0.13"
    assert (
        fixed(2.675, 2) == "2.68"
    )  # binary 2.67499999..., printed 2.675: what people see is what is rounded
    assert fixed(-0.5, 0) == "-1"


def test_a_rate_shows_its_denominator_and_one_decimal():
    assert share(13, 50) == "13/50 (26.0 %)"
    assert share(0, 0) == "0/0"


def test_an_open_limit_is_not_estimable():
    assert limits(1.0, None) == "(1.0, NE)"


def test_a_tiny_p_value_is_not_printed_as_zero():
    assert p_value(0.00001) == "< 0.0001"
    assert p_value(0.04321) == "0.0432"


def test_any_cell_becomes_text_without_losing_that_it_was_missing():
    assert [plain(v) for v in (None, "", True, 3, 2.5, datetime.date(2026, 6, 30))] == [
        "–",
        "–",
        "Y",
        "3",
        "2.50",
        "2026-06-30",
    ]
