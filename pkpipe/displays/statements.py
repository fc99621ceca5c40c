"""A table of facts: what is said, one line each, with the number where it is one and the rows behind it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import polars as pl

from pkpipe.displays.bilingual import Words
from pkpipe.displays.builders import LABEL, NOTHING_MORE, About
from pkpipe.displays.display import CELLS, Column, Sheet
from pkpipe.displays.formats import TEXT

ITEM: Final = Column("ITEM", Words("Item", "项目"), numeric=False)
SAID: Final = Column("VALUE", Words("What is said", "内容"), numeric=False)


@dataclass(frozen=True)
class Fact:
    """One line: what it is about, what is said, and where that stands."""

    code: str
    about: Words
    said: Words
    table: str = ""
    rows: str = ""
    value: float | None = None  # of a number
    unit: str = ""


def fact_sheet(facts: Sequence[Fact], about: About = NOTHING_MORE) -> Sheet:
    """The facts in their order."""
    cells = [
        cell
        for fact in facts
        for cell in (
            {
                "ROW": fact.code,
                "COL": ITEM.key,
                "STAT": LABEL,
                "TEXT": fact.about.en,
                "TEXTZH": fact.about.zh,
            },
            {
                "ROW": fact.code,
                "COL": SAID.key,
                "STAT": TEXT if fact.value is None else "raw",
                "VALUE": fact.value,
                "UNIT": fact.unit or None,
                "TEXT": fact.said.en,
                "TEXTZH": fact.said.zh,
                "TABLES": fact.table or None,
                "ROWS": fact.rows or None,
            },
        )
    ]
    rows = pl.DataFrame(cells, schema=CELLS, orient="row")
    return Sheet((ITEM, SAID), rows, about.code, about.title, about.notes)
