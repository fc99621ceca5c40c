"""Which part of a trial a dated record is of: only the escalation counts (methods SET-DLT, ESC-7).

A backfill subject enters x/n only where the protocol says so; one of an expansion never does. A file says it
in a column of its own; where another column says it, the subject would be counted unseen, so that is refused.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import polars as pl

from pkpipe.finding.check import Check
from pkpipe.finding.table import all_findings, findings_at
from pkpipe.schema.codelists import TRIAL_PART, YES_NO

ESCALATION, BACKFILL, EXPANSION = TRIAL_PART.words
# Names of columns that are about another part, whatever else is in the name.
ABOUT: Final = r"(?i)back[\s_-]?fill|expansion|扩展|回填"
ALLOWED: Final = (
    f"part: {', '.join(TRIAL_PART.words)}; or backfill: Y, N; or records of the escalation alone"
)

PART: Final = Check(
    "ESC-PART",
    "error",
    "a subject of another part of the trial that would count as one of the escalation",
    "SET-DLT, ESC-7",
    allowed=ALLOWED,
    table="ADDLT",
)
NOT_DOSED: Final = Check(
    "ESC-NOT-DOSED",
    "query",
    "not dosed, so in no count",
    "SET-DLT",
    allowed="the day of the first dose; empty: nothing was given",
    table="ADDLT",
    column="first_dose",
)
CHECKS: Final = (PART, NOT_DOSED)


def in_count(*, backfill_counts: bool) -> pl.Expr:
    """True for a row whose subject enters x/n."""
    back = (pl.col("backfill") == "Y") | (pl.col("part") == BACKFILL)
    return ~back.fill_null(value=False) | pl.lit(backfill_counts)


def part_findings(rows: pl.DataFrame, known: Sequence[str], file: str) -> pl.DataFrame:
    """Rows of another part by a column that nobody reads, or by two columns that contradict each other."""
    part, flag = pl.col("part"), pl.col("backfill")
    # one column says that the subject is of the escalation, the other that it is not
    against = ((flag == "N") & (part == BACKFILL)) | ((flag == "Y") & (part != BACKFILL))
    contradicts = replace(PART, words="another part than `backfill` says")
    unseen = replace(PART, words="the subject would count as one of the escalation")
    found = [found_in(rows.filter(against), contradicts, "part", file)]
    counted = rows.filter(flag.ne_missing(pl.lit("Y")) & part.is_null())
    for name in unread(rows, known):
        text = pl.col(name).cast(pl.String)
        other = TRIAL_PART.term(text).is_in([BACKFILL, EXPANSION])
        if re.search(ABOUT, name):
            other = other | (YES_NO.term(text) == "Y")
        found.append(found_in(counted.filter(other), unseen, name, file))
    return all_findings(found)


def unread(rows: pl.DataFrame, known: Sequence[str]) -> list[str]:
    """The columns that nobody reads, and that may say something all the same."""
    return [c for c in rows.columns if c not in {*known, "ROW"}]


def found_in(rows: pl.DataFrame, check: Check, column: str, file: str) -> pl.DataFrame:
    """Dated records that fail a check, by what a column of the file says."""
    return findings_at(
        rows,
        check,
        file=file,
        subject=pl.col("subject"),
        column=column,
        value=pl.col(column).cast(pl.String),
    )


def undosed(rows: pl.DataFrame, file: str) -> pl.DataFrame:
    """Subjects without a first dose: in no count, and named, for the date may be what is missing."""
    return findings_at(
        rows.filter(pl.col("first_dose").is_null()),
        NOT_DOSED,
        file=file,
        subject=pl.col("subject"),
        value=None,
    )
