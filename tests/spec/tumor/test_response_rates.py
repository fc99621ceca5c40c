"""Response rates with exact intervals, for both denominators."""

from __future__ import annotations

import datetime as dt

import polars as pl
import pytest

from pkpipe.statistics import clopper_pearson
from pkpipe.tumor.responses.rates import response_rates


@pytest.mark.parametrize(
    ("x", "n", "lower", "upper"),
    [
        (0, 3, 0.0, 70.76),
        (1, 6, 0.42, 64.12),
        (0, 6, 0.0, 45.93),
        (13, 50, 14.63, 40.34),  # TROPION-PanTumor01, published
        (6, 6, 54.07, 100.0),
    ],
)
def test_exact_limits(x, n, lower, upper):
    low, high = clopper_pearson(x, n)
    assert (round(100 * float(low), 2), round(100 * float(high), 2)) == (lower, upper)


SUBJECTS = pl.DataFrame(
    {
        "USUBJID": [str(i) for i in range(1, 7)],
        "BOR": ["CR", "PR", "PR", "SD", "PD", "MISSING"],
        "CBOR": ["CR", "PR", "SD", "SD", "PD", "MISSING"],
        "CBRDT": [dt.date(2024, 1, 1)] * 3 + [None] * 3,
        "COHORT": ["A", "A", "B", "B", "B", None],
        "LEVEL": ["1"] * 6,
        "PART": ["escalation"] * 6,
        "TUMTYPE": ["LUNG"] * 3 + ["BREAST"] * 3,
        "TREATED": [True] * 6,
        "EVALUABLE": [True] * 5 + [False],
    }
)


def rates() -> pl.DataFrame:
    return response_rates(SUBJECTS, benefit=True, immune=False)


def one(group: str, value: str, denominator: str, code: str) -> tuple[int, int]:
    row = rates().filter(
        (pl.col("GROUP") == group)
        & (pl.col("GROUPVAL") == value)
        & (pl.col("DENOM") == denominator)
        & (pl.col("PARAMCD") == code)
    )
    return row.select("X", "N").row(0)


@pytest.mark.parametrize(
    ("code", "treated", "evaluable"),
    [
        ("ORR", (3, 6), (3, 5)),
        ("CORR", (2, 6), (2, 5)),
        ("DCR", (4, 6), (4, 5)),
        ("CBR", (3, 6), (3, 5)),
        ("BOR_PR", (2, 6), (2, 5)),
        ("CBOR_PR", (1, 6), (1, 5)),
        ("BOR_MISSING", (1, 6), (0, 5)),
    ],
)
def test_both_denominators_are_shown(code, treated, evaluable):
    assert one("ALL", "ALL", "treated", code) == treated
    assert one("ALL", "ALL", "evaluable", code) == evaluable


def test_rates_stand_by_cohort_and_by_tumour_type():
    assert one("COHORT", "A", "treated", "ORR") == (2, 2)
    assert one("COHORT", "B", "treated", "ORR") == (1, 3)
    assert one("TUMTYPE", "LUNG", "treated", "CORR") == (2, 3)


def test_the_best_responses_add_up_to_the_denominator():
    counts = rates().filter(pl.col("PARAMCD").str.starts_with("BOR_"))
    sums = counts.group_by("GROUP", "GROUPVAL", "DENOM").agg(pl.col("X").sum(), pl.col("N").first())
    assert (sums["X"] == sums["N"]).all()


def test_without_anyone_in_the_denominator_there_is_no_share_but_a_reason():
    nobody = SUBJECTS.with_columns(EVALUABLE=pl.lit(False))
    table = response_rates(nobody, benefit=False, immune=False)
    empty = table.filter(pl.col("DENOM") == "evaluable")
    assert empty["PCT"].null_count() == empty["LOWER"].null_count() == empty.height
    assert set(empty["REASON"]) == {"no subject in the denominator"}
    assert "CBR" not in table["PARAMCD"].to_list()
