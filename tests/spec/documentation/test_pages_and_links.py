"""Every page of docs/ has its place, and every link of a page leads somewhere."""

import re
import tomllib
from pathlib import Path

import pytest

from pkpipe.documentation import PAGES

ROOT = Path(__file__).resolve().parents[3]
DOCS = ROOT / "docs"
CONFIG = tomllib.loads((ROOT / "zensical.toml").read_text(encoding="utf-8"))["project"]
WRITTEN = [*sorted(DOCS.glob("*.md")), ROOT / "README.md", ROOT / "CONTRIBUTING.md"]
LINK = re.compile(r"(?<!`)\[[^\]\[]*\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
BARE = re.compile(r"(?<!\]\()(?<!\[)(?<!\w)`?docs/\w+\.md`?")


def prose(path):
    """A page without what is typed or quoted in blocks."""
    fenced = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
    return fenced.sub("", path.read_text(encoding="utf-8"))


def anchors(path):
    """What a heading is called in an address."""
    words = (re.sub(r"[^\w\s-]", "", h).strip().lower() for h in HEADING.findall(prose(path)))
    return {re.sub(r"[-\s]+", "-", one) for one in words}


def places(nav):
    for entry in nav:
        for inside in entry.values():
            yield from places(inside) if isinstance(inside, list) else [inside]


def test_every_page_stands_in_the_navigation_once():
    assert sorted(places(CONFIG["nav"])) == sorted(path.name for path in DOCS.glob("*.md"))


def test_there_are_four_kinds_of_pages_behind_the_first_one():
    kinds = [kind for entry in CONFIG["nav"] for kind in entry]
    assert kinds == ["Start here", "Tutorial", "How-tos", "Reference", "Explanations"]


def test_what_is_made_from_the_code_is_reference():
    reference = next(entry["Reference"] for entry in CONFIG["nav"] if "Reference" in entry)
    assert set(PAGES) < set(places(reference))


def test_the_first_page_leads_to_every_other_one():
    named = set(LINK.findall(prose(DOCS / "index.md")))
    assert {path.name for path in DOCS.glob("*.md")} - named == {"index.md"}


@pytest.mark.parametrize("path", WRITTEN, ids=lambda path: path.name)
def test_a_link_leads_to_a_file_and_to_a_heading_of_it(path):
    for link in LINK.findall(prose(path)):
        if "://" in link:
            continue
        name, _, anchor = link.partition("#")
        target = path.parent / name if name else path
        assert target.is_file(), link
        assert not anchor or anchor in anchors(target), link


@pytest.mark.parametrize("path", WRITTEN, ids=lambda path: path.name)
def test_a_page_that_is_named_is_linked(path):
    assert BARE.findall(prose(path)) == []


def test_a_file_that_the_site_takes_in_is_there():
    named = [*CONFIG["extra_css"], *(script["path"] for script in CONFIG["extra"]["polyfills"])]
    assert [name for name in named if not (DOCS / name).is_file()] == []


def test_the_extra_of_the_package_is_what_the_site_is_built_with():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = (ROOT / "requirements-site.in").read_text(encoding="utf-8").splitlines()
    assert project["optional-dependencies"]["site"] == [w for w in wanted if w[:1] != "#"]
