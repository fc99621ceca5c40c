"""Every number on every page of a finished run is a row of the results, and prints its text."""

import json
import re
from html import unescape

import polars as pl

CELL = re.compile(r"<td([^>]*)>([^<]*)</td>")
ID = re.compile(r' data-id="([^"]*)"')


def runs(finished):
    return sorted(path.parent for path in (finished.path / "results").glob("*/*/displays"))


def pages(run):
    return [p for p in sorted((run / "report").rglob("*.html")) if p.name != "full.html"]


def test_every_numeric_cell_has_an_id_that_exists_once_and_prints_its_text(finished):
    looked = 0
    for run in runs(finished):
        texts = dict(
            pl.read_parquet(run / "displays" / "ARD.parquet").select("ID", "TEXT").iter_rows()
        )
        for page in pages(run):
            for given, text in CELL.findall(page.read_text(encoding="utf-8")):
                found = ID.search(given)
                if found is not None:
                    assert texts[unescape(found[1])] == unescape(text), page
                    looked += 1
    assert looked


def test_no_cell_of_any_page_has_a_number_without_an_id(finished):
    looked = 0
    for run in runs(finished):
        for page in pages(run):
            for given, text in CELL.findall(page.read_text(encoding="utf-8")):
                number = re.fullmatch(r"-?\d+(\.\d+)?", text)
                if number or 'class="num"' in given:
                    assert ID.search(given) or not re.match(r"-?\d", text), (page, text)
                    looked += 1
    assert looked > 1000


def links(page):
    """Every link of a page: those written in it, and those its search finds."""
    text = page.read_text(encoding="utf-8")
    found = [unescape(link) for link in re.findall(r'<a [^>]*?href="([^"]+)"', text)]
    index = re.search(r'id="index">(.*?)</script>', text, re.DOTALL)
    return [*found, *searched(json.loads(index[1]))]


def searched(index):
    """The places that a page's script makes of what its search looks through."""
    for page, titles in index["pages"].items():
        for title in titles:
            yield f"{index['up']}{page}.html#{title.split(' ')[0]}"
    for subject in index["subjects"]:
        name = subject if isinstance(subject, str) else subject[1]
        yield f"{index['up']}subjects/{name}.html"


def anchors(path):
    return set(re.findall(r' id="([^"]+)"', path.read_text(encoding="utf-8")))


def test_no_link_of_any_page_is_dead(finished):
    followed, known, dead = 0, {}, []
    for run in runs(finished):
        for page in pages(run):
            for link in links(page):
                name, _, anchor = link.partition("#")
                to = (page.parent / name).resolve() if name else page.resolve()
                if to.suffix == ".html" and to.is_file() and anchor:
                    held = known.setdefault(to, None) or anchors(to)
                    known[to] = held
                    there = anchor in held
                else:
                    there = to.is_file()
                followed += 1
                dead += [] if there else [f"{page.name}: {link}"]
    assert followed > 1000
    assert dead == []


def test_the_rows_behind_every_number_are_in_a_table_that_is_there(finished):
    assert runs(finished)
    for run in runs(finished):
        named = {
            table
            for page in pages(run)
            for given in re.findall(r' data-t="([^"]+)"', page.read_text(encoding="utf-8"))
            for table in given.split(", ")
        }
        assert len(named) > 10
        assert [table for table in sorted(named) if not (run / f"{table}.csv").is_file()] == []


def test_the_decision_page_is_small_and_every_subject_has_a_page(finished):
    for run in runs(finished):
        assert (run / "report" / "index.html").stat().st_size < 100_000
        subjects = pl.read_parquet(run / "subjects" / "ADSL.parquet")["USUBJID"]
        assert len(list((run / "report" / "subjects").glob("*.html"))) == subjects.len()


def test_the_report_can_be_opened_from_disk(finished):
    for run in runs(finished):
        page = (run / "report" / "index.html").read_text(encoding="utf-8")
        assert "default-src 'none'" in page


def test_everything_on_one_page_is_made_where_the_study_file_asks_for_it(finished):
    made = {run.parent.name: (run / "report" / "full.html").is_file() for run in runs(finished)}
    assert made == {"tiny": True, "bat6026": False}
