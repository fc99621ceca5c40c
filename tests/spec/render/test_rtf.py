"""RTF: every text of a display by its id, literal whatever is in it, page x of y, the same bytes twice."""

import re

import polars as pl
import pytest
from made_displays import (
    CONTENTS,
    HOSTILE,
    OF,
    REAL,
    display,
    label,
    rows,
    sheet,
    tables,
    two_columns,
)
from rtf_reader import read

from pkpipe.displays.visible import visible
from pkpipe.render import Wanted, rendered
from pkpipe.render.frame_wording import Speech
from pkpipe.render.printed_page import pages
from pkpipe.render.rtf import literal, rtf

EN, ZH = Speech("en"), Speech("zh")
NUMBERS = [shown.number for shown, _ in CONTENTS]


def made(language="en", of=OF):
    return rendered(tables(), of, Wanted((language,), formats=("rtf",))).files


def page_of(number, language="en"):
    return next(page for page in pages(tables(), language) if page.number == number)


def test_a_display_is_a_file_named_by_its_number_also_one_that_is_empty():
    assert sorted(made()) == sorted(f"{number}.rtf" for number in NUMBERS)


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("number", ["T14.3.1.1", "T14.3.1.2", "L14.3.2.2"])
def test_the_cells_of_a_file_are_the_texts_of_the_ard(number, language):
    page = page_of(number, language)
    ard = tables()["ARD"].filter(pl.col("DISPLAY") == number)
    column = pl.coalesce("TEXTZH", "TEXT") if language == "zh" else pl.col("TEXT")
    by_id = dict(ard.select("ID", column).iter_rows())
    shown = dict(
        pair
        for grid in page.grids
        for pair in zip(grid.ids.ravel(), grid.texts.ravel(), strict=True)
        if pair[0] is not None
    )
    assert shown == {key: visible(text) for key, text in by_id.items()}
    found, _ = read(made(language)[f"{number}.rtf"])
    printed = [text for row in found for text in row]
    assert set(shown.values()) <= set(printed)
    for text in set(shown.values()):
        assert printed.count(text) >= list(shown.values()).count(text)


@pytest.mark.parametrize("name", [f"{number}.rtf" for number in NUMBERS])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_file_is_ascii_with_balanced_braces_and_the_same_bytes_twice(name, language):
    content = made(language)[name]
    assert max(content) < 128
    bare = re.sub(rb"\\[\\{}]", b"", content)
    assert bare.count(b"{") == bare.count(b"}")
    assert content == made(language)[name]


def test_what_looks_like_rtf_in_the_data_is_printed_as_it_is():
    found, _ = read(made()["L14.3.2.2.rtf"])
    assert [row[0] for row in found[1:]] == [visible(text) for text in HOSTILE]
    assert b"\\*\\fldinst PAGE}} a_b^c" not in made()["L14.3.2.2.rtf"]


@pytest.mark.parametrize("sign", ["µ", "≥", "恶心", "𠮷", "😀", "é", "\\", "{", "}", "a_b^c"])
def test_any_character_comes_back_from_its_code(sign):
    found, _ = read(rb"{\rtf1 \trowd\cellx99 " + literal(sign).encode("ascii") + rb"\cell\row}")
    assert found == [[sign]]


def test_the_end_of_a_line_is_one_whatever_machine_it_was_typed_on():
    typed = (
        display("T14.1.1", "One", "一"),
        (sheet(rows(label("R", "a\r\nb\rc")), two_columns()),),
    )
    found, _ = read(rtf(pages(tables([typed]), "en")[0], OF, EN))
    assert found[1][0] == "a\nb\nc"


def test_every_page_says_study_cutoff_state_population_source_program_and_its_number():
    content = made()["T14.3.1.1.rtf"]
    _, outside = read(content)
    assert "X-001" in outside["header"]
    assert "Data cutoff: 2026-03-31" in outside["header"]
    assert "Draft, virtual data" in outside["header"]
    assert "T14.3.1.1  Overview" in outside["header"]
    assert "Analysis set: Safety set (N = 3)" in outside["header"]
    assert outside["footer"].startswith("A note: µ\n")
    assert "Source: safety/ADAE" in outside["footer"]
    assert "Program: pkpipe 0.1.0   Snapshot: abc123" in outside["footer"]
    assert content.count(b"\\fldinst PAGE}") == content.count(b"\\fldinst NUMPAGES}") == 1


def test_real_data_are_not_called_virtual():
    _, outside = read(made(of=REAL)["T14.3.1.1.rtf"])
    assert "Final" in outside["header"]
    assert "virtual" not in outside["header"]


def test_the_head_of_a_table_is_repeated_on_each_of_its_pages():
    content = made()["T14.3.1.1.rtf"]
    assert content.count(b"\\trhdr") == 2


def test_a_wide_table_is_in_parts_that_repeat_what_a_row_is_about():
    found, _ = read(made()["T14.3.1.2.rtf"])
    heads = [row for row in found if row[0] == "Term"]
    assert len(heads) > 1
    assert [row[0] for row in found if row[0] != "Term"] == ["Row"] * len(heads)
    assert [head for row in heads for head in row[1:]] == [f"Cohort {i}" for i in range(40)]


def test_an_empty_display_says_why():
    for language, why in (("en", "Nothing to show: not collected: AE"), ("zh", "未收集：AE")):
        page = page_of("T14.3.1.9", language)
        text = rtf(page, OF, Speech(language)).decode("ascii")
        assert literal(why) in text


def test_a_figure_is_a_picture_as_large_as_it_was_drawn():
    content = made()["F14.2.1.rtf"]
    assert content.count(b"\\pngblip") == 2
    assert b"\\picwgoal2880\\pichgoal1440" in content
    assert b"Caption one" in content


def test_the_heading_of_a_group_stands_in_two_lines_as_it_was_given():
    one = (display("T14.1.1", "One", "一"), (sheet(rows(label("R", "Row")), two_columns()),))
    found, _ = read(rtf(pages(tables([one]), "en")[0], OF, EN))
    assert found[0] == ["Term", "A\n(N=3)", "B\n(N=4)"]
    assert found[1] == ["Row", "", ""]


def test_chinese_pages_are_in_chinese():
    _, outside = read(made("zh")["T14.3.1.1.rtf"])
    assert "第 1 页，共 1 页" in outside["header"]
    assert "安全性分析集 (N = 3)" in outside["header"]
    assert "草稿" in outside["header"]
    assert "恶心" in outside["footer"]
    assert ZH.language == "zh"
