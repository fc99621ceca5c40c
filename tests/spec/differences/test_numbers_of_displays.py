"""Two runs compared by what people read: each number of a display by the key of the ARD."""

import polars as pl
import pytest

from pkpipe.differences.differences_page import rarest_first
from pkpipe.differences.displayed_values import KEY, cells_of
from pkpipe.differences.displays import ABOUT_RUN, shown_changes
from pkpipe.schema.adam.displays import ARD, DISPLAYS

TITLES = {"T14.3.1.1": "Overview", "L16.2.7.1": "Events", "T14.9.1": "Files"}


def ard(*cells):
    """Cells of (display, row, column, statistic, text), in the order of the page."""
    names = ("DISPLAY", "ROW", "COL", "STAT", "TEXT")
    rows = pl.DataFrame(cells, schema=dict.fromkeys(names, pl.String), orient="row")
    ids = pl.concat_str("DISPLAY", "ROW", "COL", "STAT", separator="|")
    place = pl.int_range(pl.len(), dtype=pl.Int64)
    return ARD.as_declared(rows.with_columns(ID=ids, SHEET=0, ROWN=place))


class Run:
    """A run of which only the displays are asked."""

    def __init__(self, cells, *, of_files=(), displays=True):
        self.cells = {True: ard(*of_files), False: cells}
        rows = pl.DataFrame({"number": list(TITLES), "title_en": list(TITLES.values())})
        self.displays = DISPLAYS.as_declared(rows) if displays else None

    def shown(self, *, of_files):
        return self.cells[of_files]


SHARE = ("T14.3.1.1", "TEAE", "A", "share", "1/3 (33.3 %)")
MEAN = ("T14.3.1.1", "AGE", "A", "mean", "61.0")
LABEL = ("T14.3.1.1", "TEAE", "PARAM", "label", "Any event")


def moved(old, new, cause="data corrected"):
    """What the path of causes would say of two sets of cells that differ at one factor."""
    wide = cells_of(old).join(cells_of(new), on=KEY, how="full", coalesce=True, nulls_equal=True)
    there, come = pl.col("VALUE").is_null(), pl.col("VALUE_right").is_null()
    change = pl.when(there).then(pl.lit("added")).when(come).then(pl.lit("removed"))
    return wide.filter(pl.col("VALUE").ne_missing(pl.col("VALUE_right"))).select(
        *KEY,
        CHANGE=change.otherwise(pl.lit("changed")),
        OLD="VALUE",
        NEW="VALUE_right",
        CAUSE=pl.lit(cause),
        STEPS=pl.lit(None, dtype=pl.String),
    )


def changes(old, new, **runs):
    return shown_changes(Run(old, **runs), Run(new, **runs), moved(old, new))


def test_a_number_that_moved_has_its_display_row_column_statistic_and_cause():
    now = (*SHARE[:4], "2/3 (66.7 %)")
    found = changes(ard(SHARE, MEAN), ard(now, MEAN)).row(0, named=True)
    told = [found[name] for name in ("DISPLAY", "TITLE", "ROW", "COL", "STAT")]
    assert told == ["T14.3.1.1", "Overview", "TEAE", "A", "share"]
    assert (found["OLD"], found["NEW"]) == ("1/3 (33.3 %)", "2/3 (66.7 %)")
    assert (found["CHANGE"], found["CAUSE"]) == ("changed", "data corrected")
    assert found["ID"] == "T14.3.1.1|TEAE|A|share"


def test_the_same_number_in_another_place_is_no_change():
    assert changes(ard(SHARE, MEAN), ard(MEAN, SHARE)).is_empty()


def test_another_label_of_a_row_is_no_number_that_moved():
    assert changes(ard(LABEL, SHARE), ard((*LABEL[:4], "Any"), SHARE)).is_empty()


@pytest.mark.parametrize(
    ("old", "new", "change"),
    [((SHARE,), (SHARE, MEAN), "added"), ((SHARE, MEAN), (SHARE,), "removed")],
)
def test_a_number_that_appears_or_goes_is_told_with_nothing_on_the_other_side(old, new, change):
    found = changes(ard(*old), ard(*new))
    assert found.select("STAT", "CHANGE").rows() == [("mean", change)]
    assert found.select("OLD" if change == "added" else "NEW").item() is None


def test_words_of_a_table_are_compared_and_those_of_a_listing_are_records():
    said = ("T14.3.1.1", "PROPOSAL", "VALUE", "text", "Stay at level B.")
    term = ("L16.2.7.1", "S1/1", "AEDECOD", "text", "Nausea")
    dose = ("L16.2.7.1", "S1/1", "DOSE", "raw", "3")
    old = ard(said, term, dose)
    new = ard((*said[:4], "Escalate."), (*term[:4], "Rash"), (*dose[:4], "4"))
    assert set(changes(old, new)["STAT"]) == {"text", "raw"}
    assert changes(old, new)["ROW"].to_list() == ["PROPOSAL", "S1/1"]


def test_numbers_that_moved_come_before_those_that_appeared():
    new = (("T14.3.1.1", "NEW", "A", "share", "0/3 (0.0 %)"), (*MEAN[:4], "62.0"))
    assert changes(ard(MEAN), ard(*new))["CHANGE"].to_list() == ["changed", "added"]


def test_displays_of_files_and_findings_are_compared_without_a_search_for_a_cause():
    count = ("T14.9.1", "OPEN", "N", "count", "3")
    before = Run(ard(), of_files=(count,))
    after = Run(ard(), of_files=((*count[:4], "5"),))
    found = shown_changes(before, after, moved(ard(), ard()))
    assert found.select("DISPLAY", "OLD", "NEW", "CAUSE").rows() == [
        ("T14.9.1", "3", "5", ABOUT_RUN)
    ]


def test_a_run_of_a_version_without_displays_is_compared_by_its_tables_alone():
    before, after = Run(ard(SHARE), displays=False), Run(ard(MEAN))
    assert shown_changes(before, after, moved(ard(SHARE), ard(MEAN))).is_empty()


def test_what_is_told_first_is_unexplained_then_rare_then_the_decision():
    rows = pl.DataFrame(
        {
            "DISPLAY": ["T14.9.4", "L16.2.7.1", "T14.3.1.1", "T14.1.4.2", "T14.3.1.2", "T14.1.1.1"],
            "CAUSE": [ABOUT_RUN, *["cut date"] * 3, "data corrected", "unexplained"],
        }
    )
    ordered = ["T14.1.1.1", "T14.3.1.2", "T14.1.4.2", "T14.3.1.1", "L16.2.7.1", "T14.9.4"]
    assert rarest_first(rows, 4)["DISPLAY"].to_list() == ordered[:4]
    assert rarest_first(rows, 9)["DISPLAY"].to_list() == ordered
