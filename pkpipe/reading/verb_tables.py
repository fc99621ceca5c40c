"""A table handed to a verb, its known columns typed: every cell that does not fit is a finding."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

import polars as pl

from pkpipe.errors import DataError
from pkpipe.finding.check import Check
from pkpipe.finding.table import all_findings, findings_at, no_findings, raise_if_any
from pkpipe.reading.files import encoding_in, separator_in
from pkpipe.reading.verb_files import ROW, read_given, say, under_known_names
from pkpipe.schema import dates
from pkpipe.schema.cell_text import stands_for_nothing
from pkpipe.schema.column import (
    KINDS_IN_WORDS,
    TYPES,
    Column,
    cell_text,
    other_spellings,
    typed_expr,
)
from pkpipe.schema.decimal_comma import has_decimal_comma, with_point
from pkpipe.schema.two_spellings import NAME_SPELLING, SUBJECT_SPELLING, findings_of_names

# Whose row it is, by the names that verbs know.
SUBJECT: Final = ("USUBJID", "subject")
# A file of a verb is of any kind: its cells are asked one question, by the kind of their column.
VALUE: Final = Check("VALUE", "error", "cannot be used", "kind of the column")


def read_known(
    path: Path,
    columns: Sequence[Column],
    called: Callable[[pl.DataFrame], pl.DataFrame] = lambda frame: frame,
    *,
    row: str | None = None,
    others: str | None = None,
    may_be_empty: bool = False,
) -> pl.DataFrame:
    """A file's table with the known columns typed; columns not named are kept as they are.

    called: gives the columns of the file the names they are known by. row: the column that takes the row of
    the file. others: pattern of further columns of which nothing is said; None: nothing of any.

    Known columns that are absent and not required are added as nulls, so callers need not ask.

    Raises:
        ConfigError: the file has no such required column, or one that matters is there under another name.
        DataError: no row below the header, unless it may be empty; cells that do not fit, all of them,
            each with its place and what is allowed.
    """
    frame = under_known_names(called(read_given(path)), columns, path, others=others)
    if frame.is_empty() and not may_be_empty:
        raise DataError(
            f"{path}: a header line and no row with a value (expected: one row or more)"
        )
    if columns and (encoding := encoding_in(path)) is not None:
        say(path, f"its text is in {encoding}, and read as such")
    frame = _in_terms(_with_points(frame, columns, path), columns, path)
    frame = _with_dates(frame, columns, path)
    kept = [c for c in columns if c.kept_as and c.name in frame.columns]
    frame = frame.with_columns(_as_it_came(frame, c) for c in kept)
    asked = [_misfits(frame, c, path.name) for c in columns if c.name in frame.columns]
    raise_if_any(all_findings([*asked, *_spellings(frame, columns, path.name)]))
    typed = frame.with_columns(
        (
            typed_expr(frame, c) if c.name in frame.columns else pl.lit(None, dtype=TYPES[c.kind])
        ).alias(c.name)
        for c in columns
    )
    if row is None or row == ROW:
        return typed if row else typed.drop(ROW)
    return typed.drop(row, strict=False).rename({ROW: row})


def _spellings(frame: pl.DataFrame, columns: Sequence[Column], file: str) -> list[pl.DataFrame]:
    """Names that stand there in two spellings: of subjects, and of whatever a column holds the names of."""
    there = [c for c in columns if c.name in frame.columns and (c.names or c.name in SUBJECT)]
    return [
        findings_of_names(
            frame,
            c.name,
            check=SUBJECT_SPELLING if c.name in SUBJECT else NAME_SPELLING,
            file=file,
            row=pl.col(ROW),
            subject=_whose(frame),
        )
        for c in there
    ]


def _whose(frame: pl.DataFrame) -> pl.Expr:
    """The subject of a row, where the file names it."""
    column = next((c for c in SUBJECT if c in frame.columns), None)
    return pl.lit(None, dtype=pl.String) if column is None else pl.col(column).cast(pl.String)


def _as_it_came(frame: pl.DataFrame, column: Column) -> pl.Expr:
    """The text of a column that may hold words; a column of numbers holds none."""
    kind = frame.schema[column.name]
    if kind.is_numeric():
        return pl.lit(None, dtype=pl.String).alias(column.kept_as)
    return cell_text(pl.col(column.name), kind).alias(column.kept_as)


def _with_points(frame: pl.DataFrame, columns: Sequence[Column], path: Path) -> pl.DataFrame:
    """Numbers with a decimal comma as numbers with a point, where the file shows that they are such."""
    names = [c.name for c in columns if c.kind in {"number", "integer"} and c.name in frame.columns]
    if not has_decimal_comma(frame, names) or separator_in(path) in {",", None}:
        return frame
    texts = [n for n in names if frame.schema[n] == pl.String]
    say(path, f"the comma is read as the decimal sign of {', '.join(texts)}")
    return frame.with_columns(with_point(pl.col(n)) for n in texts)


def _with_dates(frame: pl.DataFrame, columns: Sequence[Column], path: Path) -> pl.DataFrame:
    """Dates that begin with their year in the form of SDTM, each column told once."""
    for column in columns:
        name = column.name
        if column.kind not in {"date", "dtc"} or frame.schema.get(name) != pl.String:
            continue
        text = pl.col(name)
        read = pl.when(~dates.is_dtc(text)).then(dates.year_first(text))
        changed = frame.select(T=text, ISO=read).drop_nulls()
        if changed.height:
            first, iso = changed.row(0)
            say(path, f"{name} '{first}' is read as {iso} ({changed.height} dates of this form)")
            frame = frame.with_columns(pl.coalesce(read, text).alias(name))
    return frame


def _in_terms(frame: pl.DataFrame, columns: Sequence[Column], path: Path) -> pl.DataFrame:
    """Coded words as the terms of their codelists, each other spelling told once."""
    for column in columns:
        if column.codelist is None or column.name not in frame.columns:
            continue
        value = pl.col(column.name)
        text = frame.select(cell_text(value, frame.schema[column.name])).to_series()
        read = other_spellings(text, column.codelist)
        if read:
            told = ", ".join(f"'{a}' is read as {b or 'no value'}" for a, b in sorted(read.items()))
            say(path, f"{column.name} {told}")
            frame = frame.with_columns(text.replace(read).alias(column.name))
        odd = text.filter(column.codelist.unknown(text)) if column.unknown_told else text.clear()
        if odd.len():
            told = ", ".join(f"'{word}'" for word in odd.unique().sort())
            allowed = ", ".join(column.codelist.words)
            say(path, f"{column.name} {told}: outside the codelist ({allowed})")
    return frame


def _fits_at_once(frame: pl.DataFrame, column: Column) -> bool:
    """A column of numbers as a whole: to ask each of its cells takes longer than all the rest."""
    given = frame.get_column(column.name)
    is_known = given.dtype in (pl.Float64, pl.Int64, pl.String)
    if column.kind not in {"number", "integer"} or column.allowed or not is_known:
        return False
    if column.kind == "integer" and given.dtype == pl.Float64:
        return False
    if column.filled and given.null_count():
        return False
    values = given.cast(TYPES[column.kind], strict=False)
    whole = values.null_count() == given.null_count()
    return whole and (values.dtype == pl.Int64 or bool(values.is_finite().all()))


def _unread(text: pl.Expr, typed: pl.Expr, column: Column) -> pl.Expr:
    """True where a cell says something that is no value of the column's kind."""
    wrong = text.is_not_null() & typed.is_null()
    if column.besides is not None:
        wrong = wrong & ~column.besides(text).fill_null(value=False)
    if column.kind == "number":
        return wrong | typed.is_infinite() | typed.is_nan()
    if column.kind == "date":
        # nothing stands behind the day: of `2026-06-30 or 31` the first would be believed
        wrong = wrong | (text.is_not_null() & ~dates.is_dtc(text))
        return wrong | ~typed.dt.year().is_between(*dates.YEARS)
    return text.is_not_null() & ~dates.is_dtc(text) if column.kind == "dtc" else wrong


def _misfits(frame: pl.DataFrame, column: Column, file: str) -> pl.DataFrame:
    if _fits_at_once(frame, column):
        return no_findings()
    text = cell_text(pl.col(column.name), frame.schema[column.name])
    wrong = _unread(text, typed_expr(frame, column), column)
    if column.allowed:
        wrong = wrong | (text.is_not_null() & ~text.is_in(column.allowed))
    nothing = text.is_null()
    if column.kind == "text" and not column.allowed:
        nothing = nothing | stands_for_nothing(text)
    if column.filled:
        wrong = wrong | nothing
    allowed = ", ".join(column.allowed) if column.allowed else KINDS_IN_WORDS[column.kind]
    allowed += f"; {column.hint}" if column.hint else ""
    found = frame.filter(wrong.fill_null(value=False))
    if found.is_empty():
        return no_findings()
    return findings_at(
        found,
        VALUE,
        file=file,
        row=pl.col(ROW),
        subject=_whose(frame),
        column=column.name,
        value=pl.col(column.name).cast(pl.String),
        message=pl.when(nothing).then(pl.lit("a value is missing")).otherwise(pl.lit(VALUE.words)),
        allowed=allowed,
    )
