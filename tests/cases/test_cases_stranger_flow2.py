"""The flow on a stranger's delivery, second part: computed rows, unknown words, limits, doses, formats."""

import polars as pl
import pytest
from support import domain
from test_cases_stranger_flow import C, asked, checked, put, ran

from pkpipe import snapshot
from pkpipe.clinical.computed import computed, measured
from pkpipe.safety.bds import analysed
from pkpipe.validate import run as validated
from pkpipe.validate import stopping


def also(code, row, **cells):
    """A change: one row more, like the row of that number but for these cells; its other rows lack them."""

    def change(tables, _):
        tables[code].append(tables[code][row] | cells)
        for r in tables[code]:
            for name in cells:
                r.setdefault(name, "")

    return change


# 1. What was computed


@pytest.mark.parametrize(("column", "mark"), [("PCDRVFL", "Y"), ("DTYPE", "AVERAGE")])
def test_a_computed_concentration_is_listed_and_no_number_rests_on_it(tmp_path, column, mark):
    plain = ran(tmp_path, lambda *_: None, "subjects", "pk")
    change = also("PC", 1, PCSTRESC="99", PCSTRESN="99", PCORRES="99", **{column: mark})
    made = ran(tmp_path, change, "subjects", "pk")
    row = made["ADPC"].filter(C("AVAL") == 99).row(0, named=True)
    assert (row["EXCLFL"], row["EXCLRSN"], row["SUMFL"]) == (
        *("Y", "computed and not measured: left out", "N"),
    )
    assert (
        made["ADPP"].drop("SRCROW", strict=False).equals(plain["ADPP"].drop("SRCROW", strict=False))
    )
    assert made["PKCONC"].equals(plain["PKCONC"])
    told = asked(tmp_path, change).filter(C("CHECK") == "PC-COMPUTED")
    assert told.select("ROW", "USUBJID", "SEVERITY").rows() == [(33, "TINY-01-001", "note")]


def test_a_subject_with_computed_concentrations_alone_has_no_concentration(tmp_path):
    def change(tables, _):
        for r in tables["PC"]:
            r["PCDRVFL"] = "Y" if r["USUBJID"] == "TINY-01-001" else ""

    adsl = ran(tmp_path, change, "subjects")["ADSL"]
    assert adsl.filter(C("USUBJID") == "TINY-01-001")["PKCFL"].to_list() == ["N"]


@pytest.mark.parametrize("code", ["IS", "LB", "VS", "EG", "CP"])
def test_a_computed_record_gives_way_to_measured_ones_of_its_day_and_stands_alone_elsewhere(code):
    drawn = domain(
        code,
        f"""
        USUBJID | {code}TESTCD | {code}DTC        | {code}STRESN | {code}STRESC | {code}DRVFL
        1       | A            | 2025-01-06T09:00 | 400          | 400          |
        1       | A            | 2025-01-06T09:02 | 410          | 410          |
        1       | A            | 2025-01-06       | 405          | 405          | Y
        1       | B            | 2025-01-06       | 405          | 405          | Y
        2       | A            | 2025-01-06       | 405          | 405          | Y
        """,
    )
    assert drawn.select(computed(code)).to_series().to_list() == [False, False, True, False, False]
    assert measured({code: drawn})[code].height == 4


def test_a_mean_of_readings_is_no_baseline_and_says_why():
    eg = domain(
        "EG",
        """
        USUBJID | EGTESTCD | EGDTC            | EGSTRESN | EGSTRESC | EGDRVFL
        1       | QTCFAG   | 2025-01-06T09:00 | 400      | 400      |
        1       | QTCFAG   | 2025-01-06T10:00 | 405      | 405      | Y
        1       | QTCFAG   | 2025-01-20T09:00 | 420      | 420      |
        1       | QTCFAG   | 2025-01-20T09:00 | 500      | 500      | Y
        """,
    )
    adsl = pl.DataFrame({"USUBJID": ["1"], "COHORT": ["A"], "LEVEL": ["A"]}).with_columns(
        TRTSDT=pl.date(2025, 1, 7), TRTSDTM=pl.datetime(2025, 1, 7)
    )
    rows = analysed(eg, "EG", adsl)
    assert rows.select("BASE", "CHG", "ABLFL", "POSTFL").rows() == [
        (400, None, "Y", None),
        (400, None, None, None),
        (400, 20, None, "Y"),
        (400, None, None, None),
    ]
    assert rows["REASON"].drop_nulls().unique().to_list() == ["computed and not measured: left out"]


