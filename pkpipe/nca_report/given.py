"""What a report is made from, and how its profiles are grouped."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

import polars as pl

from pkpipe.nca.analysis import Analysis
from pkpipe.nca.given_tables.row_checks import Tables
from pkpipe.nca.laid_out.intervals import PART
from pkpipe.reading.verb_files import subject_column

C: Final = pl.col
DOSE_NUMBER: Final = "DOSE NO"


def _silent(_done: int, _of: int) -> None:
    """Nobody wants to know how far it is."""


@dataclass(frozen=True)
class Given:
    """An analysis with its results and what was read."""

    tables: Tables
    results: pl.DataFrame  # the long table
    keys: tuple[str, ...]
    kept: tuple[str, ...]
    analysis: Analysis | None  # None: there are no profiles, only groups or collections
    settings: Mapping[str, str]
    files: Mapping[str, str]  # name to SHA-256
    versions: Mapping[str, str]
    digest: str  # of all files
    told: Callable[[int, int], None] = field(default=_silent)

    @property
    def subject(self) -> str | None:
        """The column of subjects: by its name, or the key with the most values."""
        named = subject_column(self.keys)
        if named is not None or not self.keys:
            return named
        return max(self.keys, key=lambda k: self.results[k].n_unique())

    @property
    def groups(self) -> tuple[str, ...]:
        """The columns that results are summarised by."""
        return tuple(c for c in (*self.kept, *self.keys) if c != self.subject)

    def numbered(self) -> pl.DataFrame:
        """The results with the number of the dose of their profile, where some profile has several."""
        whole = self.results.filter(~C("PPTESTCD").str.contains("^AU(M)?CINT"))
        place = C("START").rank("dense").over(list(self.keys) or pl.lit(0)).cast(pl.Int64)
        made = whole.with_columns(place.fill_null(1).alias(DOSE_NUMBER))
        return made if (made[DOSE_NUMBER] > 1).any() else made.drop(DOSE_NUMBER)

    def units(self) -> list[int]:
        """The intervals that are drawn: all but partial areas."""
        if self.analysis is None:
            return []
        kind = self.analysis.intervals.kind
        return [int(u) for u in range(len(kind)) if kind[u] != PART]
