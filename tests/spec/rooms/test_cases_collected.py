"""Cases in which what was not collected was printed as none: the dose decision and what it counts."""

import polars as pl
import pytest
from raw_drawings import deliver, tiny

from pkpipe import snapshot
from pkpipe.protocol.sources import Source
from pkpipe.rooms import TOPICS
from pkpipe.validate import run as validated
from pkpipe.validate import stopping

DM = """
    USUBJID | RFICDTC    | RFSTDTC    | ARMCD
    1       | 2025-01-01 | 2025-01-10 | A
    2       | 2025-01-01 | 2025-01-10 | A
    3       | 2025-01-01 | 2025-01-10 | A
"""
EX = """
    USUBJID | EXTRT | EXDOSE | EXDOSU | EXSTDTC          | EXENDTC
    1       | MAB   | 1      | mg/kg  | 2025-01-10T09:00 | 2025-01-10T10:00
    2       | MAB   | 1      | mg/kg  | 2025-01-10T09:00 | 2025-01-10T10:00
    3       | MAB   | 1      | mg/kg  | 2025-01-10T09:00 | 2025-01-10T10:00
"""
# Grade 4, 4 and 5 in a window of 21 days; the last subject dies on day 5.
AE = """
    USUBJID | AESEQ | AETERM      | AETOXGR | AESER | AESTDTC    | AEENDTC
    1       | 1     | Neutropenia | 4       | Y     | 2025-01-13 | 2025-01-30
    2       | 1     | Neutropenia | 4       | Y     | 2025-01-14 | 2025-01-30
    3       | 1     | Sepsis      | 5       | Y     | 2025-01-12 | 2025-01-14
"""
BEFORE = {"DM": DM, "EX": EX}


def ran(tmp_path, *domains, constants=None, **drawings):
    """Every room on these drawings, which do not stop the study."""
    given = BEFORE | drawings
    source = {"AE": Source(files=("ae.csv",), constants=constants or {})} if "AE" in given else {}
    plain = [code for code in given if code != "AE"]
    study = tiny(*plain, *domains, escalation=True, **source)
    tables = snapshot.run(deliver(tmp_path, **given), study)
    tables = {**tables, **validated(tables, study)}
    assert stopping(tables["FINDINGS"]).is_empty()
    for room in TOPICS:
        reads = {name.rpartition("/")[2] for name in room.reads}
        tables |= room.run({name: tables[name] for name in reads}, study)
    return tables


def nothing_is_decided(tables, lost):
    """No state, no count and no decision; every one of them says what is missing."""
    assert tables["ADDLT"]["STATE"].to_list() == [None] * 3
    assert tables["ADDLT"]["REASON"].to_list() == [lost] * 3
    study = tables["DECISION"].filter(pl.col("SCOPE") == "STUDY").row(0, named=True)
    assert (study["DECISION"], study["REASON"]) == ("NO_DECISION", f"no decision: {lost}")
    assert study["STATES"] is None
    levels = tables["DECISION"].filter(pl.col("SCOPE") == "LEVEL")
    for count in ("N", "Y", "G2", "PEND", "LATEDLT", "LOWER", "UPPER"):
        assert levels[count].is_null().all(), count
    assert set(levels["REASON"]) == {lost}
    assert tables["DECISION"].filter(pl.col("SCOPE") == "CONTEXT").is_empty()
    assert tables["LOOKAHD"].is_empty()
    for check in ("C01", "C09", "C10", "C11"):
        rows = tables["CONFORM"].filter(pl.col("CHECK") == check)
        assert rows["RESULT"].to_list() == ["NOT_ASSESSABLE"]


def findings(tables, check):
    return tables["FINDINGS"].filter(pl.col("CHECK") == check)


def test_decision_without_ae_is_no_decision_and_an_error_that_names_the_source(tmp_path):
    tables = ran(tmp_path)
    nothing_is_decided(tables, "not collected: AE")
    told = findings(tables, "DECISION-NOT-COLLECTED").row(0, named=True)
    assert (told["SEVERITY"], told["TABLE"]) == ("error", "AE")
    assert told["ALLOWED"] == "sources.AE in the study file, or no escalation section"