# 2. Coded words

# Columns in which a rule of pkpipe looks for words (RULE), a cell of each, and the check that names another.
READ_BY_RULES = [
    ("CM", "CMCAT", {}, "CM-CATEGORY-UNKNOWN"),
    ("CM", "CMSCAT", {"CMCAT": ""}, "CM-CATEGORY-UNKNOWN"),
    ("DS", "DSDECOD", {}, "TERM-DSDECOD"),
    ("DS", "DSCAT", {}, "TERM-DSCAT"),
    ("DS", "DSSCAT", {}, "TERM-DSSCAT"),
    ("AE", "AEOUT", {}, "TERM-AEOUT"),
    ("AE", "AEACN", {}, "TERM-AEACN"),
    ("AE", "AESEV", {}, "TERM-AESEV"),
    ("AE", "AEREL", {}, "AE-RELATION-UNKNOWN"),
    ("AE", "AESER", {}, "CELL-CODE"),
    ("AE", "AEDLTFL", {}, "CELL-CODE"),
    ("RS", "RSSTRESC", {}, "RS-RESPONSE"),
    ("RS", "RSSTRESC", {"RSTESTCD": "TRGRESP"}, "RS-RESPONSE-PART"),
    ("RS", "RSCAT", {}, "RS-CRITERIA"),
    ("RS", "RSEVAL", {}, "TERM-RSEVAL"),
    ("TU", "TUSTRESC", {}, "TERM-TUSTRESC"),
    ("TR", "TRGRPID", {}, "TERM-TRGRPID"),
    ("EX", "EXDOSFRQ", {}, "EX-FREQUENCY"),
    ("EX", "EXTRT", {}, "EX-DRUG"),
    ("EX", "EXINTRFL", {}, "CELL-CODE"),
    ("PC", "PCTESTCD", {}, "PC-ANALYTE"),
    ("PC", "PCSPEC", {}, "PC-MATRIX"),
    ("PC", "PCSTRESC", {"PCSTRESN": "", "PCORRES": ""}, "PC-RESULT"),
    ("PC", "PCTPT", {}, "PC-TIMEPOINT"),
    ("PC", "PCSTAT", {}, "TERM-PCSTAT"),
    ("PC", "PCDRVFL", {}, "TERM-PCDRVFL"),
    ("IS", "ISSTRESC", {"ISORRES": ""}, "IS-RESULT"),
    ("IS", "ISTESTCD", {}, "IS-TEST"),
    ("IS", "ISBDAGNT", {}, "IS-DRUG"),
    ("DM", "ARMCD", {}, "DM-COHORT"),
    ("DM", "ARMNRS", {}, "TERM-ARMNRS"),
    ("DM", "SEX", {}, "CELL-CODE"),
    ("SS", "SSSTRESC", {}, "TERM-SSSTRESC"),
    ("LB", "LBNRIND", {}, "TERM-LBNRIND"),
    ("PE", "PESTRESC", {}, "TERM-PESTRESC"),
]
MORE = {
    "CM": {"CMTRT": "X", "CMSTDTC": "2025-06-01", "CMCAT": "SUBSEQUENT ANTI-CANCER THERAPY"},
    "SS": {"SSTESTCD": "SURVSTAT", "SSSTRESC": "ALIVE", "SSDTC": "2025-06-01"},
    "LB": {
        "LBTESTCD": "ALT",
        "LBSTRESC": "20",
        "LBSTRESN": "20",
        "LBSTRESU": "U/L",
        "LBDTC": "2025-01-06",
    },
    "PE": {"PETESTCD": "SKIN", "PESTRESC": "NORMAL", "PEDTC": "2025-01-06"},
}


