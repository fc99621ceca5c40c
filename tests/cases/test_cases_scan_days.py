"""Scans of one assessment on several days, without the name of a visit."""

from __future__ import annotations

import datetime as dt

import polars as pl
import pytest

from pkpipe.tumor.options import ResponseOptions
from pkpipe.tumor.response_analysis import Outcome, analysed

START = dt.date(2026, 1, 6)


def followed(
    *scans: tuple[str, int, float], rs: tuple[str, int] | None = None, **options: object
) -> Outcome:
    """The analysis of one subject: target lesion, day after the first dose, size; no visit has a name."""
    tr = pl.DataFrame(
        [(name, size, (START + dt.timedelta(days=day)).isoformat()) for name, day, size in scans],
        schema={"TRLNKID": pl.String, "TRSTRESN": pl.Float64, "TRDTC": pl.String},
        orient="row",
    ).with_columns(
        USUBJID=pl.lit("P1"),
        TRGRPID=pl.when(pl.col("TRLNKID").str.starts_with("NEW"))
        .then(pl.lit("NEW"))
        .otherwise(pl.lit("TARGET")),
        TRTESTCD=pl.lit("LDIAM"),
        TRSTRESC=pl.col("TRSTRESN").cast(pl.String),
        TRSTRESU=pl.lit("mm"),
        TREVAL=pl.lit("INVESTIGATOR"),
    )
    said = None
    if rs is not None:
        said = pl.DataFrame(
            {
                "USUBJID": ["P1"],
                "RSTESTCD": "OVRLRESP",
                "RSSTRESC": rs[0],
                "RSEVAL": "INVESTIGATOR",
                "RSDTC": (START + dt.timedelta(days=rs[1])).isoformat(),
            }
        )
    ref = pl.DataFrame({"USUBJID": ["P1"], "TRTSDT": [START]})
    return analysed(tr, None, said, ref, ResponseOptions.model_validate(options))


def after(outcome: Outcome) -> list[tuple[int, float | None, str]]:
    post = outcome.points.filter(pl.col("ROLE") == "POST")
    return [
        ((day - START).days, total, response)
        for day, total, response in post.select("ADATE", "SUMDIAM", "OVRLRESP").rows()
    ]


def asked(outcome: Outcome) -> list[str]:
    return outcome.findings["CHECK"].unique().sort().to_list()


BASE = (("T1", -5, 30), ("T2", -4, 20))


def test_recist_two_days_no_visit_name_are_one_assessment():
    outcome = followed(*BASE, ("T1", 41, 15), ("T2", 43, 10), ("T1", 83, 15), ("T2", 85, 9))
    assert after(outcome) == [(43, 25.0, "PR"), (85, 24.0, "PR")]
    best = outcome.derived.best.row(0, named=True)
    assert (best["BOR"], best["CBOR"], best["CBORDT"]) == (
        "PR",
        "PR",
        START + dt.timedelta(days=43),
    )
    assert asked(outcome) == ["TR-JOINED"]


@pytest.mark.parametrize(("days", "joined"), [(7, True), (8, False)])
def test_scans_further_apart_than_the_study_allows_stay_apart_and_are_asked_about(days, joined):
    outcome = followed(*BASE, ("T1", 41, 15), ("T2", 41 + days, 10))
    assert (after(outcome)[-1][2] == "PR") is joined
    assert asked(outcome) == (["TR-JOINED"] if joined else ["TR-APART"])


def test_a_study_may_allow_more_days_or_none():
    scans = (*BASE, ("T1", 41, 15), ("T2", 43, 10))
    assert after(followed(*scans, ("T1", 80, 9), ("T2", 90, 9), assessment_days=14))[-1] == (
        90,
        18.0,
        "PR",
    )
    assert [r for _, _, r in after(followed(*scans, assessment_days=0))] == ["NE", "NE"]


def test_a_lesion_assessed_twice_within_the_days_makes_two_assessments():
    outcome = followed(*BASE, ("T1", 41, 15), ("T2", 41, 10), ("T1", 45, 15), ("T2", 45, 10))
    assert [day for day, _, _ in after(outcome)] == [41, 45]


def test_a_new_lesion_two_days_later_dates_the_progression_on_its_own_day():
    outcome = followed(*BASE, ("T1", 41, 15), ("T2", 41, 10), ("NEW1", 43, 12))
    assert after(outcome) == [(43, 25.0, "PD")]


def test_progression_by_the_sum_has_the_day_of_the_last_scan_of_the_sum():
    assert after(followed(*BASE, ("T1", 41, 40), ("T2", 43, 30))) == [(43, 70.0, "PD")]


def test_scans_before_and_after_the_first_dose_are_never_joined():
    outcome = followed(("T1", -2, 30), ("T2", -2, 20), ("T1", 3, 31), ("T2", 3, 21))
    assert [day for day, _, _ in after(outcome)] == [3]


def test_a_response_reported_on_the_first_of_the_days_belongs_to_the_assessment():
    outcome = followed(*BASE, ("T1", 41, 15), ("T2", 43, 10), rs=("PR", 41))
    assert outcome.reconciliation.select("DERIVED", "REPORTED", "AGREE").rows() == [
        ("PR", "PR", "Y")
    ]
