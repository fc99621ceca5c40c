"""What stands in a cell of text: blanks around it and quotes carry no meaning."""

from __future__ import annotations

import polars as pl


def plain_text(text: pl.Expr) -> pl.Expr:
    """Text as it is meant: without blanks around (of any kind), and null where nothing is left.

    A quoted empty field is an empty field: quotes carry no meaning (RFC 4180, section 2).
    """
    return text.str.strip_chars().replace("", None)


def plain_cells(frame: pl.DataFrame) -> pl.DataFrame:
    """Every text of a table as `plain_text`, in whatever format it came."""
    kinds = (pl.String, pl.Categorical, pl.Enum)
    texts = [name for name, kind in frame.schema.items() if kind in kinds]
    return frame.with_columns(plain_text(pl.col(name).cast(pl.String)) for name in texts)
