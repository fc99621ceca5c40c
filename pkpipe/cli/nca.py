"""`pkpipe nca`: non-compartmental parameters from a concentration and a dose table."""

from __future__ import annotations

import argparse
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Final

import polars as pl

from pkpipe.cli.nca_arguments import (
    configure,
    options_of,
    units_of,
    wanted_of,
    words_of,
)
from pkpipe.cli.nca_effect import check_effect, response_unit
from pkpipe.cli.nca_given import Files, given_tables
from pkpipe.cli.nca_reporting import (
    check_estimates,
    check_profiles,
    check_report,
    write_estimates,
    write_report,
)
from pkpipe.cli.nca_sparse import bootstrap_of, sparse_question
from pkpipe.cli.nca_tables import Names
from pkpipe.nca import Options
from pkpipe.nca.analysis import Analysis, planned
from pkpipe.nca.further_analyses.drug_effect_results import EffectQuestion, effect_rows
from pkpipe.nca.further_analyses.excretion_results import Question
from pkpipe.nca.further_analyses.metabolite_ratios import with_ratios
from pkpipe.nca.further_analyses.sparse_results import sparse_rows
from pkpipe.nca.given_tables.collected_matrices import as_wide, taken_apart, together
from pkpipe.nca.given_tables.row_checks import Tables
from pkpipe.nca.registry.evaluate import wide
from pkpipe.nca.results.long_table import long, long_rows, wide_rows, with_reported
from pkpipe.reading.files import suffix_of
from pkpipe.reading.verb_files import say
from pkpipe.store.files import sink_table, write_table
from pkpipe.store.spreadsheet import safe

__all__ = ["configure", "run"]
SILENCE_SECONDS: Final = 2.0


def run(arguments: argparse.Namespace) -> int:
    """Read, analyse, write."""
    suffix_of(arguments.out)
    check_report(arguments.report)
    check_estimates(arguments)
    options = options_of(arguments.options)
    units, excreta, results = units_of(arguments)
    check_effect(arguments, options)
    bootstrap_of(arguments)
    wanted = wanted_of(arguments, results)
    whole, keys = given_tables(_files(arguments, options), units, excreta)
    if arguments.sparse:
        of = sparse_question(arguments, whole, keys, units, wanted)
        table = sparse_rows(whole, of)
        return _write(table, (table, (of.keys, ())), arguments, (whole, None, options))
    if arguments.effect:
        table = effect_rows(
            whole, EffectQuestion(keys, options, units, wanted, response_unit(arguments))
        )
        return _write(table, (table, (keys, wanted.keep)), arguments, (whole, None, options))
    tables, collected = taken_apart(whole, Question(keys, options, units, excreta, wanted))
    if collected is not None and tables.conc.is_empty():
        check_profiles(arguments)
        beside = (*keys, *wanted.keep)
        rows = as_wide(collected, beside) if arguments.wide else collected
        return _write(rows, (collected, (keys, wanted.keep)), arguments, (whole, None, options))
    found = planned(tables, options, keys, units, wanted)
    for name, words in found.notes:
        say(Path(name), words)
    write_estimates(arguments, found)
    if collected is None and arguments.report is None and arguments.parent is None:
        return _stream(found, arguments)
    table = together(long(found), collected, found.keys)
    if arguments.parent is not None:
        table = with_ratios(table, keys, arguments.parent, wanted.molar_mass)
    rows = _wide(found, collected) if arguments.wide else table
    return _write(rows, (table, (keys, found.out.kept)), arguments, (tables, found, options))


def _wide(found: Analysis, collected: pl.DataFrame | None) -> pl.DataFrame:
    """What samples and collections gave, one column a parameter."""
    of_collections = None if collected is None else as_wide(collected, found.beside)
    return together(wide(found), of_collections, found.keys)


def _stream(found: Analysis, arguments: argparse.Namespace) -> int:
    """Compute and write slab after slab, so that the whole table is never in memory."""
    progress = _Progress(found.height)
    rows = wide_rows if arguments.wide else long_rows
    if arguments.out.suffix.lower() == ".csv":
        found = replace(found, groups=safe(found.groups))
    made = rows(found, progress.saw)
    if arguments.digits is not None:
        made = with_reported(made, arguments.digits)
    sink_table(made, arguments.out)
    print(f"{arguments.out}: {progress.summary()}", file=sys.stderr)
    return 0


Results = tuple[pl.DataFrame, tuple[tuple[str, ...], tuple[str, ...]]]


def _write(
    table: pl.DataFrame,
    results: Results,
    arguments: argparse.Namespace,
    made_of: tuple[Tables, Analysis | None, Options],
) -> int:
    """Write a whole table and its report; results: the long table, its keys, the columns kept."""
    if arguments.digits is not None:
        table = with_reported(table.lazy(), arguments.digits).collect()
    write_table(table, arguments.out)
    what = "results" if "PPTESTCD" in table.columns else "intervals"
    print(f"{arguments.out}: {table.height} {what}", file=sys.stderr)
    if arguments.report is not None:
        tables, found, options = made_of
        write_report(arguments, tables, results[0], results[1], (found, options))
    return 0


def _files(arguments: argparse.Namespace, options: Options) -> Files:
    return Files(
        arguments.conc,
        arguments.dose,
        arguments.intervals,
        names=Names(arguments.rename),
        by=words_of(arguments.by),
        blq_words=words_of(arguments.blq_text),
        kept=words_of(arguments.keep),
        sparse=arguments.sparse,
        effect=arguments.effect,
        censored=options.lambda_z.method == "tobit",
        compared=arguments.parent is not None,
    )


class _Progress:
    """Counts what passes; says so on stderr every two seconds."""

    def __init__(self, intervals: int) -> None:
        self.intervals, self.done = intervals, 0
        self.results = self.missing = self.doubted = 0
        self.told = time.monotonic()

    def saw(self, slab: pl.DataFrame) -> None:
        if "PPTESTCD" in slab.columns:
            self.results += slab.height
            self.missing += int(slab.get_column("PPSTAT").count())
            self.doubted += int((slab.get_column("STATUS") != "OK").sum())
            first = slab.get_column("PPTESTCD").item(0)
            self.done += int((slab.get_column("PPTESTCD") == first).sum())
        else:
            self.done += slab.height
        if time.monotonic() - self.told > SILENCE_SECONDS:
            print(f"pkpipe nca: {self.done} of {self.intervals} intervals", file=sys.stderr)
            self.told = time.monotonic()

    def summary(self) -> str:
        if not self.results:
            return f"{self.intervals} intervals"
        return (
            f"{self.intervals} intervals, {self.results} results, {self.missing} not done, "
            f"{self.doubted} flagged or not reported"
        )
