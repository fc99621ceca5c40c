"""`pkpipe nca`: non-compartmental parameters from a concentration and a dose table."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

import polars as pl

from pkpipe.cli.nca_tables import (
    DOSE,
    INTERVALS,
    Names,
    alike,
    check_matches,
    check_units,
    conc_columns,
    keys_of,
    measured,
    read,
    tell_excreta,
    with_blq_words,
)
from pkpipe.cli.nca_words import check_asked, check_durations, check_keys_filled, tell_parts
from pkpipe.nca import Options, StudyUnits
from pkpipe.nca.analysis import planned
from pkpipe.nca.checks import Tables
from pkpipe.nca.long import long_rows, wide_rows
from pkpipe.protocol.loader import load_document, validated
from pkpipe.reading.files import suffix_of
from pkpipe.reading.verb_files import say
from pkpipe.store.files import sink_table
from pkpipe.store.spreadsheet import safe

EXAMPLE: Final = """example:
  pkpipe nca conc.csv dose.csv -o pp.csv --conc-unit ug/mL --dose-unit mg
  pkpipe nca conc.parquet dose.parquet -o pp.parquet --by USUBJID --by ANALYTE --options nca.yaml

CONC: keys, TIME, CONC; optional BLQ (0/1), LLOQ, TIMENOM, LAMZFL (Y: exactly these points, N: never this
one), EXCLFL (Y: left out) with EXCLRSN.  DOSE: keys, TIME, DOSE, ROUTE (extravascular, iv_bolus,
iv_infusion); optional DURATION (without the column: 0), TAU, TIMENOM, FIRSTFL (Y: nothing was given before,
N: something was, whatever the table lists).  INTERVALS: keys, START, END (empty: to infinity, whatever doses
follow), KIND (SD, MD, PART); each START and END of a profile once.  Times are in the unit of --time-unit.
Keys: --by, or all other columns that CONC and DOSE share, and those of CONC that name an analyte or a matrix
(PCTESTCD, PCTEST, PCSPEC, PARAMCD, PARAM, ANALYTE, MATRIX, ...): one dose table serves them all.
BLQ: 0, BLQ = 1, a number below its LLOQ, or a word in CONC (BLQ, <LLOQ; <0.5 says the LLOQ; --blq-text ND).
A sample that stands twice with one time and value counts once.
CMIN, fluctuation, swing, CAVG, CTROUGH and, of KIND MD, CMAX and TMAX are those of TAU, also where samples go
on behind it; the terminal slope, TLST and areas to infinity use all of them.
OPTIONS (YAML; docs/options.md; the keys of `nca:` in a study file), with what holds if a key is left out; h
is hours whatever --time-unit says:
  auc_method: linear_up_log_down    # linear, linear_log
  blq: {first: keep, middle: drop, last: keep}   # or zero, half_lloq (all: docs/options.md), a number; or
                                    # {before_tmax: keep, after_tmax: drop}; or LOQ1 to LOQ5
  start: {infusion: zero, extravascular: zero, bolus: back_extrapolate, later_dose: none}
  predose_to_start: true            # predose_window: h
  lambda_z: {min_points: 3, r2adj_tolerance: 1.0e-4, cmax: exclude, during_infusion: exclude, rising: ignore}
                                    # max_points, not_before: h
  tau_edge: {min_coverage: 0.8}     # trough_window, eoi_window: h
  partial_areas: []                 # [{start: 0, end: 24}]: h after every dose, as KIND PART in INTERVALS
  accept: {}                        # samples_min, r2adj_min, span_min, span_reject, extrapolated_max,
                                    # extrapolated_reject, half_life_within_window
  time_basis: actual                # nominal, nominal_if_within (nominal_window: h) by the TIMENOM of
                                    # CONC and DOSE; START and END are then nominal too
