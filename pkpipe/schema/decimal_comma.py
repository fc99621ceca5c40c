"""Numbers with a decimal comma, as spreadsheets of half the world save them.

In the flow a study file declares the decimal sign. A file handed to a verb tells it: where a comma does not
separate the columns, and no number of the file has a point, the comma in its numbers is the decimal sign.
`1,234` alone may be a thousand as well, so it is read only where another number shows which it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import polars as pl

COMMA_NUMBER: Final = r"^[+-]?\d*,?\d+([eE][+-]?\d+)?$"
WITH_COMMA: Final = r"^<?\s*[+-]?\d*,\d+([eE][+-]?\d+)?$"
WITH_POINT: Final = r"^<?\s*[+-]?\d*\.\d+([eE][+-]?\d+)?$"
MAYBE_THOUSANDS: Final = r"^<?\s*[+-]?[1-9]\d{0,2}(,\d{3})+$"


def with_point(text: pl.Expr) -> pl.Expr:
    """A number written with a decimal comma, with a point; any other text as it is."""
    return pl.when(text.str.contains(COMMA_NUMBER)).then(text.str.replace(",", ".")).otherwise(text)


def has_decimal_comma(frame: pl.DataFrame, numbers: Sequence[str]) -> bool:
    """Do the columns of numbers, text as they came, show that the comma is the decimal sign?"""
    texts = [c for c in numbers if frame.schema[c] == pl.String]
    cells = pl.concat([frame[c].drop_nulls() for c in texts]) if texts else pl.Series([""])
    if not cells.str.contains(",", literal=True).any() or cells.str.contains(WITH_POINT).any():
        return False
    return bool((cells.str.contains(WITH_COMMA) & ~cells.str.contains(MAYBE_THOUSANDS)).any())
