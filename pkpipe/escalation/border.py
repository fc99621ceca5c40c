"""What cannot be in dated records, each with row and subject; an error here means no decision is printed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import polars as pl

from pkpipe.protocol.escalation import EscalationPlan
from pkpipe.tables.findings import Severity, all_findings


@dataclass(frozen=True)
class Wrong:
    """One kind of record that cannot be."""

    check: str
    column: str  # of the file
    value: str  # our column
    when: Callable[[EscalationPlan], pl.Expr]
    message: str
    allowed: Callable[[EscalationPlan], str]
    severity: Severity = "error"


def _levels(plan: EscalationPlan) -> str:
    return ", ".join(plan.codes)


WRONG: Final = (
    Wrong(
        "ESC-LEVEL",
        "level",
        "LEVEL",
        lambda plan: pl.col("LEVEL").is_not_null() & ~pl.col("LEVEL").is_in(plan.codes),
        "is not a level of the design",
        _levels,
    ),
    Wrong(
        "ESC-NOLEVEL",
        "level",
        "LEVEL",
        lambda plan: pl.col("LEVEL").is_null() & pl.col("TRTSDT").is_not_null(),
        "a dosed subject has no level, or a dose that is not in the protocol",
        _levels,
    ),
    Wrong(
        "ESC-CLOSED",
        "level",
        "LEVEL",
        lambda plan: pl.col("LEVEL").is_in(plan.codes[plan.codes.index(plan.top) + 1 :]),
        "is a level that is not open",
        lambda plan: f"up to {plan.top}",
    ),
    Wrong(
        "ESC-EARLYDLT",
        "dlt_onset",
        "DLTDT",
        lambda plan: pl.col("DLTDT") < pl.col("TRTSDT"),
        "a DLT before the first dose",
        lambda plan: "the day of the first dose or later",
    ),
    Wrong(
        "ESC-EARLYG2",
        "grade2_onset",
        "G2DT",
        lambda plan: pl.col("G2DT") < pl.col("TRTSDT"),
        "a treatment-related toxicity before the first dose",
        lambda plan: "the day of the first dose or later",
    ),
    Wrong(
        "ESC-EARLYLEFT",
        "left_window",
        "LEFTDT",
        lambda plan: pl.col("LEFTDT") < pl.col("TRTSDT"),
        "the window was left before the first dose",
        lambda plan: "the day of the first dose or later",
    ),
    Wrong(
        "ESC-UNDOSED",
        "dlt_onset",
        "DLTDT",
        lambda plan: pl.col("TRTSDT").is_null() & pl.col("DLTDT").is_not_null(),
        "a DLT of a subject without a first dose",
        lambda plan: "a first dose",
    ),
    Wrong(
        "ESC-FRACTION",
        "dose_fraction",
        "DOSEFRAC",
        lambda plan: pl.col("DOSEFRAC") < 0,
        "a share of the dose that cannot be",
        lambda plan: "0 or more",
    ),
    Wrong(
        "ESC-TWICE",
        "subject",
        "USUBJID",
        lambda plan: pl.struct("CASE", "USUBJID").is_duplicated(),
        "the subject is in more than one row, so perhaps in two cohorts",
        lambda plan: "one row a subject",
    ),
)


def record_findings(records: pl.DataFrame, plan: EscalationPlan, file: str) -> pl.DataFrame:
    """Findings of dated records that carry ROW, the row of their file."""
    return all_findings(_found(records, plan, wrong, file) for wrong in WRONG)


def _found(records: pl.DataFrame, plan: EscalationPlan, wrong: Wrong, file: str) -> pl.DataFrame:
    return records.filter(wrong.when(plan).fill_null(value=False)).select(
        CHECK=pl.lit(wrong.check),
        SEVERITY=pl.lit(wrong.severity),
        TABLE=pl.lit("ADDLT"),
        FILE=pl.lit(file),
        ROW="ROW",
        USUBJID="USUBJID",
        COLUMN=pl.lit(wrong.column),
        VALUE=pl.col(wrong.value).cast(pl.String),
        MESSAGE=pl.lit(wrong.message),
        ALLOWED=pl.lit(wrong.allowed(plan)),
    )
