"""Every number in a package is that of its result: in PDF (text layer), HTML, slides and form, row by row."""

import html
import re
from types import SimpleNamespace

import polars as pl
import pytest
from met import meeting, results
from shown_in_package import (
    cells_of_form,
    cells_of_slides,
    not_their_result,
    numbers_from_nowhere,
    of_details,
    pages_of,
    places,
    printed,
    rows_not_printed,
    rows_of_places,
    squeezed,
)

from pkpipe.differences import Differences
from pkpipe.displays.edition import edition
from pkpipe.meeting import package
from pkpipe.meeting.package_identity import About, edition_of

TABLES = results()
LANGUAGES = ("en", "zh")
# Of no result: boxes and facts stand apart, not in one row.
APART = ("dose", "fact")


@pytest.fixture(scope="module")
def files():
    return package(meeting(LANGUAGES, tables=TABLES))[0]


def named(name, language):
    stem, dot, suffix = name.partition(".")
    return f"{stem}.zh{dot}{suffix}" if language == "zh" else name


@pytest.fixture(params=LANGUAGES)
def language(request):
    return request.param


@pytest.fixture
def texts(language):
    return printed(TABLES, language == "zh")


def test_every_row_of_the_details_is_printed_cell_by_cell_as_its_results_say(
    files, language, texts
):
    rows = 0
    for page, pages in of_details(files[named("details.pdf", language)], TABLES, language):
        assert pages, page.number
        for grid in page.grids:
            for names, cells in zip(grid.ids, grid.texts, strict=True):
                said = [(texts[i], str(t)) for i, t in zip(names, cells, strict=True) if i in texts]
                assert [one for one, _ in said] == [other for _, other in said], page.number
                rows += 1
        assert rows_not_printed(page, pages) == []
    assert rows > 60


def test_a_number_that_is_another_than_its_result_is_missed_on_its_page(files):
    other = pl.when(pl.col("ID") == "T14.1.4.1|A|DLT|n_of_N").then(pl.lit("9/9")).otherwise("TEXT")
    ard = TABLES["ARD"]
    changed = ard.with_columns(TEXT=pl.coalesce(other, "TEXT"))
    if changed.equals(ard):  # the statistic has another name: take the first number of that display
        first = ard.filter(pl.col("DISPLAY") == "T14.1.4.1", pl.col("VALUE").is_not_null())["ID"][0]
        other = pl.when(pl.col("ID") == first).then(pl.lit("9/9")).otherwise("TEXT")
        changed = ard.with_columns(TEXT=other)
    found = of_details(files["details.pdf"], TABLES | {"ARD": changed}, "en")
    wrong = [row for page, pages in found for row in rows_not_printed(page, pages)]
    assert [number for number, _ in wrong] == ["T14.1.4.1"]


@pytest.mark.parametrize("name", ["decision", "slides", "signoff"])
def test_what_numbers_csv_says_stands_there_is_the_text_of_its_results(
    files, language, texts, name
):
    listed = name if language == "en" else f"{name}.zh"
    assert len(places(files, listed)) >= 4
    assert not_their_result(files, listed, texts) == []


@pytest.mark.parametrize("name", ["decision.pdf", "signoff.pdf"])
def test_every_result_of_the_page_and_of_the_form_stands_in_the_text_layer_of_its_pdf(
    files, language, name
):
    listed = named(name, language).removesuffix(".pdf")
    text = squeezed("".join(pages_of(files[named(name, language)])))
    looked = 0
    for place, row in rows_of_places(files, listed).items():
        if place not in APART:
            assert row in text, place
            looked += 1
    for row in places(files, listed):
        assert squeezed(row["text"]) in text, row
    assert looked > 3 if name == "decision.pdf" else looked == 4


