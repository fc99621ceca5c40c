"""PDSAT: time at or above the threshold, linear between results."""

from datetime import datetime, timedelta
from types import SimpleNamespace

import polars as pl
import pytest

from pkpipe.pk.saturation import SCHEMA, saturation

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
