"""A report in Chinese is Chinese: no English sentence is left on a page but those stated here, with why."""

import re
from collections import Counter
from html.parser import HTMLParser

import pytest

from pkpipe.cli import main

pytestmark = pytest.mark.slow

# Four English words in a row, which no name of a code, unit or method has.
SENTENCE = re.compile(r"(?:[A-Za-z][a-z'-]+,? ){3,}[a-z'-]{2,}")
# Where English stands on a Chinese page, and why; column "": in every column of the display.
STATED = {
    ("", ""): "the indication, as the study file words it",
    ("T14.9.4", ""): "assumptions and choices as the study file words them",
}
# Columns of the raw data, whatever display they stand in.
DATA = {"系统器官分类": "MedDRA", "首选术语": "MedDRA", "来源": "papers and standards"}


class Texts(HTMLParser):
    """Every text of a page with the display it is in and the heading of its column."""

    def __init__(self):
        super().__init__()
        self.found, self.hidden = [], 0
        self.display, self.heads, self.column, self.head = "", [], 0, False

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        self.hidden += tag in {"script", "style"}
        if tag == "section":
            self.display = given["id"]
        if tag in {"table", "tr"}:
            self.column = 0
        if tag == "thead":
            self.heads, self.head = [], True
        if tag in {"svg", "footer"}:
            self.heads, self.column = [], 0
        if tag in {"td", "th"} and not self.head:
            self.column += 1
        for name in ("aria-label", "placeholder"):
            if given.get(name):
                self.found.append((self.display, "", given[name]))

    def handle_endtag(self, tag):
        self.hidden -= tag in {"script", "style"}
        if tag == "thead":
            self.head = False
        if tag == "table":
            self.heads, self.column = [], 0
        if tag == "section":
            self.display = ""

    def handle_data(self, data):
        text = data.strip()
        if not text or self.hidden:
            return
        if self.head:
            self.heads.append(text)
        column = self.heads[self.column - 1] if 0 < self.column <= len(self.heads) else ""
        self.found.append((self.display, column, text))


@pytest.fixture
def chinese(whole_checkout, monkeypatch):
    """The folder of a report of the virtual study in Chinese."""
    monkeypatch.chdir(whole_checkout.path)
    study = whole_checkout.path / "config" / "bat6026.yaml"
    text = study.read_text(encoding="utf-8")
    assert "\nreport:" not in text
    study.write_text(f"{text}\nreport:\n  language: zh\n", encoding="utf-8")
    cutoff = sorted((whole_checkout.path / "results" / "bat6026").glob("*-*"))[-1].name
    for room in ("displays", "report"):
        assert main(["stage", room, "--study", "bat6026", "--cutoff", cutoff]) == 0
    return whole_checkout.path / "results" / "bat6026" / cutoff / "report"


def test_no_english_sentence_is_left_on_a_chinese_page(chinese):
    looked, left = Counter(), {}
    for page in sorted(chinese.rglob("*.html")):
        reader = Texts()
        reader.feed(page.read_text(encoding="utf-8"))
        looked[page.name] = len(reader.found)
        for display, column, text in reader.found:
            stated = (display, column) in STATED or (display and (display, "") in STATED)
            if SENTENCE.search(text) and not stated and column not in DATA:
                left.setdefault((display, column, text), page.name)
    assert looked.total() > 10_000, looked
    assert len(looked) > 20
    assert left == {}
