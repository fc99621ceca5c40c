"""Whole numbers among the arguments of verbs."""

from __future__ import annotations


def count(text: str) -> int:
    """A number of things, 1 or more.

    Raises:
        ValueError: it is none.
    """
    value = int(text)
    if value < 1:
        raise ValueError(text)
    return value
