"""How the escalation and the expansion of each replicate went: from who was enrolled, no data needed."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

import numpy as np
import polars as pl

from pkpipe.escalation.engine.design import Design
from pkpipe.escalation.engine.rules import (
    DECLARE_MTD,
    MAD_REACHED,
    NO_TOLERABLE_DOSE,
    TERMINAL,
)
from pkpipe.simulation.draws import Bools
from pkpipe.simulation.outcomes import REASONS
from pkpipe.simulation.population.design_quantities import BY_NAME, PATH, RESULTS
from pkpipe.simulation.population.replicates import Draw
from pkpipe.simulation.world import World

Row = tuple[str, str | None, str | None, str | None, float]  # quantity, of, level, cohort, value


def escalation_results(drawn: list[Draw]) -> pl.DataFrame:
    """Rows of RESULTS that rest on enrolment, fates and the calendar."""
    rows: list[tuple[object, ...]] = []
    for draw in drawn:
        for quantity, of, level, cohort, value in _of_one(draw):
            unit = BY_NAME[quantity].unit or None
            rows.append((draw.number, quantity, of, level, cohort, float(value), unit, None))
        rows.append((draw.number, PATH, None, None, None, None, None, path(draw)))
    return pl.DataFrame(rows, schema=RESULTS, orient="row")


def _of_one(draw: Draw) -> Iterator[Row]:
    yield from of_enrolment(draw.world)
    yield from _days(draw)
    yield from _expansion(draw.world)
    yield from _stops(draw)


def of_enrolment(world: World) -> Iterator[Row]:
    """What the decisions of a trial tell: where it ends, subjects and DLTs by level, titration."""
    assert world.study.escalation is not None
    design = Design.of(world.study.escalation)
    yield from _ends(world, design)
    yield from _levels(world, design)
    yield from _titration(world, design)


def _ends(world: World, design: Design) -> Iterator[Row]:
    """Where the trial ends; the shares of all ends are 1 together."""
    steps = world.enrolled.steps
    decision, level = (steps[-1].decision, steps[-1].level) if steps else ("", "")
    for code in design.codes[: design.top + 1]:
        yield "P_MTD", None, code, None, decision == DECLARE_MTD and level == code
    yield "P_MAD_reached", None, design.codes[design.top], None, decision == MAD_REACHED
    yield "P_no_tolerable_dose", None, None, None, decision == NO_TOLERABLE_DOSE
    if design.table:
        none = decision == DECLARE_MTD and not level
        yield "P_no_level_declared", None, None, None, none
    yield "P_not_decided", None, None, None, decision not in TERMINAL


def _levels(world: World, design: Design) -> Iterator[Row]:
    who, escalating = world.enrolled, world.escalating
    toxic = np.isfinite(who.dlt) & escalating
    evaluable = escalating & (toxic | ~np.isfinite(who.leaves))
    for i, code in enumerate(design.codes[: design.top + 1]):
        here = escalating & (who.level == i)
        yield "P_reached", None, code, None, bool(here.any())
        yield "E_n", None, code, None, _count(here & evaluable)
        yield "E_dlt", None, code, None, _count(here & toxic)
        yield "E_dosed", None, code, None, _count(here)
    top = escalating & (who.level >= design.top)
    yield "P_top_not_reached", None, None, None, not top.any()
    yield "E_n_total", None, None, None, _count(evaluable)
    yield "E_dlt_total", None, None, None, _count(toxic)
    yield "E_dosed_total", None, None, None, _count(escalating)
    yield "E_replaced", None, None, None, _count(escalating & ~evaluable)


def _titration(world: World, design: Design) -> Iterator[Row]:
    """Only a toxicity of a titrated subject, a DLT or grade 2, ends titration."""
    who, escalating = world.enrolled, world.escalating
    first = np.zeros(len(who), dtype=np.bool_)  # the first of each level: the titrated one
    first[np.unique(who.level[escalating], return_index=True)[1]] = True
    toxic = np.isfinite(who.grade2) | np.isfinite(who.dlt)
    reached = int(who.level[escalating].max(initial=-1))
    ended = False
    for i, code in enumerate(design.codes[: design.titration]):
        here = not ended and bool((first & toxic & (who.level == i)).any())
        yield "P_titration_ends_at", None, code, None, here
        ended = ended or here
    if design.titration:
        passed = not ended and reached >= design.titration - 1
        yield "P_titration_completed", None, None, None, passed


def _days(draw: Draw) -> Iterator[Row]:
    who = draw.world.enrolled
    last = who.steps[-1].day if who.steps else 0.0
    contact = np.minimum(draw.trial.ends.off, draw.world.horizon)
    yield "E_decision_days", None, None, None, np.floor(last)
    yield "E_accrual_days", None, None, None, np.floor(who.first.max(initial=0.0))
    yield "E_trial_days", None, None, None, np.floor((who.first + contact).max(initial=0.0))
    yield "E_subjects", None, None, None, len(who)


def _expansion(world: World) -> Iterator[Row]:
    for i, cohort in enumerate(world.study.cohorts):
        if cohort.part == "expansion":
            there = int((world.enrolled.cohort == i).sum())
            planned = cohort.planned or cohort.minimum or 1
            yield "E_subjects", None, None, cohort.code, there
            yield "P_expansion_full", None, None, cohort.code, there >= planned


def _stops(draw: Draw) -> Iterator[Row]:
    ends = draw.trial.ends
    stopped = np.isfinite(ends.stop)
    for name in dict.fromkeys(name for name, _ in REASONS):
        mine = [i for i, (decoded, _) in enumerate(REASONS) if decoded == name]
        if len(stopped):
            share = float((stopped & np.isin(ends.reason, mine)).mean())
            yield "stopped", name, None, None, share


def path(draw: Draw) -> str:
    """The levels in the order they were dosed, with DLTs of subjects, and how it ended.

    `A 0/1, B 0/1, C 1/3, MTD B`: one group of A, one of B, then one DLT among three at C.
    """
    who, plan = draw.world.enrolled, draw.world.study.escalation
    assert plan is not None
    order = np.flatnonzero(draw.world.escalating).tolist()
    parts = []
    for place, group in groupby(order, key=lambda i: int(who.level[i])):
        members = list(group)
        dlts = sum(bool(np.isfinite(who.dlt[i])) for i in members)
        parts.append(f"{plan.codes[place]} {dlts}/{len(members)}")
    decision, level = (who.steps[-1].decision, who.steps[-1].level) if who.steps else ("", "")
    words = {DECLARE_MTD: f"MTD {level or 'none'}", MAD_REACHED: f"MAD {level}"}
    ended = words.get(decision, "no tolerable dose" if decision == NO_TOLERABLE_DOSE else "open")
    return ", ".join([*parts, ended])


def _count(who: Bools) -> int:
    return int(who.sum())
