"""Rules that two rooms need, with a value exactly at the limit and one step beyond it."""

import polars as pl
import pytest
from ex_records import TINY, ex, oral, rooms, tablets
from support import domain

from pkpipe.clinical.dose_decision import asks_for_an_answer
from pkpipe.clinical.dose_level import level_doses, nearest_level, not_above
from pkpipe.clinical.lesions import measurable_mm

PLANNED = 100.0


@pytest.mark.parametrize(
    ("share", "near"), [(0.85, True), (1.15, True), (0.849, False), (1.151, False)]
)
def test_a_dose_15_percent_from_the_planned_one_is_of_its_level(share, near):
    first = level_doses(TINY).row(0, named=True)
    given = pl.DataFrame(
        {"KEY": [0], "DRUG": [first["DRUG"]], "GIVEN": [share * first["LEVELDOSE"]], "OWN": ["-"]}
    )
    found = nearest_level(given, TINY)["LEVEL"].to_list()
    assert found == ([first["LEVEL"]] if near else [])


@pytest.mark.parametrize(("dose", "holds"), [(115.0, True), (115.1, False), (80.0, True)])
def test_a_dose_up_to_15_percent_over_plan_may_be_one_of_the_planned_size(dose, holds):
    frame = pl.DataFrame({"DOSE": [dose], "PLAN": [PLANNED]})
    assert frame.select(not_above(pl.col("DOSE"), pl.col("PLAN"))).item() is holds


@pytest.mark.parametrize(("grade", "asked"), [("2", False), ("3", True), ("4", True)])
def test_from_grade_3_on_a_related_event_needs_an_answer_of_the_team(grade, asked):
    event = domain("AE", f"USUBJID | AETERM | AETOXGR | AEREL\n1 | Rash | {grade} | RELATED")
    assert event.select(asks_for_an_answer(TINY)).to_series().fill_null(value=False).item() is asked


@pytest.mark.parametrize(
    ("slice_mm", "least"), [(1.0, 10), (5.0, 10), (5.1, 10.2), (6.0, 12), (10.0, 20)]
)
def test_a_target_lesion_is_10_mm_or_twice_a_slice_thicker_than_5_mm(slice_mm, least):
    for node, wanted in ((False, least), (True, 15)):
        got = pl.select(measurable_mm(pl.lit(value=node), slice_mm)).item()
        assert got == pytest.approx(wanted)


@pytest.mark.parametrize(("start", "doses"), [("2026-01-06T00:30", 1), ("2026-01-06T00:31", 2)])
def test_two_bags_over_midnight_are_one_infusion_up_to_an_hour_apart(start, doses):
    line = "{} | mg/kg | 6 | ONCE | | 1 | C1D1 | {} | {}"
    two = ex(
        line.format(3.6, "2026-01-05T22:45", "2026-01-05T23:30"),
        line.format(2.4, start, "2026-01-06T01:00"),
    )
    assert rooms(two, TINY)["ADEX"].height == doses


@pytest.mark.parametrize(("start", "doses"), [("2026-06-30", 1), ("2026-06-28", 3)])
def test_a_range_that_goes_on_has_a_dose_on_the_cutoff_day_itself(start, doses):
    adex = rooms(ex(tablets("QD", start, "")), oral())["ADEX"]
    assert adex.filter(pl.col("OPENFL") == "Y").height == doses
