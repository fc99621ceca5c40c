"""A report as a page that opens from disk, and as a PDF."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from pkpipe.displays.bilingual import NONE, Words, same
from pkpipe.displays.edition import Edition
from pkpipe.nca_report.given import Given
from pkpipe.render.frame_wording import Speech
from pkpipe.render.pdf import pdf
from pkpipe.report.html_page import PageHead, page
from pkpipe.report.page_blocks import Section
from pkpipe.report.printed_sections import printed_section

TITLE: Final = Words("Non-compartmental analysis", "非房室分析")


def as_html(sections: Sequence[Section], given: Given) -> str:
    """The page."""
    head = PageHead(TITLE.en, TITLE.en, _lead(given))
    return page(head, _facts(given), [s for s in sections if s.blocks])


def as_pdf(sections: Sequence[Section], given: Given) -> bytes:
    """Every section on pages of its own."""
    population, source = f"{_facts(given)[0][1]} profiles", ", ".join(given.files)
    pages = [
        printed_section(str(place), section, population, source)
        for place, section in enumerate(sections, start=1)
        if section.blocks
    ]
    version = given.versions["pkpipe"]
    of = Edition(source, same(_lead(given)), "", NONE, NONE, version, given.digest)
    head = (of.study, "", "")
    return pdf(pages, of, Speech("en"), TITLE, head).content


def _lead(given: Given) -> str:
    keys = ", ".join(given.keys) or "none"
    return f"Files: {', '.join(given.files)}. Profiles are told apart by: {keys}."


def _facts(given: Given) -> list[tuple[str, str]]:
    results = given.results
    profiles = results.select(given.keys).n_unique() if given.keys else 1
    doubted = int((results["STATUS"] != "OK").sum())
    return [
        ("Profiles", str(profiles)),
        ("Results", str(results.height)),
        ("Without a value", str(results["PPSTAT"].count())),
        ("Flagged or not reported", str(doubted)),
    ]
