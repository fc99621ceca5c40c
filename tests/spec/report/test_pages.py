"""Pages of the report: every number with its id, what is beside it, what a reader can do by keyboard."""

import datetime
import json
import re
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from pkpipe.clinical.collected import EVERYTHING
from pkpipe.displays.bilingual import Words
from pkpipe.displays.builders import Field, listing
from pkpipe.displays.display import Display, Material, Nothing
from pkpipe.displays.result_rows import contents, tables_of
from pkpipe.methods.method_entries import defined_ids
from pkpipe.protocol.file_reading.loader import load_study
from pkpipe.render.printed_page import Grid, Page
from pkpipe.report.pages.methods import linker, methods_body
from pkpipe.report.pages.page_files import as_csv, file_name, frame_of, pages_of
from pkpipe.report.pages.site import INDEX, TOPICS, on_index, placed
from pkpipe.report.pages.subjects import subject_pages
from pkpipe.report.pages.timeline import timeline
from pkpipe.schema.adam.by_room import BY_ROOM

STUDY = load_study(Path(__file__).resolve().parents[3] / "config" / "bat6026.yaml").at(
    datetime.date(2026, 3, 31)
)
HOSTILE = '<script>alert("x")</script>\n恶心 =1+1 {\\field}'
EMPTY = {table.code: table.empty() for tables in BY_ROOM.values() for table in tables}


def subjects(*names):
    rows = pl.DataFrame({"USUBJID": names, "COHORT": "A", "ENRLFL": "Y", "SAFFL": "Y"})
    adsl = next(t for t in BY_ROOM["subjects"] if t.code == "ADSL")
    return adsl.as_declared(rows.with_columns(TRTSDT=datetime.date(2026, 1, 1)))


def events(*names):
    adae = next(t for t in BY_ROOM["safety"] if t.code == "ADAE")
    rows = pl.DataFrame({"USUBJID": names, "AESEQ": range(1, len(names) + 1), "AETERM": HOSTILE})
    start = datetime.date(2026, 1, 5)
    return adae.as_declared(rows.with_columns(AETOXGR=3, ASTDT=start, ASTDY=5))


def _listed(material):
    fields = (
        Field("USUBJID", Words("Subject", "受试者")),
        Field("AETERM", Words("Term", "术语")),
        Field("AETOXGR", Words("Grade", "级别")),
    )
    return (listing(material["ADAE"], fields, "safety/ADAE", ("USUBJID", "AESEQ")),)


DISPLAYS = (
    Display("L14.3.2.2", Words("Events", "事件"), "SAF", _listed, ("safety/ADAE",)),
    Display("T14.2.1.1", Words("Response", "缓解"), "SAF",
            lambda _: Nothing(Words("nobody qualifies", "无")), ("tumor/RSPSUM",)),
)  # fmt: skip


def made(*names, tongue="en", study=STUDY):
    tables = EMPTY | {"ADSL": subjects(*names), "ADAE": events(*names)}
    material = Material(tables, study, EVERYTHING)
    tables |= tables_of(contents(DISPLAYS, material), material, "abc")
    frame = frame_of(tables, study, tongue)
    return tables, {**pages_of(frame, "Wait."), **subject_pages(frame, tables)}


class Numbers(HTMLParser):
    """The cells of a page that hold a number: their id and their text."""

    def __init__(self):
        super().__init__()
        self.found, self.open = [], None

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        if tag == "td" and "num" in given.get("class", ""):
            self.open = given.get("data-id")
            self.found.append([self.open, ""])

    def handle_data(self, data):
        if self.open is not None:
            self.found[-1][1] += data

    def handle_endtag(self, tag):
        if tag == "td":
            self.open = None


def numbers(page):
    reader = Numbers()
    reader.feed(page)
    return reader.found


def test_every_number_of_a_page_is_a_row_of_the_results_and_prints_its_text():
    tables, files = made("S1", "S2")
    texts = dict(tables["ARD"].select("ID", "TEXT").iter_rows())
    cells = [
        cell for name, page in files.items() if name.endswith(".html") for cell in numbers(page)
    ]
    assert len(cells) >= 4
    for name, text in cells:
        assert texts[name] == text


