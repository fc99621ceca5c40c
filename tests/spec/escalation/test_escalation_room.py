"""The room on a study's tables: records gathered, refused when they cannot be, checked for conduct."""

from __future__ import annotations

import datetime as dt

import polars as pl
import pytest
from support import ROOT, domain, no_domains

from pkpipe import escalation, subjects
from pkpipe.protocol.file_reading.loader import load_study
from pkpipe.report.sections.other_designs import other_designs

BAT6026 = load_study(ROOT / "config" / "bat6026.yaml")

DM = """
    USUBJID | ARMCD | RFICDTC
    1       | A     | 2026-01-01
    2       | B     | 2026-01-20
    3       | C     | 2026-02-20
    4       | C     | 2026-02-21
"""
EX = """
    USUBJID | EXTRT   | EXDOSE | EXDOSU | EXPDOSE | CYCLE | EXSTDTC
    1       | BAT6026 | 0.01   | mg/kg  | 0.01    | 1     | 2026-01-05T09:00
    1       | BAT6026 | 0.01   | mg/kg  | 0.01    | 2     | 2026-01-26T09:00
    2       | BAT6026 | 0.03   | mg/kg  | 0.03    | 1     | 2026-01-27T09:00
    3       | BAT6026 | 0.1    | mg/kg  | 0.1     | 1     | 2026-02-25T09:00
    4       | BAT6026 | 0.1    | mg/kg  | 0.1     | 1     | 2026-03-02T09:00
"""
AE = """
    USUBJID | AESEQ | AETERM | AETOXGR | AEREL   | AEDLTFL | AESTDTC
    3       | 1     | Rash   | 3       | RELATED | Y       | 2026-03-05
"""


def run(dm=DM, ex=EX, ae=AE, at=dt.date(2026, 4, 1), trial=BAT6026, **more):
    study = trial.at(at)
    tables = no_domains() | {"DM": domain("DM", dm), "EX": domain("EX", ex), "AE": domain("AE", ae)}
    return escalation.run({**tables, **subjects.run(tables, study), **more}, study)


def results(found, check):
    return found["CONFORM"].filter(pl.col("CHECK") == check).select("USUBJID", "RESULT").rows()


def test_the_decision_stands_first_and_one_row_a_level_follows():
    decision = run()["DECISION"]
    assert decision.select("SCOPE", "DECISION", "NEXTLVL", "NENROL", "STATES").row(0) == (
        "STUDY",
        "STAY_ADD",
        "C",
        1,
        "A:1/0/0/0|B:1/0/0/0|C:2/1/0/0",
    )
    levels = decision.filter(pl.col("SCOPE") == "LEVEL")
    assert levels["LEVEL"].to_list() == list("ABCDEFGH")
    assert levels.select("N", "Y", "PEND").row(2) == (2, 1, 0)
    assert levels["UPPER"][0] == pytest.approx(1 - 0.025)  # 0 of 1, exact


def test_a_dlt_after_the_window_stands_beside_the_count_and_not_in_it():
    late = AE + "    4 | 2 | Colitis | 3 | RELATED | Y | 2026-03-30\n"
    found = run(ae=late)
    levels = found["DECISION"].filter(pl.col("LEVEL") == "C", pl.col("SCOPE") == "LEVEL")
    assert levels.select("Y", "LATEDLT").row(0) == (1, 1)


def test_a_related_grade_2_ends_titration_and_an_unrelated_one_does_not():
    one = DM.splitlines()[:3]
    ex = EX.splitlines()[:4]
    row = "    1 | 1 | Fatigue | 2 | {} | N | 2026-01-10"
    for related, enrol in (
        ("RELATED", ("STAY_ADD", "A", 2)),
        ("NOT RELATED", ("ESCALATE", "B", 1)),
    ):
        ae = "\n".join([*AE.splitlines()[:2], row.format(related)])
        found = run("\n".join(one), "\n".join(ex), ae)["DECISION"]
        assert found.select("DECISION", "NEXTLVL", "NENROL").row(0) == enrol


def test_less_than_the_minimum_dose_is_replaced():
    half = EX.replace("4       | BAT6026 | 0.1    |", "4       | BAT6026 | 0.05   |")
    row = run(ex=half)["ADDLT"].filter(pl.col("USUBJID") == "4").row(0, named=True)
    assert (row["STATE"], row["REPLACE"], row["DOSEFRAC"]) == ("NOT_EVALUABLE", "Y", 0.5)


