"""The table of `pkpipe km` as people hand it in: its columns by their names, one row a subject, one unit."""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path
from typing import Final

import polars as pl

from pkpipe.errors import ConfigError, DataError
from pkpipe.finding.check import Check
from pkpipe.finding.table import all_findings, findings_at, no_findings, raise_if_any
from pkpipe.reading.unit_columns import one_spelling, unit_column
from pkpipe.reading.verb_files import plain_name, say, subject_column
from pkpipe.reading.verb_tables import read_known
from pkpipe.schema.adam.common import ALL
from pkpipe.schema.coded_words import folded
from pkpipe.schema.column import Column

# Columns that tell several readings of one subject apart.
SERIES: Final = ("PARAMCD", "SCHEME", "PARQUAL", "EVAL", "EVALID", "CRIT")
NO_GROUP: Final = "(missing)"
TIMES: Final = ("AVAL", "time")
FLAGS: Final = ("CNSR", "event")
# Programs write these for a missing value; as the name of a group each may also be a word.
MISSING_WORDS: Final = ("NA", "N/A", "#N/A", "NAN", "NULL", "NONE", ".", "-", "<NA>")
# Times closer than this, as a share of them, are one time: a month divided by 30.4375 is not exact.
# The tolerance of R's survfit (timefix, the square root of the precision of a double).
SAME_TIME: Final = 1.5e-8
ROW: Final = "ROW"


def _check(name: str, words: str, source: str, allowed: str | None = None) -> Check:
    return Check(f"KM-{name}", "error", words, source, allowed=allowed, table="TTE")


NEGATIVE_TIME: Final = _check("TIME", "a time before the start", "methods TIME-8", "0 or more")
NO_FLAG: Final = _check("FLAG", "no event flag", "ADaM BDS-TTE, CNSR")
TWICE: Final = _check("TWICE", "the subject has a row already", "ADaM BDS-TTE")
UNITS: Final = _check(
    "UNIT",
    "times in several units",
    "methods TIME-8",
    "one unit in all rows; convert them, or choose rows with --where",
)
TWO_SPELLINGS: Final = _check(
    "GROUP-SPELLING", "two spellings of one group?", "--by", "each group in one spelling"
)
RESERVED: Final = _check(
    "GROUP-RESERVED",
    "a name this program uses itself",
    "--by",
    f"another name than {ALL} and {NO_GROUP}",
)
MISSING_OR_GROUP: Final = _check(
    "GROUP-MISSING",
    "a group, or a missing one?",
    "--by",
    "an empty cell if missing, another name if it is a group",
)
CHECKS: Final = (
    *(NEGATIVE_TIME, NO_FLAG, TWICE, UNITS, TWO_SPELLINGS, RESERVED, MISSING_OR_GROUP),
)


def read(arguments: argparse.Namespace) -> pl.DataFrame:
    """USUBJID, GROUP, TIME, EVENT as the arguments name them.

    Raises:
        ConfigError: a column that is needed is absent, or two contradict each other.
        DataError: rows that cannot be used, all of them.
    """
    path: Path = arguments.tte
    there = read_known(path, ())
    present = [c for c in there.columns if there[c].count()]
    whose = subject_column(there.columns)
    time = arguments.time or _found(path, present, "--time", TIMES)
    event, censor = _flag(arguments, path, present, there)
    flag = str(event or censor)
    names = [Column(time, "number", required=True), Column(flag, "number", required=True)]
    names += [Column(c, required=True) for c in (arguments.by,) if c is not None]
    frame = _chosen(read_known(path, names, row=ROW), arguments)
    frame = frame.with_columns(WHO=_text(whose))
    checks = [
        _impossible(frame, path, time, flag, censored=censor is not None),
        _twice(frame, path, arguments.by, whose or ""),
        _several_units(frame, path, time),
        *([] if arguments.by is None else [_unclear_groups(frame, path, arguments.by)]),
    ]
    raise_if_any(all_findings(checks))
    if whose is None:
        say(path, "no column says whose row it is: every row counts as one subject (USUBJID)")
    happened = (pl.col(flag) == 0).cast(pl.Float64) if censor is not None else pl.col(flag)
    table = frame.select(
        USUBJID="WHO",
        GROUP=pl.lit(ALL) if arguments.by is None else _text(arguments.by),
        TIME=pl.col(time),
        EVENT=happened,
    )
    _say_what_is_missing(table, path, arguments.by)
    return _one_time(table).with_columns(GROUP=pl.col("GROUP").fill_null(NO_GROUP))


