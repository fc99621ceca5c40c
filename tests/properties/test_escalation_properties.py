"""What must hold of every state and every history of a design, checked exhaustively."""

from __future__ import annotations

import itertools
from dataclasses import replace
from itertools import product

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pkpipe.escalation.characteristics.exact import exact_characteristics
from pkpipe.escalation.characteristics.graph import reachable
from pkpipe.escalation.characteristics.scenario import Scenario
from pkpipe.escalation.characteristics.simulate_graph import simulated_characteristics
from pkpipe.escalation.decision.decision_sentences import SENTENCES, answer_frame
from pkpipe.escalation.engine.decide import decide, is_mad, is_mtd, rules_of
from pkpipe.escalation.engine.design import Design
from pkpipe.escalation.engine.level_counts import States, states

BAT6026 = replace(Design.plain("ABCDE", titration=2), optional=(False,) * 4 + (True,), top=3)
DESIGNS = {
    "plain 3+3, five levels": Design.plain("ABCDE"),
    "titration, then 3+3, five levels": Design.plain("ABCDE", titration=2),
    "an optional level above": BAT6026,
    "everything titrated": Design.plain("ABC", titration=3),
    "a table": replace(Design.plain("ABC"), table=((3, "ESDU"), (6, "EESDUUU")), target=0.3),
}
# From the boldest to the most cautious; what is above the current level is bolder than what is at it.
BOLDNESS = {"ESCALATE": 2, "MAD_REACHED": 2}


def every_state(design: Design, most: int) -> States:
    """All counts with n up to `most` at each level (pending and g2 included), all current levels."""
    level = [
        (n, y, g, p)
        for n in range(most + 1)
        for y in range(n + 1)
        for g in ((0, 1) if design.titration else (0,))
        for p in range(0, 7 - n, 2)
    ]
    cube = np.array(list(product(level, repeat=design.levels)), dtype=np.int16)
    current = np.repeat(np.arange(design.levels), len(cube))
    return states(design, np.concatenate([cube] * design.levels), current)


def reached(design: Design) -> States:
    """Every state of every history in which batches are observed whole."""
    graph = reachable(design)
    cube = np.concatenate([graph.counts, np.zeros_like(graph.counts[:, :, :1])], axis=2)
    parents = np.zeros(len(graph), dtype=np.int16)
    source, outcome = np.nonzero(graph.child >= 0)
    parents[graph.child[source, outcome]] = graph.level[source]
    return states(design, cube, parents)


@pytest.mark.parametrize("design", [Design.plain("AB"), Design.plain("AB", titration=1)])
def test_every_state_has_one_decision_and_words_for_it(design):
    asked = every_state(design, 6)
    answers = decide(design, asked)
    assert answers.rule.min() >= 0
    said = answer_frame(asked, answers)
    assert said["decision"].is_in(list(SENTENCES)).all()
    assert said["reason"].is_not_null().all()
    assert said["sentence"].is_not_null().all()
    enrols = said["n_to_enrol"] > 0
    assert (said["next_level"].is_not_null() | ~enrols).all()
    assert said["n_to_enrol"].min() >= 0
    assert said["n_to_enrol"].max() <= 6


@pytest.mark.parametrize("design", DESIGNS.values(), ids=DESIGNS)
def test_the_same_state_asked_alone_or_among_many_gets_the_same_answer(design):
    asked = reached(design)
    together = decide(design, asked)
    rng = np.random.default_rng(7)
    order = rng.permutation(len(asked))
    shuffled = decide(design, asked.rows(order))
    for name in ("rule", "level", "number", "mode"):
        assert (getattr(together, name)[order] == getattr(shuffled, name)).all()
    for i in rng.choice(len(asked), size=min(200, len(asked)), replace=False):
        alone = decide(design, asked.rows(np.array([i])))
        assert (alone.rule[0], alone.level[0], alone.number[0]) == (
            together.rule[i],
            together.level[i],
            together.number[i],
        )


@pytest.mark.parametrize("design", DESIGNS.values(), ids=DESIGNS)
def test_every_history_ends_and_never_leaves_the_design(design):
    graph = reachable(design)
    assert (graph.level <= design.top).all()
    assert (graph.terminal == (graph.child < 0).all(axis=1)).all()
    ends = graph.intolerable | (graph.mtd >= 0) | (graph.mad >= 0)
    if not design.table:
        assert (ends == graph.terminal).all()
        declared = np.flatnonzero(graph.mtd >= 0)
        n, y, _ = np.moveaxis(graph.counts[declared, graph.mtd[declared]], 1, 0)
        assert (n >= design.mtd_subjects).all()
        assert (y <= 1).all()
    assert (graph.counts[:, :, 0] <= 6).all()


@pytest.mark.parametrize("design", DESIGNS.values(), ids=DESIGNS)
def test_a_state_stands_once_in_the_graph_among_those_of_its_total_and_before_all_it_leads_to(
    design,
):
    graph = reachable(design)
    asked = reached(design)
    keys = np.column_stack([graph.counts.reshape(len(graph), -1), asked.current])
    assert len(np.unique(keys, axis=0)) == len(graph)
    parts = [graph.total_n[a:b] for a, b in itertools.pairwise(graph.bounds)]
    assert all((part == part[0]).all() for part in parts)
    assert [part[0] for part in parts] == sorted({int(t) for t in graph.total_n})
    source, outcome = np.nonzero(graph.child >= 0)
    child = graph.child[source, outcome]
    assert (graph.total_n[child] == graph.total_n[source] + graph.number[source]).all()


