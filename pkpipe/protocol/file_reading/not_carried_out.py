"""Features of designs that a study file cannot say yet, each with what a study does instead.

A key of this list is refused like any unknown key, at its line, but by a sentence of its own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

NOT_CARRIED_OUT: Final[Mapping[str, str]] = {
    "drugs.doses": "doses on some days of a cycle are not planned by this version "
    "(instead: cycle_days is the days from dose to dose, so days 1, 8 and 15 of 28 are cycle_days: 7, and "
    "the week off is a delay that conformance names)",
    "drugs.from_cycle": "a schedule that changes at a cycle is not planned by this version "
    "(instead: the interval of the first cycles in cycle_days; later ones are shown as delays)",
    "cohorts.schedule": "a schedule of one cohort alone is not planned by this version "
    "(instead: one study file a schedule, each with sources.DM.where for its cohorts)",
    "cohorts.period": "periods of a cross-over are not analysed by this version "
    "(instead: one study file a period, with sources.EX.where and sources.PC.where)",
    "escalation.dlt_anchor": "the DLT window starts with the first dose of any drug of role study "
    "(instead: leave the key out, and give drugs before it role: conditioning)",
    "escalation.partial_order": "levels are one ladder in this version, lowest first "
    "(instead: the order in which the protocol opens the combinations)",
    "survival.endpoints.events": "endpoints declared as events and censorings are not estimated by this "
    "version (instead: PFS, OS, DOR or TTR; or `pkpipe km` on a table of times)",
}


def sentence_of(keys: Sequence[int | str]) -> str | None:
    """What is said of a key, whatever the position in its list; None if it is simply unknown."""
    return NOT_CARRIED_OUT.get(".".join(k for k in keys if isinstance(k, str)))
