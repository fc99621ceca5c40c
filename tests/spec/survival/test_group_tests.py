"""Groups that a study compares: the log-rank test and hazard ratios, and why a number is missing."""

from pathlib import Path

import polars as pl
import pytest

from pkpipe.protocol.efficacy import Comparison
from pkpipe.protocol.file_reading.loader import load_study
from pkpipe.survival.comparisons.cox import cox
from pkpipe.survival.comparisons.grouptests import TESTS, group_tests
from pkpipe.survival.comparisons.log_rank import risk_sets

ROOT = Path(__file__).resolve().parents[3]
STUDY = load_study(ROOT / "config" / "bat6026.yaml")
# Times and events of two cohorts, and a third that has nobody with an event.
PEOPLE = [
    *(("A", t, 0) for t in (6, 13, 21, 30, 37, 38)),
    *(("A", t, 1) for t in (31, 47)),
    *(("B", t, 0) for t in (10, 10, 12, 13, 14, 15, 16)),
    ("B", 20, 1),
    *(("C", t, 1) for t in (5, 25)),
]


def subjects(groups):
    columns = ("COHORT", "LEVEL", "PART", "TUMTYPE")
    return pl.DataFrame(dict.fromkeys(columns, groups), schema=dict.fromkeys(columns, pl.String))


def times(rows, code="PFS"):
    return pl.DataFrame(
        [(code, g, g, g, g, float(t), c) for g, t, c in rows],
        schema={
            **dict.fromkeys(("PARAMCD", "COHORT", "LEVEL", "PART", "TUMTYPE"), pl.String),
            "AVAL": pl.Float64,
            "CNSR": pl.Int64,
        },
        orient="row",
    )


def compared(rows, *, groups=("A", "B", "C"), **asked):
    asked = {"group": "COHORT", "reference": "A", "endpoints": ("PFS",)} | asked
    plan = STUDY.survival.model_copy(update={"comparisons": (Comparison(**asked),)})
    return group_tests(times(rows), subjects(list(groups)), plan, ("PFS", "OS"))


def one(table, group, stat):
    return table.row(
        by_predicate=(pl.col("GROUPVAL") == group) & (pl.col("STAT") == stat), named=True
    )


def test_two_groups_have_the_log_rank_test_and_the_hazard_ratio_that_r_has():
    """The lung data of R survival 3.5-3: survdiff and coxph (Efron), pkpipe/qualify/answers/survival."""
    lung = pl.read_csv(ROOT / "pkpipe" / "qualify" / "answers" / "survival" / "data" / "lung.csv")
    rows = lung.select("group", "time", 1 - pl.col("event")).rows()
    table = compared(rows, groups=("female", "male"), reference="female")
    ratio = one(table, "male", "HR")
    got = {
        s: one(table, "ALL", s)["ESTIMATE"] for s in ("LOGRANK_CHISQ", "LOGRANK_DF", "LOGRANK_P")
    }
    assert got == pytest.approx(
        {"LOGRANK_CHISQ": 10.32674195488563, "LOGRANK_DF": 1, "LOGRANK_P": 0.00131116452035},
        rel=1e-9,
    )
    assert [ratio[c] for c in ("ESTIMATE", "SE", "LOWER", "UPPER")] == pytest.approx(
        [1.70067212404, 0.16717858330, 1.22551300724, 2.36006118], rel=1e-7
    )
    assert one(table, "male", "HR_P")["ESTIMATE"] == pytest.approx(0.00149122913838, rel=1e-7)
    counts = [one(table, g, s)["ESTIMATE"] for g in ("female", "male") for s in ("N", "EVENTS")]
    assert counts == [90, 53, 138, 112]
    assert table["STATUS"].unique().to_list() == ["OK"]


def test_only_the_groups_asked_for_are_compared():
    table = compared(PEOPLE, against=("B",))
    assert table["GROUPVAL"].unique(maintain_order=True).to_list() == ["ALL", "A", "B"]
    assert table.schema == TESTS
    assert set(zip(table["PARAMCD"], table["GROUP"], table["REFVAL"], strict=True)) == {
        ("PFS", "COHORT", "A")
    }


def test_without_names_every_group_that_occurs_is_compared_and_keys_are_unique():
    table = compared(PEOPLE)
    assert table["GROUPVAL"].unique(maintain_order=True).to_list() == ["ALL", "A", "B", "C"]
    keys = ["PARAMCD", "GROUP", "REFVAL", "GROUPVAL", "STAT"]
    assert not table.select(keys).is_duplicated().any()
    assert "HR" not in table.filter(pl.col("GROUPVAL") == "A")["STAT"].to_list()


RUNS_AWAY = [*(("A", t, 0) for t in (50, 60, 70)), *(("B", t, 0) for t in (1, 2, 3))]


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        (PEOPLE, "no event in group C"),
        (RUNS_AWAY, "a coefficient runs to infinity: the groups are separated in time"),
        ([p for p in PEOPLE if p[0] == "B"], "no subject in the reference group A"),
        ([p for p in PEOPLE if p[0] == "A"], "no subject with this endpoint"),
        ([], "no subject with this endpoint"),
        ([("A", 5, 1), ("B", 6, 1)], "no event"),
    ],
    ids=["a silent group", "diverging", "no reference", "reference only", "nobody", "no event"],
)
def test_a_ratio_that_cannot_be_estimated_is_ne_with_its_reason(rows, reason):
    last = "C" if rows is PEOPLE else "B"
    table = compared(rows, groups=("A", last))
    ratio = one(table, last, "HR")
    assert (ratio["ESTIMATE"], ratio["UPPER"], ratio["STATUS"]) == (None, None, "NE")
    assert ratio["REASON"] == reason
    assert one(table, last, "HR_P")["REASON"] == reason
    missing = pl.col("ESTIMATE").is_null()
    assert table.filter(missing != pl.col("REASON").is_not_null()).is_empty()
    assert table.filter(missing != (pl.col("STATUS") == "NE")).is_empty()


def test_a_test_of_fewer_than_two_groups_has_no_degree_of_freedom():
    table = compared([p for p in PEOPLE if p[0] == "A"], groups=("A", "B"))
    whole = [one(table, "ALL", s) for s in ("LOGRANK_CHISQ", "LOGRANK_DF", "LOGRANK_P")]
    assert {(r["ESTIMATE"], r["REASON"]) for r in whole} == {
        (None, "fewer than two groups at risk at an event")
    }


def test_a_group_that_nobody_is_in_is_shown_with_nobody():
    table = compared(PEOPLE, against=("B", "Z"))
    assert one(table, "Z", "N")["ESTIMATE"] == 0
    assert one(table, "Z", "HR")["REASON"] == "no subject with this endpoint"
    assert one(table, "B", "HR")["STATUS"] == "OK"


def test_hazard_ratios_against_a_group_that_is_not_there_say_so():
    sets = risk_sets(pl.DataFrame({"T": [1.0, 2], "E": [1, 1], "G": ["B", "C"]}), "T", "E", "G")
    fit = cox(sets, "A")
    assert fit.reason == "no subject in the reference group A"
    assert fit.table(0.95)["HR"].to_list() == [None, None]


def test_a_study_that_states_no_comparison_tests_nothing():
    assert STUDY.survival.comparisons == ()
    table = group_tests(times(PEOPLE), subjects(["A"]), STUDY.survival, ("PFS",))
    assert (table.height, table.schema) == (0, pl.Schema(TESTS))
