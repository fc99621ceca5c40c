"""The replicates of a population: each a virtual trial of its own number, drawn in blocks for speed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pkpipe.protocol.study import Study
from pkpipe.simulation.virtual_trial import Trial, trials
from pkpipe.simulation.world import World, new_world


@dataclass(frozen=True)
class Draw:
    """One replicate: who was enrolled by the rules, and what is true of them."""

    number: int
    world: World
    trial: Trial


def draws(study: Study, seed: int, numbers: Sequence[int]) -> list[Draw]:
    """These replicates. What one of them is depends on the study, the seed and its number alone."""
    worlds = [new_world(study, seed, replicate=number) for number in numbers]
    made = zip(numbers, worlds, trials(worlds), strict=True)
    return [Draw(number, world, trial) for number, world, trial in made]
