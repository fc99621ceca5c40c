"""ADPD: receptor occupancy and other markers against their value before the first dose."""

from datetime import date

import polars as pl
import pytest
from support import ROOT, domain, no_domains

from pkpipe import pk, subjects
from pkpipe.protocol.file_reading.loader import load_study

STUDY = load_study(ROOT / "config" / "bat6026.yaml")
EX = """
USUBJID | EXTRT   | EXDOSE | EXDOSU | CYCLE | EXSTDTC
1       | BAT6026 | 1      | mg/kg  | 1     | 2026-01-05T09:00
1       | BAT6026 | 1      | mg/kg  | 2     | 2026-01-26T09:00
"""
CP = """
USUBJID | CPTESTCD | CPSTRESN | CPTPT   | CPSTAT   | CPREASND | CPDTC
1       | RO       | 3        |         |          |          | 2025-12-28T10:00
1       | RO       | 4        | PREDOSE |          |          | 2026-01-05T08:00
1       | RO       | 90       | 24H     |          |          | 2026-01-06T09:00
1       | RO       |          | D8      | NOT DONE | clotted  | 2026-01-12T09:00
1       | RO       | 70       | PREDOSE |          |          | 2026-01-26T08:00
"""


def markers(cp=CP):
    domains = no_domains() | {
        "DM": domain("DM", "USUBJID | ARMCD\n1 | E"),
        "EX": domain("EX", EX),
        "CP": domain("CP", cp),
    }
    study = STUDY.at(date(2026, 6, 30))
    who = subjects.run(domains, study)
    return pk.run(domains | who, study)["ADPD"]


def test_baseline_is_the_last_value_before_the_first_dose():
    rows = markers()
    assert set(rows["BASE"]) == {4}
    assert rows.filter(pl.col("ABLFL") == "Y")["AVAL"].to_list() == [4]


def test_change_is_given_after_the_first_dose_only():
    rows = markers().select("AVAL", "CHG", "PCHG").rows()
    assert rows == [
        (3, None, None),
        (4, None, None),
        (90, 86, 2150),
        (None, None, None),
        (70, 66, 1650),
    ]


def test_a_marker_before_a_dose_is_of_the_cycle_that_comes():
    assert markers().filter(pl.col("AVAL") == 70)["CYCLE"].to_list() == [2]
    assert set(markers()["LEVEL"].drop_nulls()) == {"E"}


def test_what_was_not_done_says_why():
    assert markers().filter(pl.col("AVAL").is_null())["REASON"].to_list() == ["not done: clotted"]


def test_without_a_baseline_there_is_no_change_and_a_reason():
    late = "\n".join(
        line for line in CP.splitlines() if "2025-" not in line and "01-05T08" not in line
    )
    rows = markers(late).filter(pl.col("AVAL").is_not_null())
    assert set(rows["CHG"]) == {None}
    assert set(rows["REASON"]) == {"no value before the first dose, so no change"}


def test_a_change_from_zero_has_no_percentage():
    row = markers(CP.replace("| 4  ", "| 0  ")).filter(pl.col("AVAL") == 90).row(0, named=True)
    assert (row["CHG"], row["PCHG"]) == (90, None)


def test_a_marker_that_is_none_of_the_study_is_kept_and_named():
    rows = markers(CP.replace("RO ", "IL6"))
    assert rows.height == 5
    assert set(rows.filter(pl.col("AVAL").is_not_null())["REASON"]) == {
        "not a biomarker of the study file"
    }


@pytest.mark.parametrize("empty", ["USUBJID | CPTESTCD"])
def test_a_study_without_markers_has_an_empty_table(empty):
    assert markers(empty).is_empty()
