"""Deliveries that check accepts are carried by the rooms; a display says what was not collected."""

import polars as pl
import pytest
from test_cases_stranger_flow import checked, put

from pkpipe import displays
from pkpipe.rooms import DISPLAYS, TOPICS
from pkpipe.schema.adam.by_room import BY_ROOM
from pkpipe.validate import stopping
from pkpipe.validate.findings_status import FINDSTAT_SCHEMA

C = pl.col


def without(code, *names):
    def change(tables, _):
        for row in tables[code]:
            for name in names:
                row.pop(name)

    return change


@pytest.mark.parametrize("code", ["AE", "EX", "PC", "TR"])
def test_rows_are_numbered_where_the_file_has_no_numbers(tmp_path, code):
    def change(tables, content):
        without(code, f"{code}SEQ")(tables, content)
        content["sources"][code]["sequence"] = True

    _, _, valid = checked(tmp_path, change)
    assert stopping(valid["FINDINGS"]).is_empty()
    assert valid[code][f"{code}SEQ"].null_count() == 0


def test_a_size_that_is_text_alone_stops_as_a_concentration_does(tmp_path):
    wrong = stopping(checked(tmp_path, put("TR", "TRSTRESN", ""))[2]["FINDINGS"])
    assert set(wrong["CHECK"]) == {"TR-NUMBER-LOST"}


def shown(tmp_path, change, *rooms):
    """The tables of the displays after these rooms, the tables of the others empty."""
    study, taken, valid = checked(tmp_path, change)
    have = {f"snapshot/{k}": t for k, t in taken.items()}
    have |= {f"validate/{k}": t for k, t in valid.items()}
    have["validate/FINDSTAT"] = FINDSTAT_SCHEMA.to_frame()
    for room in TOPICS:
        have |= {f"{room.name}/{t.code}": t.empty() for t in BY_ROOM.get(room.name, ())}
    for room in (r for r in TOPICS if r.name in rooms):
        made = room.run({n.rpartition("/")[2]: have[n] for n in room.reads}, study)
        have |= {f"{room.name}/{k}": t for k, t in made.items()}
    read = {n.rpartition("/")[2]: have[n] for n in DISPLAYS.reads}
    return displays.run(read, study)


def texts(cells, display, row):
    rows = cells["ARD"].filter(
        C("DISPLAY") == display, C("ROW") == row, C("COL").is_in(["A", "B", "X"])
    )
    return dict(rows.select("COL", "TEXT").iter_rows())


def test_a_type_of_tumour_that_one_cohort_declares_is_not_none_of_the_others(tmp_path):
    cells = shown(tmp_path, without("DM", "TUMTYPE"), "subjects")
    assert cells["ARD"].filter(C("DISPLAY") == "T14.1.2.2", C("ROW") == "TUMTYPE/LUNG").is_empty()
    assert set(texts(cells, "T14.1.2.2", "TUMTYPE").values()) == {"not collected: DM.TUMTYPE"}


def test_a_mean_of_what_was_not_collected_says_so(tmp_path):
    cells = shown(tmp_path, without("DM", "AGE"), "subjects", "cohorts")
    for row in ("AGE/N", "AGE/MEAN", "AGE/MEDIAN"):
        assert set(texts(cells, "T14.1.2.1", row).values()) == {"not collected: DM.AGE"}


def test_milligrams_without_a_weight_say_what_is_missing(tmp_path):
    study, taken, valid = checked(tmp_path, without("EX", "EXDOSEMG"))
    subjects = next(r for r in TOPICS if r.name == "subjects")
    tables = {**taken, **valid}
    names = [name.rpartition("/")[2] for name in subjects.reads]
    made = subjects.run({name: tables[name] for name in names}, study)
    total = made["ADEXSUM"].filter(C("PARAMCD") == "TDOSE")
    assert set(total["REASON"]) == {"not collected: EX.EXDOSEMG or VS"}


@pytest.mark.parametrize(
    ("lost", "display", "says"),
    [
        ("AEDECOD", "T14.3.1.9", "not collected: AE.AEDECOD"),
        ("AESER", "T14.3.3.1", "not collected: AE.AESER"),
    ],
)
def test_a_display_without_a_subject_says_what_was_not_collected(tmp_path, lost, display, says):
    def change(tables, _):
        without("AE", lost)(tables, _)
        tables["AE"] = [r | {"AESDTH": "N", "AEDLTFL": "N"} for r in tables["AE"]]
        tables["DM"] = [r | {"DTHDTC": "", "DTHFL": ""} for r in tables["DM"]]
        tables["DS"] = [r for r in tables["DS"] if r["DSDECOD"] != "DEATH"]

    made = shown(tmp_path, change, "subjects", "safety")["DISPLAYS"]
    assert dict(made.select("number", "state").iter_rows())[display] == says


def test_a_worst_grade_is_none_where_grades_are_not_collected(tmp_path):
    made = shown(tmp_path, without("AE", "AETOXGR"), "subjects", "safety")["DISPLAYS"]
    said = dict(made.select("number", "state").iter_rows())
    assert said["T14.3.1.3"] == "not collected: AE.AETOXGR"


def test_a_count_that_can_be_given_is_given_beside_what_is_not_collected(tmp_path):
    cells = shown(tmp_path, lambda *_: None, "subjects", "safety")["ARD"]
    graded = cells.filter(C("DISPLAY") == "T14.3.1.3", C("COL") == "1", C("VALUE").is_not_null())
    assert "1/1 (100.0 %)" in graded["TEXT"].to_list()


def state_of(made, display):
    return dict(made["DISPLAYS"].select("number", "state").iter_rows())[display]


def test_concentrations_without_planned_times_say_what_was_not_collected(tmp_path):
    """There are results: `no result yet` would be wrong."""
    made = shown(tmp_path, without("PC", "PCTPT", "PCTPTNUM"), "subjects", "pk")
    for display in ("T14.4.1.1", "T14.4.1.2"):
        assert state_of(made, display) == "not collected: PC.PCTPT or PC.PCTPTNUM"


def test_responses_that_cannot_be_compared_say_which_side_was_not_collected(tmp_path):
    def change(tables, content):
        tables.pop("RS")
        content["sources"].pop("RS")

    made = shown(tmp_path, change, "subjects", "tumor")
    assert state_of(made, "T14.2.3.1") == "not collected: RS"


def test_concentrations_that_are_not_to_be_analysed_say_so(tmp_path):
    """A study file with analytes and without `nca`: check accepts it, so the displays carry it."""

    def change(_, content):
        content.pop("nca")

    made = shown(tmp_path, change, "subjects", "pk")
    for display in ("T14.4.1.1", "T14.4.2.1", "F14.4.3", "F14.4.4", "F14.4.5", "F14.4.6"):
        assert state_of(made, display) == "not planned: the study file has no nca"
