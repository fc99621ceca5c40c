"""Sentences about rows: text with values in it, as an expression."""

from __future__ import annotations

from itertools import zip_longest

import polars as pl


def sentence(words: str, *values: pl.Expr | pl.Series | str) -> pl.Expr:
    """`words` with a value of the row (an expression, or a column's name) for each `{}`; null if one is null.

    Used in place of `pl.format`, which ends in a panic (polars 2.1) where a filter left the first of several
    chunks of a column empty, as after a join with a table put together of several.

    Raises:
        ValueError: as many values as places are wanted.
    """
    pieces = words.split("{}")
    if len(pieces) != len(values) + 1:
        raise ValueError(f"{len(values)} values for {len(pieces) - 1} places: {words}")
    parts: list[pl.Expr | pl.Series | str] = []
    for piece, value in zip_longest(pieces, values):
        parts += [pl.lit(piece)] if piece else []
        parts += [value] if value is not None else []
    return pl.concat_str(parts) if parts else pl.lit("")
