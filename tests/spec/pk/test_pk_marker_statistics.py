"""PDSTAT: every visit and cohort with its statistics, a subject counted once."""

import statistics

import polars as pl
import pytest

from pkpipe.biomarkers.samples import COLUMNS
from pkpipe.biomarkers.visit_statistics import SCHEMA, marker_statistics, with_first

NUMBERS = {"AVAL", "BASE", "CHG", "PCHG", "ATPTN"}


def _adpd(*rows):
    """Rows of subject, cohort, visit, hour, value, change, percent change."""
    names = ("USUBJID", "COHORT", "VISIT", "SRCROW", "AVAL", "CHG", "PCHG")
    drawn = [dict(zip(names, row, strict=True)) for row in rows]
    fixed = {"PARAMCD": "RO", "PARAM": "Occupancy", "DRUG": "MAB", "AVALU": "%", "CYCLE": 1}
    types = {c: pl.Float64 if c in NUMBERS else pl.String for c in COLUMNS}
    types |= {"CYCLE": pl.Int64, "SRCROW": pl.Int64, "ADTM": pl.Datetime("us")}
    return with_first(pl.DataFrame([fixed | row for row in drawn], schema=types))


def test_means_and_spread_are_of_the_subjects_of_a_cohort_and_of_all():
    told = marker_statistics(
        _adpd(
            ("1", "A", "C1D8", 2, 60.0, 50.0, 500.0),
            ("2", "A", "C1D8", 3, 80.0, 75.0, 1500.0),
            ("3", "B", "C1D8", 4, 90.0, None, None),
        )
    )
    assert told.schema == SCHEMA
    rows = {(r["COHORT"], r["KIND"]): r for r in told.to_dicts()}
    assert rows["A", "AVAL"]["MEAN"] == 70
    assert rows["A", "PCHG"]["SD"] == pytest.approx(statistics.stdev([500, 1500]))
    assert rows["A", "CHG"]["MEDIAN"] == 62.5
    assert (rows["ALL", "AVAL"]["N"], rows["ALL", "CHG"]["N"]) == (3, 2)
    assert (rows["ALL", "AVAL"]["MIN"], rows["ALL", "AVAL"]["MAX"]) == (60, 90)
    assert rows["B", "AVAL"]["REASON"] == "one subject, so no SD"
    assert "no subject has a change" in rows["B", "CHG"]["REASON"]
    assert rows["A", "PCHG"]["AVALU"] == "%"


def test_a_repeated_examination_counts_once_and_a_missing_result_gives_way():
    told = marker_statistics(
        _adpd(
            ("1", "A", "C1D8", 2, None, None, None),
            ("1", "A", "C1D8", 3, 60.0, 50.0, 500.0),
            ("1", "A", "C1D8", 4, 90.0, 80.0, 800.0),
        )
    ).filter(pl.col("COHORT") == "A", pl.col("KIND") == "AVAL")
    assert told.select("N", "MEAN").row(0) == (1, 60.0)


def test_without_biomarkers_the_table_is_empty_and_typed():
    assert marker_statistics(_adpd()).schema == SCHEMA
