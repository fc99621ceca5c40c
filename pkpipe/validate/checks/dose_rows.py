"""Checks of one dose: its time, its amount, its cycle. What rests on several records: `dose_records`."""

from __future__ import annotations

from typing import Final

import polars as pl

from pkpipe.clinical.administrations import given
from pkpipe.protocol.study import Study
from pkpipe.schema import dates
from pkpipe.validate.checks.kinds import RowCheck, row_check

C: Final = pl.col


def _beyond_cycles(study: Study) -> pl.Expr:
    return pl.any_horizontal(
        (C("EXTRT") == d.code) & ((C("CYCLE") > d.max_cycles) | (C("CYCLE") < 1))
        for d in study.drugs
    )


DOSE_ROWS: Final[tuple[RowCheck, ...]] = (
    row_check(
        "EX-NO-TIME",
        "EX.EXSTDTC",
        (dates.precision(C("EXSTDTC")) != "time") & given(),
        ("a dose without time of day", "date and time"),
        "methods TIME-2",
    ),
    row_check(
        "EX-CYCLE",
        "EX.CYCLE",
        _beyond_cycles,
        ("a cycle that is not planned", "1 to drugs.max_cycles"),
        "drugs.max_cycles",
    ),
    row_check(
        "EX-ZERO",
        "EX.EXDOSE",
        (C("EXDOSE") == 0) & ~given() & C("EXADJ").is_null(),
        ("a dose of zero, and no reason", "above 0, or a reason in EXADJ"),
    ),
)
