"""What a dated record says of its subject in another column than that of the onset: a DLT, or a death.

A flag without a date would leave the subject without DLT, and who died in the window has not completed it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import polars as pl

from pkpipe.finding.check import Check
from pkpipe.finding.table import all_findings, findings_at
from pkpipe.protocol.escalation import EscalationPlan
from pkpipe.schema import dates
from pkpipe.schema.codelists import YES_NO

# Names of columns that are about a DLT, whatever else is in the name.
ABOUT: Final = r"(?i)dlt|dose[\s_-]?limiting|剂量限制"

UNDATED_DLT: Final = Check(
    "ESC-DLT-UNDATED",
    "error",
    "a DLT is said and its onset is not: the subject would count as one without",
    "SET-DLT",
    allowed="the day of onset in dlt_onset, or N",
    table="ADDLT",
)
DIED: Final = Check(
    "ESC-DIED",
    "query",
    "died in the DLT window, and no DLT is recorded: taken to have left the window on that day",
    "SET-DLT",
    allowed="the onset of the DLT in dlt_onset, where the death was one",
    table="ADDLT",
    column="death",
)
# Names of columns that say whether a subject counts.
COUNTING: Final = r"(?i)evaluab|ev(a)?l[\s_-]?(fl|$)|可评价|可评估"
NOT_COUNTING: Final = Check(
    "ESC-NOT-EVALUABLE",
    "error",
    "said not to be evaluable, and no column that is read says why: the subject would count",
    "SET-DLT",
    allowed="left_window, dose_fraction or assessments_missed; or Y",
    table="ADDLT",
)
CHECKS: Final = (UNDATED_DLT, DIED, NOT_COUNTING)


def undated_dlts(rows: pl.DataFrame, known: Sequence[str], file: str) -> pl.DataFrame:
    """Rows of which another column says a DLT without an onset, or that they do not count."""
    names = [c for c in rows.columns if c not in {*known, "ROW"}]
    about = pl.Series(names, dtype=pl.String)
    counting = about.str.contains(COUNTING)
    open_ = rows.filter(pl.col("dlt_onset").is_null())
    why = ("left_window", "dose_fraction", "assessments_missed")
    none = open_.filter(pl.all_horizontal(pl.col(c).is_null() for c in why))
    return all_findings(
        [
            *(
                _undated(open_, n, file)
                for n in about.filter(about.str.contains(ABOUT) & ~counting)
            ),
            *(_not_counting(none, n, file) for n in about.filter(counting)),
        ]
    )


def _not_counting(rows: pl.DataFrame, column: str, file: str) -> pl.DataFrame:
    said = pl.col(column).cast(pl.String)
    return findings_at(
        rows.filter((YES_NO.term(said) == "N").fill_null(value=False)),
        NOT_COUNTING,
        file=file,
        subject=pl.col("subject"),
        column=column,
        value=said,
    )


def _undated(rows: pl.DataFrame, column: str, file: str) -> pl.DataFrame:
    said = pl.col(column).cast(pl.String)
    yes = (YES_NO.term(said) == "Y") | dates.first_day(said).is_not_null()
    return findings_at(
        rows.filter(yes.fill_null(value=False)),
        UNDATED_DLT,
        file=file,
        subject=pl.col("subject"),
        column=column,
        value=said,
    )


def deaths_in_window(records: pl.DataFrame, plan: EscalationPlan, file: str) -> pl.DataFrame:
    """Deaths in the window of subjects without a DLT. records: as the room has them, and DIEDDT."""
    last = pl.col("TRTSDT").dt.offset_by(f"{plan.dlt_window_days}d")
    inside = pl.col("DIEDDT").is_between(pl.col("TRTSDT"), last) & pl.col("DLTDT").is_null()
    return findings_at(
        records.filter(inside.fill_null(value=False)),
        DIED,
        file=file,
        row=pl.col("ROW"),
        subject=pl.col("USUBJID"),
        value=pl.col("DIEDDT").cast(pl.String),
    )
