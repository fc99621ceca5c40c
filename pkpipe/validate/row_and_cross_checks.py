"""The two forms of a check of raw tables, of one row and across rows and tables, and what builds them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final

import polars as pl

from pkpipe.finding.check import Check, Severity
from pkpipe.finding.rows import found, shown
from pkpipe.protocol.drugs import Analyte
from pkpipe.protocol.study import Study
from pkpipe.schema import dates

C: Final = pl.col

Tables = Mapping[str, pl.DataFrame]


@dataclass(frozen=True)
class CrossCheck:
    """A check that looks at more than one row; left out while one of the tables it needs did not arrive."""

    checks: tuple[Check, ...]
    needs: tuple[str, ...]
    find: Callable[[Tables, Study], Iterable[pl.DataFrame]]


def rows_beside(
    frame: pl.DataFrame, column: str, of_subject: pl.DataFrame, wrong: pl.Expr
) -> pl.DataFrame:
    """What is shown of rows of a table that are wrong beside what another table says of their subject.

    Only the subject and the column looked at are joined; rows are fetched once it is known which are wrong.
    """
    beside = frame.lazy().select("USUBJID", column).with_row_index("_ROW")
    joined = beside.join(of_subject.lazy(), on="USUBJID", how="inner", maintain_order="left")
    return frame.select(shown(column))[joined.filter(wrong).select("_ROW").collect().to_series()]


@dataclass(frozen=True)
class RowCheck:
    """A check of typed rows; `wrong` is true where the row is not right, null counts as right."""

    check: Check  # with the table and the column where a finding is shown
    wrong: Callable[[Study], pl.Expr]
    allowed: Callable[[Study], str] | None = None  # None: what the check says
    once_per: tuple[
        str, ...
    ] = ()  # shown once for each of these, at its first row; empty: every row
    applies: Callable[[Study], bool] = lambda _: True

    @property
    def domain(self) -> str:
        """The table that is looked at."""
        return str(self.check.table)

    @property
    def column(self) -> str:
        """The column where a finding is shown."""
        return str(self.check.column)


def mended_by_codes(domain: str, column: str, words: str) -> str:
    """What is allowed in a coded column, and the line of the study file for another word of theirs."""
    return (
        f"{words}; another word of theirs: sources.{domain}.codes: {{{column}: {{theirs: ours}}}}"
    )


def says(words: str) -> Callable[[Study], str]:
    return lambda _: words


def always(wrong: pl.Expr) -> Callable[[Study], pl.Expr]:
    return lambda _: wrong


def analyte_codes(study: Study) -> list[str]:
    """PCTESTCD the study declares."""
    return [a.code for a in study.analytes]


def per_analyte(study: Study, value: Callable[[Analyte], pl.Expr]) -> pl.Expr:
    """An expression that differs by analyte; null for an analyte the study does not declare."""
    none = pl.lit(None, dtype=pl.Boolean)
    return pl.coalesce(
        *(pl.when(C("PCTESTCD") == a.code).then(value(a)) for a in study.analytes), none
    )


def limits_of_assays(study: Study) -> str:
    return "; ".join(f"{a.code}: {a.lloq:g} {a.unit}" for a in study.analytes)


SAMPLES: Final = ("PC", "IS")
VISITS: Final = ("TR", "RS", "AE", "CP")


def first_rows(rows: pl.DataFrame) -> pl.DataFrame:
    """The first row of each subject and file."""
    return rows.unique(["USUBJID", "SRCFILE"], keep="first", maintain_order=True)


Found = Iterable[pl.DataFrame]


def story_check(
    name: str,
    words: str,
    source: str,
    severity: Severity = "query",
    table: str | None = None,
    column: str | None = None,
) -> Check:
    return Check(name, severity, words, source, table=table, column=column)


def about_subjects(tables: Tables, **more: pl.Expr) -> pl.DataFrame:
    """Expressions over the first row of DM of each subject."""
    every = tables["DM"].select("USUBJID", **more)
    return every.unique("USUBJID", keep="first", maintain_order=True)


def beside_dm(tables: Tables, code: str, **more: pl.Expr) -> pl.DataFrame:
    """Rows of a table with expressions over DM beside them, by subject."""
    about = about_subjects(tables, **more)
    return tables[code].join(about, on="USUBJID", how="inner", maintain_order="left")


def at_place(check: Check, rows: pl.DataFrame, place: str, allowed: str) -> pl.DataFrame:
    table, _, column = place.partition(".")
    return found(check, rows, table, column, allowed)


Wrong = pl.Expr | Callable[[Study], pl.Expr]


def row_check(
    name: str,
    place: str,
    wrong: Wrong,
    says: tuple[str, str],
    source: str = "SDTMIG 3.4",
    severity: Severity = "query",
) -> RowCheck:
    """place: DOMAIN.COLUMN where the finding is shown; says: what is wrong, what is allowed."""
    domain, _, column = place.partition(".")
    words, allowed = says
    ask = (lambda _: wrong) if isinstance(wrong, pl.Expr) else wrong
    check = Check(name, severity, words, source, allowed=allowed, table=domain, column=column)
    return RowCheck(check, ask)


def is_one(column: str, *values: str) -> pl.Expr:
    return C(column).is_in(values)


def placed(check: Check, place: str, wrong: Callable[[Study], pl.Expr], allowed: str) -> RowCheck:
    """A check of one row. place: DOMAIN.COLUMN where the finding is shown."""
    domain, _, column = place.partition(".")
    return RowCheck(replace(check, allowed=allowed, table=domain, column=column), wrong)


def ends_before(start: pl.Expr, end: pl.Expr) -> pl.Expr:
    """True where the end lies before the start, whatever partial dates mean."""
    days = dates.last_day(end) < dates.first_day(start)
    return days | (dates.moment(end) < dates.moment(start)).fill_null(value=False)
