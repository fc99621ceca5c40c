"""The catalogue of displays: numbers, titles in both languages, formatting rules, rows behind a number."""

import re

import polars as pl
import pytest
from shown_display import DECLARED, TINY

from pkpipe.clinical.collected import EVERYTHING
from pkpipe.displays.bilingual import Words
from pkpipe.displays.builders import Field, Layout, listing, side_by_side
from pkpipe.displays.catalogue import CATALOGUE
from pkpipe.displays.display import Display, Material
from pkpipe.displays.formats import FORMATS
from pkpipe.displays.populations import POPULATIONS
from pkpipe.displays.result_rows import tables_of
from pkpipe.displays.rows_behind import where
from pkpipe.documentation.methods_page import defined_ids
from pkpipe.rooms import BY_NAME

NUMBER = re.compile(r"[TFL]\d{2}(?:\.\d+)+")
CHINESE = re.compile(r"[\u4e00-\u9fff]")
every_display = pytest.mark.parametrize("display", CATALOGUE, ids=lambda d: d.number)


def test_a_number_stands_for_one_display():
    numbers = [display.number for display in CATALOGUE]
    assert sorted(numbers) == sorted(set(numbers))
    assert all(NUMBER.fullmatch(number) for number in numbers)


@every_display
def test_a_display_has_a_title_in_both_languages_and_a_population(display):
    assert display.title.en
    assert CHINESE.search(display.title.zh)
    assert display.population in POPULATIONS
    for note in display.notes:
        assert note.en
        assert CHINESE.search(note.zh)


@every_display
def test_the_sources_of_a_display_are_tables_it_can_read_and_its_rules_are_defined(display):
    assert display.sources
    assert set(display.sources) <= set(BY_NAME["displays"].reads)
    assert set(display.rule) <= defined_ids()


def test_every_statistic_has_words_in_both_languages():
    for name, rule in FORMATS.items():
        assert rule.words.en, name
        assert rule.words.zh, name
        assert rule.text(None, None, None, None, None), name


def test_the_rows_behind_a_number_are_found_by_the_condition_it_names():
    frame = pl.DataFrame({"A": ["it's", None, "b"], "B": [1, 2, None]})
    told = frame.select(where(frame, A=pl.col("A"), B=pl.col("B"))).to_series()
    assert told.to_list() == [
        "A = 'it''s' AND B = 1",
        "A IS NULL AND B = 2",
        "A = 'b' AND B IS NULL",
    ]
    for number, condition in enumerate(told):
        found = pl.SQLContext(t=frame).execute(f"SELECT * FROM t WHERE {condition}", eager=True)
        assert found.rows() == [frame.row(number)]


def test_a_listing_has_a_cell_a_field_and_says_which_record_it_is_from():
    rows = pl.DataFrame({"USUBJID": ["S1", "S2"], "AVAL": [0.123456, None], "FL": ["Y", None]})
    yes = {"Y": Words("yes", "是")}
    sheet = listing(
        rows,
        (Field("USUBJID", Words("Subject", "受试者")), Field("AVAL", Words("Value", "数值")),
         Field("FL", Words("Flag", "标志"), words=yes)),
        "pk/ADPC",
        ("USUBJID",),
    )  # fmt: skip
    assert sheet.cells["TEXT"].to_list() == ["S1", "0.123456", "yes", "S2", "–", "–"]
    assert sheet.cells["TEXTZH"].to_list() == [None, None, "是", None, None, None]
    assert sheet.cells["VALUE"].to_list() == [None, 0.123456, None, None, None, None]
    assert set(sheet.cells["ROWS"]) == {"USUBJID = 'S1'", "USUBJID = 'S2'"}


def test_groups_stand_side_by_side_in_the_order_of_the_layout():
    rows = pl.DataFrame(
        {
            "PARAMCD": ["TEAE", "TEAE"],
            "PARAM": ["Any", "Any"],
            "COHORT": ["B", "A"],
            "STAT": "share",
            "X": [1.0, 2.0],
            "N": [3, 4],
            "VALUE": [100 / 3, 50.0],
        }
    )
    layout = Layout(
        ("PARAMCD",),
        {"PARAM": Words("Event", "事件")},
        "COHORT",
        [("A", Words("A", "A")), ("B", Words("B", "B"))],
        {"Any": Words("Any", "任一")},
    )
    cells = side_by_side(rows, layout).cells
    assert cells.select("COL", "TEXT").rows() == [
        ("PARAM", "Any"),
        ("A", "2/4 (50.0 %)"),
        ("B", "1/3 (33.3 %)"),
    ]
    assert cells["TEXTZH"][0] == "任一"


def test_a_column_of_words_that_are_numbers_stands_on_the_right_and_names_do_not():
    given = {
        "USUBJID": ["1001", "1002"],
        "CYCLE": ["1", "12"],
        "HOURS": ["–", "1.5"],
        "CODE": ["007", "1"],
    }
    fields = [Field(name, Words(name, name)) for name in given]
    sheet = listing(pl.DataFrame(given), fields, "pk/ADPC", ("USUBJID",))
    display = Display("L99.1", Words("a", "b"), "ALL", lambda _: (sheet,), ("pk/ADPC",))
    material = Material({"ADSL": DECLARED["ADSL"].empty()}, TINY, EVERYTHING)
    columns = tables_of([(display, (sheet,))], material, "")["COLUMNS"]
    assert columns.filter(pl.col("NUMERIC") == "Y")["COL"].to_list() == ["CYCLE", "HOURS"]
