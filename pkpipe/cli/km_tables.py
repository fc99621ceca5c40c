"""The table of `pkpipe km` as people hand it in: its columns by their names, one row a subject, one unit."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import polars as pl

from pkpipe.cli.km_checks import (
    NO_GROUP,
    ROW,
    against_dates,
    against_its_words,
    impossible,
    late_entries,
    left_out,
    nobodys,
    several_readers,
    several_units,
    twice,
    unclear_groups,
)
from pkpipe.cli.km_declared import (
    added,
    coded_in_the_flag,
    declared_checks,
    lone_groups,
    say_without_stratum,
)
from pkpipe.cli.km_declared import columns as declared_columns
from pkpipe.errors import ConfigError, DataError
from pkpipe.finding.table import all_findings, lines_of, no_findings, raise_if_any
from pkpipe.protocol.survival_options import CurveRules
from pkpipe.reading.verb_files import of_the_analysis, plain_name, say, subject_column
from pkpipe.reading.verb_tables import read_known
from pkpipe.schema.adam.common import ALL
from pkpipe.schema.coded_words import Codelist
from pkpipe.schema.column import Column
from pkpipe.schema.two_spellings import SUBJECT_SPELLING, findings_of_names

# Within what a number of a subject that is no USUBJID is one subject's.
WITHIN: Final = (
    *("STUDYID", "STUDY", "SITEID", "SITE", "SITENO", "CENTER", "CENTRE"),
    *("研究", "研究中心", "中心", "中心编号"),
)
TIMES: Final = ("AVAL", "time")
FLAGS: Final = ("CNSR", "event")
# Times closer than this, as a share of them, are one time: a month divided by 30.4375 is not exact.
# The tolerance of R's survfit (timefix, the square root of the precision of a double).
SAME_TIME: Final = 1.5e-8
# How programs store an answer; any other number stands as it is.
HAPPENED: Final = Codelist(
    "it happened, or not",
    "R survival, Surv",
    {"1": ("Y", "YES", "TRUE", "T"), "0": ("N", "NO", "FALSE", "F")},
)


def read(arguments: argparse.Namespace, rules: CurveRules) -> pl.DataFrame:
    """USUBJID, GROUP, TIME, EVENT as the arguments name them; ENTRY, STRATUM, KIND where asked for.

    Raises:
        ConfigError: a column that is needed is absent, or two contradict each other.
        DataError: rows that cannot be used, all of them.
    """
    path: Path = arguments.tte
    there = read_known(path, ())
    present = [c for c in there.columns if there[c].count()]
    whose = subject_column(present)
    time = arguments.time or _found(path, present, "--time", TIMES)
    event, censor = _flag(arguments, path, present, there)
    flag = str(event or censor)
    names = [
        Column(time, "number", required=True),
        Column(flag, "number", required=True, codelist=HAPPENED if event else None),
    ]
    names += [Column(c, required=True) for c in (arguments.by,) if c is not None]
    names += declared_columns(arguments, rules)
    kind, coded = arguments.kind or flag, coded_in_the_flag(arguments, rules, censor)
    frame = of_the_analysis(path, _chosen(read_known(path, names, row=ROW), arguments))
    frame = frame.with_columns(WHO=_who(whose, frame.columns))
    happened = pl.col(flag)
    if censor is not None or coded:
        happened = ((happened == 0) if censor is not None else (happened != 0)).cast(pl.Float64)
    checks = [
        nobodys(frame, path, whose),
        _spellings(frame, path, whose),
        late_entries(frame, path, (whose, time, flag, arguments.by, rules.entry)),
        impossible(frame, path, time, flag, censored=censor is not None, coded=coded),
        declared_checks(frame, path, rules, time, kind, happened),
        twice(frame, path, arguments.by, whose or ""),
        several_readers(frame, path, arguments.by),
        several_units(frame, path, time),
        against_its_words(frame, path, happened == 1),
        *([] if arguments.by is None else [unclear_groups(frame, path, arguments.by)]),
    ]
    raise_if_any(all_findings(checks))
    if whose is None:
        say(path, "no column says whose row it is: every row counts as one subject (USUBJID)")
    table = frame.select(
        USUBJID="WHO",
        GROUP=pl.lit(ALL) if arguments.by is None else _text(arguments.by),
        TIME=pl.col(time),
        EVENT=happened,
        **added(frame, rules, kind, happened),
    )
    raise_if_any(lone_groups(frame, table, path, rules.strata))
    say_without_stratum(table, path, rules.strata)
    queries = [left_out(frame, path, time, flag), against_dates(frame, path, time)]
    for line in lines_of(all_findings(queries), most=20):
        print(f"query: {line}", file=sys.stderr)
    _say_what_is_missing(table, path, arguments.by)
    return _one_time(table).with_columns(GROUP=pl.col("GROUP").fill_null(NO_GROUP))


def _spellings(frame: pl.DataFrame, path: Path, whose: str | None) -> pl.DataFrame:
    """Subjects in two spellings: counted twice."""
    if whose is None:
        return no_findings()
    row, who = pl.col(ROW), pl.col(whose).cast(pl.String)
    return findings_of_names(
        frame, whose, check=SUBJECT_SPELLING, file=path.name, row=row, subject=who
    )


def _who(whose: str | None, names: Sequence[str]) -> pl.Expr:
    """Whose row it is; numbers that begin anew at each site or study are told apart by those."""
    if whose is None or plain_name(whose) == "USUBJID":
        return _text(whose)
    within = [c for c in names if plain_name(c) in WITHIN]
    if not within:
        return _text(whose)
    place = pl.concat_str(*within, separator="-", ignore_nulls=True)
    return pl.concat_str(place, whose, separator="-")


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
    joined = table.join(first.select("TIME", "AS"), on="TIME", how="left", maintain_order="left")
    return joined.with_columns(TIME="AS").drop("AS")


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
    named = "PARAM" if {"PARAM", "PARAMCD"} & set(frame.columns) == {"PARAM"} else "PARAMCD"
    asked = [("--param", named, arguments.param), ("--scheme", "SCHEME", arguments.scheme)]
    for option, column, wanted in (*wheres, *asked):
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
