"""Words in the two languages of a display."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

import polars as pl

from pkpipe.clinical.collected import lost, reason_in_chinese
from pkpipe.sentences import SEMICOLON, Words

__all__ = [
    "NONE",
    "Words",
    "chinese",
    "each_in_chinese",
    "english",
    "lost",
    "reason_in_chinese",
    "same",
]

NONE: Final = Words("", "")


def same(text: str) -> Words:
    """A code or a name that is not translated."""
    return Words(text, text)


def chinese(texts: pl.Expr, words: Mapping[str, Words]) -> pl.Expr:
    """The Chinese of texts or codes that have words; null where there is none and the text itself stands."""
    return texts.replace_strict(
        list(words), [w.zh for w in words.values()], default=None, return_dtype=pl.String
    )


def english(codes: pl.Expr, words: Mapping[str, Words]) -> pl.Expr:
    """The English of codes; a code that has no words stands for itself."""
    return codes.replace_strict(
        list(words), [w.en for w in words.values()], default=codes, return_dtype=pl.String
    )


def each_in_chinese(texts: pl.Expr, known: Iterable[Words]) -> pl.Expr:
    """The Chinese of remarks side by side, all of which are known; null where one is not."""
    words = {said.en: said.zh for said in known}
    each = pl.element().replace_strict(list(words), list(words.values()), default=None)
    said = texts.str.split(SEMICOLON.en).list.eval(each)
    whole = ~said.list.eval(pl.element().is_null()).list.any()
    return pl.when(whole).then(said.list.join(SEMICOLON.zh))
