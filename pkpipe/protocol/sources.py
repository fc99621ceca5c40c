"""Where raw tables lie and how their columns map onto the domain's."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import Annotated, Literal, Self

from pydantic import Field, field_validator, model_validator

from pkpipe import units
from pkpipe.errors import ConfigError
from pkpipe.protocol.base import BY_KEY, Frozen
from pkpipe.protocol.conditions import Condition, Where

Domain = Literal[
    "DM", "EX", "PC", "IS", "TU", "TR", "RS", "AE", "LB", "VS", "EG", "PE", "DS", "SS", "CM", "CP",
    # no SDTM: the log of dose decisions, the exclusion ledger
    "DECISIONS", "LEDGER",
]  # fmt: skip


class Reading(Frozen):
    """How the bytes of a file become a table: what a key here says, `pkpipe.reading.delivery` does."""

    encoding: Literal["auto", "utf-8", "gb18030", "utf-16", "latin-1", "cp1252", "shift_jis"] = (
        Field(
            default="auto", description="of CSV files; auto: UTF-8, or what a byte order mark says"
        )
    )
    separator: Literal["auto", ",", ";", "\t", "|"] = Field(
        default="auto", description="of CSV files; auto: the only one that splits the header"
    )
    sheet: str | None = Field(
        default=None,
        description="of workbooks (.xlsx): its name; may be left out where it is alone",
    )
    header: Annotated[int, Field(ge=1)] = Field(
        default=1,
        description="row of the file with the names of the columns; titles and labels above it are not read",
    )
    missing: tuple[Annotated[str, Field(min_length=1)], ...] = Field(
        default=(),
        description="texts that mean no value in every column of theirs, spelled as they stand there",
    )


class Source(Reading):
    """One domain's raw files, as the laboratory or EDC delivers them."""

    files: Annotated[tuple[str, ...], Field(min_length=1)] = Field(
        description="names inside the study's raw folder"
    )
    columns: Annotated[dict[str, str], BY_KEY] = Field(default={}, description="our column: theirs")
    constants: Annotated[dict[str, str], BY_KEY] = Field(
        default={}, description="our column: one value for every row"
    )
    codes: Annotated[dict[str, Annotated[dict[str, str], BY_KEY]], BY_KEY] = Field(
        default={}, description='our column: {their code: ours}; ours "": no value'
    )
    ignore: tuple[str, ...] = Field(
        default=(), description='columns of theirs that are not used; "*": any other column'
    )
    decimal: Literal[".", ","] = Field(default=".", description="decimal sign of numbers as text")
    dates: Annotated[dict[str, str], BY_KEY] = Field(
        default={},
        description='our column: its format, such as "%d/%m/%Y %H:%M" or "%d%b%Y %I:%M %p"',
    )
    times: Annotated[dict[str, str], BY_KEY] = Field(
        default={},
        description="our date and time: their column of the time of day, where the date stands apart from it",
    )
    units: Annotated[dict[str, str], BY_KEY] = Field(
        default={}, description="their unit: ours, numbers are converted"
    )
    supplemental: tuple[str, ...] = Field(
        default=(),
        description="files of SUPP--: a QNAM that is one of our columns, or in a map or filter, becomes "
        "a column",
    )
    where: Where = Field(
        default_factory=dict,
        description="rows that are used: their column to a value, a list of which one holds, or a condition; "
        "all must hold",
    )
    drop: Where | tuple[Where, ...] = Field(
        default=(),
        description="rows that are left out: those of which all holds; a list: of any of its entries",
    )
    sequence: bool = Field(
        default=False,
        description="true: --SEQ is made, the rows of a subject numbered in the order of the files",
    )

    @property
    def all_files(self) -> tuple[str, ...]:
        """Every file that is read for the domain."""
        return (*self.files, *self.supplemental)

    @property
    def dropped(self) -> tuple[Where, ...]:
        """The rows that are left out, an entry a kind."""
        kinds = self.drop if isinstance(self.drop, tuple) else (self.drop,)
        return tuple(kind for kind in kinds if kind)

    @property
    def filtered(self) -> tuple[str, ...]:
        """Columns that a row filter asks for."""
        return tuple(dict.fromkeys(name for kind in (self.where, *self.dropped) for name in kind))

    def reading(self, sheet: str | None) -> Reading:
        """How a file of this source is read, of a workbook this sheet."""
        keys = self.model_dump(include=set(Reading.model_fields))
        return Reading.model_validate(keys | {"sheet": sheet})

    @model_validator(mode="after")
    def _sheet_of_a_workbook(self) -> Self:
        if self.sheet is not None and not any(n.lower().endswith(".xlsx") for n in self.files):
            raise ValueError(f"sheet '{self.sheet}' is named, but none of the files is a .xlsx")
        return self

    @field_validator("where", "drop")
    @classmethod
    def _says_something(cls, asked: Where | tuple[Where, ...]) -> Where | tuple[Where, ...]:
        for kind in asked if isinstance(asked, tuple) else (asked,):
            for column, value in kind.items():
                if value == () or value == Condition():
                    raise ValueError(
                        f"{column} says nothing, give a value, a list of values, none_of, at_least, "
                        "at_most or filled"
                    )
        return asked

    @field_validator("dates")
    @classmethod
    def _a_whole_date(cls, formats: dict[str, str]) -> dict[str, str]:
        for column, form in formats.items():
            year, day = ("%Y", "%y"), ("%d", "%e", "%j")
            if not any(y in form for y in year) or not any(d in form for d in day):
                raise ValueError(f"'{form}' of {column} gives no year or no day")
        return formats

    @field_validator("units")
    @classmethod
    def _convertible(cls, wanted: dict[str, str]) -> dict[str, str]:
        for theirs, ours in wanted.items():
            try:
                units.factor(theirs, ours)
            except ConfigError as problem:
                raise ValueError(str(problem)) from problem
        return wanted

    @field_validator("files", "supplemental")
    @classmethod
    def _inside(cls, files: tuple[str, ...]) -> tuple[str, ...]:
        for name in files:
            path = PurePosixPath(name)
            if path.is_absolute() or ".." in path.parts or "\\" in name:
                raise ValueError(f"'{name}' leaves the raw folder, give a name inside it")
            if not name.isprintable():
                raise ValueError(f"{name!r} has a sign that is not printed, rename the file")
        return files
