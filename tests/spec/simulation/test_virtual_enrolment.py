"""A virtual trial obeys the design it is drawn from."""

import datetime

import numpy as np
import polars as pl
import pytest
from virtual_trials import STUDIES, drawn, results, study, write

from pkpipe.escalation.conformance.trial_and_limits import AGREEMENT
from pkpipe.simulation.world import new_world

SEEDS = range(25)


def enrolled(name, seed):
    """Level, first dose and end of the window of each subject of the escalation, in order of enrolment."""
    world = new_world(study(name), seed)
    who, part = world.enrolled, world.escalating
    window = study(name).escalation.dlt_window_days
    day = np.floor(who.first[part])
    left = np.where(np.isfinite(who.leaves[part]), who.leaves[part], window)
    return who.level[part], who.first[part], day, day + left


@pytest.mark.parametrize("name", STUDIES)
def test_the_next_level_starts_after_every_window_of_the_level_below(name):
    for seed in SEEDS:
        level, _, day, end = enrolled(name, seed)
        for upper in range(1, level.max() + 1):
            first = day[level == upper].min()
            before = (level == upper - 1) & (day < first)
            assert (end[before] <= first).all(), seed


def test_at_most_two_subjects_of_a_level_are_in_the_window_at_once():
    for seed in SEEDS:
        level, _, day, end = enrolled("bat6026", seed)
        for one in range(level.max() + 1):
            mine = level == one
            running = [((day[mine] <= t) & (t < end[mine])).sum() for t in day[mine]]
            assert max(running) <= 2, (seed, one)


def test_the_second_subject_of_a_level_comes_at_least_a_day_after_the_first():
    for seed in SEEDS:
        level, first, _, _ = enrolled("bat6026", seed)
        for one in range(level.max() + 1):
            times = np.sort(first[level == one])
            assert (times[1:] - times[0] >= 1).all(), (seed, one)


@pytest.mark.parametrize("name", STUDIES)
def test_first_doses_are_on_working_days(name):
    start = study(name).simulation.accrual.start
    for seed in SEEDS:
        world = new_world(study(name), seed)
        days = [start + datetime.timedelta(days=int(d)) for d in world.enrolled.first]
        assert all(d.weekday() < 5 for d in days), seed


@pytest.mark.parametrize("name", STUDIES)
def test_expansion_cohorts_open_only_at_tolerated_levels_and_are_filled(name):
    plan = study(name)
    rank = {level.code: i for i, level in enumerate(plan.escalation.levels)}
    for seed in SEEDS:
        world = new_world(plan, seed)
        last = world.enrolled.steps[-1]
        tolerated = (
            rank.get(last.level, -1) if last.decision in {"MAD_REACHED", "DECLARE_MTD"} else -1
        )
        for i, cohort in enumerate(plan.cohorts):
            if cohort.part == "expansion":
                number = int((world.enrolled.cohort == i).sum())
                assert number == (cohort.planned if rank[cohort.level] <= tolerated else 0), seed


def test_titration_ends_with_the_first_related_grade_2_and_three_subjects_follow():
    shown = 0
    for seed in range(80):
        world = new_world(study("bat6026"), seed)
        who = world.enrolled
        toxic = np.flatnonzero(np.isfinite(who.grade2))
        if len(toxic) and world.escalating[toxic[0]]:
            shown += 1
            level = who.level[toxic[0]]
            completed = (who.level == level) & world.escalating & ~np.isfinite(who.leaves)
            assert completed.sum() >= 3, seed
    assert shown > 5


@pytest.mark.slow
@pytest.mark.parametrize(("name", "seed"), [("bat6026", 28), ("bat8008_bat1308", 23)])
def test_the_decision_read_from_the_data_is_the_one_that_was_taken(name, seed, tmp_path):
    tables = drawn(name, seed)
    write(tables, tmp_path)
    log = tables["truth/DECISIONS"]
    for date in log["DATE"].unique(maintain_order=True).to_list()[2::7]:
        taken = log.filter(pl.col("DATE") == date).row(-1, named=True)
        cutoff = datetime.date.fromisoformat(date)
        found = results(study(name), tmp_path, ("subjects", "escalation"), cutoff)
        row = found["DECISION"].filter(pl.col("SCOPE") == "STUDY").row(0, named=True)
        assert (row["DECISION"], row["STATES"]) == (taken["DECISION"], taken["STATES"]), date


def test_subjects_asked_for_are_enrolled():
    assert len(new_world(study("bat8008_bat1308"), 3, subjects=250)) == 250


def test_every_increase_within_a_subject_has_its_agreement_before_the_higher_dose():
    tables = drawn("bat6026", 28)
    doses = tables["EX"].select(
        "USUBJID",
        DAY=pl.col("EXSTDTC").str.slice(0, 10),
        DOSE=pl.col("EXPDOSE").cast(pl.Float64),
        ROSE=(pl.col("EXPDOSE").cast(pl.Float64).diff() > 0)
        & (pl.col("USUBJID") == pl.col("USUBJID").shift()),
    )
    rises = doses.filter("ROSE").select("USUBJID", "DAY")
    agreed = tables["DS"].filter(pl.col("DSDECOD") == AGREEMENT).select("USUBJID", "DSSTDTC")
    both = rises.join(agreed, on="USUBJID", how="full", coalesce=True)
    assert rises.height == both.height > 0
    assert (
        both.filter((pl.col("DSSTDTC") < pl.col("DAY")).fill_null(value=False)).height
        == both.height
    )
