"""Examinations a subject without DLT must have had to be evaluable, where the protocol names them."""

from __future__ import annotations

import datetime as dt

import polars as pl
import pytest
from escalation_drawings import CONSENTED, dosed
from pydantic import ValidationError
from support import ROOT, domain, no_domains

from pkpipe import escalation, subjects
from pkpipe.cli import main
from pkpipe.protocol.escalation import Assessment, EscalationPlan
from pkpipe.protocol.file_reading.loader import load_study

BAT6026 = load_study(ROOT / "config" / "bat6026.yaml")
DAY_8 = (Assessment(exam="laboratory", days=(8,), window_days=1),)
LB = """
    USUBJID | LBTESTCD | LBDTC      | LBSTAT
    1       | ALT      | 2026-01-13 |
"""


def room(lb, at, required=DAY_8, ae=None, study=BAT6026):
    """ADDLT by subject, the decision and the look-ahead, with these examinations required."""
    plan = study.escalation.model_copy(update={"required_assessments": required})
    study = study.model_copy(update={"escalation": plan}).at(dt.date.fromisoformat(at))
    drawn = {"DM": CONSENTED, "EX": dosed(), "LB": lb} | ({} if ae is None else {"AE": ae})
    tables = no_domains() | {code: domain(code, text) for code, text in drawn.items()}
    found = escalation.run({**tables, **subjects.run(tables, study)}, study)
    states = {row["USUBJID"]: row for row in found["ADDLT"].iter_rows(named=True)}
    return states, found["DECISION"].row(0, named=True), found["LOOKAHD"]


@pytest.mark.parametrize(
    ("date", "status", "state"),
    [
        ("2026-02-02", "", "EVALUABLE"),  # day 7
        ("2026-02-04", "", "EVALUABLE"),  # day 9
        ("2026-02-05", "", "NOT_EVALUABLE"),
        ("2026-02-01", "", "NOT_EVALUABLE"),
        ("2026-02-03", "NOT DONE", "NOT_EVALUABLE"),
    ],
)
def test_the_examination_must_be_done_within_its_days(date, status, state):
    states, decision, _ = room(LB + f"    2 | ALT | {date} | {status}\n", "2026-03-01")
    assert (states["1"]["STATE"], states["2"]["STATE"]) == ("EVALUABLE", state)
    if state == "NOT_EVALUABLE":
        assert states["2"]["REPLACE"] == "Y"
        assert states["2"]["MISSED"] == "laboratory of day 8 ± 1"
        assert states["2"]["REASON"] == "not done: laboratory of day 8 ± 1: to be replaced"
        assert (decision["DECISION"], decision["NEXTLVL"], decision["NENROL"]) == (
            "STAY_ADD",
            "B",
            1,
        )


def test_a_dlt_counts_whatever_was_missed():
    ae = """
        USUBJID | AESEQ | AETERM | AETOXGR | AEREL   | AEDLTFL | AESTDTC
        2       | 1     | Rash   | 3       | RELATED | Y       | 2026-02-10
    """
    states, _, _ = room(LB, "2026-03-01", ae=ae)
    assert states["2"]["STATE"] == "EVALUABLE_DLT"


def test_while_the_window_is_open_a_missed_examination_leaves_only_a_dlt_to_count():
    states, _, ahead = room(LB, "2026-02-03")  # day 8: it may still be done on day 9
    assert states["2"]["REASON"] == "window open until 2026-02-17"
    assert ahead["OUTCOME"].str.contains("completes without DLT").any()
    states, _, ahead = room(LB, "2026-02-04")
    assert states["2"]["STATE"] == "PENDING"
    assert "not done: laboratory of day 8 ± 1: counts only with a DLT" in states["2"]["REASON"]
    assert not ahead["OUTCOME"].str.contains("completes without DLT").any()


def test_where_the_protocol_names_none_nothing_is_asked():
    states, _, _ = room("USUBJID", "2026-03-01", required=())
    assert {row["STATE"] for row in states.values()} == {"EVALUABLE"}
    assert {row["MISSED"] for row in states.values()} == {None}


def test_without_a_source_for_a_required_examination_there_is_no_state_and_no_decision():
    sources = {code: s for code, s in BAT6026.sources.items() if code != "LB"}
    study = BAT6026.model_copy(update={"sources": sources})
    states, decision, ahead = room(LB, "2026-03-01", study=study)
    assert {row["STATE"] for row in states.values()} == {None}
    assert {row["REASON"] for row in states.values()} == {"not collected: LB"}
    assert ahead.is_empty()
    assert decision["DECISION"] == "NO_DECISION"
    assert decision["REASON"] == "no decision: not collected: LB"


def test_a_day_outside_the_window_is_refused():
    plan = {"levels": [{"code": "A"}], "dlt_window_days": 21}
    with pytest.raises(ValidationError, match=r"laboratory on day 29 \(allowed: 1 to 22"):
        EscalationPlan.model_validate(
            plan | {"required_assessments": [{"exam": "laboratory", "days": [8, 29]}]}
        )


def test_dated_records_say_what_was_missed(tmp_path, capsys):
    protocol = """
escalation:
  levels: [{code: A}, {code: B}]
  titration_levels: []
  dlt_window_days: 21
  required_assessments: [{exam: laboratory, days: [8]}]
"""
    (tmp_path / "trial.yaml").write_text(protocol)
    head, rows = (
        "subject,level,first_dose,dlt_onset,grade2_onset,left_window",
        [
            "1,A,2026-01-05,,,",
            "2,A,2026-01-06,,,",
            "3,A,2026-01-07,,,",
        ],
    )
    words = [
        "escalate",
        str(tmp_path / "s.csv"),
        "-o",
        str(tmp_path / "o.csv"),
        "--as-of",
        "2026-02-25",
    ]
    words += ["--protocol", str(tmp_path / "trial.yaml")]
    (tmp_path / "s.csv").write_text("\n".join([head, *rows]) + "\n")
    assert main(words) == 2
    assert "no column assessments_missed" in capsys.readouterr().err
    told = [f"{row},{text}" for row, text in zip(rows, ("", "", "laboratory"), strict=True)]
    (tmp_path / "s.csv").write_text("\n".join([f"{head},assessments_missed", *told]) + "\n")
    assert main(words) == 0
    out = pl.read_csv(tmp_path / "o.csv", infer_schema=False)
    assert out.select("decision", "n_to_enrol", "levels").row(0) == ("STAY_ADD", "1", "A:2/0/0/0")
    spelled = head.replace("_", " ").title()
    (tmp_path / "s.csv").write_text("\n".join([f"{spelled},Assessments Missed", *told]) + "\n")
    (tmp_path / "o.csv").unlink()
    assert main(words) == 0
    assert pl.read_csv(tmp_path / "o.csv", infer_schema=False).equals(out)
