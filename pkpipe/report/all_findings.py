"""Every finding of a run in one table: of the raw tables, of the topics, of the conduct of the trial."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import polars as pl

from pkpipe.clinical.subject_dates import QUESTIONS, STRANGER
from pkpipe.finding.table import all_findings, findings_at
from pkpipe.sentences import sentence

# A check of time to event, and the check of the tumour tables that asks the same of the same rows.
SAME_AS: Final = (
    ("TTE-RESPONSE", "RS-CODELIST"),
    ("TTE-NO-DATE", "TR-NODATE"),
    ("TTE-NO-DATE", "RS-NODATE"),
    ("TTE-EARLY", "TR-EARLY"),
    ("TTE-EARLY", "RS-EARLY"),
    ("TTE-AFTER-DEATH", "TR-DEATH"),
    ("TTE-AFTER-DEATH", "RS-DEATH"),
    *((code, code) for code in (*(q.id for q in QUESTIONS), STRANGER.id)),
)

# A finding in a table of the report: where it is, and what is wrong.
LINE: Final = {
    "FILE": "File",
    "ROW": "Row",
    "USUBJID": "Subject",
    "COLUMN": "Column",
    "VALUE": "Value",
    "MESSAGE": "What is wrong",
    "ALLOWED": "Allowed",
}


def everything_found(tables: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """The findings of the border and of the topics as one."""
    tumours = tables["TUMFIND"]
    times = unsaid(tables["TTEFIND"], tumours)
    topics = (tumours, times, _of_conduct(tables["CONFORM"]))
    return all_findings([tables["FINDINGS"], *topics])


def _of_conduct(conform: pl.DataFrame) -> pl.DataFrame:
    """What went otherwise than the protocol plans, as findings."""
    return findings_at(
        conform.filter(pl.col("RESULT") == "FAIL"),
        check=sentence("CONDUCT-{}", "CHECK"),
        severity="query",
        table="CONFORM",
        row=None,
        subject=pl.col("USUBJID"),
        column=None,
        value=pl.col("DATE").cast(pl.String),
        message=pl.col("DETAIL"),
        allowed=pl.col("RULE"),
    )


def unsaid(of_times: pl.DataFrame, of_tumours: pl.DataFrame) -> pl.DataFrame:
    """What time to event doubts and the tumour tables have not said of that subject already."""
    said = of_tumours.select("USUBJID", SAID="CHECK").unique()
    twins = pl.DataFrame(SAME_AS, schema=("CHECK", "SAID"), orient="row")
    told = said.join(twins, on="SAID", how="inner").select("USUBJID", "CHECK")
    return of_times.join(told, on=("USUBJID", "CHECK"), how="anti", maintain_order="left")
