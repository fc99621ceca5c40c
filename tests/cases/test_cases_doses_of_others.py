"""The flow on doses and samples of others: what was not given, units, routes, times, dates cut away."""

import pytest
from test_cases_stranger_flow import C, asked, checked, put, ran
from test_cases_stranger_flow2 import also

from pkpipe.validate import stopping


def both(*changes):
    def change(tables, content):
        for one in changes:
            one(tables, content)

    return change


def cells(code, row, **values):
    """A change of several cells of one row; other rows lack the columns that are new."""

    def change(tables, _):
        for r in tables[code]:
            for name in values:
                r.setdefault(name, "")
        tables[code][row].update(values)

    return change


def news(folder, change, check):
    """Row, column and severity of the findings of a check."""
    found = asked(folder, change).filter(C("CHECK") == check)
    return found.select("ROW", "COLUMN", "SEVERITY").rows()


@pytest.mark.parametrize("said", [{"EXOCCUR": "N"}, {"EXSTAT": "NOT DONE"}, {"EXOCCUR": "否"}])
def test_a_record_of_a_dose_that_was_not_given_may_have_no_dose(tmp_path, said):
    change = cells("EX", 2, EXDOSE="", EXDOSEMG="", EXDOSU="", EXENDTC="", **said)
    valid = checked(tmp_path, change)[2]
    assert stopping(valid["FINDINGS"]).is_empty()
    row = valid["EX"].filter(C("SRCROW") == 4).row(0, named=True)
    assert (row["EXDOSE"], row["EXDOSU"]) == (0, "mg/kg")
    made = ran(tmp_path, change, "subjects")["ADEXSUM"]
    mine = made.filter(C("USUBJID") == "TINY-01-001", C("PARAMCD").is_in(["NCYCLE", "TDOSE"]))
    assert mine["AVAL"].to_list() == [3, 210]


@pytest.mark.parametrize("unit", ["MG/KG", "mg / kg", "mg/Kg"])
def test_a_unit_of_doses_in_another_spelling_is_read_and_said(tmp_path, unit):
    valid = checked(tmp_path, put("EX", "EXDOSU", unit))[2]
    assert stopping(valid["FINDINGS"]).is_empty()
    assert valid["EX"]["EXDOSU"].unique().to_list() == ["mg/kg"]
    told = valid["FINDINGS"].filter(C("CHECK") == "CODE-SPELLING", C("COLUMN") == "EXDOSU")
    assert told.height == 1


def test_an_end_of_an_infusion_without_time_is_asked_about(tmp_path):
    change = put("EX", "EXENDTC", "2025-01-06", 0)
    assert news(tmp_path, change, "EX-END-NO-TIME") == [(2, "EXENDTC", "query")]


def test_a_drug_that_every_record_gives_by_another_route_stops(tmp_path):
    change = put("EX", "EXROUTE", "ORAL")
    assert news(tmp_path, change, "EX-ROUTE-PLAN")[0] == (2, "EXROUTE", "error")
    assert news(tmp_path, put("EX", "EXROUTE", "ORAL", 1), "EX-ROUTE-PLAN") == []


def test_milligrams_of_a_dose_of_zero_are_asked_about(tmp_path):
    change = cells("EX", 1, EXDOSE="0", EXADJ="ADVERSE EVENT")
    assert news(tmp_path, change, "EX-ZERO-MG") == [(3, "EXDOSEMG", "query")]


def test_milligrams_that_mean_another_weight_than_the_other_doses_are_asked_about(tmp_path):
    change = put("EX", "EXDOSEMG", "7", 1)
    assert news(tmp_path, change, "DOSE-MG-WEIGHT") == [(3, "EXDOSEMG", "query")]


def test_a_dose_whose_month_and_day_changed_places_behind_the_cutoff_is_asked_about(tmp_path):
    change = cells("EX", 3, EXSTDTC="2025-10-03T09:30", EXENDTC="2025-10-03T10:30")
    assert news(tmp_path, change, "DOSE-FAR-CUT-AWAY") == [(5, "EXSTDTC", "query")]


def test_samples_without_planned_hours_are_not_asked_for_their_day(tmp_path):
    """Their names are planned a week and two behind the dose."""
    assert news(tmp_path, put("PC", "PCTPTNUM", ""), "SAMPLE-FAR-FROM-DOSE") == []
    change = both(put("PC", "PCTPTNUM", ""), put("PC", "PCDTC", "2026-01-20T07:00", 4))
    assert news(tmp_path, change, "SAMPLE-FAR-FROM-DOSE") == [(6, "PCDTC", "query")]


def test_a_sample_drawn_after_the_dose_it_was_planned_before_is_asked_about(tmp_path):
    change = put("PC", "PCDTC", "2025-01-27T12:00", 4)
    assert news(tmp_path, change, "SAMPLE-AFTER-NEXT-DOSE") == [(6, "PCDTC", "query")]


def test_two_results_of_one_planned_time_are_asked_about(tmp_path):
    words = {"PCORRES": "6.5", "PCSTRESC": "6.5", "PCSTRESN": "6.5"}
    change = also("PC", 5, PCSEQ="9", PCDTC="2025-01-27T08:10", **words)
    assert [r[1:] for r in news(tmp_path, change, "SAMPLE-TWICE")] == [("PCTPT", "query")]


def test_an_infusion_over_days_is_asked_about_as_one_that_is_too_long(tmp_path):
    change = put("EX", "EXENDTC", "2025-01-08T10:00", 0)
    assert news(tmp_path, change, "EX-LONG") == [(2, "EXENDTC", "query")]
