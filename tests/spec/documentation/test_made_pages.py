"""Pages made from the code are those of docs/, and every id that anything cites is defined on one of them."""

import re
from pathlib import Path

import pytest

from pkpipe.documentation import PAGES
from pkpipe.documentation.__main__ import BESIDE, main
from pkpipe.documentation.check_registry import REGISTRY
from pkpipe.documentation.methods_page import chapter_numbers, defined_ids
from pkpipe.methods.definitions import CHAPTERS

ROOT = Path(__file__).resolve().parents[3]
PREFIXES = "TIME|SET|DOSE|CONC|NCA|PK|ADC|ADA|REC|EFF|KM|SAF|DLT|ESC|CUT|SEED"
CITED = re.compile(rf"(?<![\w-])(?:{PREFIXES})-[A-Z]?[A-Z0-9]{{1,3}}(?![\w-])")
CHAPTER = re.compile(r"(?<!\w)methods (\d+(?:\.\d)?)(?![\d.]*\d)")


def texts():
    """Everything that may cite: code, study files, pages, the words of the report."""
    for folder, pattern in (("pkpipe", "**/*.py"), ("config", "*.yaml"), ("docs", "*.md")):
        for path in sorted((ROOT / folder).glob(pattern)):
            yield path, path.read_text(encoding="utf-8")
    for name in ("README.md", "CONTRIBUTING.md"):
        yield ROOT / name, (ROOT / name).read_text(encoding="utf-8")


def test_every_id_that_is_cited_is_defined():
    known = defined_ids() | REGISTRY.keys()
    lost = {
        f"{path.relative_to(ROOT)}: {cited}"
        for path, text in texts()
        for cited in CITED.findall(text)
        if cited not in known
    }
    assert not sorted(lost)


def test_every_chapter_that_is_cited_is_there():
    cited = {number for _, text in texts() for number in CHAPTER.findall(text)}
    assert cited
    assert not sorted(cited - chapter_numbers())


def test_an_id_is_defined_once():
    ids = [d.id for chapter in CHAPTERS for d in chapter.definitions]
    assert sorted(ids) == sorted(set(ids))
    numbers = [chapter.number for chapter in CHAPTERS]
    assert len(numbers) == len(set(numbers))


def test_every_definition_has_words_and_a_source():
    for chapter in CHAPTERS:
        for definition in chapter.definitions:
            assert definition.words.endswith((".", ":")), definition.id
            assert definition.source, definition.id


@pytest.mark.parametrize("name", PAGES)
def test_a_made_page_is_the_one_of_the_repository(name):
    stored = (ROOT / "docs" / name).read_text(encoding="utf-8")
    assert stored == PAGES[name](), f"docs/{name} is stale: run make docs"


@pytest.mark.parametrize("path", BESIDE, ids=str)
def test_a_file_that_is_made_beside_them_is_the_one_of_the_repository(path):
    stored = (ROOT / path).read_text(encoding="utf-8")
    assert stored == BESIDE[path](), f"{path} is stale: run make docs"


def test_the_pages_are_written_and_a_stale_one_is_named(tmp_path, capsys):
    main(tmp_path, {})
    (tmp_path / "checks.md").write_text("old")
    capsys.readouterr()
    main(tmp_path, {})
    told = capsys.readouterr().out.splitlines()
    state = {line.rpartition(": ")[0].rpartition("/")[2]: line.rpartition(": ")[2] for line in told}
    assert state == dict.fromkeys(PAGES, "unchanged") | {"checks.md": "written"}
    assert (tmp_path / "checks.md").read_text(encoding="utf-8") == PAGES["checks.md"]()
