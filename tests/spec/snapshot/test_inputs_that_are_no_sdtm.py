"""The log of decisions and the exclusion ledger arrive, are cut, typed and checked like a domain."""

import datetime

import polars as pl
import pytest
from raw_drawings import RIGHT, deliver, tiny

from pkpipe import snapshot, validate
from pkpipe.escalation.decision.log import LOG_COLUMNS
from pkpipe.finding.table import lines_of
from pkpipe.protocol.sources import Source
from pkpipe.schema.own_inputs import INPUTS

DECISIONS = """
    date       | cutoff     | level | decision | next_level | n_to_enrol | recorded_by | recorded_on | reason
    2025-03-01 | 2025-02-20 | A     | ESCALATE | B          | 3          | Chair       | 2025-03-01  | 0 of 3
"""
LEDGER = """
    ENTRY | ACTION  | TARGET        | USUBJID | PARCAT1 | ADTM | AVAL | REASON | RECBY | RECDT | APPRBY
    1 | EXCLUDE | CONCENTRATION | 1 | MAB | 2025-01-10T10:00 | 20 | clot   | Lee   | 2025-09-01 | Wu
"""


# A recorded decision belongs to a study that asks for one, and that one rests on adverse events.
EVENTS = """
    USUBJID | AESEQ | AETERM | AETOXGR | AEREL       | AEDLTFL | AESTDTC
    1       | 1     | Cough  | 1       | NOT RELATED | N       | 2025-06-02
"""


def ran(tmp_path, *domains, **drawings):
    decided = "DECISIONS" in domains
    study = tiny(*RIGHT, *(("AE",) if decided else ()), *domains, escalation=decided)
    drawings = {"AE": EVENTS} | drawings
    return validate.run(snapshot.run(deliver(tmp_path, **RIGHT | drawings), study), study)


def test_the_columns_of_the_log_are_those_the_escalation_room_asks_for():
    declared = [c for c in INPUTS["DECISIONS"].columns if c.name != "USUBJID"]
    assert [(c.name, c.kind, c.allowed) for c in declared] == [
        (c.name, c.kind, c.allowed) for c in LOG_COLUMNS
    ]


def test_both_are_typed_and_without_a_finding_when_they_are_right(tmp_path):
    tables = ran(tmp_path, "DECISIONS", "LEDGER", DECISIONS=DECISIONS, LEDGER=LEDGER)
    assert tables["FINDINGS"].is_empty(), lines_of(tables["FINDINGS"])
    row = tables["DECISIONS"].row(0, named=True)
    assert (row["date"], row["n_to_enrol"]) == (datetime.date(2025, 3, 1), 3)
    assert tables["LEDGER"].select("AVAL", "RECDT").row(0) == (20.0, datetime.date(2025, 9, 1))


def test_without_a_source_both_are_empty_tables_with_their_columns(tmp_path):
    tables = ran(tmp_path)
    for code, spec in INPUTS.items():
        assert tables[code].is_empty()
        assert tables[code].columns == [*spec.names, "SRCFILE", "SRCROW"]


@pytest.mark.parametrize(
    ("old", "new", "column"),
    [
        ("clot  ", "      ", "REASON"),
        ("| Lee   |", "|       |", "RECBY"),
        ("| Wu", "|   ", "APPRBY"),
        ("EXCLUDE ", "DELETE  ", "ACTION"),
        ("2025-09-01", "2025-09   ", "RECDT"),
    ],
)
def test_an_entry_without_reason_name_or_date_is_an_error_at_its_row(tmp_path, old, new, column):
    assert old in LEDGER
    found = ran(tmp_path, "LEDGER", LEDGER=LEDGER.replace(old, new))["FINDINGS"]
    assert found.select("SEVERITY", "TABLE", "ROW", "COLUMN").rows() == [
        ("error", "LEDGER", 2, column)
    ]


