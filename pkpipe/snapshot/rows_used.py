"""Which rows of a file are used, as `where` and `drop` of its source say.

The others are counted in a finding and kept apart.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

import polars as pl

from pkpipe.finding.rows import one
from pkpipe.protocol.conditions import Condition, Value, Where
from pkpipe.protocol.sources import Source
from pkpipe.reading.delivery import RawFile
from pkpipe.schema.sdtm import DomainSpec
from pkpipe.snapshot.checks.deliveries import FILTER_ALL, FILTER_COLUMN, FILTER_NONE, FILTERED

Row = dict[str, str | int | None]
LEFT_OUT: Final = "left out by the study file"


@dataclass(frozen=True)
class Used:
    """A file with the rows that are used, the others, and what is said of the filter."""

    raw: RawFile
    left_out: pl.DataFrame | None = None  # as the file has them; null: the source has no filter
    findings: tuple[Row, ...] = ()


def used(raw: RawFile, spec: DomainSpec, source: Source) -> Used:
    """The rows of a file that its source asks for."""
    if raw.frame is None or not source.filtered:
        return Used(raw)
    frame = raw.frame
    theirs = {name: column_of(name, frame, source) for name in source.filtered}
    lost = [name for name, column in theirs.items() if column is None]
    if lost:
        return Used(raw, findings=tuple(_lost(lost, raw, spec)))
    columns = {name: column for name, column in theirs.items() if column is not None}
    kept = frame.filter(_chosen(source, columns))
    away = frame.join(kept.select("SRCROW"), on="SRCROW", how="anti", maintain_order="left")
    return Used(replace(raw, frame=kept), away, (_told(raw, spec, source, frame, away),))


def column_of(name: str, frame: pl.DataFrame, source: Source) -> str | None:
    """The column of the file that a name means: theirs, else ours by the column map."""
    theirs = source.columns.get(name, name)
    return next((n for n in (name, theirs) if n in frame.columns), None)


def _chosen(source: Source, columns: Mapping[str, str]) -> pl.Expr:
    dropped = [_all(kind, columns) for kind in source.dropped]
    return pl.all_horizontal(_all(source.where, columns), *(~kind for kind in dropped))


def _all(where: Where, columns: Mapping[str, str]) -> pl.Expr:
    holds = (part for name, asked in where.items() for part in _parts(pl.col(columns[name]), asked))
    return pl.all_horizontal([pl.lit(value=True), *holds]).fill_null(value=False)


def _parts(column: pl.Expr, asked: Value | tuple[Value, ...] | Condition) -> Iterator[pl.Expr]:
    if not isinstance(asked, Condition):
        yield _among(column, asked if isinstance(asked, tuple) else (asked,))
        return
    if asked.none_of:
        yield ~_among(column, asked.none_of)
    if asked.at_least is not None:
        side, bound = _comparable(column, asked.at_least)
        yield (side >= bound).fill_null(value=False)
    if asked.at_most is not None:
        side, bound = _comparable(column, asked.at_most)
        yield (side <= bound).fill_null(value=False)
    if asked.filled is not None:
        yield column.is_not_null() if asked.filled else column.is_null()


def _among(column: pl.Expr, values: Iterable[Value]) -> pl.Expr:
    """Equal to one of the values: numbers as numbers, texts without regard to case."""
    equal = []
    for value in values:
        side, right = _comparable(column, value)
        equal.append((side == right).fill_null(value=False))
    return pl.any_horizontal(equal)


def _comparable(column: pl.Expr, value: Value) -> tuple[pl.Expr, pl.Expr]:
    if isinstance(value, str):
        return column.str.to_lowercase(), pl.lit(value.strip().lower())
    return column.cast(pl.Float64, strict=False), pl.lit(float(value))


def _lost(names: Iterable[str], raw: RawFile, spec: DomainSpec) -> Iterator[Row]:
    assert raw.frame is not None
    there = [n for n in raw.frame.columns if n != "SRCROW"]
    for name in names:
        close = difflib.get_close_matches(name, there, n=1)
        meant = f" (did you mean '{close[0]}'?)" if close else ""
        allowed = f"a column of the file in sources.{spec.code}.where or drop{meant}"
        yield one(FILTER_COLUMN, TABLE=spec.code, FILE=raw.name, COLUMN=name, ALLOWED=allowed)


def _told(
    raw: RawFile, spec: DomainSpec, source: Source, frame: pl.DataFrame, away: pl.DataFrame
) -> Row:
    """How many rows are left out of how many, and by what; no row, or every row, is asked about."""
    count = away.height
    check = FILTERED if 0 < count < frame.height else FILTER_ALL if count else FILTER_NONE
    asked = "; ".join(_spelled(source))
    said = f"{check.words}: {count} of {frame.height} rows left out by {asked}"
    columns = ", ".join(source.filtered)
    place: Row = {"TABLE": spec.code, "FILE": raw.name, "COLUMN": columns}
    allowed = f"values that some rows have in sources.{spec.code}.where or drop"
    return one(check, **place | {"MESSAGE": said}, ALLOWED=None if check is FILTERED else allowed)


def _spelled(source: Source) -> Iterator[str]:
    for name, kind in (("where", source.where), *(("drop", kind) for kind in source.dropped)):
        if kind:
            parts = (f"{column} {_words(asked)}" for column, asked in kind.items())
            yield f"{name}: {' and '.join(parts)}"


def _words(asked: Value | tuple[Value, ...] | Condition) -> str:
    if not isinstance(asked, Condition):
        return " or ".join(map(str, asked if isinstance(asked, tuple) else (asked,)))
    told = [f"none of {', '.join(map(str, asked.none_of))}"] if asked.none_of else []
    told += [] if asked.at_least is None else [f"at least {asked.at_least}"]
    told += [] if asked.at_most is None else [f"at most {asked.at_most}"]
    told += [] if asked.filled is None else ["filled" if asked.filled else "empty"]
    return ", ".join(told)
