"""What a chapter of the reviewer's guide is: tables of words and numbers, in both languages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from pkpipe.sentences import Words

Cell = Words | str | int
ITEM: Final = Words("Item", "项目")
TOLD: Final = Words("Text", "说明")


@dataclass(frozen=True)
class Sheet:
    """One table of a chapter; a cell that is a number is one that was counted."""

    title: Words
    heads: tuple[Words, ...]
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True)
class Chapter:
    """One chapter."""

    number: str
    title: Words
    sheets: tuple[Sheet, ...]


def told(title: Words, items: Sequence[tuple[Words, Words]]) -> Sheet:
    """Paragraphs, each with what it is about."""
    return Sheet(title, (ITEM, TOLD), tuple(items))


def same(text: str) -> Words:
    """A text that is not translated."""
    return Words(text, text)
