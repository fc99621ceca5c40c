"""`make site`: docs/ as a site that opens from disk; its links lead somewhere, and it asks no network."""

import hashlib
import os
import re
import shutil
import subprocess
from html.parser import HTMLParser
from urllib.parse import unquote

import pytest
from checkouts import ROOT

OWN = ROOT / ".venv-site" / "bin" / "zensical"
ZENSICAL = str(OWN) if OWN.is_file() else shutil.which("zensical")
CHROMIUM = os.environ.get("PKPIPE_CHROMIUM") or shutil.which("chromium")
LOADED = {("script", "src"), ("img", "src"), ("iframe", "src"), ("link", "href"), ("source", "src")}
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not ZENSICAL, reason="needs Zensical (make site installs it)"),
]


def built(folder, instead=()):
    """docs/ built in a folder of its own, strictly; some pages with another text."""
    shutil.copytree(ROOT / "docs", folder / "docs")
    for name, text in dict(instead).items():
        (folder / "docs" / name).write_text(text, encoding="utf-8")
    shutil.copy2(ROOT / "zensical.toml", folder)
    command = [ZENSICAL, "build", "--strict", "--clean"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def hashes(folder):
    files = (path for path in folder.rglob("*") if path.is_file())
    return {p.relative_to(folder): hashlib.sha256(p.read_bytes()).hexdigest() for p in files}


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    folder = tmp_path_factory.mktemp("site")
    done = built(folder)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder / "site"


class Page(HTMLParser):
    """What a page loads, where it leads, which places it has, and its paragraphs as they are read."""

    def __init__(self, text):
        super().__init__()
        self.loads, self.links, self.places, self.said = [], [], set(), []
        self._open = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        of = dict(attrs)
        if of.get("id"):
            self.places.add(of["id"])
        self.loads += [of[name] for kind, name in LOADED if kind == tag and of.get(name)]
        if tag == "a" and of.get("href"):
            self.links.append(of["href"])
        self._open.append(tag)

    def handle_endtag(self, tag):
        while self._open and self._open.pop() != tag:
            pass

    def handle_data(self, data):
        if "p" in self._open and not {"pre", "code", "script"}.intersection(self._open):
            self.said.append(data)


@pytest.fixture(scope="module")
def pages(site):
    # 404.html is for a server: it names every page from the root.
    read = (path for path in sorted(site.glob("*.html")) if path.name != "404.html")
    return {path.name: Page(path.read_text(encoding="utf-8")) for path in read}


def test_every_page_is_there(site):
    made = {path.stem for path in site.glob("*.html")} - {"404"}
    assert made == {path.stem for path in (ROOT / "docs").glob("*.md")}


def test_the_same_pages_are_the_same_bytes(site, tmp_path):
    assert built(tmp_path).returncode == 0
    assert hashes(tmp_path / "site") == hashes(site)


def test_a_dead_link_stops_the_build(tmp_path):
    done = built(tmp_path, {"glossary.md": "# Glossary\n\n[gone](not_there.md)\n"})
    assert done.returncode != 0
    assert "glossary.md:3" in done.stdout + done.stderr


def test_nothing_is_loaded_from_the_network(pages):
    loaded = {one for page in pages.values() for one in page.loads}
    assert loaded
    assert sorted(one for one in loaded if re.match(r"(\w+:)?//", one)) == []


def test_every_link_leads_to_a_file_and_to_a_place_in_it(site, pages):
    lost = []
    for name, page in pages.items():
        for link in page.links:
            path, _, place = unquote(link).partition("#")
            if re.match(r"\w+:", link):
                continue
            target = (site / path).resolve() if path else site / name
            there = pages.get(target.name)
            if not target.is_file() or (place and there and place not in there.places):
                lost.append(f"{name}: {link}")
    assert lost == []


def test_no_mark_of_the_source_is_left_in_a_paragraph(pages):
    marks = re.compile(r"```|\*\*|\]\(|\| --- |^\s*- |^\|", re.MULTILINE)
    left = {n: s for n, page in pages.items() for s in page.said if marks.search(s)}
    assert left == {}


@pytest.mark.skipif(not CHROMIUM, reason="needs Chromium (apt-get install chromium)")
@pytest.mark.parametrize(("width", "scheme"), [(1600, "light"), (900, "dark")])
def test_search_finds_a_page_from_disk_and_asks_no_network(site, width, scheme):
    playwright = pytest.importorskip(
        "playwright.sync_api", reason="needs playwright (from PyPI)", exc_type=ImportError
    )
    quiet = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync"]
    with playwright.sync_playwright() as started:
        browser = started.chromium.launch(executable_path=CHROMIUM, args=quiet)
        seen = browser.new_context(
            viewport={"width": width, "height": 1000}, color_scheme=scheme, offline=True
        )
        seen.set_default_timeout(180_000)
        page, asked, wrong = seen.new_page(), [], []
        page.on("request", lambda request: asked.append(request.url))
        page.on("pageerror", lambda problem: wrong.append(str(problem)))
        page.goto((site / "index.html").as_uri())
        page.keyboard.press("/")
        page.wait_for_function("document.activeElement.shadowRoot")
        page.keyboard.type("superpose")
        page.locator("a[href*='command_line.html?h=superpose#']").first.click()
        page.locator("h2#pkpipe-superpose").wait_for()
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        browser.close()
    assert wrong == []
    assert [url for url in asked if not url.startswith(("file:", "data:", "blob:"))] == []
