"""Non-compartmental analysis as a library: concentrations and doses in, parameters out; it knows no trial."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from pkpipe.nca.evaluate import analysed
from pkpipe.nca.evaluate import wide as _wide
from pkpipe.nca.inputs import Names
from pkpipe.nca.long import long as _long
from pkpipe.nca.options import Acceptance, Options, TerminalSlope
from pkpipe.nca.parameters import PARAMETERS, parameter_table
from pkpipe.nca.registry import Parameter
from pkpipe.units import StudyUnits

__all__ = [
    "PARAMETERS",
    "Acceptance",
    "Names",
    "Options",
    "Parameter",
    "StudyUnits",
    "TerminalSlope",
    "nca",
    "nca_wide",
    "parameter_table",
]

DEFAULT = Options()
NO_UNITS = StudyUnits()


def nca(  # the three tables and what they mean
    concentrations: pl.DataFrame,
    doses: pl.DataFrame,
    options: Options = DEFAULT,
    *,
    keys: Sequence[str],
    intervals: pl.DataFrame | None = None,
    units: StudyUnits = NO_UNITS,
    names: Names | None = None,
) -> pl.DataFrame:
    """One row an interval and parameter, ordered by keys, START, END and the registry.

    Columns of the tables are those of `pkpipe nca`; without intervals there is one a dose.

    Raises:
        ConfigError: a column is missing or of the wrong type.
        DataError: rows that cannot be used, each with its place and what is allowed.
    """
    found = analysed(concentrations, doses, intervals, options, keys, units, names=names)
    return _long(found)


def nca_wide(
    concentrations: pl.DataFrame,
    doses: pl.DataFrame,
    options: Options = DEFAULT,
    *,
    keys: Sequence[str],
    intervals: pl.DataFrame | None = None,
    units: StudyUnits = NO_UNITS,
    names: Names | None = None,
    threads: int | None = None,
) -> pl.DataFrame:
    """One row an interval, one column a parameter: the fast form, without status and reasons."""
    return _wide(
        analysed(
            concentrations, doses, intervals, options, keys, units, names=names, threads=threads
        )
    )
