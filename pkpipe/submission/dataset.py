"""What a dataset of a submission is: the table it is made of, what is added, renamed, left out, and why.

A dataset is declared as a value. From it come XPT and Dataset-JSON, define.xml, the reviewer's guide.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

import polars as pl

from pkpipe.protocol.study import Study
from pkpipe.schema.adam.declaration import Type

Origin = Literal["Predecessor", "Derived", "Assigned", "Not Available"]
Class = Literal[
    "SUBJECT LEVEL ANALYSIS DATASET",
    "BASIC DATA STRUCTURE",
    "OCCURRENCE DATA STRUCTURE",
    "ADAM OTHER",
    "SPECIAL PURPOSE",  # and those below: of tabulations
    "INTERVENTIONS",
    "EVENTS",
    "FINDINGS",
    "RELATIONSHIP",
]
Tables = Mapping[str, pl.DataFrame]
Prepare = Callable[[pl.DataFrame, Tables, Study], pl.DataFrame]
TABULATION: Final = "Tabulation"  # the purpose of a copy
FORMATS: Final[Mapping[Type, str]] = {
    "date": "DATE9.",
    "datetime": "DATETIME20.",
    "time": "TIME8.",
}


@dataclass(frozen=True)
class Added:
    """A variable that the derived table does not have; `value` is an expression of the row.

    The row holds the columns of the table, those of ADSL that are merged, and those of the source record.
    """

    name: str
    type: Type
    value: pl.Expr
    origin: Origin
    said: str  # the predecessor, or the method in words
    label: str = ""  # of a sponsor's variable; a variable of the standard has the standard's


@dataclass(frozen=True)
class Term:
    """One value of a codelist."""

    code: str
    decode: str = ""
    extended: bool = False  # not a term of the CDISC list


@dataclass(frozen=True)
class Variable:
    """One variable as it is delivered."""

    name: str
    type: Type
    label: str
    origin: Origin
    said: str
    terms: tuple[Term, ...] = ()
    length: int = 8  # bytes in the transport file
    iso: str = ""  # of a text in ISO 8601, what define.xml calls it

    @property
    def format(self) -> str:
        """The SAS format: of dates, datetimes and times alone."""
        return FORMATS.get(self.type, "")


@dataclass(frozen=True)
class Dataset:
    """One dataset, declared."""

    code: str
    room: str  # that makes the table
    label: str
    structure: Class
    record: str
    keys: tuple[str, ...]  # its order; no two rows have the same values in these; none: not asked
    purpose: str
    domain: str = ""  # of SDTM, that its rows come from by SRCROW
    value: str = ""  # the variable of that domain that AVAL comes from
    taken: tuple[str, ...] = ()  # variables of that domain that come with the row
    core: tuple[str, ...] = ()  # variables of ADSL that are merged
    qualifiers: tuple[str, ...] = ()  # columns without which a parameter would mean several things
    renamed: Mapping[str, str] = field(default_factory=dict)
    left_out: Mapping[str, str] = field(default_factory=dict)  # column to why
    added: tuple[Added, ...] = ()
    before: Prepare | None = None
    split: tuple[str, ...] = ()  # texts of pkpipe that may be longer than a variable
    comment: str = ""  # of define.xml


@dataclass(frozen=True)
class Made:
    """A dataset with its rows, in the order and with the names they are delivered in."""

    of: Dataset
    rows: pl.DataFrame
    variables: tuple[Variable, ...]

    @property
    def code(self) -> str:
        """Its name."""
        return self.of.code
