"""One list of findings: what the raw tables, the topics and the conduct of the trial gave."""

from datetime import date

import polars as pl

from pkpipe.report.found import everything_found
from pkpipe.tables.findings import all_findings

NOTHING = all_findings([])
ADTTE = pl.DataFrame(
    {"USUBJID": ["1"], "PARAMCD": ["PFS"], "AVAL": [100.0], "ANL01FL": ["Y"]}
    | {"FINDING": ["PFS is longer than OS"]}
)
CONFORM = pl.DataFrame(
    {
        "CHECK": ["C06", "C06", "C08"],
        "USUBJID": ["1", "2", "1"],
        "RESULT": ["FAIL", "PASS", "NOT_ASSESSABLE"],
        "DATE": [date(2026, 1, 2)] * 3,
        "DETAIL": ["dose 14 days from its planned date", "on time", "not collected"],
        "RULE": ["dosing within the window", "dosing within the window", "examinations"],
    }
)


def _found(adtte=ADTTE, conform=CONFORM):
    tables = {"FINDINGS": NOTHING, "TUMFIND": NOTHING, "ADTTE": adtte, "CONFORM": conform}
    return everything_found(tables)


def test_a_failed_check_of_conduct_is_a_finding_with_subject_date_and_rule():
    row = _found().filter(pl.col("CHECK") == "CONDUCT-C06").row(0, named=True)
    assert (row["USUBJID"], row["VALUE"], row["SEVERITY"]) == ("1", "2026-01-02", "query")
    assert row["ALLOWED"] == "dosing within the window"


def test_what_passed_or_could_not_be_assessed_is_none():
    assert _found(adtte=ADTTE.clear()).height == 1


def test_a_time_to_event_that_cannot_be_is_a_finding():
    assert _found(conform=CONFORM.clear())["MESSAGE"].to_list() == ["PFS is longer than OS"]
