"""A report as a page that opens from disk, and as a PDF."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from pkpipe.displays.bilingual import NONE, Words
from pkpipe.displays.edition import Edition
from pkpipe.displays.visible import visible
from pkpipe.nca_report.given import Given
from pkpipe.render.frame_wording import Speech
from pkpipe.render.pdf import pdf
from pkpipe.render.printed_page import Drawing, Grid, Page
from pkpipe.report.html_page import PageHead, page
from pkpipe.report.page_blocks import Figure, Paragraph, Section, Table

TITLE: Final = Words("Non-compartmental analysis", "非房室分析")


def as_html(sections: Sequence[Section], given: Given) -> str:
    """The page."""
    head = PageHead(TITLE.en, TITLE.en, _lead(given))
    return page(head, _facts(given), [s for s in sections if s.blocks])


def as_pdf(sections: Sequence[Section], given: Given) -> bytes:
    """Every section on pages of its own."""
    pages = [_page(place, s, given) for place, s in enumerate(sections, start=1) if s.blocks]
    of = Edition(
        ", ".join(given.files), _lead(given), "", NONE, NONE, given.versions["pkpipe"], given.digest
    )
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


def _page(place: int, section: Section, given: Given) -> Page:
    notes: list[str] = []
    for block in section.blocks:
        if isinstance(block, Table) and block.note and block.note not in notes:
            notes.append(block.note)
    texts = [b.text for b in section.blocks if isinstance(b, Paragraph)]
    tables = [b for b in section.blocks if isinstance(b, Table)]
    figures = [b for b in section.blocks if isinstance(b, Figure)]
    if texts:
        tables.insert(0, Table("", ("Remark",), tuple((t,) for t in texts)))
    return Page(
        number=str(place),
        kind="table",
        title=visible(section.title),
        population=_facts(given)[0][1] + " profiles",
        empty="",
        notes=tuple(visible(n) for n in notes),
        source=", ".join(given.files),
        grids=tuple(_grid(t) for t in tables),
        drawings=tuple(
            Drawing(f.name, visible(f.title), visible(f.caption), f.svg) for f in figures
        ),
    )


def _grid(table: Table) -> Grid:
    """A table of texts as the media print it."""
    shape = (max(len(table.rows), 1), len(table.header))
    texts = np.full(shape, "", dtype=object)
    for row, cells in enumerate(table.rows):
        texts[row] = [visible(c) for c in cells]
    nothing = np.full(shape, None, dtype=object)
    return Grid(
        title=visible(table.title),
        heads=tuple(visible(h) for h in table.header),
        numeric=tuple(i in table.numeric for i in range(shape[1])),
        labels=1,
        texts=texts,
        ids=nothing,
        values=nothing,
        behind=nothing,
        keys=tuple(str(i) for i in range(shape[0])),
        columns=tuple(str(i) for i in range(shape[1])),
    )
