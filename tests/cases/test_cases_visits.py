"""An unscheduled record is no visit the protocol asks for: conduct, examinations of the window, checks."""

from __future__ import annotations

import datetime as dt

import polars as pl
import pytest
from escalation_drawings import CONSENTED, dosed
from support import ROOT, domain, no_domains, table

from pkpipe import escalation, subjects
from pkpipe.clinical.visits import unscheduled
from pkpipe.protocol.escalation import Assessment
from pkpipe.protocol.file_reading.loader import load_study

BAT6026 = load_study(ROOT / "config" / "bat6026.yaml")
DS = """
    USUBJID | DSCAT             | DSSCAT          | DSDECOD             | DSSTDTC
    1       | DISPOSITION EVENT | STUDY TREATMENT | PROGRESSIVE DISEASE | 2026-01-25
    2       | DISPOSITION EVENT | STUDY TREATMENT | PROGRESSIVE DISEASE | 2026-02-10
"""


def room(lb, **update):
    study = BAT6026.model_copy(update=update).at(dt.date(2026, 6, 30))
    drawn = {"DM": CONSENTED, "EX": dosed(), "DS": DS, "LB": lb}
    tables = no_domains() | {code: domain(code, text) for code, text in drawn.items()}
    return escalation.run({**tables, **subjects.run(tables, study)}, study)


def judged(lb, check):
    rows = room(lb)["CONFORM"].filter(pl.col("CHECK") == check)
    return dict(rows.select("USUBJID", "RESULT").iter_rows())


@pytest.mark.parametrize(
    ("visit", "result"),
    [
        *(("END OF TREATMENT", "PASS"), ("", "PASS")),
        *((name, "FAIL") for name in ("UNSCHEDULED", "Unscheduled 2", "UNS 3.01", "计划外访视")),
    ],
)
@pytest.mark.parametrize(("check", "day"), [("C13", "2026-01-20"), ("C14", "2026-04-05")])
def test_an_unscheduled_draw_is_no_visit_after_the_last_dose(check, day, visit, result):
    other = "2026-02-01" if check == "C14" else "2026-04-05"
    lb = f"""
        USUBJID | LBTESTCD | LBDTC   | VISIT
        1       | ALT      | {day}   | {visit}
        1       | ALT      | {other} | FOLLOW-UP
    """
    assert judged(lb, check)["1"] == result


def test_an_unscheduled_draw_is_not_the_examination_of_the_day():
    lb = """
        USUBJID | LBTESTCD | LBDTC      | VISIT
        1       | ALT      | 2026-01-12 | CYCLE 1 DAY 8
        2       | ALT      | 2026-02-03 | UNSCHEDULED
    """
    asked = (Assessment(exam="laboratory", days=(8,), window_days=1),)
    plan = BAT6026.escalation.model_copy(update={"required_assessments": asked})
    states = room(lb, escalation=plan)["ADDLT"].select("USUBJID", "STATE", "MISSED").rows()
    assert states == [
        ("1", "EVALUABLE", None),
        ("2", "NOT_EVALUABLE", "laboratory of day 8 ± 1"),
    ]


def test_which_names_of_visits_say_unscheduled():
    visits = table("""
        VISIT            | SAYS
        UNSCHEDULED      | Y
        Un-scheduled 2   | Y
        unsch. 3         | Y
        UNSCHED LAB      | Y
        Unplanned visit  | Y
        非计划 访视 2    | Y
        SCHEDULED VISIT  | N
        CYCLE 1 DAY 8    | N
                         | N
    """)
    told = visits.select(pl.when(unscheduled()).then(pl.lit("Y")).otherwise(pl.lit("N")))
    assert told.to_series().to_list() == visits["SAYS"].to_list()
