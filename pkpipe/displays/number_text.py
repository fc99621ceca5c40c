"""Numbers become text here and nowhere else: rounding half away from zero, significant figures, limits."""

from __future__ import annotations

import datetime
import math
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Final

DASH: Final = "–"
NOT_REACHED: Final = "NE"


def significant(value: float | None, figures: int = 3) -> str:
    """A derived number with so many significant figures, an exponent only where people would use one."""
    if value is None or not math.isfinite(value):
        return DASH
    if value == 0:
        return "0"
    rounded = Context(prec=figures, rounding=ROUND_HALF_UP).create_decimal(repr(value))
    padded = rounded.quantize(Decimal(1).scaleb(rounded.adjusted() - figures + 1))
    if -5 <= padded.adjusted() <= 6:
        return format(padded, "f")
    return format(padded, "E").replace("E", "e")


def fixed(value: float | None, decimals: int) -> str:
    """So many decimals, half away from zero."""
    if value is None or not math.isfinite(value):
        return DASH
    return format(
        Decimal(repr(value)).quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP), "f"
    )


def whole(value: float | None) -> str:
    """A count."""
    return DASH if value is None else fixed(value, 0)


def percent(value: float | None) -> str:
    """A percentage with one decimal."""
    return fixed(value, 1)


def share(x: float | None, n: float | None) -> str:
    """`x/n (p %)`, the form in which a meeting reads a rate."""
    if x is None or not n:
        return f"{whole(x)}/{whole(n)}"
    return f"{whole(x)}/{whole(n)} ({percent(100 * x / n)} %)"


def limits(lower: float | None, upper: float | None, decimals: int = 1) -> str:
    """An interval; an open end is not estimable."""
    low, high = (NOT_REACHED if v is None else fixed(v, decimals) for v in (lower, upper))
    return f"({low}, {high})"


def p_value(value: float | None) -> str:
    """Four decimals, or below that."""
    if value is None:
        return DASH
    return "< 0.0001" if value < 0.0001 else fixed(value, 4)


def day(value: datetime.date | None) -> str:
    """An ISO date."""
    return DASH if value is None else value.isoformat()


def plain(value: object) -> str:
    """Any cell as text: numbers with three significant figures, dates in ISO, nothing as a dash."""
    if value is None or value == "":
        return DASH
    if isinstance(value, bool):
        return "Y" if value else "N"
    if isinstance(value, datetime.datetime):
        return value.isoformat(sep=" ", timespec="minutes")
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, float):
        return significant(value)
    return str(value)
