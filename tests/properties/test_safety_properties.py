"""What must hold of grades and event counts for any values."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pkpipe.safety.ctcae import CTCAE_5, Criterion
from pkpipe.safety.grading import graded

values = st.lists(st.floats(0, 1e4, allow_nan=False), min_size=2, max_size=20)


def grades_of(criterion: Criterion, numbers: list[float], scale: float = 1.0) -> pl.Series:
    """Grades of rising values of the criterion's first test, in the first unit it knows."""
    units = [unit for limit in criterion.limits if limit.fixed for unit in limit.fixed]
    frame = pl.DataFrame(
        {"AVAL": sorted(numbers)},
    ).with_columns(
        PARAMCD=pl.lit(criterion.tests[0]),
        AVALU=pl.lit(units[0] if units else "U/L"),
        ANRLO=pl.lit(100.0 * scale),
        ANRHI=pl.lit(200.0 * scale),
        BASE=pl.lit(150.0 * scale),
        BNRHI=pl.lit(200.0 * scale),
        POSTFL=pl.lit("Y"),
    )
    return graded(frame, (criterion,))[f"ATOXGR{criterion.direction}"]


@pytest.mark.parametrize("criterion", CTCAE_5, ids=lambda c: c.term)
@settings(max_examples=15)
@given(numbers=values)
def test_a_worse_value_never_has_a_milder_grade(criterion, numbers):
    found = grades_of(criterion, numbers)
    steps = found.diff().drop_nulls()
    assert (steps >= 0).all() if criterion.direction == "H" else (steps <= 0).all()
    assert found.is_between(0, 4).all()


@pytest.mark.parametrize("criterion", CTCAE_5, ids=lambda c: c.term)
def test_the_limits_of_a_criterion_go_from_the_worst_grade_to_the_mildest(criterion):
    for limits in (criterion.limits, criterion.if_abnormal):
        listed = [limit.grade for limit in limits]
        assert listed == sorted(listed, reverse=True)
    units = [set(limit.fixed) for limit in criterion.limits if limit.fixed]
    assert all(u == units[0] for u in units), "every fixed limit must stand in the same units"
