"""Columns with a codelist, or of names counted by: another spelling is read as the term, and said."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

import polars as pl

from pkpipe.finding.check import Check
from pkpipe.finding.rows import found
from pkpipe.schema.cell_text import ZEROS_BEHIND
from pkpipe.schema.coded_words import Codelist
from pkpipe.schema.column import Column, other_spellings
from pkpipe.schema.sdtm import DomainSpec
from pkpipe.schema.two_spellings import rarer_spellings
from pkpipe.sentences import sentence

SPELLING: Final = Check(
    "CODE-SPELLING", "note", "another spelling of a term", "CDISC controlled terminology"
)

# Names of no codelist by which rows are counted together: in one spelling, that of most rows.
COUNTED_BY: Final = ("VISIT", "AEDECOD", "AESOC", "AEBODSYS", "TUMTYPE")


def coded(
    frame: pl.DataFrame,
    spec: DomainSpec,
    leads: str | None = None,
    own: Mapping[tuple[str, str], Codelist] | None = None,
) -> tuple[pl.DataFrame, list[pl.DataFrame]]:
    """A domain's text table in terms; a note at the first row of each other spelling of each file.

    leads: the evaluator who leads, as the study file calls them; no term takes the place of that name.
    own: what the study file declares (`own_words`), by domain and column.
    """
    read = {}
    for column in spec.columns:
        words = (own or {}).get((spec.code, column.name), column.codelist)
        if words is not None:
            others = _read(frame[column.name], column, words, leads)
        else:
            others = rarer_spellings(frame[column.name]) if column.name in COUNTED_BY else {}
        if others:
            read[column.name] = others
    terms = frame.with_columns(pl.col(n).replace(others) for n, others in read.items())
    return terms, [_told(frame, spec.code, n, others) for n, others in read.items()]


def _read(
    text: pl.Series, column: Column, words: Codelist, leads: str | None
) -> dict[str, str | None]:
    """The texts of a column that are read as something else, and as what."""
    if not column.name.endswith("EVAL") or leads is None:
        return other_spellings(text, words)
    texts = text.drop_nulls().unique(maintain_order=True).to_frame("T")
    term, lead = words.read(pl.col("T")), words.read(pl.lit(leads))
    named = texts.with_columns(READ=pl.when(term == lead).then(pl.lit(leads)).otherwise(term))
    return dict(named.filter(pl.col("T") != pl.col("READ")).iter_rows())


def _told(frame: pl.DataFrame, code: str, name: str, others: dict[str, str | None]) -> pl.DataFrame:
    # 2.0 for 2 is how a program stores it, and no other spelling
    others = {said: term for said, term in others.items() if re.sub(ZEROS_BEHIND, "", said) != term}
    rows = frame.filter(pl.col(name).is_in(list(others))).unique(
        ["SRCFILE", name], keep="first", maintain_order=True
    )
    term = pl.col(name).replace(others).fill_null("no value")
    said = rows.with_columns(_MESSAGE=sentence(f"{SPELLING.words}: read as {{}}", term))
    return found(SPELLING, said, code, name)
