"""Derived beside reported, time point by time point."""

from __future__ import annotations

import polars as pl
from tumour_drawings import lesions, places, reference, spelled

from pkpipe.tumor.options import ResponseOptions
from pkpipe.tumor.response_analysis import analysed
from pkpipe.tumor.responses.reconciliation import reviewed

DRAWN = (
    "VISIT | DAY | T1\nBASELINE | -7 | 50\nWEEK 6 | 42 | 30\nWEEK 12 | 84 | 20\nWEEK 18 | 126 | 20"
)


def compared(rs: pl.DataFrame) -> list[tuple[object, ...]]:
    tr = lesions(DRAWN)
    outcome = analysed(tr, places(tr), rs, reference(), ResponseOptions())
    return outcome.reconciliation.select("DERIVED", "REPORTED", "AGREE", "WHY").rows()


def test_every_time_point_is_compared_and_a_mismatch_says_what_each_side_had():
    assert compared(spelled("PR42 SD84 PR126")) == [
        ("PR", "PR", "Y", None),
        ("PR", "SD", "N", "derived PR, reported SD"),
        ("PR", "PR", "Y", None),
    ]


def test_a_time_point_on_one_side_only_is_listed():
    assert compared(spelled("PR42 PR126 PD168")) == [
        ("PR", "PR", "Y", None),
        ("PR", None, None, "derived only"),
        ("PR", "PR", "Y", None),
        (None, "PD", None, "reported only"),
    ]


def test_a_response_belongs_to_its_visit_even_when_the_day_differs():
    rs = spelled("PR43 PR84 PR126").with_columns(VISIT=pl.Series(["WEEK 6", "WEEK 12", "WEEK 18"]))
    tr = lesions(DRAWN)
    table = analysed(tr, places(tr), rs, reference(), ResponseOptions()).reconciliation
    assert table["AGREE"].to_list() == ["Y", "Y", "Y"]
    assert table["DAYSOFF"].to_list() == [1, 0, 0]


def test_the_arithmetic_stands_beside_every_derived_response():
    tr = lesions(DRAWN)
    outcome = analysed(tr, places(tr), spelled("SD42"), reference(), ResponseOptions())
    wrong = outcome.reconciliation.filter(pl.col("AGREE") == "N")
    assert wrong["ARITH"][0].startswith("PR: 30 <= 70 % of baseline 50 (35)")


def test_central_review_is_compared_with_the_investigator():
    central = spelled("SD42 PR84").with_columns(RSEVAL=pl.lit("INDEPENDENT ASSESSOR"))
    rs = pl.concat([spelled("PR42 PR84"), central])
    outcome = analysed(None, None, rs, reference(), ResponseOptions())
    table = reviewed(outcome.reported.timepoints)
    assert table.select("READER", "DERIVED", "REPORTED", "AGREE").rows() == [
        ("INDEPENDENT ASSESSOR", "PR", "SD", "N"),
        ("INDEPENDENT ASSESSOR", "PR", "PR", "Y"),
    ]
