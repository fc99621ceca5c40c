"""Subjects counted side by side: a line says which subjects it counts, in polars and in SQL."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import polars as pl

from pkpipe.clinical.collected import NOT_COLLECTED
from pkpipe.displays.bilingual import NONE, Words, same
from pkpipe.displays.builders import NOTHING_MORE, About, Layout, side_by_side
from pkpipe.displays.display import Material, Sheet
from pkpipe.displays.groups_side_by_side import cohort_columns, each_and_all, in_cohort
from pkpipe.displays.rows_behind import of_subjects, where
from pkpipe.schema.adam.common import ALL

C: Final = pl.col
CHARACTERISTIC: Final = Words("Characteristic", "特征")
SUBJECTS: Final = Words("Subjects", "受试者")
NOT_COLLECTED_WORDS: Final = Words(NOT_COLLECTED, "未收集")


@dataclass(frozen=True)
class Line:
    """One line of a table of counts."""

    code: str  # does not change between cutoffs
    words: Words
    holds: pl.Expr  # of a record: its subject is counted
    sql: str  # the same as an SQL condition
    head: Words = NONE  # what the line and those below it are about
    reason: Words = NONE  # why nobody can say


@dataclass(frozen=True)
class Groups:
    """The groups of a table: headings, subjects in each, and the condition that finds their rows."""

    columns: Sequence[tuple[str, Words]]
    sizes: pl.DataFrame  # COHORT, N
    members: pl.DataFrame  # USUBJID, COHORT of every subject in the analysis set


def groups_of(material: Material, holds: pl.Expr) -> Groups:
    """Cohorts and everybody of the analysis set that `holds` picks from ADSL."""
    members = material["ADSL"].filter(holds).select("USUBJID", "COHORT")
    sizes = each_and_all(members).group_by("COHORT").agg(N=C("USUBJID").n_unique().cast(pl.Int64))
    return Groups(cohort_columns(material, holds), sizes, members)


def within(groups: Groups, records: pl.DataFrame) -> pl.DataFrame:
    """COHORT and AT: the part of an SQL condition that finds a group's rows of a table.

    A table without the cohort names its subjects one by one.
    """
    codes = pl.DataFrame({"COHORT": [code for code, _ in groups.columns]})
    if "COHORT" in records.columns:
        return codes.with_columns(AT=in_cohort())
    quoted = pl.concat_str(
        pl.lit("'"), C("USUBJID").str.replace_all("'", "''", literal=True), pl.lit("'")
    )
    lists = groups.members.group_by("COHORT").agg(ONE=quoted.sort().str.join(", "))
    named = of_subjects("ONE")
    return codes.join(lists, on="COHORT", how="left", maintain_order="left").select(
        "COHORT",
        AT=pl.when(C("COHORT") == ALL).then(pl.lit("")).otherwise(named),
    )


def counted(
    records: pl.DataFrame, lines: Sequence[Line], groups: Groups, table: str
) -> pl.DataFrame:
    """One row a line and group with X of N; subjects outside the analysis set are not counted."""
    at = within(groups, records).join(groups.sizes, on="COHORT", how="left", maintain_order="left")
    own = records.drop("COHORT", strict=False).join(
        groups.members, on="USUBJID", how="inner", maintain_order="left"
    )
    return pl.concat([_line(own, line, at, table) for line in lines]) if lines else at.clear()


def _line(records: pl.DataFrame, line: Line, at: pl.DataFrame, table: str) -> pl.DataFrame:
    held = each_and_all(records.filter(line.holds)) if line.reason == NONE else records.clear()
    x = held.group_by("COHORT").agg(X=C("USUBJID").n_unique().cast(pl.Float64))
    known = line.reason == NONE
    return at.join(x, on="COHORT", how="left", maintain_order="left").select(
        "COHORT",
        CODE=pl.lit(line.code),
        HEAD=pl.lit(line.head.en),
        LABEL=pl.lit(line.words.en),
        STAT=pl.lit("share" if known else "text"),
        X=C("X").fill_null(0.0) if known else pl.lit(None, dtype=pl.Float64),
        N="N",
        VALUE=100 * C("X").fill_null(0.0) / C("N") if known else pl.lit(None, dtype=pl.Float64),
        TEXT=pl.lit(None if known else line.reason.en, dtype=pl.String),
        TEXTZH=pl.lit(None if known else line.reason.zh, dtype=pl.String),
        REASON=pl.lit(None if known else line.reason.en, dtype=pl.String),
        UNIT=pl.lit("subjects"),
        TABLES=pl.lit(table),
        ROWS=pl.concat_str(pl.lit(line.sql), "AT"),
    )


def by_value(
    records: pl.DataFrame,
    column: str,
    head: Words,
    words: Mapping[str, Words],
    also: tuple[pl.Expr, str] | None = None,
) -> list[Line]:
    """A line for every value of a column, those that are known in the order of `words`; then without one."""
    holds, sql = also or (pl.lit(value=True), "")
    there = records.filter(holds)
    found = there[column].drop_nulls().cast(pl.String).unique().to_list()
    order = {code: place for place, code in enumerate(words)}
    lines = [
        Line(
            f"{column}/{value}",
            words.get(value, same(value)),
            holds & (C(column).cast(pl.String) == value),
            _and(sql, f"{column} = '{value.replace(chr(39), chr(39) * 2)}'"),
        )
        for value in sorted(found, key=lambda v: (order.get(v, len(order)), v))
    ]
    if there[column].null_count():
        missing = Words("Missing", "缺失")
        none = Line(
            f"{column}/", missing, holds & C(column).is_null(), _and(sql, f"{column} IS NULL")
        )
        lines.append(none)
    return headed(lines, head)


def _and(first: str, second: str) -> str:
    return f"{first} AND {second}" if first else second


def headed(lines: Sequence[Line], head: Words) -> list[Line]:
    """The lines with a heading in front of the first of them."""
    return [
        Line(i.code, i.words, i.holds, i.sql, head if n == 0 else NONE, i.reason)
        for n, i in enumerate(lines)
    ]


def not_delivered(code: str, head: Words) -> Line:
    """A line about something that no table of the trial has."""
    return Line(code, NONE, pl.lit(value=False), "FALSE", head, NOT_COLLECTED_WORDS)


def count_sheet(
    rows: pl.DataFrame,
    lines: Sequence[Line],
    groups: Groups,
    about: About = NOTHING_MORE,
    head: Words = CHARACTERISTIC,
) -> Sheet:
    """Lines of counts (and of what else `rows` hold) with a group in each column."""
    words = {w.en: w for line in lines for w in (line.words, line.head) if w.en}
    labels = {"HEAD": head, "LABEL": SUBJECTS}
    return side_by_side(rows, Layout(("CODE",), labels, "COHORT", groups.columns, words), about)


def records_by(
    found: pl.DataFrame,
    down: tuple[str, Sequence[str]],
    across: tuple[str, Sequence[str]],
    table: str,
) -> pl.DataFrame:
    """How many records of a table have each pair of codes; a pair that none has is 0.

    down, across: a column of `found` and its codes in the order they are shown.
    """
    (row, rows), (column, columns) = down, across
    grid = pl.DataFrame({row: rows}, schema={row: pl.String}).join(
        pl.DataFrame({column: columns}, schema={column: pl.String}), how="cross"
    )
    counted = found.group_by(row, column).agg(VALUE=pl.len().cast(pl.Float64))
    filled = grid.join(counted, on=[row, column], how="left", maintain_order="left")
    return filled.with_columns(
        C("VALUE").fill_null(0.0),
        STAT=pl.lit("records"),
        TABLES=pl.lit(table),
        ROWS=where(filled, **{row: C(row), column: C(column)}),
    )
