"""The flow on a stranger's delivery, second part: computed rows, unknown words, limits, doses, formats."""

import polars as pl
import pytest
from support import domain
from test_cases_stranger_flow import C, asked, ran

from pkpipe.clinical.computed import computed, measured
from pkpipe.safety.bds import analysed


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
