"""Text as a page can show it: nothing in it is unseen, and nothing turns the direction of writing."""

from __future__ import annotations

import re
from typing import Final

# Control characters have no place on a page; marks that turn the direction of writing can hide a word.
UNSEEN: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069]")


def visible(text: str) -> str:
    """The text with what cannot be seen shown as a replacement character."""
    return UNSEEN.sub("\ufffd", text)