@pytest.mark.parametrize(("code", "column", "cells", "check"), READ_BY_RULES)
def test_a_word_that_a_rule_does_not_know_is_named(tmp_path, code, column, cells, check):
    def change(tables, content):
        if code in MORE:
            tables[code] = [{"USUBJID": "TINY-01-001"} | MORE[code]]
            content["sources"][code] = {"files": [f"{code.lower()}.csv"]}
        for row in tables[code]:
            row.setdefault(column, "")
        tables[code][0] |= cells | {column: "XYZZY"}

    found = asked(tmp_path, change).filter(C("CHECK") == check)
    shown = found["VALUE"].fill_null("") + found["MESSAGE"]
    assert shown.str.contains("XYZZY").any() or (column == "CMSCAT" and found.height)


def test_the_finer_category_of_a_therapy_is_read_too(tmp_path):
    def change(tables, content):
        row = {"USUBJID": "TINY-01-001", "CMTRT": "X", "CMSTDTC": "2025-06-01"}
        row |= {"CMCAT": "ANTI-CANCER THERAPY", "CMSCAT": "PRIOR"}
        tables["CM"] = [row, row | {"USUBJID": "TINY-01-002", "CMSCAT": "SUBSEQUENT"}]
        content["sources"]["CM"] = {"files": ["cm.csv"]}

    adsl = ran(tmp_path, change, "subjects")["ADSL"]
    assert adsl.filter(C("NACTDT").is_not_null())["USUBJID"].to_list() == ["TINY-01-002"]


# 3. Without an arm


@pytest.mark.parametrize(
    ("arm", "why"),
    [("", "SCREEN FAILURE"), ("Screen Failure", ""), ("SCRNFAIL", ""), ("筛选失败", ""), ("", "")],
)
def test_a_screen_failure_needs_no_code_of_an_arm(tmp_path, arm, why):
    def change(tables, _):
        failed = dict.fromkeys(tables["DM"][0], "") | {"USUBJID": "TINY-01-009", "SUBJID": "009"}
        tables["DM"].append(failed | {"RFICDTC": "2025-01-02", "ARM": arm, "AGE": "50", "SEX": "F"})
        for row in tables["DM"]:
            row["ARMNRS"] = ""
        tables["DM"][-1]["ARMNRS"] = why
        said = {"DSDECOD": "SCREEN FAILURE", "DSCAT": "DISPOSITION EVENT", "DSSTDTC": "2025-01-05"}
        tables["DS"].append(tables["DS"][0] | said | {"USUBJID": "TINY-01-009", "DSTERM": "x"})

    _, _, valid = checked(tmp_path, change)
    assert stopping(valid["FINDINGS"]).is_empty(), stopping(valid["FINDINGS"])
    assert valid["DM"].filter(C("USUBJID") == "TINY-01-009")["ARMCD"].to_list() == ["SCRNFAIL"]


def test_an_empty_arm_of_which_nobody_says_why_stops(tmp_path):
    wrong = stopping(asked(tmp_path, put("DM", "ARMCD", "", 1)))
    assert ("CELL-EMPTY", 3, "ARMCD") in wrong.select("CHECK", "ROW", "COLUMN").rows()


# 4. A plan per kg beside doses in mg


def in_mg(weights=True):
    def change(tables, content):
        for row in tables["EX"]:
            row |= {"EXDOSE": row["EXDOSEMG"], "EXDOSU": "mg"}
        if weights:
            kg = {"001": "70", "002": "60", "003": "80", "004": "65"}
            tables["VS"] = [
                {"USUBJID": r["USUBJID"], "VSTESTCD": "WEIGHT", "VSDTC": r["RFICDTC"]}
                | {"VSSTRESC": kg[r["SUBJID"]], "VSSTRESN": kg[r["SUBJID"]], "VSSTRESU": "kg"}
                for r in tables["DM"]
            ]
            content["sources"]["VS"] = {"files": ["vs.csv"]}

    return change


