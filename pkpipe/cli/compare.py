"""`pkpipe compare`: ratios of geometric means between treatments, with limits, from a table of parameters."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final, get_args

import polars as pl

from pkpipe.cli.compare_checks import (
    PERIOD,
    SUBJECT,
    TREATMENT,
    VALUE,
    asked_of,
    in_several_units,
    of_no_parameter,
    rows_that_say_none,
)
from pkpipe.cli.nca_arguments import words_of
from pkpipe.errors import ConfigError, DataError
from pkpipe.finding.table import all_findings, raise_if_any
from pkpipe.nca import PARAMETERS
from pkpipe.nca.further_analyses.treatment_ratios import (
    SCHEMA,
    Question,
    compared,
    treatment_ratios,
    with_several,
)
from pkpipe.protocol.ratio_options import Design, RatioOptions, Variances
from pkpipe.reading.files import suffix_of
from pkpipe.reading.verb_files import ROW, of_the_analysis, plain_name, say, subject_column
from pkpipe.reading.verb_tables import read_known
from pkpipe.schema.column import Column
from pkpipe.store.files import write_table

EXAMPLE: Final = """example:
  pkpipe nca conc.csv dose.csv -o pp.csv --keep TREATMENT PERIOD
  pkpipe compare pp.csv -o ratios.csv --treatment TREATMENT --reference fasted --period PERIOD
  pkpipe compare pp.csv -o ratios.csv --treatment FORM --reference R --parameters CMAX AUCLST --by PCTESTCD

  PP    one row a subject, treatment and parameter: the long table of `pkpipe nca` (PPTESTCD, PPSTRESN), or of
        ADPP (PARAMCD, AVAL); the subject is USUBJID, or --subject.
  OUT   groups, parameter, TEST, REFERENCE, DESIGN, NTEST NREF NBOTH (subjects), NOTUSED (values that are
        missing, not above 0, or the only one of a subject in a crossover), GMTEST GMREF, RATIO LOWER UPPER
        in percent, LEVEL of the limits, DF, CV (percent: within a subject of a crossover, between subjects
        of parallel groups), REASON.
  Logarithms are compared. Crossover (subjects have several treatments): subject, period and treatment as
  fixed effects; without --period within subjects alone. Parallel groups: variances of their own (Welch), or
  --variances equal. Every treatment is set against the reference by itself. Without --parameters those are
  compared whose summary is a geometric mean (areas, concentrations, clearances, not times).
