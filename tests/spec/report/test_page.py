"""The page that the committee reads: self-contained, complete where data exist, honest where they do not."""

import re
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from pkpipe.displays.figures.plot import svg
from pkpipe.protocol.file_reading.loader import load_study
from pkpipe.report.html_page import html
from pkpipe.report.page_blocks import Figure, Paragraph, Section, table_of

STUDY = load_study(Path(__file__).parents[2] / "studies" / "tiny.yaml").at(date(2026, 6, 30))
HOSTILE = '<script>alert("x")</script>'


@pytest.fixture
def tables():
    adsl = pl.DataFrame(
        {
            "USUBJID": ["1", "2"],
            "SAFFL": ["Y", "N"],
            "ENRLFL": ["Y", "Y"],
            "EOTDT": [None, None],
            "DTHDT": [None, None],
            "DISPRS": [None, None],
            "DTHRS": [None, None],
        },
        schema_overrides={
            "EOTDT": pl.Date,
            "DTHDT": pl.Date,
            "DISPRS": pl.String,
            "DTHRS": pl.String,
        },
    )
    return {"ADSL": adsl, "FINDINGS": pl.DataFrame({"SEVERITY": ["query", "query", "note"]})}


def _page(tables, *sections):
    return html(sections, tables, STUDY)


def test_the_page_asks_no_network_and_runs_no_script(tables):
    page = _page(tables, Section("a", "A"))
    assert "default-src 'none'" in page
    assert not re.search(r"""(src|href)=["']?(https?:)?//""", page)
    assert "<script" not in page


def test_text_from_the_data_is_shown_and_never_executed(tables):
    frame = pl.DataFrame({"TERM": [HOSTILE]})
    page = _page(
        tables,
        Section("a", HOSTILE, (Paragraph(HOSTILE), table_of(HOSTILE, frame, {"TERM": HOSTILE}))),
    )
    assert "<script" not in page
    # heading, contents, paragraph, title, name of the box that scrolls, header, cell
    assert page.count("&lt;script&gt;") == 7


def test_text_from_the_data_in_a_figure_is_text(tables):
    drawing = svg("x", (2, 2), lambda f: f.subplots().set_title(HOSTILE + r" $\frac{1}{0}$"))
    page = _page(tables, Section("a", "A", (Figure("x", "X", drawing),)))
    assert "<script" not in page
    assert r"$\frac{1}{0}$" in page


def test_two_figures_on_a_page_share_no_id():
    first, second = (svg(n, (2, 2), lambda f: f.subplots().plot([1, 2])) for n in ("one", "two"))
    ids = [set(re.findall(r'\bid="([^"]+)"', s)) for s in (first, second)]
    assert ids[0]
    assert not ids[0] & ids[1]


def test_the_same_drawing_has_the_same_bytes():
    first, second = (svg("one", (2, 2), lambda f: f.subplots().plot([1, 2])) for _ in range(2))
    assert first == second
    assert "<dc:date>" not in first


def test_the_head_says_who_is_in_the_report_and_how_sound_the_data_are(tables):
    page = _page(tables)
    assert "2026-06-30" in page
    assert "2 / 1" in page
    assert "0 errors, 2 queries, 1 notes" in page


def test_a_long_list_says_how_much_it_leaves_out():
    table = table_of("T", pl.DataFrame({"X": range(10)}), {"X": "x"}, most=4)
    assert len(table.rows) == 4
    assert "6 more rows" in table.note
