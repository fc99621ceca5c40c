"""The dose a sample belongs to (TIME-2)."""

import datetime as dt

import polars as pl
import pytest

from pkpipe.clinical.reference_dose import DOSE_COLUMNS, with_dose


def moment(day):
    return None if day is None else dt.datetime.fromisoformat(f"2025-01-{day:02d}T09:00")


def doses(*rows):
    """Rows of subject, day, number, cycle, level."""
    names = ("USUBJID", "DOSEDTM", "DOSENO", "CYCLE", "LEVEL")
    frame = pl.DataFrame(
        [dict(zip(names, (s, moment(d), n, c, level), strict=True)) for s, d, n, c, level in rows],
        schema={
            "USUBJID": pl.String,
            "DOSEDTM": pl.Datetime("us"),
            "DOSENO": pl.Int64,
            "CYCLE": pl.Int64,
            "LEVEL": pl.String,
        },
    ).with_columns(DRUG=pl.lit("MAB"))
    rest = [c for c in DOSE_COLUMNS if c not in frame.columns]
    return frame.with_columns(pl.lit(None, dtype=pl.Float64).alias(c) for c in rest).select(
        DOSE_COLUMNS
    )


def samples(*rows):
    """Rows of subject, day, planned cycle."""
    return pl.DataFrame(
        [{"USUBJID": s, "ADTM": moment(d), "PCCYCLE": c} for s, d, c in rows],
        schema={"USUBJID": pl.String, "ADTM": pl.Datetime("us"), "PCCYCLE": pl.Int64},
    ).with_columns(DRUG=pl.lit("MAB"), IS_PRE=pl.lit(value=False))


def reference(sample_rows, dose_rows):
    found = with_dose(samples(*sample_rows), doses(*dose_rows), 24.0, "PCCYCLE")
    return found.select("DOSENO", "LEVEL").rows()


THREE = (("1", 1, 1, 1, "A"), ("1", 15, 2, 2, "B"), ("2", 1, 1, 1, "C"))


def test_a_sample_belongs_to_the_latest_dose_before_it_whatever_its_cycle_says():
    assert reference([("1", 3, 2), ("1", 20, 1)], THREE) == [(1, "A"), (2, "B")]


@pytest.mark.parametrize(("hours", "number"), [(12.0, 2), (12.1, 1)])
def test_without_a_stated_window_a_predose_sample_is_at_most_a_twentieth_of_the_interval_old(
    hours, number
):
    every_ten_days = doses(*THREE).with_columns(TAUH=pl.lit(240.0))
    drawn = samples(("1", 15, 2)).with_columns(
        pl.col("ADTM") - pl.duration(seconds=round(3600 * hours)), IS_PRE=pl.lit(value=True)
    )
    assert with_dose(drawn, every_ten_days, None, "PCCYCLE")["DOSENO"].to_list() == [number]


def test_what_was_not_collected_belongs_to_the_dose_of_its_planned_cycle():
    found = reference([("1", None, 2), ("2", None, 1), ("2", None, 2), ("1", None, None)], THREE)
    assert found == [(2, "B"), (1, "C"), (None, None), (None, None)]


def test_a_cycle_of_several_doses_does_not_say_which_one_was_meant():
    twice = (("1", 1, 1, 1, "A"), ("1", 8, 2, 1, "A"))
    assert reference([("1", None, 1)], twice) == [(None, None)]
