"""A part of a package: its files, which results stand on them, and what a reader of the log must know."""

from __future__ import annotations

from pkpipe.meeting.shown import Places
from pkpipe.render.pdf import Book

Part = tuple[dict[str, bytes], Places, list[str]]


def missing_in(name: str, book: Book) -> list[str]:
    """What to say of a PDF whose characters are not all in a font."""
    return [f"{name}: no font has {', '.join(book.lost.values())}"] if book.lost else []
