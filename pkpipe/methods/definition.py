"""What a definition and a chapter of the methods page are."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Definition:
    """One definition: its id, its words, its formula where there is one, and where it comes from."""

    id: str
    words: str
    source: str
    formula: str = ""


@dataclass(frozen=True)
class Chapter:
    """A numbered chapter of the methods page; code may cite it by its number."""

    number: str
    title: str
    definitions: tuple[Definition, ...]


D = Definition