def test_ae_without_dlt_flag_is_no_decision_and_an_error_that_says_how_to_give_the_flag(tmp_path):
    tables = ran(tmp_path, AE=AE)
    nothing_is_decided(tables, "not collected: AE.AEDLTFL")
    told = findings(tables, "DECISION-NOT-COLLECTED").row(0, named=True)
    assert (told["FILE"], told["COLUMN"]) == ("ae.csv", "AEDLTFL")
    for way in ("sources.AE.columns.AEDLTFL", "SUPPAE", "sources.AE.constants.AEDLTFL: N"):
        assert way in told["ALLOWED"]
    assert findings(tables, "DLT-NOT-JUDGED")["USUBJID"].to_list() == ["1", "2", "3"]


def test_ae_without_dlt_flag_given_as_a_constant_asks_about_each_severe_event_in_the_window(
    tmp_path,
):
    tables = ran(tmp_path, AE=AE, constants={"AEDLTFL": "N"})
    asked = findings(tables, "DLT-NOT-JUDGED")
    assert asked["ROW"].to_list() == [2, 3, 4]
    assert asked["MESSAGE"].to_list()[2].endswith(": Sepsis, grade 5, relationship not given")
    assert findings(tables, "DECISION-NOT-COLLECTED").is_empty()
    states = dict(tables["ADDLT"].select("USUBJID", "STATE").iter_rows())
    assert states == {"1": "EVALUABLE", "2": "EVALUABLE", "3": "NOT_EVALUABLE"}


def test_a_subject_who_died_in_the_window_has_not_completed_it(tmp_path):
    tables = ran(tmp_path, AE=AE, constants={"AEDLTFL": "N"})
    dead = tables["ADDLT"].filter(pl.col("USUBJID") == "3").row(0, named=True)
    assert dead["REASON"] == "died on 2025-01-12, and no DLT is flagged: not counted"


@pytest.mark.parametrize(
    ("flag", "related", "grade", "start", "asked"),
    [
        ("", "RELATED", "3", "2025-01-20", True),
        ("N", "RELATED", "3", "2025-01-20", False),  # the investigator's answer
        ("Y", "RELATED", "3", "2025-01-20", False),
        ("", "NOT RELATED", "4", "2025-01-20", False),
        ("", "NOT RELATED", "5", "2025-01-20", True),  # a death is asked about whatever caused it
        ("", "", "3", "2025-01-20", True),
        ("", "RELATED", "2", "2025-01-20", False),
        ("", "RELATED", "3", "2025-02-20", False),  # after the window
        ("", "RELATED", "3", "2025-01", True),  # may lie in it
        ("", "RELATED", "3", "", True),
        ("", "RELATED", "3", "2025-01-02", False),  # before the first dose
    ],
)
@pytest.mark.slow
def test_severe_toxicity_in_the_window_needs_an_answer_before_a_decision(
    tmp_path, flag, related, grade, start, asked
):
    event = f"""
        USUBJID | AESEQ | AETERM | AETOXGR | AEREL | AEDLTFL | AESTDTC
        1       | 1     | Rash   | {grade} | {related} | {flag} | {start}
        2       | 1     | Fever  | 1       | RELATED   | N      | 2025-01-20
    """
    tables = ran(tmp_path, AE=event)
    assert (findings(tables, "DLT-NOT-JUDGED").height == 1) == asked


def test_a_death_in_the_window_that_only_dm_tells_is_asked_about(tmp_path):
    dm = DM.replace("ARMCD\n", "ARMCD | DTHDTC\n").replace("A\n", "A |\n", 2)
    dm = dm.replace("2025-01-10 | A\n", "2025-01-10 | A | 2025-01-18\n")
    event = """
        USUBJID | AESEQ | AETERM | AETOXGR | AEREL   | AEDLTFL | AESTDTC
        1       | 1     | Rash   | 1       | RELATED | N       | 2025-01-20
    """
    tables = ran(tmp_path, AE=event, DM=dm)
    told = findings(tables, "DLT-DEATH-NOT-JUDGED")
    assert told.select("TABLE", "COLUMN", "USUBJID").rows() == [("DM", "DTHDTC", "3")]


def test_a_flag_delivered_empty_is_an_answer_and_one_absent_is_none(tmp_path):
    mild = """
        USUBJID | AESEQ | AETERM | AETOXGR | AEDLTFL | AESTDTC
        1       | 1     | Rash   | 1       |         | 2025-01-20
    """
    tables = ran(tmp_path, AE=mild)
    assert findings(tables, "DECISION-NOT-COLLECTED").is_empty()
    assert tables["ADDLT"]["STATE"].to_list() == ["EVALUABLE"] * 3


def line(tables, code):
    rows = tables["AESUM"].filter(pl.col("GROUP") == "ALL", pl.col("PARAMCD") == code)
    row = rows.row(0, named=True)
    return row["X"], row["PCT"], row["REASON"]


