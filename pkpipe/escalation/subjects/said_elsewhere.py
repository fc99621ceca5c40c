"""What a dated record says of its subject in another column than that of the onset: a DLT, or a death.

A flag without a date would leave the subject without DLT, and who died in the window has not completed it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

import polars as pl

from pkpipe.escalation.subjects.parts import found_in, unread
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
    why = ("left_window", "dose_fraction", "assessments_missed")
    open_ = rows.filter(pl.col("dlt_onset").is_null())
    unexplained = open_.filter(pl.all_horizontal(pl.col(c).is_null() for c in why))
    found = []
    for name in unread(rows, known):
        said = pl.col(name).cast(pl.String)
        if re.search(COUNTING, name):
            no = YES_NO.term(said) == "N"
            found.append(found_in(unexplained.filter(no), NOT_COUNTING, name, file))
        elif re.search(ABOUT, name):
            yes = (YES_NO.term(said) == "Y") | dates.first_day(said).is_not_null()
            found.append(found_in(open_.filter(yes), UNDATED_DLT, name, file))
    return all_findings(found)


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
