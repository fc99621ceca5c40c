"""One drawn subject for each rule of the ADAB template: what the rule gives, and where methods.md departs."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from fractions import Fraction

import polars as pl
import pytest

from pkpipe.immunogenicity import classified_samples, known_columns, subjects_of
from pkpipe.immunogenicity.options import AdaOptions, Assay

FIRST = dt.datetime.fromisoformat("2026-01-05T09:00")
PUBLISHED = AdaOptions(
    missing_baseline="negative",
    ratio=None,
    log10_change=Fraction(6, 10),
    scale="log10",
    persistent_days=112,
    short_followup="transient",
    assays=(Assay(drug="MAB", titre="ADA", nab="NAB", mrd_titre=1_400_000),),
    baseline="last",
)
OURS = replace(PUBLISHED, baseline="last_reportable")
WORDS = {"neg": "NEGATIVE", "pos": "POSITIVE", "blank": None, "nd": None}


def subject(samples: str, options: AdaOptions = PUBLISHED) -> str:
    """`status class persistence nab` of one subject; class I, B, U or -, persistence P, T or -.

    samples: `day[Thh:mm]=result` by commas, `n` before the day for a NAb result; 08:00 unless told, first
    dose at 09:00 of day 0. `nd` is NOT DONE; an underscore is a blank of the text.
    """
    rows = []
    for number, text in enumerate(samples.split(", ")):
        when, result = text.split("=")
        day, _, clock = when.removeprefix("n").partition("T")
        date = FIRST.date() + dt.timedelta(days=int(day))
        rows.append(
            {
                "SRCROW": number + 2,
                "USUBJID": "S1",
                "ISBDAGNT": "MAB",
                "ISTESTCD": "NAB" if when.startswith("n") else "ADA",
                "ISDTC": f"{date}T{clock or '08:00'}",
                "ISSTRESC": WORDS.get(result, result.replace("_", " ")),
                "ISSTAT": "NOT DONE" if result == "nd" else None,
            }
        )
    frame = known_columns(pl.DataFrame(rows, schema_overrides={"ISSTAT": pl.String}))
    doses = pl.DataFrame({"USUBJID": ["S1"], "FIRSTDTM": [FIRST]})
    samples_ = classified_samples(frame, doses, options)
    everyone = pl.DataFrame({"USUBJID": ["S1"], "DRUG": ["MAB"]})
    got = subjects_of(samples_, everyone, options).row(0, named=True)
    kinds = {"INDUCD": "I", "ENHANC": "B", "TRUNAFF": "U"}
    kind = "".join(letter for name, letter in kinds.items() if got[name] == "Y") or "-"
    lasting = {"PERSADA": "P", "TRANADA": "T"}
    lasts = "".join(letter for name, letter in lasting.items() if got[name] == "Y") or "-"
    return f"{got['ADASTAT']} {kind} {lasts} {got['NABSTAT']}"


@pytest.mark.parametrize(
    ("samples", "wanted"),
    [
        # Baseline: missing counts as negative, the last one taken counts, what was not done was not taken.
        ("21=2", "POSITIVE I P MISSING"),
        ("21=neg", "NEGATIVE - - MISSING"),
        ("-7=neg, 0=2, 21=2", "NEGATIVE U - MISSING"),
        ("-7=2, 0=neg, 21=2", "POSITIVE I P MISSING"),
        ("-7=2, 0=blank, 21=2", "POSITIVE I P MISSING"),
        ("-7=2, 0=nd, 21=2", "NEGATIVE U - MISSING"),
        ("0T09:00=2, 21=2", "NEGATIVE U - MISSING"),
        # No valid sample after dose: missing, whatever the baseline.
        ("0=neg", "MISSING - - MISSING"),
        ("0=2", "MISSING - - MISSING"),
        ("0=neg, 21=nd", "MISSING - - MISSING"),
        ("0=neg, 21=blank", "MISSING - - MISSING"),
        # Positive without a number has 1.4.
        ("0=neg, 21=pos", "POSITIVE I P MISSING"),
        ("0=pos, 21=pos", "NEGATIVE U - MISSING"),
        ("0=pos, 21=2.0", "POSITIVE B - MISSING"),
        ("0=pos, 21=1.99", "NEGATIVE U - MISSING"),
        ("0=<1.40, 21=2", "POSITIVE B - MISSING"),
        ("0=neg, 21=NEGATIVE_TITER, 42=neg", "POSITIVE I T MISSING"),
        ("0=NEGATIVE_SCREEN, 21=NEGATIVE_IMMUNODEPLETION, 42=neg", "NEGATIVE - - MISSING"),
        ("0=neg, 21=1.3, 42=neg", "POSITIVE I T MISSING"),
        # Boosted from +0.6 on.
        ("0=1.7, 21=2.3", "POSITIVE B - MISSING"),
        ("0=2, 21=2.59", "NEGATIVE U - MISSING"),
        ("0=2, 21=neg", "NEGATIVE U - MISSING"),
        ("0=2, 21=3, 42=2.1", "POSITIVE B - MISSING"),
        # Persistent and transient: 16 weeks to the minute, or the last sample with a result.
        ("0=neg, 21=neg, 42=2", "POSITIVE I P MISSING"),
        ("0=neg, 21=2, 42=neg", "POSITIVE I T MISSING"),
        ("0=neg, 21=2, 42=blank", "POSITIVE I P MISSING"),
        ("0=neg, 21=2, 42=nd", "POSITIVE I P MISSING"),
        ("0=neg, 21=2, 221=neg", "POSITIVE I T MISSING"),
        ("0=neg, 21=2, 133=2, 150=neg", "POSITIVE I P MISSING"),
        ("0=neg, 21T08:01=2, 133T08:00=2, 150=neg", "POSITIVE I T MISSING"),
        ("0=neg, 21=2, 60=neg, 133=2, 150=neg", "POSITIVE I P MISSING"),
        ("0=neg, 21=2, 30=2", "POSITIVE I P MISSING"),
        # NAb: only of ADA-positive subjects, only after dose.
        ("0=neg, 21=2, n21=pos", "POSITIVE I P POSITIVE"),
        ("0=neg, 21=2, n21=neg, 42=2, n42=neg", "POSITIVE I P NEGATIVE"),
        ("0=neg, 21=2, n21=neg, 42=2, n42=blank", "POSITIVE I P MISSING"),
        ("0=neg, 21=2, n21=pos, 42=2, n42=blank", "POSITIVE I P POSITIVE"),
        ("0=neg, 21=2, n21=blank", "POSITIVE I P MISSING"),
        ("0=2, n0=pos, 21=2, n21=pos", "NEGATIVE U - MISSING"),
        ("0=2, n0=pos, 21=3", "POSITIVE B - MISSING"),
        ("0=neg, 21=neg, n21=neg", "NEGATIVE - - MISSING"),
    ],
)
def test_a_rule_of_the_published_template_gives_what_it_says(samples, wanted):
    assert subject(samples) == wanted


@pytest.mark.parametrize(
    ("samples", "ours"),
    [
        # Template: induced (the blank sample is the baseline). ADA-3: the last reportable sample.
        ("-7=2, 0=blank, 21=2", "NEGATIVE U - MISSING"),
        # Template: the day decides, so unaffected. ADA-3: a sample drawn after the dose is no baseline.
        ("0T10:00=2, 21=2", "POSITIVE I P MISSING"),
        # Template: MISSING, zero being neither word nor titre. A titre of zero is read as negative.
        ("0=neg, 21=0", "NEGATIVE - - MISSING"),
        # Template: NAb NEGATIVE, unlike a blank result. ADA-12: any missing result of a positive sample.
        ("0=neg, 21=2, n21=neg, 42=2, n42=nd", "POSITIVE I P MISSING"),
        ("0=neg, 21=2, n21=neg, 42=2", "POSITIVE I P MISSING"),
    ],
)
def test_where_the_methods_depart_from_the_template_the_methods_hold(samples, ours):
    assert subject(samples, OURS) == ours
