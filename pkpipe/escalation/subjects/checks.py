"""What cannot be in dated records, each with row and subject; an error here means no decision is printed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import polars as pl

from pkpipe.finding.table import Severity, all_findings, findings_at
from pkpipe.protocol.escalation import EscalationPlan


@dataclass(frozen=True)
class Wrong:
    """One kind of record that cannot be."""

    check: str
    column: str  # of the file
    value: str  # our column
    when: pl.Expr
    message: str
    allowed: str
    place: str = (
        ""  # DLT, DOSE: the raw record it stands in, where the records say which (see PLACED)
    )
    severity: Severity = "error"


# What records gathered from a study say of a raw record behind them, after DLT or DOSE: its file, row, column
# and what stands there.
PLACED: Final = {"FILE": pl.String(), "ROW": pl.Int64(), "COL": pl.String(), "TOLD": pl.String()}
FROM_FIRST_DOSE: Final = "the day of the first dose or later"

IN_ANY_TRIAL: Final = (
    Wrong(
        "ESC-EARLYDLT",
        "dlt_onset",
        "DLTDT",
        pl.col("DLTDT") < pl.col("TRTSDT"),
        "a DLT before the first dose",
        FROM_FIRST_DOSE,
        place="DLT",
    ),
    Wrong(
        "ESC-EARLYG2",
        "grade2_onset",
        "G2DT",
        pl.col("G2DT") < pl.col("TRTSDT"),
        "a treatment-related toxicity before the first dose",
        FROM_FIRST_DOSE,
    ),
    Wrong(
        "ESC-EARLYLEFT",
        "left_window",
        "LEFTDT",
        pl.col("LEFTDT") < pl.col("TRTSDT"),
        "the window was left before the first dose",
        FROM_FIRST_DOSE,
    ),
    Wrong(
        "ESC-UNDOSED",
        "dlt_onset",
        "DLTDT",
        pl.col("TRTSDT").is_null() & pl.col("DLTDT").is_not_null(),
        "a DLT of a subject without a first dose",
        "a first dose",
        place="DLT",
    ),
    Wrong(
        "ESC-UNDOSED",
        "grade2_onset",
        "G2DT",
        pl.col("TRTSDT").is_null() & pl.col("G2DT").is_not_null(),
        "a treatment-related toxicity of a subject without a first dose",
        "a first dose",
    ),
    Wrong(
        "ESC-FRACTION",
        "dose_fraction",
        "DOSEFRAC",
        pl.col("DOSEFRAC") < 0,
        "a share of the dose that cannot be",
        "0 or more",
    ),
    Wrong(
        "ESC-TWICE",
        "subject",
        "USUBJID",
        pl.struct("CASE", "USUBJID").is_duplicated(),
        "the subject is in more than one row, so perhaps in two cohorts",
        "one row a subject",
    ),
)


def of_the_design(plan: EscalationPlan) -> tuple[Wrong, ...]:
    """What cannot be because of the levels this design has."""
    codes, level = ", ".join(plan.codes), pl.col("LEVEL")
    closed = plan.codes[plan.codes.index(plan.top) + 1 :]
    return (
        Wrong(
            "ESC-LEVEL",
            "level",
            "LEVEL",
            level.is_not_null() & ~level.is_in(plan.codes),
            "is not a level of the design",
            codes,
            place="DOSE",
        ),
        Wrong(
            "ESC-NOLEVEL",
            "level",
            "LEVEL",
            level.is_null() & pl.col("TRTSDT").is_not_null() & pl.col("COUNTS"),
            "a dosed subject has no level, or a dose that is not in the protocol",
            codes,
            place="DOSE",
        ),
        Wrong(
            "ESC-CLOSED",
            "level",
            "LEVEL",
            level.is_in(closed),
            "is a level that is not open",
            f"up to {plan.top}",
            place="DOSE",
        ),
    )


def record_findings(records: pl.DataFrame, plan: EscalationPlan, file: str) -> pl.DataFrame:
    """Findings of dated records that carry ROW, the row of their file, or the raw record behind them."""
    return all_findings(
        _found(records, wrong, file) for wrong in (*of_the_design(plan), *IN_ANY_TRIAL)
    )


def _found(records: pl.DataFrame, wrong: Wrong, file: str) -> pl.DataFrame:
    own = {"FILE": pl.lit(file), "ROW": pl.col("ROW"), "COL": pl.lit(wrong.column)}
    own["TOLD"] = pl.col(wrong.value).cast(pl.String)
    at = {
        part: pl.coalesce(f"{wrong.place}{part}", here)
        if f"{wrong.place}{part}" in records.columns and wrong.place
        else here
        for part, here in own.items()
    }
    return findings_at(
        records.filter(wrong.when.fill_null(value=False)),
        check=wrong.check,
        severity=wrong.severity,
        table="ADDLT",
        file=at["FILE"],
        row=at["ROW"],
        subject=pl.col("USUBJID"),
        column=at["COL"],
        value=at["TOLD"],
        message=wrong.message,
        allowed=wrong.allowed,
    )
