"""Checks of one therapy: its end and its category."""

from __future__ import annotations

from typing import Final

import polars as pl

from pkpipe.clinical.therapy import is_unknown_category
from pkpipe.finding.check import Check
from pkpipe.schema import dates
from pkpipe.validate.row_and_cross_checks import (
    RowCheck,
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
