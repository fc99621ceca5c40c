"""Which records are of no planned visit: a visit named unscheduled answers no question about the plan.

SDTMIG 3.4, 4.4.5 and SV: an unscheduled visit is one the protocol does not plan; CDISC gives it no fixed
name, so sites write UNSCHEDULED, UNSCHEDULED 2, UNSCHED, UNS 3.01 or its Chinese words. A record without a
name of a visit is not known to be unscheduled.
"""

from __future__ import annotations

from typing import Final

import polars as pl

from pkpipe.schema.coded_words import folded

UNSCHEDULED: Final = (
    r"\bUN ?SCHE?D|\bUNSCH\b|\bUNS\b|\bUN ?PLANNED\b|计划外|非计划|方案外|未计划|临时访视"
)


def unscheduled(visit: str = "VISIT") -> pl.Expr:
    """True for a record of a visit that its name says was not planned; false where there is no name."""
    return folded(pl.col(visit)).str.contains(UNSCHEDULED).fill_null(value=False)


def names_no_single(visit: str = "VISIT") -> pl.Expr:
    """True where the visit is unscheduled and has no number, which tells not one such visit from the next."""
    return unscheduled(visit) & ~pl.col(visit).str.contains(r"\d").fill_null(value=False)
