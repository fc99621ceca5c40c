"""DOSECTX: late toxicity, exposure and response by level, beside the decision and no part of it."""

from datetime import date
from pathlib import Path

import polars as pl
import pytest
from support import table

from pkpipe.cohorts.dose_context import SCHEMA, dose_context
from pkpipe.protocol.file_reading.loader import load_study
from pkpipe.report.sections.dose_context import context

STUDY = load_study(Path(__file__).parents[2] / "studies" / "tiny.yaml").at(date(2026, 6, 30))
ADSL = """
    USUBJID | SAFFL | LEVEL
    1       | Y     | A
    2       | Y     | B
    3       | Y     | B
    4       | N     | B
"""
EVENTS = """
    USUBJID | TRTEMFL | RELFL | AETOXGR | REDFL | INTRFL | DISCFL | LEVEL
    2       | Y       | Y     | 3       |       | Y      |        | B
    2       | Y       | Y     | 4       |       |        |        | B
    3       | Y       | N     | 4       | Y     |        |        | B
    3       |         | Y     | 5       |       |        | Y      | B
"""
DECISION = """
    SCOPE | LEVEL | LATEDLT | REASON
    STUDY |       |         |
    LEVEL | A     | 0       |
    LEVEL | B     | 1       |
"""
PKSTAT = """
    PARCAT1 | COHORT | LEVEL | CYCLE | PARAMCD | PARAM    | WINDOW | STAT  | AVAL | AVALU | N | REASON
    MAB     | ALL    | B     | 1     | CMAX    | Max Conc |        | GMEAN | 20   | ug/mL | 2 |
    MAB     | ALL    | B     | 2     | CMAX    | Max Conc |        | GMEAN | 30   | ug/mL | 2 |
    MAB     | B      | B     | 1     | CMAX    | Max Conc |        | GMEAN | 99   | ug/mL | 2 |
    MAB     | ALL    | A     | 1     | CMAX    | Max Conc |        | GMEAN |      | ug/mL | 1 | one value
"""
RATES = """
    CRIT       | SRC     | GROUP | GROUPVAL | DENOM     | PARAMCD | PARAM    | X | N | LOWER | UPPER | REASON
    RECIST 1.1 | derived | LEVEL | B        | treated   | ORR     | Response | 1 | 2 | 1.3   | 98.7  |
    RECIST 1.1 | derived | LEVEL | B        | evaluable | ORR     | Response | 1 | 1 | 2.5   | 100   |
    iRECIST    | derived | LEVEL | B        | treated   | ORR     | Response | 2 | 2 | 15.8  | 100   |
"""
SIZES = """
    USUBJID | LEVEL | BESTPCHG | DRAWN
    1       | A     |          | N
    2       | B     | -40      | Y
    3       | B     | 10       | Y
    4       | B     | -90      | Y
"""


@pytest.fixture
def rows():
    whole = pl.Int64()
    tables = {
        "ADSL": table(ADSL),
        "ADAE": table(EVENTS, AETOXGR=whole),
        "DECISION": table(DECISION, LATEDLT=whole),
        "PKSTAT": table(PKSTAT),
        "RSPSUM": table(RATES, LOWER=pl.Float64(), UPPER=pl.Float64()),
        "WATERFAL": table(SIZES, BESTPCHG=pl.Float64()),
    }
    return dose_context(tables, STUDY)


def _one(rows, level, code):
    return rows.filter((pl.col("LEVEL") == level) & (pl.col("PARAMCD") == code)).row(0, named=True)


@pytest.mark.parametrize(
    ("code", "subjects"), [("RELG3", 1), ("REDUCED", 1), ("INTERR", 1), ("DISCONT", 0)]
)
def test_a_subject_counts_once_and_only_treatment_emergent_events_count(rows, code, subjects):
    row = _one(rows, "B", code)
    assert (row["VALUE"], row["N"]) == (subjects, 2)


def test_a_level_without_such_an_event_says_nought_of_its_subjects(rows):
    assert (_one(rows, "A", "RELG3")["VALUE"], _one(rows, "A", "RELG3")["N"]) == (0, 1)


def test_late_toxicity_is_what_the_escalation_found_outside_the_window(rows):
    assert _one(rows, "B", "LATEDLT")["VALUE"] == 1


def test_exposure_is_the_geometric_mean_over_the_level_in_the_first_cycle_that_has_it(rows):
    row = _one(rows, "B", "CMAX")
    assert (row["VALUE"], row["CYCLE"], row["UNIT"]) == (20, 1, "ug/mL")


def test_a_level_without_a_geometric_mean_says_why(rows):
    row = _one(rows, "A", "CMAX")
    assert (row["VALUE"], row["REASON"]) == (None, "one value")


def test_response_is_that_of_the_treated_by_the_leading_criteria(rows):
    row = _one(rows, "B", "ORR")
    assert (row["VALUE"], row["N"], row["UPPER"]) == (1, 2, 98.7)


@pytest.mark.parametrize(("code", "value"), [("BESTMED", -15), ("BESTMIN", -40), ("BESTMAX", 10)])
def test_tumour_size_is_that_of_treated_subjects_measured_again(rows, code, value):
    row = _one(rows, "B", code)
    assert (row["VALUE"], row["UNIT"], row["N"]) == (value, "%", 2)


def test_a_level_where_nobody_was_measured_again_says_so_and_the_page_shows_it(rows):
    row = _one(rows, "A", "BESTMED")
    assert (row["VALUE"], row["N"]) == (None, 0)
    outcomes = next(
        t for t in context(rows) if getattr(t, "title", "") == "Response and tumour size by level"
    )
    column = outcomes.header.index("Best change in tumour size (%), median (min, max)")
    assert [line[column] for line in outcomes.rows] == [
        "nobody measured again after baseline",
        "-15.0 (-40.0, 10.0) [2]",
    ]


def test_levels_stand_in_the_order_of_the_design(rows):
    design = [level.code for level in STUDY.escalation.levels]
    found = rows["LEVEL"].unique(maintain_order=True).to_list()
    assert found == [code for code in design if code in found]


def test_a_study_without_an_escalation_has_an_empty_table():
    bare = STUDY.model_copy(update={"escalation": None})
    assert dose_context({}, bare).schema == SCHEMA
