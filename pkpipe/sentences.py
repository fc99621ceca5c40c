"""Sentences about rows: text with values in it, as an expression, in one language or in both."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from itertools import zip_longest
from typing import Final, NamedTuple

import polars as pl

NUMBERED: Final = re.compile(r"{(\d+)}")

Value = pl.Expr | pl.Series | str


class Words(NamedTuple):
    """One text in English and in Chinese."""

    en: str
    zh: str


def sentence(words: str, *values: Value) -> pl.Expr:
    """`words` with a value of the row (an expression, or a column's name) for each `{}`; null if one is null.

    Where another order is wanted than that of the values every place has a number, `{1}` then `{0}`.

    Used in place of `pl.format`, which ends in a panic (polars 2.1) where a filter left the first of several
    chunks of a column empty, as after a join with a table put together of several.

    Raises:
        ValueError: as many values as places are wanted.
    """
    if numbers := NUMBERED.findall(words):
        if sorted(map(int, numbers)) != list(range(len(values))):
            raise ValueError(f"{len(values)} values for the places {numbers}: {words}")
        values = tuple(values[int(number)] for number in numbers)
        words = NUMBERED.sub("{}", words)
    pieces = words.split("{}")
    if len(pieces) != len(values) + 1:
        raise ValueError(f"{len(values)} values for {len(pieces) - 1} places: {words}")
    parts: list[Value] = []
    for piece, value in zip_longest(pieces, values):
        parts += [pl.lit(piece)] if piece else []
        parts += [value] if value is not None else []
    return pl.concat_str(parts) if parts else pl.lit("")


@dataclass(frozen=True)
class Say:
    """One of the two languages; ending: of the columns that hold it, e.g. REASONZH."""

    place: int
    ending: str

    def __call__(self, words: Words, *values: Value) -> pl.Expr:
        """The sentence with a value of the row in each place; null if one of the values is null."""
        return sentence(words[self.place], *values)

    def plain(self, words: Words) -> pl.Expr:
        """The words as they are, braces and all."""
        return pl.lit(words[self.place])


SEMICOLON: Final = Words("; ", "；")  # between sentences that stand beside each other
ENGLISH: Final = Say(0, "")
CHINESE: Final = Say(1, "ZH")


def in_both(column: str, told: Callable[[Say], pl.Expr]) -> dict[str, pl.Expr]:
    """A text of a row as two columns, e.g. REASON and REASONZH, for `with_columns`."""
    return {f"{column}{say.ending}": told(say) for say in (ENGLISH, CHINESE)}
