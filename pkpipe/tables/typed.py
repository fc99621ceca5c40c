"""From text to types for a table whose columns are known: every cell that does not fit is a finding."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

import polars as pl

from pkpipe.clinical.words import Codelist
from pkpipe.errors import DataError
from pkpipe.tables import dates
from pkpipe.tables.decimals import has_decimal_comma, with_point
from pkpipe.tables.files import plain_text, separator_in
from pkpipe.tables.findings import all_findings, no_findings, raise_if_any
from pkpipe.tables.given import ROW, read_given, say, under_known_names

Kind = Literal["text", "number", "integer", "date", "dtc"]

TYPES: Final[dict[Kind, pl.DataType]] = {
    "text": pl.String(),
    "number": pl.Float64(),
    "integer": pl.Int64(),
    "date": pl.Date(),
    "dtc": pl.String(),  # SDTM date text, possibly partial; stays text, is checked for form
}
# Whose row it is, by the names that verbs know.
SUBJECT: Final = ("USUBJID", "subject")
# Whole numbers up to here are exact in a double and are written without ".0".
EXACT: Final = 2.0**53
WORDS: Final[dict[Kind, str]] = {
    "text": "text",
    "number": "a finite number, decimal point, no unit; empty if missing",
    "integer": "a whole number; empty if missing",
    "date": "a whole ISO date such as 2026-06-30; empty if missing",
    "dtc": "an ISO date, possibly partial: 2026, 2026-06, 2026-06-30, 2026-06-30T08:15; empty if missing",
}


@dataclass(frozen=True)
class Column:
    """One column of a file people hand to a verb."""

    name: str
    kind: Kind = "text"
    required: bool = False  # the column must be there
    filled: bool = False  # and hold a value in every row
    allowed: tuple[str, ...] = ()  # no other value is right; empty: any
    codelist: Codelist | None = None  # other spellings of a term are read as the term
    hint: str = ""  # what to do with what does not fit
    matters: str = ""  # of a column that may be absent: what is so without it
    usual: bool = True  # of one that matters: it is usually there, so its absence is told
    called: tuple[str, ...] = ()  # names people give it; never used by themselves
    besides: Callable[[pl.Expr], pl.Expr] | None = None  # texts of a number's column that are none
    kept_as: str = ""  # the column that takes the text as it came


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
    frame = _in_terms(_with_points(frame, columns, path), columns, path)
    kept = [c for c in columns if c.kept_as and c.name in frame.columns]
    frame = frame.with_columns(
        _as_text(pl.col(c.name), frame.schema[c.name]).alias(c.kept_as) for c in kept
    )
    raise_if_any(
        all_findings(_misfits(frame, c, path.name) for c in columns if c.name in frame.columns)
    )
    typed = frame.with_columns(
        (
            typed_expr(frame, c) if c.name in frame.columns else pl.lit(None, dtype=TYPES[c.kind])
        ).alias(c.name)
        for c in columns
    )
    if row is None or row == ROW:
        return typed if row else typed.drop(ROW)
    return typed.drop(row, strict=False).rename({ROW: row})


def _with_points(frame: pl.DataFrame, columns: Sequence[Column], path: Path) -> pl.DataFrame:
    """Numbers with a decimal comma as numbers with a point, where the file shows that they are such."""
    names = [c.name for c in columns if c.kind in {"number", "integer"} and c.name in frame.columns]
    if not has_decimal_comma(frame, names) or separator_in(path) in {",", None}:
        return frame
    texts = [n for n in names if frame.schema[n] == pl.String]
    say(path, f"the comma is read as the decimal sign of {', '.join(texts)}")
    return frame.with_columns(with_point(pl.col(n)) for n in texts)


def other_spellings(given: pl.Series, codelist: Codelist) -> dict[str, str | None]:
    """The texts of a column that are a term in another spelling, each with the term it is read as."""
    if given.drop_nulls().is_in(codelist.words).all():
        return {}
    texts = given.drop_nulls().unique(maintain_order=True).to_frame("T")
    read = texts.with_columns(READ=codelist.read(pl.col("T")))
    return dict(read.filter(pl.col("T").ne_missing(pl.col("READ"))).iter_rows())


def _in_terms(frame: pl.DataFrame, columns: Sequence[Column], path: Path) -> pl.DataFrame:
    """Coded words as the terms of their codelists, each other spelling told once."""
    for column in columns:
        if column.codelist is None or column.name not in frame.columns:
            continue
        text = frame[column.name].cast(pl.String)
        read = other_spellings(text, column.codelist)
        if read:
            told = ", ".join(f"'{a}' is read as {b or 'no value'}" for a, b in sorted(read.items()))
            say(path, f"{column.name} {told}")
            frame = frame.with_columns(text.replace(read).alias(column.name))
    return frame


def typed_expr(frame: pl.DataFrame, column: Column) -> pl.Expr:
    """The column in its type; what cannot be converted becomes null (and is a finding before)."""
    value = pl.col(column.name)
    if frame.schema[column.name] == TYPES[column.kind]:
        return value
    text = _as_text(value, frame.schema[column.name])
    if column.kind in {"number", "integer"}:
        return text.cast(TYPES[column.kind], strict=False)
    if column.kind == "date":
        return dates.day(text)
    return text


def _as_text(value: pl.Expr, kind: pl.DataType) -> pl.Expr:
    """A cell as text; a whole number without a point, so that subject 1 is one subject in every format."""
    if not kind.is_float():
        return plain_text(value.cast(pl.String))
    whole = (value == value.floor()) & (value.abs() < EXACT)
    digits = value.cast(pl.Int64, strict=False).cast(pl.String)
    return pl.when(whole).then(digits).otherwise(value.cast(pl.String))


def _misfits(frame: pl.DataFrame, column: Column, file: str) -> pl.DataFrame:
    text = _as_text(pl.col(column.name), frame.schema[column.name])
    typed = typed_expr(frame, column)
    wrong = text.is_not_null() & typed.is_null()
    if column.besides is not None:
        wrong = wrong & ~column.besides(text).fill_null(value=False)
    if column.kind == "number":
        wrong = wrong | typed.is_infinite() | typed.is_nan()
    if column.kind == "dtc":
        wrong = text.is_not_null() & ~dates.is_dtc(text)
    if column.allowed:
        wrong = wrong | (text.is_not_null() & ~text.is_in(column.allowed))
    if column.filled:
        wrong = wrong | text.is_null()
    whose = next((c for c in SUBJECT if c in frame.columns), None)
    subject = pl.lit(None, dtype=pl.String) if whose is None else pl.col(whose).cast(pl.String)
    allowed = ", ".join(column.allowed) if column.allowed else WORDS[column.kind]
    allowed += f"; {column.hint}" if column.hint else ""
    found = frame.filter(wrong.fill_null(value=False))
    if found.is_empty():
        return no_findings()
    return found.select(
        CHECK=pl.lit("VALUE"),
        SEVERITY=pl.lit("error"),
        TABLE=pl.lit(None, dtype=pl.String),
        FILE=pl.lit(file),
        ROW=pl.col(ROW),
        USUBJID=subject,
        COLUMN=pl.lit(column.name),
        VALUE=pl.col(column.name).cast(pl.String),
        MESSAGE=pl.when(text.is_null())
        .then(pl.lit("a value is missing"))
        .otherwise(pl.lit("cannot be used")),
        ALLOWED=pl.lit(allowed),
    )
