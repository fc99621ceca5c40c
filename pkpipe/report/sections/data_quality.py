"""Where the data come from and what is wrong with them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import polars as pl

from pkpipe.finding import waivers
from pkpipe.finding.check import SEVERITIES
from pkpipe.protocol.study import Study
from pkpipe.report.all_findings import LINE
from pkpipe.report.page_blocks import Block, Paragraph, Section, table_of
from pkpipe.report.sections import findings_over_time

SITES: Final = {
    "SITEID": "Site",
    "ERROR": "Errors",
    "QUERY": "Queries",
    "NOTE": "Notes",
    "SUBJECTS": "Subjects",
}
MEANING: Final = {
    "error": "withholds the dose decision until it is put right (any other error stops the study)",
    "query": "a question to the site; the run goes on",
    "note": "shown, nothing is asked",
}
SUBJECTS: Final = {
    "SITEID": "Site",
    "USUBJID": "Subject",
    "ERROR": "Errors",
    "QUERY": "Queries",
    "NOTE": "Notes",
}

WAIVED: Final = {
    "CHECK": "Check",
    "TABLE": "Table",
    "FILE": "File",
    "ROW": "Row",
    "USUBJID": "Subject",
    "COLUMN": "Column",
    "VALUE": "Value",
    "WHAT": "What is wrong",
    "WHY": "Reason",
    "BY": "Waived by",
    "ON": "On",
}


def _counts() -> dict[str, pl.Expr]:
    return {s.upper(): (pl.col("SEVERITY") == s).sum() for s in SEVERITIES}


def _by_severity(findings: pl.DataFrame) -> pl.DataFrame:
    """Each severity, none left out: what it means for the run, findings, checks, subjects."""
    counted = findings.group_by("SEVERITY").agg(
        COUNT=pl.len(),
        CHECKS=pl.col("CHECK").n_unique(),
        SUBJECTS=pl.col("USUBJID").drop_nulls().n_unique(),
    )
    every = pl.DataFrame(
        {"SEVERITY": SEVERITIES, "MEANS": [MEANING[s] for s in SEVERITIES]},
        schema={"SEVERITY": pl.String, "MEANS": pl.String},
    )
    return every.join(counted, on="SEVERITY", how="left", maintain_order="left").with_columns(
        pl.col("COUNT", "CHECKS", "SUBJECTS").fill_null(0)
    )


def _by_site(findings: pl.DataFrame, adsl: pl.DataFrame) -> pl.DataFrame:
    """Findings of each site; those about no subject of the trial stand under none."""
    sites = adsl.select("USUBJID", "SITEID").unique("USUBJID", keep="first")
    return (
        findings.join(sites, on="USUBJID", how="left")
        .group_by("SITEID")
        .agg(**_counts(), SUBJECTS=pl.col("USUBJID").drop_nulls().n_unique())
        .sort("SITEID", nulls_last=True)
    )


def _by_subject(findings: pl.DataFrame, adsl: pl.DataFrame) -> pl.DataFrame:
    """Findings of each subject, most errors and queries first."""
    sites = adsl.select("USUBJID", "SITEID").unique("USUBJID", keep="first")
    about = findings.filter(pl.col("USUBJID").is_not_null())
    return (
        about.group_by("USUBJID")
        .agg(**_counts())
        .join(sites, on="USUBJID", how="left")
        .sort("ERROR", "QUERY", "NOTE", "USUBJID", descending=[True, True, True, False])
    )


def _missing(missing: pl.DataFrame) -> tuple[Block, ...]:
    """What is overdue and what comes next, counted and line by line."""
    if missing.is_empty():
        return (Paragraph("Every planned sample and scan up to the cutoff has a record."),)
    counted = missing.group_by("ENDPOINT", "ITEM").agg(
        OVERDUE=(pl.col("STATUS") == "OVERDUE").sum(),
        DUE=(pl.col("STATUS") == "DUE").sum(),
        SUBJECTS=pl.col("USUBJID").n_unique(),
    )
    overview = table_of(
        "Missing by endpoint",
        counted.sort("ENDPOINT", "ITEM"),
        {"ENDPOINT": "Endpoint", "ITEM": "Of", "OVERDUE": "Overdue", "DUE": "Due"}
        | {"SUBJECTS": "Subjects"},
        "Overdue: the window closed and no record arrived. Due: windows open, next doses and scans.",
    )
    lines = {
        "USUBJID": "Subject",
        "ENDPOINT": "Endpoint",
        "ITEM": "Of",
        "CYCLE": "Cycle",
        "TIMEPT": "Time point",
        "DUEDT": "Planned",
        "LATEDT": "Last day",
        "STATUS": "Status",
        "REASON": "Why",
    }
    return (overview, table_of("Missing by subject and date", missing, lines, most=200))


def _waived(findings: pl.DataFrame) -> tuple[Section, ...]:
    """The findings that the study file waives, with who did, when and why; no section where none is."""
    rows = waivers.of_report(findings)
    if rows.is_empty():
        return ()
    note = "A waived finding stops nothing. It stays among the notes above and in every later run."
    return (
        Section(
            "waived",
            "Waived findings",
            (table_of("Waived findings", rows, WAIVED, note, most=200),),
        ),
    )


def section(tables: Mapping[str, pl.DataFrame], _study: Study) -> Section:
    """Raw files with their hashes, findings by site, subject and check, then line by line."""
    findings, adsl = tables["FINDINGS"], tables["ADSL"]
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
    lines = {"SEVERITY": "Severity", **LINE}
    totals = {"SEVERITY": "Severity", "MEANS": "What it means", "COUNT": "Findings"}
    totals |= {"CHECKS": "Checks", "SUBJECTS": "Subjects"}
    sources = {
        "TABLE": "Table",
        "FILE": "File",
        "ROWS": "Rows",
        "KEPT": "Kept",
        "CUT": "After the cutoff",
        "LEFTOUT": "Left out",
        "SHA256": "SHA-256",
    }
    note = (
        "Rows after the cutoff, and those the study file leaves out, are kept in snapshot/CUTAWAY."
    )
    return Section(
        "data",
        "Data",
        (table_of("Raw files", tables["SOURCES"], sources, note),),
        (
            Section(
                "findings",
                "Findings",
                (
                    table_of("Findings by severity", _by_severity(findings), totals),
                    table_of("Findings by site", _by_site(findings, adsl), SITES),
                    table_of("Findings by subject", _by_subject(findings, adsl), SUBJECTS, most=60),
                    table_of("Findings by check", counted, checks),
                ),
            ),
            *_waived(findings),
            findings_over_time.section(tables["FINDSTAT"], adsl),
            Section("missing", "What planned endpoints still need", _missing(tables["MISSING"])),
            Section(
                "finding-lines",
                "Findings line by line",
                (table_of("Findings", findings, lines, most=300),),
                folded=True,
            ),
        ),
    )
