"""The three tables as people hand them in: checked once, every fault named, then arrays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl

from pkpipe.errors import ConfigError
from pkpipe.nca.checks import (
    ROW,
    Named,
    Tables,
    check,
    check_duplicates,
    excluded,
    is_blq,
    needs_lloq,
)
from pkpipe.nca.intervals import KINDS, Intervals
from pkpipe.nca.options import Options
from pkpipe.nca.ragged import (
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

CONC_COLUMNS: Final = ("TIME", "CONC", "BLQ", "LLOQ", "TIMENOM", "LAMZFL", "EXCLFL", "EXCLRSN")
DOSE_COLUMNS: Final = ("TIME", "DOSE", "ROUTE", "DURATION", "TAU", "TIMENOM", "FIRSTFL")
INTERVAL_COLUMNS: Final = ("START", "END", "KIND")


@dataclass(frozen=True)
class Prepared:
    """What the kernel works on, with the keys each group stands for."""

    groups: pl.DataFrame  # GROUP and the keys, one row a group, sorted
    samples: Samples
    doses: Doses
    intervals: Intervals | None


def prepared(tables: Tables, keys: Sequence[str], options: Options) -> Prepared:
    """Check, sort if needed, and number the groups.

    Raises:
        ConfigError: a column is missing or of the wrong type.
        DataError: rows that cannot be used, all of them.
    """
    tables = _typed_tables(tables, keys)
    check(tables, keys, options)
    used = group_rows(_used(tables.conc, options), keys)
    given = group_rows(_on_basis(tables.dose, options), keys)
    conc, dose, _ = tables.names
    check_duplicates(
        used,
        keys,
        Named(conc, "samples", "one; EXCLFL = Y leaves a sample out"),
        lambda: _used(_numbered(tables.conc), options),
    )
    check_duplicates(
        given, keys, Named(dose, "doses"), lambda: _on_basis(_numbered(tables.dose), options)
    )
    groups = _groups(tables, used, given, keys)
    rows, dose_rows = (
        ranges(g, group_numbers(groups, g.keys, keys, len(g.heads)), groups.height)
        for g in (used, given)
    )
    wanted, asked = None, tables.intervals
    if asked is not None:
        numbers = group_numbers(groups, asked.select(keys), keys, asked.height)
        wanted = _intervals(asked, numbers)
    return Prepared(groups, _samples(used, rows, options), _doses(given, dose_rows), wanted)


def _groups(tables: Tables, used: Grouped, given: Grouped, keys: Sequence[str]) -> pl.DataFrame:
    parts = [used.keys, given.keys]
    if tables.conc.height > used.frame.height and keys:
        # A group all of whose samples are missing is still a group.
        parts.append(tables.conc.select(keys).unique(maintain_order=True))
    if tables.intervals is not None:
        parts.append(tables.intervals.select(keys).unique(maintain_order=True))
    return all_groups(parts, keys)


_CONC_TYPES: Final[dict[str, pl.DataType]] = {
    "TIME": pl.Float64(),
    "CONC": pl.Float64(),
    "BLQ": pl.Int64(),
    "LLOQ": pl.Float64(),
    "TIMENOM": pl.Float64(),
    "LAMZFL": pl.String(),
    "EXCLFL": pl.String(),
}
_DOSE_TYPES: Final[dict[str, pl.DataType]] = {
    "TIME": pl.Float64(),
    "DOSE": pl.Float64(),
    "ROUTE": pl.String(),
    "DURATION": pl.Float64(),
    "TAU": pl.Float64(),
    "TIMENOM": pl.Float64(),
    "FIRSTFL": pl.String(),
}
_INTERVAL_TYPES: Final[dict[str, pl.DataType]] = {
    "START": pl.Float64(),
    "END": pl.Float64(),
    "KIND": pl.String(),
}


def _typed_tables(tables: Tables, keys: Sequence[str]) -> Tables:
    conc, dose, asked = tables.names
    intervals = tables.intervals
    if intervals is not None:
        intervals = _typed(intervals, keys, ("START", "END"), _INTERVAL_TYPES, asked)
    return Tables(
        _typed(tables.conc, keys, ("TIME", "CONC"), _CONC_TYPES, conc),
        _typed(tables.dose, keys, ("TIME", "DOSE", "ROUTE"), _DOSE_TYPES, dose),
        intervals,
        tables.names,
    )


def _typed(
    frame: pl.DataFrame,
    keys: Sequence[str],
    required: Sequence[str],
    types: dict[str, pl.DataType],
    name: str,
) -> pl.DataFrame:
    missing = [c for c in (*keys, *required) if c not in frame.columns]
    if missing:
        raise ConfigError(
            f"{name}: no column {', '.join(missing)} (found: {', '.join(frame.columns)})"
        )
    known = {c: t for c, t in types.items() if c in frame.columns}
    wrong = [c for c, t in known.items() if not _fits(frame.schema[c], t)]
    if wrong:
        found = ", ".join(f"{c} is {frame.schema[c]}" for c in wrong)
        raise ConfigError(f"{name}: {found}; numbers are wanted, and text for flags and codes")
    return frame.select(*(pl.col(k) for k in keys), *(pl.col(c).cast(t) for c, t in known.items()))


def _fits(found: pl.DataType, wanted: pl.DataType) -> bool:
    if wanted == pl.String:
        return found in {pl.String, pl.Null} or isinstance(found, pl.Categorical | pl.Enum)
    return found.is_numeric() or found in {pl.Boolean, pl.Null}


def _used(conc: pl.DataFrame, options: Options) -> pl.DataFrame:
    """Samples with a result, not excluded, on the time basis of the analysis."""
    if "BLQ" in conc.columns:
        conc = conc.with_columns(CONC=pl.when(is_blq(conc)).then(0.0).otherwise("CONC"))
    drop = []
    if conc.get_column("CONC").null_count():
        drop.append(pl.col("CONC").is_null())
    if "EXCLFL" in conc.columns:
        drop.append(excluded(conc))
    if drop:
        conc = conc.filter(~pl.any_horizontal(drop))
    return _on_basis(conc, options)


def _numbered(frame: pl.DataFrame) -> pl.DataFrame:
    """With the row of the file, its header being the first."""
    return frame.with_row_index(ROW, offset=2)


def _on_basis(frame: pl.DataFrame, options: Options) -> pl.DataFrame:
    if options.time_basis == "actual" or "TIMENOM" not in frame.columns:
        return frame
    nominal = pl.col("TIMENOM").is_not_null()
    if options.time_basis == "nominal_if_within":
        nominal &= (pl.col("TIME") - pl.col("TIMENOM")).abs() <= options.nominal_window
    return frame.with_columns(TIME=pl.when(nominal).then("TIMENOM").otherwise("TIME"))


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
    kind = np.where(np.isfinite(end), KINDS.index("PART"), KINDS.index("SD"))
    if "KIND" in asked.columns:
        for number, name in enumerate(KINDS):
            stated = asked.get_column("KIND").eq(name).fill_null(value=False).to_numpy()
            kind = np.where(stated, number, kind)
    order = np.lexsort((kind, end, start, group))
    return Intervals(group[order], start[order], end[order], kind[order].astype(np.int8))
