"""Checks of one vital sign, ECG or laboratory value: its unit, its range, what it is called."""

from __future__ import annotations

from typing import Final

import polars as pl

from pkpipe.finding.check import Check
from pkpipe.validate.row_and_cross_checks import (
    RowCheck,
    always,
    is_one,
    placed,
    row_check,
)

C: Final = pl.col
# What a living adult has at most, by test: lowest, highest, unit. Wide enough for any patient.
LIVING: Final = (
    ("VS", "WEIGHT", 25, 300, "kg"),
    ("VS", "HEIGHT", 100, 230, "cm"),
    ("VS", "TEMP", 30, 44, "C"),
    ("VS", "SYSBP", 50, 280, "mmHg"),
    ("VS", "DIABP", 20, 180, "mmHg"),
    ("VS", "PULSE", 20, 250, "beats/min"),
    ("VS", "RESP", 4, 70, "breaths/min"),
    ("EG", "EGHRMN", 20, 250, "beats/min"),
    ("EG", "QTCFAG", 250, 750, "ms"),
    ("EG", "PRAG", 50, 500, "ms"),
    ("EG", "QRSAG", 40, 300, "ms"),
    ("LB", "HGB", 20, 250, "g/L"),
    ("LB", "ALB", 8, 80, "g/L"),
    ("LB", "SODIUM", 90, 190, "mmol/L"),
    ("LB", "K", 1, 12, "mmol/L"),
    ("CP", "RO", 0, 150, "%"),
)


def _living(domain: str, test: str, low: float, high: float, unit: str) -> RowCheck:
    value = C(f"{domain}STRESN")
    # In another unit the limits say nothing; the unit is another check's.
    same = C(f"{domain}STRESU").is_null() | (C(f"{domain}STRESU") == unit)
    return row_check(
        f"{domain}-RANGE-{test}",
        f"{domain}.{domain}STRESN",
        (C(f"{domain}TESTCD") == test) & same & ~value.is_between(low, high),
        (f"a value of {test} that a living adult does not have", f"{low} to {high} {unit}"),
        "plausibility",
    )


EXAMINATION_ROWS: Final[tuple[RowCheck, ...]] = (
    *(
        RowCheck(
            Check(
                f"VS-UNIT-{test}",
                "error",
                f"{test} in another unit than {unit}",
                "DOSE-1",
                allowed=f"{unit}; delivered in another unit: sources.VS.units: {{theirs: {unit}}}",
                table="VS",
                column="VSSTRESU",
            ),
            wrong=always(
                (C("VSTESTCD") == test)
                & C("VSSTRESN").is_not_null()
                & C("VSSTRESU").ne_missing(pl.lit(unit))
            ),
        )
        for test, unit in (("WEIGHT", "kg"), ("HEIGHT", "cm"))
    ),
    *(_living(*limits) for limits in LIVING),
    row_check(
        "LB-LIMITS",
        "LB.LBSTNRHI",
        C("LBSTNRHI") < C("LBSTNRLO"),
        ("normal range upside down", "LBSTNRLO or more"),
    ),
    row_check(
        "LB-LOW",
        "LB.LBNRIND",
        (C("LBSTRESN") < C("LBSTNRLO")) & (C("LBNRIND") == "NORMAL"),
        ("below the normal range, and called normal", "LOW"),
        "SDTMIG 3.4, LBNRIND",
    ),
    row_check(
        "LB-HIGH",
        "LB.LBNRIND",
        (C("LBSTRESN") > C("LBSTNRHI")) & (C("LBNRIND") == "NORMAL"),
        ("above the normal range, and called normal", "HIGH"),
        "SDTMIG 3.4, LBNRIND",
    ),
    row_check(
        "LB-INSIDE",
        "LB.LBNRIND",
        C("LBSTRESN").is_between("LBSTNRLO", "LBSTNRHI") & is_one("LBNRIND", "LOW", "HIGH"),
        ("inside the normal range, and called low or high", "NORMAL"),
        "SDTMIG 3.4, LBNRIND",
    ),
    placed(
        Check("LB-NEGATIVE", "query", "a laboratory value below zero", "LBSTRESN"),
        "LB.LBSTRESN",
        lambda _: (C("LBSTRESN") < 0) & ~C("LBTESTCD").is_in(["BASEXS", "BE", "ANIONG"]),
        "0 or more",
    ),
)
