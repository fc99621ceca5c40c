"""All displays as one PDF: a list of contents, then each display on pages of its own."""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from pkpipe.displays.bilingual import Words
from pkpipe.displays.edition import Edition
from pkpipe.render import frame_wording
from pkpipe.render.fonts import fonts, missing
from pkpipe.render.frame_wording import Speech
from pkpipe.render.layout import breakable, parts, width_of
from pkpipe.render.margins import above, below
from pkpipe.render.printed_page import Drawing, Grid, Page
from pkpipe.render.typesetting import typeset

TEMPLATE: Final = "book.typ"
DATA: Final = "book.json"
LINE: Final = 100_000  # of a footnote, in the widths of layout.py


@dataclass(frozen=True)
class Book:
    """A finished PDF, and the characters that no font had."""

    content: bytes
    lost: Mapping[int, str]


def pdf(
    pages: Sequence[Page],
    edition: Edition,
    speech: Speech,
    title: Words = frame_wording.TITLE,
    head: Sequence[str] | None = None,
) -> Book:
    """Every display in one file; head: what stands above each page instead of study, cutoff and state."""
    data = _book(pages, edition, speech) | {"title": speech(title)}
    if head is not None:
        data["head"] = list(head)
    drawings = {f"{d.name}.svg": d.svg.encode() for page in pages for d in page.drawings}
    source = (Path(__file__).parent / TEMPLATE).read_text(encoding="utf-8")
    return printed(source, (DATA, data), drawings, edition, speech)


def printed(
    source: str,
    named: tuple[str, Mapping[str, Any]],
    files: Mapping[str, bytes],
    edition: Edition,
    speech: Speech,
) -> Book:
    """A template of ours with its data; a character that no font has is shown by its number.

    named: the name by which the template reads its data, and the data.
    """
    (name, data), known = named, fonts()
    lost = missing([json.dumps(data, ensure_ascii=False)], known)
    told = {**data, "fonts": [font.family for font in known]}
    if lost:
        signs = ", ".join(lost.values())
        told["warning"] = speech(frame_wording.NO_GLYPH).format(signs=signs)
    # what stands for a character needs no escape in JSON
    read = {**files, name: json.dumps(told, ensure_ascii=False).translate(lost).encode()}
    made = datetime.date.fromisoformat(edition.cutoff) if edition.cutoff[:1].isdigit() else None
    folders = sorted({font.path.parent for font in known})
    return Book(typeset(source, read, fonts=folders, made=made)[0], lost)


def _book(pages: Sequence[Page], edition: Edition, speech: Speech) -> dict[str, Any]:
    return {
        "language": speech.language,
        "head": above(edition, speech),
        "study": speech(edition.title),
        "contents": speech(frame_wording.CONTENTS),
        "page": speech(frame_wording.PAGE),
        "warning": "",
        "displays": [_display(page, edition, speech) for page in pages],
    }


def _display(page: Page, edition: Edition, speech: Speech) -> dict[str, Any]:
    feet = [*page.notes, *below(page, edition, speech)]
    return {
        "number": page.number,
        "title": page.title,
        "population": f"{speech(frame_wording.POPULATION)}: {page.population}"
        if page.population
        else "",
        "feet": feet,
        "lines": sum(1 + width_of(line) // LINE for line in feet),
        "empty": f"{speech(frame_wording.NOT_SHOWN)}: {page.empty}" if page.empty else "",
        "tables": [table for grid in page.grids for table in _tables(grid, speech)],
        "drawings": [_drawing(d) for d in page.drawings],
    }


def _tables(grid: Grid, speech: Speech) -> Iterator[dict[str, Any]]:
    split = parts(grid)
    for place, part in enumerate(split, start=1):
        columns = list(part.columns)
        more = speech(frame_wording.PART).format(x=place, y=len(split)) if len(split) > 1 else ""
        yield {
            "title": grid.title if place == 1 else "",
            "part": more,
            "widths": part.widths,
            "right": [grid.numeric[c] for c in columns],
            "heads": [breakable(grid.heads[c]) for c in columns],
            "cells": [breakable(text) for text in grid.texts[:, columns].ravel()],
        }


def _drawing(drawing: Drawing) -> dict[str, str]:
    return {
        "file": f"{drawing.name}.svg",
        "title": drawing.title,
        "caption": drawing.caption,
    }
