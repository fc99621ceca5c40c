"""Every state of every history of one to five levels, none of them drawn at random."""

from __future__ import annotations

import datetime

import numpy as np
import polars as pl
import pytest

from pkpipe.escalation.characteristics.graph import reachable
from pkpipe.escalation.engine.decide import decide, rules_of
from pkpipe.escalation.engine.design import Design
from pkpipe.escalation.engine.level_counts import States, states
from pkpipe.escalation.subjects.evaluability import RECORD_SCHEMA, judged, states_of
from pkpipe.protocol.escalation import EscalationPlan, Level

SHAPES = [(n, t) for n in range(1, 6) for t in range(min(n, 2) + 1)]
START = datetime.date(2026, 1, 5)


def plan_of(levels: int, titration: int) -> EscalationPlan:
    codes = "ABCDE"[:levels]
    return EscalationPlan(
        levels=tuple(Level(code=c) for c in codes),
        titration_levels=tuple(codes[:titration]),
        dlt_window_days=21,
    )


def reached(design: Design) -> States:
    graph = reachable(design)
    cube = np.concatenate([graph.counts, np.zeros_like(graph.counts[:, :, :1])], axis=2)
    last = np.zeros(len(graph), dtype=np.int16)
    source, outcome = np.nonzero(graph.child >= 0)
    last[graph.child[source, outcome]] = graph.level[source]
    return states(design, cube, last)


def answers_alike(design: Design, a: States, b: States) -> bool:
    """Equal counts and equal answers; g2 apart, since a DLT sets it in dated records (U02)."""
    said, also = decide(design, a), decide(design, b)
    counts = all(
        np.array_equal(getattr(a, n), getattr(b, n)) for n in ("n", "y", "pend", "current")
    )
    return counts and all(
        np.array_equal(getattr(said, n), getattr(also, n))
        for n in ("rule", "level", "number", "mode")
    )


def records(asked: States, codes: str) -> pl.DataFrame:
    """Dated subjects whose counts are those of the states: levels a month apart, the current one last."""
    case, level, who = np.nonzero(np.arange(7) < asked.n[:, :, None])
    toxic = who < asked.y[case, level]
    g2 = (who == 0) & (asked.g2[case, level] > 0)
    start = np.where(level == asked.current[case], 200, 30 * level) + who
    days = pl.DataFrame(
        {"case": case, "level": level, "who": who, "start": start, "toxic": toxic, "g2": g2}
    )
    first = pl.lit(START) + pl.duration(days=pl.col("start"))
    onset = first + pl.duration(days=10)
    made = days.select(
        CASE=pl.col("case").cast(pl.String),
        AS_OF=pl.lit(START + datetime.timedelta(days=400)),
        USUBJID=pl.format("{}-{}", "level", "who"),
        LEVEL=pl.col("level").replace_strict(dict(enumerate(codes)), return_dtype=pl.String),
        TRTSDT=first,
        DLTDT=pl.when("toxic").then(onset),
        G2DT=pl.when("g2").then(onset),
        COUNTS=pl.lit(value=True),
    )
    return shaped(made)


def shaped(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.select(
        (pl.col(n) if n in rows.columns else pl.lit(None)).cast(t).alias(n)
        for n, t in RECORD_SCHEMA.items()
    )


@pytest.mark.parametrize(("levels", "titration"), SHAPES)
def test_a_leaver_who_is_replaced_changes_no_state_of_any_history(levels, titration):
    plan = plan_of(levels, titration)
    design, codes = Design.of(plan), "ABCDE"[:levels]
    asked = reached(design)
    asked = asked.rows(np.flatnonzero(asked.n.sum(axis=1) > 0))
    given = records(asked, codes)
    before, _ = states_of(judged(given, plan), design)
    assert answers_alike(design, before, asked)  # the dated records say what the history was
    for code in codes:  # whoever has subjects there gets one more, who left
        of = given.filter(pl.col("LEVEL") == code).unique("CASE", keep="first", maintain_order=True)
        leaver = of.with_columns(
            USUBJID=pl.lit("leaver"),
            DLTDT=pl.lit(None, dtype=pl.Date),
            G2DT=pl.lit(None, dtype=pl.Date),
            LEFTDT=pl.col("TRTSDT") + pl.duration(days=5),
        )
        after, _ = states_of(judged(pl.concat([given, shaped(leaver)]), plan), design)
        assert answers_alike(design, after, before)


@pytest.mark.parametrize(("levels", "titration"), SHAPES)
def test_one_answer_for_a_state_and_one_more_dlt_never_escalates(levels, titration):
    design = Design.of(plan_of(levels, titration))
    asked = reached(design)
    rows = np.concatenate([asked.n, asked.y, asked.g2, asked.current[:, None]], axis=1)
    assert len(np.unique(rows, axis=0)) == len(asked)  # a state stands once, whatever led to it
    names = np.array([r.decision for r in rules_of(design)])
    answers = decide(design, asked)
    assert not (names[answers.rule] == "INVALID_STATE").any()
    climbs = np.isin(names, ["ESCALATE", "MAD_REACHED"])
    for level in range(levels):
        may = np.flatnonzero(asked.n[:, level] > asked.y[:, level])
        worse = asked.rows(may)
        worse.y[:, level] += 1
        if level < titration:
            worse.g2[:, level] = 1
        after = decide(design, worse)
        assert not (climbs[after.rule] & ~climbs[answers.rule[may]]).any()
