"""Where the trials of a population end agrees with the exact characteristics, and with a closed form."""

import numpy as np
import pytest
from scipy.stats import binomtest
from virtual_trials import STUDIES, variant

from pkpipe.escalation.characteristics.exact import exact_characteristics
from pkpipe.escalation.characteristics.scenario import Scenario
from pkpipe.escalation.engine.design import Design
from pkpipe.simulation.population.escalation_results import of_enrolment
from pkpipe.simulation.world import new_world

# Beforehand: a share that the exact characteristics give this chance or less is no chance.
LEAST_CHANCE = 1e-4


def without_end(content):
    """Accrual that never runs out, and nobody who leaves the window."""
    content["simulation"]["dirt"]["leaves_window"] = 0
    content["simulation"]["accrual"].update(until="2040-01-01", data_until="2040-06-01")


def with_boin(content):
    without_end(content)
    content["escalation"]["design"] = "boin"


def one_level(content):
    without_end(content)
    content["escalation"]["levels"] = content["escalation"]["levels"][:1]
    content["escalation"]["highest_open_level"] = "L1"
    content["simulation"]["toxicity"] = [{"level": "L1", "dlt": 0.3, "grade2": 0.5}]
    content["cohorts"] = [c for c in content["cohorts"] if c["level"] == "L1"]


def shares(plan, trials):
    """Of each share: in how many of the trials."""
    found = {}
    for replicate in range(1, trials + 1):
        for name, _, level, _, value in of_enrolment(new_world(plan, 3, replicate=replicate)):
            if name.startswith("P_"):
                found[name, level] = found.get((name, level), 0) + int(value)
    return found


def rates(plan):
    risk = {t.level: t for t in plan.simulation.toxicity}
    codes = [c for c in plan.escalation.codes if c in risk]
    return Scenario.of([risk[c].dlt for c in codes], [risk[c].grade2 for c in codes])


def compared(plan, trials):
    """Quantity, level, exact share, trials found, of every share that both give."""
    exact = exact_characteristics(Design.of(plan.escalation), rates(plan))
    found = shares(plan, trials)
    rows = [
        (quantity, level, min(max(value, 0.0), 1.0), found[quantity, level])
        for quantity, level, value, _ in exact.iter_rows()
        if (quantity, level) in found
    ]
    assert len(rows) > len(plan.escalation.levels)
    return rows


@pytest.mark.parametrize("name", STUDIES)
@pytest.mark.parametrize("trials", [400, pytest.param(10_000, marks=pytest.mark.slow)])
def test_trials_end_where_the_exact_characteristics_say(name, trials):
    for quantity, level, value, number in compared(variant(name, without_end), trials):
        chance = binomtest(number, trials, value).pvalue
        assert chance > LEAST_CHANCE, (quantity, level, value, number)


@pytest.mark.slow
@pytest.mark.parametrize("trials", [400, 10_000])
def test_a_boin_trial_on_the_calendar_ends_within_two_percent_of_where_whole_batches_end(trials):
    # The exact characteristics see each cohort whole; on the calendar the table is read as soon as
    # somebody's window is over, also in the middle of a cohort.
    for quantity, level, value, number in compared(variant("bat8008_bat1308", with_boin), trials):
        limit = 0.02 + 4 * np.sqrt(value * (1 - value) / trials)
        assert abs(number / trials - value) <= limit, (quantity, level, value, number)


@pytest.mark.parametrize("trials", [1000, pytest.param(20_000, marks=pytest.mark.slow)])
def test_one_level_of_three_and_six_is_the_binomial_law(trials):
    plan, p = variant("bat8008_bat1308", one_level), 0.3
    q = 1 - p
    passed = q**3 + 3 * p * q**2 * q**3
    worlds = [new_world(plan, 3, replicate=r) for r in range(1, trials + 1)]
    rows = [{(n, level): v for n, _, level, _, v in of_enrolment(w)} for w in worlds]
    reached = sum(r["P_MAD_reached", "L1"] for r in rows)
    assert binomtest(reached, trials, passed).pvalue > LEAST_CHANCE
    assert reached + sum(r["P_no_tolerable_dose", None] for r in rows) == trials
    # The first two are dosed in every trial, whatever befalls them.
    first = [int(np.isfinite(w.enrolled.dlt[:2]).sum()) for w in worlds]
    for dlts, chance in ((0, q**2), (1, 2 * p * q), (2, p**2)):
        assert binomtest(first.count(dlts), trials, chance).pvalue > LEAST_CHANCE
