"""Replicates in blocks over processes: the same rows in the same order for any number of either."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from typing import Final

import polars as pl

from pkpipe.protocol.study import Study
from pkpipe.simulation.population.derived import derived
from pkpipe.simulation.population.design_quantities import QUANTITIES, RESULTS
from pkpipe.simulation.population.escalation_results import escalation_results
from pkpipe.simulation.population.replicates import draws
from pkpipe.simulation.population.subject_results import subject_results

BLOCK: Final = 10  # replicates worked on together; more take memory and gain no time
KEY: Final = ("replicate", "quantity", "of", "level", "cohort")
Say = Callable[[int], None]  # how many replicates are done


def replicates(
    study: Study, seed: int, numbers: range, *, jobs: int = 1, say: Say | None = None
) -> pl.DataFrame:
    """The rows of RESULTS of these replicates, sorted.

    jobs: processes that work at a time. Memory grows with jobs, not with the number of replicates.
    """
    blocks = [numbers[i : i + BLOCK] for i in range(0, len(numbers), BLOCK)]
    found, done = [], 0
    for block, rows in zip(blocks, _each(study, seed, blocks, jobs), strict=True):
        found.append(rows)
        done += len(block)
        if say is not None:
            say(done)
    return pl.concat([pl.DataFrame(schema=RESULTS), *found])


def _each(study: Study, seed: int, blocks: list[range], jobs: int) -> Iterator[pl.DataFrame]:
    if jobs <= 1 or len(blocks) <= 1:
        yield from (of_block(study, seed, block) for block in blocks)
        return
    own = multiprocessing.get_context("spawn")  # polars has threads: a forked process may hang
    with ProcessPoolExecutor(min(jobs, len(blocks)), mp_context=own) as pool:
        try:
            waiting = [pool.submit(of_block, study, seed, block) for block in blocks]
            for each in waiting:
                yield each.result()
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def of_block(study: Study, seed: int, block: range) -> pl.DataFrame:
    """The rows of a few replicates."""
    drawn = draws(study, seed, block)
    rows = escalation_results(drawn)
    # A trial whose accrual ends before its first subject has no data, and neither has its delivery.
    if enrolling := [draw for draw in drawn if len(draw.world)]:
        rows = pl.concat([rows, subject_results(derived(study, enrolling), study)])
    order = {quantity.name: i for i, quantity in enumerate(QUANTITIES)}
    place = {name: i for i, name in enumerate(_places(study))}
    return rows.sort(
        "replicate",
        pl.col("quantity").replace_strict(order, default=len(order), return_dtype=pl.Int32),
        "of",
        pl.coalesce("level", "cohort").replace_strict(place, default=-1, return_dtype=pl.Int32),
        nulls_last=False,
        maintain_order=True,
    )


def _places(study: Study) -> tuple[str, ...]:
    """Levels, then cohorts, in the order of the study file."""
    levels = study.escalation.codes if study.escalation else ()
    return (*levels, *(c.code for c in study.cohorts if c.code not in levels))
