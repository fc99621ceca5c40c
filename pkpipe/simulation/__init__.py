"""Virtual trials with known truth, drawn from a study file and a seed: the same bytes on every run."""

from __future__ import annotations

import polars as pl

from pkpipe.protocol.study import Study
from pkpipe.simulation.mess import messed
from pkpipe.simulation.truth import truth_tables
from pkpipe.simulation.virtual_trial import raw_tables
from pkpipe.simulation.world import new_world

TRUTH = "truth/"


def simulate(
    study: Study,
    seed: int,
    *,
    subjects: int | None = None,
    noise_free: bool = False,
    mess: bool = False,
    replicate: int | None = None,
) -> dict[str, pl.DataFrame]:
    """Raw tables by domain code, and what is true beside them under `truth/NAME`.

    subjects: enrol so many instead of as planned. noise_free: nominal times, no error, no dirt.
    mess: adds real errors for tests of validation, each listed in `truth/MESS`.
    replicate: the trial of that number in the population of the seed (`population`).

    Raises:
        ConfigError: the study file lacks what a virtual trial needs.
    """
    world = new_world(study, seed, noise_free=noise_free, subjects=subjects, replicate=replicate)
    tables, trial = raw_tables(world)
    truth = truth_tables(world, trial)
    if mess:
        tables, truth["MESS"] = messed(tables, seed)
    return tables | {f"{TRUTH}{name}": table for name, table in truth.items()}
