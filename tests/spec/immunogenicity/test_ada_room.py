"""The room: ADSL, ADEX, ADPC, ADPP and IS in; ADASAMP, ADAB, ADASUM and ADAPK out."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from pkpipe.errors import DataError
from pkpipe.immunogenicity import known_columns, run
from pkpipe.protocol.loader import load_study

STUDY = load_study(Path(__file__).parents[2] / "studies" / "tiny.yaml")
DAY = "2026-01-05"


def moments(*texts: str) -> pl.Series:
    return pl.Series(texts).str.to_datetime("%Y-%m-%dT%H:%M", time_unit="us")


def tables(is_rows: list[tuple[str, str, str, str]]) -> dict[str, pl.DataFrame]:
    """IS rows are subject, test, text, time; S1 and S2 were treated, S3 never."""
    rows = pl.DataFrame(
        is_rows, schema=["USUBJID", "ISTESTCD", "ISSTRESC", "ISDTC"], orient="row"
    ).with_columns(ISBDAGNT=pl.lit("MAB"))
    return {
        "ADSL": pl.DataFrame(
            {
                "USUBJID": ["S1", "S2", "S3"],
                "COHORT": ["A", "A", "A"],
                "LEVEL": ["A", "A", None],
                "SAFFL": ["Y", "Y", "N"],
            }
        ),
        "ADEX": pl.DataFrame(
            {
                "USUBJID": ["S1", "S1", "S2"],
                "DRUG": "MAB",
                "DOSENO": [1, 2, 1],
                "DOSE": [1.0, 1.0, 1.0],
                "ASTDTM": moments("2026-01-05T09:00", "2026-01-26T09:00", "2026-01-06T09:00"),
            }
        ),
        "ADPC": pl.DataFrame(
            {
                "USUBJID": ["S2"],
                "DRUG": ["MAB"],
                "PARAMCD": ["MAB"],
                "ADTM": moments("2026-01-27T08:10"),
                "AVAL": [150.0],
                "BLQFL": [None],
            },
            schema_overrides={"BLQFL": pl.String},
        ),
        "ADPP": pl.DataFrame(
            {
                "PROFILE": ["S1-1", "S1-2", "S2-1"],
                "PARAMCD": "CMAX",
                "START": 0.0,
                "END": None,
                "PARCAT1": "MAB",
                "USUBJID": ["S1", "S1", "S2"],
                "DRUG": "MAB",
                "LEVEL": "A",
                "DOSENO": [1, 2, 1],
                "AVAL": [20.0, 10.0, None],
                "AVALU": "ug/mL",
                "PPREASND": [None, None, "no sample after the dose"],
                "REASON": [None, None, None],
            },
            schema_overrides={"END": pl.Float64, "REASON": pl.String},
        ),
        "IS": known_columns(rows.with_row_index("SRCROW", offset=2)),
    }


COLLECTED = [
    ("S1", "ADASCR", "NEGATIVE", "2026-01-05T08:00"),
    ("S1", "ADASCR", "POSITIVE", "2026-01-26T08:00"),
    ("S1", "ADACNF", "POSITIVE", "2026-01-26T08:00"),
    ("S1", "ADATIT", "40", "2026-01-26T08:00"),
    ("S1", "NAB", "NEGATIVE", "2026-01-26T08:00"),
    ("S2", "ADASCR", "NEGATIVE", "2026-01-06T08:00"),
    ("S2", "ADASCR", "NEGATIVE", "2026-01-27T08:00"),
]


def value(adab: pl.DataFrame, subject: str, code: str) -> str | None:
    return adab.filter((pl.col("USUBJID") == subject) & (pl.col("PARAMCD") == code))["AVALC"].item()


def test_the_room_classifies_every_treated_subject():
    got = run(tables(COLLECTED), STUDY)
    assert set(got) == {"ADASAMP", "ADAB", "ADASUM", "ADAPK"}
    assert got["ADAB"]["USUBJID"].unique().sort().to_list() == ["S1", "S2"]
    assert value(got["ADAB"], "S1", "ADASTAT") == "POSITIVE"
    assert value(got["ADAB"], "S1", "NABSTAT") == "NEGATIVE"


def test_a_negative_with_drug_above_the_limit_is_inconclusive_and_both_ways_are_printed():
    got = run(tables(COLLECTED), STUDY)
    assert value(got["ADAB"], "S2", "ADASTAT") == "INCONCLUSIVE"
    assert value(got["ADAB"], "S2", "ADASTAT0") == "NEGATIVE"
    everyone = got["ADASUM"].filter(pl.col("GROUP") == "ALL")
    counts = dict(everyone.select("PARAMCD", "X").rows())
    assert (counts["NEG"], counts["NEG0"], counts["INCONC"]) == (0, 1, 1)


def test_profiles_are_tagged_before_or_after_the_onset():
    got = run(tables(COLLECTED), STUDY)["ADAPK"]
    assert got.select("PROFILE", "ADATAG").rows() == [
        ("S1-1", "BEFORE"),
        ("S1-2", "ON_OR_AFTER"),
        ("S2-1", "UNKNOWN"),
    ]
    assert got.filter(pl.col("AVAL").is_null() & pl.col("REASON").is_null()).is_empty()


def test_rows_that_cannot_be_right_stop_the_room():
    with pytest.raises(DataError, match="NAb-positive, though the sample is ADA-negative"):
        run(tables([*COLLECTED, ("S2", "NAB", "POSITIVE", "2026-01-27T08:00")]), STUDY)


def test_a_study_that_collects_no_ada_has_empty_tables():
    without = STUDY.model_copy(update={"immunogenicity": None})
    got = run(tables(COLLECTED), without)
    assert {k: v.height for k, v in got.items() if k != "ADAPK"} == {
        "ADASAMP": 0,
        "ADAB": 0,
        "ADASUM": 0,
    }
    assert set(got["ADAPK"]["ADATAG"]) == {"UNKNOWN"}


def test_placebo_counts_as_the_first_dose_of_the_drug_it_stands_for():
    blinded = tables(COLLECTED)
    blinded["ADEX"] = blinded["ADEX"].with_columns(
        DRUG=pl.when(pl.col("USUBJID") == "S2").then(pl.lit("PLACEBO")).otherwise("DRUG"),
        DOSE=pl.when(pl.col("USUBJID") == "S2").then(0.0).otherwise("DOSE"),
    )
    got = run(blinded, STUDY)["ADASAMP"]
    assert got.filter(pl.col("USUBJID") == "S2")["POSTFL"].to_list() == [None, "Y"]
