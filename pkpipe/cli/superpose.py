"""`pkpipe superpose`: concentrations under another regimen, from profiles of a single dose."""

from __future__ import annotations

import argparse
import math
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

import polars as pl

from pkpipe.cli.nca_arguments import options_of, words_of
from pkpipe.cli.nca_given import Files, given_tables
from pkpipe.cli.nca_tables import DOSE, Names, check_units, read
from pkpipe.cli.nca_words import check_repeats
from pkpipe.errors import ConfigError
from pkpipe.nca.analysis import planned
from pkpipe.nca.further_analyses.excretion import ExcretionUnits, split
from pkpipe.nca.further_analyses.superposition import regimen_doses, superposed
from pkpipe.nca.laid_out.sorted_arrays import Floats
from pkpipe.reading.files import suffix_of
from pkpipe.reading.unit_columns import unit_column
from pkpipe.reading.verb_files import ROW, say
from pkpipe.schema.column import Column
from pkpipe.store.files import write_table
from pkpipe.units import StudyUnits, factor

EXAMPLE: Final = """example:
  pkpipe superpose conc.csv dose.csv --regimen q12h.csv -o predicted.csv
  pkpipe superpose conc.csv dose.csv --regimen steady.csv -o predicted.csv --options nca.yaml

CONC, DOSE: as for `pkpipe nca`; the first dose of each profile is what is added up.
REGIMEN: rows TIME, DOSE; or DOSE, TAU, N (so many doses, TAU apart; rows follow one another). One row DOSE,
TAU with an empty N is the steady state: TIME then runs from 0 to TAU.
OUT: keys, TIME, CONC, REASON. TIME: at every dose, and at every sampling time after each of them; the value
at a dose is that right after it. Between samples the profile is that of the area rule (auc_method of
OPTIONS), after the last quantifiable one it falls with the terminal slope; doses scale it in proportion.
"""
AS_GIVEN: Final = ("ROUTE", "DURATION")
REGIMEN: Final = (
    Column("TIME", "number"),
    replace(DOSE[1], required=False, filled=False),
    next(c for c in DOSE if c.name == "TAU"),
    Column(
        "N",
        "number",
        matters="a row with TAU is the steady state",
        usual=False,
        exactly=("NDOSES", "NDOSE", "DOSES", "COUNT", "NUMBER", "REPEATS", "次数", "给药次数"),
    ),
    *(replace(c, required=False, filled=False) for c in DOSE if c.name in AS_GIVEN),
)


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of the verb."""
    parser.epilog = f"{EXAMPLE}\n{parser.epilog}"
    parser.add_argument("conc", type=Path, metavar="CONC", help="concentrations")
    parser.add_argument("dose", type=Path, metavar="DOSE", help="doses")
    parser.add_argument("--regimen", type=Path, required=True, metavar="FILE", help="doses to come")
    parser.add_argument("-o", "--out", type=Path, required=True, metavar="OUT", help="predictions")
    parser.add_argument("--options", type=Path, metavar="FILE", help="YAML, as for `pkpipe nca`")
    parser.add_argument("--by", action="append", nargs="+", metavar="COL", help="key columns")
    parser.add_argument(
        "--rename", action="append", nargs="+", metavar="NAME=COLUMN", help="as for `pkpipe nca`"
    )
    parser.add_argument(
        "--blq-text", action="append", nargs="+", metavar="WORD", help="as for `pkpipe nca`"
    )
    parser.add_argument("--time-unit", default="h", metavar="UNIT", help="default: h")
    parser.add_argument("--until", type=float, metavar="TIME", help="the last time; default: all")


def run(arguments: argparse.Namespace) -> int:
    """Read, add up, write."""
    suffix_of(arguments.out)
    factor(arguments.time_unit, "h")
    until = arguments.until
    if until is not None and not (math.isfinite(until) and until > 0):
        raise ConfigError(f"--until {until} (allowed: a time above 0)")
    options = options_of(arguments.options)
    files = Files(
        arguments.conc,
        arguments.dose,
        names=Names(arguments.rename),
        by=words_of(arguments.by),
        blq_words=words_of(arguments.blq_text),
    )
    units = StudyUnits(time=arguments.time_unit)
    tables, keys = given_tables(files, units, ExcretionUnits())
    times, amounts, steady = _regimen(arguments.regimen, keys, arguments.time_unit, tables.dose)
    found = planned(replace(tables, conc=split(tables.conc)[0]), options, keys, units)
    for name, words in found.notes:
        say(Path(name), words)
    table = superposed(found, times, amounts, steady, until)
    write_table(table, arguments.out)
    lost = table.filter(pl.col("CONC").is_null())
    if lost.height:
        first = " ".join(str(v) for v in lost.select(keys).row(0)) if keys else "the profile"
        say(
            arguments.out,
            f"{lost.height} times without a concentration (first: {first}; see REASON)",
        )
    print(f"{arguments.out}: {table.height} concentrations", file=sys.stderr)
    return 0


def _regimen(
    path: Path, keys: Sequence[str], time_unit: str, dose: pl.DataFrame
) -> tuple[Floats, Floats, float | None]:
    """The doses to come, the same for every profile.

    Raises:
        ConfigError: columns of another form, or one that tells profiles apart.
        DataError: rows that cannot be used.
    """
    regimen = read(path, REGIMEN, Names(None))
    if own := [k for k in keys if k in regimen.columns]:
        raise ConfigError(
            f"{path}: a regimen is one for all profiles, and column {', '.join(own)} tells them apart "
            "(allowed: TIME, DOSE; or DOSE, TAU, N; run once a regimen, with the profiles that have it)"
        )
    _check_columns(regimen, path)
    _check_as_given(regimen, dose, path)
    check_repeats(regimen, path)
    check_units(regimen, path, None, "DOSE", ())
    for value in ("TIME", "TAU"):
        if value in regimen.columns:
            check_units(regimen, path, time_unit, value, ())
    return regimen_doses(regimen, path.name)


def _check_columns(regimen: pl.DataFrame, path: Path) -> None:
    """Columns that are none of a regimen: one of them may say how many doses there are.

    Raises:
        ConfigError: there is such a column, and none says it.
    """
    units = {unit_column(regimen.columns, value) for value in ("DOSE", "TIME", "TAU")}
    known = {*(c.name for c in REGIMEN), *units, ROW}
    others = [c for c in regimen.columns if c not in known]
    if others and "TAU" in regimen.columns and "N" not in regimen.columns:
        raise ConfigError(
            f"{path}: no column N (found: {', '.join(others)}): a row with TAU would be the steady state "
            "(allowed: TIME, DOSE; DOSE, TAU, N; or DOSE, TAU alone)"
        )
    if others:
        say(path, f"not used: {', '.join(others)}")


def _check_as_given(regimen: pl.DataFrame, dose: pl.DataFrame, path: Path) -> None:
    """The profiles that are added up are of the route and the infusion of their own dose.

    Raises:
        ConfigError: the regimen has another route or duration.
    """
    for column in (c for c in AS_GIVEN if c in regimen.columns):
        given = dose[column].to_list() if column in dose.columns else []
        others = [v for v in regimen[column].drop_nulls().unique() if v not in given]
        if others:
            raise ConfigError(
                f"{path}: {column} {others[0]} is not that of the doses whose profiles are added up "
                "(allowed: TIME, DOSE; or DOSE, TAU, N, with the route and duration of these doses)"
            )
