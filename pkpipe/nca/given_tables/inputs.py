"""The three tables as people hand them in: checked once, every fault named, then arrays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl

from pkpipe.errors import ConfigError
from pkpipe.nca.given_tables.column_types import CONC_TYPES, DOSE_TYPES, INTERVAL_TYPES
from pkpipe.nca.given_tables.dose_rows import for_each, given
from pkpipe.nca.given_tables.nominal import on_basis
from pkpipe.nca.given_tables.notes import Notes, noted
from pkpipe.nca.given_tables.row_checks import (
    ROW,
    Named,
    Tables,
    check,
    check_duplicates,
    excluded,
    is_blq,
    needs_lloq,
    once,
)
from pkpipe.nca.laid_out.intervals import INTERVAL_KINDS, Intervals
from pkpipe.nca.laid_out.sorted_arrays import (
    ROUTES,
    Bytes,
    Doses,
    Floats,
    Grouped,
    Ints,
    Ranges,
    Samples,
    all_groups,
    dose_begins,
    group_numbers,
    group_rows,
    ranges,
)
from pkpipe.protocol.nca_options import Options
from pkpipe.reading.verb_files import plain_name

CONC_COLUMNS: Final = (
    *("TIME", "CONC", "BLQ", "LLOQ", "TIMENOM", "TIMERULE", "NOMWIN"),
    *("LAMZFL", "EXCLFL", "EXCLRSN"),
)
DOSE_COLUMNS: Final = (
    "TIME",
    "DOSE",
    "ROUTE",
    "DURATION",
    "TAU",
    "TIMENOM",
    "FIRSTFL",
    "WEIGHT",
    "BSA",
    "RBASE",
)
OF_DOSE: Final = ("WEIGHT", "BSA", "RBASE")  # of the body, and of its response, at a dose
INTERVAL_COLUMNS: Final = ("START", "END", "KIND")


# Columns of the concentrations that name an analyte or a matrix: they tell profiles apart also where the
# table of doses lacks them, which belong to a subject. (SDTM PC, ADaM, and what people call them.)
ANALYTE_COLUMNS: Final = (
    *("PCTESTCD", "PCTEST", "PCSPEC", "PCCAT", "PCSCAT", "PARAMCD", "PARAM", "PARCAT1"),
    *("ANALYTE", "ANALYTECD", "COMPOUND", "METABOLITE", "MATRIX", "SPECIMEN", "TISSUE", "FLUID"),
)
COPIED: Final = ("CONC", "LLOQ", "LAMZFL")  # what a copy of a sample has in common with it


@dataclass(frozen=True)
class Prepared:
    """What the kernel works on, with the keys each group stands for."""

    groups: pl.DataFrame  # GROUP and the keys, one row a group, sorted
    samples: Samples
    doses: Doses
    intervals: Intervals | None
    notes: Notes


def prepared(tables: Tables, keys: Sequence[str], options: Options) -> Prepared:
    """Check, sort if needed, and number the groups.

    Raises:
        ConfigError: a column is missing or of the wrong type.
        DataError: rows that cannot be used, all of them.
    """
    tables = _typed_tables(tables, keys)
    check(tables, keys, options)
    conc, dose, _ = tables.names
    of_dose = [k for k in keys if k in tables.dose.columns]
    check_duplicates(group_rows(tables.dose, of_dose), of_dose, Named(dose, "doses"))
    who = tables.conc.select(keys).unique(maintain_order=True) if keys else pl.DataFrame()
    doses = given(tables.dose, of_dose)
    sampled, dosed, timed = on_basis(
        _used(tables.conc), for_each(doses, who, keys), keys, options, tables
    )
    grouped = group_rows(sampled, keys)
    used = once(grouped, COPIED)
    check_duplicates(used, keys, Named(conc, "samples", _one_sample(tables)))
    in_order = group_rows(dosed, keys)
    asked = tables.intervals
    wanted = None if asked is None else for_each(asked, who, keys)
    groups = _groups((used, in_order), who, wanted, keys)
    rows, dose_rows = (
        ranges(g, group_numbers(groups, g.keys, keys, len(g.heads)), groups.height)
        for g in (used, in_order)
    )
    intervals = None
    if wanted is not None:
        numbers = group_numbers(groups, wanted.select(keys), keys, wanted.height)
        intervals = _intervals(wanted, numbers)
    notes = (*noted(tables, doses, who, keys, len(grouped.time) - len(used.time)), *timed)
    samples = _samples(used, rows, options)
    return Prepared(groups, samples, _doses(in_order, dose_rows), intervals, notes)


def _one_sample(tables: Tables) -> str:
    allowed = "one; EXCLFL = Y leaves a sample out"
    if tables.unused:
        names = ", ".join(tables.unused)
        allowed += (
            f"; if one of the columns {names} tells profiles apart, name it with the keys (--by)"
        )
    return allowed


def _groups(
    tables: tuple[Grouped, Grouped],
    who: pl.DataFrame,
    asked: pl.DataFrame | None,
    keys: Sequence[str],
) -> pl.DataFrame:
    used, given = tables
    # A group all of whose samples are missing is still a group.
    parts = [used.keys, given.keys, *([who] if keys and who.height > used.keys.height else [])]
    if asked is not None:
        parts.append(asked.select(keys).unique(maintain_order=True))
    return all_groups([p.select(keys) for p in parts], keys)


def _typed_tables(tables: Tables, keys: Sequence[str]) -> Tables:
    _check_keys(tables, keys)
    conc, dose, asked = tables.names
    intervals = tables.intervals
    if intervals is not None:
        intervals = _typed(intervals, keys, ("START", "END"), INTERVAL_TYPES, asked)
    return Tables(
        _typed(tables.conc, keys, ("TIME", "CONC"), CONC_TYPES, conc),
        _typed(tables.dose, keys, ("TIME", "DOSE", "ROUTE"), DOSE_TYPES, dose),
        intervals,
        tables.names,
        tables.unused,
    )


def _typed(
    frame: pl.DataFrame,
    keys: Sequence[str],
    required: Sequence[str],
    types: dict[str, pl.DataType],
    name: str,
) -> pl.DataFrame:
    missing = [c for c in required if c not in frame.columns]
    if missing:
        there = ", ".join(c for c in frame.columns if c != ROW)
        raise ConfigError(f"{name}: no column {', '.join(missing)} (found: {there})")
    own = [k for k in keys if k in frame.columns]
    known = {c: t for c, t in types.items() if c in frame.columns}
    wrong = [c for c, t in known.items() if not _fits(frame.schema[c], t)]
    if wrong:
        found = ", ".join(f"{c} is {frame.schema[c]}" for c in wrong)
        raise ConfigError(f"{name}: {found}; numbers are wanted, and text for flags and codes")
    if ROW not in frame.columns:
        frame = frame.with_row_index(ROW, offset=2)
    return frame.select(*own, *(pl.col(c).cast(t) for c, t in known.items()), ROW)


def _check_keys(tables: Tables, keys: Sequence[str]) -> None:
    """Concentrations have every key; doses and intervals those that tell their subjects apart.

    Raises:
        ConfigError: a key is absent, or is there under another name.
    """
    conc, *others = zip(tables.names, (tables.conc, tables.dose, tables.intervals), strict=True)
    for place, (name, frame) in enumerate((conc, *others)):
        if frame is None or not keys:
            continue
        lost = [k for k in keys if k not in frame.columns]
        nearly = [c for c in frame.columns if plain_name(c) in {plain_name(k) for k in lost}]
        if nearly or (lost and (place == 0 or len(lost) == len(keys))):
            there = ", ".join(c for c in frame.columns if c != ROW)
            raise ConfigError(f"{name}: no column {', '.join(lost)} (found: {there})")


def _fits(found: pl.DataType, wanted: pl.DataType) -> bool:
    if wanted == pl.String:
        return found in {pl.String, pl.Null} or isinstance(found, pl.Categorical | pl.Enum)
    return found.is_numeric() or found in {pl.Boolean, pl.Null}


def _used(conc: pl.DataFrame) -> pl.DataFrame:
    """Samples with a result, not excluded; a BLQ is 0."""
    if {"BLQ", "LLOQ"} & set(conc.columns):
        conc = conc.with_columns(CONC=pl.when(is_blq(conc)).then(0.0).otherwise("CONC"))
    drop = []
    if conc.get_column("CONC").null_count():
        drop.append(pl.col("CONC").is_null())
    if "EXCLFL" in conc.columns:
        drop.append(excluded(conc))
    return conc.filter(~pl.any_horizontal(drop)) if drop else conc


def _numbers(frame: pl.DataFrame, column: str, otherwise: float = np.nan) -> Floats:
    if column not in frame.columns:
        return np.full(frame.height, otherwise)
    series = frame.get_column(column)
    if series.null_count():
        series = series.fill_null(otherwise)
    values: Floats = series.to_numpy()
    return values


def _samples(grouped: Grouped, rows: Ranges, options: Options) -> Samples:
    used, flag = grouped.frame, None
    if "LAMZFL" in used.columns:
        numbers = _codes(used, "LAMZFL", {"Y": 1, "N": -1}, otherwise=0)
        flag = numbers if numbers.any() else None
    return Samples(
        rows=rows,
        time=grouped.time,
        conc=_numbers(used, "CONC"),
        lloq=_numbers(used, "LLOQ") if needs_lloq(options) else None,
        slope_flag=flag,
    )


def _doses(grouped: Grouped, rows: Ranges) -> Doses:
    given = grouped.frame
    route = given.get_column("ROUTE").cast(pl.Enum(ROUTES)).to_physical().to_numpy().astype(np.int8)
    # a table without the column has infusions of 0 h; an empty cell says that nobody knows
    stated = _numbers(given, "DURATION") if "DURATION" in given.columns else np.zeros(given.height)
    duration = np.where(route == ROUTES.index("iv_infusion"), stated, 0.0)
    tau = _numbers(given, "TAU")
    return Doses(
        rows=rows,
        time=grouped.time,
        amount=_numbers(given, "DOSE"),
        route=route,
        duration=duration,
        tau=tau,
        said_first=_codes(given, "FIRSTFL", {"Y": 1, "N": 0}, otherwise=-1),
        begins=dose_begins(rows, grouped.time, duration, tau),
        body={c: _numbers(given, c) for c in OF_DOSE if c in given.columns},
    )


def _codes(frame: pl.DataFrame, column: str, codes: dict[str, int], *, otherwise: int) -> Bytes:
    """A flag as numbers."""
    if column not in frame.columns:
        return np.full(frame.height, otherwise, np.int8)
    coded = frame.select(
        pl.col(column).replace_strict(codes, default=otherwise, return_dtype=pl.Int8)
    )
    return coded.to_series().to_numpy()


def _intervals(asked: pl.DataFrame, group: Ints) -> Intervals:
    end = _numbers(asked, "END", np.inf)
    start = _numbers(asked, "START")
    kind = np.where(np.isfinite(end), INTERVAL_KINDS.index("PART"), INTERVAL_KINDS.index("SD"))
    if "KIND" in asked.columns:
        for number, name in enumerate(INTERVAL_KINDS):
            stated = asked.get_column("KIND").eq(name).fill_null(value=False).to_numpy()
            kind = np.where(stated, number, kind)
    order = np.lexsort((kind, end, start, group))
    return Intervals(group[order], start[order], end[order], kind[order].astype(np.int8))
