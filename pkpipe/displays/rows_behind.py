"""Which rows a shown number came from: a filter that a person, SQL or polars can run on the named table."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import polars as pl

NO_ROWS: Final = pl.lit(None, dtype=pl.String)


def where(frame: pl.DataFrame, **equal: object) -> pl.Expr:
    """The filter as the text of an SQL condition, e.g. `SAFFL = 'Y' AND CYCLE = 1`.

    A value is a constant, a list of which one holds, or an expression of the rows of `frame`; an empty value
    is `IS NULL`.
    """
    parts = [_equal(frame, name, value) for name, value in equal.items()]
    return pl.concat_str(parts, separator=" AND ")


def of_subjects(names: str) -> pl.Expr:
    """The part of a condition that holds for the subjects quoted in a column; of nobody, for no row."""
    listed = pl.concat_str(pl.lit(" AND USUBJID IN ("), names, pl.lit(")"))
    nobody = pl.col(names).is_null() | (pl.col(names) == "")
    return pl.when(nobody).then(pl.lit(" AND FALSE")).otherwise(listed)


def _equal(frame: pl.DataFrame, name: str, value: object) -> pl.Expr:
    if isinstance(value, pl.Expr):
        return _of_row(name, value, number=frame.select(value).dtypes[0].is_numeric())
    if isinstance(value, (list, tuple)):
        return pl.lit(f"{name} IN ({', '.join(_literal(one) for one in value)})")
    return pl.lit(f"{name} IS NULL" if value is None else f"{name} = {_literal(value)}")


def _of_row(name: str, value: pl.Expr, *, number: bool) -> pl.Expr:
    text = value.cast(pl.String)
    told = pl.concat_str(pl.lit(f"{name} = "), text if number else quoted_each(text))
    return pl.when(text.is_null()).then(pl.lit(f"{name} IS NULL")).otherwise(told)


def _literal(value: object) -> str:
    return str(value) if isinstance(value, (int, float)) else quoted(str(value))


def quoted(text: str) -> str:
    """A text as SQL writes it."""
    return "'" + text.replace("'", "''") + "'"


def quoted_each(texts: pl.Expr) -> pl.Expr:
    """Each text as SQL writes it; nothing stays nothing."""
    doubled = texts.str.replace_all("'", "''", literal=True)
    return pl.concat_str(pl.lit("'"), doubled, pl.lit("'"))


def one_of(column: str, values: Iterable[str], *, negated: bool = False) -> str:
    """The condition that a column has one of these values, or none of them; nothing is nobody."""
    listed = ", ".join(quoted(value) for value in values)
    return f"{column} {'NOT ' if negated else ''}IN ({listed or quoted('')})"
