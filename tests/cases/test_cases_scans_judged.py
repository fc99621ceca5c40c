"""A scan and its response each ask for the other; a coded term in two spellings is one term."""

import pytest
from test_cases_stranger_flow import C, asked, put, ran

S1 = "TINY-01-001"


def news(folder, change, check):
    found = asked(folder, change).filter(C("CHECK") == check)
    return found.select("ROW", "USUBJID", "COLUMN").rows()


def test_a_scan_that_nobody_judged_is_asked_about(tmp_path):
    assert news(tmp_path, lambda tables, _: tables["RS"].pop(0), "SCAN-NO-RESPONSE") == [
        (3, S1, "TRDTC")
    ]


def test_a_subject_whose_every_response_is_gone_is_asked_about(tmp_path):
    def change(tables, _):
        tables["RS"] = [r for r in tables["RS"] if r["USUBJID"] != S1]

    rows = news(tmp_path, change, "SCAN-NO-RESPONSE")
    assert [subject for _, subject, _ in rows] == [S1, S1]


def test_a_scan_and_a_response_of_one_visit_in_two_spellings_belong_together(tmp_path):
    assert news(tmp_path, put("RS", "VISIT", "Week  6", 0), "SCAN-NO-RESPONSE") == []
    assert news(tmp_path, put("RS", "VISIT", "Week  6", 0), "RESPONSE-NO-SCAN") == []


@pytest.mark.parametrize(("day", "told"), [("2025-03-03", False), ("2025-03-04", True)])
def test_a_response_more_than_two_weeks_from_the_scan_of_its_visit_is_asked_about(
    tmp_path, day, told
):
    rows = news(tmp_path, put("RS", "RSDTC", day, 0), "RESPONSE-FAR-FROM-SCAN")
    assert rows == ([(2, S1, "RSDTC")] if told else [])


@pytest.mark.parametrize(
    "cells",
    [
        {"AEDECOD": "NAUSEA"},
        {"AEDECOD": " nausea"},
        {"AEDECOD": "", "AETERM": "nausea"},
        {"AETERM": "felt sick", "AEDECOD": "Ｎausea"},
        {"AESOC": "GASTROINTESTINAL DISORDERS"},
    ],
)
def test_a_coded_term_in_another_spelling_is_counted_with_the_others(tmp_path, cells):
    def change(tables, _):
        tables["AE"][0] |= cells

    made = ran(tmp_path, change, "subjects", "safety")["AESOC"]
    everyone = made.filter(C("GROUP") == "ALL", C("GRADE") == "ANY", C("AEDECOD") == "Nausea")
    assert everyone.select("AESOC", "X").rows() == [("Gastrointestinal disorders", 4)]
    assert set(made["AEDECOD"].drop_nulls().str.to_lowercase()) == {"nausea"}


@pytest.mark.parametrize("visit", ["Cycle 1 Day 1", " CYCLE  1 DAY 1", "ＣYCLE 1 DAY 1"])
def test_a_visit_in_two_spellings_is_one_visit_of_the_values_by_visit(tmp_path, visit):
    def change(tables, content):
        content["sources"]["VS"] = {"files": ["vs.csv"]}
        tables["VS"] = [
            {"USUBJID": r["USUBJID"], "VSSEQ": "1", "VSTESTCD": "SYSBP", "VSSTRESC": "120", "VSSTRESN": "120",
             "VSSTRESU": "mmHg", "VISIT": visit if n == 0 else "CYCLE 1 DAY 1", "VSDTC": r["RFSTDTC"]}
            for n, r in enumerate(tables["DM"])
        ]  # fmt: skip

    rows = ran(tmp_path, change, "subjects", "safety")["BYVISIT"]
    everyone = rows.filter(C("COHORT") == "ALL", C("KIND") == "AVAL")
    assert everyone.select("VISIT", "N").rows() == [("CYCLE 1 DAY 1", 4)]
    (tmp_path / "again").mkdir()
    assert news(tmp_path / "again", change, "CODE-SPELLING")[0] == (2, S1, "VISIT")
