"""Findings that the study file waives: they stay, say who waived them, and stop nothing."""

from __future__ import annotations

from functools import reduce
from typing import Final

import polars as pl

from pkpipe.finding.check import Check
from pkpipe.finding.rows import as_findings, one
from pkpipe.finding.table import all_findings
from pkpipe.protocol.study import Study
from pkpipe.protocol.waivers import Waiver

C: Final = pl.col
UNUSED: Final = Check(
    "WAIVER-UNUSED", "query", "a waiver that no finding answers to", "waive of the study file"
)


def waived(findings: pl.DataFrame, study: Study) -> pl.DataFrame:
    """The findings, the waived ones as notes with name, date and reason; a waiver of nothing is a query."""
    if not study.waive:
        return findings
    hits = [findings.select(_is_of(w).any()).item() for w in study.waive]
    told = reduce(_applied, study.waive, findings)
    lost = [
        one(
            UNUSED,
            FILE="study file",
            COLUMN=f"waive.{i}",
            VALUE=waiver.finding,
            USUBJID=waiver.subject,
            ALLOWED="a finding of this delivery by its CHECK, ROW and USUBJID, or no waiver",
        )
        for i, (waiver, hit) in enumerate(zip(study.waive, hits, strict=True))
        if not hit
    ]
    return all_findings([told, as_findings(lost)])


def _is_of(waiver: Waiver) -> pl.Expr:
    asked = [C("CHECK") == waiver.finding]
    asked += [C("ROW").is_in(waiver.rows)] if waiver.rows else []
    asked += [C("FILE") == waiver.file] if waiver.file is not None else []
    asked += [C("USUBJID") == waiver.subject] if waiver.subject is not None else []
    return pl.all_horizontal(asked).fill_null(value=False)


def _applied(findings: pl.DataFrame, waiver: Waiver) -> pl.DataFrame:
    mine = _is_of(waiver)
    by = f"waived by {waiver.by} on {waiver.on.isoformat()} ({waiver.reason}): "
    return findings.with_columns(
        SEVERITY=pl.when(mine).then(pl.lit("note")).otherwise("SEVERITY"),
        MESSAGE=pl.when(mine).then(pl.lit(by) + C("MESSAGE")).otherwise("MESSAGE"),
    )
