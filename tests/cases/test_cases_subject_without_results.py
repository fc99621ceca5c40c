"""A subject of whom nothing came, or in whom nothing is measured, is asked about in a trial of four too."""

import pytest
from test_cases_stranger_flow import C, asked, put

ID = "TINY-01-00{}"


def found(folder, change, check):
    return asked(folder, change).filter(C("CHECK") == check)["USUBJID"].to_list()


def without(code, number):
    def change(tables, _):
        tables[code] = [r for r in tables[code] if r["USUBJID"] != ID.format(number)]

    return change


def below(number, rows=None):
    """Every concentration of a subject, or these of its rows, below the limit."""

    def change(tables, _):
        mine = [r for r in tables["PC"] if r["USUBJID"] == ID.format(number)]
        for row in mine if rows is None else [mine[i] for i in rows]:
            row |= {"PCORRES": "BLQ", "PCSTRESC": "BLQ", "PCSTRESN": ""}

    return change


@pytest.mark.parametrize("code", ["PC", "IS"])
@pytest.mark.parametrize(("number", "told"), [(1, True), (2, True), (4, False)])
def test_a_subject_of_whom_nothing_came_is_asked_about_where_later_ones_have_rows(
    tmp_path, code, number, told
):
    """Of the last one dosed nothing may have come yet."""
    who = [ID.format(number)] if told else []
    assert found(tmp_path, without(code, number), f"{code}-NONE-OF-SUBJECT") == who


@pytest.mark.parametrize(("number", "told"), [(3, True), (4, True), (1, False)])
def test_a_subject_in_whom_nothing_is_measured_is_asked_about_where_its_dose_shows_in_others(
    tmp_path, number, told
):
    """The first has the lowest dose alone."""
    who = [ID.format(number)] if told else []
    assert found(tmp_path, below(number), "PC-NOTHING-MEASURED") == who


def test_a_subject_with_one_measured_sample_is_not_asked_about(tmp_path):
    change = below(3, [1, 2, 3, 4, 5])
    assert found(tmp_path, change, "PC-NOTHING-MEASURED") == []


def test_nothing_measured_at_the_end_of_the_first_infusion_is_less_than_all_body_water_holds(
    tmp_path,
):
    assert found(tmp_path, below(1, [1]), "PC-BELOW-DOSE") == [ID.format(1)]
    assert found(tmp_path, put("AE", "AESER", "N"), "PC-BELOW-DOSE") == []


def test_samples_of_a_dose_that_is_not_recorded_are_asked_about(tmp_path):
    """They would be the peak of the dose before."""

    def lost(tables, _):
        tables["EX"] = [
            r for r in tables["EX"] if (r["USUBJID"], r["CYCLE"]) != (ID.format(1), "2")
        ]

    rows = asked(tmp_path, lost).filter(C("CHECK") == "SAMPLE-WITHOUT-DOSE")
    assert rows.select("ROW", "USUBJID", "COLUMN").rows() == [(8, ID.format(1), "PCDTC")]

    def nothing_given(tables, _):
        row = next(r for r in tables["EX"] if (r["USUBJID"], r["CYCLE"]) == (ID.format(1), "2"))
        row |= {"EXDOSE": "0", "EXDOSEMG": "0", "EXADJ": "TOXICITY"}

    assert found(tmp_path, nothing_given, "SAMPLE-WITHOUT-DOSE") == []


@pytest.mark.parametrize(("code", "row"), [("PC", 2), ("TR", 1)])
def test_a_number_that_is_not_the_one_collected_in_its_unit_is_asked_about(tmp_path, code, row):
    """18.9 and 81.9: text and number of the standard result agree, and the collected one does not."""
    rows = asked(tmp_path, put(code, f"{code}ORRES", "81.9", row))
    found_ = rows.filter(C("CHECK") == f"{code}-COLLECTED-OTHER")
    assert found_["ROW"].to_list() == [row + 2]

    def in_another_unit(tables, _):
        tables[code][row] |= {f"{code}ORRES": "81.9", f"{code}ORRESU": "another"}

    again = asked(tmp_path, in_another_unit)
    assert again.filter(C("CHECK") == f"{code}-COLLECTED-OTHER").is_empty()


@pytest.mark.parametrize("part", ["", "STUDY PARTICIPATION", "STUDY TREATMENT"])
def test_a_dose_after_the_end_of_whatever_ended_is_asked_about(tmp_path, part):
    def change(tables, _):
        for row in tables["DS"]:
            row["DSSCAT"] = ""
        tables["DS"].append(
            tables["DS"][0]
            | {"DSSEQ": "2", "DSDECOD": "WITHDRAWAL BY SUBJECT", "DSSTDTC": "2025-01-15",
               "DSCAT": "DISPOSITION EVENT", "DSSCAT": part}
        )  # fmt: skip

    assert found(tmp_path, change, "DOSE-AFTER-END") == [ID.format(1)] * 3
