"""One result in two columns: its text and its number (SDTMIG 4.5.1)."""

from __future__ import annotations

from typing import Final

import polars as pl

ROUNDED: Final = 0.01  # a text is rounded by less than this share


def apart(number: pl.Expr, said: pl.Expr) -> pl.Expr:
    """Whether the number differs from the one that the text says; null where one of them is not there."""
    return (number - said).abs() > ROUNDED * said.abs()
