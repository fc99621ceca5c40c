"""What the samples of a subject say about antibodies and treatment (ADA-3 to ADA-12)."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from fractions import Fraction

import polars as pl
import pytest

from pkpipe.immunogenicity import classified_samples, known_columns, subjects_of
from pkpipe.immunogenicity.options import AdaOptions, Assay, exact

FIRST = dt.datetime.fromisoformat("2026-01-01T09:00")
EIGHT = dt.datetime.fromisoformat("2026-01-01T08:00")
RULES = AdaOptions(
    missing_baseline="negative",
    ratio=Fraction(4),
    log10_change=None,
    scale="dilution",
    persistent_days=112,
    short_followup="indeterminate",
    assays=(Assay(drug="MAB", titre="ADA", nab="NAB", mrd_titre=10_000_000),),
)
LOG10 = replace(RULES, ratio=None, log10_change=Fraction(6, 10), scale="log10")


def subject(samples: str, options: AdaOptions = RULES, first: dt.datetime | None = FIRST) -> dict:
    """One classified subject. samples: `day result [nab] [conc]` by commas, day 0 = before first dose.

    The clock is 08:00, so day 0 lies an hour before the dose. nab: n+, n-, n? (row without a result).
    """
    rows, concentrations = [], []
    for text in filter(None, (s.strip() for s in samples.split(","))):
        day, result, *more = text.split()
        moment = EIGHT + dt.timedelta(days=float(day))
        row = {
            "USUBJID": "S1",
            "ISBDAGNT": "MAB",
            "ISDTC": moment.isoformat(timespec="minutes"),
            "ISTESTCD": "ADA",
            "ISSTRESC": {"pos": "POSITIVE", "neg": "NEGATIVE", "none": None}.get(result, result),
        }
        rows.append(row)
        for word in more:
            if word.startswith("n"):
                nab = {"n+": "POSITIVE", "n-": "NEGATIVE", "n?": None}[word]
                rows.append(row | {"ISTESTCD": "NAB", "ISSTRESC": nab})
            if word.startswith("c"):
                concentrations.append(
                    {"USUBJID": "S1", "DRUG": "MAB", "ADTM": moment, "CONC": float(word[1:])}
                )
    schema = dict.fromkeys(("USUBJID", "ISBDAGNT", "ISDTC", "ISTESTCD", "ISSTRESC"), pl.String)
    frame = known_columns(pl.DataFrame(rows, schema=schema).with_row_index("SRCROW", offset=2))
    doses = pl.DataFrame(
        {"USUBJID": ["S1"], "FIRSTDTM": [first]}, schema_overrides={"FIRSTDTM": pl.Datetime("us")}
    )
    measured = (
        pl.DataFrame(concentrations).with_columns(pl.col("ADTM").cast(pl.Datetime("us")))
        if concentrations
        else None
    )
    found = classified_samples(frame, doses, options, measured)
    everyone = pl.DataFrame({"USUBJID": ["S1"], "DRUG": ["MAB"]})
    return subjects_of(found, everyone, options).row(0, named=True)


def test_negative_at_baseline_and_positive_after_is_induced():
    got = subject("0 neg, 21 neg, 42 20")
    assert (got["ADASTAT"], got["INDUCD"], got["ENHANC"], got["EMERPOS"]) == (
        "POSITIVE",
        "Y",
        "N",
        "Y",
    )
    assert got["BFLAG"] == "N"


def test_negative_throughout_is_negative():
    got = subject("0 neg, 21 neg, 42 neg")
    assert (got["ADASTAT"], got["EMERPOS"], got["TIMADA"]) == ("NEGATIVE", "N", None)


@pytest.mark.parametrize(
    ("base", "post", "factor", "boosted"),
    [
        ("100", "390", 4, "N"),  # x 3.9
        ("100", "399.999999", 4, "N"),
        ("100", "400", 4, "Y"),  # two steps of a 2-fold dilution
        ("100", "900", 9, "Y"),  # two steps of a 3-fold dilution
        ("100", "899", 9, "N"),
        ("30", "120", 4, "Y"),
        ("0.1", "0.4", 4, "Y"),  # 0.1 * 4 in binary is above 0.4 by a hair in some orders of work
        ("0.7", "2.8", 4, "Y"),
        ("1:50", "1:200", 4, "Y"),
    ],
)
def test_a_baseline_positive_subject_is_boosted_from_the_stated_ratio_on(
    base, post, factor, boosted
):
    options = replace(
        RULES, ratio=Fraction(factor), assays=(Assay(drug="MAB", titre="ADA", nab="NAB"),)
    )
    got = subject(f"0 {base}, 42 {post}", options)
    assert got["ENHANC"] == boosted
    assert got["TRUNAFF"] == ("N" if boosted == "Y" else "Y")
    assert got["INDUCD"] == "N"
    assert got["ADASTAT"] == ("POSITIVE" if boosted == "Y" else "NEGATIVE")


@pytest.mark.parametrize("tenth", range(14, 40))
def test_a_log10_rise_on_the_threshold_counts_at_every_starting_titre(tenth):
    """tenth/10 + 0.6 against tenth/10: a float difference falls on both sides of 0.6."""
    base, reached, below = tenth / 10, (tenth + 6) / 10, (tenth + 5.99) / 10
    assert subject(f"0 {base}, 42 {reached}", LOG10)["ENHANC"] == "Y"
    assert subject(f"0 {base}, 42 {below:.3f}", LOG10)["ENHANC"] == "N"


def test_a_log10_change_may_be_asked_of_dilutions_and_a_ratio_of_log10_titres():
    change_of_dilutions = replace(LOG10, scale="dilution", log10_change=exact(0.6))
    assert subject("0 100, 42 399", change_of_dilutions)["ENHANC"] == "Y"  # 10^0.6 = 3.98
    assert subject("0 100, 42 398", change_of_dilutions)["ENHANC"] == "N"
    ratio_of_logs = replace(RULES, scale="log10", assays=(Assay(drug="MAB", titre="ADA"),))
    assert subject("0 2, 42 2.60206", ratio_of_logs)["ENHANC"] == "Y"
    assert subject("0 2, 42 2.602", ratio_of_logs)["ENHANC"] == "N"


def test_baseline_positive_and_negative_after_is_unaffected():
    got = subject("0 100, 42 neg")
    assert (got["TRUNAFF"], got["ADASTAT"]) == ("Y", "NEGATIVE")


def test_a_missing_baseline_counts_as_negative_or_is_kept_apart_as_the_study_says():
    counted = subject("0 none, 42 80")
    apart = subject("0 none, 42 80", replace(RULES, missing_baseline="separate"))
    assert (counted["INDUCD"], counted["BFLAG"]) == ("Y", None)
    assert (apart["INDUCD"], apart["EMERPOS"], apart["ADASTAT"]) == ("N", "N", "POSITIVE")
    assert apart["ADACLASS"] == "POSITIVE WITHOUT BASELINE"
    assert "no baseline" in apart["REASON"]
    assert "no reportable baseline" in counted["REASON"]


def test_the_baseline_is_the_last_reportable_sample_before_the_dose():
    got = subject("-14 200, -7 neg, 0 none, 42 200")
    assert (got["BFLAG"], got["INDUCD"]) == ("N", "Y")


def test_without_a_post_dose_result_the_status_is_missing():
    for samples in ("0 neg", "0 neg, 42 none"):
        got = subject(samples)
        assert (got["ADASTAT"], got["EMERPOS"]) == ("MISSING", "N")
        assert got["REASON"] == "no post-dose sample with a result"


def test_a_subject_without_any_sample_stays_in_the_table():
    got = subject("")
    assert (got["ADASTAT"], got["N_SAMPLES"], got["REASON"]) == (
        "MISSING",
        0,
        "no sample of this drug",
    )


def test_a_subject_never_treated_has_only_samples_before_dose():
    got = subject("0 50, 42 200", first=None)
    assert (got["ADASTAT"], got["BFLAG"]) == ("MISSING", "Y")


def test_a_positive_that_cannot_be_compared_with_baseline_is_not_called_unaffected():
    no_mrd = replace(RULES, assays=(Assay(drug="MAB", titre="ADA"),))
    got = subject("0 100, 42 pos", no_mrd)
    assert (got["ADASTAT"], got["TRUNAFF"], got["ADACLASS"]) == ("MISSING", "N", "NOT COMPARABLE")


# persistence of induced antibodies
@pytest.mark.parametrize(
    ("samples", "persistence"),
    [
        ("0 neg, 21 20, 133 20, 154 neg", "PERSISTENT"),  # 112 days from first to last positive
        ("0 neg, 21 20, 132 20, 300 neg", "TRANSIENT"),  # 111 days
        ("0 neg, 21 20, 132.999 20, 300 neg", "TRANSIENT"),  # 111 days and most of another
        ("0 neg, 21 20, 63 neg, 133 20, 300 neg", "PERSISTENT"),  # negatives between do not count
        ("0 neg, 21 neg, 42 20", "PERSISTENT"),  # one positive, the last sample
        ("0 neg, 21 20, 42 neg, 63 20", "PERSISTENT"),  # positive at the last sample
        ("0 neg, 21 20, 133 neg", "TRANSIENT"),  # one positive, negative 112 days later
        ("0 neg, 21 20, 42 20, 63 neg", "TRANSIENT"),  # two positives, then negative
        ("0 neg, 21 20, 132 neg", "INDETERMINATE"),  # one positive, followed for 111 days only
    ],
)
def test_persistence_of_induced_antibodies(samples, persistence):
    got = subject(samples)
    assert got["PERSIST"] == persistence
    flags = {k: got[k] for k in ("PERSADA", "TRANADA", "INDTADA")}
    assert [k for k, v in flags.items() if v == "Y"] == [
        {"PERSISTENT": "PERSADA", "TRANSIENT": "TRANADA", "INDETERMINATE": "INDTADA"}[persistence]
    ]


@pytest.mark.parametrize("choice", ["transient", "indeterminate", "persistent"])
def test_a_single_positive_with_a_short_follow_up_is_what_the_study_says(choice):
    got = subject("0 neg, 21 20, 132 neg", replace(RULES, short_followup=choice))
    assert got["PERSIST"] == choice.upper()


def test_boosted_antibodies_are_neither_persistent_nor_transient():
    got = subject("0 100, 42 400, 300 400")
    assert (got["PERSADA"], got["TRANADA"], got["PERSRSN"]) == ("N", "N", "not treatment-induced")


def test_onset_is_counted_in_weeks_from_the_first_dose_and_duration_includes_its_first_day():
    got = subject("0 neg, 21 20, 42 40, 63 neg")
    assert got["TIMADA"] == pytest.approx((21 - 1 / 24) / 7)
    assert got["ADADUR"] == pytest.approx((21 + 1) / 7)
    assert subject("0 neg, 21 20, 42 neg")["ADADUR"] == pytest.approx(1 / 7)


def test_onset_of_boosted_antibodies_is_the_first_boosted_sample():
    got = subject("0 100, 21 200, 42 400, 63 100")
    assert got["FPDTM"] == EIGHT + dt.timedelta(days=42)
    assert got["PEAKU"] == 400_000_000


# drug tolerance
TOLERANT = replace(RULES, assays=(Assay(drug="MAB", titre="ADA", nab="NAB", drug_tolerance=100.0),))


@pytest.mark.parametrize(
    ("samples", "status", "ignoring"),
    [
        ("0 neg, 42 neg c100.1", "INCONCLUSIVE", "NEGATIVE"),
        ("0 neg, 42 neg c100", "NEGATIVE", "NEGATIVE"),  # at the limit the assay still works
        ("0 neg, 21 neg c5, 42 neg c200", "INCONCLUSIVE", "NEGATIVE"),
        ("0 neg, 21 neg c200, 42 50 c300", "POSITIVE", "POSITIVE"),  # a positive is a positive
        ("0 100, 42 neg c200", "INCONCLUSIVE", "NEGATIVE"),
    ],
)
def test_a_negative_with_drug_above_the_tolerance_limit_is_inconclusive(samples, status, ignoring):
    got = subject(samples, TOLERANT)
    assert (got["ADASTAT"], got["ADASTAT0"]) == (status, ignoring)


def test_without_a_concentration_the_tolerance_is_said_to_be_unchecked():
    got = subject("0 neg, 42 neg", TOLERANT)
    assert got["ADASTAT"] == "NEGATIVE"


# neutralising antibodies
@pytest.mark.parametrize(
    ("samples", "nab"),
    [
        ("0 neg, 21 20 n-, 42 40 n+", "POSITIVE"),
        ("0 neg, 21 20 n?, 42 40 n+", "POSITIVE"),
        ("0 neg, 21 20 n-, 42 40 n-", "NEGATIVE"),
        ("0 neg, 21 20 n-, 42 40 n?", "MISSING"),  # no positive, and one not known
        ("0 neg, 21 20 n-, 42 40", "MISSING"),  # a positive sample never tested
        ("0 neg, 21 20", "MISSING"),
        ("0 neg, 21 neg", "MISSING"),  # not ADA-positive
        ("0 100 n+, 42 neg", "MISSING"),  # neutralising before the dose only
        ("0 100 n+, 42 400 n-", "NEGATIVE"),
    ],
)
def test_nab_status_is_that_of_the_post_dose_samples(samples, nab):
    got = subject(samples)
    assert got["NABSTAT"] == nab
    assert (got["NABREAS"] is None) == (nab != "MISSING")
