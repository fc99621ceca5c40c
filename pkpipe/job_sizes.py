"""Memory and time that a cluster is asked for, a rule; a job that was killed for want of them asks for more.

Measured: the highest resident memory and the processor time of each room for the larger of the two studies at
its late cutoff (68 treated subjects). Asked for: `ROOM_TO_GROW` times the memory, and a time that a busy node
keeps. A study several times as large says so once, with `--set-resources` or in a profile (docs/cluster.md).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

# Megabytes and seconds of processor time, as measured.
MEASURED: Final[dict[str, tuple[int, float]]] = {
    "simulate": (218, 3.0),
    "population": (1000, 60.0),  # of a part: a hundred virtual trials
    "snapshot": (154, 3.1),
    "validate": (203, 8.8),
    "subjects": (128, 1.7),
    "pk": (293, 7.4),
    "immunogenicity": (223, 3.5),
    "tumor": (151, 3.0),
    "survival": (237, 3.7),
    "safety": (162, 1.4),
    "escalation": (178, 1.6),
    "cohorts": (204, 1.7),
    "displays": (456, 20.1),
    "report": (532, 7.6),
    "tlf": (3217, 57.3),
    "submission": (872, 11.5),
    "manifest": (90, 2.3),
}
ROOM_TO_GROW: Final = 2
STEP: Final = 100  # megabytes; memory is asked for in whole steps
LEAST_MINUTES: Final = 10

Resource = Callable[[object, int], int]


def mem_mb(rule: str) -> Resource:
    """Megabytes for an attempt."""
    return _twice_each_time(-(-MEASURED[rule][0] * ROOM_TO_GROW // STEP) * STEP)


def runtime(rule: str) -> Resource:
    """Minutes for an attempt: at least `LEAST_MINUTES`, and a minute for every second of processor time."""
    return _twice_each_time(max(LEAST_MINUTES, round(MEASURED[rule][1])))


def _twice_each_time(asked: int) -> Resource:
    """Snakemake calls it with the wildcards, and by its name with the number of the attempt, from 1."""

    def of_attempt(_wildcards: object, attempt: int) -> int:
        return asked << (attempt - 1)

    return of_attempt
