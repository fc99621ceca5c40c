"""The files of a finished run: every text of the results by its display, every display a file."""

import io
import json
from collections import Counter

import numpy as np
import polars as pl
import pytest
from checkouts import TINY, VIRTUAL
from pypdf import PdfReader
from reporting_events import faults, undefined
from rtf_reader import read
from xlsx_reader import sheets
from xlsx_reader import shown as said

from pkpipe.displays.visible import visible

LOOKED_AT = 1500  # texts looked for in a PDF


def bare(text):
    """Text without white space: a page breaks lines where it likes."""
    return "".join(text.split()).replace("\u200b", "")


@pytest.fixture(scope="module", params=[TINY, VIRTUAL], ids=str)
def run(request, finished):
    return finished.results(request.param)


def tables(run):
    return (pl.read_parquet(run / "displays" / f"{name}.parquet") for name in ("ARD", "DISPLAYS"))


def test_every_display_has_an_rtf_whose_cells_are_the_texts_of_the_results(run):
    ard, displays = tables(run)
    assert displays.height > 30
    for number, state in displays.select("number", "state").iter_rows():
        rows, outside = read((run / "tlf" / f"{number}.rtf").read_bytes())
        assert number in outside["header"]
        printed = Counter(text for row in rows for text in row)
        texts = ard.filter(pl.col("DISPLAY") == number)["TEXT"]
        lost = Counter(visible(text) for text in texts) - printed
        assert not lost, number
        assert (state == "shown") or not rows


def test_a_cell_of_an_rtf_is_a_text_of_the_results_or_a_heading(run):
    ard, displays = tables(run)
    heads = pl.read_parquet(run / "displays" / "COLUMNS.parquet")
    looked = 0
    for number in displays["number"]:
        rows, _ = read((run / "tlf" / f"{number}.rtf").read_bytes())
        known = {visible(t) for t in ard.filter(pl.col("DISPLAY") == number)["TEXT"]}
        known |= {visible(t) for t in heads.filter(pl.col("DISPLAY") == number)["HEADEN"]} | {""}
        # several numbers in one place are printed one after the other
        whole = {text for row in rows for text in row}
        assert {text for text in whole - known if not set(text.split("; ")) <= known} == set()
        looked += len(whole)
    assert looked > 500


def test_every_text_of_the_results_is_shown_on_the_sheet_of_its_display(run):
    ard, displays = tables(run)
    book = sheets((run / "tlf" / "all.xlsx").read_bytes())
    for number in displays["number"]:
        printed = Counter(said(cell) for cell in book[number].values())
        texts = ard.filter(pl.col("DISPLAY") == number)["TEXT"]
        assert not Counter(visible(text) for text in texts if text) - printed, number
    assert set(ard["DISPLAY"]) & set(displays["number"])


def test_a_number_is_stored_as_it_is_in_the_results(run):
    ard, _ = tables(run)
    book = sheets((run / "tlf" / "all.xlsx").read_bytes())
    cells = [c for name, sheet in book.items() if name != "Contents" for c in sheet.values()]
    stored = np.array([cell[0] for cell in cells if not isinstance(cell, str)])
    values = np.unique(ard["VALUE"].drop_nulls().to_numpy())
    above = np.searchsorted(values, stored).clip(1, values.size - 1)
    away = np.minimum(abs(stored - values[above - 1]), abs(stored - values[above]))
    assert stored.size
    # a workbook keeps 16 digits of the 17 that a number may need
    assert (away <= 1e-14 * abs(stored)).all()


@pytest.mark.slow
def test_the_texts_of_the_results_are_in_the_text_layer_of_the_pdf(run):
    ard, _ = tables(run)
    pages = PdfReader(io.BytesIO((run / "tlf" / "all.pdf").read_bytes())).pages
    layer = bare("".join(page.extract_text() for page in pages))
    texts = ard["TEXT"].unique(maintain_order=True)
    looked = texts.sample(min(texts.len(), LOOKED_AT), seed=5)
    assert looked.len() > 100
    assert [text for text in looked if bare(visible(text)) not in layer] == []


def test_the_pdf_names_every_display_and_counts_its_pages(run):
    _, displays = tables(run)
    pages = PdfReader(io.BytesIO((run / "tlf" / "all.pdf").read_bytes())).pages
    first = "".join(page.extract_text() for page in pages[:6])
    assert [number for number in displays["number"] if number not in first] == []
    assert f"Page {len(pages)} of {len(pages)}" in pages[-1].extract_text()


def test_the_reporting_event_is_valid_by_the_standard_and_defines_every_id_it_refers_to(run):
    event = json.loads((run / "tlf" / "ars.json").read_text(encoding="utf-8"))
    assert faults(event) == []
    assert undefined(event) == []


def test_the_reporting_event_has_an_output_a_display_and_its_files_are_there(run):
    _, displays = tables(run)
    event = json.loads((run / "tlf" / "ars.json").read_text(encoding="utf-8"))
    assert [f"OUTPUT.{number}" for number in displays["number"]] == [
        output["id"] for output in event["outputs"]
    ]
    places = {f["location"] for o in event["outputs"] for f in o["fileSpecifications"]}
    assert [place for place in sorted(places) if not (run / "tlf" / place).is_file()] == []
