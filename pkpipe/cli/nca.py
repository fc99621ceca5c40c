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

from pkpipe.errors import ConfigError
from pkpipe.nca import Options, StudyUnits
from pkpipe.nca.analysis import planned
from pkpipe.nca.checks import Tables
from pkpipe.nca.inputs import CONC_COLUMNS, DOSE_COLUMNS, INTERVAL_COLUMNS
from pkpipe.nca.intervals import KINDS
from pkpipe.nca.long import long_rows, wide_rows
from pkpipe.nca.ragged import ROUTES
from pkpipe.protocol.loader import load_document, validated
from pkpipe.tables.files import read_table, sink_table, suffix_of
from pkpipe.tables.spreadsheet import safe
from pkpipe.tables.typed import Column, read_known

EXAMPLE: Final = """example:
  pkpipe nca conc.csv dose.csv -o pp.csv --conc-unit ug/mL --dose-unit mg
  pkpipe nca conc.parquet dose.parquet -o pp.parquet --by USUBJID --by ANALYTE --options nca.yaml

CONC: keys, TIME (h), CONC; optional BLQ (0/1), LLOQ, TIMENOM, LAMZFL (Y: exactly these points, N: never this
one), EXCLFL (Y: left out) with EXCLRSN.  DOSE: keys, TIME (h), DOSE, ROUTE (extravascular, iv_bolus,
iv_infusion); optional DURATION (h), TAU (h).  INTERVALS: keys, START, END (empty: to infinity), KIND (SD, MD,
PART). Keys: --by, or all other columns that CONC and DOSE share.
OPTIONS (YAML), with what holds if a key is left out:
  auc_method: linear_up_log_down    # linear, linear_log
  blq: {first: keep, middle: drop, last: keep}   # or drop, zero, half_lloq, a number each; or
                                    # {before_tmax: keep, after_tmax: drop}; or LOQ1 to LOQ5
  start: {infusion: zero, extravascular: zero, bolus: back_extrapolate, later_dose: none}
  predose_to_start: true            # predose_window: h
  lambda_z: {min_points: 3, r2adj_tolerance: 1.0e-4, cmax: exclude, during_infusion: exclude, rising: ignore}
  tau_edge: {min_coverage: 0.8}     # trough_window, eoi_window: h
  accept: {}                        # r2adj_min, span_min, span_reject, extrapolated_max, extrapolated_reject
Columns of other names: --rename TIME=time_h CONC=conc, for every file that has such a column.
OUT: keys, START, END, PPTESTCD, PPTEST, PPSTRESN, PPSTRESU, PPSTAT, PPREASND, STATUS, REASON; one row a
parameter. --wide: one row an interval, one column a parameter, without status and reasons.
"""

SILENCE_SECONDS: Final = 2.0
CONC: Final = (
    Column("TIME", "number", required=True),
    Column("CONC", "number", required=True, hint="a result such as BLQ: CONC empty and BLQ 1"),
    Column("BLQ", "integer"),
    Column("LLOQ", "number"),
    Column("TIMENOM", "number"),
    Column("LAMZFL", allowed=("Y", "N")),
    Column("EXCLFL", allowed=("Y", "N")),
    Column("EXCLRSN"),
)
DOSE: Final = (
    Column("TIME", "number", required=True, filled=True),
    Column("DOSE", "number", required=True, filled=True),
    Column("ROUTE", required=True, filled=True, allowed=ROUTES),
    Column("DURATION", "number"),
    Column("TAU", "number"),
    Column("TIMENOM", "number"),
)
INTERVALS: Final = (
    Column("START", "number", required=True, filled=True),
    Column("END", "number", required=True),
    Column("KIND", allowed=KINDS),
)


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
    names = _Names(arguments.rename)
    conc, dose = _read(arguments.conc, CONC, names), _read(arguments.dose, DOSE, names)
    asked = _read(arguments.intervals, INTERVALS, names) if arguments.intervals else None
    names.check()
    keys = _keys(arguments.by, conc, dose)
    conc, dose, asked = _alike(keys, conc, dose, asked)
    files = (
        arguments.conc.name,
        arguments.dose.name,
        arguments.intervals.name if arguments.intervals else "intervals",
    )
    found = planned(Tables(conc, dose, asked, files), options, keys, units)
    progress = _Progress(found.height)
    rows = wide_rows if arguments.wide else long_rows
    if arguments.out.suffix.lower() == ".csv":
        found = replace(found, groups=safe(found.groups))
    sink_table(rows(found, progress.saw), arguments.out)
    print(f"{arguments.out}: {progress.summary()}", file=sys.stderr)
    return 0


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


