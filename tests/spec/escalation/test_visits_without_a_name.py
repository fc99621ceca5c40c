"""A visit after treatment of unknown kind proves neither a planned one nor that there was none."""

import datetime as dt

import polars as pl
import pytest

from pkpipe.escalation.conformance.dated_records import Limits, Trial
from pkpipe.escalation.conformance.follow_up import end_of_treatment_visit, safety_visits
from pkpipe.protocol.escalation import EscalationPlan, Level

LIMITS = Limits(
    EscalationPlan(levels=(Level(code="A"),), dlt_window_days=21),
    eot_days=14,
    safety_visits=((1, 14),),
)
LOST = "not collected: LB.VISIT"
DAY = dt.date(2026, 1, 1)
SUBJECT = pl.DataFrame(
    {"USUBJID": ["1"], "COHORT": ["A"], "TRTSDT": [DAY], "TRTEDT": [DAY], "EOTDT": [DAY]}
    | {"NACTDT": [None], "DTHDT": [None], "LOSTDT": [None], "AS_OF": [dt.date(2026, 6, 1)]},
    schema_overrides=dict.fromkeys(("NACTDT", "DTHDT", "LOSTDT"), pl.Date),
)


def verdict(check, *exams):
    """Result, date and words of subject 1 with examinations of these days: planned, and why not known."""
    rows = [("1", DAY + dt.timedelta(days), planned, lost) for days, planned, lost in exams]
    schema = {"USUBJID": pl.String, "ADT": pl.Date, "PLANNED": pl.Boolean, "LOST": pl.String}
    trial = Trial(SUBJECT, exams=pl.DataFrame(rows, schema=schema, orient="row"))
    return check(trial, LIMITS).row(0, named=True)


CHECKS = pytest.mark.parametrize("check", [end_of_treatment_visit, safety_visits])


@CHECKS
def test_a_day_without_the_name_of_a_visit_is_neither_a_pass_nor_a_failure(check):
    got = verdict(check, (5, None, LOST))
    assert (got["RESULT"], got["DATE"]) == ("NOT_ASSESSABLE", None)
    assert f"{LOST}, so a visit may be unscheduled" in got["DETAIL"]


@CHECKS
def test_a_planned_record_of_the_same_or_another_day_proves_the_visit(check):
    for days in (5, 7):
        got = verdict(check, (5, None, LOST), (days, True, None))
        assert (got["RESULT"], got["DATE"]) == ("PASS", DAY + dt.timedelta(days))


@CHECKS
def test_an_unscheduled_record_alone_is_no_visit(check):
    assert verdict(check, (5, False, None))["RESULT"] == "FAIL"
