"""Displays that a study adds in its file: tables and listings made of what it names."""

import json
from pathlib import Path

import polars as pl
import pytest
import yaml
from own_drawings import AGES, BY_TERM, EVENTS, LISTED, SUBJECTS, shown, where, with_own
from reporting_events import faults, undefined
from shown_display import TINY, Shown

from pkpipe.displays.asked import chosen
from pkpipe.displays.bilingual import NONE, same
from pkpipe.displays.catalogue import CATALOGUE
from pkpipe.displays.edition import STATUS, Edition
from pkpipe.displays.formats import FORMATS
from pkpipe.displays.own.own_sources import TABLES, columns_of, needs_of
from pkpipe.displays.own.own_statistics import MEASURES
from pkpipe.protocol.report_plan import ReportPlan
from pkpipe.render import Wanted, rendered
from pkpipe.rooms import BY_NAME
from pkpipe.schema.own_inputs import SPECS

PAGE = Path(__file__).resolve().parents[3] / "docs" / "own_displays.md"


def test_it_follows_the_catalogue_and_is_in_a_selection_without_being_named():
    asked = chosen(with_own(BY_TERM, LISTED, displays=["T14.3.1.1"]))
    assert [d.number for d in asked] == ["T14.3.1.1", "T14.3.1.20", "L16.2.7.20"]
    assert [d.number for d in chosen(with_own(AGES))] == [
        *(d.number for d in CATALOGUE if not d.if_planned),
        "T14.1.2.20",
    ]


def test_a_subject_counts_once_in_its_cohort_and_in_the_total_and_only_if_in_the_set():
    table = shown(BY_TERM)
    assert table.text("恶心/share", "A") == "2/2 (100.0 %)"
    assert table.text("恶心/share", "B") == "0/1 (0.0 %)"
    assert table.text("恶心/share", "ALL") == "2/3 (66.7 %)"
    assert table.text("恶心/share", "AEDECOD") == "恶心"
    assert table.state["n"] == 3


def test_a_value_that_is_missing_is_a_row_and_signs_of_ids_in_a_value_are_escaped():
    table = shown(BY_TERM)
    assert table.text("/share", "AEDECOD") == "Missing"
    assert table.cell("/share", "AEDECOD")["TEXTZH"] == "缺失"
    assert table.text("Rash%2Fskin/share", "A") == "1/2 (50.0 %)"
    assert table.cells["ID"].is_unique().all()


@pytest.mark.parametrize("row", ["恶心/records", "/records", "Rash%2Fskin/records"])
@pytest.mark.parametrize("column", ["A", "B", "ALL"])
def test_the_rows_behind_a_number_are_found_by_its_condition(row, column):
    table = shown(BY_TERM | {"statistics": [{"show": "records"}]})
    found = table.behind(row, column)
    assert found.height == table.cell(row, column)["VALUE"]
    assert "S4" not in found["USUBJID"]


def test_statistics_of_numbers_are_those_of_the_house():
    table = shown(AGES)
    assert table.text("values:AGE", "A") == "2"
    assert table.text("mean_sd_n:AGE", "A") == "65.5 (7.78), n=2"
    assert table.text("median_range:AGE", "ALL") == "60.0 (50.0, 71.0)"
    assert table.text("gmean_gcv:AGE", "A") == "65.3 (11.9) [2]"
    assert table.cell("gmean_gcv:AGE", "A")["VALUE"] == pytest.approx((60 * 71) ** 0.5)
    assert table.behind("mean_sd_n:AGE", "ALL")["AGE"].to_list() == [60.0, 71.0, 50.0]


def test_a_cohort_of_one_has_a_mean_and_says_why_it_has_no_spread():
    cell = shown(AGES).cell("mean_sd_n:AGE", "B")
    assert (cell["TEXT"], cell["REASON"]) == ("50.0 (–), n=1", "fewer than 2 values")


def test_a_geometric_mean_of_a_zero_says_why_there_is_none():
    ages = SUBJECTS.with_columns(AGE=pl.Series([0.0, 71.0, 50.0, 40.0]))
    cell = shown(AGES, ADSL=ages).cell("gmean_gcv:AGE", "A")
    assert cell["VALUE"] is None
    assert cell["REASON"] == "a value of 0 or below has no logarithm"


def test_groups_may_be_another_column_of_subjects_or_the_total_alone():
    levels = shown(AGES | {"columns": ["LEVEL"], "population": "ALL"})
    assert levels.columns["COL"].to_list() == ["STATISTIC", "A", "B", "ALL"]
    assert levels.text("values:AGE", "B") == "1"
    assert levels.text("values:AGE", "ALL") == "4"
    assert shown(AGES | {"columns": []}).columns["COL"].to_list() == ["STATISTIC", "ALL"]


@pytest.mark.parametrize(
    ("condition", "records"),
    [
        ({"AESER": "Y"}, 2.0),
        ({"AETOXGR": [2, 3]}, 4.0),
        ({"AETOXGR": {"at_least": 2, "at_most": 2}}, 2.0),
        ({"AEDECOD": {"none_of": ["恶心"]}}, 1.0),
        ({"AEDECOD": {"filled": False}}, 1.0),
        ({"AENDT": {"filled": True}}, 0.0),
        ({"ASTDT": {"at_least": "2025-02-01"}}, 1.0),
        ({"ASTDT": "2025-01-06", "AESER": "N"}, 2.0),
    ],
)
def test_a_condition_picks_the_records_in_the_table_and_in_the_condition_behind(condition, records):
    table = shown(where(**condition) | {"statistics": [{"show": "records"}]})
    assert table.cell("records", "ALL")["VALUE"] == records
    assert table.behind("records", "ALL").height == records