def furniture(language):
    """What a page says of itself: study, cutoff, manifest, program; the headings and the drawings."""
    made = meeting()
    of = edition_of(edition(TABLES["SOURCES"], made.study), signed=False)
    about = About(of, language, {}, made.manifest, "")
    columns, figures = TABLES["COLUMNS"], TABLES["FIGURES"]
    heads = columns["HEADZH" if language == "zh" else "HEADEN"].drop_nulls()
    drawn = [text for svg in figures["SVG"] for text in re.findall(r">([^<]+)<", svg)]
    return [about.head, *about.feet, of.study, about.say(of.title), *heads, *drawn]


@pytest.mark.parametrize("name", ["decision.pdf", "signoff.pdf"])
def test_no_number_of_the_page_or_the_form_comes_from_anywhere_but_a_result(
    files, language, texts, name
):
    text = "\n".join(pages_of(files[named(name, language)]))
    known = [*texts.values(), *furniture(language), "1 1"]  # page 1 of 1
    assert numbers_from_nowhere(text, *known) == set()
    assert numbers_from_nowhere(f"{text} 31415", *known) == {"31415"}


def test_the_page_as_html_has_the_same_cells(files, language):
    text = files[named("decision.html", language)].decode()
    seen = squeezed(html.unescape(re.sub(r"<[^>]+>", " ", text)))
    listed = "decision" if language == "en" else "decision.zh"
    assert [r for r in places(files, listed) if squeezed(r["text"]) not in seen] == []


def test_every_number_on_a_slide_and_on_the_form_in_word_is_of_a_result(files, language, texts):
    deck = list(cells_of_slides(files[named("slides.pptx", language)]))
    form = cells_of_form(files[named("signoff.docx", language)])
    known = [*texts.values(), *furniture(language)]
    numbered = [f"{n}/12" for n in range(1, 13)]
    for cells in (deck, form):
        assert numbers_from_nowhere("\n".join(cells), *known, *numbered) == set()
    shown = {squeezed(cell) for cell in deck}
    listed = "slides" if language == "en" else "slides.zh"
    for row in places(files, listed):
        text = squeezed(row["text"])
        assert text in shown or any(cell.endswith(text) for cell in shown), row


def test_what_changed_says_its_causes_and_results_in_the_language_of_the_package():
    now = TABLES["ARD"].filter(pl.col("DISPLAY") == "T14.1.4.2", pl.col("ROW") == "NENROL")
    name = now.filter(pl.col("COL") == "VALUE")["ID"][0]
    before = TABLES["ARD"].with_columns(
        TEXTZH=pl.when(pl.col("ID") == name).then(pl.lit("3 例受试者")).otherwise("TEXTZH")
    )
    shown = pl.DataFrame(
        {"DISPLAY": "T14.1.4.2", "TITLE": "x", "ROW": "NENROL", "COL": "VALUE", "STAT": "text",
         "CHANGE": "changed", "OLD": "3 subjects", "NEW": "2 subjects",
         "CAUSE": "cut date; data corrected", "STEPS": None, "ID": [name]}
    )  # fmt: skip
    data = pl.DataFrame(
        {"TABLE": ["AE"], "USUBJID": "S3", "RECORD": "S3 Rash", "CHANGE": "changed", "FIELD": "AETOXGR",
         "OLD": "2", "NEW": "3", "CAUSE": "data corrected", "FILE": "ae.csv", "ROW": 3}
    )  # fmt: skip
    runs = (
        SimpleNamespace(name="2026-01-10"),
        SimpleNamespace(name="2026-02-10", study=meeting().study),
    )
    found = Differences(*runs, data, shown.clear(), shown)
    made, _ = package(meeting(LANGUAGES, tables=TABLES, changes=found, earlier=before))
    english, chinese = (
        squeezed("".join(pages_of(made[name]))) for name in ("details.pdf", "details.zh.pdf")
    )
    assert squeezed("3 subjects2 subjectscut date; data corrected") in english
    assert squeezed("3 例受试者2 例受试者数据截止日；数据更正") in chinese
    assert "cut date" not in "".join(pages_of(made["details.zh.pdf"]))
