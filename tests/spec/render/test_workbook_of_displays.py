"""The workbook of displays: a sheet a display, numbers that show their text, nothing that is a formula."""

import re

import pytest
from made_displays import HOSTILE, OF, display, label, rows, sheet, tables, two_columns
from xlsx_reader import parts, sheets, shown

from pkpipe.displays.number_text import significant
from pkpipe.displays.visible import visible
from pkpipe.reading.xlsx.book import sheets_of
from pkpipe.render.frame_wording import Speech
from pkpipe.render.printed_page import pages
from pkpipe.render.xlsx import xlsx


def made(language="en", given=None):
    return xlsx(pages(given or tables(), language), OF, Speech(language))


def test_a_sheet_a_display_after_the_contents():
    numbers = ["T14.3.1.1", "T14.3.1.2", "L14.3.2.2", "F14.2.1", "T14.3.1.9"]
    assert list(sheets(made())) == ["Contents", *numbers]
    assert sheets_of(made()) == ["Contents", *numbers]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_text_of_the_ard_is_shown_on_the_sheet_of_its_display(language):
    found = sheets(made(language))
    for page in pages(tables(), language):
        texts = [shown(cell) for cell in found[page.number].values()]
        for grid in page.grids:
            assert {text for text in grid.texts.ravel() if text} <= set(texts)


def test_a_number_is_stored_unrounded_and_shows_its_text():
    found = sheets(made())["T14.3.1.1"].values()
    numbers = {shown(cell): cell[0] for cell in found if not isinstance(cell, str)}
    assert numbers == {significant(v): v for v in (1234.5, 0.0123456, 2.5e-9)}
    assert "1/3 (33.3 %)" in found


def test_data_are_never_a_formula_or_a_link():
    content = made()
    assert [
        t for t in map(visible, HOSTILE) if t not in sheets(content)["L14.3.2.2"].values()
    ] == []
    pages_of = [text for name, text in parts(content).items() if "worksheets/sheet" in name]
    assert not any(b"<f>" in text or b"<f " in text for text in pages_of)
    targets = re.findall(rb'Target="(https?|file|mailto)', b"".join(parts(content).values()))
    assert targets == []


def test_a_text_that_is_too_long_is_cut_and_says_how_long_it_was():
    long = (
        display("T14.1.1", "One", "一"),
        (sheet(rows(label("R", "x" * 40_000)), two_columns()),),
    )
    texts = [t for t in sheets(made(given=tables([long])))["T14.1.1"].values() if "xxx" in t]
    assert len(texts) == 1
    assert texts[0].endswith("... [cut: 40000 characters]")


def test_the_same_bytes_twice():
    assert made() == made()


def test_an_empty_display_says_why_and_a_figure_where_its_file_is():
    found = sheets(made())
    assert "Nothing to show: not collected: AE" in found["T14.3.1.9"].values()
    assert any("figures/F14.2.1.svg" in str(cell) for cell in found["F14.2.1"].values())
