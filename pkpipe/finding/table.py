"""What is wrong with the input, one row each: where it is, what was found, what is allowed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, NotRequired, TypedDict, Unpack

import polars as pl

from pkpipe.errors import DataError
from pkpipe.finding.check import SEVERITIES, Check

FINDINGS_SCHEMA: Final = pl.Schema(
    {
        "CHECK": pl.String(),  # id of the check, e.g. PC-DUPLICATE
        "SEVERITY": pl.String(),  # error stops the study; query goes to the site; note is shown
        "TABLE": pl.String(),  # SDTM domain
        "FILE": pl.String(),  # raw file, relative to the study's raw folder
        "ROW": pl.Int64(),  # row of the file, the header being row 1; null: the whole table
        "USUBJID": pl.String(),
        "COLUMN": pl.String(),
        "VALUE": pl.String(),  # as it stands in the file
        "MESSAGE": pl.String(),  # what is wrong, for a data manager
        "ALLOWED": pl.String(),  # what would be right
    }
)


# So many rows of one file, column and check are shown one by one; more are the first, and how many.
MOST_ALIKE: Final = 3
Cell = str | pl.Expr | None
_NONE: Final = pl.DataFrame(schema=FINDINGS_SCHEMA)


def no_findings() -> pl.DataFrame:
    """An empty findings table."""
    return _NONE.clone()


class Place(TypedDict):
    """What a finding says beside its check: a text for all rows, an expression of the row, None for nothing.

    What is not given here is that of the check, where the check says it.
    """

    value: Cell
    column: NotRequired[Cell]
    message: NotRequired[Cell]
    allowed: NotRequired[Cell]
    table: NotRequired[Cell]
    file: NotRequired[Cell]
    row: NotRequired[pl.Expr | None]  # the column ROW, where it is not said
    subject: NotRequired[Cell]


def findings_at(rows: pl.DataFrame, check: Check, **said: Unpack[Place]) -> pl.DataFrame:
    """Rows that fail a check as findings, one each: the one place that makes a finding of a row."""
    return rows.select(
        CHECK=_cell(check.id),
        SEVERITY=_cell(check.severity),
        TABLE=_cell(said.get("table", check.table)),
        FILE=_cell(said.get("file")),
        ROW=_cell(said.get("row", pl.col("ROW"))),
        USUBJID=_cell(said.get("subject")),
        COLUMN=_cell(said.get("column", check.column)),
        VALUE=_cell(said["value"]),
        MESSAGE=_cell(said.get("message", check.words)),
        ALLOWED=_cell(said.get("allowed", check.allowed)),
    ).cast(FINDINGS_SCHEMA)


def _cell(cell: Cell) -> pl.Expr:
    return cell if isinstance(cell, pl.Expr) else pl.lit(cell, dtype=pl.String)


def all_findings(tables: Iterable[pl.DataFrame]) -> pl.DataFrame:
    """Every finding of every table in one, errors first, then by place."""
    found = pl.concat([no_findings(), *(_in_shape(t) for t in tables if t.height)])
    order = pl.col("SEVERITY").replace_strict(
        {s: i for i, s in enumerate(SEVERITIES)}, return_dtype=pl.Int8
    )
    return found.sort(
        order,
        "TABLE",
        "FILE",
        "ROW",
        "COLUMN",
        "CHECK",
        "USUBJID",
        "VALUE",
        nulls_last=True,
        maintain_order=True,
    )


def _in_shape(table: pl.DataFrame) -> pl.DataFrame:
    """The columns of a finding in their order and types; most tables have them already."""
    if table.schema == FINDINGS_SCHEMA:
        return table
    return table.select(FINDINGS_SCHEMA.names()).cast(FINDINGS_SCHEMA)


def as_errors(findings: pl.DataFrame) -> pl.DataFrame:
    """The same findings where they stop a run."""
    return findings.with_columns(SEVERITY=pl.lit("error"))


def errors_of(findings: pl.DataFrame) -> pl.DataFrame:
    """The findings that stop a run."""
    return findings.filter(pl.col("SEVERITY") == "error")


def lines_of(findings: pl.DataFrame, most: int = 50, alike_from: int = MOST_ALIKE) -> list[str]:
    """One readable line a finding: file, row, subject: column, value, what is wrong, what is allowed.

    alike_from: more rows than this of one file, column and check are one line, with how many they are.
    """
    alike = _alike(findings, alike_from)
    lines = [_line(row) for row in alike.head(most).iter_rows(named=True)]
    if alike.height > most:
        lines.append(f"... and {findings.height - alike['_LIKE'].head(most).sum()} more")
    return lines


def _alike(findings: pl.DataFrame, alike_from: int) -> pl.DataFrame:
    """What is wrong with a whole file first; many rows of one column and check as the first, with _LIKE."""
    order = pl.col("SEVERITY").replace_strict(
        {s: i for i, s in enumerate(SEVERITIES)}, default=len(SEVERITIES), return_dtype=pl.Int8
    )
    kind = ("CHECK", "SEVERITY", "TABLE", "FILE", "COLUMN")
    many = (pl.len() > alike_from) & pl.col("ROW").is_not_null().all()
    numbered = findings.with_columns(
        _LIKE=pl.when(many.over(kind)).then(pl.len().over(kind)).otherwise(1),
        _NTH=pl.int_range(pl.len()).over(kind),
    )
    shown = numbered.filter((pl.col("_LIKE") == 1) | (pl.col("_NTH") == 0))
    return shown.sort(order, pl.col("ROW").is_not_null(), maintain_order=True)


def _line(row: dict[str, object]) -> str:
    place = str(row["FILE"] or row["TABLE"])
    if row["ROW"] is not None:
        place += f" row {row['ROW']}"
    if row["USUBJID"] is not None:
        place += f", subject {row['USUBJID']}"
    value = "" if row["VALUE"] is None else f" is '{row['VALUE']}'"
    allowed = "" if row["ALLOWED"] is None else f" (allowed: {row['ALLOWED']})"
    what = "" if row["COLUMN"] is None else f"{row['COLUMN']}{value}: "
    like = "" if row["_LIKE"] == 1 else f" [{row['_LIKE']} rows like this one]"
    return f"{place}: {what}{row['MESSAGE']}{allowed}{like}"


def raise_if_any(findings: pl.DataFrame, alike_from: int = MOST_ALIKE) -> None:
    """Stop when something is wrong, with every line of it.

    Raises:
        DataError: at least one finding is an error.
    """
    wrong = errors_of(findings)
    if wrong.height:
        noun = "finding" if wrong.height == 1 else "findings"
        raise DataError(
            "\n  ".join([f"{wrong.height} {noun}", *lines_of(wrong, alike_from=alike_from)])
        )
