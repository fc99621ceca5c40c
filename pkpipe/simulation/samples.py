"""Planned samples as they were drawn: when, late or on time, or not at all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import polars as pl

from pkpipe.protocol.schedule import PlannedSample
from pkpipe.simulation.dosing import Calendar
from pkpipe.simulation.draws import Bools, Floats, Ints, within
from pkpipe.simulation.outcomes import Outcomes
from pkpipe.simulation.world import World

Kind = Literal["pk", "ada", "nab", "biomarker"]
PREDOSE_MOST_HOURS = 3.0
EOI_LATE_HOURS = 0.15


@dataclass(frozen=True)
class Samples:
    """Samples of one drug's schedule, arrays of one entry a sample."""

    subject: Ints
    cycle: Ints
    timepoint: pl.Series
    nominal: Floats  # hours from that cycle's dose
    hours: Floats  # actual, from the first dose of any drug
    drawn: Bools
    predose: Bools
    codes: tuple[frozenset[str], ...]  # analytes asked for, by `plan`
    plan: Ints  # position in `codes`; an empty set asks for all

    def asks(self, code: str) -> Bools:
        """Samples in which this analyte is measured."""
        wanted = np.array([not c or code in c for c in self.codes], dtype=np.bool_)
        return np.asarray(wanted[self.plan])


def samples(world: World, kind: Kind, calendar: Calendar, ends: Outcomes) -> Samples:
    """Every sample of one kind and drug in cycles that were given, up to the end of treatment."""
    planned: tuple[PlannedSample, ...] = getattr(world.study.schedule, kind)
    mine = [s for s in planned if s.drug in {None, calendar.drug.code}]
    parts = [
        _part(world, sample, i, cycle, calendar)
        for i, sample in enumerate(mine)
        for cycle in sample.cycles
        if cycle <= calendar.drug.max_cycles
    ]
    codes = tuple(frozenset(s.analytes) for s in mine)
    frame = pl.concat([*parts, pl.DataFrame(schema=SCHEMA)])
    subject, cycle = frame["subject"].to_numpy(), frame["cycle"].to_numpy()
    last_hour = np.minimum(np.minimum(ends.stop, ends.off) * 24, (ends.off + 0.5) * 24)
    kept = (cycle <= ends.count[subject]) & (
        (frame["hours"].to_numpy() <= last_hour[subject]) | (frame["hours"].to_numpy() < 0)
    )
    frame = frame.filter(kept).sort("subject", "hours", maintain_order=True)
    return Samples(
        subject=frame["subject"].to_numpy(),
        cycle=frame["cycle"].to_numpy(),
        timepoint=frame["timepoint"],
        nominal=frame["nominal"].to_numpy(),
        hours=frame["hours"].to_numpy(),
        drawn=frame["drawn"].to_numpy(),
        predose=frame["predose"].to_numpy(),
        codes=codes,
        plan=frame["plan"].to_numpy(),
    )


SCHEMA = pl.Schema(
    {
        "subject": pl.Int64(),
        "cycle": pl.Int64(),
        "timepoint": pl.String(),
        "nominal": pl.Float64(),
        "hours": pl.Float64(),
        "drawn": pl.Boolean(),
        "predose": pl.Boolean(),
        "plan": pl.Int64(),
    }
)


def _part(
    world: World, sample: PlannedSample, plan: int, cycle: int, calendar: Calendar
) -> pl.DataFrame:
    """One planned sample in one cycle; the same tube serves PK, antibodies and biomarkers."""
    n, drug = len(world), calendar.drug
    rng = world.streams(f"sample {drug.code} {sample.timepoint} {cycle}")
    shift = _deviation(rng, sample, n, ends=sample.ends_infusion(drug))
    late = (rng.random(n) < world.dirt.late_sample) & ~sample.predose
    shift = np.where(late, sample.late_hours * (1.2 + rng.random(n)) + 0.1, shift)
    base = calendar.start[cycle - 1]
    if world.exact:
        shift = np.full(n, -0.05 if sample.predose else 0.0)
    hours = base + sample.hours + shift
    if sample.ends_infusion(drug) and not world.exact:
        hours = np.maximum(hours, base + calendar.duration[cycle - 1])
    if cycle < drug.max_cycles and not sample.predose:
        hours = np.minimum(hours, calendar.start[cycle] - 0.25)
    return pl.DataFrame(
        {
            "subject": np.arange(n),
            "cycle": np.full(n, cycle),
            "timepoint": [sample.timepoint] * n,
            "nominal": np.full(n, sample.hours),
            "hours": np.rint(hours * 60) / 60,
            "drawn": rng.random(n) >= world.dirt.missed_sample,
            "predose": np.full(n, sample.predose),
            "plan": np.full(n, plan),
        },
        schema=SCHEMA,
    )


def _deviation(rng: np.random.Generator, sample: PlannedSample, n: int, *, ends: bool) -> Floats:
    if sample.predose:
        return np.asarray(-0.08 - rng.random(n) * min(PREDOSE_MOST_HOURS, sample.early_hours * 0.9))
    early, late = sample.early_hours * 0.9, sample.late_hours * 0.9
    if ends:
        return np.asarray(rng.random(n) * min(late, EOI_LATE_HOURS))
    return within(rng, early, late, n)
