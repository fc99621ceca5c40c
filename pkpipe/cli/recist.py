"""`pkpipe recist`: time-point and best overall response from lesions, or from responses as given."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

import polars as pl

from pkpipe.errors import ConfigError
from pkpipe.finding.table import all_findings, lines_of
from pkpipe.protocol.file_reading.loader import load_document, validated
from pkpipe.protocol.response_options import ResponseFile
from pkpipe.store.files import write_table
from pkpipe.survival.times.candidate_dates import DATES, TEXTS
from pkpipe.tumor.given_files import response_files, verb_columns
from pkpipe.tumor.given_files.verb_checks import (
    about_lesions,
    left_out,
    lost_responses,
    stop_at_mixed_sets,
)
from pkpipe.tumor.options import ResponseOptions, in_terms
from pkpipe.tumor.response_analysis import Outcome, analysed, leading_reader
from pkpipe.tumor.series_checks import of_other_readers
from pkpipe.tumor.tables.listing import best_listing, point_listing, reader_listing

EXAMPLE: Final = """example:
  pkpipe recist tr.csv --tu tu.csv --rs rs.csv --ref ref.csv --options recist.yaml -o out
  pkpipe recist --rs rs.csv --ref ref.csv -o out        (best response of the responses given)

REF: USUBJID, TRTSDT, optional RANDDT, NACTDT, DTHDT, CUTDT.
OPTIONS (YAML; docs/options.md; the keys of `response:` in a study file): criteria (one, or a list: then the
tables have a column CRIT), primary (derived, reported), anchor, sd_min_days, sd_window_days, confirm_days,
max_ne, accept_sd, evaluator, too_small_mm, slice_mm, partial_dates (last, first, ne), no_assessment,
new_therapy, reappearance (progression, sum), assessment_days, baseline_max_days, icpd_min_days,
icpd_max_days, clinical_benefit_weeks, accepted (evaluator, every, none: of whom only records flagged
TRACPTFL, RSACPTFL = Y are used, as one series, if several readers assessed).
writes timepoints.csv, best.csv, best_by_reader.csv, reconciliation.csv, findings.csv

