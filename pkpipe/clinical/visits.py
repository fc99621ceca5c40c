"""What the name of a visit says: unscheduled, which answers no question about the plan, or baseline.

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

# Screening and baseline as sites name them; what is counted from the baseline is after it.
BEFORE_TREATMENT: Final = (
    r"\bSCREEN|\bSCRN?\b|\bBASE ?LINE\b|\bBSLN?\b|\bBL\b|\bPRE ?TREATMENT\b|筛选|基线|治疗前|入组前"
)
COUNTED_FROM: Final = r"\b(POST|AFTER|FROM|SINCE|FAIL\w*)\b|\bPOSTBASELINE|后|失败"


def of_baseline(visit: str = "VISIT") -> pl.Expr:
    """True for a visit that its name says to be screening or baseline; false where there is no name."""
    name = folded(pl.col(visit))
    told = name.str.contains(BEFORE_TREATMENT) & ~name.str.contains(COUNTED_FROM)
    return told.fill_null(value=False)


def unscheduled(visit: str = "VISIT") -> pl.Expr:
    """True for a record of a visit that its name says was not planned; false where there is no name."""
    return folded(pl.col(visit)).str.contains(UNSCHEDULED).fill_null(value=False)


def names_no_single(visit: str = "VISIT") -> pl.Expr:
    """True where the visit is unscheduled and has no number, which tells not one such visit from the next."""
    return unscheduled(visit) & ~pl.col(visit).str.contains(r"\d").fill_null(value=False)
