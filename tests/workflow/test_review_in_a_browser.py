"""The review page in a browser, by mouse and by keyboard alone: a new user's path, two reviewers, every page.

Needs Chromium and playwright. PKPIPE_PICTURES names a folder for the pictures of docs/review.md.
"""

import csv
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import pytest
from checkouts import VIRTUAL

playwright = pytest.importorskip("playwright.sync_api", reason="needs playwright (from PyPI)")
CHROMIUM = os.environ.get("PKPIPE_CHROMIUM") or shutil.which("chromium")
PICTURES = os.environ.get("PKPIPE_PICTURES")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not CHROMIUM, reason="needs Chromium (apt-get install chromium)"),
]
# As root in a container there is no sandbox.
QUIET = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync")
SIZE = {"width": 1400, "height": 900}


@pytest.fixture(scope="module")
def browser():
    with playwright.sync_playwright() as started:
        open_ = started.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield open_
        open_.close()


@pytest.fixture
def folder(whole_checkout):
    """A finished checkout whose study file names a ledger."""
    study = whole_checkout.path / "config" / "bat6026.yaml"
    text = study.read_text(encoding="utf-8")
    study.write_text(text.replace("  # LEDGER: {files", "  LEDGER: {files"), encoding="utf-8")
    return whole_checkout.path


