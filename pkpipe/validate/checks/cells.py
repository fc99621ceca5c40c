"""Checks of one cell by what its column holds; a pandera schema a domain is made from them.

They look at the text as it stands in the file, so a value that no type can hold is shown as it is.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import polars as pl

from pkpipe.finding.check import Check
from pkpipe.finding.rows import as_findings, found, shown
from pkpipe.schema import dates
from pkpipe.schema.column import KINDS_IN_WORDS, TYPES, Column
from pkpipe.schema.sdtm import DomainSpec

if TYPE_CHECKING:
    import pandera.polars as pa


NO_VALUE: Final = "a text that means no value everywhere is declared with missing: [NA]"


@dataclass(frozen=True)
class CellCheck:
    """A check of every cell of the columns it applies to; `holds` is true where the cell is right."""

    check: Check
    applies: Callable[[Column], bool]
    holds: Callable[[pl.Expr, Column], pl.Expr]
    allowed: Callable[[Column], str]


def number(text: pl.Expr) -> pl.Expr:
    """The number a text says, null where it says none."""
    return text.cast(pl.Float64, strict=False)


def whole(text: pl.Expr) -> pl.Expr:
    """The whole number a text says ("2", also "2.0"), null where it says none."""
    value = number(text)
    return pl.when(value == value.round()).then(value.cast(pl.Int64, strict=False))


def is_day(text: pl.Expr) -> pl.Expr:
    """True for a whole date that exists, without a time."""
    return (text.str.len_chars() == 10) & dates.is_dtc(text)


def _words(column: Column) -> str:
    return KINDS_IN_WORDS[column.kind]


def _number_words(column: Column) -> str:
    """What a number's column takes, and for results where a text such as BLQ belongs."""
    if not column.name.endswith("STRESN"):
        return f"{_words(column)}; {NO_VALUE}"
    text = column.name.removesuffix("N") + "C"
    return (
        f"{_words(column)}; a text such as BLQ belongs in {text}: where one column of theirs holds both, "
        f'declare columns: {{{text}: theirs, {column.name}: theirs}}, codes: {{{column.name}: {{BLQ: ""}}}}; '
        f"{NO_VALUE}"
    )


def _given_or(text: pl.Expr, right: pl.Expr) -> pl.Expr:
    return text.is_null() | right.fill_null(value=False)


CELLS: Final[tuple[CellCheck, ...]] = (
    CellCheck(
        Check("CELL-EMPTY", "error", "a value is missing", "SDTMIG 3.4, required variable"),
        applies=lambda c: c.filled,
        holds=lambda text, _: text.is_not_null(),
        allowed=lambda c: (", ".join(c.allowed) or _words(c)).removesuffix("; empty if missing"),
    ),
    CellCheck(
        Check("CELL-NUMBER", "error", "text where a number belongs", "kind of the column"),
        applies=lambda c: c.kind in {"number", "integer"},
        holds=lambda text, _: _given_or(text, number(text).is_not_null()),
        allowed=_number_words,
    ),
    CellCheck(
        Check("CELL-FINITE", "error", "no finite number", "kind of the column"),
        applies=lambda c: c.kind in {"number", "integer"},
        holds=lambda text, _: number(text).is_null() | number(text).is_finite(),
        allowed=_words,
    ),
    CellCheck(
        Check("CELL-WHOLE", "error", "no whole number", "kind of the column"),
        applies=lambda c: c.kind == "integer",
        holds=lambda text, _: (
            number(text).is_null() | ~number(text).is_finite() | whole(text).is_not_null()
        ),
        allowed=_words,
    ),
    CellCheck(
        Check("CELL-DATE", "error", "no date that can be read", "SDTMIG 3.4, section 4.4.2"),
        applies=lambda c: c.kind == "dtc",
        holds=lambda text, _: _given_or(text, dates.is_dtc(text)),
        allowed=lambda c: (
            f"{_words(c)}; another form is declared in dates of the source; {NO_VALUE}"
        ),
    ),
    CellCheck(
        Check("CELL-DAY", "error", "no whole date", "kind of the column"),
        applies=lambda c: c.kind == "date",
        holds=lambda text, _: _given_or(text, is_day(text)),
        allowed=_words,
    ),
    CellCheck(
        Check("CELL-CODE", "error", "not in the codelist", "CDISC controlled terminology"),
        applies=lambda c: bool(c.allowed),
        holds=lambda text, c: _given_or(text, _as_code(text, c).is_in(c.allowed)),
        allowed=lambda c: (
            f"{', '.join(c.allowed)}; another word of theirs is declared "
            f"with codes: {{{c.name}: {{theirs: ours}}}}"
        ),
    ),
)
BY_ID: Final = {cell.check.id: cell for cell in CELLS}


