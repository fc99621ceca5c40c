"""Raw records a dose decision cannot rest on: found at their row, no decision, and the page says why."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest
from support import ROOT

from pkpipe import escalation, snapshot, subjects, validate
from pkpipe.cli import main
from pkpipe.cohorts.dose_context import SCHEMA
from pkpipe.finding.table import errors_of, lines_of, no_findings
from pkpipe.protocol.file_reading.loader import load_study
from pkpipe.protocol.sources import Source
from pkpipe.reading.files import read_table
from pkpipe.report.sections.decision import section

# Two subjects of a level and one DLT in its window: 1 of 2, so the level is filled.
RAW = {
    "DM": """USUBJID,RFICDTC,RFSTDTC,ARMCD,ACTARMCD
1,2025-01-01,2025-01-10,A,A
2,2025-01-05,2025-01-15,A,A
""",
    "EX": """USUBJID,EXTRT,EXDOSE,EXPDOSE,EXDOSU,EXSTDTC,EXENDTC,CYCLE
1,MAB,1,1,mg/kg,2025-01-10T09:00,2025-01-10T10:00,1
2,MAB,1,1,mg/kg,2025-01-15T09:00,2025-01-15T10:00,1
""",
    "AE": """USUBJID,AESEQ,AETERM,AETOXGR,AEREL,AEDLTFL,AESTDTC
2,1,Rash,3,RELATED,Y,2025-01-20
""",
    "DECISIONS": """date,cutoff,level,decision,next_level,n_to_enrol,recorded_by,recorded_on
