"""Strata, delayed entry and competing events of `pkpipe km`: their arguments, columns and checks."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

import polars as pl

from pkpipe.cli.km_checks import (
    ENTRY_END,
    EVENT_KIND,
    MISSING_OR_GROUP,
    ONE_GROUP,
    STRATUM_SPELLING,
    found_in,
)
from pkpipe.errors import ConfigError
from pkpipe.finding.table import all_findings, no_findings
from pkpipe.protocol.survival_options import CurveRules
from pkpipe.reading.verb_files import say
from pkpipe.schema.cell_text import stands_for_nothing
from pkpipe.schema.column import Column, cell_text
from pkpipe.schema.two_spellings import in_two_spellings
from pkpipe.survival.curves.curve_tables import JOINT

STRATUM: Final = "STRATUM"


def configure(parser: argparse.ArgumentParser) -> None:
    """The arguments."""
    parser.add_argument(
        "--strata",
        metavar="COL",
        nargs="+",
        action="extend",
        default=[],
        help="columns of the strata: tests and hazard ratios between the groups are stratified",
    )
    parser.add_argument(
        "--entry",
        metavar="COL",
        help="column of the time from which a subject is watched (delayed entry, left truncation)",
    )
    parser.add_argument(
        "--competing",
        metavar="CODE=NAME",
        nargs="+",
        action="extend",
        default=[],
        help="events that exclude each other, by their codes in --event (0 censored) or in --kind",
    )
    parser.add_argument("--kind", metavar="COL", help="column that says of what kind an event is")
    parser.add_argument(
        "--incidence",
        type=Path,
        metavar="FILE",
        help="write every step of the cumulative incidences too",
    )


def named_events(given: Sequence[str]) -> dict[str, str]:
    """CODE=NAME as code and name; a code alone is its own name."""
    parts = [text.partition("=") for text in given]
    codes = [code.strip() for code, _, _ in parts]
    wrong = [text for text, (code, sign, name) in zip(given, parts, strict=True)
             if not code.strip() or (sign and not name.strip())]  # fmt: skip
    if wrong:
        raise ConfigError(f"--competing is '{wrong[0]}' (allowed: CODE=NAME, e.g. 2=death)")
    again = [code for i, code in enumerate(codes) if code in codes[:i]]
    if again:
        raise ConfigError(f"--competing names the code {again[0]} twice (allowed: each code once)")
    return {code: (name or code).strip() for code, (_, _, name) in zip(codes, parts, strict=True)}


def asked_together(arguments: argparse.Namespace, rules: CurveRules) -> None:
    """Arguments that say something only beside another.

    Raises:
        ConfigError: one without the other.
    """
    alone = [
        (rules.strata and arguments.by is None, "--strata: strata of tests between groups: give --by too"),
        (arguments.kind and not rules.competing, "--kind says which event it was: give --competing too"),
        (arguments.incidence and not rules.competing, "--incidence: give --competing CODE=NAME too"),
    ]  # fmt: skip
    told = [words for wrong, words in alone if wrong]
    if told:
        raise ConfigError("\n  ".join(told))


def coded_in_the_flag(arguments: argparse.Namespace, rules: CurveRules, censor: str | None) -> bool:
    """Whether the event flag has the codes of --competing, and no other column the kind of an event.

    Raises:
        ConfigError: it is a censoring flag, which says nothing of events.
    """
    coded = bool(rules.competing) and arguments.kind is None
    if coded and censor is not None:
        raise ConfigError(
            f"--competing with --cnsr {censor}: give --kind too, the column that says of what kind "
            "an event is (ADaM EVNTDESC)"
        )
    return coded


def columns(arguments: argparse.Namespace, rules: CurveRules) -> list[Column]:
    """The columns that are read beside time, flag and group."""
    names = [Column(c, required=True) for c in rules.strata if c != arguments.by]
    if rules.entry is not None:
        names.append(Column(rules.entry, "number", required=True))
    if arguments.kind is not None and arguments.kind != arguments.by:
        names.append(Column(arguments.kind, required=True))
    return names


def added(frame: pl.DataFrame, rules: CurveRules, kind: str, event: pl.Expr) -> dict[str, pl.Expr]:
    """ENTRY, STRATUM and KIND (the name of the event), as far as they are asked for."""
    found = {}
    if rules.entry is not None:
        found["ENTRY"] = pl.col(rules.entry)
    if rules.strata:
        texts = [pl.col(c).cast(pl.String) for c in rules.strata]
        found[STRATUM] = pl.concat_str(texts, separator=JOINT)
    if rules.competing:
        code = cell_text(pl.col(kind), frame.schema[kind])
        names = code.replace_strict(rules.competing, default=None, return_dtype=pl.String)
        found["KIND"] = pl.when(event > 0).then(names)
    return found


def declared_checks(
    frame: pl.DataFrame, path: Path, rules: CurveRules, time: str, kind: str, event: pl.Expr
) -> pl.DataFrame:
    """Entries at or after the end, and events of a kind that nobody declared."""
    parts = [no_findings()]
    if rules.entry is not None:
        entry = pl.col(rules.entry)
        wrong = (entry < 0) | ((entry >= pl.col(time)) & (entry > 0))
        parts.append(found_in(frame, path, ENTRY_END, rules.entry, wrong))
    if rules.competing:
        parts.append(_kinds(frame, path, rules.competing, kind, event))
    parts += [
        found_in(frame, path, check, c, wrong)
        for c in rules.strata
        for text in (pl.col(c).cast(pl.String),)
        for check, wrong in (
            (STRATUM_SPELLING, in_two_spellings(text)),
            (MISSING_OR_GROUP, stands_for_nothing(text)),
        )
    ]
    return all_findings(parts)


def _kinds(
    frame: pl.DataFrame, path: Path, competing: Mapping[str, str], kind: str, event: pl.Expr
) -> pl.DataFrame:
    code = cell_text(pl.col(kind), frame.schema[kind])
    other = (event > 0) & ~code.is_in(list(competing)).fill_null(value=False)
    told = ", ".join(c if c == name else f"{c} ({name})" for c, name in competing.items())
    first = frame.filter(other.fill_null(value=False)).select(code.first()).item()
    mend = "the kind of each event" if first is None else f"--competing '{first}=NAME' declares it"
    allowed = f"0 censored, or an event: {told}; {mend}"
    coded = frame.with_columns(code.alias(kind), OTHER=other)
    return found_in(coded, path, replace(EVENT_KIND, allowed=allowed), kind, pl.col("OTHER"))


def lone_groups(
    frame: pl.DataFrame, table: pl.DataFrame, path: Path, strata: Sequence[str]
) -> pl.DataFrame:
    """Strata all of whose subjects are of one group: nothing is compared in them.

    Args:
        frame: the rows of the file.
        table: what was made of them, row by row: GROUP, TIME, EVENT, STRATUM.
        path: of the file.
        strata: the columns of the strata.
    """
    if not strata:
        return no_findings()
    counts = pl.all_horizontal(pl.col("TIME", "EVENT", "GROUP", STRATUM).is_not_null())
    groups = pl.col("GROUP").filter(counts).n_unique().over(STRATUM)
    alone = table.select(ALONE=counts & (groups == 1))["ALONE"]
    name = ", ".join(strata)
    told = frame.with_columns(
        pl.concat_str([pl.col(c).cast(pl.String) for c in strata], separator=", ").alias(name),
        ALONE=alone,
    )
    return found_in(told, path, ONE_GROUP, name, pl.col("ALONE"))


def say_without_stratum(table: pl.DataFrame, path: Path, strata: Sequence[str]) -> None:
    """Rows that are in the curves, and in no stratified test."""
    lost = table[STRATUM].null_count() if strata else 0
    if lost:
        say(path, f"{lost} rows without {' or '.join(strata)} are in no test between groups")
