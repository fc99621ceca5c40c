"""The two trials this software serves, as their registry texts state them."""

import re

import pytest
from support import ROOT

from pkpipe.protocol.study_checks.linter import load_sound_study

CONFIG = ROOT / "config"


@pytest.fixture(scope="module")
def bat6026():
    return load_sound_study(CONFIG / "bat6026.yaml")


@pytest.fixture(scope="module")
def combination():
    return load_sound_study(CONFIG / "bat8008_bat1308.yaml")


def test_bat6026_has_eight_levels_of_which_the_last_is_optional_and_closed(bat6026):
    plan = bat6026.escalation
    assert [level.doses["BAT6026"] for level in plan.levels] == [0.01, 0.03, 0.1, 0.3, 1, 3, 6, 10]
    assert [level.code for level in plan.levels if level.optional] == ["H"]
    assert (plan.top, plan.titration_levels, plan.mtd_subjects) == ("G", ("A", "B"), 6)


def test_bat6026_is_given_every_three_weeks_for_at_most_17_cycles(bat6026):
    (drug,) = bat6026.drugs
    assert (drug.cycle_days, drug.max_cycles, drug.dosing_window_days) == (21, 17, 3)
    assert bat6026.escalation.dlt_window_days == 21
    rules = bat6026.escalation.constraints
    assert (rules.max_in_window, rules.first_gap_hours) == (2, 24)


def test_bat6026_expands_in_two_cohorts_of_at_least_six(bat6026):
    cohorts = [c for c in bat6026.cohorts if c.part == "expansion"]
    assert [c.minimum for c in cohorts] == [6, 6]


def test_the_combination_is_given_every_two_weeks_and_its_dlt_window_is_21_days(combination):
    assert {d.cycle_days for d in combination.drugs} == {14}
    assert {d.max_cycles for d in combination.drugs} == {26}
    assert combination.escalation.dlt_window_days == 21


def test_the_combination_is_sampled_as_the_registry_lists(combination):
    at = {
        (s.timepoint, c)
        for s in combination.schedule.pk
        for c in s.cycles
        if s.drug in {None, "BAT8008"}
    }
    listed = {("EOI", 1), ("EOI", 2), ("EOI", 3), ("C3D2", 3), ("C3D3", 3), ("C3D8", 3)}
    listed |= {("PREDOSE", c) for c in (4, 8, 12, 16, 20, 24)}
    added = {("PREDOSE", c) for c in (1, 2, 3)}  # decided under SEED-4
    assert at == listed | added
    ada = {(s.timepoint, s.cycles) for s in combination.schedule.ada}
    assert ada == {(s.timepoint, s.cycles) for s in combination.schedule.pk}


def test_the_conjugate_is_measured_with_its_parts(combination):
    assert [a.role for a in combination.analytes_of("BAT8008")] == [
        "adc",
        "total_antibody",
        "payload",
    ]
    payload = combination.analytes_of("BAT8008")[2]
    assert (payload.unit, payload.time_unit) == ("ng/mL", "h")


@pytest.mark.parametrize("name", ["bat6026", "bat8008_bat1308"])
def test_every_key_of_the_protocol_says_where_its_value_comes_from(name):
    """A key carries a comment on its line; rows of a list share the comment of the list."""
    text = (CONFIG / f"{name}.yaml").read_text()
    body = text.partition("\ndrugs:")[2].partition("\nsources:")[0]
    keys = [line for line in body.splitlines() if re.match(r" +(- )?\w+: [^{]", line)]
    assert len(keys) > 90
    assert [line for line in keys if "#" not in line] == []


@pytest.mark.parametrize("name", ["bat6026", "bat8008_bat1308"])
def test_every_contradiction_of_the_text_is_decided(name):
    study = load_sound_study(CONFIG / f"{name}.yaml")
    decided = {a.id for a in study.assumptions}
    assert set(study.study.text_findings) == decided


def test_all_twelve_seeds_are_decided_by_one_of_the_two(bat6026, combination):
    decided = {a.id for s in (bat6026, combination) for a in s.assumptions}
    assert {f"SEED-{i}" for i in range(1, 13)} <= decided
