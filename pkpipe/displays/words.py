"""Words in the two languages of a display."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

import polars as pl

from pkpipe.clinical.collected import NOT_COLLECTED


class Words(NamedTuple):
    """One text in English and in Chinese."""

    en: str
    zh: str


NONE: Final = Words("", "")


def same(text: str) -> Words:
    """A code or a name that is not translated."""
    return Words(text, text)


def lost(reason: str) -> Words:
    """Why there is no number, of what was not collected (pkpipe/clinical/collected.py words the English)."""
    return Words(reason, f"未收集：{reason.partition(': ')[2]}")


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


def reason_in_chinese(reason: pl.Expr) -> pl.Expr:
    """The Chinese of reasons that say what was not collected; null for any other, which stands as it is."""
    said = reason.str.strip_prefix(f"{NOT_COLLECTED}: ")
    return pl.when(said != reason).then(pl.lit("未收集：") + said)
