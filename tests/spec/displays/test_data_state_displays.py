"""Files, findings over time, rule book and open queries as displays."""

import datetime

import polars as pl
import pytest
from shown_display import TINY, Shown


def findings(**changes):
    base = {
        "CHECK": ["DATE", "DATE", "DATE"],
        "SEVERITY": ["query", "query", "error"],
        "TABLE": ["AE", "VS", "AE"],
        "FILE": "ae.csv",
        "ROW": [2, 3, 4],
        "USUBJID": ["S1", "S1", None],
        "COLUMN": "AESTDTC",
        "VALUE": ["2026", "2026", "it's"],
        "MESSAGE": "which day?",
    }
    return pl.DataFrame(base | changes)


def test_the_manifest_names_files_rows_and_what_was_set_aside():
    files = pl.DataFrame(
        {"TABLE": ["AE"], "FILE": ["ae.csv"], "ROWS": [10], "KEPT": [8], "CUT": [2],
         "SHA256": ["ab"], "BYTES": [100], "STATUS": ["read"]}
    )  # fmt: skip
    made = Shown("T14.9.1", SOURCES=files)
    assert made.text("AE/ae.csv", "KEPT") == "8"
    assert made.text("AE/ae.csv", "WHAT") == "Adverse events"
    assert made.cell("AE/ae.csv", "CUT")["VALUE"] == 2
    assert made.behind("AE/ae.csv", "CUT").height == 1
    assert Shown("T14.9.1").state["state"] == "no file was read"


def test_findings_are_counted_by_status_since_the_cutoff_before():
    told = findings(
        STATUS=["NEW", "OPEN", "RESOLVED"], SINCE=datetime.date(2026, 1, 1), BASIS="TODAY"
    )
    made = Shown("T14.9.2", FINDSTAT=told)
    assert made.text("query", "NEW") == "1"
    assert made.behind("query", "NEW")["TABLE"].to_list() == ["AE"]
    assert made.text("error", "RESOLVED") == "1"
    assert made.text("DATE/AE/S1/AESTDTC/2026", "MESSAGE") == "which day?"
    assert "not frozen" in made.state["NOTESEN"]
    assert Shown("T14.9.2").state["state"].startswith("nothing was found")


@pytest.mark.parametrize(
    ("basis", "state"),
    [("TODAY", "no earlier cutoff is frozen"), ("FROZEN", "results of the frozen")],
)
def test_changed_results_need_a_frozen_cutoff(basis, state):
    told = findings(STATUS="OPEN", SINCE=datetime.date(2026, 1, 1), BASIS=basis)
    assert Shown("T14.9.3", FINDSTAT=told).state["state"].startswith(state)


def test_the_rule_book_has_assumptions_and_every_choice():
    made = Shown("T14.9.4")
    assert made.text("SEED-6", "DECISION") == "day 1 to day 22"
    assert made.text("escalation.mtd_subjects", "VALUE") == "6"


def test_queries_about_what_the_decision_rests_on_come_with_the_state_of_the_subject():
    subjects = pl.DataFrame(
        {"USUBJID": ["S1"], "LEVEL": ["A"], "LEVELN": [1], "STATE": ["PENDING"]}
    )
    made = Shown("T14.9.5", FINDINGS=findings(), ADDLT=subjects)
    assert made.text("DATE/AE/S1/AESTDTC/2026", "STATE") == "In the DLT window (pending)"
    assert "DATE/VS/S1/AESTDTC/2026" not in set(made.cells["ROW"])
    assert made.text("DATE/AE//AESTDTC/it's", "SEVERITY") == "Error"
    assert made.behind("DATE/AE//AESTDTC/it's", "ROW")["ROW"].to_list() == [4]
    assert Shown("T14.9.5").state["state"].startswith("no open finding")


def test_a_finding_that_is_there_twice_has_two_rows():
    twice = findings(TABLE="AE", VALUE="2026", SEVERITY="error", USUBJID="S1")
    rows = set(Shown("T14.9.5", TINY, FINDINGS=twice).cells["ROW"])
    assert rows == {
        "DATE/AE/S1/AESTDTC/2026",
        "DATE/AE/S1/AESTDTC/2026#2",
        "DATE/AE/S1/AESTDTC/2026#3",
    }
