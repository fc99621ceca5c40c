"""Columns with a codelist: another spelling of a term is read as the term, and said."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import polars as pl

from pkpipe.tables.checks import Check, found
from pkpipe.tables.domains import DomainSpec
from pkpipe.tables.typed import Column, other_spellings

SPELLING: Final = Check(
    "CODE-SPELLING", "note", "another spelling of a term", "CDISC controlled terminology"
)


def in_terms(
    frame: pl.DataFrame, columns: Sequence[Column]
) -> tuple[pl.DataFrame, dict[str, dict[str, str | None]]]:
    """The table with terms for other spellings, and by column what was read as what."""
    read = {
        column.name: others
        for column in columns
        if column.codelist is not None and frame.schema.get(column.name) == pl.String
        for others in (other_spellings(frame[column.name], column.codelist),)
        if others
    }
    return frame.with_columns(pl.col(n).replace(others) for n, others in read.items()), read


def coded(frame: pl.DataFrame, spec: DomainSpec) -> tuple[pl.DataFrame, list[pl.DataFrame]]:
    """A domain's text table in terms; a note at the first row of each other spelling of each file."""
    terms, read = in_terms(frame, spec.columns)
    told = []
    for name, others in read.items():
        rows = frame.filter(pl.col(name).is_in(list(others))).unique(
            ["SRCFILE", name], keep="first", maintain_order=True
        )
        term = pl.col(name).replace(others).fill_null("no value")
        said = rows.with_columns(_MESSAGE=pl.format(f"{SPELLING.words}: read as {{}}", term))
        told.append(found(SPELLING, said, spec.code, name))
    return terms, told
