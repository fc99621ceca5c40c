"""The flow on a stranger's delivery: words, units, dates and empty tables as other companies write them."""

import csv
import datetime

import polars as pl
import pytest
import yaml
from support import ROOT

from pkpipe import snapshot
from pkpipe.protocol.study_checks.linter import load_sound_study
from pkpipe.rooms import TOPICS
from pkpipe.validate import run as validated
from pkpipe.validate import stopping

RAW = ROOT / "tests" / "workflow" / "tiny_raw"
STUDY = ROOT / "tests" / "studies" / "tiny.yaml"
CUTOFF = datetime.date(2025, 7, 31)
C = pl.col


def as_delivered():
    tables = {}
    for path in sorted(RAW.glob("*.csv")):
        with path.open(encoding="utf-8") as file:
            tables[path.stem.upper()] = list(csv.DictReader(file))
    return tables


def checked(folder, change, cutoff=CUTOFF):
    """Study, snapshot and validated tables of the tiny trial after a change of rows and study file."""
    tables, content = as_delivered(), yaml.safe_load(STUDY.read_text(encoding="utf-8"))
    change(tables, content)
    for code, rows in tables.items():
        with (folder / f"{code.lower()}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]))
            writer.writeheader()
            writer.writerows(r for r in rows if r["USUBJID"])
    (folder / "tiny.yaml").write_text(yaml.safe_dump(content), encoding="utf-8")
    study = load_sound_study(folder / "tiny.yaml").at(cutoff)
    taken = snapshot.run(folder, study)
    return study, taken, validated(taken, study)


def ran(folder, change, *rooms, cutoff=CUTOFF):
    """Every table of these rooms."""
    study, taken, valid = checked(folder, change, cutoff)
    assert stopping(valid["FINDINGS"]).is_empty(), stopping(valid["FINDINGS"])
    have = {f"snapshot/{k}": t for k, t in taken.items()}
    have |= {f"validate/{k}": t for k, t in valid.items()}
    made = {}
    for room in (r for r in TOPICS if r.name in rooms):
        tables = room.run({n.rpartition("/")[2]: have[n] for n in room.reads}, study)
        have |= {f"{room.name}/{k}": t for k, t in tables.items()}
        made |= tables
    return made


def asked(folder, change):
    _, _, valid = checked(folder, change)
    return valid["FINDINGS"]


def put(code, column, value, row=None):
    """A change: the cells of a column, of one row or of all; a dictionary maps the old words."""

    def change(tables, _):
        for r in tables[code] if row is None else [tables[code][row]]:
            r[column] = value.get(r[column], r[column]) if isinstance(value, dict) else value

    return change


@pytest.mark.parametrize(
    ("code", "column", "value", "term"),
    [
        ("EX", "EXTRT", "mab ", "MAB"),
        ("EX", "EXTRT", "Antibody", "MAB"),
        ("PC", "PCTESTCD", "mab", "MAB"),
        ("PC", "PCSPEC", "血清", "SERUM"),
        ("IS", "ISBDAGNT", "Antibody", "MAB"),
        ("TR", "TRTESTCD", "Longest diameter", "LDIAM"),
    ],
)
def test_a_word_of_the_study_in_another_spelling_is_read_and_said(
    tmp_path, code, column, value, term
):
    _, _, valid = checked(tmp_path, put(code, column, value))
    assert valid[code][column].unique().to_list() == [term]
    told = valid["FINDINGS"].filter(C("COLUMN") == column, C("CHECK") == "CODE-SPELLING")
    assert told["TABLE"].to_list() == [code]


def test_cohorts_in_small_letters_are_those_of_the_study(tmp_path):
    change = put("DM", "ARMCD", {"A": "a", "B": "b", "X": "x"})
    assert checked(tmp_path, change)[2]["DM"]["ARMCD"].to_list() == ["A", "B", "B", "X"]


@pytest.mark.parametrize(
    ("code", "column", "line"),
    [
        ("EX", "EXTRT", "sources.EX.codes: {EXTRT: {theirs: ours}}"),
        ("DM", "ARMCD", "sources.DM.codes: {ARMCD: {theirs: ours}}"),
        ("PC", "PCTESTCD", "sources.PC.codes: {PCTESTCD: {theirs: ours}}"),
        ("TR", "TRTESTCD", "sources.TR.codes: {TRTESTCD: {theirs: ours}}"),
    ],
)
def test_an_unknown_word_stops_with_the_line_that_mends_it(tmp_path, code, column, line):
    wrong = stopping(asked(tmp_path, put(code, column, "SOMETHING")))
    assert wrong.filter(C("COLUMN") == column)["ALLOWED"].str.contains(line, literal=True).all()
    assert not wrong.filter(C("COLUMN") == column).is_empty()


@pytest.mark.parametrize("word", ["III", "Ⅲ级", "Grade III", "CTCAE Grade 3", "三级", "3.0"])
def test_a_grade_in_roman_figures_or_words_is_that_grade(tmp_path, word):
    assert checked(tmp_path, put("AE", "AETOXGR", word, 1))[2]["AE"]["AETOXGR"].max() == 3


@pytest.mark.parametrize("word", ["3-4", "0", "6", "severe"])
def test_a_grade_that_is_none_stops_and_names_the_word(tmp_path, word):
    wrong = stopping(asked(tmp_path, put("AE", "AETOXGR", word, 1)))
    assert ("CELL-CODE", 3, word) in wrong.select("CHECK", "ROW", "VALUE").rows()


def test_no_death_said_with_a_no_is_no_death(tmp_path):
    change = put("DM", "DTHFL", {"": "N"})
    assert checked(tmp_path, change)[2]["DM"]["DTHFL"].to_list() == [None, None, "Y", None]


@pytest.mark.parametrize(
    "words",
    [
        {"DISPOSITION EVENT": "Disposition Event", "PROTOCOL MILESTONE": "Protocol Milestone"},
        {"DISPOSITION EVENT": "处置事件", "PROTOCOL MILESTONE": "方案里程碑"},
    ],
)
def test_the_end_of_the_study_is_found_whatever_the_spelling_of_its_category(tmp_path, words):
    def change(tables, content):
        put("DS", "DSCAT", words)(tables, content)
        for row in tables["DS"]:
            row["DSSCAT"] = (
                "Study Participation" if row["DSDECOD"] != "PROGRESSIVE DISEASE" else "EOT"
            )

    adsl = ran(tmp_path, change, "subjects")["ADSL"]
    ended = adsl.filter(C("USUBJID") == "TINY-01-003").row(0, named=True)
    assert (ended["EOSSTT"], str(ended["EOSDT"])) == ("DISCONTINUED", "2025-06-20")
    assert (str(ended["EOTDT"]), ended["DCTREAS"]) == ("2025-04-10", "PROGRESSIVE DISEASE")


def test_centimetres_are_read_where_the_study_file_says_so(tmp_path):
    def change(tables, content):
        for row in tables["TR"]:
            row["TRSTRESN"] = row["TRSTRESC"] = str(float(row["TRSTRESN"]) / 10)
            row["TRSTRESU"] = "cm"
        content["sources"]["TR"]["units"] = {"cm": "mm"}

    sizes = checked(tmp_path, change)[2]["TR"]
    assert sizes["TRSTRESU"].unique().to_list() == ["mm"]
    assert sorted(sizes["TRSTRESN"].round(6).to_list())[:2] == [16, 17]


@pytest.mark.parametrize("row", [0, 1, 3])
def test_a_dose_whose_day_is_unknown_stops(tmp_path, row):
    wrong = stopping(asked(tmp_path, put("EX", "EXSTDTC", "2025-01", row)))
    assert ("EX-DAY", row + 2) in wrong.select("CHECK", "ROW").rows()


def test_a_cycle_of_which_a_record_says_nothing_was_given_is_not_left_out(tmp_path):
    def change(tables, _):
        tables["EX"][2] |= {"EXDOSE": "0", "EXDOSEMG": "0", "EXADJ": "ADVERSE EVENT"}

    assert asked(tmp_path, change).filter(C("CHECK") == "CYCLE-SKIPPED").is_empty()


def test_cycles_that_no_record_names_are_not_counted_as_one(tmp_path):
    made = ran(tmp_path, put("EX", "CYCLE", ""), "subjects", "escalation")["CONFORM"]
    told = made.filter(C("DETAIL").str.contains("cycles, at most"))
    assert set(told["RESULT"]) == {"NOT_ASSESSABLE"}


def test_a_file_of_a_header_alone_is_asked_about_while_subjects_are_treated(tmp_path):
    found = asked(tmp_path, put("AE", "USUBJID", ""))
    assert found.filter(C("CHECK") == "AE-TABLE-EMPTY")["SEVERITY"].to_list() == ["query"]


def test_before_anyone_consents_the_first_cohort_is_to_be_enrolled(tmp_path):
    made = ran(
        tmp_path,
        lambda *_: None,
        *("subjects", "escalation"),
        cutoff=datetime.date(2024, 1, 1),
    )
    first = made["DECISION"].row(0, named=True)
    assert (first["DECISION"], first["NEXTLVL"], first["NENROL"]) == ("STAY_ADD", "A", 3)
    assert made["ADDLT"].is_empty()


def test_a_target_lesion_that_is_never_measured_is_asked_about(tmp_path):
    def change(tables, _):
        tables["TR"] = [r for r in tables["TR"] if r["USUBJID"] != "TINY-01-001"]

    found = asked(tmp_path, change).filter(C("CHECK") == "TU-NOT-IN-TR")
    assert found.select("USUBJID", "VALUE").rows() == [("TINY-01-001", "T01")]
