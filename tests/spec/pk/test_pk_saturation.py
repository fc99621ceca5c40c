"""PDSAT: time at or above the threshold, linear between results."""

from datetime import datetime, timedelta
from types import SimpleNamespace

import polars as pl
import pytest

from pkpipe.biomarkers.saturation import SCHEMA, SUM_SCHEMA, saturation, saturation_summary

STUDY = SimpleNamespace(biomarkers=(SimpleNamespace(code="RO", saturated_from=90.0),))
START = datetime.fromisoformat("2026-01-01")


def told(*values, study=STUDY):
    rows = [
        {"USUBJID": "1", "PARAMCD": "RO", "PARAM": "Occupancy", "DRUG": "MAB", "COHORT": "A"}
        | {"AVALU": "%", "ADTM": START + timedelta(days=d), "AVAL": v, "SRCROW": i}
        for i, (d, v) in enumerate(values)
    ]
    out = saturation(
        pl.DataFrame(rows, schema_overrides={"AVAL": pl.Float64, "ADTM": pl.Datetime("us")}),
        study,
    )
    assert out.schema == SCHEMA
    return out.to_dicts()


def test_time_above_runs_from_the_rise_to_the_fall():
    (row,) = told((0, 0.0), (10, 100.0), (20, 100.0), (30, 80.0))
    # rises through 90 on day 9, falls through it on day 25
    assert row["SATDAY"] == pytest.approx(16)
    assert (row["OBSDAY"], row["N"], row["REASON"]) == (30, 4, None)
    assert row["SATPCT"] == pytest.approx(100 * 16 / 30)
    assert row["FSATDTM"] == START + timedelta(days=9)
    assert row["LSATDTM"] == START + timedelta(days=25)


def test_at_the_threshold_counts_and_a_missing_result_is_passed_over():
    (row,) = told((0, 90.0), (5, None), (10, 90.0))
    assert (row["SATDAY"], row["SATPCT"], row["N"]) == (10, 100, 2)


def test_never_reached_is_nothing_with_a_reason_and_one_result_is_not_computable():
    (never,) = told((0, 0.0), (10, 89.0))
    assert (never["SATDAY"], never["FSATDTM"]) == (0, None)
    assert never["REASON"].startswith("never at or above")
    (one,) = told((0, 95.0))
    assert (one["SATDAY"], one["REASON"]) == (None, "fewer than two results at different times")


def test_a_marker_without_a_threshold_has_no_rows():
    none = SimpleNamespace(biomarkers=(SimpleNamespace(code="RO", saturated_from=None),))
    assert told((0, 0.0), (10, 100.0), study=none) == []


def test_cohorts_are_summed_up_over_who_has_a_share_of_time_and_everybody_comes_last():
    rows = [
        {"USUBJID": str(i), "PARAMCD": "RO", "COHORT": c, "LIMIT": 90.0, "AVALU": "%", "SATPCT": p}
        | {"OBSDAY": 20.0, "SATDAY": None if p is None else p / 5, "FSATDTM": START if p else None}
        for i, (c, p) in enumerate((("B", 50.0), ("B", 70.0), ("B", None), ("A", 0.0), ("C", None)))
    ]
    out = saturation_summary(pl.DataFrame(rows, schema=SCHEMA))
    assert out.schema == SUM_SCHEMA
    columns = ("COHORT", "NEXAM", "N", "NEVER", "SATMED", "PCTMED", "PCTMIN", "PCTMAX")
    assert out.select(columns).rows() == [
        ("A", 1, 1, 1, 0, 0, 0, 0),
        ("B", 3, 2, 0, 12, 60, 50, 70),
        ("C", 1, 0, 0, None, None, None, None),
        ("ALL", 5, 3, 1, 10, 50, 0, 70),
    ]
    assert out["REASON"].to_list()[1:3] == [None, "nobody has two results at different times"]
    assert saturation_summary(pl.DataFrame(schema=SCHEMA)).schema == SUM_SCHEMA
