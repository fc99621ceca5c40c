"""Displays that a study adds itself: what a table or listing is made of, in words of the study file.

Names of tables, columns, sets and statistics stay texts here, so that every mistake among them is told at
once, with those that only the catalogue of displays can tell (pkpipe/displays/own/study_checks.py).
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from pkpipe.protocol.base import BY_KEY, Frozen
from pkpipe.protocol.conditions import Where

Said = Annotated[str, Field(min_length=1)]


class Text(Frozen):
    """A title or footnote; without the Chinese one the English one stands in the Chinese edition too."""

    en: Said = Field(description="English")
    zh: Said | None = Field(default=None, description="Chinese; null: the English text, and a note")


class Rows(Frozen):
    """What the rows of a table are, and which records count."""

    by: tuple[str, ...] = Field(
        default=(), description="columns whose values are the rows; of a listing, the order"
    )
    where: Where = Field(
        default_factory=dict,
        description="column: value, list of values of which one holds, or a condition; all must hold",
    )


class Statistic(Frozen):
    """One statistic of a table."""

    show: str = Field(description="a name of docs/displays.md, such as share or mean_sd_n")
    of: str | None = Field(default=None, description="the column of numbers; null: of counts")


class OwnDisplay(Frozen):
    """One display of `report: own:`, a table (T) or a listing (L) by its number."""

    number: str = Field(description="such as T14.3.1.20 or L16.2.7.1, free in the catalogue")
    title: Text = Field(description="title of the display")
    notes: tuple[Text, ...] = Field(default=(), description="footnotes")
    table: str = Field(description="room and table of docs/tables.md, such as safety/ADAE")
    population: str = Field(default="SAF", description="code of the analysis set, such as SAF")
    rows: Rows = Field(default=Rows(), description="what its rows are, and which records count")
    columns: tuple[str, ...] | None = Field(
        default=None,
        description="of a table: one column of ADSL whose groups stand side by side, or [] for the total "
        "alone; null: COHORT. Of a listing: the columns that are listed",
    )
    heads: Annotated[dict[str, Text], BY_KEY] = Field(
        default_factory=dict,
        description="headings of columns; left out: as docs/tables.md labels them",
    )
    statistics: tuple[Statistic, ...] = Field(
        default=(), description="of a table, at least one; a listing shows values as they are"
    )
