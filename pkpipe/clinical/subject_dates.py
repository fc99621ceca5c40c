"""What cannot be right in the dates of a subject that assessments are held against: asked once, everywhere.

Every analysis of response and of time to event begins here, so both verbs and the rooms ask the same under
the same id. A doubted date keeps its value.
"""

from __future__ import annotations

from typing import Final

import polars as pl

from pkpipe.finding.check import OWN_RULE, Check
from pkpipe.finding.rows import RowTest, checks_of
from pkpipe.finding.table import all_findings, findings_at

C = pl.col

TESTS: Final = (
    RowTest(
        Check("REF-NO-START", "query",
              "no start date: the times of this subject are empty, no assessment counts",
              "study file, anchor", allowed="a date", column="STARTDT"),
        C("STARTDT").is_null()),
    RowTest(
        Check("REF-START-LATE", "query", "starts after the data cutoff: nothing is known of its times",
              "CUT-2", allowed="up to the cutoff", column="STARTDT"),
        C("STARTDT") > C("CUTDT")),
    RowTest(
        Check("REF-DEATH-EARLY", "query", "died before the start", OWN_RULE,
              allowed="on or after the start date", column="DTHDT",
              unless=("DM-DEATH-FIRST-DOSE",)),
        C("DTHDT") < C("STARTDT")),
    RowTest(
        Check("REF-NACT-EARLY", "query",
              "new anti-cancer therapy before the start: a prior therapy? nothing counts after it",
              "REC-5", allowed="on or after the start date, empty for a prior therapy", column="NACTDT"),
        C("NACTDT") < C("STARTDT")),
    RowTest(
        Check("REF-ALIVE-LATE", "query", "known to be alive after the date of death", OWN_RULE,
              allowed="up to the date of death", column="LSTALVDT"),
        C("LSTALVDT") > C("DTHDT")),
)  # fmt: skip
STRANGER: Final = Check(
    "REF-ABSENT", "query", "has assessments but no reference dates, so no time and nothing that counts",
    OWN_RULE, allowed="a subject of the reference", column="USUBJID",
)  # fmt: skip
# A file that a verb is given: one row a subject. The words are those of the verb.
TWICE: Final = Check(
    "REF-DUPLICATE", "error", "a second row of the subject in the file of reference dates", OWN_RULE,
    allowed="each subject once", table="REF", column="USUBJID",
)  # fmt: skip
# A date of any table, asked by validation and by the verbs, each saying what is done until it is answered.
PARTIAL: Final = Check(
    "DATE-PARTIAL", "query", "only month or year is known: which day was it?", "methods TIME-7"
)
CHECKS: Final = (*checks_of(TESTS), STRANGER, TWICE, PARTIAL)
DATES: Final = ("DTHDT", "LSTALVDT", "NACTDT", "CUTDT")


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
    return all_findings([_found(dated.filter(test.fails()), test.check, table) for test in TESTS])


def strangers(rows: pl.DataFrame, reference: pl.DataFrame, table: str) -> pl.DataFrame:
    """Subjects with rows who have no reference dates, each at its first row (SRCROW)."""
    first = (
        rows.join(reference, on="USUBJID", how="anti", maintain_order="left")
        .select("USUBJID", "SRCROW")
        .unique("USUBJID", keep="first", maintain_order=True)
    )
    return _found(first, STRANGER, table)


def _found(rows: pl.DataFrame, check: Check, table: str) -> pl.DataFrame:
    return findings_at(
        rows,
        check,
        table=table,
        row=C("SRCROW"),
        subject=pl.col("USUBJID"),
        value=C(str(check.column)).cast(pl.String),
    )
