"""What a column of a table is: its type, what is allowed in it, and how a text becomes its type."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal

import polars as pl

from pkpipe.schema import dates
from pkpipe.schema.cell_text import ZEROS_BEHIND, as_text
from pkpipe.schema.coded_words import Codelist

Kind = Literal["text", "number", "integer", "date", "dtc"]

TYPES: Final[dict[Kind, pl.DataType]] = {
    "text": pl.String(),
    "number": pl.Float64(),
    "integer": pl.Int64(),
    "date": pl.Date(),
    "dtc": pl.String(),  # SDTM date text, possibly partial; stays text, is checked for form
}
# Where a row stands in what was delivered.
SOURCE_PLACE: Final = ("SRCFILE", "SRCROW")
KINDS_IN_WORDS: Final[dict[Kind, str]] = {
    "text": "text",
    "number": "a finite number, decimal point, no unit; empty if missing",
    "integer": "a whole number; empty if missing",
    "date": "a whole ISO date of 1900 to 2089, such as 2026-06-30; empty if missing",
    "dtc": "an ISO date, possibly partial: 2026, 2026-06, 2026-06-30, 2026-06-30T08:15; empty if missing",
}


@dataclass(frozen=True)
class Column:
    """One column of a file people hand to a verb."""

    name: str
    kind: Kind = "text"
    required: bool = False  # the column must be there
    filled: bool = False  # and hold a value in every row
    names: bool = False  # it holds names: two spellings of one are asked about
    allowed: tuple[str, ...] = ()  # no other value is right; empty: any
    codelist: Codelist | None = None  # other spellings of a term are read as the term
    unknown_told: bool = False  # a word outside the codelist is right, and told
    hint: str = ""  # what to do with what does not fit
    matters: str = ""  # of a column that may be absent: what is so without it
    usual: bool = True  # of one that matters: it is usually there, so its absence is told
    called: tuple[str, ...] = ()  # names people give it; never used by themselves
    exactly: tuple[str, ...] = ()  # as `called`, but nothing that only looks like it
    unlike: tuple[str, ...] = ()  # names of other things that look like it
    besides: Callable[[pl.Expr], pl.Expr] | None = None  # texts of a number's column that are none
    kept_as: str = ""  # the column that takes the text as it came


def other_spellings(given: pl.Series, codelist: Codelist) -> dict[str, str | None]:
    """The texts of a column that are a term in another spelling, each with the term it is read as."""
    if given.drop_nulls().is_in(codelist.words).all():
        return {}
    texts = given.drop_nulls().unique(maintain_order=True).to_frame("T")
    read = texts.with_columns(READ=codelist.read(pl.col("T")))
    return dict(read.filter(pl.col("T").ne_missing(pl.col("READ"))).iter_rows())


def typed_expr(frame: pl.DataFrame, column: Column) -> pl.Expr:
    """The column in its type; what cannot be converted becomes null (and is a finding before)."""
    value = pl.col(column.name)
    if frame.schema[column.name] == TYPES[column.kind]:
        return value
    text = cell_text(value, frame.schema[column.name])
    if column.kind == "integer":
        return text.str.replace(ZEROS_BEHIND, "").cast(pl.Int64, strict=False)
    if column.kind == "number":
        return text.cast(pl.Float64, strict=False)
    if column.kind == "date":
        return dates.day(text)
    return text


def cell_text(value: pl.Expr, kind: pl.DataType) -> pl.Expr:
    """A cell as text; of a kind that has no plain form the text that polars gives it."""
    text = as_text(value, kind)
    return value.cast(pl.String) if text is None else text
