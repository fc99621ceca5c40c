"""The three tables as people hand them in: checked once, every fault named, then arrays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl

from pkpipe.errors import ConfigError
from pkpipe.nca.options import BlqAroundPeak, Options
from pkpipe.nca.ragged import (
    ROUTES,
    Doses,
    Floats,
    Ints,
    Ranges,
    Samples,
    all_groups,
    group_numbers,
    group_rows,
    ranges,
)
from pkpipe.nca.work import KINDS, Intervals
from pkpipe.tables.findings import all_findings, no_findings, raise_if_any

CONC_COLUMNS: Final = ("TIME", "CONC", "BLQ", "LLOQ", "TIMENOM", "LAMZFL", "EXCLFL", "EXCLRSN")
DOSE_COLUMNS: Final = ("TIME", "DOSE", "ROUTE", "DURATION", "TAU", "TIMENOM")
INTERVAL_COLUMNS: Final = ("START", "END", "KIND")
FINITE: Final = "a finite number"
ROW: Final = "_ROW"


@dataclass(frozen=True)
class Prepared:
    """What the kernel works on, with the keys each group stands for."""

    groups: pl.DataFrame  # GROUP and the keys, one row a group, sorted
    samples: Samples
    doses: Doses
    intervals: Intervals | None


@dataclass(frozen=True)
class Names:
    """What messages call the three tables."""

    conc: str = "concentrations"
    dose: str = "doses"
    intervals: str = "intervals"


def prepared(
    conc: pl.DataFrame,
    dose: pl.DataFrame,
    intervals: pl.DataFrame | None,
    keys: Sequence[str],
    options: Options,
    names: Names,
) -> Prepared:
    """Check, sort if needed, and number the groups.

    Raises:
        ConfigError: a column is missing or of the wrong type.
        DataError: rows that cannot be used, all of them.
    """
    conc = _typed(conc, keys, ("TIME", "CONC"), _CONC_TYPES, names.conc)
    dose = _typed(dose, keys, ("TIME", "DOSE", "ROUTE"), _DOSE_TYPES, names.dose)
    asked = None
    if intervals is not None:
        asked = _typed(intervals, keys, ("START", "END"), _INTERVAL_TYPES, names.intervals)
    _check(conc, dose, asked, keys, options, names)
    used = _used(conc, options)
    used, conc_heads, conc_keys = group_rows(used, keys, "TIME")
    given = _on_basis(dose, options)
    given, dose_heads, dose_keys = group_rows(given, keys, "TIME")
    parts = [conc_keys, dose_keys]
    if conc.height > used.height and keys:
        # A group all of whose samples are missing is still a group.
        parts.append(conc.select(keys).unique(maintain_order=True))
    if asked is not None:
        parts.append(asked.select(keys).unique(maintain_order=True))
    groups = all_groups(parts, keys)
    conc_rows = ranges(
        group_numbers(groups, conc_keys, keys), conc_heads, used.height, groups.height
    )
    dose_rows = ranges(
        group_numbers(groups, dose_keys, keys), dose_heads, given.height, groups.height
    )
    _check_duplicates(used, conc_heads, keys, names.conc, "two samples at one time")
    _check_duplicates(given, dose_heads, keys, names.dose, "two doses at one time")
    wanted = (
        None
        if asked is None
        else _intervals(asked, group_numbers(groups, asked.select(keys), keys))
    )
    return Prepared(groups, _samples(used, conc_rows, options), _doses(given, dose_rows), wanted)


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
}
_INTERVAL_TYPES: Final[dict[str, pl.DataType]] = {
    "START": pl.Float64(),
    "END": pl.Float64(),
    "KIND": pl.String(),
}


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
    typed = frame.select(*(pl.col(k) for k in keys), *(pl.col(c).cast(t) for c, t in known.items()))
    return typed


def _fits(found: pl.DataType, wanted: pl.DataType) -> bool:
    if wanted == pl.String:
        return found in {pl.String, pl.Null} or isinstance(found, pl.Categorical | pl.Enum)
    return found.is_numeric() or found in {pl.Boolean, pl.Null}


def _check(
    conc: pl.DataFrame,
    dose: pl.DataFrame,
    asked: pl.DataFrame | None,
    keys: Sequence[str],
    options: Options,
    names: Names,
) -> None:
    found = [
        *(_faults(conc, keys, names.conc, rule) for rule in _conc_rules(conc, options)),
        *(_faults(dose, keys, names.dose, rule) for rule in _dose_rules(dose)),
    ]
    if asked is not None:
        found += [_faults(asked, keys, names.intervals, rule) for rule in _interval_rules(asked)]
    raise_if_any(all_findings(found))


@dataclass(frozen=True)
class _Rule:
    column: str
    wrong: pl.Expr
    message: str
    allowed: str


def _not_finite(column: str) -> pl.Expr:
    return ~pl.col(column).is_finite()


def _conc_rules(conc: pl.DataFrame, options: Options) -> list[_Rule]:
    kept = ~_excluded(conc)
    has = conc.columns
    rules = [
        _Rule("TIME", kept & (pl.col("TIME").is_null() | _not_finite("TIME")), "is no time", FINITE + " of hours"),
        _Rule("CONC", kept & _not_finite("CONC"), "is no concentration", "a finite number, empty if missing"),
    ]  # fmt: skip
    if "BLQ" in has:
        rules.append(_Rule("BLQ", kept & ~pl.col("BLQ").is_in([0, 1]), "is no flag", "0 or 1"))
    if "LLOQ" in has:
        rules.append(
            _Rule(
                "LLOQ",
                kept & (_not_finite("LLOQ") | (pl.col("LLOQ") < 0)),
                "is no limit",
                "0 or more",
            )
        )
    for flag in ("LAMZFL", "EXCLFL"):
        if flag in has:
            rules.append(
                _Rule(flag, ~pl.col(flag).is_in(["Y", "N", ""]), "is no flag", "Y, N or empty")
            )
    if "TIMENOM" in has:
        rules.append(
            _Rule("TIMENOM", kept & _not_finite("TIMENOM"), "is no time", FINITE + " or empty")
        )
    if _needs_lloq(options):
        limit = pl.col("LLOQ") if "LLOQ" in has else pl.lit(None, dtype=pl.Float64)
        column = "LLOQ" if "LLOQ" in has else "CONC"
        rules.append(
            _Rule(column, kept & _is_blq(conc) & limit.is_null(), "a BLQ without its LLOQ", "an LLOQ, which the BLQ rule halves")
        )  # fmt: skip
    return rules


def _dose_rules(dose: pl.DataFrame) -> list[_Rule]:
    rules = [
        _Rule("TIME", pl.col("TIME").is_null() | _not_finite("TIME"), "is no time", FINITE + " of hours"),
        _Rule("DOSE", pl.col("DOSE").is_null() | _not_finite("DOSE") | (pl.col("DOSE") < 0), "is no dose", "0 or more"),
        _Rule("ROUTE", pl.col("ROUTE").is_null() | ~pl.col("ROUTE").is_in(ROUTES), "is no route", ", ".join(ROUTES)),
    ]  # fmt: skip
    if "DURATION" in dose.columns:
        rules.append(
            _Rule("DURATION", _not_finite("DURATION") | (pl.col("DURATION") < 0), "is no duration", "hours, 0 or more, or empty")
        )  # fmt: skip
    if "TAU" in dose.columns:
        rules.append(
            _Rule("TAU", _not_finite("TAU") | (pl.col("TAU") <= 0), "is no dosing interval", "hours above 0, or empty")
        )  # fmt: skip
    return rules


def _interval_rules(asked: pl.DataFrame) -> list[_Rule]:
    rules = [
        _Rule("START", pl.col("START").is_null() | _not_finite("START"), "is no time", FINITE + " of hours"),
        _Rule("END", pl.col("END").is_nan() | (pl.col("END") <= pl.col("START")), "does not lie after START", "hours after START, or empty for infinity"),
    ]  # fmt: skip
    if "KIND" in asked.columns:
        rules.append(
            _Rule("KIND", ~pl.col("KIND").is_in([*KINDS, ""]), "is no kind", ", ".join(KINDS))
        )
        open_part = (pl.col("KIND") == "PART") & (
            pl.col("END").is_null() | pl.col("END").is_infinite()
        )
        rules.append(_Rule("KIND", open_part, "a partial area without an end", "an END"))
    return rules


def _needs_lloq(options: Options) -> bool:
    blq = options.blq
    rules: tuple[object, ...]
    if isinstance(blq, BlqAroundPeak):
        rules = (blq.before_tmax, blq.after_tmax)
    else:
        rules = (blq.first, blq.middle, blq.last)
    return any(isinstance(r, str) and r.startswith("half_lloq") for r in rules)


def _faults(frame: pl.DataFrame, keys: Sequence[str], name: str, rule: _Rule) -> pl.DataFrame:
    if not frame.select(rule.wrong.any()).item():
        return no_findings()
    bad = frame.with_row_index(ROW, offset=2).filter(rule.wrong)
    return _finding(bad, keys, name, rule)


def _finding(bad: pl.DataFrame, keys: Sequence[str], name: str, rule: _Rule) -> pl.DataFrame:
    # The profile as a reader would name it: the key columns side by side.
    who = (
        pl.concat_str([pl.col(k).cast(pl.String) for k in keys], separator=" ", ignore_nulls=True)
        if keys
        else pl.lit(None, dtype=pl.String)
    )
    return bad.select(
        CHECK=pl.lit("NCA"),
        SEVERITY=pl.lit("error"),
        TABLE=pl.lit(name),
        FILE=pl.lit(name),
        ROW=pl.col(ROW).cast(pl.Int64),
        USUBJID=who,
        COLUMN=pl.lit(rule.column),
        VALUE=pl.col(rule.column).cast(pl.String),
        MESSAGE=pl.lit(rule.message),
        ALLOWED=pl.lit(rule.allowed),
    )


def _check_duplicates(
    frame: pl.DataFrame, heads: Ints, keys: Sequence[str], name: str, message: str
) -> None:
    if frame.height < 2:
        return
    time = frame.get_column("TIME").to_numpy()
    same = time[1:] == time[:-1]
    same[heads[heads > 0] - 1] = False
    if not same.any():
        return
    bad = frame[np.flatnonzero(same) + 1]
    rows = bad.with_columns(pl.lit(None, dtype=pl.Int64).alias(ROW))
    rule = _Rule("TIME", pl.lit(value=True), message, "one")
    raise_if_any(_finding(rows, keys, name, rule))


def _excluded(conc: pl.DataFrame) -> pl.Expr:
    if "EXCLFL" in conc.columns:
        return (pl.col("EXCLFL") == "Y").fill_null(value=False)
    return pl.lit(value=False)


def _is_blq(conc: pl.DataFrame) -> pl.Expr:
    """A result below the limit: flagged so, or an exact zero, which no assay can quantify."""
    zero = (pl.col("CONC") == 0).fill_null(value=False)
    if "BLQ" in conc.columns:
        return zero | (pl.col("BLQ") == 1).fill_null(value=False)
    return zero


def _used(conc: pl.DataFrame, options: Options) -> pl.DataFrame:
    """Samples with a result, not excluded, on the time basis of the analysis."""
    if "BLQ" in conc.columns:
        conc = conc.with_columns(CONC=pl.when(_is_blq(conc)).then(0.0).otherwise("CONC"))
    drop = []
    if conc.get_column("CONC").null_count():
        drop.append(pl.col("CONC").is_null())
    if "EXCLFL" in conc.columns:
        drop.append(_excluded(conc))
    if drop:
        conc = conc.filter(~pl.any_horizontal(drop))
    return _on_basis(conc, options)


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


def _samples(used: pl.DataFrame, rows: Ranges, options: Options) -> Samples:
    flag = None
    if "LAMZFL" in used.columns:
        codes = used.select(
            pl.when(pl.col("LAMZFL") == "Y")
            .then(1)
            .when(pl.col("LAMZFL") == "N")
            .then(-1)
            .otherwise(0)
        ).to_series()
        numbers = codes.to_numpy().astype(np.int8)
        flag = numbers if numbers.any() else None
    return Samples(
        rows=rows,
        time=_numbers(used, "TIME"),
        conc=_numbers(used, "CONC"),
        lloq=_numbers(used, "LLOQ") if _needs_lloq(options) else None,
        slope_flag=flag,
    )


def _doses(given: pl.DataFrame, rows: Ranges) -> Doses:
    route = given.get_column("ROUTE").cast(pl.Enum(ROUTES)).to_physical().to_numpy().astype(np.int8)
    duration = np.where(route == ROUTES.index("iv_infusion"), _numbers(given, "DURATION", 0.0), 0.0)
    return Doses(
        rows=rows,
        time=_numbers(given, "TIME"),
        amount=_numbers(given, "DOSE"),
        route=route,
        duration=duration,
        tau=_numbers(given, "TAU"),
    )


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