def bold(design: Design, asked: States) -> np.ndarray:
    """How high the answer reaches: the level to be dosed or declared; -1 for none; MAD above its level."""
    answers = decide(design, asked)
    height = np.where(answers.number > 0, answers.level, -1)
    height = np.maximum(height, is_mtd(answers))
    return np.where(is_mad(answers) >= 0, is_mad(answers) + 1, height)


@pytest.mark.parametrize(
    "design",
    [d for d in DESIGNS.values() if not d.table],
    ids=[n for n in DESIGNS if n != "a table"],
)
def test_one_more_dlt_among_the_same_subjects_never_makes_the_decision_bolder(design):
    asked = reached(design)
    before = decide(design, asked)
    escalates = np.array([r.decision in BOLDNESS for r in rules_of(design)])
    for level in range(design.levels):
        may = np.flatnonzero(asked.n[:, level] > asked.y[:, level])
        worse = asked.rows(may)
        y, g2 = worse.y.copy(), worse.g2.copy()
        y[:, level] += 1
        if level < design.titration:
            g2[:, level] = 1
        after = decide(design, replace(worse, y=y, g2=g2))
        decided = np.array([r.decision for r in rules_of(design)])[after.rule]
        valid = decided != "INVALID_STATE"
        climbs = escalates[after.rule] & valid
        # Whoever climbs with one more DLT would have climbed without it.
        assert escalates[before.rule[may]][climbs].all()
        higher = bold(design, replace(worse, y=y, g2=g2))
        waits = np.isin(
            np.array([r.decision for r in rules_of(design)])[before.rule[may]], ["WAIT"]
        )
        check = valid & ~waits
        assert (higher[check] <= bold(design, worse)[check]).all()


@pytest.mark.parametrize("design", DESIGNS.values(), ids=DESIGNS)
def test_an_impossible_state_is_refused_with_a_message(design):
    asked = reached(design)
    wrong = [
        replace(asked, y=(asked.n + 1).astype(np.int16)),
        replace(asked, n=(-1 - asked.n).astype(np.int16)),
        replace(asked, pend=(asked.pend - 1).astype(np.int16)),
        replace(asked, g2=(asked.g2 + 2).astype(np.int16)),
        replace(asked, current=np.full(len(asked), -1, dtype=np.int16)),
        replace(asked, top=np.full(len(asked), -1, dtype=np.int16)),
    ]
    for state in wrong:
        said = answer_frame(state, decide(design, state))
        assert (said["decision"] == "INVALID_STATE").all()
        assert (said["n_to_enrol"] == 0).all()
        assert said["reason"].str.len_chars().min() > 10


@pytest.mark.parametrize("design", DESIGNS.values(), ids=DESIGNS)
def test_pending_subjects_block_escalation_and_never_a_stop(design):
    asked = reached(design)
    before = decide(design, asked)
    pend = asked.pend.copy()
    pend[np.arange(len(asked)), asked.current] += 1
    after = decide(design, replace(asked, pend=pend))
    names = np.array([r.decision for r in rules_of(design)])
    assert not np.isin(names[after.rule], ["ESCALATE", "MAD_REACHED"]).any()
    stopped = names[before.rule] == "NO_TOLERABLE_DOSE"
    assert (names[after.rule][stopped] == "NO_TOLERABLE_DOSE").all()


@pytest.mark.parametrize("design", DESIGNS.values(), ids=DESIGNS)
def test_the_chances_of_all_ends_add_up_to_one_exactly(design):
    rates = [0.1, 0.2, 0.3, 0.4, 0.5][: design.levels]
    found = exact_characteristics(
        design, Scenario.of(rates, [r + 0.1 for r in rates]), rational=True
    )
    ends = found.filter(
        pl.col("quantity").str.starts_with("P_M") | pl.col("quantity").str.starts_with("P_no")
    )
    assert ends["value"].sum() == pytest.approx(1, abs=1e-15)
    sizes = found.filter(pl.col("quantity") == "P_n_total")
    assert sizes["value"].sum() == pytest.approx(1, abs=1e-15)


@pytest.mark.parametrize("design", DESIGNS.values(), ids=DESIGNS)
@settings(max_examples=10, deadline=None, derandomize=True)
@given(rates=st.lists(st.integers(0, 100), min_size=5, max_size=5))
def test_extended_precision_and_fractions_agree(design, rates):
    p = sorted(x / 100 for x in rates)[: design.levels]
    scenario = Scenario.of(p, [min(1.0, x + 0.05) for x in p])
    quick = exact_characteristics(design, scenario)["value"].to_list()
    exact = exact_characteristics(design, scenario, rational=True)["value"].to_list()
    assert quick == pytest.approx(exact, rel=1e-12, abs=1e-15)


@pytest.mark.parametrize("design", DESIGNS.values(), ids=DESIGNS)
def test_simulation_agrees_with_the_exact_values_within_its_own_error(design):
    rates = [0.05, 0.15, 0.25, 0.4, 0.55][: design.levels]
    scenario = Scenario.of(rates, [r + 0.1 for r in rates])
    exact = exact_characteristics(design, scenario).drop("se")
    drawn = simulated_characteristics(design, scenario, 40_000, seed=11)
    both = exact.join(
        drawn, on=["quantity", "level"], how="inner", nulls_equal=True, suffix="_drawn"
    )
    both = both.filter(pl.col("se") > 0)
    z = ((both["value"] - both["value_drawn"]) / both["se"]).to_numpy()
    assert len(z) > 5
    assert np.abs(z).max() < 4.5  # the largest of about 30; the seed is fixed
    assert drawn.equals(simulated_characteristics(design, scenario, 40_000, seed=11))
