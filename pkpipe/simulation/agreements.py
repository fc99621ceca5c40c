"""What sponsor and investigator put down before a subject goes on at a higher level (condition C05)."""

from __future__ import annotations

from typing import Final

import numpy as np
import polars as pl

from pkpipe.simulation.dosing import Calendar
from pkpipe.simulation.draws import moments
from pkpipe.simulation.frames import day_text, picked, raw_table, visit_name
from pkpipe.simulation.outcomes import Outcomes
from pkpipe.simulation.world import World

# The document of a dose increase, as a milestone in DS; conformance looks for this term.
AGREEMENT: Final = "DOSE INCREASE AGREEMENT"
DAYS_BEFORE: Final = (1, 6)  # it is dated one to five days before the higher dose


def agreements(world: World, calendar: Calendar, ends: Outcomes) -> pl.DataFrame:
    """Rows of DS: one an increase of the level that a subject was really given."""
    given = np.arange(len(calendar.level))[:, None] < ends.count
    raised = np.zeros_like(given)
    raised[1:] = (calendar.level[1:] > calendar.level[:-1]) & given[1:]
    cycle, subject = np.nonzero(raised)
    # Drawn for everybody from a stream of its own, so that one more increase moves no other date.
    before = world.streams("agreements").integers(*DAYS_BEFORE, len(world))[subject]
    day = np.floor(calendar.start[cycle, subject] / 24) - before.astype(np.float64)
    visit, number = visit_name(cycle + 1, np.ones(len(cycle), dtype=np.int64))
    dated = day_text(moments(world.first[subject], day))
    return raw_table(
        "DS",
        {
            "USUBJID": picked(world.ids, subject),
            "DSTERM": [AGREEMENT] * len(cycle),
            "DSDECOD": [AGREEMENT] * len(cycle),
            "DSCAT": "PROTOCOL MILESTONE",
            "VISIT": visit,
            "VISITNUM": number,
            "DSSTDTC": dated,
            "DSDTC": dated,
        },
    )