class _Names:
    """What the files call the columns, and which of these names some file has."""

    def __init__(self, given: list[list[str]] | None) -> None:
        words = [word for group in given or () for word in group]
        if wrong := [w for w in words if not all(w.partition("=")[::2])]:
            raise ConfigError(f"--rename {wrong[0]}: NAME=COLUMN is wanted, e.g. TIME=time_h")
        self.ours = {theirs: ours for ours, _, theirs in (w.partition("=") for w in words)}
        self.met: set[str] = set()

    def __call__(self, frame: pl.DataFrame) -> pl.DataFrame:
        here = {theirs: ours for theirs, ours in self.ours.items() if theirs in frame.columns}
        self.met |= set(here)
        named = [here.get(c, c) for c in frame.columns]
        if twice := sorted({n for n in named if named.count(n) > 1}):
            raise ConfigError(f"--rename gives two columns the name {', '.join(twice)}")
        return frame.rename(here)

    def check(self) -> None:
        """Every column named is in some file."""
        if lost := [c for c in self.ours if c not in self.met]:
            raise ConfigError(f"--rename: no file has a column {', '.join(lost)}")


def _read(path: Path, columns: Sequence[Column], names: _Names) -> pl.DataFrame:
    """Text is typed cell by cell with every misfit named; a typed file is taken as it is."""
    if suffix_of(path) != ".parquet":
        return read_known(path, columns, names)
    frame = names(read_table(path))
    text = {c.name for c in columns if c.kind == "text"}
    if any(
        t == pl.String for n, t in frame.schema.items() if n in {c.name for c in columns} - text
    ):
        return read_known(path, columns, names)
    return frame


def _keys(by: list[list[str]] | None, conc: pl.DataFrame, dose: pl.DataFrame) -> tuple[str, ...]:
    """The columns that tell profiles apart; none if the tables hold one profile.

    Raises:
        ConfigError: both have other columns, and none in common.
    """
    if by:
        return tuple(dict.fromkeys(name for group in by for name in group))
    contract = {*CONC_COLUMNS, *DOSE_COLUMNS, *INTERVAL_COLUMNS}
    others = [[c for c in t.columns if c not in contract] for t in (conc, dose)]
    keys = tuple(c for c in others[0] if c in others[1])
    if not keys and any(others):
        found = "; ".join(
            f"{name}: {', '.join(have) or 'none'}"
            for name, have in zip(("CONC", "DOSE"), others, strict=True)
        )
        raise ConfigError(
            f"CONC and DOSE share no key column ({found}); call the columns that tell profiles apart alike "
            "in both, or leave them out if there is one profile"
        )
    return keys


def _alike(
    keys: Sequence[str], conc: pl.DataFrame, dose: pl.DataFrame, asked: pl.DataFrame | None
) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame | None]:
    """Keys of one type in all tables: text if the files do not agree.

    Raises:
        ConfigError: a table lacks a key column.
    """
    tables = [t for t in (conc, dose, asked) if t is not None]
    for table, name in zip(tables, ("CONC", "DOSE", "INTERVALS"), strict=False):
        if lost := [k for k in keys if k not in table.columns]:
            raise ConfigError(
                f"{name} has no column {', '.join(lost)} (found: {', '.join(table.columns)})"
            )
    mixed = [k for k in keys if len({t.schema[k] for t in tables}) > 1]
    if mixed:
        tables = [t.with_columns(pl.col(k).cast(pl.String) for k in mixed) for t in tables]
    return tables[0], tables[1], tables[2] if asked is not None else None
