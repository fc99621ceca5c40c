"""Two runs of one study compared: what changed in the data, and why every displayed number changed.

A run is read back from its folder. Between two runs one factor is changed at a time and the rooms are
run again in memory; the factor at which a number moves is its cause. What moves at none is `unexplained`.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from pkpipe.differences.causes import UNEXPLAINED, caused, program_since
from pkpipe.differences.displayed_values import SHOWN
from pkpipe.differences.displays import shown_changes
from pkpipe.differences.record_changes import data_changes
from pkpipe.differences.stored import StoredRun


@dataclass(frozen=True)
class Differences:
    """data: one row a changed field or record. numbers: one row a changed value of the tables.

    shown: one row a changed number of a display, as people read it.
    """

    before: StoredRun
    after: StoredRun
    data: pl.DataFrame
    numbers: pl.DataFrame
    shown: pl.DataFrame

    @property
    def replayed_by_another(self) -> bool:
        """Whether the program at hand, which replays, made neither run."""
        return all(program_since(run) is not None for run in (self.before, self.after))

    @property
    def unexplained(self) -> pl.DataFrame:
        """Displayed values that moved at no factor."""
        return self.numbers.filter(pl.col("CAUSE").str.contains(UNEXPLAINED))

    @property
    def unexplained_shown(self) -> pl.DataFrame:
        """Numbers of displays that moved at no factor."""
        return self.shown.filter(pl.col("CAUSE").str.contains(UNEXPLAINED))


def compare(before: StoredRun, after: StoredRun) -> Differences:
    """What differs between two stored runs, with causes."""
    moved = caused(before, after)
    numbers = moved.filter(pl.col("TABLE") != SHOWN)
    shown = shown_changes(before, after, moved)
    return Differences(before, after, data_changes(before, after), numbers, shown)