@pytest.mark.parametrize(
    ("third", "state"), [("2026-01-25", "EVALUABLE"), ("2026-01-26", "NOT_EVALUABLE")]
)
def test_a_dose_on_the_day_after_the_window_makes_up_for_none_of_the_window(third, state):
    """Three weekly doses are planned in the 21 days that begin on 5 January."""
    weekly = BAT6026.drugs[0].model_copy(update={"cycle_days": 7})
    days = ("2026-01-05", "2026-01-12", third)
    lines = (f"1 | BAT6026 | 0.01 | mg/kg | 0.01 | {i} | {d}T09:00" for i, d in enumerate(days, 1))
    found = run(
        "\n".join(DM.splitlines()[:3]),
        "\n".join([EX.splitlines()[1], *lines]),
        "\n".join(AE.splitlines()[:2]),
        trial=BAT6026.model_copy(update={"drugs": (weekly,)}),
    )
    assert found["ADDLT"].filter(pl.col("USUBJID") == "1")["STATE"].item() == state


def test_no_decision_is_printed_while_a_dlt_precedes_the_first_dose():
    early = AE.replace("2026-03-05", "2026-02-20")
    found = run(ae=early)
    row = found["DECISION"].row(0, named=True)
    assert row["DECISION"] == "NO_DECISION"
    assert "subject 3" in row["REASON"]
    assert "DLT before the first dose" in row["REASON"]
    assert found["LOOKAHD"].is_empty()


def test_no_decision_is_printed_while_a_dose_is_not_in_the_protocol():
    odd = EX.replace(
        "4       | BAT6026 | 0.1    | mg/kg  | 0.1  ", "4       | BAT6026 | 0.55   | mg/kg  | 0.55 "
    )
    row = run(ex=odd)["DECISION"].row(0, named=True)
    assert row["DECISION"] == "NO_DECISION"
    assert "not in the protocol" in row["REASON"]


def test_subjects_of_the_expansion_part_are_not_counted():
    dm = DM + "    5 | X1 | 2026-02-21\n"
    ex = EX + "    5 | BAT6026 | 3 | mg/kg | 3 | 1 | 2026-03-02T09:00\n"
    found = run(dm, ex)
    assert "5" not in found["ADDLT"]["USUBJID"].to_list()
    assert found["DECISION"]["STATES"][0] == "A:1/0/0/0|B:1/0/0/0|C:2/1/0/0"


def test_the_window_may_close_after_the_cutoff_and_the_look_ahead_says_what_then():
    found = run(at=dt.date(2026, 3, 10))
    row = found["DECISION"].row(0, named=True)
    assert (row["DECISION"], row["NENROL"]) == ("STAY_ADD", 1)
    assert found["LOOKAHD"]["OUTCOME"].to_list() == [
        "C: 1 completes without DLT",
        "C: 1 DLT",
        "C: 1 leaves and is replaced",
    ]


def test_a_dose_raised_without_its_conditions_and_then_lowered_fails():
    ex = EX + (
        "    1 | BAT6026 | 0.03 | mg/kg | 0.03 | 3 | 2026-02-16T09:00\n"
        "    1 | BAT6026 | 0.01 | mg/kg | 0.01 | 4 | 2026-03-09T09:00\n"
    )
    found = run(ex=ex)
    assert ("1", "FAIL") in results(found, "C05")
    assert ("1", "FAIL") in results(found, "C04")
    assert ("2", "PASS") in results(found, "C04")


def test_a_late_dose_and_a_long_screening_fail():
    ex = EX + "    3 | BAT6026 | 0.1 | mg/kg | 0.1 | 2 | 2026-03-24T09:00\n"
    found = run(ex=ex, dm=DM.replace("2026-02-21", "2026-01-31"))
    assert dict(results(found, "C06")) == {"1": "PASS", "3": "FAIL"}
    assert dict(results(found, "C12"))["4"] == "FAIL"


@pytest.mark.parametrize(
    ("consent", "result"), [("2026-02-02", "PASS"), ("2026-02-01", "FAIL"), ("2026-03-02", "PASS")]
)
def test_screening_may_take_exactly_28_days_and_none(consent, result):
    assert dict(results(run(dm=DM.replace("2026-02-21", consent)), "C12"))["4"] == result


