"""Exact operating characteristics: the probability of every reachable state, in one walk over the graph.

Extended precision adds and multiplies positive numbers only, so nothing cancels (relative error below
1e-15); `rational=True` does the same walk with fractions.
"""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import polars as pl

from pkpipe.escalation.characteristics.graph import Graph, reachable
from pkpipe.escalation.characteristics.level_by_level import Row, characteristics, has_simple_levels
from pkpipe.escalation.characteristics.quantities import (
    RESULT,
    Numbers,
    mean_of,
    quantities,
    spread_of,
)
from pkpipe.escalation.characteristics.scenario import Scenario, chances
from pkpipe.escalation.engine.design import Design


def exact_characteristics(
    design: Design, scenario: Scenario, *, rational: bool = False
) -> pl.DataFrame:
    """quantity, level, value: where the trial ends, how many subjects and DLTs each level sees."""
    if has_simple_levels(design) and not rational:
        rows = characteristics(design, scenario)
    else:
        rows = _of_states(design, scenario, rational=rational)
    rows += [
        ("P_escalate_given_reached_standard_3p3", code, float(passing(p)), None)
        for code, p in zip(design.codes[: design.top + 1], scenario.p_dlt, strict=False)
        if not design.table
    ]
    return pl.DataFrame(rows, schema=RESULT, orient="row")


def _of_states(design: Design, scenario: Scenario, *, rational: bool) -> list[Row]:
    """Every quantity from the probability of every state the design can reach."""
    graph = reachable(design)
    reached = state_probabilities(graph, chances(graph, scenario, rational=rational))
    ended = np.where(graph.terminal, reached, reached[:1] * 0)
    rows: list[Row] = [
        (q.name, q.level, float(mean_of(ended, q.of)), None) for q in quantities(graph)
    ]
    rows.append(("SD_n_total", None, spread_of(graph, ended), None))
    return rows


def state_probabilities(graph: Graph, chance: Numbers) -> Numbers:
    """P(the trial passes through each state), given P(outcome) of each state's next batch."""
    reached = np.zeros(len(graph), dtype=chance.dtype)
    reached[0] = 1
    for start, end in zip(graph.bounds[:-1], graph.bounds[1:], strict=True):
        child = graph.child[start:end]
        parent, outcome = np.nonzero(child >= 0)
        flow = reached[start + parent] * chance[start + parent, outcome]
        np.add.at(reached, child[parent, outcome], flow)
    return reached


def passing(p: Fraction) -> Fraction:
    """P(a level that starts a cohort of three is passed): 0 of 3, or 1 of 3 and then 0 of 3."""
    q = 1 - p
    return q**3 + 3 * p * q**2 * q**3
