"""A titre as laboratories write it: 160, 1:160, 1/160, <10, ≥2560, in plain or full-width signs.

A titre is the reciprocal of the last dilution that was positive, so `<10` says no more than below 10 and
`≥2560` no more than at least 2560 (the last dilution tried). Both are bounds: what they decide is decided,
what they leave open stays open (Shankar 2014, doi:10.1208/s12248-014-9599-2).
"""

from __future__ import annotations

from typing import Final

import polars as pl

from pkpipe.clinical.text_and_number import apart

_SIGN: Final = r"(<=|>=|=<|=>|[<>≤≥≦≧⩽⩾＜＞])?"
_NUMBER: Final = r"(\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?(?:E[+-]?\d+)?)"
TITRE: Final = rf"^{_SIGN}\s*(?:1\s*[:/∶]\s*)?{_NUMBER}$"
BELOW, ABOVE, EXACT = "BELOW", "ABOVE", "EXACT"


def _plain(text: pl.Expr) -> pl.Expr:
    """Upper case, full-width signs made plain (NFKC), no blanks around."""
    return text.str.to_uppercase().str.replace_many(_WIDE).str.strip_chars()


# Full-width digits, colon, comma, point, slash and signs, as a Chinese keyboard writes them.
_WIDE: Final = {chr(0xFF01 + i): chr(0x21 + i) for i in range(94)} | {"\u3000": " "}


def number_of(text: pl.Expr) -> pl.Expr:
    """The number in the text of a titre; null where the text is none."""
    digits = _plain(text).str.extract(TITRE, 2).str.replace_all(",", "")
    return digits.cast(pl.Float64, strict=False)


def bound_of(text: pl.Expr) -> pl.Expr:
    """EXACT, BELOW (`<10`: the titre is below) or ABOVE (`≥2560`: at least); null where it is no titre."""
    plain = _plain(text)
    sign = plain.str.extract(TITRE, 1)
    return pl.when(plain.str.contains(TITRE)).then(
        pl.when(sign.is_in(["<", "<=", "=<", "≤", "≦", "⩽"]))
        .then(pl.lit(BELOW))
        .when(sign.is_not_null())
        .then(pl.lit(ABOVE))
        .otherwise(pl.lit(EXACT))
    )


def differs(text: pl.Expr, number: pl.Expr) -> pl.Expr:
    """True where the titre in the text is exact, and the number neither it nor its decimal logarithm."""
    said = number_of(text)
    another = apart(number, said) & apart(said.log10(), number)
    return ((bound_of(text) == EXACT) & another).fill_null(value=False)
