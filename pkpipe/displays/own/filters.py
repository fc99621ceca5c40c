"""Which records a study's own display is about: each condition of its file in polars and in SQL."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

import polars as pl

from pkpipe.displays.own.own_sources import Known
from pkpipe.displays.rows_behind import quoted
from pkpipe.protocol.conditions import Condition, Value

Asked = Value | tuple[Value, ...] | Condition
Literal = str | int | float | datetime.date
NUMERIC_TYPES: Final = ("number", "integer")
DATES: Final = ("date", "datetime")
ALLOWED: Final = {
    **dict.fromkeys(NUMERIC_TYPES, "a number"),
    **dict.fromkeys(DATES, "a date such as 2026-06-30"),
}
NO_BOUNDS: Final = "a value, a list of values, none_of or filled: it is a column of texts"


@dataclass(frozen=True)
class Filter:
    """Every condition together: of a row, and as a person or SQL finds the same rows."""

    holds: pl.Expr
    sql: tuple[str, ...]


def filter_of(where: Mapping[str, Asked], columns: Mapping[str, Known]) -> Filter:
    """The filter of a display whose file is without mistakes."""
    parts = [part for name, asked in where.items() for part in _parts(name, asked, columns[name])]
    holds = pl.all_horizontal([pl.lit(value=True), *(expr for expr, _ in parts)])
    return Filter(holds.fill_null(value=False), tuple(sql for _, sql in parts))


def _parts(name: str, asked: Asked, known: Known) -> Iterator[tuple[pl.Expr, str]]:
    column = pl.col(name)
    if not isinstance(asked, Condition):
        values = _values(asked, known)
        yield _among(column, values), _in(name, values)
        return
    if asked.none_of:
        values = _values(asked.none_of, known)
        yield ~_among(column, values), f"NOT {_in(name, values)}"
    for bound, sign in ((asked.at_least, ">="), (asked.at_most, "<=")):
        if bound is not None:
            value = literal(bound, known)
            reached = column >= pl.lit(value) if sign == ">=" else column <= pl.lit(value)
            yield reached, f"{name} {sign} {_sql(value)}"
    if asked.filled is not None:
        empty = "IS NOT NULL" if asked.filled else "IS NULL"
        yield column.is_not_null() if asked.filled else column.is_null(), f"{name} {empty}"


def _among(column: pl.Expr, values: tuple[Literal, ...]) -> pl.Expr:
    return pl.any_horizontal([column == pl.lit(value) for value in values])


def _values(asked: Value | tuple[Value, ...], known: Known) -> tuple[Literal, ...]:
    return tuple(literal(v, known) for v in (asked if isinstance(asked, tuple) else (asked,)))


def literal(value: Value, known: Known) -> Literal:
    """A value of the file as the column has it.

    Raises:
        ValueError: it cannot be one of the column.
    """
    if known.kind in NUMERIC_TYPES:
        if isinstance(value, str):
            raise ValueError(value)
        return value
    if known.kind in DATES:
        return datetime.date.fromisoformat(str(value))
    return str(value)


def _in(name: str, values: tuple[Literal, ...]) -> str:
    if len(values) == 1:
        return f"{name} = {_sql(values[0])}"
    return f"{name} IN ({', '.join(_sql(value) for value in values)})"


def _sql(value: Literal) -> str:
    return str(value) if isinstance(value, int | float) else quoted(str(value))


def mistakes(asked: Asked, known: Known) -> Iterator[tuple[str, str]]:
    """What cannot be asked of a column, each with what is allowed."""
    if asked == ():
        yield "an empty list, which no record has", "at least one value"
    if asked == Condition():
        yield "a condition that says nothing", "none_of, at_least, at_most or filled"
    bounds = _bounds(asked)
    if bounds and known.kind not in ALLOWED:
        yield "has no lowest or highest value", NO_BOUNDS
    given = _given(asked)
    for value in (*given, *(bounds if known.kind in ALLOWED else ())):
        try:
            literal(value, known)
        except ValueError:
            yield f"'{value}' is no value of it", ALLOWED[known.kind]
    if known.kind == "text" and known.codelist:
        for value in (str(v) for v in given if str(v) not in known.codelist):
            yield f"'{value}' is no value of it", ", ".join(known.codelist)


def _given(asked: Asked) -> tuple[Value, ...]:
    if isinstance(asked, Condition):
        return asked.none_of
    return asked if isinstance(asked, tuple) else (asked,)


def _bounds(asked: Asked) -> tuple[Value, ...]:
    if not isinstance(asked, Condition):
        return ()
    return tuple(b for b in (asked.at_least, asked.at_most) if b is not None)
