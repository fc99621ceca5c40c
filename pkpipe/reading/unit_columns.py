"""Columns of a given file that say in which unit another column is; whether two spellings are one unit.

One home for the verbs: a table whose rows are in several units is refused, never added up.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import polars as pl

from pkpipe.errors import ConfigError
from pkpipe.reading.verb_files import plain_name
from pkpipe.schema.coded_words import keys_of
from pkpipe.units import factor, spelled

# By what they are the unit of, the standard's first.
UNIT_COLUMNS: Final = {
    "CONC": ("PCSTRESU", "AVALU", "CONCU", "CONC_UNIT", "PCORRESU", "UNIT", "UNITS"),
    "DOSE": ("DOSEU", "EXDOSU", "DOSE_UNIT", "UNIT", "UNITS"),
    "TIME": ("TIMEU", "TIME_UNIT", "TIME_UNITS", "RRLTU", "ARRLTU", "ATPTU", "时间单位"),
    "DURATION": ("DURATIONU", "DURATION_UNIT", "ADOSEDURU", "DURU"),
    "TAU": ("TAUU", "TAU_UNIT"),
    "WEIGHT": ("WEIGHTU", "WTU", "WTBLU"),
    "BSA": ("BSAU", "BSABLU"),
    "AVAL": ("AVALU", "AVAL_UNIT", "TIMEU", "TIME_UNIT", "TIME_UNITS", "UNIT", "UNITS", "时间单位"),
}


def unit_column(columns: Sequence[str], value: str, listed_as: str = "") -> str | None:
    """The column that says the unit of another; listed_as: its entry of the list, if its name has none."""
    wanted = [f"{value}U", f"{value}_UNIT", *UNIT_COLUMNS[listed_as or value]]
    there = {plain_name(c): c for c in reversed(columns) if c != value}
    return next((there[k] for k in map(plain_name, wanted) if k in there), None)


def same_unit(unit: str, stated: str) -> bool:
    """True where one unit is the other, however each is spelled."""
    try:
        return factor(unit, stated) == 1
    except ConfigError:
        return False


def one_spelling(units: pl.Series) -> dict[str, str]:
    """Every unit of a column and how it is compared: as it is known, else without letter case and blanks."""
    return {u: _spelled(u) for u in units.drop_nulls().unique(maintain_order=True).to_list()}


def _spelled(unit: str) -> str:
    try:
        return spelled(unit)
    except ConfigError:
        return keys_of([unit])[0] or unit