Columns of other names: --rename TIME=time_h CONC=conc, for every file that has such a column.
OUT: keys, START, END, PPTESTCD, PPTEST, PPSTRESN, PPSTRESU, PPSTAT, PPREASND, STATUS, REASON; one row a
parameter. --wide: one row an interval, one column a parameter, without status and reasons.
"""

SILENCE_SECONDS: Final = 2.0


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of the verb."""
    parser.epilog = f"{EXAMPLE}\n{parser.epilog}"
    parser.add_argument("conc", type=Path, metavar="CONC", help="concentrations")
    parser.add_argument("dose", type=Path, metavar="DOSE", help="doses")
    parser.add_argument("-o", "--out", type=Path, required=True, metavar="OUT", help="parameters")
    parser.add_argument("--intervals", type=Path, metavar="FILE", help="default: one a dose")
    parser.add_argument("--options", type=Path, metavar="FILE", help="YAML")
    parser.add_argument("--by", action="append", nargs="+", metavar="COL", help="key columns")
    parser.add_argument(
        "--rename",
        action="append",
        nargs="+",
        metavar="NAME=COLUMN",
        help="the files call NAME otherwise; in every file that has COLUMN",
    )
    parser.add_argument(
        "--blq-text",
        action="append",
        nargs="+",
        metavar="WORD",
        help="further words in CONC for below the limit of quantification, such as ND",
    )
    parser.add_argument("--wide", action="store_true", help="one column a parameter")
    parser.add_argument("--conc-unit", metavar="UNIT", help="e.g. ug/mL; without it no units of it")
    parser.add_argument("--dose-unit", metavar="UNIT", help="e.g. mg or mg/kg")
    parser.add_argument("--time-unit", default="h", metavar="UNIT", help="default: h")


def run(arguments: argparse.Namespace) -> int:
    """Read, analyse, write."""
    suffix_of(arguments.out)
    options = Options()
    if arguments.options:
        options = validated(Options, load_document(arguments.options), arguments.options)
    units = StudyUnits(arguments.conc_unit, arguments.dose_unit, arguments.time_unit)
    texts = tuple(word for group in arguments.blq_text or () for word in group)
    tables, keys = _tables(arguments, texts)
    found = planned(tables, options, keys, units)
    for name, words in found.notes:
        say(Path(name), words)
    progress = _Progress(found.height)
    rows = wide_rows if arguments.wide else long_rows
    if arguments.out.suffix.lower() == ".csv":
        found = replace(found, groups=safe(found.groups))
    sink_table(rows(found, progress.saw), arguments.out)
    print(f"{arguments.out}: {progress.summary()}", file=sys.stderr)
    return 0


def _tables(arguments: argparse.Namespace, texts: Sequence[str]) -> tuple[Tables, tuple[str, ...]]:
    """The tables of the files, and their keys."""
    names = Names(arguments.rename)
    conc = read(arguments.conc, conc_columns(texts), names)
    conc = measured(with_blq_words(conc, arguments.conc, texts), arguments.conc)
    dose = read(arguments.dose, DOSE, names)
    asked = read(arguments.intervals, INTERVALS, names) if arguments.intervals else None
    names.check()
    keys, unused = keys_of(arguments.by, conc, dose)
    check_units(conc, arguments.conc, arguments.conc_unit, "CONC", keys)
    check_units(dose, arguments.dose, arguments.dose_unit, "DOSE", keys)
    for table, path in ((conc, arguments.conc), (dose, arguments.dose)):
        check_units(table, path, arguments.time_unit, "TIME", keys)
    for table, path in ((conc, arguments.conc), (dose, arguments.dose)):
        check_keys_filled(table, keys, path)
    check_durations(dose, keys, arguments.dose)
    tell_parts(dose, keys, arguments.dose)
    tell_excreta(conc, arguments.conc)
    if unused:
        say(arguments.conc, f"not used: {', '.join(unused)}")
    conc_file, dose_file = arguments.conc.name, arguments.dose.name
    asked_file = arguments.intervals.name if arguments.intervals else "intervals"
    samples, doses, intervals = alike(keys, (conc, dose, asked))
    assert samples is not None
    assert doses is not None
    check_matches(samples, doses, keys)
    if intervals is not None:
        check_keys_filled(intervals, keys, arguments.intervals)
        check_asked(intervals, samples, keys, arguments.intervals)
    return Tables(samples, doses, intervals, (conc_file, dose_file, asked_file), unused), keys


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
