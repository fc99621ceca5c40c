"""What became of the findings in the raw tables since the cutoff before."""

from __future__ import annotations

from typing import Final

import polars as pl

from pkpipe.finding.check import SEVERITIES
from pkpipe.finding.status import NEW, OPEN, RESOLVED
from pkpipe.report.page_blocks import Block, Paragraph, Section, table_of

STATUSES: Final = (NEW, OPEN, RESOLVED)
BASES: Final = {
    "FROZEN": "It was frozen; its findings are those of the data delivered then.",
    "TODAY": "It was not frozen, so the tables delivered for this cutoff were cut and checked again as of "
    "that day: a finding that a later delivery corrected was not there then either and is not shown.",
}
SCOPE: Final = (
    "Findings of the raw tables only. Two findings are the same if check, table, subject, column and value "
    "are; rows move between deliveries. New: not there at the earlier cutoff. Resolved: there and gone."
)
LINES: Final = {
    "SEVERITY": "Severity",
    "SITEID": "Site",
    "USUBJID": "Subject",
    "TABLE": "Table",
    "FILE": "File",
    "ROW": "Row",
    "COLUMN": "Column",
    "VALUE": "Value",
    "MESSAGE": "What is wrong",
}
MOST: Final = 200


def _counted(found: pl.DataFrame) -> pl.DataFrame:
    """Each severity, none left out, with its findings of each status."""
    counted = found.group_by("SEVERITY").agg(
        (pl.col("STATUS") == status).sum().alias(status) for status in STATUSES
    )
    every = pl.DataFrame({"SEVERITY": SEVERITIES}, schema={"SEVERITY": pl.String})
    joined = every.join(counted, on="SEVERITY", how="left", maintain_order="left")
    return joined.with_columns(pl.col(*STATUSES).fill_null(0))


def section(found: pl.DataFrame, adsl: pl.DataFrame) -> Section:
    """Counts by severity and status, then the new and the resolved ones line by line.

    found: FINDSTAT; SINCE and BASIS are the same in every row.
    """
    title = "Findings new, open and resolved"
    if found.is_empty():
        text = "Neither now nor at an earlier cutoff was anything found in the raw tables."
        return Section("findings-over-time", title, (Paragraph(text),))
    since, basis = found["SINCE"][0], found["BASIS"][0]
    if since is None:
        text = "No earlier cutoff is frozen or listed in the run file: every finding is new."
        return Section("findings-over-time", title, (Paragraph(text),))
    heads = {"SEVERITY": "Severity", NEW: "New", OPEN: "Open", RESOLVED: "Resolved"}
    told = f"Compared with the cutoff {since.isoformat()}. {BASES[basis]}"
    sites = adsl.select("USUBJID", "SITEID").unique("USUBJID", keep="first")
    moved = found.filter(pl.col("STATUS") != OPEN).join(
        sites, on="USUBJID", how="left", maintain_order="left"
    )
    blocks: tuple[Block, ...] = (
        Paragraph(told),
        table_of(f"Findings since {since.isoformat()}", _counted(found), heads, SCOPE),
        *(
            table_of(title, moved.filter(pl.col("STATUS") == status), LINES, note, MOST)
            for status, title, note in (
                (NEW, "New findings", ""),
                (RESOLVED, "Resolved findings", "File and row as they were then."),
            )
        ),
    )
    return Section("findings-over-time", title, blocks)
