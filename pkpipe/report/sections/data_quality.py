"""Where the data come from and what is wrong with them."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from pkpipe.protocol.study import Study
from pkpipe.report.blocks import Section, table_of


def section(tables: Mapping[str, pl.DataFrame], _study: Study) -> Section:
    """Raw files with their hashes, findings by check, findings line by line."""
    findings = tables["FINDINGS"]
    counted = (
        findings.group_by("SEVERITY", "CHECK", "TABLE")
        .agg(
            pl.len().alias("COUNT"),
            pl.col("USUBJID").drop_nulls().n_unique().alias("SUBJECTS"),
            pl.col("MESSAGE").sort().first(),
        )
        .sort("SEVERITY", "COUNT", "CHECK", "TABLE", descending=[False, True, False, False])
    )
    checks = {
        "SEVERITY": "Severity",
        "CHECK": "Check",
        "TABLE": "Table",
        "MESSAGE": "What is wrong (first)",
        "COUNT": "Rows",
        "SUBJECTS": "Subjects",
    }
    lines = {
        "SEVERITY": "Severity",
        "FILE": "File",
        "ROW": "Row",
        "USUBJID": "Subject",
        "COLUMN": "Column",
        "VALUE": "Value",
        "MESSAGE": "What is wrong",
        "ALLOWED": "Allowed",
    }
    sources = {
        "TABLE": "Table",
        "FILE": "File",
        "ROWS": "Rows",
        "KEPT": "Kept",
        "CUT": "After the cutoff",
        "SHA256": "SHA-256",
    }
    note = "Rows after the cutoff are kept apart in snapshot/CUTAWAY."
    return Section(
        "data",
        "Data",
        (
            table_of("Raw files", tables["SOURCES"], sources, note),
            table_of("Findings by check", counted, checks),
        ),
        (
            Section(
                "findings",
                "Findings line by line",
                (table_of("Findings", findings, lines, most=300),),
                folded=True,
            ),
        ),
    )
