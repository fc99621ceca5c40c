"""Checks of one therapy: its end and its category."""

from __future__ import annotations

from typing import Final

import polars as pl

from pkpipe.clinical.administrations import dosing_days
from pkpipe.clinical.therapy import is_unknown_category
from pkpipe.finding.check import Check
from pkpipe.finding.rows import found
from pkpipe.protocol.study import Study
from pkpipe.schema import dates
from pkpipe.validate.row_and_cross_checks import (
    CrossCheck,
    Found,
    RowCheck,
    Tables,
    mended_by_codes,
    row_check,
)

C: Final = pl.col


THERAPY_ROWS: Final[tuple[RowCheck, ...]] = (
    RowCheck(
        Check(
            "CM-CATEGORY-UNKNOWN",
            "query",
            "a category of no known meaning: taken as no new anti-cancer therapy",
            "methods TIME-7; FDA 2018, PFS",
            table="CM",
            column="CMCAT",
        ),
        wrong=lambda _: is_unknown_category(C("CMCAT"), C("CMSCAT")),
        allowed=lambda _: mended_by_codes(
            "CM", "CMCAT", "SUBSEQUENT ANTI-CANCER THERAPY, PRIOR THERAPY, CONCOMITANT MEDICATION"
        ),
        once_per=("SRCFILE", "CMCAT", "CMSCAT"),
    ),
    row_check(
        "CM-ORDER",
        "CM.CMENDTC",
        dates.last_day(C("CMENDTC")) < dates.first_day(C("CMSTDTC")),
        ("the therapy ends before it starts", "CMSTDTC or later"),
    ),
)
UNDER_TREATMENT: Final = Check(
    "CM-CATEGORY-NONE",
    "error",
    "begun before the last dose, and no category says whether it is against the tumour",
    "methods TIME-7; FDA 2018, PFS: a new anti-cancer therapy ends what is counted",
    table="CM",
    column="CMCAT",
)
SAY_CATEGORY: Final = (
    "a category; of all rows: sources.CM.constants: {CMCAT: CONCOMITANT MEDICATION}, or "
    "sources.CM.columns: {CMCAT: their name of it}"
)


def _uncategorised(tables: Tables, _: Study) -> Found:
    """Records without a category count as later therapies (CM comes as their table); these cannot be."""
    last = dosing_days(tables["EX"]).select("USUBJID", "_LAST")
    bare = tables["CM"].filter(C("CMCAT").is_null() & C("CMSCAT").is_null())
    beside = bare.join(last, on="USUBJID", how="inner", maintain_order="left")
    begun = beside.filter(dates.last_day(C("CMSTDTC")) <= C("_LAST"))
    yield found(UNDER_TREATMENT, begun, allowed=SAY_CATEGORY)


THERAPIES: Final = (CrossCheck((UNDER_TREATMENT,), ("CM", "EX"), _uncategorised),)
