"""The analysis data reviewer's guide (ADRG): its chapters in both languages, as PDF and as RTF."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from pkpipe.displays.edition import Edition
from pkpipe.displays.visible import visible
from pkpipe.render.frame_wording import LANGUAGES, Language, Speech
from pkpipe.render.pdf import pdf
from pkpipe.render.printed_page import Grid, Page
from pkpipe.render.rtf import rtf
from pkpipe.sentences import Words
from pkpipe.submission.guide.chapter import Cell, Chapter, Sheet
from pkpipe.submission.guide.chapters import chapters
from pkpipe.submission.guide.counted_numbers import Facts

TITLE: Final = Words("Analysis Data Reviewer's Guide", "分析数据审阅指南")
SUBJECTS: Final = Words("All subjects of DM (N = {n})", "DM中的全部受试者（N = {n}）")
NOTHING: Final = Words("none", "无")
SOURCE: Final = "datasets/*.xpt"
STEM: Final[dict[Language, str]] = {"en": "adrg", "zh": "adrg-zh"}


def guides(facts: Facts, edition: Edition) -> Iterator[tuple[str, bytes]]:
    """`adrg.pdf`, `adrg.rtf`, and both in Chinese."""
    made = chapters(facts)
    for language in LANGUAGES:
        speech = Speech(language)
        pages = [_page(chapter, facts, speech) for chapter in made]
        yield f"{STEM[language]}.pdf", pdf(pages, edition, speech, TITLE).content
        yield f"{STEM[language]}.rtf", rtf(_one(pages, speech), edition, speech)


def _page(chapter: Chapter, facts: Facts, speech: Speech) -> Page:
    return Page(
        number=chapter.number,
        kind="table",
        title=speech(chapter.title),
        population=speech(SUBJECTS).format(n=facts.subjects),
        empty="",
        notes=(),
        source=SOURCE,
        grids=tuple(_grid(sheet, speech) for sheet in chapter.sheets),
        drawings=(),
    )


def _one(pages: Sequence[Page], speech: Speech) -> Page:
    """All chapters in one document: each table says of which chapter it is."""
    grids = [
        replace(grid, title=f"{page.number}  {page.title}: {grid.title}")
        for page in pages
        for grid in page.grids
    ]
    return replace(pages[0], number="ADRG", title=speech(TITLE), grids=tuple(grids))


def _grid(sheet: Sheet, speech: Speech) -> Grid:
    rows = sheet.rows or ((NOTHING, *[""] * (len(sheet.heads) - 1)),)
    shape = (len(rows), len(sheet.heads))
    texts = np.empty(shape, dtype=object)
    for row, cells in enumerate(rows):
        texts[row] = [_said(cell, speech) for cell in cells]
    nothing = np.full(shape, None, dtype=object)
    numeric = tuple(
        all(isinstance(row[place], int) for row in rows) for place in range(len(sheet.heads))
    )
    return Grid(
        title=speech(sheet.title),
        heads=tuple(speech(head) for head in sheet.heads),
        numeric=numeric,
        labels=1,
        texts=texts,
        ids=nothing,
        values=nothing,
        behind=nothing,
        keys=tuple(map(str, range(len(rows)))),
        columns=tuple(map(str, range(len(sheet.heads)))),
    )


def _said(cell: Cell, speech: Speech) -> str:
    return visible(speech(cell) if isinstance(cell, Words) else str(cell))
