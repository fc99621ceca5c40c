"""What cannot be in dated records, each with row and subject; an error here means no decision is printed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import polars as pl

from pkpipe.clinical.dose_finding_checks import (
    EARLY_DLT,
    LEFT_EARLY,
    LEVEL_CLOSED,
    NOT_PLANNED,
    UNDOSED_DLT,
)
from pkpipe.finding.check import Check
from pkpipe.finding.table import all_findings, findings_at
from pkpipe.protocol.escalation import EscalationPlan


@dataclass(frozen=True)
class RecordTest:
    """A check of dated records: which of them fail, and what of them is shown."""

    check: Check
    value: str  # our column; that of the check is the file's
    when: pl.Expr
    place: str = (
        ""  # DLT, DOSE: the raw record it stands in, where the records say which (see PLACED)
    )


def _check(place: str, words: str, source: str, allowed: str | None = None) -> Check:
    """place: id and column of the file, separated by a blank."""
    name, _, column = place.partition(" ")
    return Check(name, "error", words, source, allowed=allowed, table="ADDLT", column=column)


def _of_records(check: Check, column: str, words: str) -> Check:
    """A check that validation asks of raw rows, in the words and the column of a record."""
    return replace(check, words=words, table="ADDLT", column=column)


# What records gathered from a study say of a raw record behind them, after DLT or DOSE: its file, row, column
# and what stands there.
PLACED: Final = {"FILE": pl.String(), "ROW": pl.Int64(), "COL": pl.String(), "TOLD": pl.String()}
FROM_FIRST_DOSE: Final = "the day of the first dose or later"

LEVEL: Final = _check("ESC-LEVEL level", "is not a level of the design", "escalation.levels")
NO_LEVEL: Final = _of_records(
    NOT_PLANNED, "level", "a dosed subject has no level, or a dose that is not in the protocol"
)
CLOSED: Final = _of_records(LEVEL_CLOSED, "level", "is a level that is not open")
IN_ANY_TRIAL: Final = (
    RecordTest(
        replace(
            _of_records(EARLY_DLT, "dlt_onset", "a DLT before the first dose"),
            allowed=FROM_FIRST_DOSE,
        ),
        "DLTDT",
        pl.col("DLTDT") < pl.col("TRTSDT"),
        place="DLT",
    ),
    RecordTest(
        _check(
            "ESC-EARLYG2 grade2_onset",
            "a treatment-related toxicity before the first dose",
            "ESC-1",
            FROM_FIRST_DOSE,
        ),
        "G2DT",
        pl.col("G2DT") < pl.col("TRTSDT"),
    ),
    RecordTest(
        replace(
            _of_records(LEFT_EARLY, "left_window", "the window was left before the first dose"),
            allowed=FROM_FIRST_DOSE,
        ),
        "LEFTDT",
        pl.col("LEFTDT") < pl.col("TRTSDT"),
    ),
    RecordTest(
        replace(
            _of_records(UNDOSED_DLT, "dlt_onset", "a DLT of a subject without a first dose"),
            allowed="a first dose",
        ),
        "DLTDT",
        pl.col("TRTSDT").is_null() & pl.col("DLTDT").is_not_null(),
        place="DLT",
    ),
    RecordTest(
        _check(
            "ESC-UNDOSEDG2 grade2_onset",
            "a treatment-related toxicity of a subject without a first dose",
            "ESC-1",
            "a first dose",
        ),
        "G2DT",
        pl.col("TRTSDT").is_null() & pl.col("G2DT").is_not_null(),
    ),
    RecordTest(
        _check(
            "ESC-FRACTION dose_fraction",
            "a share of the dose that cannot be",
            "SET-DLT",
            "0 or more",
        ),
        "DOSEFRAC",
        pl.col("DOSEFRAC") < 0,
    ),
    RecordTest(
        _check(
            "ESC-TWICE subject",
            "the subject is in more than one row, so perhaps in two cohorts",
            "DOSE-2",
            "one row a subject",
        ),
        "USUBJID",
        pl.struct("CASE", "USUBJID").is_duplicated(),
    ),
)
# Of a file of records that people hand in; asked before the dates are read.
PARTIAL_DATE: Final = Check(
    "ESC-PARTIAL",
    "error",
    "the day is missing",
    "methods TIME-7",
    allowed="a whole date, such as 2026-06-30, with or without a time",
    table="ADDLT",
)
CHECKS: Final = (PARTIAL_DATE, LEVEL, NO_LEVEL, CLOSED, *(test.check for test in IN_ANY_TRIAL))


def of_the_design(plan: EscalationPlan) -> tuple[RecordTest, ...]:
    """What cannot be because of the levels this design has."""
    codes, level = ", ".join(plan.codes), pl.col("LEVEL")
    closed = plan.codes[plan.codes.index(plan.top) + 1 :]
    of_no_level = level.is_null() & pl.col("TRTSDT").is_not_null() & pl.col("COUNTS")
    tests = (
        (LEVEL, codes, level.is_not_null() & ~level.is_in(plan.codes)),
        (NO_LEVEL, codes, of_no_level),
        (CLOSED, f"up to {plan.top}", level.is_in(closed)),
    )
    return tuple(
        RecordTest(replace(check, allowed=allowed), "LEVEL", when, place="DOSE")
        for check, allowed, when in tests
    )


def record_findings(records: pl.DataFrame, plan: EscalationPlan, file: str) -> pl.DataFrame:
    """Findings of dated records that carry ROW, the row of their file, or the raw record behind them."""
    return all_findings(
        _found(records, test, file) for test in (*of_the_design(plan), *IN_ANY_TRIAL)
    )


def _found(records: pl.DataFrame, test: RecordTest, file: str) -> pl.DataFrame:
    own = {"FILE": pl.lit(file), "ROW": pl.col("ROW"), "COL": pl.lit(test.check.column)}
    own["TOLD"] = pl.col(test.value).cast(pl.String)
    at = {
        part: pl.coalesce(f"{test.place}{part}", here)
        if f"{test.place}{part}" in records.columns and test.place
        else here
        for part, here in own.items()
    }
    return findings_at(
        records.filter(test.when.fill_null(value=False)),
        test.check,
        file=at["FILE"],
        row=at["ROW"],
        subject=pl.col("USUBJID"),
        column=at["COL"],
        value=at["TOLD"],
    )
