"""PKNCA, NonCompart and WinNonlin answer for answer: equal, or listed by row in docs/nca_differences.csv."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from pkpipe.qualify.answers import ANSWERS
from pkpipe.qualify.nca_answers import (
    CAUSES,
    EXCLUDED,
    LIMITS,
    differing,
    doubted,
    folder_answers,
    inputs,
    of_profile,
)

pytestmark = pytest.mark.reference
ROOT = Path(__file__).resolve().parents[2]
OWN = ANSWERS / "nca"
DOCS = ROOT / "docs"
# Causes that pkpipe's own definition decides, where no peer can confirm it.
ALONE = {"definition", "methods", "none"}


def listed() -> pl.DataFrame:
    table = pl.read_csv(DOCS / "nca_differences.csv", infer_schema=False)
    return table.with_columns(pl.col("confirmed").fill_null(""))


def folder_of(name: str, request: pytest.FixtureRequest) -> Path:
    own = OWN / name
    return own if own.is_dir() else request.getfixturevalue("reference_set") / "nca" / name


@pytest.fixture(scope="module", params=["open", "real"])
def both(request):
    return folder_answers(folder_of(request.param, request))


def test_every_answer_is_ours_or_listed_with_its_cause(both):
    """Relative 1e-9; 1e-8 for moments, MRT, Vss under the log rule; 1e-6 for WinNonlin's printed digits."""
    datasets = both["dataset"].unique()
    wanted = listed().filter(pl.col("dataset").is_in(datasets.implode()))
    assert_frame_equal(differing(both), wanted)
    assert both.height - wanted.height > 1400


def test_no_answer_is_left_out(both):
    by_hand = both.filter(pl.col("ours").is_null() & pl.col("theirs").is_not_null())
    assert by_hand.filter(~pl.col("differs")).is_empty()
    assert both.get_column("differs").null_count() == 0


def test_winnonlin_is_met_to_its_printed_digits():
    both = folder_answers(OWN / "open").filter(pl.col("peer") == "WinNonlin")
    assert both.height == 648
    assert not both.get_column("differs").any()


def test_each_cause_is_one_of_those_explained_and_takes_a_side_that_a_peer_confirms():
    table = listed()
    explained = (DOCS / "nca_differences.md").read_text(encoding="utf-8")
    codes = {code for code, _, _ in CAUSES}
    assert set(table["cause"]) <= codes
    assert all(f"| {code} |" in explained for code in set(table["cause"]))
    unconfirmed = table.filter((pl.col("confirmed") != "yes") & ~pl.col("side").is_in(ALONE))
    shape = unconfirmed.group_by("cause", "method").len().sort("cause", "method")
    assert shape.rows() == UNCONFIRMED


# Rows whose side nobody was asked to confirm: NonCompart has no linear_log rule, no AUMCALL and no AUMCPEO in
# PKNCA; the direct calls of PKNCA were made under one rule only; its last and all forms cross the next dose.
UNCONFIRMED = [
    ("D01", "lin_up_log_down", 2),
    ("D05", "linear", 6),
    ("D06", "linear_log", 20),
    ("D07", "linear_log", 8),
    ("D08", "linear", 7),
    ("D10", "linear", 9),
    ("D20", "lin_up_log_down", 16),
    ("D20", "linear", 16),
]


def test_the_near_equal_profile_has_its_true_moment():
    """Both peers lose every digit here; the value is from 80-digit arithmetic."""
    folder = OWN / "exact"
    given = inputs(folder)
    wanted = pl.read_csv(folder / "answers_exact.csv")
    for (method,), rows in wanted.group_by("method"):
        row = of_profile(given, str(method)).row(0, named=True)
        for code, value in rows.select("parameter", "value").iter_rows():
            assert row[code] == pytest.approx(value, rel=1e-14), (method, code)


@pytest.mark.parametrize("rule", LIMITS)
def test_a_broken_limit_reaches_the_same_parameters_as_in_pknca(rule):
    """Of the parameters PKNCA was asked for here, exactly those it excluded are flagged, value kept."""
    given = inputs(OWN / "open")
    answers = pl.read_csv(OWN / "open" / "exclusions_answers.csv").filter(pl.col("rule") == rule)
    flagged = doubted(given, rule)
    ours = {profile[0]: set(rows["PPTESTCD"]) for profile, rows in flagged.group_by("profile")}
    theirs = {
        row["profile"]: {EXCLUDED[name] for name in row["excluded_parameters"].split(";")}
        for row in answers.iter_rows(named=True)
    }
    assert ours == theirs
    assert flagged["PPSTRESN"].null_count() == 0