NO_CM = "not collected: CM, so counted as if nobody had a new anti-cancer therapy"


def test_cart_columns_absent_leave_the_lines_that_rest_on_them_without_a_number(tmp_path):
    """Adverse events as a cell-therapy export has them: no relatedness, action, outcome or DLT flag."""
    tables = ran(tmp_path, AE=AE.replace("5       | Y", "2       | N"))
    assert line(tables, "TEAE") == (3, 100.0, NO_CM)
    assert line(tables, "TEAE_G3") == (2, pytest.approx(200 / 3), NO_CM)
    assert line(tables, "TEAE_SER") == (2, pytest.approx(200 / 3), NO_CM)
    for code, lost in (
        ("TEAE_REL", "AE.AEREL"),
        ("TEAE_REL_G3", "AE.AEREL"),
        ("TEAE_DISC", "AE.AEACN"),
        ("TEAE_INT", "AE.AEACN"),
        ("TEAE_DTH", "AE.AESDTH or AE.AEOUT"),
        ("IRAE", "AE.AEIRFL"),
        ("DLT", "AE.AEDLTFL"),
    ):
        assert line(tables, code) == (None, None, f"not collected: {lost}")
    related = tables["ADAE"].select("RELFL", "DISCFL", "INTRFL", "REDFL", "DTHFL")
    assert related.null_count().row(0) == (3, 3, 3, 3, 3)
    assert tables["ADAE"]["REASON"].str.contains("not collected: AE.AEREL, AE.AEACN").all()


def test_a_missing_relatedness_is_related_where_others_have_one(tmp_path):
    event = """
        USUBJID | AESEQ | AETERM | AETOXGR | AEREL       | AEDLTFL | AESTDTC
        1       | 1     | Rash   | 1       |             | N       | 2025-01-20
        2       | 1     | Rash   | 1       | NOT RELATED | N       | 2025-01-20
    """
    tables = ran(tmp_path, AE=event)
    assert line(tables, "TEAE_REL") == (1, pytest.approx(100 / 3), NO_CM)


def only(frame, **where):
    rows = frame.filter(*(pl.col(name) == value for name, value in where.items()))
    return rows.row(0, named=True)


def test_without_a_source_of_deaths_or_ends_nobody_is_said_to_be_alive_or_on_treatment(tmp_path):
    tables = ran(tmp_path, AE=AE, constants={"AEDLTFL": "N"})
    for code, lost in (
        ("DEATHS", "DM.DTHDTC or DS or SS"),
        ("ONTRT", "DS"),
        ("OFFTRT", "DS"),
        ("OFFSTUDY", "DS"),
    ):
        row = only(tables["SUMMARY"], COHORT="ALL", TOPIC="ENROLMENT", PARAMCD=code)
        assert (row["VALUE"], row["REASON"]) == (None, f"not collected: {lost}")
    assert set(tables["ADSL"]["EOSSTT"]) == {None}
    deaths = tables["KMSUM"].filter(pl.col("PARAMCD") == "OS")
    assert deaths["ESTIMATE"].is_null().all()
    assert set(deaths["NOTE"]) == {"not collected: DM.DTHDTC or DS or SS"}


def test_without_tumour_assessments_there_is_no_response_rate(tmp_path):
    tables = ran(tmp_path, AE=AE, constants={"AEDLTFL": "N"})
    rates = tables["RSPSUM"]
    assert rates.height
    assert rates.select("X", "PCT", "LOWER", "UPPER").null_count().row(0) == (rates.height,) * 4
    assert rates["REASON"].str.starts_with("not collected: TR").all()
    assert set(tables["ADSL"]["RSPFL"]) == {None}
    context = tables["DOSECTX"].filter(pl.col("TOPIC").is_in(["RESPONSE", "TUMOUR"]))
    assert context["VALUE"].is_null().all()


def test_without_their_columns_no_infusion_was_interrupted_and_no_dose_reduced_for_all_we_know(
    tmp_path,
):
    tables = ran(tmp_path, AE=AE, constants={"AEDLTFL": "N"})
    for code, lost in (("NINTR", "EX.EXINTRFL"), ("NRED", "EX.EXPDOSE")):
        row = only(tables["ADEXSUM"], PARAMCD=code)
        assert (row["AVAL"], row["REASON"]) == (None, f"not collected: {lost}")
    conduct = only(tables["CONFORM"], CHECK="C04")
    assert conduct["RESULT"] == "NOT_ASSESSABLE"