@contextmanager
def served(folder):
    """The address of a server that ends with the test."""
    environment = {**os.environ, "PYTHONPATH": str(folder)}
    command = [sys.executable, "-m", "pkpipe", "review", *VIRTUAL, "--no-browser"]
    with subprocess.Popen(
        command,
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as server:
        try:
            yield server, server.stdout.readline().strip()
        finally:
            server.send_signal(signal.SIGTERM)
            ended = server.wait(timeout=60)
        assert ended in {0, -signal.SIGKILL}


@contextmanager
def visited(browser, address):
    """A page that came in by the address; what went wrong on it is an error of the test."""
    context = browser.new_context(viewport=SIZE)
    page = context.new_page()
    page.told = []
    page.on("pageerror", lambda problem: page.told.append(str(problem)))
    page.goto(address)
    yield page
    assert page.told == []
    context.close()


def profiles(page):
    page.get_by_role("link", name="Profiles", exact=True).click()
    page.wait_for_selector("svg circle[tabindex]")


def entries(folder):
    path = folder / "data" / "virtual" / "bat6026" / "ledger.csv"
    if not path.exists():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def picture(page, name):
    if PICTURES:
        page.screenshot(path=Path(PICTURES) / f"review_{name}.png")


def choose(page, place, how="click"):
    """Choose a sample of the logarithmic axis and exclude it; until the new values are there."""
    point = page.locator("svg.log circle[tabindex]").nth(place)
    point.click() if how == "click" else (point.focus(), page.keyboard.press("Enter"))
    page.get_by_role("button", name="Exclude").click()
    page.wait_for_selector("#pending li")
    page.wait_for_selector("tr.moved")


def applied(page, name="A. Wu", reason="drawn from the infusion arm"):
    page.get_by_label("Name").fill(name)
    page.get_by_label("Reason").fill(reason)
    page.get_by_role("button", name="Apply").click()


def test_a_new_user_finds_the_profiles_with_a_remark_decides_and_sees_what_is_out_of_date(
    folder, browser
):
    with served(folder) as (_, address), visited(browser, address) as page:
        assert page.locator("nav.pages").is_visible()
        profiles(page)
        assert page.locator(".card.flagged").count() >= 3
        assert page.locator("article#current").get_attribute("data-profile")
        picture(page, "profiles")
        place = 3
        choose(page, place)
        old = page.locator("tr.moved td[data-old]").first.get_attribute("data-old")
        picture(page, "decided")
        assert entries(folder) == []
        applied(page)
        page.wait_for_selector("#said:not(:empty)")
        assert [(e["RECBY"], e["REASON"]) for e in entries(folder)] == [
            ("A. Wu", "drawn from the infusion arm")
        ]
        page.wait_for_selector("text=The results are out of date")
        assert old is not None
        page.get_by_role("link", name="Ledger", exact=True).click()
        page.wait_for_selector("#entry-E1")
        picture(page, "ledger")


def test_without_a_reason_or_a_name_nothing_is_written_and_undo_takes_it_back(folder, browser):
    with served(folder) as (_, address), visited(browser, address) as page:
        profiles(page)
        choose(page, 3)
        page.get_by_role("button", name="Apply").click()
        page.wait_for_selector("#problem:not(:empty)")
        assert "Name" in page.locator("#problem").inner_text()
        assert "Reason" in page.locator("#problem").inner_text()
        page.get_by_role("button", name="Undo").click()
        page.locator("tr.moved").first.wait_for(state="detached")
        applied(page)
        assert "Nothing is decided" in page.locator("#problem").inner_text()
        assert entries(folder) == []


def test_everything_can_be_done_by_keyboard(folder, browser):
    with served(folder) as (_, address), visited(browser, address) as page:
        profiles(page)
        first = page.locator("article#current").get_attribute("data-profile")
        page.keyboard.press("n")
        page.wait_for_selector(f"article:not([data-profile='{first}'])")
        page.keyboard.press("p")
        page.wait_for_selector(f"article[data-profile='{first}']")
        page.locator("svg.log circle[tabindex]").nth(2).focus()
        page.keyboard.press("Tab")
        label = page.evaluate("document.activeElement.getAttribute('aria-label')")
        assert re.search(r" h, .*(BLQ|slope|\d)", label)
        page.keyboard.press("Enter")
        page.get_by_role("button", name="Exclude").focus()
        page.keyboard.press("Enter")
        page.wait_for_selector("#pending li")
        page.get_by_label("Reason").focus()
        page.keyboard.type("haemolysed sample")
        page.get_by_label("Name").focus()
        page.keyboard.type("A. Wu")
        page.keyboard.press("Enter")
        page.wait_for_selector("#said:not(:empty)")
        assert len(entries(folder)) == 1


def test_two_reviewers_see_the_conflict_and_lose_no_entry(folder, browser):
    with (
        served(folder) as (_, address),
        served(folder) as (_, other),
        visited(browser, address) as mine,
        visited(browser, other) as theirs,
    ):
        for page, place in ((mine, 2), (theirs, 3)):
            profiles(page)
            choose(page, place)
        applied(theirs, "C. Ma", "haemolysed sample")
        theirs.wait_for_selector("#said:not(:empty)")
        applied(mine)
        mine.wait_for_selector("#problem:has-text('Conflict')")
        assert "C. Ma" in mine.locator("#problem").inner_text()
        picture(mine, "conflict")
        assert [e["RECBY"] for e in entries(folder)] == ["C. Ma"]
        mine.get_by_role("button", name="Apply").click()
        mine.wait_for_selector("#said:not(:empty)")
        assert [e["RECBY"] for e in entries(folder)] == ["C. Ma", "A. Wu"]


def test_a_killed_server_leaves_a_whole_ledger_and_the_page_says_so(folder, browser):
    with served(folder) as (first, address):
        with visited(browser, address) as page:
            profiles(page)
            choose(page, 3)
            applied(page)
            page.wait_for_selector("#said:not(:empty)")
            choose(page, 2)
            first.kill()
            first.wait(timeout=30)
            applied(page)
            page.wait_for_selector("#problem:not(:empty)")
            assert "nothing was written" in page.locator("#problem").inner_text()
        assert len(entries(folder)) == 1


def test_a_click_on_a_number_shows_its_passport_on_any_page(folder, browser):
    with served(folder) as (_, address), visited(browser, address) as page:
        page.locator("td[data-id]").first.click()
        page.wait_for_selector("dialog.passport[open] dd[data-value]")
        page.keyboard.press("Escape")
        page.goto(address.partition("?")[0] + "report/pharmacokinetics.html")
        cell = page.locator("td[data-id]").nth(40)
        cell.focus()
        page.keyboard.press("Enter")
        page.wait_for_selector("dialog.passport[open] dd[data-value]")
        assert (
            cell.get_attribute("data-id") in page.locator("dialog.passport code").first.inner_text()
        )
        picture(page, "passport")


def test_other_conventions_and_findings_are_used_without_a_script_error(folder, browser):
    with served(folder) as (_, address), visited(browser, address) as page:
        profiles(page)
        page.get_by_role("link", name="Conventions", exact=True).click()
        page.get_by_label("Area of a segment").select_option("linear")
        page.wait_for_selector("#effect pre")
        assert "auc_method: linear" in page.locator("#effect pre").inner_text()
        picture(page, "conventions")
        page.get_by_role("link", name="Findings", exact=True).click()
        page.locator("#findings input[type=checkbox]").first.check()
        page.get_by_label("Name").fill("D. Xu")
        page.get_by_role("button", name="Query sent").click()
        page.wait_for_selector("td:has-text('query sent by D. Xu')")
        picture(page, "findings")


def test_all_profiles_scroll_and_a_decision_answers_at_once(folder, browser):
    with served(folder) as (_, address), visited(browser, address) as page:
        start = time.perf_counter()
        profiles(page)
        opened = time.perf_counter() - start
        # a thousand cards, of the drawings that the trial has
        frames = page.evaluate(
            """async () => {
              const box = document.querySelector('.cards'), cards = [...document.querySelectorAll('.card')];
              for (let n = cards.length; n < 1000; n++) box.append(cards[n % cards.length].cloneNode(true));
              const seen = []; let last = performance.now();
              for (let y = 0; y < document.body.scrollHeight; y += 400) {
                scrollTo(0, y); await new Promise(requestAnimationFrame);
                const now = performance.now(); seen.push(now - last); last = now;
              }
              return seen;
            }"""
        )
        page.evaluate("scrollTo(0, 0)")
        start = time.perf_counter()
        choose(page, 3)
        clicked = time.perf_counter() - start
        ordered = sorted(frames)
        told = f"opened in {opened:.2f} s, decision shown in {clicked:.2f} s"
        frame = f"frames: median {ordered[len(ordered) // 2]:.0f} ms, slowest {ordered[-1]:.0f} ms"
        print(f"\n1 000 profiles {told}; {frame}")  # noqa: T201 (times are printed, not judged)
        assert page.locator(".card").count() >= 1000
