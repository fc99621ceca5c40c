"""One list of findings: what the raw tables, the topics and the conduct of the trial gave."""

from datetime import date

import polars as pl

from pkpipe.finding.table import FINDINGS_SCHEMA, all_findings
from pkpipe.report.all_findings import everything_found

NOTHING = all_findings([])


def _finding(check, subject="1", table="ADTTE", message="PFS is longer than OS"):
    row = {"CHECK": check, "SEVERITY": "query", "TABLE": table, "USUBJID": subject}
    row |= {"FILE": None, "ROW": None, "COLUMN": "ADT", "VALUE": "2026-01-02"}
    return pl.DataFrame(
        row | {"MESSAGE": message, "ALLOWED": None}, schema_overrides=FINDINGS_SCHEMA
    ).select(*FINDINGS_SCHEMA)


LONG = _finding("TTE-PFS-OS")
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


def _found(times=LONG, conform=CONFORM, tumours=NOTHING):
    tables = {"FINDINGS": NOTHING, "TUMFIND": tumours, "TTEFIND": times, "CONFORM": conform}
    return everything_found(tables)


def test_a_failed_check_of_conduct_is_a_finding_with_subject_date_and_rule():
    row = _found().filter(pl.col("CHECK") == "CONDUCT-C06").row(0, named=True)
    assert (row["USUBJID"], row["VALUE"], row["SEVERITY"]) == ("1", "2026-01-02", "query")
    assert row["ALLOWED"] == "dosing within the window"


def test_what_passed_or_could_not_be_assessed_is_none():
    assert _found(times=NOTHING).height == 1


def test_a_time_to_event_that_cannot_be_is_a_finding():
    assert _found(conform=CONFORM.clear())["MESSAGE"].to_list() == ["PFS is longer than OS"]


def test_what_the_tumour_tables_said_of_a_subject_is_not_said_again():
    times = pl.concat([LONG, _finding("TTE-AFTER-DEATH"), _finding("TTE-AFTER-DEATH", "2")])
    found = _found(times, CONFORM.clear(), tumours=_finding("TR-DEATH", table="TR"))
    assert sorted(found.select("CHECK", "USUBJID").rows()) == [
        ("TR-DEATH", "1"),
        ("TTE-AFTER-DEATH", "2"),
        ("TTE-PFS-OS", "1"),
    ]


def test_what_validation_asked_of_the_rows_of_a_table_is_not_asked_again():
    border = pl.concat([_finding("DATE-AFTER-DEATH", table="TR"), _finding("SCAN-OLD-BASELINE")])
    scans = pl.concat([_finding("TR-DEATH", s, "TR") for s in ("1", "2")])
    both = pl.concat([scans, _finding("RS-DEATH", table="RS"), _finding("TR-BASEOLD", table="TR")])
    tables = {"FINDINGS": border, "TUMFIND": both, "TTEFIND": NOTHING, "CONFORM": CONFORM.clear()}
    found = everything_found(tables)
    assert sorted(found.select("CHECK", "USUBJID").rows()) == [
        ("DATE-AFTER-DEATH", "1"),
        ("RS-DEATH", "1"),
        ("SCAN-OLD-BASELINE", "1"),
        ("TR-DEATH", "2"),
    ]
