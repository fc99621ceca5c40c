"""The pages of a finished run in a browser: read, searched and sorted by keyboard, printed, accessible.

Needs Chromium and playwright; the rules of axe-core from its file (PKPIPE_AXE, or node_modules here).
"""

import io
import os
import shutil
from contextlib import contextmanager
from pathlib import Path

import pytest
from checkouts import ROOT, TINY, VIRTUAL
from pypdf import PdfReader

from pkpipe.report.pages.site import MOST_ON_TOPIC

playwright = pytest.importorskip("playwright.sync_api", reason="needs playwright (from PyPI)")
CHROMIUM = os.environ.get("PKPIPE_CHROMIUM") or shutil.which("chromium")
AXE = Path(os.environ.get("PKPIPE_AXE", ROOT / "node_modules" / "axe-core" / "axe.min.js"))
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not CHROMIUM, reason="needs Chromium (apt-get install chromium)"),
]
# As root in a container there is no sandbox; the others keep it from talking by itself.
QUIET = (
    *("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync"),
    *("--disable-component-update", "--no-first-run"),
)
WIDTHS = [1600, 1280, 900]
A4_WIDTH = 1032  # of a page's text in CSS pixels: 297 mm less two margins of 12 mm
CUT = """() => [...document.querySelectorAll('table.part, .drawing svg')]
  .filter((one) => one.getBoundingClientRect().right > innerWidth + 1)
  .map((one) => one.closest('section')?.id ?? one.outerHTML.slice(0, 60))"""


@pytest.fixture(scope="module")
def browser():
    with playwright.sync_playwright() as started:
        open_ = started.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield open_
        open_.close()


@contextmanager
def opened(browser, path, **how):
    """The page, with what went wrong on it and what it asked for."""
    context = browser.new_context(**{"viewport": {"width": 1280, "height": 800}} | how)
    page = context.new_page()
    page.told, page.asked = [], []
    page.on("pageerror", lambda problem: page.told.append(str(problem)))
    page.on("console", lambda said: page.told.append(said.text))
    page.on("request", lambda request: page.asked.append(request.url))
    page.goto(path.as_uri())
    yield page
    context.close()


def report(finished, run):
    return finished.results(run) / "report"


def pages(folder):
    subjects = sorted((folder / "subjects").glob("*.html"))
    return [*sorted(folder.glob("*.html")), subjects[0], subjects[-1]]


def kinds(finished):
    """A page of every kind: of the small study all, of the other what the small one has not."""
    large = report(finished, VIRTUAL)
    alone = min(large.glob("[TL]1*.html"), key=lambda path: path.stat().st_size)
    subject = sorted((large / "subjects").glob("*.html"))[0]
    return [*pages(report(finished, TINY)), large / "index.html", alone, subject]


@pytest.mark.parametrize("run", [TINY, VIRTUAL], ids=str)
def test_no_page_has_an_error_or_asks_for_anything_but_itself(finished, browser, run):
    for path in pages(report(finished, run)):
        with opened(browser, path) as page:
            assert page.told == [], path.name
            assert page.asked == [path.as_uri()]


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("run", [TINY, VIRTUAL], ids=str)
def test_the_decision_is_read_without_scrolling(finished, browser, run, width):
    size = {"width": width, "height": 720}
    with opened(browser, report(finished, run) / "index.html", viewport=size) as page:
        decision = page.locator(".lead").bounding_box()
        assert decision["y"] + decision["height"] < size["height"]
        assert decision["x"] + decision["width"] <= width
        assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_violation_on_any_kind_of_page(finished, browser, scheme):
    if not AXE.is_file():
        pytest.skip(f"needs axe-core (npm install axe-core, or PKPIPE_AXE): {AXE} is not there")
    rules = AXE.read_text(encoding="utf-8")
    found = {}
    for path in kinds(finished):
        with opened(browser, path, color_scheme=scheme, bypass_csp=True) as page:
            page.evaluate(rules)
            told = page.evaluate("() => axe.run(document, {resultTypes: ['violations']})")
        for broken in told["violations"]:
            found[path.name, broken["id"]] = [node["html"][:200] for node in broken["nodes"][:3]]
    assert found == {}


def test_rows_are_sorted_and_filtered_by_keyboard(finished, browser):
    with opened(browser, report(finished, TINY) / "subjects.html") as page:
        table = page.locator("table", has=page.locator("tbody tr:nth-child(13)")).first
        field = page.locator(f"input[data-of='{table.get_attribute('id')}']")
        first = table.locator("tbody tr > :first-child").all_inner_texts()
        table.locator("thead button").first.focus()
        page.keyboard.press("Enter")
        page.keyboard.press("Enter")
        assert table.locator("thead th").first.get_attribute("aria-sort") == "descending"
        assert table.locator("tbody tr > :first-child").first.inner_text() == max(first)
        field.focus()
        page.keyboard.type(max(first).upper())
        left = table.locator("tbody tr:visible").all_inner_texts()
        assert 0 < len(left) < len(first)
        assert all(max(first) in row for row in left)


def test_a_display_is_found_and_opened_by_keyboard(finished, browser):
    with opened(browser, report(finished, TINY) / "index.html") as page:
        page.keyboard.press("/")
        page.keyboard.type("overview of adverse")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        page.wait_for_url("**/safety.html#T14.3.1.1")


def test_the_first_stop_of_the_keyboard_skips_to_the_content(finished, browser):
    with opened(browser, report(finished, TINY) / "index.html") as page:
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        assert page.url.endswith("#content")


def test_a_number_shows_the_rows_behind_it_by_keyboard(finished, browser):
    with opened(browser, report(finished, TINY) / "safety.html") as page:
        cell = page.locator("td[data-id][data-r]").first
        cell.focus()
        page.keyboard.press("Enter")
        assert page.locator("#behind dd[data-put=id]").inner_text() == cell.get_attribute("data-id")
        page.keyboard.press("Escape")
        assert not page.locator("#behind").is_visible()


def test_printed_pages_are_numbered_and_a_table_that_goes_on_repeats_its_head(finished, browser):
    with opened(browser, report(finished, VIRTUAL) / "antibodies.html") as page:
        content = page.pdf(prefer_css_page_size=True)
        heads = page.locator("section").first.locator("thead").first.inner_text().split("\t")
    printed = [sheet.extract_text() for sheet in PdfReader(io.BytesIO(content)).pages]
    assert len(printed) > 1
    assert heads[0].split()
    for number, text in enumerate(printed, start=1):
        assert f"{number} / {len(printed)}" in text
    assert all(word in printed[1] for word in heads[0].split())


def test_printing_cuts_no_column_and_leaves_the_page_as_it_was(finished, browser):
    folder = report(finished, VIRTUAL)
    names = ("index", "cohorts", "decision-details", "subjects", "antibodies")
    paper = {"width": A4_WIDTH, "height": 700}
    for name in names:
        with opened(browser, folder / f"{name}.html", viewport=paper) as page:
            before = page.locator("table").count()
            assert before, name
            page.emulate_media(media="print")
            page.evaluate("dispatchEvent(new Event('beforeprint'))")
            assert page.locator("table.part").count() >= before
            assert page.evaluate(CUT) == []
            page.evaluate("dispatchEvent(new Event('afterprint'))")
            assert page.locator("table").count() == before


def test_a_long_listing_has_a_page_of_its_own(finished):
    alone = [p for run in (TINY, VIRTUAL) for p in report(finished, run).glob("[TL]1*.html")]
    assert alone
    for path in alone:
        assert path.read_text(encoding="utf-8").count("<tr>") > MOST_ON_TOPIC
