"""The operational qualification counts what the issue asks for, and a program that is wrong fails in it."""

from __future__ import annotations

import dataclasses
import importlib

import polars as pl
import pytest

from pkpipe.nca.further_analyses.treatment_ratios import treatment_ratios
from pkpipe.qualify import (
    declared_survival,
    dose_decisions,
    nca_answers,
    peers_of_nca,
    published_ratios,
    r_survival,
    truth_tables,
)
from pkpipe.qualify.areas import AREAS, Area, checks_of
from pkpipe.qualify.compared_answers import (
    COLUMNS,
    DEVIATION,
    FAIL,
    LISTED,
    PASS,
    Requirement,
    facts,
    numbered,
    numbers,
    verdict_of,
)
from pkpipe.survival.competing_events.incidence import incidences

OF = Requirement("OQ-X-1", "nca", "Two is two", "by hand", "relative 1e-9")


def rows(*pairs: tuple[float | None, float | None]) -> pl.DataFrame:
    schema = {"item": pl.String, "expected": pl.Float64, "got": pl.Float64}
    return pl.DataFrame([("x", *pair) for pair in pairs], schema=schema, orient="row")


def verdicts(table: pl.DataFrame) -> dict[str, int]:
    return dict(table.group_by("verdict").len().iter_rows())


@pytest.mark.parametrize(
    ("expected", "got", "verdict"),
    [
        (2.0, 2.0, PASS),
        (2.0, 2.0 + 1e-9, PASS),
        (2.0, 2.0 + 1e-8, FAIL),
        (None, None, PASS),
        (2.0, None, FAIL),
        (None, 2.0, FAIL),
        (0.0, 0.0, PASS),
        (0.0, 1e-30, FAIL),
    ],
)
def test_a_number_passes_within_its_tolerance_and_an_empty_one_only_beside_an_empty_one(
    expected, got, verdict
):
    assert numbers(OF, rows((expected, got)), 1e-9)["verdict"].item() == verdict


def test_a_row_says_everything_and_has_an_id_of_its_own():
    table = numbered([numbers(OF, rows((1.0, 1.0), (2.0, 3.0)), 0.0)])
    assert tuple(table.columns) == COLUMNS
    assert table["id"].to_list() == ["OQ-X-1.00001", "OQ-X-1.00002"]
    assert table.null_count().sum_horizontal().item() == 0


def test_one_failure_is_a_failure_and_a_deviation_is_never_the_bare_word():
    good = numbered([facts(OF, [("x", "a", "a")])])
    assert verdict_of(good) == PASS
    other = good.with_columns(verdict=pl.lit(DEVIATION))
    assert verdict_of(pl.concat([good, other])) == "WITH DEVIATIONS"
    wrong = numbered([facts(OF, [("x", "a", "b")])])
    assert verdict_of(pl.concat([good, other, wrong])) == FAIL


def test_every_area_is_there_and_none_is_named_twice():
    assert len({(area.module, area.function) for area in AREAS}) == len(AREAS)
    for area in AREAS:
        module = importlib.import_module(f"pkpipe.qualify.{area.module}")
        assert callable(getattr(module, area.function))


def test_an_area_whose_program_stops_is_a_check_that_failed():
    found = checks_of(Area("OQ", "nca", "no_such_module"))
    assert found["verdict"].to_list() == [FAIL]
    assert found["area"].to_list() == ["nca"]


def test_a_question_that_has_no_row_is_a_check_that_failed(monkeypatch):
    one = facts(OF, [("x", "a", "a")])
    area = Area("OQ", "safety", "truth_tables", "checks_of_grades")
    monkeypatch.setattr(truth_tables, "checks_of_grades", lambda: [one, facts(OF, [])])
    assert checks_of(area)["verdict"].to_list() == [PASS, FAIL]
    monkeypatch.setattr(truth_tables, "checks_of_grades", list)
    assert checks_of(area)["verdict"].to_list() == [FAIL]


def test_nca_answers_of_three_programs_are_compared_and_the_listed_differences_are_605():
    table = numbered(peers_of_nca.checks())
    peers = table.filter(pl.col("id").str.starts_with("OQ-NCA-1."))
    assert peers.height == 9845
    assert verdicts(peers) == {PASS: 9240, LISTED: 605}
    assert set(table["verdict"]) == {PASS, LISTED}
    assert {"WinNonlin unstated", "NonCompart 0.8.0"} <= set(peers["source"])


def test_survival_answers_are_at_least_3700():
    table = numbered(r_survival.checks())
    assert table.height >= 3700
    assert set(table["verdict"]) == {PASS}


def test_strata_delayed_entry_and_competing_events_are_asked_with_15_882_numbers():
    table = numbered(declared_survival.checks())
    assert table.height == 15_882
    assert set(table["verdict"]) == {PASS}
    asked = table["id"].str.extract(r"^(OQ-SURV-\d+)").unique()
    assert {*asked} == {f"OQ-SURV-{place}" for place in range(9, 14)}


def test_an_incidence_without_its_competing_events_is_found(monkeypatch):
    """One minus Kaplan-Meier of one kind, the others as censored, is not the incidence of that kind."""

    def alone(rows, kinds, by, conf):
        parts = [
            incidences(rows.with_columns(EVENT=(pl.col("KIND") == kind).fill_null(value=False)
                       .cast(pl.Int64)), [kind], by, conf)
            for kind in kinds
        ]  # fmt: skip
        return pl.concat(parts)

    monkeypatch.setattr(declared_survival, "incidences", alone)
    table = numbered(declared_survival.checks())
    wrong = table.filter(verdict=FAIL)
    assert wrong.height > 100
    assert set(wrong["requirement"]) == {declared_survival.INCIDENCE.words}


def test_published_ratios_of_treatments_are_asked_and_a_variance_of_another_kind_is_found(
    monkeypatch,
):
    table = numbered(published_ratios.checks())
    assert table.height == 150
    assert set(table["verdict"]) == {PASS}
    wider = treatment_ratios

    def equal(values, keys, reference, of):
        return wider(values, keys, reference, dataclasses.replace(of, variances="equal"))

    monkeypatch.setattr(published_ratios, "treatment_ratios", equal)
    assert numbered(published_ratios.checks()).filter(verdict=FAIL).height > 5


def test_escalation_answers_are_at_least_400():
    table = numbered(dose_decisions.checks())
    assert table.height >= 400
    assert set(table["verdict"]) == {PASS}


@pytest.mark.parametrize(
    "area",
    ["checks_of_response", "checks_of_antibodies", "checks_of_grades", "checks_of_statistics"],
)
def test_the_truth_tables_are_met(area):
    table = numbered(getattr(truth_tables, area)())
    assert table.height > 40
    assert set(table["verdict"]) == {PASS}


def test_a_slope_of_one_sample_more_is_found(monkeypatch):
    """The program as it would be with another smallest number of points: many answers are others."""
    monkeypatch.setitem(
        nca_answers.OPTION_SETS, "P0", {"lambda_z": {"rising": "veto", "min_points": 4}}
    )
    table = numbered(peers_of_nca.checks())
    assert table.filter(verdict=FAIL).height > 10
    assert set(table.filter(verdict=FAIL)["area"]) == {"nca"}


def test_a_grade_that_moved_is_found(monkeypatch):
    whole = truth_tables.graded
    monkeypatch.setattr(
        truth_tables, "graded", lambda f: whole(f).with_columns(pl.col("ATOXGRH") + 1)
    )
    table = numbered(truth_tables.checks_of_grades())
    assert table.filter(verdict=FAIL).height > 100
