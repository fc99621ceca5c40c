"""Ends far from what they end: a treatment a year after its last dose, an event before its own start."""

import datetime

import polars as pl
import pytest
from support import domain, no_domains
from test_cases_plausible import STUDY, asked, ex

from pkpipe.snapshot.checks.visit_days import visit_days

C = pl.col
QUIET = 3 * STUDY.drugs[0].cycle_days + 28  # days after the one dose of `ex`, given on 2025-01-06


def ended(day):
    """The end of treatment of one subject on this day."""
    head = "USUBJID | DSCAT | DSSCAT | DSDECOD | DSSTDTC"
    return domain("DS", f"{head}\nS1 | DISPOSITION EVENT | STUDY TREATMENT | COMPLETED | {day}")


@pytest.mark.parametrize(("days", "late"), [(QUIET, False), (QUIET + 1, True), (400, True)])
def test_an_end_of_treatment_long_after_the_last_dose_is_asked_about(days, late):
    day = datetime.date(2025, 1, 6) + datetime.timedelta(days=days)
    found = asked(DS=ended(day.isoformat()), EX=ex())
    assert ("DS-END-LATE" in found) == late
    if late:
        (message,) = found["DS-END-LATE"]["MESSAGE"]
        assert message.endswith("Last dose 2025-01-06")


@pytest.mark.parametrize(
    ("start", "end", "asked_about"),
    [
        ("2026-02-01", "2025-02-10", True),  # cut away by its start, and it ended long before
        ("2025-02-01", "2025-02-10", False),
        ("2025-03-01", "2025-02-10", False),  # by the cutoff: AE-ORDER asks once it is typed
        ("2026-02-01", "2026-02-10", False),  # a later event is cut away and no contradiction
        ("2026-02-01", None, False),
    ],
)
def test_an_event_that_ends_before_a_start_behind_the_cutoff_is_asked_about(
    start, end, asked_about
):
    event = domain(
        "AE", "USUBJID | AETERM | AESTDTC | AEENDTC\nS1 | Cough | 2025-01-10 | 2025-01-11"
    )
    event = event.with_columns(AESTDTC=pl.lit(start), AEENDTC=pl.lit(end, dtype=pl.String))
    texts = {
        code: frame.with_columns(pl.selectors.exclude("SRCROW").cast(pl.String))
        for code, frame in {**no_domains(), "AE": event}.items()
    }
    found = [f for f in visit_days(texts, datetime.date(2025, 3, 31)) if f.height]
    assert [f["CHECK"][0] for f in found] == ["ORDER-BEHIND-CUTOFF"] * asked_about