def _as_code(text: pl.Expr, column: Column) -> pl.Expr:
    return whole(text).cast(pl.String) if column.kind == "integer" else text


def typed(frame: pl.DataFrame, spec: DomainSpec) -> pl.DataFrame:
    """The domain's text columns in their types; what no type can hold is null (and was a finding)."""
    asked = (_typed(column).alias(column.name) for column in spec.columns)
    return (
        frame.lazy().with_columns(asked).collect()
    )  # lazy: a text is parsed once in an expression


def _typed(column: Column) -> pl.Expr:
    text = pl.col(column.name)
    if column.kind == "integer":
        return whole(text)
    if column.kind == "number":
        value = number(text)
        return pl.when(value.is_finite()).then(value)
    if column.kind == "dtc":
        return pl.when(dates.is_dtc(text)).then(text)
    if column.kind == "date":
        return pl.when(is_day(text)).then(dates.day(text))
    return text.cast(TYPES[column.kind])


def judged(frame: pl.DataFrame, spec: DomainSpec) -> tuple[pl.DataFrame, list[pl.DataFrame]]:
    """The typed table, and every cell of the text table that its column does not allow.

    pandera is given the collected table (of a LazyFrame it would check types only), and only the columns of
    which a cell may be wrong: most deliveries have none.
    """
    types = typed(frame, spec)
    doubtful = [] if frame.is_empty() else _doubtful(frame, types, spec)
    if not doubtful:
        return types, []
    import pandera.errors  # noqa: PLC0415 (0.35 s: only a table with a doubtful cell pays for it)

    try:
        _schema(doubtful).validate(frame, lazy=True)
    except pandera.errors.SchemaErrors as problem:
        return types, _located(problem.failure_cases, frame, spec)
    return types, []


def _doubtful(text: pl.DataFrame, types: pl.DataFrame, spec: DomainSpec) -> list[Column]:
    """The columns of which a cell may be wrong: of any other column every check of cells holds.

    A text that its type cannot hold is one null more in the typed column, which costs nothing to count.
    """
    empty, now_empty = (f.null_count().row(0, named=True) for f in (text, types))
    code = BY_ID["CELL-CODE"]
    coded = [c for c in spec.columns if code.applies(c)]
    holds = text.select(code.holds(pl.col(c.name), c).all().alias(c.name) for c in coded)
    agree = holds.row(0, named=True) if coded else {}
    return [
        column
        for column in spec.columns
        if (column.filled and empty[column.name])
        or empty[column.name] != now_empty[column.name]
        or not agree.get(column.name, True)
    ]


def _schema(doubtful: list[Column]) -> pa.DataFrameSchema:
    import pandera.polars as pa  # noqa: PLC0415 (as above)

    columns = {
        column.name: pa.Column(
            pl.String,
            nullable=True,
            checks=[_pandera(cell, column) for cell in CELLS if cell.applies(column)],
        )
        for column in doubtful
    }
    return pa.DataFrameSchema(columns, strict=False)


def _pandera(cell: CellCheck, column: Column) -> pa.Check:
    import pandera.polars as pa  # noqa: PLC0415 (as above)

    def rows_hold(data: pa.PolarsData) -> pl.LazyFrame:
        rows: pl.LazyFrame = data.lazyframe
        return rows.select(cell.holds(pl.col(data.key), column))

    return pa.Check(rows_hold, error=cell.check.id, ignore_na=False)


def _located(cases: pl.DataFrame, frame: pl.DataFrame, spec: DomainSpec) -> list[pl.DataFrame]:
    """Failure cases of pandera (positions in the frame) as findings (rows of the file)."""
    columns = {column.name: column for column in spec.columns}
    found_in = []
    for (name, check), part in cases.group_by("column", "check", maintain_order=True):
        cell, column = BY_ID[str(check)], columns[str(name)]
        rows = frame.select(shown(column.name))[part["index"]]
        found_in.append(found(cell.check, rows, spec.code, column.name, cell.allowed(column)))
    return found_in or [as_findings([])]
