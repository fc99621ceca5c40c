"""Displays that a study adds, and the small tables that they are made of."""

import datetime

import polars as pl
from shown_display import TINY, Shown

from pkpipe.clinical.collected import EVERYTHING, Collected
from pkpipe.protocol.report_plan import ReportPlan

DAY = datetime.date(2025, 1, 6)
SUBJECTS = pl.DataFrame(
    {
        "USUBJID": ["S1", "S2", "S3", "S4"],
        "COHORT": ["A", "A", "B", "B"],
        "LEVEL": ["A", "A", "B", None],
        "SAFFL": ["Y", "Y", "Y", "N"],
        "AGE": [60.0, 71.0, 50.0, 40.0],
        "SEX": ["F", "M", "F", "F"],
    }
)
EVENTS = pl.DataFrame(
    {
        "USUBJID": ["S1", "S1", "S1", "S2", "S3", "S4"],
        "AESEQ": [1, 2, 3, 1, 1, 1],
        "AEDECOD": ["恶心", "恶心", "Rash/skin", "恶心", None, "恶心"],
        "AETOXGR": [1, 3, 2, 2, 3, 3],
        "AESER": ["N", "Y", "N", "N", "Y", "Y"],
        "TRTEMFL": "Y",
        "ASTDT": [DAY, DAY, datetime.date(2025, 3, 1), DAY, DAY, DAY],
        "COHORT": ["A", "A", "A", "A", "B", "B"],
    }
)
BY_TERM = {
    "number": "T14.3.1.20",
    "title": {"en": "By term", "zh": "按首选语"},
    "table": "safety/ADAE",
    "rows": {"by": ["AEDECOD"]},
    "statistics": [{"show": "share"}],
}
AGES = {
    "number": "T14.1.2.20",
    "title": {"en": "Age", "zh": "年龄"},
    "table": "subjects/ADSL",
    "statistics": [
        {"show": "values", "of": "AGE"},
        {"show": "mean_sd_n", "of": "AGE"},
        {"show": "median_range", "of": "AGE"},
        {"show": "gmean_gcv", "of": "AGE"},
    ],
}
LISTED = {
    "number": "L16.2.7.20",
    "title": {"en": "Serious", "zh": "严重"},
    "table": "safety/ADAE",
    "rows": {"by": ["ASTDT"], "where": {"AESER": "Y"}},
    "columns": ["USUBJID", "AEDECOD", "AETOXGR"],
}


def with_own(*own, **keys):
    plan = ReportPlan.model_validate({"own": list(own), **keys})
    return TINY.model_copy(update={"report": plan})


def shown(own, known=EVERYTHING, **tables):
    given = {"ADSL": SUBJECTS, "ADAE": EVENTS} | tables
    return Shown(own["number"], with_own(own), known, **given)


def where(**conditions):
    return BY_TERM | {"rows": {"where": conditions}, "columns": []}


def without(*columns):
    return Collected(EVERYTHING.tables, dict.fromkeys(columns, ""))