def test_a_second_result_at_one_time_stops_the_study_until_the_ledger_settles_it(tmp_path):
    line = next(row for row in RIGHT["PC"].splitlines() if "2025-01-10T10:00" in row)
    twice = RIGHT["PC"] + line.replace("| 20 ", "| 21 ") + "\n"
    found = ran(tmp_path, PC=twice)["FINDINGS"]
    assert found.select("SEVERITY", "TABLE", "COLUMN").rows() == [("error", "PC", "PCDTC")]
    settled = ran(tmp_path, "LEDGER", LEDGER=LEDGER, PC=twice)["FINDINGS"]
    assert settled.is_empty(), lines_of(settled)
    thrice = twice + line.replace("| 20 ", "| 22 ") + "\n"
    assert ran(tmp_path, "LEDGER", LEDGER=LEDGER, PC=thrice)["FINDINGS"].height == 1


def test_an_entry_made_after_the_cutoff_stays_a_decision_taken_after_it_is_cut_away(tmp_path):
    later = DECISIONS.replace("2025-03-01", "2025-09-01")
    tables = ran(tmp_path, "DECISIONS", "LEDGER", DECISIONS=later, LEDGER=LEDGER)
    assert tables["DECISIONS"].is_empty()
    assert tables["LEDGER"].height == 1


@pytest.mark.parametrize(
    ("old", "new", "check", "column"),
    [
        ("2025-02-20", "2025-03-20", "DECISION-BEFORE-DATA", "date"),
        ("| B     ", "| Z     ", "DECISION-LEVEL-next_level", "next_level"),
        ("| A     |", "| Z     |", "DECISION-LEVEL-level", "level"),
        ("| Chair       |", "|             |", "DECISION-NAME", "recorded_by"),
        (
            "Chair       | 2025-03-01",
            "Chair       | 2025-02-25",
            "DECISION-RECORDED",
            "recorded_on",
        ),
        ("| 3          |", "| -3         |", "DECISION-NUMBER", "n_to_enrol"),
        ("| 0 of 3", "|", "DECISION-REASON", "reason"),
    ],
)
def test_a_recorded_decision_that_cannot_be_is_found(tmp_path, old, new, check, column):
    assert old in DECISIONS
    found = ran(tmp_path, "DECISIONS", DECISIONS=DECISIONS.replace(old, new))["FINDINGS"]
    assert (check, 2, column) in found.select("CHECK", "ROW", "COLUMN").rows(), lines_of(found)


def test_a_dose_at_a_level_before_its_recorded_decision_is_found(tmp_path):
    dm = RIGHT["DM"] + "        2       | 2025-01-20 | 2025-02-25 | B\n"
    ex = RIGHT["EX"] + (
        "        2       | MAB   | 3      | mg/kg  | 2025-02-25T09:00 | 2025-02-25T10:00\n"
    )
    early = ran(tmp_path, "DECISIONS", DECISIONS=DECISIONS, DM=dm, EX=ex)["FINDINGS"]
    assert early.select("CHECK", "TABLE", "ROW", "USUBJID").rows() == [
        ("DOSE-BEFORE-DECISION", "EX", 3, "2")
    ]
    none = ran(tmp_path, "DECISIONS", DECISIONS=DECISIONS.splitlines()[1], DM=dm, EX=ex)
    assert none["FINDINGS"]["CHECK"].to_list() == ["DOSE-WITHOUT-DECISION"]


def test_a_log_in_other_names_is_mapped(tmp_path):
    told = DECISIONS.replace("recorded_by", "secretary  ")
    deliver(tmp_path, **RIGHT, AE=EVENTS, DECISIONS=told)
    source = Source(files=("decisions.csv",), columns={"recorded_by": "secretary"})
    study = tiny(*RIGHT, "AE", DECISIONS=source, escalation=True)
    tables = validate.run(snapshot.run(tmp_path, study), study)
    assert tables["FINDINGS"].is_empty()
    assert tables["DECISIONS"]["recorded_by"].to_list() == ["Chair"]


def test_two_entries_of_one_number_are_an_error(tmp_path):
    twice = LEDGER.rstrip() + "\n" + LEDGER.strip().splitlines()[1] + "\n"
    found = ran(tmp_path, "LEDGER", LEDGER=twice)["FINDINGS"]
    errors = found.filter(pl.col("SEVERITY") == "error")
    assert errors.select("CHECK", "ROW").rows() == [("KEY-TWICE", 3)]
