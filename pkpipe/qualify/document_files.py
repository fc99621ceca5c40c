"""The files of a qualification: HTML, PDF and RTF of one document, the checks, and their hashes."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import polars as pl

from pkpipe.displays.bilingual import NONE, Words
from pkpipe.displays.edition import Edition
from pkpipe.provenance import program_version, sums_of
from pkpipe.qualify.compared_answers import verdict_of
from pkpipe.qualify.document import CHECKS, COUNTED, Facts, counted, sections
from pkpipe.qualify.installation import beyond_the_lock, code_of_rooms, environment
from pkpipe.render.frame_wording import Speech
from pkpipe.render.pdf import pdf
from pkpipe.render.printed_page import Page
from pkpipe.render.rtf import rtf
from pkpipe.report.html_page import PageHead, page
from pkpipe.report.page_blocks import Section
from pkpipe.report.printed_sections import printed_section

TITLE: Final = Words("Qualification of pkpipe", "pkpipe 的确认")
STEM: Final = "qualification"
SUMS: Final = "SHA256SUMS"
SPEECH: Final = Speech("en")


def files(checks: pl.DataFrame, date: str) -> dict[str, bytes]:
    """Every file by its name; the same checks, machine and date give the same bytes."""
    table = checks.write_csv().encode()
    hash_of_table = hashlib.sha256(table).hexdigest()
    facts = Facts(date, program_version(), environment(), code_of_rooms(), beyond_the_lock())
    told = sections(checks, facts, hash_of_table)
    pages = [
        printed_section(str(place), section, "", CHECKS)
        for place, section in enumerate(told, start=1)
    ]
    of = Edition("", TITLE, date, NONE, NONE, facts.version, "")
    head = (f"{TITLE.en} {facts.version}", f"Date: {date}", f"Verdict: {verdict_of(checks)}")
    made = {
        f"{STEM}.html": _html(told, checks, facts).encode(),
        f"{STEM}.pdf": pdf(pages, of, SPEECH, TITLE, head).content,
        f"{STEM}.rtf": rtf(_one(pages), of, SPEECH, head=head),
        CHECKS: table,
    }
    return {**made, SUMS: sums_of(made)}


def _html(told: Sequence[Section], checks: pl.DataFrame, facts: Facts) -> str:
    stated = [("Verdict", verdict_of(checks)), ("Checks", str(checks.height))]
    stated += [(COUNTED[verdict], str(number)) for verdict, number in counted(checks).items()]
    lead = f"pkpipe {facts.version}, {facts.date}. Every check is a row of {CHECKS}."
    return page(PageHead(TITLE.en, TITLE.en, lead), stated, told)


def _one(pages: Sequence[Page]) -> Page:
    """All sections in one document: each table says of which section it is."""
    grids = [
        replace(grid, title=": ".join(filter(None, (f"{one.number}  {one.title}", grid.title))))
        for one in pages
        for grid in one.grids
    ]
    notes = tuple(dict.fromkeys(note for one in pages for note in one.notes))
    return replace(pages[0], number="", title=TITLE.en, grids=tuple(grids), notes=notes)
