"""What stands in a cell as text, whatever format it came in: blanks around it and quotes carry no meaning."""

from __future__ import annotations

from typing import Final

import polars as pl

# Whole numbers up to here are exact in a double and are written without ".0".
LARGEST_EXACT: Final = 2.0**53
ZEROS_BEHIND: Final = r"\.0+$"  # a whole number that a program wrote as 1.0
# Zeros behind the last digit of a decimal, which say how it is stored and not what it is.
# What is written into a cell for a missing value; as a name each may also be a word.
MISSING_WORDS: Final = (
    *(
        "NA",
        "N/A",
        "#N/A",
        "NAN",
        "NULL",
        "NONE",
        ".",
        "-",
        "--",
        "<NA>",
        "N.A.",
        "(NULL)",
        "(BLANK)",
    ),
    *("无", "缺失", "空", "不适用"),
)
STORED_ZEROS: Final = (r"(\.\d*?)0+$", r"\.$")


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


def as_text(value: pl.Expr, kind: pl.DataType) -> pl.Expr | None:
    """The cell as a CSV file of it would hold it; None of a kind that has no plain form.

    A whole number has no point, so that subject 1 is one subject in every format. A date-time with a zone has
    no plain form: which day it is at the site nobody says.
    """
    if kind.is_float():
        whole = (value == value.floor()) & (value.abs() < LARGEST_EXACT)
        digits = value.cast(pl.Int64, strict=False).cast(pl.String)
        return pl.when(whole).then(digits).otherwise(value.cast(pl.String))
    if kind == pl.Boolean:
        return pl.when(value).then(pl.lit("Y")).when(~value).then(pl.lit("N"))
    if isinstance(kind, pl.Datetime):
        return None if kind.time_zone else value.dt.to_string("%Y-%m-%dT%H:%M:%S%.f")
    if kind == pl.Date:
        return value.dt.to_string("%Y-%m-%d")
    if kind.is_decimal():
        text = value.cast(pl.String)
        for zeros, left in zip(STORED_ZEROS, ("$1", ""), strict=True):
            text = (
                pl.when(text.str.contains(".", literal=True))
                .then(text.str.replace(zeros, left))
                .otherwise(text)
            )
        return text
    if kind.is_numeric() or kind in (pl.String, pl.Categorical, pl.Enum, pl.Null):
        return plain_text(value.cast(pl.String))
    return None


def stands_for_nothing(text: pl.Expr) -> pl.Expr:
    """True for what programs and people write into a cell that is to be empty; as a name it may be one."""
    return text.str.strip_chars().str.to_uppercase().is_in(MISSING_WORDS)
