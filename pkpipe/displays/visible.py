"""Text as a page can show it: nothing in it is unseen, and nothing turns the direction of writing."""

from __future__ import annotations

from typing import Final

# Control characters have no place on a page; marks that turn the direction of writing can hide a word.
CONTROLS: Final = (*(c for c in range(0x20) if chr(c) not in "\t\n\r"), 0x7F)
TURNING: Final = (*range(0x202A, 0x202F), *range(0x2066, 0x206A))
UNSEEN: Final = dict.fromkeys((*CONTROLS, *TURNING), "\ufffd")


def visible(text: str) -> str:
    """The text with what cannot be seen shown as a replacement character."""
    return text.translate(UNSEEN)
