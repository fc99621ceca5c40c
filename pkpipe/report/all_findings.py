"""Every finding of a run in one table: of the raw tables, of the topics, of the conduct of the trial."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import polars as pl

from pkpipe.clinical.assessment_checks import ASKED_AGAIN, ASKED_OF_ROWS, ASKED_OF_SUBJECT
from pkpipe.clinical.conduct import conduct_check
from pkpipe.displays.findings_in_chinese import with_chinese
from pkpipe.finding.rows import unsaid
from pkpipe.finding.table import all_findings, findings_at

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
    """The findings of the border and of the topics as one, none of them said twice."""
    border, asked = tables["FINDINGS"], tables["TUMFIND"]
    tumours = unsaid(asked, border, ASKED_OF_ROWS, on=("USUBJID", "TABLE"))
    tumours = unsaid(tumours, border, ASKED_OF_SUBJECT)
    before = pl.concat(part.select("USUBJID", "CHECK") for part in (border, asked))
    times = unsaid(tables["TTEFIND"], before, ASKED_AGAIN)
    topics = (tumours, times, _of_conduct(tables["CONFORM"]))
    return all_findings([border, *topics])


def told_in_chinese(findings: pl.DataFrame, conform: pl.DataFrame) -> pl.DataFrame:
    """The findings with what is wrong and what is allowed in Chinese, where they have it."""
    details = conform.select("DETAIL", "DETAILZH").drop_nulls().unique("DETAIL", keep="first")
    said = with_chinese(findings).join(
        details, left_on="MESSAGE", right_on="DETAIL", how="left", maintain_order="left"
    )
    return said.with_columns(
        MESSAGE=pl.coalesce("DETAILZH", "MESSAGEZH", "MESSAGE"),
        ALLOWED=pl.coalesce("ALLOWEDZH", "ALLOWED"),
    ).select(findings.columns)


def _of_conduct(conform: pl.DataFrame) -> pl.DataFrame:
    """What went otherwise than the protocol plans, as findings: one check a rule of conduct."""
    failed = conform.filter(pl.col("RESULT") == "FAIL")
    return all_findings(
        findings_at(
            failed.filter(pl.col("CHECK") == rule),
            conduct_check(rule, asks),
            row=None,
            subject=pl.col("USUBJID"),
            value=pl.col("DATE").cast(pl.String),
            message=pl.col("DETAIL"),
        )
        for rule, asks in failed.select("CHECK", "RULE").unique(maintain_order=True).iter_rows()
    )
