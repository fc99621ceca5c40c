"""The room: ADSL, ADEX, ADPC, ADPP and IS in; ADASAMP, ADAB, ADASUM and ADAPK out."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from ada_drawings import COLLECTED, tables

from pkpipe.clinical.collected import COLLECT
from pkpipe.errors import DataError
from pkpipe.immunogenicity import run
from pkpipe.protocol.file_reading.loader import load_study
from pkpipe.rooms import BY_NAME

STUDY = load_study(Path(__file__).parents[2] / "studies" / "tiny.yaml")


def value(adab: pl.DataFrame, subject: str, code: str) -> str | None:
    return adab.filter((pl.col("USUBJID") == subject) & (pl.col("PARAMCD") == code))["AVALC"].item()


def test_the_room_classifies_every_treated_subject():
    got = run(tables(COLLECTED), STUDY)
    assert set(got) == set(BY_NAME["immunogenicity"].writes)
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
    assert {k for k, v in got.items() if v.height} == {"ADAPK"}
    assert set(got["ADAPK"]["ADATAG"]) == {"UNKNOWN"}


def lacking(*columns):
    """COLLECT of a delivery without these columns."""
    rows = [(c.partition(".")[0], c.partition(".")[2], "x.csv", "ABSENT", None) for c in columns]
    return pl.DataFrame(rows, schema=COLLECT, orient="row")


NO_RESULT = ("IS.ISSTRESC", "IS.ISORRES")


def test_samples_without_a_result_in_words_are_not_counted_as_negative_or_as_none():
    got = run({**tables(COLLECTED), "COLLECT": lacking(*NO_RESULT)}, STUDY)
    lost = "not collected: IS.ISSTRESC or IS.ISORRES"
    for count in ("X", "N", "PCT", "AVAL"):
        assert got["ADASUM"][count].is_null().all(), count
    assert got["ADAB"]["AVALC"].is_null().all()
    assert set(got["ADASUM"]["REASON"]) == set(got["ADAB"]["REASON"]) == {lost}
    assert got["ADALOSS"].is_empty()


def test_one_column_of_words_is_enough():
    got = run({**tables(COLLECTED), "COLLECT": lacking(*NO_RESULT[1:])}, STUDY)
    assert value(got["ADAB"], "S1", "ADASTAT") == "POSITIVE"


def test_without_any_concentration_nobody_counts_negative_or_inconclusive():
    nothing = lacking("PC.PCSTRESN", "PC.PCSTRESC", "PC.PCORRES")
    got = run({**tables(COLLECTED), "COLLECT": nothing}, STUDY)["ADASUM"]
    rows = got.filter(pl.col("PARAMCD").is_in(["NEG", "INCONC"]))
    assert rows["X"].is_null().all()
    assert rows["REASON"].str.ends_with("PC.PCORRES (drug tolerance)").all()
    assert got.filter(pl.col("PARAMCD") == "NEG0")["X"].is_not_null().all()


def test_placebo_counts_as_the_first_dose_of_the_drug_it_stands_for():
    blinded = tables(COLLECTED)
    blinded["ADEX"] = blinded["ADEX"].with_columns(
        DRUG=pl.when(pl.col("USUBJID") == "S2").then(pl.lit("PLACEBO")).otherwise("DRUG"),
        DOSE=pl.when(pl.col("USUBJID") == "S2").then(0.0).otherwise("DOSE"),
    )
    got = run(blinded, STUDY)["ADASAMP"]
    assert got.filter(pl.col("USUBJID") == "S2")["POSTFL"].to_list() == [None, "Y"]


def decided(got, code):
    rows = got["ADARULE"].filter(pl.col("RULE") == code)
    return dict(rows.select("USUBJID", "N").rows())


def test_whom_a_rule_decided_for_is_listed_with_the_rule():
    """S1: no baseline, a date without a time, a positive without a titre. S2: nothing after the dose."""
    got = run(
        tables(
            [
                ("S1", "ADASCR", "POSITIVE", "2026-01-26"),
                ("S1", "ADACNF", "POSITIVE", "2026-01-26"),
                ("S2", "ADASCR", "NEGATIVE", "2026-01-06T08:00"),
            ]
        ),
        STUDY,
    )
    assert decided(got, "NOBASE") == {"S1": 1}
    assert decided(got, "UNTIMED") == {"S1": 1}
    assert decided(got, "NOTITRE") == {"S1": 1}
    assert decided(got, "UNJUDGED") == {"S1": 1}
    assert decided(got, "NABMISS").keys() == {"S1"}
    assert decided(got, "NOPOST") == {"S2": 1}
    assert got["ADARULE"].filter(pl.col("WHAT").is_null() | pl.col("DONE").is_null()).is_empty()


def test_the_counts_of_the_summary_and_the_listing_are_the_same():
    rows = [r for r in COLLECTED if r[:2] != ("S1", "ADATIT")]
    got = run(tables([r for r in rows if r[3] != "2026-01-05T08:00"]), STUDY)
    counts = got["ADASUM"].filter(pl.col("GROUP") == "ALL")
    counts = dict(counts.select("PARAMCD", "X").rows())
    for measure, rule in (("NOBASE", "NOBASE"), ("NOTITRE", "NOTITRE"), ("INCONC", "INCONC")):
        assert counts[measure] == len(decided(got, rule)) == 1, measure


def test_a_treated_subject_without_a_sample_is_listed_too():
    got = run(tables([r for r in COLLECTED if r[0] == "S1"]), STUDY)
    assert decided(got, "NOSAMPLE") == {"S2": 0}


def test_without_the_impact_section_profiles_are_tagged_and_nothing_is_compared():
    plan = STUDY.immunogenicity.model_copy(update={"impact": None})
    got = run(tables(COLLECTED), STUDY.model_copy(update={"immunogenicity": plan}))
    assert set(got["ADAPK"]["ADATAG"]) == {"BEFORE", "ON_OR_AFTER", "UNKNOWN"}
    full = run(tables(COLLECTED), STUDY)
    for name in ("ADAEXPO", "ADADOSE", "ADALOSS"):
        assert got[name].is_empty()
        assert got[name].schema == full[name].schema
    assert full["ADAEXPO"].height > 0


def test_where_no_confirmation_arrived_nobody_is_counted_as_positive_or_as_negative():
    """A positive screen that awaits its confirmation leaves 0 of n a statement about missing results."""
    screened = [row for row in COLLECTED if row[1] == "ADASCR"]
    everyone = run(tables(screened), STUDY)["ADASUM"].filter(pl.col("GROUP") == "ALL")
    told = {r["PARAMCD"]: (r["X"], r["PCT"], r["REASON"]) for r in everyone.iter_rows(named=True)}
    for code in ("PREVAL", "INCID", "NEG", "NABPOS"):
        assert told[code] == (
            *(None, None),
            "not collected: confirmatory results of any screen-positive sample",
        )
    assert told["SAMPLED"][0] is not None