def test_text_from_data_is_never_markup():
    _, files = made("S1")
    page = files["safety.html"]
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page
    assert "恶心" in page


def test_a_page_runs_one_script_of_its_own_and_asks_no_network():
    _, files = made("S1")
    for name, page in files.items():
        if not name.endswith(".html"):
            continue
        assert "default-src 'none'" in page
        assert re.search(r"script-src 'sha256-[A-Za-z0-9+/=]{44}'", page)
        assert not re.search(r"""(?:src|href)=["'](?:https?:)?//""", page)


def test_every_method_has_one_entry_on_the_page_of_methods():
    _, files = made("S1")
    named = re.findall(r'<span id="([^"]+)">', files["methods.html"])
    assert len(named) == len(set(named))
    assert set(named) == defined_ids()
    assert '<a href="methods.html">Methods</a>' in files["safety.html"]


def test_an_id_in_a_text_is_a_link_to_its_entry_and_a_longer_word_is_none():
    link = linker(["LB-UNIT"], "../")
    assert link("SET-DLT, ADA-1.") == (
        '<a href="../methods.html#SET-DLT">SET-DLT</a>, <a href="../methods.html#ADA-1">ADA-1</a>.'
    )
    assert link("ADA-10 of XADA-1 and SET-DLT-2") == (
        '<a href="../methods.html#ADA-10">ADA-10</a> of XADA-1 and SET-DLT-2'
    )
    assert link("LB-UNIT").endswith(">LB-UNIT</a>")


def test_a_check_with_a_finding_has_an_entry():
    found = pl.DataFrame({"CHECK": ["LB-UNIT"] * 2, "MESSAGE": "no unit <here>", "ALLOWED": None})
    page = methods_body(found, lambda said: said.en)
    assert (
        '<span id="LB-UNIT"></span>LB-UNIT</th><td>2 found</td><td>no unit &lt;here&gt;</td>'
        in page
    )


def test_an_empty_display_says_why():
    _, files = made("S1")
    assert "Nothing to show: nobody qualifies." in files["response.html"]


def test_the_chinese_pages_have_chinese_titles_and_words():
    _, files = made("S1", tongue="zh")
    assert '<html lang="zh-CN">' in files["index.html"]
    assert "事件" in files["safety.html"]
    assert "数据截止日期" in files["safety.html"]


def test_virtual_data_and_the_state_of_the_report_stand_on_every_page():
    _, files = made("S1", study=STUDY.model_copy(update={"virtual": True}))
    pages = [page for name, page in files.items() if name.endswith(".html")]
    assert all("Virtual data" in page and ">Draft<" in page for page in pages)
    _, real = made("S1")
    assert not any("Virtual data" in page for page in real.values())


def test_tables_have_captions_scopes_and_a_region_that_the_keyboard_reaches():
    _, files = made("S1")
    page = files["safety.html"]
    assert page.count("<caption>") == page.count("<table ")
    assert '<th scope="col" class="long"><button type="button">Subject<' in page
    assert '<th scope="row"' in page
    assert 'class="scroll" tabindex="0" role="region" aria-label=' in page
    assert 'type="search"' in page


def test_a_code_stays_on_one_line_and_a_sentence_does_not():
    _, files = made("BAT8008-BAT1308-02-006")
    assert '<th scope="row" class="short">BAT8008-BAT1308-02-006</th>' in files["safety.html"]
    assert "<td>&lt;script&gt;alert" in files["safety.html"]


def test_every_subject_has_a_page_with_its_own_rows_only():
    _, files = made("S1", "S2")
    assert 'data-id="L14.3.2.2|S1/1|AETOXGR|raw"' in files["subjects/S1.html"]
    assert "S2/2" not in files["subjects/S1.html"].split('id="index"')[0]


