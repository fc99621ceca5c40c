"""Findings that the study file waives have a table of their own: reason, who, date."""

import datetime as dt

import polars as pl
from support import ROOT

from pkpipe.finding.check import Check
from pkpipe.finding.rows import as_findings, one
from pkpipe.protocol.file_reading.loader import load_study
from pkpipe.protocol.waivers import Waiver
from pkpipe.report.sections.data_quality import _waived
from pkpipe.validate.waived import waived

TINY = load_study(ROOT / "tests" / "studies" / "tiny.yaml")
CHECK = Check("EX-CYCLE", "error", "a cycle that is not planned", "drugs.max_cycles")
FOUND = [one(CHECK, TABLE="EX", FILE="ex.csv", ROW=row, USUBJID="1") for row in (3, 4)]


def test_a_waived_finding_is_listed_with_reason_name_and_date():
    told = {
        "reason": "protocol deviation 7 (see TMF)",
        "by": "Li, on call",
        "on": dt.date(2026, 6, 1),
    }
    waiver = Waiver(finding="EX-CYCLE", rows=(3,), **told)
    findings = waived(as_findings(FOUND), TINY.model_copy(update={"waive": (waiver,)}))
    (section,) = _waived(findings)
    row = section.blocks[0].rows[0] if hasattr(section.blocks[0], "rows") else None
    text = str(section.blocks[0] if row is None else row)
    for part in ("EX-CYCLE", "Li, on call", "2026-06-01", "protocol deviation 7 (see TMF)"):
        assert part in text
    assert len(pl.DataFrame(findings.filter(pl.col("MESSAGE").str.starts_with("waived")))) == 1


def test_without_a_waiver_there_is_no_such_table():
    assert _waived(as_findings(FOUND)) == ()
