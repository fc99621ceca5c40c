"""The files of a finished run: every text of the results by its display, every display a file."""

import io
import json
from collections import Counter

import polars as pl
import pytest
from checkouts import TINY, VIRTUAL
from pypdf import PdfReader
from reporting_events import faults, undefined
from rtf_reader import read

from pkpipe.displays.visible import visible


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
