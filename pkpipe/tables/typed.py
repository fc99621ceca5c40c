"""From text to types for a table whose columns are known: every cell that does not fit is a finding."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

import polars as pl

from pkpipe.clinical.words import Codelist
from pkpipe.errors import ConfigError
from pkpipe.tables import dates
from pkpipe.tables.files import read_table
from pkpipe.tables.findings import all_findings, no_findings, raise_if_any

Kind = Literal["text", "number", "integer", "date", "dtc"]

TYPES: Final[dict[Kind, pl.DataType]] = {
    "text": pl.String(),
    "number": pl.Float64(),
    "integer": pl.Int64(),
    "date": pl.Date(),
    "dtc": pl.String(),  # SDTM date text, possibly partial; stays text, is checked for form
}
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


def read_known(
    path: Path,
    columns: Sequence[Column],
    called: Callable[[pl.DataFrame], pl.DataFrame] = lambda frame: frame,
) -> pl.DataFrame:
    """A file's table with the known columns typed; columns not named are kept as they are.

    called: gives the columns of the file the names they are known by.

    Known columns that are absent and not required are added as nulls, so callers need not ask.

    Raises:
        ConfigError: the file has no such required column.
        DataError: cells that do not fit, all of them, each with its place and what is allowed.
    """
    frame = called(read_table(path))
    missing = [c.name for c in columns if c.required and c.name not in frame.columns]
    if missing:
        raise ConfigError(
            f"{path}: no column {', '.join(missing)} (found: {', '.join(frame.columns)}; "
            f"required: {', '.join(c.name for c in columns if c.required)})"
        )
    raise_if_any(
        all_findings(_misfits(frame, c, path.name) for c in columns if c.name in frame.columns)
    )
    return frame.with_columns(
        (
            typed_expr(frame, c) if c.name in frame.columns else pl.lit(None, dtype=TYPES[c.kind])
        ).alias(c.name)
        for c in columns
    )


def typed_expr(frame: pl.DataFrame, column: Column) -> pl.Expr:
    """The column in its type; what cannot be converted becomes null (and is a finding before)."""
    value = pl.col(column.name)
    if frame.schema[column.name] == TYPES[column.kind]:
        return value
    text = value.cast(pl.String).str.strip_chars().replace("", None)
    if column.kind in {"number", "integer"}:
        return text.cast(TYPES[column.kind], strict=False)
    if column.kind == "date":
        return dates.day(text)
    return text


def _misfits(frame: pl.DataFrame, column: Column, file: str) -> pl.DataFrame:
    text = pl.col(column.name).cast(pl.String).str.strip_chars().replace("", None)
    typed = typed_expr(frame, column)
    wrong = text.is_not_null() & typed.is_null()
    if column.kind == "number":
        wrong = wrong | typed.is_infinite() | typed.is_nan()
    if column.kind == "dtc":
        wrong = text.is_not_null() & ~dates.is_dtc(text)
    if column.allowed:
        wrong = wrong | (text.is_not_null() & ~text.is_in(column.allowed))
    if column.filled:
        wrong = wrong | text.is_null()
    subject = (
        pl.col("USUBJID").cast(pl.String)
        if "USUBJID" in frame.columns
        else pl.lit(None, dtype=pl.String)
    )
    allowed = ", ".join(column.allowed) if column.allowed else WORDS[column.kind]
    allowed += f"; {column.hint}" if column.hint else ""
    found = frame.with_row_index("ROW", offset=2).filter(wrong.fill_null(value=False))
    if found.is_empty():
        return no_findings()
    return found.select(
        CHECK=pl.lit("VALUE"),
        SEVERITY=pl.lit("error"),
        TABLE=pl.lit(None, dtype=pl.String),
        FILE=pl.lit(file),
        ROW=pl.col("ROW"),
        USUBJID=subject,
        COLUMN=pl.lit(column.name),
        VALUE=pl.col(column.name).cast(pl.String),
        MESSAGE=pl.when(text.is_null())
        .then(pl.lit("a value is missing"))
        .otherwise(pl.lit("cannot be used")),
        ALLOWED=pl.lit(allowed),
    )
