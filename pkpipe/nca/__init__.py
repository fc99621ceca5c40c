"""Non-compartmental analysis as a library: concentrations and doses in, parameters out; it knows no trial."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypedDict, Unpack

import numpy as np
import polars as pl

from pkpipe.nca.analysis import planned, planned_variants
from pkpipe.nca.further_analyses.drug_effect_results import EffectQuestion, effect_analysis
from pkpipe.nca.further_analyses.excretion import ExcretionUnits
from pkpipe.nca.further_analyses.excretion_results import Question
from pkpipe.nca.further_analyses.metabolite_ratios import with_ratios
from pkpipe.nca.given_tables.collected_matrices import measured_units, taken_apart, together
from pkpipe.nca.given_tables.foreign_tables import Frame, as_polars
from pkpipe.nca.given_tables.profile_keys import keys_of
from pkpipe.nca.given_tables.row_checks import Tables
from pkpipe.nca.handed_out import Wanted
from pkpipe.nca.registry.evaluate import wide as _wide
from pkpipe.nca.registry.parameter_registry import Parameter
from pkpipe.nca.registry.parameters import PARAMETERS, parameter_page, parameter_table
from pkpipe.nca.results.effect_explained import Effects
from pkpipe.nca.results.long_table import long as _long
from pkpipe.nca.results.long_table import wide_rows as _wide_rows
from pkpipe.nca.results.result_table import Results
from pkpipe.nca.results.result_units import split_units
from pkpipe.protocol.nca_options import Acceptance, Options, TerminalSlope
from pkpipe.units import StudyUnits

__all__ = [
    "PARAMETERS",
    "Acceptance",
    "Options",
    "Parameter",
    "Results",
    "StudyUnits",
    "TerminalSlope",
    "drug_effect",
    "nca",
    "nca_wide",
    "nca_wide_rows",
    "nca_wide_variants",
    "parameter_page",
    "parameter_table",
]

DEFAULT = Options()
NO_UNITS = StudyUnits()


class _Output(TypedDict, total=False):
    keep: Sequence[str]
    parameters: Sequence[str]
    molar_mass: float | Mapping[str, float]
    parent: str


def nca(
    concentrations: Frame,
    doses: Frame,
    options: Options | Mapping[str, Any] = DEFAULT,
    *,
    keys: Sequence[str] | None = None,
    intervals: Frame | None = None,
    units: StudyUnits | Mapping[str, str] = NO_UNITS,
    **output: Unpack[_Output],
) -> Results:
    """One row an interval and parameter, ordered by keys, START, END and the registry.

    Args:
        concentrations: polars, pandas, Arrow or a mapping of columns, named as `pkpipe nca` names them:
            TIME, CONC and the keys, optionally BLQ, LLOQ, TIMENOM, LAMZFL, EXCLFL; of urine and faeces
            VOLUME and TIMEEND, or AMOUNT.
        doses: TIME, DOSE, ROUTE and the keys (those of the subject are enough), optionally DURATION, TAU,
            WEIGHT, BSA.
        options: the choices of the analysis, as docs/options.md lists them.
        keys: the columns that tell profiles apart; without them those that both tables share, and those
            of the concentrations that name an analyte or a matrix.
        intervals: START, END, KIND; without them one a dose.
        units: of TIME, CONC and DOSE, and of the parameters that are wanted in another one.
        **output: keep (columns to carry along), parameters (codes, in the order they are wanted),
            molar_mass (g/mol, of everything or by analyte), parent (an analyte; the others get ratios to it).

    Returns:
        The long table, a polars DataFrame. `explain` writes out how a number came about, `plot` draws,
        `wide` gives one column a parameter.

    Raises:
        ConfigError: a column is missing or of the wrong type, a unit or a name that cannot be.
        DataError: rows that cannot be used, each with its place and what is allowed.

    Examples:
        >>> from pkpipe.nca import nca
        >>> samples = {"TIME": [0.0, 1, 2, 4, 8], "CONC": [0.0, 8, 4, 2, 0.5]}
        >>> dose = {"TIME": [0.0], "DOSE": [100.0], "ROUTE": ["extravascular"]}
        >>> found = nca(samples, dose, units={"CONC": "ug/mL", "DOSE": "mg", "CLFO": "mL/min"})
        >>> found.filter(PPTESTCD="CMAX").select("PPSTRESN", "PPSTRESU").row(0)
        (8.0, 'ug/mL')
        >>> round(found.wide()["LAMZHL"].item(), 4)
        2.0
        >>> _ = found.explain(None, "LAMZHL")
        LAMZHL (Half-Life Lambda z) of the profile, 0 to infinity h
        <BLANKLINE>
        windows of the terminal slope (best adjusted R² but for 0.0001, then most points):
               from  points         LAMZ        R2ADJ
                  2       3     0.346574            1  <- chosen
        LAMZ = 0.346574   (minus the slope of ln(concentration) on time in the terminal window)
        LAMZHL = ln 2 / LAMZ
               = ln 2 / 0.346574
               = 2
        <BLANKLINE>
        LAMZHL = 2 h
    """
    conc, dose = as_polars(concentrations, "concentrations"), as_polars(doses, "doses")
    asked = None if intervals is None else as_polars(intervals, "intervals")
    named, unused = (keys, ()) if keys is not None else keys_of(None, conc, dose)
    measured, excreta, results = _units(units)
    chosen = options if isinstance(options, Options) else Options.from_mapping(options)
    wanted = Wanted(
        tuple(output.get("keep", ())),
        tuple(output.get("parameters", ())),
        results,
        output.get("molar_mass"),
    )
    tables = Tables(conc, dose, asked, unused=unused)
    of = Question(tuple(named), chosen, measured, excreta, wanted)
    tables, collected = taken_apart(tables, of)
    analysis = planned(tables, chosen, named, measured, wanted)
    table = together(_long(analysis), collected, named)
    if "parent" in output:
        table = with_ratios(table, named, output["parent"], wanted.molar_mass)
    return Results.of(table, analysis)


class _EffectOutput(TypedDict, total=False):
    keep: Sequence[str]
    parameters: Sequence[str]
    units: Mapping[str, str]


def drug_effect(
    responses: Frame,
    doses: Frame,
    options: Options | Mapping[str, Any] = DEFAULT,
    *,
    keys: Sequence[str] | None = None,
    intervals: Frame | None = None,
    **output: Unpack[_EffectOutput],
) -> Effects:
    """The response to a drug against its baseline and a threshold: one row an interval and parameter.

    Args:
        responses: TIME, CONC (the response, be it negative) and the keys; tables as of `nca`.
        doses: TIME, DOSE, ROUTE and the keys, optionally RBASE, the baseline.
        options: `effect` of docs/options.md: baseline, threshold, slopes.
        keys: the columns that tell profiles apart, as of `nca`.
        intervals: START, END; without them one a dose.
        **output: keep (columns to carry along), parameters (codes), units (TIME and CONC, where the unit of
            the response is any text, and of results that are times).

    Returns:
        The long table; `explain(profile, code)` writes out how a number came about.

    Raises:
        ConfigError: a column is missing or of the wrong type, a unit or a name that cannot be.
        DataError: rows that cannot be used, each with its place and what is allowed.

    Examples:
        >>> from pkpipe.nca import drug_effect
        >>> pressure = {"TIME": [0.0, 1, 2, 4], "CONC": [120.0, 110, 100, 120]}
        >>> dose = {"TIME": [0.0], "DOSE": [5.0], "ROUTE": ["extravascular"]}
        >>> found = drug_effect(pressure, dose, units={"CONC": "mmHg"})
        >>> found.filter(PPTESTCD="AUECBB").select("PPSTRESN", "PPSTRESU").row(0)
        (40.0, 'mmHg*h')
    """
    conc, dose = as_polars(responses, "responses"), as_polars(doses, "doses")
    asked = None if intervals is None else as_polars(intervals, "intervals")
    named, unused = (keys, ()) if keys is not None else keys_of(None, conc, dose)
    given = dict(output.get("units", {}))
    response = given.pop("CONC", None)
    measured, _, results = _units(given)
    chosen = options if isinstance(options, Options) else Options.from_mapping(options)
    wanted = Wanted(tuple(output.get("keep", ())), tuple(output.get("parameters", ())), results)
    of = EffectQuestion(tuple(named), chosen, measured, wanted, response)
    return Effects.of(effect_analysis(Tables(conc, dose, asked, unused=unused), of))


def _units(
    given: StudyUnits | Mapping[str, str],
) -> tuple[StudyUnits, ExcretionUnits, dict[str, str]]:
    if isinstance(given, StudyUnits):
        return given, ExcretionUnits(given.conc), {}
    measured, results = split_units(given)
    return *measured_units(measured), results


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
