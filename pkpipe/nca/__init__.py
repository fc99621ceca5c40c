"""Non-compartmental analysis as a library: concentrations and doses in, parameters out; it knows no trial."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl

from pkpipe.nca.analysis import planned, planned_variants
from pkpipe.nca.checks import Tables
from pkpipe.nca.evaluate import wide as _wide
from pkpipe.nca.long import long as _long
from pkpipe.nca.long import wide_rows as _wide_rows
from pkpipe.nca.parameter_registry import Parameter
from pkpipe.nca.parameters import PARAMETERS, parameter_page, parameter_table
from pkpipe.protocol.nca_options import Acceptance, Options, TerminalSlope
from pkpipe.units import StudyUnits

__all__ = [
    "PARAMETERS",
    "Acceptance",
    "Options",
    "Parameter",
    "StudyUnits",
    "TerminalSlope",
    "nca",
    "nca_wide",
    "nca_wide_rows",
    "nca_wide_variants",
    "parameter_page",
    "parameter_table",
]

DEFAULT = Options()
NO_UNITS = StudyUnits()


def nca(
    concentrations: pl.DataFrame,
    doses: pl.DataFrame,
    options: Options = DEFAULT,
    *,
    keys: Sequence[str],
    intervals: pl.DataFrame | None = None,
    units: StudyUnits = NO_UNITS,
) -> pl.DataFrame:
    """One row an interval and parameter, ordered by keys, START, END and the registry.

    Columns of the tables are those of `pkpipe nca`; without intervals there is one a dose.

    Raises:
        ConfigError: a column is missing or of the wrong type.
        DataError: rows that cannot be used, each with its place and what is allowed.
    """
    tables = Tables(concentrations, doses, intervals)
    return _long(planned(tables, options, keys, units))


def nca_wide(
    concentrations: pl.DataFrame,
    doses: pl.DataFrame,
    options: Options = DEFAULT,
    *,
    keys: Sequence[str],
    intervals: pl.DataFrame | None = None,
    units: StudyUnits = NO_UNITS,
) -> pl.DataFrame:
    """One row an interval, one column a parameter: the fast form, without status and reasons.

    Raises:
        ConfigError: a column is missing or of the wrong type.
        DataError: rows that cannot be used, each with its place and what is allowed.
    """
    tables = Tables(concentrations, doses, intervals)
    return _wide(planned(tables, options, keys, units))


def nca_wide_variants(
    concentrations: pl.DataFrame,
    doses: pl.DataFrame,
    variants: Sequence[Options],
    *,
    keys: Sequence[str],
    intervals: pl.DataFrame | None = None,
) -> pl.DataFrame:
    """As `nca_wide` under several options in one pass, with VARIANT, the place of the options in the list.

    They may differ in the BLQ rule, the area rule and the slope rule.

    Raises:
        ConfigError: a column is missing or of the wrong type, or the options differ in something else.
        DataError: rows that cannot be used, each with its place and what is allowed.
    """
    analysis = planned_variants(Tables(concentrations, doses, intervals), variants, keys)
    each = analysis.height // len(variants)
    place = np.repeat(np.arange(len(variants)), each)
    return _wide(analysis).with_columns(VARIANT=pl.Series(place, dtype=pl.Int64))


def nca_wide_rows(
    concentrations: pl.DataFrame,
    doses: pl.DataFrame,
    options: Options = DEFAULT,
    *,
    keys: Sequence[str],
    intervals: pl.DataFrame | None = None,
    units: StudyUnits = NO_UNITS,
) -> pl.LazyFrame:
    """As `nca_wide`, made while it is sunk to a file: never the whole table in memory. For one use.

    Raises:
        ConfigError: a column is missing or of the wrong type.
        DataError: rows that cannot be used, each with its place and what is allowed.
    """
    tables = Tables(concentrations, doses, intervals)
    return _wide_rows(planned(tables, options, keys, units), _unseen)


def _unseen(_slab: pl.DataFrame) -> None:
    """Nobody counts the slabs."""