def test_a_plan_per_kg_is_compared_with_doses_in_mg_by_the_weight(tmp_path):
    found = asked(tmp_path, in_mg())
    assert found.filter(C("CHECK").is_in(["EX-OVER", "EX-UNDER"])).is_empty()
    made = ran(tmp_path, in_mg(), "subjects")
    assert made["ADEX"]["DOSEPCT"].round(6).unique().to_list() == [100]
    assert made["ADEX"]["LEVEL"].to_list() == ["A"] * 4 + ["B"] * 8
    rdi = made["ADEXSUM"].filter(C("PARAMCD") == "RDI")["AVAL"]
    assert rdi.is_between(90, 110).all()


def test_without_a_weight_no_share_of_a_plan_per_kg_is_given(tmp_path):
    found = asked(tmp_path, in_mg(weights=False))
    assert found.filter(C("CHECK").is_in(["EX-OVER", "EX-UNDER"])).is_empty()
    rdi = ran(tmp_path, in_mg(weights=False), "subjects")["ADEXSUM"].filter(C("PARAMCD") == "RDI")
    assert rdi["AVAL"].null_count() == rdi.height
    assert not rdi["REASON"].null_count()


# 5. Above the upper limit


@pytest.mark.parametrize("word", [">50", "> 50 ug/mL", "ALQ", ">ULOQ", "高于定量上限", "ALQ (>50)"])
def test_a_result_above_the_upper_limit_has_its_text_and_no_peak(tmp_path, word):
    def change(tables, _):
        tables["PC"][1] |= {"PCSTRESC": word, "PCSTRESN": "", "PCORRES": word}

    found = asked(tmp_path, change)
    assert stopping(found).is_empty(), stopping(found)
    told = found.filter(C("CHECK").is_in(["PC-ABOVE-LIMIT", "PC-RISES"]))
    assert told.select("CHECK", "ROW", "VALUE").rows() == [("PC-ABOVE-LIMIT", 3, word)]
    made = ran(tmp_path, change, "subjects", "pk")
    row = made["ADPC"].filter(C("SRCROW") == 3).row(0, named=True)
    assert (row["AVALC"], row["AVAL"], row["AVALNCA"]) == (word, None, None)
    assert row["EXCLRSN"] == f"above the upper limit of quantification: {word}"
    first = made["ADPP"].filter((C("USUBJID") == "TINY-01-001") & (C("DOSENO") == 1))
    lost = first.filter(C("PARAMCD").is_in(["CMAX", "AUCLST", "CLO"]))
    assert lost["AVAL"].null_count() == lost.height > 0
    assert lost["REASON"].str.contains("above the upper limit").all()


def test_the_line_of_the_study_file_mends_it(tmp_path):
    def change(tables, content):
        tables["PC"][1] |= {"PCSTRESC": "ALQ", "PCSTRESN": "ALQ", "PCORRES": "ALQ"}
        content["sources"]["PC"]["codes"] = {"PCSTRESC": {"ALQ": "20"}, "PCSTRESN": {"ALQ": "20"}}

    found = asked(tmp_path, change)
    assert found.filter(C("CHECK").is_in(["PC-ABOVE-LIMIT", "PC-RESULT"])).is_empty()


# 8. Forms of files


@pytest.mark.parametrize(
    ("encoding", "separator"), [("utf-8-sig", ","), ("utf-8", ";"), ("gb18030", ";")]
)
def test_the_same_delivery_in_another_form_of_file_gives_the_same_tables(
    tmp_path, encoding, separator
):
    _, _, plain = checked(tmp_path, lambda *_: None)
    study, _, _ = checked(tmp_path, lambda *_: None)
    for path in tmp_path.glob("*.csv"):
        text = path.read_text(encoding="utf-8").replace(",", separator)
        path.write_text(text, encoding=encoding)
    other = validated(snapshot.run(tmp_path, study), study)
    assert other["PC"].equals(plain["PC"])
    assert other["DM"].equals(plain["DM"])
    assert stopping(other["FINDINGS"]).is_empty()
