"""Dates that are known in part only: a question to the site, with what is done until it is answered."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Final

import polars as pl

from pkpipe.clinical.administrations import given
from pkpipe.clinical.subject_dates import PARTIAL
from pkpipe.finding.check import Check
from pkpipe.protocol.study import Study
from pkpipe.schema import dates
from pkpipe.schema.sdtm import DOMAINS
from pkpipe.validate.row_and_cross_checks import RowCheck

DOSE_DAY: Final = Check(
    "EX-DAY",
    "error",
    "the day of a dose is not known: samples, windows and dose intensity rest on it",
    "methods TIME-2, DOSE-1",
    allowed="a whole date, with its time for PK",
    table="EX",
    column="EXSTDTC",
)
# What is done with it until then, where something is.
UNTIL_THEN: Final = {
    **dict.fromkeys(("PCDTC", "EXENDTC", "ISDTC", "CPDTC"), "no time is computed from it"),
    **dict.fromkeys(("TUDTC", "TRDTC", "RSDTC"), "the assessment is not evaluable"),
    "AESTDTC": "the first possible day, not before the first dose where it may be that day",
    "AEENDTC": "the last possible day, not after death or the cutoff",
    "DTHDTC": "the first possible day after the last sign of life",
    "CMSTDTC": "as new therapy the first possible day after the last dose",
}


def _words(column: str) -> Callable[[Study], str]:
    until = UNTIL_THEN.get(column)
    return lambda _: "a whole date" if until is None else f"a whole date; until then: {until}"


def _partial(column: str) -> Callable[[Study], pl.Expr]:
    return lambda _: dates.precision(pl.col(column)).is_in(["month", "year"])


PARTIAL_ROWS: Final[tuple[RowCheck, ...]] = tuple(
    RowCheck(
        replace(PARTIAL, table=code, column=column.name), _partial(column.name), _words(column.name)
    )
    for code, spec in DOMAINS.items()
    for column in spec.columns
    if column.kind == "dtc" and column.name not in {"BRTHDTC", "EXSTDTC"}
)
DATE_ROWS: Final[tuple[RowCheck, ...]] = (
    *PARTIAL_ROWS,
    RowCheck(
        DOSE_DAY,
        lambda study: _partial("EXSTDTC")(study) & given(),
    ),
)
