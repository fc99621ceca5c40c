"""What a derived table is: its code, its key, and each column with type, label, unit and meaning.

A room declares its tables as values of this kind. From them come what the room writes, the empty tables, the
page docs/tables.md, the keys that `pkpipe diff` compares by, and the labels of submission datasets.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:  # the workflow reads the declarations at every start and needs no table for it
    import polars as pl

Type = Literal["text", "number", "integer", "date", "datetime", "time"]
# A label of a submission dataset may not be longer (SAS V5 transport format).
LONGEST_LABEL: Final = 40


@dataclass(frozen=True)
class Column:
    """One column of a derived table."""

    name: str
    type: Type
    label: str  # at most 40 bytes, as define.xml shows it
    meaning: str = ""  # what the label does not say
    unit: str = ""  # "" where the unit is in another column or there is none
    codelist: tuple[str, ...] = ()  # every value that the code writes; empty: not a closed list
    displayed: bool = True  # in a displayed table: whether the value is shown to a reader


@dataclass(frozen=True)
class Table:
    """One derived table."""

    code: str
    title: str
    record: str  # what one row is, e.g. "one row a subject and parameter"
    key: tuple[str, ...]  # no two rows have the same values in these
    columns: tuple[Column, ...]
    displayed: bool = False  # the report prints its values, so `pkpipe diff` compares them
    note: str = ""  # when it is empty, what else a reader must know

    def __iter__(self) -> Iterator[Column]:
        return iter(self.columns)

    @property
    def names(self) -> tuple[str, ...]:
        """The column names in the order they are written."""
        return tuple(column.name for column in self.columns)

    @cached_property
    def schema(self) -> pl.Schema:
        """The polars type of every column, in order."""
        import polars as pl  # noqa: PLC0415 (the workflow reads the declarations and needs no table)

        types: dict[Type, pl.DataType] = {
            "text": pl.String(),
            "number": pl.Float64(),
            "integer": pl.Int64(),
            "date": pl.Date(),
            "datetime": pl.Datetime("us"),
            "time": pl.Time(),
        }
        return pl.Schema({column.name: types[column.type] for column in self.columns})

    def empty(self) -> pl.DataFrame:
        """The table without a row."""
        return self.schema.to_frame()

    def as_declared(self, frame: pl.DataFrame) -> pl.DataFrame:
        """The declared columns in their order and type; one that the frame has not is null.

        Raises:
            polars.exceptions.InvalidOperationError: a value does not fit the declared type.
        """
        absent = {name: None for name in self.names if name not in frame.columns}
        return frame.with_columns(**absent).cast(self.schema).select(self.names)

    def faults(self, frame: pl.DataFrame) -> tuple[str, ...]:
        """Where a frame is not what is declared: columns missing, not declared, of another type or place."""
        found = frame.schema
        missing = [f"column {n} is missing" for n in self.names if n not in found]
        more = [f"column {n} is not declared" for n in found if n not in self.schema]
        other = [
            f"column {n} is {found[n]}, declared {kind}"
            for n, kind in self.schema.items()
            if n in found and found[n] != kind
        ]
        order = ["the columns are not in the declared order"]
        misplaced = not missing and not more and tuple(found) != self.names
        return (*missing, *more, *other, *(order if misplaced else ()))


def text(
    name: str,
    label: str,
    meaning: str = "",
    *,
    codelist: tuple[str, ...] = (),
    displayed: bool = True,
) -> Column:
    """A column of texts."""
    return Column(name, "text", label, meaning, codelist=codelist, displayed=displayed)


def flag(name: str, label: str, meaning: str = "", *, codelist: tuple[str, ...] = ("Y",)) -> Column:
    """A column that is `Y` or empty; with `codelist=("Y", "N")`, `N` where it is known not to hold."""
    return Column(name, "text", label, meaning, codelist=codelist)


def number(
    name: str, label: str, meaning: str = "", *, unit: str = "", displayed: bool = True
) -> Column:
    """A column of numbers with a decimal point."""
    return Column(name, "number", label, meaning, unit=unit, displayed=displayed)


def integer(
    name: str, label: str, meaning: str = "", *, unit: str = "", displayed: bool = True
) -> Column:
    """A column of whole numbers."""
    return Column(name, "integer", label, meaning, unit=unit, displayed=displayed)


def date(name: str, label: str, meaning: str = "") -> Column:
    """A column of whole dates."""
    return Column(name, "date", label, meaning)


def datetime(name: str, label: str, meaning: str = "") -> Column:
    """A column of dates with a time of day, in the local time of the site."""
    return Column(name, "datetime", label, meaning)
