"""What must hold of antibody status for any samples."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from fractions import Fraction

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from pkpipe.immunogenicity import adab_of, adasum_of, classified_samples, known_columns, subjects_of
from pkpipe.immunogenicity.options import AdaOptions, Assay

RULES = AdaOptions(
    missing_baseline="negative",
    ratio=Fraction(4),
    log10_change=None,
    scale="dilution",
    persistent_days=112,
    short_followup="indeterminate",
    assays=(Assay(drug="MAB", titre="ADA", nab="NAB", mrd_titre=10_000_000),),
)
START = dt.date.fromisoformat("2026-01-01")

results = st.sampled_from(["NEGATIVE", "POSITIVE", "10", "40", "160", None])
nabs = st.sampled_from(["POSITIVE", "NEGATIVE", None])
samples = st.lists(
    st.tuples(st.integers(-20, 400), results, nabs), max_size=8, unique_by=lambda s: s[0]
)
trials = st.lists(samples, min_size=1, max_size=4)


def frame(trial: list) -> pl.DataFrame:
    rows = [
        {
            "USUBJID": f"S{i}",
            "ISBDAGNT": "MAB",
            "ISTESTCD": code,
            "ISSTRESC": text,
            "ISDTC": f"{START + dt.timedelta(days=day)}T08:00",
        }
        for i, subject in enumerate(trial)
        for day, result, nab in subject
        for code, text in (("ADA", result), ("NAB", nab))
        if code == "ADA" or result not in {"NEGATIVE", None}
    ]
    schema = dict.fromkeys(("USUBJID", "ISBDAGNT", "ISTESTCD", "ISSTRESC", "ISDTC"), pl.String)
    return known_columns(pl.DataFrame(rows, schema=schema).with_row_index("SRCROW", offset=2))


def doses(trial: list) -> pl.DataFrame:
    names = [f"S{i}" for i in range(len(trial))]
    return pl.DataFrame(
        {"USUBJID": names, "FIRSTDTM": [dt.datetime.fromisoformat("2026-01-01T09:00")] * len(names)}
    )


def classified(
    trial: list, rows: pl.DataFrame | None = None, options: AdaOptions = RULES
) -> pl.DataFrame:
    found = classified_samples(frame(trial) if rows is None else rows, doses(trial), options)
    everyone = doses(trial).select("USUBJID", DRUG=pl.lit("MAB"))
    return subjects_of(found, everyone, options)


@settings(max_examples=40)
@given(trials)
def test_the_classes_exclude_each_other_and_nobody_vanishes(trial):
    got = classified(trial)
    assert got.height == len(trial)
    flags = sum((pl.col(c) == "Y").cast(pl.Int8) for c in ("INDUCD", "ENHANC", "TRUNAFF"))
    lasting = sum((pl.col(c) == "Y").cast(pl.Int8) for c in ("PERSADA", "TRANADA", "INDTADA"))
    induced = pl.col("INDUCD") == "Y"
    assert got.select(
        (flags <= 1).all()
        & (lasting == induced.cast(pl.Int8)).all()
        & ((pl.col("EMERPOS") == "Y") == (pl.col("TIMADA").is_not_null())).all()
    ).item()
    assert got["ADASTAT"].null_count() == 0


@settings(max_examples=40)
@given(trials, st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing(trial, random):
    rows = frame(trial)
    order = list(range(rows.height))
    random.shuffle(order)
    assert_frame_equal(classified(trial), classified(trial, rows[order]))


@settings(max_examples=40)
@given(trials)
def test_subjects_do_not_touch_each_other(trial):
    together = classified(trial)
    alone = pl.concat(
        classified([s if i == j else [] for j, s in enumerate(trial)])[i : i + 1]
        for i in range(len(trial))
    )
    assert_frame_equal(together, alone)


@settings(max_examples=40)
@given(trials, st.sampled_from([2, 5, 10]))
def test_the_unit_of_dilution_does_not_matter(trial, factor):
    """Titres and MRD times a factor: the same status."""
    scaled = [
        [(d, str(int(r) * factor) if r and r.isdigit() else r, n) for d, r, n in s] for s in trial
    ]
    options = replace(
        RULES,
        assays=(Assay(drug="MAB", titre="ADA", nab="NAB", mrd_titre=10_000_000 * factor),),
    )
    words = ("ADASTAT", "INDUCD", "ENHANC", "TRUNAFF", "PERSIST", "NABSTAT", "TIMADA")
    assert_frame_equal(
        classified(trial).select(words), classified(scaled, options=options).select(words)
    )


@settings(max_examples=40)
@given(trials, st.integers(1, 3))
def test_a_higher_boost_threshold_never_makes_more_subjects_boosted(trial, more):
    lower = classified(trial)
    higher = classified(trial, options=replace(RULES, ratio=Fraction(4 * (1 + more))))
    assert (higher["ENHANC"] == "Y").sum() <= (lower["ENHANC"] == "Y").sum()


@settings(max_examples=40)
@given(trials)
def test_every_count_lies_within_its_denominator_and_every_empty_cell_has_a_reason(trial):
    subjects = classified(trial).with_columns(COHORT=pl.lit("A"))
    summary = adasum_of(subjects, ("COHORT",))
    assert (summary["X"] <= summary["N"]).all()
    empty = pl.col("PCT").is_null() & pl.col("AVAL").is_null()
    assert summary.filter(empty & pl.col("REASON").is_null()).is_empty()
    cohort = summary.filter(pl.col("GROUP") == "COHORT").drop("GROUP", "GROUPVAL")
    everyone = summary.filter(pl.col("GROUP") == "ALL").drop("GROUP", "GROUPVAL")
    assert_frame_equal(cohort, everyone)
    long = adab_of(subjects)
    blank = pl.col("AVAL").is_null() & pl.col("AVALC").is_null() & pl.col("REASON").is_null()
    assert long.filter(blank).is_empty()
    assert long.select("USUBJID", "DRUG", "PARAMCD").is_unique().all()