@pytest.mark.parametrize(
    ("response", "result"),
    [
        ("OVRLRESP | RECIST 1.1 | PD | INVESTIGATOR | 2026-01-20", "FAIL"),
        ("OVRLRESP | RECIST 1.1 | PD | INVESTIGATOR | 2026-01-26", "PASS"),  # the day of the dose
        ("OVRLRESP | RECIST 1.1 | SD | INVESTIGATOR | 2026-01-20", "PASS"),
        ("OVRLRESP | RECIST 1.1 | PD | INDEPENDENT ASSESSOR | 2026-01-20", "PASS"),
        ("TRGRESP  | RECIST 1.1 | PD | INVESTIGATOR | 2026-01-20", "PASS"),
        ("OVRLRESP | iRECIST | PD | INVESTIGATOR | 2026-01-20", "PASS"),
    ],
)
def test_a_dose_after_progression_by_imaging_fails(response, result):
    rs = domain(
        "RS",
        f"USUBJID | RSTESTCD | RSCAT | RSSTRESC | RSEVAL | RSDTC\n1 | {response}",
    )
    assert dict(results(run(RS=rs), "C16"))["1"] == result


def test_with_recorded_decisions_order_and_log_are_judged():
    log = pl.DataFrame(
        {
            "date": [dt.date(2026, 1, 27), dt.date(2026, 2, 26)],
            "cutoff": [dt.date(2026, 1, 26), dt.date(2026, 2, 20)],
            "level": ["A", "B"],
            "decision": ["ESCALATE", "ESCALATE"],
            "next_level": ["B", "C"],
            "n_to_enrol": [1, 3],
            "highest_open_level": [None, None],
        },
        schema_overrides={"highest_open_level": pl.String},
    )
    found = run(DECISIONS=log)
    assert results(found, "C10") == [("2", "PASS"), ("3", "FAIL")]
    assert found["DECLOG"]["same"].to_list() == ["Y", "Y"]


def test_no_decision_is_printed_while_a_recorded_one_is_dated_before_its_data():
    log = pl.DataFrame(
        {
            "date": [dt.date(2026, 1, 25)],
            "cutoff": [dt.date(2026, 1, 26)],
            "level": ["A"],
            "decision": ["ESCALATE"],
            "next_level": ["B"],
            "n_to_enrol": [1],
        }
    )
    row = run(DECISIONS=log)["DECISION"].row(0, named=True)
    assert row["DECISION"] == "NO_DECISION"
    assert "dated before its data" in row["REASON"]


def test_a_study_without_escalation_has_empty_tables_with_their_columns():
    study = BAT6026.model_copy(update={"escalation": None}).at(dt.date(2026, 4, 1))
    found = escalation.run({}, study)
    assert {name: table.height for name, table in found.items()} == {
        "ADDLT": 0,
        "DECISION": 0,
        "LOOKAHD": 0,
        "CONFORM": 0,
        "DECLOG": 0,
    }


def test_every_check_of_conduct_has_a_row():
    assert run()["CONFORM"]["CHECK"].unique().sort().to_list() == [f"C{i:02}" for i in range(1, 18)]


def test_what_other_designs_would_say_stands_apart_from_the_decision_and_is_called_context():
    study = BAT6026.at(dt.date(2026, 4, 1))
    decision = run()["DECISION"]
    named = decision.filter(pl.col("SCOPE") == "CONTEXT")
    assert named["METHOD"].to_list() == ["BOIN", "mTPI-2", "CRM"]
    assert decision.filter(pl.col("SCOPE") == "STUDY").height == 1
    label, lines = other_designs(decision, study)
    assert label.text.startswith("Context only, not the protocol's decision.")
    assert [row[0] for row in lines.rows] == ["BOIN", "mTPI-2", "CRM"]


def test_without_a_target_rate_no_other_design_is_asked_and_the_page_says_so():
    plan = BAT6026.escalation.model_copy(update={"target_dlt_rate": None})
    study = BAT6026.model_copy(update={"escalation": plan}).at(dt.date(2026, 4, 1))
    (told,) = other_designs(run()["DECISION"], study)
    assert "escalation.target_dlt_rate" in told.text