"""


# Dates of REF that other verbs read.
REF_OTHERS: Final = "|".join((verb_columns.STANDARD, *(date.column for date in DATES), *TEXTS))
MANY: Final = 200_000  # rows from which on progress is told


def configure(parser: argparse.ArgumentParser) -> None:
    """The arguments of the verb."""
    parser.epilog = EXAMPLE + str(parser.epilog)
    parser.add_argument("tr", nargs="?", type=Path, metavar="TR", help="lesions, as SDTM TR")
    parser.add_argument("--tu", type=Path, help="where each lesion is and of which class, SDTM TU")
    parser.add_argument("--rs", type=Path, help="responses as the readers gave them, SDTM RS")
    parser.add_argument("--ref", type=Path, help="dates of each subject")
    parser.add_argument("--options", type=Path, help="choices, YAML")
    parser.add_argument("-o", "--out", type=Path, required=True, help="directory to write")


def run(arguments: argparse.Namespace) -> int:
    """Read, derive, write."""
    if arguments.tr is None and arguments.rs is None:
        raise ConfigError("give TR, or --rs for responses without lesions (see --help)")
    choices = _choices(arguments)
    several = [
        in_terms(ResponseOptions.of(choices, criteria, choices.baseline_max_days))
        for criteria in choices.criteria
    ]
    options = several[0]
    tables = {
        name: None if path is None else response_files.read_table_of(path, columns)
        for name, path, columns in (
            ("TU", arguments.tu, verb_columns.TU),
            ("RS", arguments.rs, verb_columns.RS),
        )
    }
    tables["TR"] = None if arguments.tr is None else response_files.read_lesions(arguments.tr)
    tables["REF"] = _reference(arguments.ref, options)
    for name, table in tables.items():
        if table is not None and table.height > MANY:
            print(f"pkpipe recist: {name}: {table.height} rows read", file=sys.stderr)
    _check_subjects(tables, arguments, options)
    outcomes = [
        analysed(tables["TR"], tables["TU"], tables["RS"], tables["REF"], one) for one in several
    ]
    derived = arguments.tr is not None and choices.primary != "reported"
    for outcome in outcomes:
        _check(outcome, tables, arguments, leads=derived)
    partial = [
        response_files.partial_dates(table, name, f"{name}DTC", options.partial_dates)
        for name in ("TR", "RS")
        if (table := tables[name]) is not None
    ]
    several_sets = len(outcomes) > 1
    lost = [_left_out(o, tables, None if several_sets else arguments.rs) for o in outcomes]
    asked = all_findings([*partial, *lost, *(outcome.findings for outcome in outcomes)])
    if several_sets:  # both sets ask the same about the same records
        asked = asked.unique(maintain_order=True)
    _write(outcomes, asked, arguments, derived=derived)
    return 0


def _choices(arguments: argparse.Namespace) -> ResponseFile:
    path = arguments.options
    if path is None:
        return ResponseFile()
    choices = validated(ResponseFile, load_document(path), path)
    if choices.primary == "derived" and arguments.tr is None:
        raise ConfigError(f"{path}: primary: is derived, and no lesions are given (TR)")
    if choices.primary == "reported" and arguments.rs is None:
        raise ConfigError(f"{path}: primary: is reported, and no responses are given (--rs)")
    return choices


def _reference(path: Path | None, options: ResponseOptions) -> pl.DataFrame | None:
    if path is None:
        print("pkpipe recist: no --ref: days count from the baseline scan", file=sys.stderr)
        return None
    return response_files.read_reference(path, verb_columns.REF, options.anchor, REF_OTHERS)


def _check(
    outcome: Outcome,
    tables: dict[str, pl.DataFrame | None],
    arguments: argparse.Namespace,
    *,
    leads: bool,
) -> None:
    """Something was found of what was looked for, by the reader who leads, and no row is lost to a word."""
    tr, rs = tables["TR"], tables["RS"]
    options = outcome.options
    if tr is not None:
        response_files.check_lesions(arguments.tr, tr, outcome.lesions)
        points, path = outcome.derived.timepoints, arguments.tr
    else:
        assert rs is not None
        points, path = outcome.reported.timepoints, arguments.rs
        response_files.check_responses(path, rs, points, options.criteria)
    leading = ("TR", arguments.tr) if leads else ("RS", arguments.rs)
    response_files.stop_at(outcome.findings, *leading, outcome.lesions)
    response_files.check_reader(path, points, leading_reader(points, options), options)


def _left_out(
    outcome: Outcome, tables: dict[str, pl.DataFrame | None], path: Path | None
) -> pl.DataFrame:
    """What no subject of the leading reader and the criteria has, by the table that leads."""
    rs, criteria = tables["RS"], outcome.options.criteria
    if tables["TR"] is not None:
        points = outcome.derived.timepoints
        others = of_other_readers(points, "TR", leading_reader(points, outcome.options))
        beside = [] if rs is None or path is None else [lost_responses(rs, criteria)]
        return all_findings(
            [
                *beside,
                others,
                about_lesions(tables["TR"], outcome.lesions, outcome.read, tables["TU"]),
            ]
        )
    assert rs is not None
    if path is not None:  # one set was asked for
        stop_at_mixed_sets(path.name, rs, criteria)
    points = outcome.reported.timepoints
    return left_out(rs, points, leading_reader(points, outcome.options), criteria)


def _check_subjects(
    tables: dict[str, pl.DataFrame | None], arguments: argparse.Namespace, options: ResponseOptions
) -> None:
    ref = tables["REF"]
    if ref is None:
        return
    for name, path in (("TR", arguments.tr), ("RS", arguments.rs)):
        rows = tables[name]
        if rows is not None:
            response_files.check_subjects(path, rows, arguments.ref, ref, options.anchor)


def _write(
    outcomes: Sequence[Outcome],
    asked: pl.DataFrame,
    arguments: argparse.Namespace,
    *,
    derived: bool,
) -> None:
    names = {"TR": arguments.tr, "TU": arguments.tu, "RS": arguments.rs, "REF": arguments.ref}
    named = {table: path.name for table, path in names.items() if path is not None}
    findings = asked.with_columns(
        FILE=pl.col("TABLE").replace_strict(named, default=None, return_dtype=pl.String)
    )
    tables = {
        "timepoints": _each(outcomes, lambda o: point_listing(o, derived=derived)),
        "best": _each(outcomes, lambda o: best_listing(o, derived=derived)),
        "best_by_reader": _each(outcomes, reader_listing),
        "reconciliation": _each(outcomes, lambda o: o.reconciliation),
        "findings": findings,
    }
    for name, table in tables.items():
        write_table(table, arguments.out / f"{name}.csv")
    queries = findings.filter(pl.col("SEVERITY") != "note")
    for line in lines_of(queries, most=20):
        print(line, file=sys.stderr)
    print(
        f"{arguments.out}: {tables['best'].height} subjects, {tables['timepoints'].height} time points, "
        f"{findings.height} findings",
        file=sys.stderr,
    )


def _each(outcomes: Sequence[Outcome], listed: Callable[[Outcome], pl.DataFrame]) -> pl.DataFrame:
    """The table of every criterion set below each other, told apart by CRIT where there are several."""
    if len(outcomes) == 1:
        return listed(outcomes[0])
    return pl.concat(
        listed(o).select(pl.lit(o.options.criteria).alias("CRIT"), pl.all()) for o in outcomes
    )