def _text(column: str | None) -> pl.Expr:
    return pl.lit(None, dtype=pl.String) if column is None else pl.col(column).cast(pl.String)


def _flag(
    arguments: argparse.Namespace, path: Path, present: list[str], there: pl.DataFrame
) -> tuple[str | None, str | None]:
    """The column of the event and that of the censoring, one of them."""
    if arguments.cnsr is not None or arguments.event is not None:
        return arguments.event, arguments.cnsr
    flag = _found(path, present, "--event or --cnsr", FLAGS)
    others = [c for c in present if plain_name(c) == "EVENT" and c != flag]
    if plain_name(flag) != "CNSR":
        return flag, None
    if others:
        both = there.select(
            a=_text(flag).cast(pl.Float64, strict=False) == 0,
            b=_text(others[0]).cast(pl.Float64, strict=False) == 1,
        )
        if both.select((pl.col("a") != pl.col("b")).any()).item():
            raise ConfigError(
                f"{path}: {flag} and {others[0]} contradict each other (0 in {flag} is an event): "
                f"choose one with --cnsr {flag} or --event {others[0]}"
            )
    return None, flag


def _one_time(table: pl.DataFrame) -> pl.DataFrame:
    """Times that differ by no more than rounding as one time, the first of them."""
    times = table.select(pl.col("TIME").drop_nulls().unique().sort()).with_columns(
        NEW=(pl.col("TIME").diff() > SAME_TIME * pl.col("TIME").abs()).fill_null(value=True)
    )
    if times["NEW"].all():
        return table
    first = times.with_columns(AS=pl.col("TIME").first().over(pl.col("NEW").cum_sum()))
    return table.join(
        first.select("TIME", "AS"), on="TIME", how="left", maintain_order="left"
    ).select("USUBJID", "GROUP", TIME="AS", EVENT="EVENT")


def _say_what_is_missing(table: pl.DataFrame, path: Path, by: str | None) -> None:
    """Rows that no number rests on.

    Raises:
        DataError: there is no other row.
    """
    lost = table.select((pl.col("TIME").is_null() | pl.col("EVENT").is_null()).sum()).item()
    if lost == table.height:
        raise DataError(
            f"{path}: no row with a time and an event flag, of {table.height} rows "
            "(allowed: one row a subject, both filled)"
        )
    if lost:
        say(path, f"{lost} rows without a time or an event flag do not count")
    ungrouped = table["GROUP"].null_count()
    if ungrouped:
        say(
            path,
            f"{ungrouped} rows without {by} are the group {NO_GROUP}, in no test between groups",
        )


def _found(path: Path, present: list[str], option: str, names: tuple[str, ...]) -> str:
    """The column of one of the names; its own spelling goes before others of the same letters."""
    for name in names:
        alike = [c for c in present if plain_name(c) == plain_name(name)]
        if alike:
            return name if name in alike else alike[0]
    raise ConfigError(
        f"{path}: give {option}; no column {' or '.join(names)} (found: {', '.join(present)})"
    )


def _chosen(frame: pl.DataFrame, arguments: argparse.Namespace) -> pl.DataFrame:
    """The rows of one endpoint and scheme; several at once would count a subject more than once."""
    wheres = _wheres(arguments.where)
    asked = [("--param", "PARAMCD", arguments.param), ("--scheme", "SCHEME", arguments.scheme)]
    for option, column, wanted in (*asked, *wheres):
        if column not in frame.columns:
            if wanted is not None:
                raise ConfigError(
                    f"{arguments.tte}: {option} is given, but there is no column {column}"
                )
            continue
        values = frame[column].drop_nulls().cast(pl.String).unique().sort().to_list()
        if wanted is None and len(values) > 1 and arguments.by != column:
            raise ConfigError(
                f"{arguments.tte}: several {column} ({', '.join(map(str, values))}): "
                f"choose one with {option}"
            )
        if wanted is not None and wanted not in values:
            raise ConfigError(
                f"{arguments.tte}: {option} is '{wanted}' (found: {', '.join(map(str, values))})"
            )
        if wanted is not None:
            frame = frame.filter(pl.col(column).cast(pl.String) == wanted)
    return frame


