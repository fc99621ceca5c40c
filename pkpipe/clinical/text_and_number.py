"""One result in two columns: its text and its number (SDTMIG 4.5.1)."""

from __future__ import annotations

from typing import Final

import polars as pl

from pkpipe.finding.check import Check

ROUNDED: Final = 0.01  # a text is rounded by less than this share


def two_numbers(domain: str) -> Check:
    """The question about a row whose text and number are two results."""
    return Check(
        f"{domain}-NUMBER-TWO",
        "query",
        "text and number differ by over 1 %",
        "SDTMIG 4.5.1",
        allowed=f"the number of {domain}STRESC",
        table=domain,
        column=f"{domain}STRESN",
    )


def apart(number: pl.Expr, said: pl.Expr) -> pl.Expr:
    """Whether the number differs from the one that the text says; null where one of them is not there."""
    return (number - said).abs() > ROUNDED * said.abs()
