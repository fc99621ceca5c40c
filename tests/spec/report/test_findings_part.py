"""The findings in the report: every severity, by site, by subject, and the lines themselves."""

import polars as pl
from support import ROOT, table

from pkpipe.finding.table import FINDINGS_SCHEMA
from pkpipe.protocol.file_reading.loader import load_study
from pkpipe.report.sections.data_quality import section
from pkpipe.subjects.missing import SCHEMA
from pkpipe.validate.findings_status import NONE, with_status

TINY = load_study(ROOT / "tests" / "studies" / "tiny.yaml")
ADSL = table("USUBJID | SITEID\n1 | 01\n2 | 02")
FOUND = table("""
    CHECK | SEVERITY | TABLE | FILE   | USUBJID | MESSAGE
    A-ONE | query    | AE    | ae.csv | 1       | first
    A-ONE | query    | AE    | ae.csv | 2       | first
    A-TWO | note     | AE    | ae.csv | 2       | second
    F-ONE | query    | PC    | pc.csv |         | whole file
""")
SOURCES = table(
    "TABLE | FILE | ROWS | LEFTOUT | KEPT | CUT | SHA256\nAE | ae.csv | 3 | 0 | 3 | 0 | abc"
)


def shown(found, missing=None):
    findings = pl.concat([pl.DataFrame(schema=FINDINGS_SCHEMA), found], how="diagonal_relaxed")
    status = with_status(findings, None, None, NONE)
    tables = {"FINDINGS": findings, "FINDSTAT": status, "ADSL": ADSL, "SOURCES": SOURCES}
    part = section(tables | {"MISSING": SCHEMA.to_frame() if missing is None else missing}, TINY)
    blocks = [block for p in (part, *part.parts) for block in p.blocks]
    return {b.title: b.rows for b in blocks if b.kind == "table"}, blocks


def test_every_severity_is_counted_also_one_that_did_not_occur():
    rows = shown(FOUND)[0]["Findings by severity"]
    assert [(r[0], *r[2:]) for r in rows] == [
        ("error", "0", "0", "0"),
        ("query", "3", "2", "2"),
        ("note", "1", "1", "1"),
    ]


def test_findings_stand_by_site_and_those_of_no_subject_under_none():
    assert shown(FOUND)[0]["Findings by site"] == (
        ("01", "0", "1", "0", "1"),
        ("02", "0", "1", "1", "1"),
        ("–", "0", "1", "0", "0"),
    )


def test_findings_stand_by_subject_with_the_site_the_most_first():
    assert shown(FOUND)[0]["Findings by subject"] == (
        ("02", "2", "0", "1", "1"),
        ("01", "1", "0", "1", "0"),
    )


def test_what_is_missing_is_counted_by_endpoint_and_listed():
    missing = pl.DataFrame(
        [
            {"USUBJID": "1", "ENDPOINT": "PK", "ITEM": "MAB", "CYCLE": 1, "STATUS": "OVERDUE"},
            {"USUBJID": "2", "ENDPOINT": "PK", "ITEM": "MAB", "CYCLE": 1, "STATUS": "DUE"},
        ],
        schema=SCHEMA,
    )
    rows = shown(FOUND, missing)[0]
    assert rows["Missing by endpoint"] == (("PK", "MAB", "1", "1", "2"),)
    assert len(rows["Missing by subject and date"]) == 2


def test_a_clean_study_says_so():
    rows, blocks = shown(FOUND.clear())
    assert [r[2] for r in rows["Findings by severity"]] == ["0", "0", "0"]
    words = [b.text for b in blocks if b.kind == "paragraph"]
    assert words[0].startswith("Neither now nor at an earlier cutoff")
    assert "Every planned sample" in words[1]