def _wheres(given: list[str]) -> list[tuple[str, str, str]]:
    """What --where asks for, in the form of the other choices."""
    parts = [text.partition("=") for text in given]
    wrong = ["".join(p) for p in parts if not (p[0] and p[1] and p[2])]
    if wrong:
        raise ConfigError(
            f"--where is '{wrong[0]}' (allowed: COLUMN=VALUE, e.g. PARQUAL=INVESTIGATOR)"
        )
    return [("--where", column, value) for column, _, value in parts]


def _impossible(
    frame: pl.DataFrame, path: Path, time: str, flag: str, *, censored: bool
) -> pl.DataFrame:
    """Times before 0 and flags that are none, one finding a row."""
    value = pl.col(flag)
    none = (value < 0) | (value != value.floor()) if censored else ~value.is_in([0.0, 1.0])
    allowed = "0 event, 1 or another whole number censored" if censored else "0 or 1"
    message = "no censoring flag" if censored else "no event flag"
    no_flag = replace(NO_FLAG, words=message, allowed=allowed)
    return all_findings(
        [
            _found_in(frame, path, NEGATIVE_TIME, time, pl.col(time) < 0),
            _found_in(frame, path, no_flag, flag, none),
        ]
    )


def _twice(frame: pl.DataFrame, path: Path, by: str | None, whose: str) -> pl.DataFrame:
    """Rows of a subject that has one already: counted twice, a subject has two events."""
    kinds = [c for c in (by,) if c in SERIES]  # a group that is a reading of the same subjects
    again = pl.col("WHO").is_not_null() & ~pl.struct("WHO", *kinds).is_first_distinct()
    several = [c for c in SERIES if c in frame.columns and frame[c].n_unique() > 1]
    choose = f"choose with --where {several[0]}=..., or --by {several[0]}" if several else ""
    allowed = "; ".join(part for part in ("one row a subject", choose) if part)
    return _found_in(frame, path, replace(TWICE, allowed=allowed), whose or "WHO", again)


def _several_units(frame: pl.DataFrame, path: Path, time: str) -> pl.DataFrame:
    """Times in days and in months in one table: no curve is of both."""
    column = unit_column([c for c in frame.columns if c not in {ROW, "WHO"}], time, "AVAL")
    if column is None:
        return no_findings()
    units = one_spelling(frame[column].cast(pl.String))
    usual = next(iter(units.values()), "")
    other = [u for u, spelling in units.items() if spelling != usual]
    several = replace(UNITS, words=f"{UNITS.words}: {', '.join(units)}")
    return _found_in(frame, path, several, column, _text(column).is_in(other))


def _unclear_groups(frame: pl.DataFrame, path: Path, by: str) -> pl.DataFrame:
    """Groups that may be another group, or none: their subjects would be counted apart."""
    group = _text(by)
    alike = pl.struct(group).n_unique().over(folded(group)) > 1
    reserved = group.is_in([ALL, NO_GROUP])
    maybe = group.str.to_uppercase().is_in(MISSING_WORDS)
    kinds = (
        (TWO_SPELLINGS, alike & group.is_not_null()),
        (RESERVED, reserved),
        (MISSING_OR_GROUP, maybe),
    )
    return all_findings([_found_in(frame, path, check, by, wrong) for check, wrong in kinds])


def _found_in(
    frame: pl.DataFrame, path: Path, check: Check, column: str, wrong: pl.Expr
) -> pl.DataFrame:
    """The rows that fail a check, in the column that the user's table has for it."""
    return findings_at(
        frame.filter(wrong.fill_null(value=False)),
        check,
        file=path.name,
        row=pl.col(ROW),
        subject=pl.col("WHO"),
        column=column,
        value=pl.col(column).cast(pl.String),
    )