def test_numbers_in_texts_are_in_the_order_of_numbers():
    visits = ["DAY 15", "DAY 8", "DAY 1"]
    values = pl.DataFrame(
        {"USUBJID": "S1", "COHORT": "A", "VISIT": visits, "AVAL": [1.0, 2.0, 3.0]}
    )
    own = BY_TERM | {"table": "safety/ADVS", "rows": {"by": ["VISIT"]}}
    rows = shown(own, ADVS=values).cells.filter(pl.col("COL") == "VISIT")
    assert rows["TEXT"].to_list() == ["DAY 1", "DAY 8", "DAY 15"]


def test_a_mean_of_values_in_several_units_is_not_given():
    values = pl.DataFrame(
        {"USUBJID": ["S1", "S2", "S3"], "COHORT": ["A", "A", "B"], "PARAMCD": "ALT",
         "AVAL": [1.0, 2.0, 3.0], "AVALU": ["U/L", "ukat/L", "U/L"]}
    )  # fmt: skip
    own = AGES | {"table": "safety/ADLB", "rows": {"where": {"PARAMCD": "ALT"}}} | {
        "statistics": [{"show": "mean_sd_n", "of": "AVAL"}]}  # fmt: skip
    table = shown(own, ADLB=values)
    assert table.text("mean_sd_n:AVAL", "A") == "values in several units: U/L, ukat/L"
    assert table.cell("mean_sd_n:AVAL", "A")["VALUE"] is None
    assert table.cell("mean_sd_n:AVAL", "B")["UNIT"] == "U/L"


def test_a_listing_has_the_columns_and_records_that_are_asked_for():
    table = shown(LISTED)
    assert table.cells["TEXT"].to_list() == ["S1", "恶心", "3", "S3", "–", "3"]
    assert table.behind("S1/2", "AETOXGR")["AESEQ"].to_list() == [2]


def test_a_text_without_chinese_is_shown_in_english_and_its_key_is_named():
    table = shown(BY_TERM | {"title": {"en": "By term"}, "notes": [{"en": "A note."}]})
    assert table.state["title_zh"] == "By term"
    assert "title.zh、notes.0.zh" in table.state["NOTESZH"]
    assert "zh" not in table.state["NOTESEN"]
    assert shown(BY_TERM).state["NOTESZH"] == "受试者 x/N (%)"


def test_a_heading_is_that_of_the_file():
    own = BY_TERM | {"heads": {"AEDECOD": {"en": "Term", "zh": "首选语"}}}
    head = shown(own).columns.filter(pl.col("COL") == "AEDECOD").row(0, named=True)
    assert (head["HEADEN"], head["HEADZH"]) == ("Term", "首选语")


def test_rows_by_a_column_that_cells_have_too_are_rows_by_that_column():
    events = EVENTS.with_columns(REASON=pl.lit("never treated"))
    own = BY_TERM | {"rows": {"by": ["REASON"]}}
    assert shown(own, ADAE=events).text("never treated/share", "A") == "2/2 (100.0 %)"


def test_it_is_in_every_medium_and_a_reporting_event_with_it_is_valid():
    of = Edition("T-1", same("A trial"), "2026-03-31", STATUS["draft"], NONE, "0.1.0", "abc123")
    wanted = Wanted(("en", "zh"), formats=("rtf", "xlsx", "json"))
    files = rendered(shown(BY_TERM).parts, of, wanted).files
    assert set(files) >= {"T14.3.1.20.rtf", "T14.3.1.20.zh.rtf", "all.xlsx", "ars.json"}
    event = json.loads(files["ars.json"])
    assert (faults(event), undefined(event)) == ([], [])
    texts = [r["formattedValue"] for a in event["analyses"] for r in a["results"]]
    assert "2/2 (100.0 %)" in texts


def test_a_display_may_be_of_every_table_with_rows_of_subjects_that_the_room_reads():
    assert set(TABLES) <= set(BY_NAME["displays"].reads)
    looked = 0
    for name in TABLES:
        assert "USUBJID" in columns_of(name), name
        for column in columns_of(name):
            for need in needs_of(name, column):
                for one in need.split("|"):
                    domain, _, raw = one.partition(".")
                    assert not raw or raw in SPECS[domain].names, (name, column, need)
                    looked += bool(raw)
    assert looked > 100


def test_every_statistic_is_a_formatting_rule_of_the_house():
    assert set(MEASURES) <= set(FORMATS)


def test_the_example_of_the_page_is_a_study_file_that_makes_its_displays():
    example = PAGE.read_text(encoding="utf-8").split("```yaml\n")[1].split("```")[0]
    plan = ReportPlan.model_validate(yaml.safe_load(example)["report"])
    study = TINY.model_copy(update={"report": plan})
    assert plan.own
    assert {d.number for d in chosen(study)} > {own.number for own in plan.own}
    for own in plan.own:
        table = Shown(own.number, study, ADSL=SUBJECTS, ADAE=EVENTS)
        assert table.state["state"] == "shown"
        assert table.cells.height