"""
CODES: Final = (("PPTESTCD", "PPSTRESN"), ("PARAMCD", "AVAL"))
UNIT_COLUMNS: Final = ("PPSTRESU", "AVALU", "UNIT", "UNITS")
# What tells the tables of one file apart, where nobody says it with --by.
GROUPS: Final = ("PCTESTCD", "PARCAT1", "ANALYTE", "PCSPEC", "PPSPEC", "MATRIX", "DRUG")
TAKEN: Final = frozenset({SUBJECT, TREATMENT, PERIOD, VALUE, *SCHEMA})


def configure(parser: argparse.ArgumentParser) -> None:
    """The arguments of the verb."""
    parser.epilog = f"{EXAMPLE}\n{parser.epilog or ''}"
    parser.add_argument("pp", metavar="PP", type=Path, help="parameters, one row each")
    parser.add_argument("-o", "--out", required=True, type=Path, help="file for the ratios")
    parser.add_argument("--treatment", required=True, metavar="COL", help="column of the treatment")
    parser.add_argument(
        "--reference",
        required=True,
        metavar="WORD",
        help="the treatment the others are set against",
    )
    parser.add_argument("--subject", metavar="COL", help="column of the subject (default USUBJID)")
    parser.add_argument("--period", metavar="COL", help="column of the period of a crossover")
    parser.add_argument(
        "--design",
        choices=get_args(Design),
        help="default: crossover where a subject has both treatments",
    )
    parser.add_argument(
        "--variances",
        choices=get_args(Variances),
        default="unequal",
        help="of parallel groups (default unequal)",
    )
    parser.add_argument(
        "--confidence", type=float, default=0.9, metavar="P", help="of the limits (default 0.9)"
    )
    parser.add_argument(
        "--parameters", action="append", nargs="+", metavar="CODE", help="only these, by PPTESTCD"
    )
    parser.add_argument("--by", action="append", nargs="+", metavar="COL", help="columns of groups")


def run(arguments: argparse.Namespace) -> int:
    """Read, compare, write."""
    suffix_of(arguments.out)
    if not 0 < arguments.confidence < 1:
        raise ConfigError(f"--confidence {arguments.confidence} (allowed: above 0 and below 1)")
    options = RatioOptions(
        reference=arguments.reference,
        parameters=tuple(words_of(arguments.parameters)) or None,
        design=arguments.design,
        variances=arguments.variances,
        confidence=arguments.confidence,
    )
    values, groups, code = _read(arguments, options)
    design = _design(values, [*groups, code], arguments)
    if design == "parallel" and arguments.period:
        say(arguments.pp, f"{arguments.period} is not used: the groups are parallel")
    asked = Question.of(options, design)
    found = treatment_ratios(values, [*groups, code], options.reference, asked)
    write_table(found, arguments.out)
    lost = found.filter(pl.col("RATIO").is_null()).height
    told = f", {lost} of them without a value (see REASON)" if lost else ""
    print(f"{arguments.out}: {found.height} ratios, {design}{told}", file=sys.stderr)
    return 0


def _read(
    arguments: argparse.Namespace, options: RatioOptions
) -> tuple[pl.DataFrame, list[str], str]:
    """Values as they are compared, the columns of their groups, the column of the parameter."""
    path: Path = arguments.pp
    there = read_known(path, ())
    code, value = _codes(path, there.columns)
    subject = arguments.subject or subject_column(there.columns)
    if subject is None:
        raise ConfigError(f"{path}: no column says whose value it is (--subject COL)")
    groups = words_of(arguments.by) or [c for c in there.columns if plain_name(c) in GROUPS]
    groups = [c for c in groups if c != arguments.treatment]
    names = {SUBJECT: subject, TREATMENT: arguments.treatment}
    names |= {PERIOD: arguments.period} if arguments.period else {}
    named = [*names.values(), *groups]
    if len(set(named)) < len(named):
        raise ConfigError(f"{path}: one column is named twice ({', '.join(named)})")
    if taken := [c for c in groups if c in TAKEN]:
        raise ConfigError(
            f"{path}: --by {' '.join(taken)}: is what OUT or the comparison calls another column; "
            "give the column of PP another name"
        )
    columns = [
        *(Column(name, required=True, names=True) for name in named),
        Column(code, required=True),
        Column(value, "number", required=True),
    ]
    rows = of_the_analysis(path, read_known(path, columns, row=ROW))
    raise_if_any(of_no_parameter(rows, path.name, (code, value), subject))
    table = _asked(rows, path, code, options)
    values = table.select(
        *groups,
        code,
        ROW,
        *(pl.col(theirs).alias(ours) for ours, theirs in names.items()),
        pl.col(value).alias(VALUE),
    )
    if PERIOD not in names:
        values = values.with_columns(pl.lit(None, pl.String).alias(PERIOD))
    _known_reference(values, path, arguments)
    unit = next((c for c in table.columns if plain_name(c) in UNIT_COLUMNS), None)
    found = [
        *asked_of(values, path.name, names, [*groups, code]),
        *rows_that_say_none(table, path.name, value, subject),
    ]
    if unit is not None:
        found.append(in_several_units(table, path.name, unit, [*groups, code], subject))
    raise_if_any(all_findings(found))
    _say_what_is_doubted(table, value, path)
    return values.drop(ROW), groups, code


def _codes(path: Path, names: Sequence[str]) -> tuple[str, str]:
    plain = {plain_name(n) for n in names}
    for code, value in CODES:
        if {code, value} <= plain:
            return code, value
    raise ConfigError(
        f"{path}: no column of parameters (PPTESTCD with PPSTRESN, or PARAMCD with AVAL; found: "
        f"{', '.join(names)}). A table with one column a parameter is written long by `pkpipe nca`"
    )


def _asked(table: pl.DataFrame, path: Path, code: str, options: RatioOptions) -> pl.DataFrame:
    """The rows of the parameters that are compared.

    Raises:
        ConfigError: one that is wanted is not there, or none is.
    """
    known = {plain_name(p.code): p.code for p in PARAMETERS}
    given = table[code].drop_nulls().unique(maintain_order=True).to_list()
    read = {w: known[plain_name(w)] for w in given if known.get(plain_name(w), w) != w}
    if read:
        say(path, f"{code} {', '.join(f'{a!r} is read as {b}' for a, b in sorted(read.items()))}")
        table = table.with_columns(pl.col(code).replace(read))
    there = table[code].drop_nulls().unique(maintain_order=True).to_list()
    wanted = options.parameters or ()
    missing = [w for w in wanted if w not in there]
    if missing:
        raise ConfigError(
            f"{path}: --parameters {' '.join(missing)}: no such {code} (found: {', '.join(there)})"
        )
    chosen = compared(there, options)
    if not chosen:
        raise ConfigError(
            f"{path}: no {code} whose summary is a geometric mean (found: {', '.join(there)}); "
            "--parameters names those to compare"
        )
    return table.filter(pl.col(code).is_in(chosen))


def _known_reference(table: pl.DataFrame, path: Path, arguments: argparse.Namespace) -> None:
    there = table[TREATMENT].drop_nulls().unique(maintain_order=True).to_list()
    if arguments.reference not in there:
        raise ConfigError(
            f"{path}: --reference {arguments.reference}: no such {arguments.treatment} "
            f"(found: {', '.join(there)})"
        )
    if len(there) == 1:
        raise DataError(
            f"{path}: every value is of {arguments.reference}; there is nothing to set against it"
        )


def _say_what_is_doubted(table: pl.DataFrame, value: str, path: Path) -> None:
    """Values that the analysis doubts are used, and said to be."""
    if "STATUS" in table.columns:
        doubted = table.filter(pl.col("STATUS").is_in(["FLAG", "NR"]) & (pl.col(value) > 0)).height
        if doubted:
            say(path, f"{doubted} values that are flagged in STATUS are used")


def _design(values: pl.DataFrame, groups: Sequence[str], arguments: argparse.Namespace) -> Design:
    """The design as it is asked for, or as the table has it.

    Raises:
        DataError: parallel groups are asked for, and subjects are in both.
    """
    both = with_several(values, groups)
    if arguments.design == "parallel" and both:
        raise DataError(
            f"{arguments.pp}: --design parallel, and {both} subjects have several treatments: their "
            "values are no independent groups (--design crossover, or another --treatment)"
        )
    asked: Design | None = arguments.design
    if asked is not None:
        return asked
    what = "subjects have several treatments" if both else "every subject has one treatment"
    design: Design = "crossover" if both else "parallel"
    say(arguments.pp, f"{what}: compared as {design} (--design says otherwise)")
    return design
