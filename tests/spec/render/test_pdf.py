"""The PDF: a list of contents, page x of y, every text, Chinese, characters that no font has, same bytes."""

import io

import pytest
from made_displays import (
    CONTENTS,
    HOSTILE,
    OF,
    SVG,
    display,
    label,
    rows,
    sheet,
    tables,
    two_columns,
)
from pypdf import PdfReader

from pkpipe.displays.bilingual import Words
from pkpipe.errors import ConfigError, DerivationError
from pkpipe.render import Wanted, rendered
from pkpipe.render.fonts import fonts, missing
from pkpipe.render.frame_wording import Speech
from pkpipe.render.layout import breakable
from pkpipe.render.pdf import pdf
from pkpipe.render.pictures import as_png
from pkpipe.render.printed_page import Drawing, pages


def made(language="en", given=None):
    return pdf(pages(given or tables(), language), OF, Speech(language))


def bare(text):
    """Text without white space: a page breaks lines where it likes."""
    return "".join(text.split()).replace("\u200b", "")


def words(content):
    return [bare(page.extract_text()) for page in PdfReader(io.BytesIO(content)).pages]


@pytest.fixture(scope="module")
def english():
    return made()


def test_each_display_starts_a_page_and_the_contents_name_them(english):
    found = words(english.content)
    for shown, _ in CONTENTS:
        title = bare(f"{shown.number} {shown.title.en}")
        assert title in found[0]
        assert any(title in page for page in found[1:])


def test_every_page_has_its_number_the_cutoff_and_the_state(english):
    found = words(english.content)
    for number, page in enumerate(found, start=1):
        assert f"Page{number}of{len(found)}" in page
        assert "Datacutoff:2026-03-31" in page
        assert "Draft,virtualdata" in page


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_text_of_the_ard_is_in_the_text_layer(language):
    found = "".join(words(made(language).content))
    for page in pages(tables(), language):
        for grid in page.grids:
            lost = [text for text in grid.texts.ravel() if bare(text) not in found]
            assert lost == []


def test_a_table_that_goes_on_has_its_title_on_each_of_its_pages():
    many = rows(*[label(f"R{n}", f"row {n}") for n in range(90)])
    long = display("T14.1.1", "One", "一")
    told = (long, (sheet(many, two_columns(), "A", Words("Subject S-1", "受试者S-1")),))
    found = words(made(given=tables([told])).content)[1:]
    assert len(found) > 2
    assert all("SubjectS-1" in page for page in found)


def test_what_looks_like_markup_is_printed_as_it_is(english):
    found = "".join(words(english.content))
    assert bare(HOSTILE[4]) in found


def test_every_character_of_the_default_font_is_embedded_and_none_is_lost(english):
    assert english.lost == {}


def test_a_character_that_no_font_has_is_named_and_its_number_printed():
    odd = (
        display("T14.1.1", "One", "一"),
        (sheet(rows(label("R", "a\U0001f9a0b")), two_columns()),),
    )
    book = made(given=tables([odd]))
    assert list(book.lost.values()) == ["[U+1F9A0]"]
    found = words(book.content)
    assert "a[U+1F9A0]b" in found[1]
    assert "Nofontherehasthesecharacters" in found[0]
    told = rendered(tables([odd]), OF, Wanted(formats=("pdf",))).told
    assert told[0].startswith("all.pdf: no font has [U+1F9A0]")


def test_our_font_has_the_signs_of_the_field_and_chinese():
    assert (
        missing(["µ ≥ ≤ λ β ² ³ × – — … ± → † ‡ 剂量限制性毒性 抗药抗体 （），。"], fonts()) == {}
    )


def test_a_font_of_the_user_must_be_one(monkeypatch, tmp_path):
    path = tmp_path / "none.ttf"
    path.write_text("no font", encoding="utf-8")
    monkeypatch.setenv("PKPIPE_FONT", str(path))
    with pytest.raises(ConfigError, match=r"none\.ttf: is no font file .*allowed: a \.ttf"):
        fonts()


def test_the_same_bytes_twice(english):
    assert made().content == english.content


def test_an_empty_display_says_why(english):
    assert any("Nothingtoshow:notcollected:AE" in page for page in words(english.content))


def test_a_long_word_gets_places_to_break_and_no_other_text_changes():
    assert breakable("x" * 30) == "x" * 24 + "\u200b" + "x" * 6
    assert breakable("1/3 (33.3 %) " + "恶心" * 30) == "1/3 (33.3 %) " + "恶心" * 30


def test_a_drawing_that_is_none_stops_the_run():
    with pytest.raises(DerivationError, match="typesetting"):
        as_png([Drawing("F1", "", "", "<svg")])
    assert as_png([Drawing("F1", "", "", SVG)])["F1"].pixels == (300, 150)
