"""A section of a page as the printed media take it: its tables as grids, its figures as drawings."""

from __future__ import annotations

from typing import Final

import numpy as np

from pkpipe.displays.visible import visible
from pkpipe.render.printed_page import Drawing, Grid, Page
from pkpipe.report.page_blocks import Figure, Paragraph, Section, Table

REMARK: Final = ("Remark",)


def printed_section(number: str, section: Section, population: str, source: str) -> Page:
    """The page of one section; its paragraphs stand in a table before the others."""
    notes: list[str] = []
    for block in section.blocks:
        if isinstance(block, Table) and block.note and block.note not in notes:
            notes.append(block.note)
    texts = [b.text for b in section.blocks if isinstance(b, Paragraph)]
    tables = [b for b in section.blocks if isinstance(b, Table)]
    figures = [b for b in section.blocks if isinstance(b, Figure)]
    if texts:
        tables.insert(0, Table("", REMARK, tuple((t,) for t in texts)))
    return Page(
        number=number,
        kind="table",
        title=visible(section.title),
        population=population,
        empty="",
        notes=tuple(visible(n) for n in notes),
        source=source,
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
