"""Words in the two languages of a display."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import polars as pl

from pkpipe.clinical.collected import lost, reason_in_chinese
from pkpipe.sentences import SEMICOLON, Words

__all__ = [
    "NONE",
    "PLACE",
    "Sentences",
    "Words",
    "chinese",
    "each_in_chinese",
    "english",
    "lost",
    "reason_in_chinese",
    "same",
    "template",
]

NONE: Final = Words("", "")
PLACE: Final = re.compile(r"{\d*}")  # in a sentence: a value of the row


def template(words: str, flags: int = 0) -> re.Pattern[str]:
    """What finds a sentence again, and the value in each of its places."""
    return re.compile("(.+)".join(map(re.escape, PLACE.split(words))), flags)


@dataclass(frozen=True)
class Sentences:
    """English texts with their Chinese; `{}` in one stands for a value of the row."""

    known: Mapping[str, str]

    def told(self, text: str) -> str | None:
        """The Chinese of a text that is known as a whole; a value that has Chinese itself is told in it."""
        if text in self.known:
            return self.known[text]
        for pattern, chinese in self._with_values:
            if found := pattern.fullmatch(text):
                return chinese.format(*(self.known.get(value, value) for value in found.groups()))
        return None

    @cached_property
    def _with_values(self) -> tuple[tuple[re.Pattern[str], str], ...]:
        """Sentences with values in them, those that say most first."""
        order = sorted((words for words in self.known if "{}" in words), key=len, reverse=True)
        return tuple((template(words, re.DOTALL), self.known[words]) for words in order)


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