2025-02-20,2025-02-12,A,STAY_ADD,A,1,Chair,2025-02-21
""",
}
STUDY = load_study(ROOT / "tests" / "studies" / "tiny.yaml")
END = datetime.date(2025, 6, 30)
BAD = [
    # table, what stands there, what is put there, then the place that is found: row, subject, column, value
    ("AE", "2025-01-20", "2025-01-14", (2, "2", "AESTDTC", "2025-01-14", "first dose")),
    ("EX", "1,1,mg/kg,2025-01-15", "2,2,mg/kg,2025-01-15", (3, "2", "EXPDOSE", "2.0", "protocol")),
    ("EX", "1,1,mg/kg,2025-01-15", "2,,mg/kg,2025-01-15", (3, "2", "EXDOSE", "2.0", "protocol")),
    ("DM", "01-15,A,A", "01-15,B,B", (3, "2", "EXPDOSE", "1.0", "two cohorts")),
    ("DM", "01-15,A,A", "01-15,B,", (3, "2", "EXPDOSE", "1.0", "two cohorts")),
    ("DECISIONS", "2025-02-20,", "2025-02-10,", (2, None, "date", "2025-02-10", "decided before")),
    ("DECISIONS", "A,STAY_ADD,A", "A,STAY_ADD,K", (2, None, "next_level", "K", "no level")),
    ("DECISIONS", "A,1,Chair", "A,-1,Chair", (2, None, "n_to_enrol", "-1", "below zero")),
]  # fmt: skip


def validated_at_end(folder, changed=None, top=None):
    """The study with only these sources, and its validated tables as they are at the end."""
    for code, text in (RAW | (changed or {})).items():
        (folder / f"{code.lower()}.csv").write_text(text, encoding="utf-8")
    plan = STUDY.escalation.model_copy(update={"highest_open_level": top})
    sources = {code: Source(files=(f"{code.lower()}.csv",)) for code in RAW}
    study = STUDY.model_copy(update={"escalation": plan, "sources": sources, "cutoff": END})
    return validate.run(snapshot.run(folder, study), study), study


def decided(tables, study):
    """DECISION of the escalation room."""
    made = subjects.run(tables, study)
    return escalation.run({**tables, **made}, study)["DECISION"]


def test_without_an_error_the_decision_is_printed(tmp_path):
    tables, study = validated_at_end(tmp_path)
    assert errors_of(tables["FINDINGS"]).is_empty(), lines_of(tables["FINDINGS"])
    assert decided(tables, study).select("DECISION", "STATES").row(0) == (
        "STAY_ADD",
        "A:2/1/0/0",
    )


@pytest.mark.parametrize(("table", "old", "new", "place"), BAD)
def test_a_record_that_cannot_be_is_found_at_its_row_and_withholds_the_decision(
    tmp_path, table, old, new, place
):
    assert old in RAW[table]
    tables, study = validated_at_end(tmp_path, {table: RAW[table].replace(old, new)})
    wrong = errors_of(tables["FINDINGS"])
    row, subject, column, value, words = place
    assert wrong.select("ROW", "USUBJID", "COLUMN", "VALUE").rows() == [
        (row, subject, column, value)
    ], lines_of(wrong)
    assert words in wrong["MESSAGE"][0]
    assert wrong["ALLOWED"][0]
    # Only the decision rests on it, so the study runs on and its report can say why there is none.
    assert validate.stopping(wrong).is_empty()
    answer = decided(tables, study).row(0, named=True)
    assert (answer["DECISION"], answer["NEXTLVL"]) == ("NO_DECISION", None)
    assert lines_of(wrong)[0] in answer["REASON"]
    assert answer["REASON"].count(" row ") == 1  # each record is named once


@pytest.mark.parametrize(("table", "old", "new", "place"), [BAD[0], BAD[5]])
def test_the_room_names_the_raw_record_when_nobody_validated_it(tmp_path, table, old, new, place):
    tables, study = validated_at_end(tmp_path, {table: RAW[table].replace(old, new)})
    reason = decided(tables | {"FINDINGS": no_findings()}, study)["REASON"][0]
    row, subject, column, value, _ = place
    who = "" if subject is None else f", subject {subject}"
    file = {"EX": "ex.csv", "AE": "ae.csv", "DECISIONS": "decisions.csv"}[table]
    assert f"{file} row {row}{who}: {column} is '{value}'" in reason


def test_a_first_dose_at_a_level_that_is_not_open_withholds_the_decision(tmp_path):
    dm, ex = (
        RAW["DM"].replace("01-15,A,A", "01-15,B,B"),
        RAW["EX"].replace("2,MAB,1,1", "2,MAB,3,3"),
    )
    for top, checks in (("A", ["DOSE-LEVEL-CLOSED"]), ("B", [])):
        tables, study = validated_at_end(tmp_path, {"DM": dm, "EX": ex}, top)
        wrong = errors_of(tables["FINDINGS"])
        assert wrong["CHECK"].to_list() == checks
        assert (decided(tables, study)["DECISION"][0] == "NO_DECISION") == bool(checks)


def test_a_subject_treated_as_another_cohort_is_asked_about_and_counts_where_it_was_dosed(tmp_path):
    """Assigned to B, dosed as A: with the arm as treated on record both tables say the same."""
    tables, study = validated_at_end(tmp_path, {"DM": RAW["DM"].replace("01-15,A,A", "01-15,B,A")})
    assert errors_of(tables["FINDINGS"]).is_empty(), lines_of(tables["FINDINGS"])
    assert "DOSE-OTHER-LEVEL" in tables["FINDINGS"]["CHECK"].to_list()
    assert decided(tables, study)["STATES"][0] == "A:2/1/0/0"


def test_the_check_ends_with_3_while_the_flow_runs_on_without_a_decision(
    tmp_path, monkeypatch, capsys
):
    validated_at_end(tmp_path, {"AE": RAW["AE"].replace("2025-01-20", "2025-01-14")})
    tiny = (ROOT / "tests" / "studies" / "tiny.yaml").read_text(encoding="utf-8")
    sources = "".join(f"  {code}: {{files: [{code.lower()}.csv]}}\n" for code in RAW)
    (tmp_path / "tiny.yaml").write_text(tiny.partition("sources:")[0] + "sources:\n" + sources)
    (tmp_path / "config.yaml").write_text(
        "studies:\n  tiny: {protocol: tiny.yaml, raw: ., virtual_seed: null, cutoffs: [2025-06-30]}\n"
    )
    monkeypatch.chdir(tmp_path)
    run = ["--config", "config.yaml"]
    assert main(["check", "tiny", *run]) == 3
    line = "ae.csv row 2, subject 2: AESTDTC is '2025-01-14': a dose-limiting toxicity before the first dose"
    assert line in capsys.readouterr().err
    for room in ("snapshot", "validate", "subjects", "escalation"):
        assert main(["stage", room, "--study", "tiny", "--cutoff", "2025-06-30", *run]) == 0
    row = read_table(Path("results/tiny/2025-06-30/escalation/DECISION.parquet")).row(0, named=True)
    assert row["DECISION"] == "NO_DECISION"
    assert line in row["REASON"]


def test_the_page_says_which_records_stand_in_the_way_and_prints_no_count(tmp_path):
    tables, study = validated_at_end(
        tmp_path, {"AE": RAW["AE"].replace("2025-01-20", "2025-01-14")}
    )
    made = subjects.run(tables, study)
    found = {**tables, **escalation.run({**tables, **made}, study), "DOSECTX": SCHEMA.to_frame()}
    page = section(found, study)
    headline, _, lines = page.blocks
    assert headline.text.startswith("No decision")
    assert lines.rows == (
        (
            *("ae.csv", "2", "2", "AESTDTC", "2025-01-14"),
            *(
                "a dose-limiting toxicity before the first dose",
                "the day of the first dose or later",
            ),
        ),
    )
    told = {part.id: part.blocks[0].text for part in page.parts if part.id != "conformance"}
    assert told["look-ahead"] == told["decision-log"]
    assert "withheld" in told["look-ahead"]


def test_the_page_says_who_recorded_a_decision_when_and_on_which_run(tmp_path):
    run = "0123456789abcdef" * 4
    log = RAW["DECISIONS"].replace("recorded_on\n", "recorded_on,manifest\n")
    log = log.replace("2025-02-21\n", f"2025-02-21,{run}\n")
    tables, study = validated_at_end(tmp_path, {"DECISIONS": log})
    made = subjects.run(tables, study)
    found = {**tables, **escalation.run({**tables, **made}, study), "DOSECTX": SCHEMA.to_frame()}
    page = section(found, study)
    (part,) = (part for part in page.parts if part.id == "decision-log")
    cells = dict(zip(part.blocks[-1].header, part.blocks[-1].rows[0], strict=True))
    assert cells["Recorded by, on"] == "Chair, 2025-02-21"
    assert cells["Manifest"] == run[:12]
