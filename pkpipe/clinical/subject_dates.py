"""What cannot be right in the dates of a subject that assessments are held against: asked once, everywhere.

Every analysis of response and of time to event begins here, so both verbs and the rooms ask the same under
the same id. A doubted date keeps its value.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import polars as pl

from pkpipe.finding.table import all_findings, findings_at

C = pl.col


@dataclass(frozen=True)
class DateQuestion:
    """One thing to look for: on which subjects, in which column, and the words for a data manager."""

    id: str
    when: pl.Expr
    column: str
    words: str
    allowed: str


QUESTIONS: Final = (
    DateQuestion("REF-NO-START", C("STARTDT").is_null(), "STARTDT",
                 "no start date: the times of this subject are empty, no assessment counts", "a date"),
    DateQuestion("REF-DEATH-EARLY", C("DTHDT") < C("STARTDT"), "DTHDT",
                 "died before the start", "on or after the start date"),
    DateQuestion("REF-NACT-EARLY", C("NACTDT") < C("STARTDT"), "NACTDT",
                 "new anti-cancer therapy before the start: a prior therapy? nothing counts after it",
                 "on or after the start date, empty for a prior therapy"),
    DateQuestion("REF-ALIVE-LATE", C("LSTALVDT") > C("DTHDT"), "LSTALVDT",
                 "known to be alive after the date of death", "up to the date of death"),
)  # fmt: skip
STRANGER: Final = DateQuestion(
    "REF-ABSENT", pl.lit(value=True), "USUBJID",
    "has assessments but no reference dates, so no time and nothing that counts",
    "a subject of the reference",
)  # fmt: skip
DATES: Final = ("DTHDT", "LSTALVDT", "NACTDT")


def date_findings(reference: pl.DataFrame, start: str, table: str) -> pl.DataFrame:
    """Every question about the subjects of a reference table.

    Args:
        reference: USUBJID, the start date and whichever of DATES there are, as dates; optional SRCROW.
        start: the column the days count from.
        table: what the reference is called in a finding.
    """
    kinds = reference.schema
    none = pl.lit(None, dtype=pl.Date)
    dated = reference.select(
        "USUBJID",
        SRCROW=C("SRCROW").cast(pl.Int64) if "SRCROW" in kinds else pl.lit(None, dtype=pl.Int64),
        STARTDT=C(start) if start in kinds else none,
        **{n: C(n) if kinds.get(n) == pl.Date else none for n in DATES},
    )
    return all_findings([_found(dated, question, table) for question in QUESTIONS])


def strangers(rows: pl.DataFrame, reference: pl.DataFrame, table: str) -> pl.DataFrame:
    """Subjects with rows who have no reference dates, each at its first row (SRCROW)."""
    first = (
        rows.join(reference, on="USUBJID", how="anti", maintain_order="left")
        .select("USUBJID", "SRCROW")
        .unique("USUBJID", keep="first", maintain_order=True)
    )
    return _found(first, STRANGER, table)


def _found(rows: pl.DataFrame, question: DateQuestion, table: str) -> pl.DataFrame:
    return findings_at(
        rows.filter(question.when.fill_null(value=False)),
        check=question.id,
        severity="query",
        table=table,
        row=C("SRCROW"),
        subject=pl.col("USUBJID"),
        column=question.column,
        value=C(question.column).cast(pl.String),
        message=question.words,
        allowed=question.allowed,
    )
