"""Spellings of CDISC Controlled Terminology, where pkpipe writes another; what is no term of it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final

import polars as pl

from pkpipe import disk

C: Final = pl.col

# Of the CDISC list ROUTE, C66729.
ROUTES: Final[Mapping[str, str]] = {
    "iv_infusion": "INTRAVENOUS",
    "iv_bolus": "INTRAVENOUS BOLUS",
    "extravascular": "UNKNOWN",
}
# Of the CDISC list FREQ, C71113.
WEEKLY: Final = r"^Q(\d+)W$"
FREQUENCIES: Final[Mapping[str, str]] = {"QW": "EVERY WEEK", "Q1W": "EVERY WEEK"}
# Of PKUNIT, C85494: the time stands in front, 1/h is /h.
UNITS: Final[Mapping[str, str]] = {
    r"^1/(\w+)$": "/$1",
    r"^([^*]+)\*((?:h|day|min)2?)(/.*)?$": "$2*$1$3",
}
RATIO, COUNT = "RATIO", "COUNT"
# Signs outside ASCII in texts that pkpipe words itself.
IN_ASCII: Final[Mapping[str, str]] = {
    "²": "2",
    "³": "3",
    "≥": ">=",
    "≤": "<=",
    "≠": "<>",
    "×": "x",
    "µ": "u",
    "μ": "u",
    "λ": "lambda ",
    "±": "+/-",
    "–": "-",
    "—": "-",
    "−": "-",
    "…": "...",
    "’": "'",
    "·": "*",
}


@cache
def pk_units() -> frozenset[str]:
    """The terms of PKUNIT and of its lists by dose and weight."""
    return _terms_in("pk_units.txt")


@cache
def pk_parameters() -> frozenset[str]:
    """The codes of PKPARMCD; another is the sponsor's, with the words of docs/nca_parameters.md."""
    return _terms_in("pk_parameters.txt")


def _terms_in(name: str) -> frozenset[str]:
    text = disk.read_bytes(Path(__file__).parent / name).decode()
    return frozenset(line for line in text.splitlines() if not line.startswith("#"))


def pk_unit(unit: pl.Expr, name: pl.Expr) -> pl.Expr:
    """A unit as PKUNIT spells it; of a number without one, whether it is a count or a ratio.

    name: of the parameter.
    """
    spelt = unit
    for found, meant in UNITS.items():
        spelt = spelt.str.replace(found, meant)
    plain = pl.when(name.str.starts_with("Number of")).then(pl.lit(COUNT)).otherwise(pl.lit(RATIO))
    return pl.when(unit == "1").then(plain).otherwise(spelt)


def frequency(text: pl.Expr) -> pl.Expr:
    """A dosing frequency as FREQ spells it; another text stays."""
    weeks = text.str.extract(WEEKLY)
    spelt = pl.concat_str(pl.lit("EVERY "), weeks, pl.lit(" WEEKS"))
    return pl.coalesce(text.replace_strict(FREQUENCIES, default=None), spelt, text)


def route(text: pl.Expr, delivered: pl.Expr) -> pl.Expr:
    """The route as it was delivered, else the term for what the study file declares."""
    return pl.coalesce(delivered, text.replace(ROUTES))


def in_ascii(text: pl.Expr) -> pl.Expr:
    """A text of pkpipe without signs outside ASCII; another such sign stays, and is delivered as UTF-8."""
    return text.str.replace_many(list(IN_ASCII), list(IN_ASCII.values()))
