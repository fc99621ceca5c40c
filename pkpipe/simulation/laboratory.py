"""LB: values at every visit and on the days of severe events, with what the treatment and the events do."""

from __future__ import annotations

from typing import Final

import numpy as np
import polars as pl

from pkpipe.simulation.draws import Floats
from pkpipe.simulation.events import Events
from pkpipe.simulation.frames import picked, raw_table
from pkpipe.simulation.laboratory_signs import UNSCHEDULED, Draws, shown, signs_of, unscheduled
from pkpipe.simulation.measurements import Visits, common, result, values
from pkpipe.simulation.outcomes import Outcomes
from pkpipe.simulation.typical_tests import LABORATORY, Test
from pkpipe.simulation.world import World

FULL_EFFECT_DAYS: Final = 10.0
BETWEEN: Final = 0.005


def laboratory(world: World, found: Visits, ends: Outcomes, events: Events) -> pl.DataFrame:
    """Rows of LB, test by test."""
    effect = {e.test: e.factor for e in world.plan.laboratory}
    on = np.clip(found.day / FULL_EFFECT_DAYS, 0, 1)
    off = np.clip(1 - (found.day - ends.last_dose[found.subject] - 28) / 28, 0, 1)
    tables = []
    for test in LABORATORY:
        factor = effect.get(test.code, 1.0) ** (on * off)
        number = np.array([float(v) for v in values(world, found, "LB", test, factor)])
        at, number = _with_events(world, found, events, test, number)
        tables.append(_rows(world, at, test, number))
    return pl.concat(tables)


def _with_events(
    world: World, found: Visits, events: Events, test: Test, number: Floats
) -> tuple[Visits, Floats]:
    """The visits and those of severe events the test shows, with the values of all events in them."""
    if signs_of(test.code) is None:
        return found, number
    extra = unscheduled(world, events, test.code)
    baseline = np.full(len(world), np.nan)
    baseline[found.subject[found.baseline]] = number[found.baseline]
    size = len(extra.subject)
    none = np.zeros(size, dtype=np.bool_)
    both = Visits(
        np.concatenate([found.subject, extra.subject]),
        np.concatenate([found.day, extra.day]),
        np.concatenate([found.number, _numbers(found, extra)]),
        pl.concat([found.name, pl.Series([UNSCHEDULED] * size, dtype=pl.String)]),
        np.concatenate([found.day_one, none]),
        np.concatenate([found.baseline, none]),
    )
    before = np.concatenate([found.baseline | (found.day < 0), extra.before])
    draws = Draws(both.subject, both.day, before)
    usual = np.concatenate([number, np.full(size, test.typical)])
    return both, shown(world, events, test, draws, usual, baseline)


def _numbers(found: Visits, extra: Draws) -> Floats:
    """VISITNUM of unscheduled visits: just after that of the visit before (SDTMIG 3.4, VISITNUM)."""
    span = float(np.ptp(found.day)) + 1000.0
    place = np.searchsorted(
        found.subject * span + found.day, extra.subject * span + extra.day, side="right"
    )
    before = np.maximum(place - 1, 0)
    own = (found.subject[before] == extra.subject) & (place > 0)
    return np.asarray(np.where(own, found.number[before], 0.0) + BETWEEN)


def _rows(world: World, at: Visits, test: Test, number: Floats) -> pl.DataFrame:
    text = [f"{v:.{test.digits}f}" for v in number.tolist()]
    told = np.array([float(v) for v in text])
    low, high = test.low or 0.0, test.high or np.inf
    side = np.select([told < low, told > high], [0, 2], 1)
    return raw_table(
        "LB",
        {
            **common(world, at, "LB"),
            **result("LB", test, text),
            "LBCAT": "SAFETY LABORATORY",
            "LBSTNRLO": np.full(len(text), low),
            "LBSTNRHI": np.full(len(text), high),
            "LBNRIND": picked(["LOW", "NORMAL", "HIGH"], side),
            "LBSPEC": "BLOOD",
            "LBBLFL": picked([None, "Y"], at.baseline.astype(np.int64)),
        },
    )