def test_two_subjects_that_differ_in_letter_case_have_a_page_each_on_every_file_system():
    _, files = made("S-a", "S-A", "S-b")
    pages = [name for name in files if name.startswith("subjects/")]
    assert len({name.lower() for name in pages}) == len(pages) == 3
    assert "subjects/S-b.html" in pages


@pytest.mark.parametrize(
    "name", ["../../etc/passwd", "S 1", "受试者1", "a" * 90, "S/1", "CON", "aux"]
)
def test_a_subject_whose_number_is_no_file_name_has_a_safe_one(name):
    safe = file_name(name)
    assert re.fullmatch(r"[A-Za-z0-9_-]{1,70}", safe)
    assert safe != file_name(name + "x")


def test_a_csv_file_is_harmless_in_a_spreadsheet():
    tables = EMPTY | {"ADSL": subjects("=1+1"), "ADAE": events("=1+1")}
    material = Material(tables, STUDY, EVERYTHING)
    tables |= tables_of(contents(DISPLAYS, material), material, "abc")
    text = pages_of(frame_of(tables, STUDY, "en"), "")["csv/L14.3.2.2.csv"]
    assert "'=1+1" in text


def test_every_number_of_the_catalogue_has_one_page():
    numbers = ["T14.1.1.1", "T14.1.4.1", "L16.2.5.1", "L16.2.5.5", "F14.2.4", "T14.9.6", "T99.1"]
    at = {number: page.name for page, held in placed(numbers).items() for number in held}
    assert at == {
        "T14.1.1.1": "subjects",
        "T14.1.4.1": "decision-details",
        "L16.2.5.1": "subjects",
        "L16.2.5.5": "antibodies",
        "F14.2.4": "time-to-event",
        "T14.9.6": "cohorts",
        "T99.1": "others",
    }
    assert on_index(["T14.1.4.1", "T14.1.4.2", "T14.3.1.10"]) == ["T14.1.4.2", "T14.1.4.1"]
    assert len({page.name for page in (INDEX, *TOPICS)}) == len(TOPICS) + 1


def test_a_timeline_shows_what_happened_and_survives_a_subject_of_whom_nothing_is_known():
    drawn = ("ADSL", "ADEX", "ADDLT", "ADPC", "ADASAMP", "ADAE", "ADRS", "ADLB")
    nothing = {name: EMPTY[name] for name in drawn}
    start = datetime.date(2026, 1, 1)
    title = Words("Subject S1", "受试者 S1")
    assert timeline(nothing, start, title).startswith("<svg")
    own = nothing | {"ADAE": events("S1")}
    drawing = timeline(own, start, title)
    assert "grade 3, day 5 to ?" in drawing
    chinese = timeline(own, start, title, lambda said: said.zh)
    assert "3级，第5至?天" in chinese
    assert "Study day" not in chinese
    assert "<script>" not in drawing


def test_a_subject_with_a_stroke_in_its_number_has_its_own_rows():
    _, files = made("01/001", "01/002")
    page = files[f"subjects/{file_name('01/001')}.html"]
    assert 'data-id="L14.3.2.2|01/001/1|AETOXGR|raw"' in page
    assert "01/002/2" not in page.split('id="index"')[0]


def test_a_title_of_a_table_is_harmless_in_a_spreadsheet_and_keeps_its_commas():
    grid = Grid(
        "=1+1, here", ("Head",), (False,), 1, *[np.array([["x"]], dtype=object)] * 4, ("k",), ("c",)
    )
    display = Page("T1", "table", "", "", "", (), "", (grid,), ())
    assert as_csv(display).splitlines() == ['"\'=1+1, here"', "Head", "x"]


def test_the_search_finds_a_subject_by_its_number_and_its_page_by_the_name_of_the_file():
    _, files = made("S1", "01/001")
    told = json.loads(re.search(r'id="index">(.*?)</script>', files["subjects/S1.html"])[1])
    assert told["up"] == "../"
    assert told["subjects"] == ["S1", ["01/001", file_name("01/001")]]
    assert told["pages"]["safety"] == ["L14.3.2.2 Events"]
