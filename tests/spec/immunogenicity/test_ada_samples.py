"""What the tiers of an assay say about one sample, and whether it was taken before the first dose."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from fractions import Fraction

import polars as pl
import pytest

from pkpipe.immunogenicity import classified_samples, findings, known_columns
from pkpipe.immunogenicity.options import AdaOptions, Assay
from pkpipe.immunogenicity.samples.assay_results import with_tiers

TIERED = Assay(
    drug="MAB", screen="SCR", confirm="CNF", titre="TIT", nab="NAB", mrd_titre=50_000_000
)
RULES = AdaOptions(
    missing_baseline="negative",
    ratio=Fraction(4),
    log10_change=None,
    scale="dilution",
    persistent_days=112,
    short_followup="indeterminate",
    assays=(TIERED,),
)
BY_WORDS = replace(RULES, assays=(Assay(mrd_titre=50_000_000),))
POST = "2026-03-01T08:00"


def is_rows(*rows: tuple[str, str | None], at: str | None = POST, **more: str) -> pl.DataFrame:
    frame = pl.DataFrame(
        [
            {"USUBJID": "S1", "ISTESTCD": code, "ISSTRESC": text, "ISDTC": at, "ISBDAGNT": "MAB"}
            for code, text in rows
        ],
        schema=dict.fromkeys(("USUBJID", "ISTESTCD", "ISSTRESC", "ISDTC", "ISBDAGNT"), pl.String),
    )
    return known_columns(
        frame.with_columns(pl.lit(v).alias(k) for k, v in more.items())
        .with_row_index("SRCROW", offset=2)
        .with_columns(SRCFILE=pl.lit("is.csv"))
    )


def one(
    frame: pl.DataFrame, options: AdaOptions = RULES, first: str = "2026-01-01T09:00:00"
) -> dict:
    doses = pl.DataFrame({"USUBJID": ["S1"], "FIRSTDTM": [dt.datetime.fromisoformat(first)]})
    samples = classified_samples(frame, doses, options)
    assert samples.height == 1
    return samples.row(0, named=True)


def codes(frame: pl.DataFrame, options: AdaOptions = RULES) -> list[tuple[str, str, int]]:
    found = findings(frame, options)
    assert set(found["USUBJID"]) <= {"S1"}
    assert found["ALLOWED"].null_count() == 0
    return [(r["CHECK"], r["SEVERITY"], r["ROW"]) for r in found.iter_rows(named=True)]


@pytest.mark.parametrize(
    ("screen", "confirm", "result"),
    [
        ("NEGATIVE", None, "NEGATIVE"),
        ("POSITIVE", "POSITIVE", "POSITIVE"),
        ("POSITIVE", "NEGATIVE", "NEGATIVE"),
        ("POSITIVE", None, "MISSING"),
        (None, None, "MISSING"),
        ("NEGATIVE", "POSITIVE", "MISSING"),
        (None, "POSITIVE", "MISSING"),
    ],
)
def test_a_sample_is_positive_when_screen_and_confirmation_are(screen, confirm, result):
    got = one(is_rows(("SCR", screen), ("CNF", confirm)))
    assert got["RESULT"] == result
    assert (got["REASON"] is None) == (result == "NEGATIVE"), got["REASON"]


def test_the_titre_of_a_positive_sample_is_exact():
    got = one(is_rows(("SCR", "POSITIVE"), ("CNF", "POSITIVE"), ("TIT", "200")))
    assert (got["RESULT"], got["TITREU"], got["REASON"]) == ("POSITIVE", 200_000_000, None)


@pytest.mark.parametrize("text", ["<50", "NEGATIVE", None])
def test_a_positive_sample_titred_below_the_first_dilution_has_the_titre_of_the_mrd(text):
    got = one(is_rows(("SCR", "POSITIVE"), ("CNF", "POSITIVE"), ("TIT", text)))
    assert (got["RESULT"], got["TITREU"], got["MRDFL"]) == ("POSITIVE", 50_000_000, True)
    assert "MRD" in got["REASON"]


def test_without_a_stated_mrd_a_missing_titre_stays_missing_and_says_so():
    options = replace(RULES, assays=(replace(TIERED, mrd_titre=None),))
    got = one(is_rows(("SCR", "POSITIVE"), ("CNF", "POSITIVE")), options)
    assert (got["TITREU"], got["REASON"]) == (None, "positive without a titre, no MRD stated")


def test_a_screening_only_assay_needs_no_confirmation():
    options = replace(RULES, assays=(replace(TIERED, confirm=None),))
    assert one(is_rows(("SCR", "POSITIVE")), options)["RESULT"] == "POSITIVE"


@pytest.mark.parametrize(
    ("text", "result", "titre"),
    [
        ("NEGATIVE", "NEGATIVE", None),
        ("NEGATIVE SCREEN", "NEGATIVE", None),
        ("NEGATIVE CONFIRMATION", "NEGATIVE", None),
        ("POSITIVE", "POSITIVE", 50_000_000),
        ("NEGATIVE TITER", "POSITIVE", 50_000_000),
        ("<50", "POSITIVE", 50_000_000),
        ("800", "POSITIVE", 800_000_000),
        ("1:800", "POSITIVE", 800_000_000),
        ("0", "NEGATIVE", None),
        (None, "MISSING", None),
    ],
)
def test_one_final_result_a_sample_is_read_from_its_text(text, result, titre):
    for options in (
        replace(
            RULES, assays=(replace(TIERED, screen="ADA_BAB", confirm="ADA_BAB", titre="ADA_BAB"),)
        ),
        BY_WORDS,
    ):
        got = one(is_rows(("ADA_BAB", text)), options)
        assert (got["RESULT"], got["TITREU"]) == (result, titre)


@pytest.mark.parametrize(
    ("code", "test", "objective", "tier"),
    [
        ("ADA_BAB", "Binding Antidrug Antibody", None, "ADA"),
        ("ADA_NAB", "Neutralizing Binding Antidrug Antibody", None, "NAB"),
        ("ADA_BAB", "Binding Antidrug Antibody", "SCREEN", "SCREEN"),
        ("ADA_BAB", "Binding Antidrug Antibody", "CONFIRM", "CONFIRM"),
        ("ADA_BAB", "Binding Antidrug Antibody", "QUANTIFY", "TITRE"),
        ("ADASCR", None, None, "SCREEN"),
        ("ADACONF", None, None, "CONFIRM"),
        ("ADACNF", None, None, "CONFIRM"),
        ("ADATIT", None, None, "TITRE"),
        ("ADA", "Quantitative anti-drug antibody", None, "ADA"),
        ("ADATITER", None, None, "TITRE"),
        ("NAB", None, None, "NAB"),
        ("HGB", "Haemoglobin", None, None),
    ],
)
def test_without_declared_tests_the_words_of_a_row_tell_its_tier(code, test, objective, tier):
    rows = is_rows((code, "POSITIVE")).with_columns(
        ISTEST=pl.lit(test, dtype=pl.String), ISTSTOPO=pl.lit(objective, dtype=pl.String)
    )
    assert with_tiers(rows, ())["TIER"].to_list() == [tier]


def test_not_done_is_no_result_whatever_the_text_says():
    got = one(is_rows(("SCR", "NEGATIVE"), ISSTAT="NOT DONE", ISREASND="HAEMOLYSED"))
    assert (got["RESULT"], got["REASON"]) == ("MISSING", "no reportable result: HAEMOLYSED")


@pytest.mark.parametrize(
    ("taken", "first", "label", "phase"),
    [
        ("2025-12-31T23:30", "2026-01-01T09:00:00", None, "PRE"),
        ("2026-01-01T09:00", "2026-01-01T09:00:00", None, "PRE"),  # at the dose: before it
        ("2026-01-01T09:01", "2026-01-01T09:00:00", None, "POST"),
        ("2026-01-01T09:01", "2026-01-01T09:00:00", "PREDOSE", "POST"),  # a clock decides
        ("2026-01-01", "2026-01-01T09:00:00", None, "PRE"),  # untimed on the day: before
        ("2026-01-01", "2026-01-01T09:00:00", "EOI", "POST"),
        ("2026-01-01", "2026-01-01T09:00:00", "Pre-dose", "PRE"),
        ("2026-01-01T07:30", "2026-01-01T00:00:00", "Pre-dose", "PRE"),  # dose time unknown
        ("2026-01-01T07:30", "2026-01-01T00:00:00", None, "POST"),
        ("2026-01-02", "2026-01-01T09:00:00", "PREDOSE", "POST"),
        ("2026-01", "2026-01-01T09:00:00", None, "UNKNOWN"),
    ],
)
def test_a_sample_lies_before_or_after_the_first_dose(taken, first, label, phase):
    frame = is_rows(("SCR", "NEGATIVE"), at=taken).with_columns(
        ISTPT=pl.lit(label, dtype=pl.String)
    )
    assert one(frame, first=first)["PHASE"] == phase


def test_each_drug_of_a_combination_has_its_own_samples_and_its_own_first_dose():
    options = replace(RULES, assays=(TIERED, replace(TIERED, drug="ADC")))
    rows = pl.concat([is_rows(("SCR", "NEGATIVE")), is_rows(("SCR", "NEGATIVE"))]).with_columns(
        ISBDAGNT=pl.Series(["MAB", "ADC"])
    )
    doses = pl.DataFrame(
        {
            "USUBJID": ["S1", "S1"],
            "DRUG": ["ADC", "MAB"],
            "FIRSTDTM": ["2026-04-01T09:00", "2026-01-01T09:00"],
        }
    ).with_columns(pl.col("FIRSTDTM").str.to_datetime())
    got = classified_samples(rows, doses, options)
    assert got.select("DRUG", "PHASE").rows() == [("ADC", "PRE"), ("MAB", "POST")]


# what cannot be right
def test_a_clean_sample_has_no_finding():
    rows = is_rows(("SCR", "POSITIVE"), ("CNF", "POSITIVE"), ("TIT", "50"), ("NAB", "NEGATIVE"))
    assert codes(rows) == []


@pytest.mark.parametrize(
    ("rows", "finding"),
    [
        ((("CNF", "POSITIVE"),), ("IS-CONFIRM-NO-SCREEN", "error", 2)),
        ((("SCR", "NEGATIVE"), ("CNF", "POSITIVE")), ("IS-CONFIRM-SCREEN-NEG", "error", 3)),
        ((("NAB", "POSITIVE"),), ("IS-NAB-NO-ADA", "error", 2)),
        ((("SCR", "NEGATIVE"), ("NAB", "POSITIVE")), ("IS-NAB-ADA-NEG", "error", 3)),
        (
            (("SCR", "POSITIVE"), ("CNF", "POSITIVE"), ("TIT", "49")),
            ("IS-TITRE-MRD", "error", 4),
        ),
        ((("SCR", "MAYBE"),), ("IS-RESULT", "error", 2)),
        ((("ELISA", "POSITIVE"),), ("IS-TEST", "error", 2)),
        ((("SCR", "NEGATIVE"), ("TIT", "200")), ("IS-TITRE-ADA-NEG", "query", 3)),
    ],
)
def test_a_row_that_cannot_be_right_is_a_finding_with_its_row(rows, finding):
    assert finding in codes(is_rows(*rows))


def test_without_declared_tests_a_positive_screen_still_needs_its_confirmation():
    rows = is_rows(("ADASCR", "POSITIVE"))
    assert one(rows, BY_WORDS)["RESULT"] == "MISSING"
    assert codes(rows, BY_WORDS) == [("IS-CONFIRM-MISSING", "query", 2)]


def test_an_assay_declared_without_a_screen_confirms_without_one():
    options = replace(RULES, assays=(replace(TIERED, screen=None),))
    rows = is_rows(("CNF", "POSITIVE"), ("TIT", "100"))
    assert (one(rows, options)["RESULT"], codes(rows, options)) == ("POSITIVE", [])


def test_a_sample_not_done_and_taken_again_is_no_repetition():
    rows = is_rows(("SCR", None), ("SCR", "NEGATIVE"))
    assert codes(rows) == []
    assert one(rows)["RESULT"] == "NEGATIVE"


def test_two_results_of_one_test_and_time_are_both_named():
    rows = is_rows(("SCR", "POSITIVE"), ("SCR", "NEGATIVE"), ("CNF", "NEGATIVE"))
    assert [c for c in codes(rows) if c[0] == "IS-DUPLICATE"] == [
        ("IS-DUPLICATE", "error", 2),
        ("IS-DUPLICATE", "error", 3),
    ]


def test_a_positive_screen_without_confirmation_is_a_query_where_the_assay_confirms():
    confirmed = is_rows(
        ("SCR", "POSITIVE"), ("CNF", "POSITIVE"), ("TIT", "50"), at="2026-02-01T08:00"
    )
    rows = pl.concat([is_rows(("SCR", "POSITIVE")), confirmed])
    assert [c[0] for c in codes(rows)] == ["IS-CONFIRM-MISSING"]


def test_a_log10_titre_below_the_mrd_is_kept_and_asked_about():
    options = AdaOptions(
        "negative", None, Fraction(6, 10), "log10", 112, "transient",
        (Assay(drug="MAB", titre="ADA", mrd_titre=1_400_000),),
    )  # fmt: skip
    rows = is_rows(("ADA", "1.3"))
    assert [c[:2] for c in codes(rows, options)] == [("IS-TITRE-MRD", "query")]
    assert one(rows, options)["TITREU"] == 1_300_000


def test_a_dilution_where_log10_titres_are_declared_is_refused():
    options = AdaOptions(
        "negative",
        None,
        Fraction(6, 10),
        "log10",
        112,
        "transient",
        (Assay(drug="MAB", titre="ADA"),),
    )
    assert ("IS-TITRE-SCALE", "error", 2) in codes(is_rows(("ADA", "200")), options)


def test_a_change_of_the_assay_within_a_subject_is_a_query_on_the_rows_after_it():
    rows = pl.concat(
        [
            is_rows(("SCR", "NEGATIVE"), at="2026-03-01T08:00", ISMETHOD="ECL v1"),
            is_rows(("SCR", "NEGATIVE"), at="2026-04-01T08:00", ISMETHOD="ECL v2"),
        ]
    ).with_columns(SRCROW=pl.Series([2, 3]))
    assert codes(rows) == [("IS-METHOD", "query", 3)]
