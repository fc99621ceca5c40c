"""The log of decisions a virtual trial's meetings keep: what was decided, on which data, and when."""

from __future__ import annotations

import datetime
from typing import Final

import polars as pl

from pkpipe.escalation.engine.rules import STAY_ADD, WAIT
from pkpipe.schema.own_inputs import INPUTS
from pkpipe.simulation.enrolment import Step
from pkpipe.simulation.world import World

CHAIR: Final = "chair of the safety review committee"
REASON: Final = "as the rules of the protocol propose"
COLUMNS: Final = tuple(n for n in INPUTS["DECISIONS"].names if n != "USUBJID")


def recorded_decisions(world: World) -> pl.DataFrame:
    """One row a decision about a new level, or about more subjects once a group is complete.

    The meeting sits `decision_days` after its data when the level changes; filling a group and waiting need
    no meeting. Steps of one day are one: the data of a day are known at its end.
    """
    rows, last = [], ("", "")
    current = world.study.escalation.codes[0] if world.study.escalation else ""
    for step in _at_the_end_of_each_day(world.enrolled.steps):
        pending = _pending(step)
        met = step.decision != WAIT and (step.decision, step.level) != last
        if met and not (step.decision == STAY_ADD and (pending or step.number == 0)):
            rows.append(_row(world, step, current))
            last = (step.decision, step.level)
        current = step.level or current
    return pl.DataFrame(rows, schema=dict.fromkeys(COLUMNS, pl.String))


def _at_the_end_of_each_day(steps: tuple[Step, ...]) -> list[Step]:
    return list({int(step.day): step for step in steps}.values())


def _pending(step: Step) -> bool:
    """True while a subject of the level the decision is about is in the window."""
    counts = dict(part.split(":") for part in step.state.split("|"))
    return counts.get(step.level, "0/0/0/0").split("/")[3] != "0"


def _row(world: World, step: Step, current: str) -> dict[str, str | None]:
    accrual = world.plan.accrual
    known = accrual.start + datetime.timedelta(days=int(step.day))
    met = known + datetime.timedelta(days=0 if step.decision == STAY_ADD else accrual.decision_days)
    return {
        "date": met.isoformat(),
        "cutoff": known.isoformat(),
        "level": current,
        "decision": step.decision,
        "next_level": step.level or None,
        "n_to_enrol": str(step.number),
        "highest_open_level": None,
        "manifest": None,
        "recorded_by": CHAIR,
        "recorded_on": met.isoformat(),
        "reason": REASON,
    }
