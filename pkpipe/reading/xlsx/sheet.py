"""One sheet of a workbook (.xlsx) as a table of text, every cell as a CSV file of it would hold it.

Read in a stream with the standard library, because what makes a spreadsheet a risky delivery must be seen and
told: formulas, errors, merged and hidden cells, values outside the named columns. Nothing is computed.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import polars as pl

from pkpipe.errors import DataError
from pkpipe.finding.check import Check
from pkpipe.reading.checks import LONG_ROW, Remark
from pkpipe.reading.xlsx.book import YES, Book, opened, unescaped, whole
from pkpipe.reading.xlsx.checks import (
    ERROR_CELL,
    FORMULA,
    FORMULA_EMPTY,
    FORMULA_STALE,
    HIDDEN_COLUMN,
    HIDDEN_ROW,
    MERGED,
)
from pkpipe.reading.xlsx.numbers import PLAIN, text_of
from pkpipe.reading.xlsx.package import Attributes, Handlers

MOST_ROWS: Final = 1_048_576
MOST_COLUMNS: Final = 16_384
MOST_CELLS: Final = 1 << 24
LONGEST: Final = 32_767  # characters of a cell
MOST_REMARKS: Final = 10_000
CELL: Final = re.compile(r"([A-Z]{1,3})([1-9]\d{0,6})", re.ASCII)


@dataclass(frozen=True)
class Sheet:
    """What one sheet holds: every column text, ROW the number a person sees at its left."""

    frame: pl.DataFrame
    rows: list[int]
    remarks: tuple[Remark, ...]


def sheet_of(content: bytes, sheet: str | None = None, header: int = 1) -> Sheet:
    """The named sheet; without a name the only one. header: the row with the names, or the first below it.

    Raises:
        NoSuchSheetError: there are several and none is named, or no such one.
        DataError: no workbook, one that breaks a limit, or damaged.
    """
    package, book, part = opened(content, sheet)
    reader = _Cells(book, header)
    package.read(part, Handlers(reader.start, reader.text, reader.end))
    return reader.sheet()


class _Cells:
    """The handlers that make a table of a sheet while it passes by."""

    def __init__(self, book: Book, first: int) -> None:
        self.book, self.first = book, first
        self.header: dict[int, str] = {}  # place: name
        self.columns: list[list[str | None]] = []
        self.rows: list[int] = []
        self.remarks: list[Remark] = []
        self.formulas: dict[int, tuple[int, int]] = {}  # place: first row, how many
        self.row, self.place, self.count = 0, -1, 0
        self.cells: dict[int, str] = {}
        self.kind, self.form, self.formula = "n", PLAIN, False
        self.pieces: list[str] = []
        self.length, self.listening, self.sound = 0, False, False
        self.starts: dict[str, Callable[[Attributes], None]] = {
            "row": self._row, "c": self._cell, "v": self._value, "t": self._value,
            "f": self._formula, "rPh": self._sound, "col": self._column, "mergeCell": self._merged,
        }  # fmt: skip
        self.hidden_columns: list[tuple[int, int]] = []

    def start(self, name: str, given: Attributes) -> None:
        handler = self.starts.get(name)
        if handler is not None:
            handler(given)

    def text(self, piece: str) -> None:
        if not self.listening or self.sound:
            return
        self.length += len(piece)
        if self.length > LONGEST:
            raise DataError(f"row {self.row} has a cell of more than {LONGEST} characters")
        self.pieces.append(piece)

    def end(self, name: str) -> None:
        if name == "c":
            self._keep()
        elif name in {"v", "t"}:
            self.listening = False
        elif name == "rPh":
            self.sound = False
        elif name == "row":
            self._end_of_row()

    def sheet(self) -> Sheet:
        """The table read.

        Raises:
            DataError: there is no header.
        """
        if not self.header:
            raise DataError("the sheet is empty, a header row is expected")
        for first, last in self.hidden_columns:
            hidden = [name for place, name in self.header.items() if first <= place <= last]
            self.remarks.extend(Remark(HIDDEN_COLUMN, None, name) for name in hidden)
        check = FORMULA_STALE if self.book.stale else FORMULA
        for place, (row, count) in sorted(self.formulas.items()):
            told = f"{count} formula{'s' if count > 1 else ''} in the column"
            self._remark(check, row, self.header.get(place, _letters(place)), told)
        names = _unique(list(self.header.values()))
        frame = pl.DataFrame(
            dict(zip(names, self.columns, strict=True)), schema=dict.fromkeys(names, pl.String)
        )
        return Sheet(frame, self.rows, tuple(self.remarks))

    def _row(self, given: Attributes) -> None:
        row = whole(given.get("r", str(self.row + 1)))
        if not self.row < row <= MOST_ROWS:
            raise DataError(f"row {row} follows row {self.row}, which no sheet has")
        self.row, self.place = row, -1
        self.cells = {}
        if given.get("hidden", "0") in YES:
            self._remark(HIDDEN_ROW, row)

    def _cell(self, given: Attributes) -> None:
        place = self.place + 1
        if "r" in given:
            place, row = _place(given["r"])
            if row != self.row or place in self.cells:
                raise DataError(f"row {self.row} holds cell {given['r']}, or holds it twice")
        if place >= MOST_COLUMNS:
            raise DataError(f"row {self.row} has more than {MOST_COLUMNS} cells")
        self.place, self.kind = place, given.get("t", "n")
        style = whole(given.get("s", "0"))
        self.form = self.book.forms[style] if style < len(self.book.forms) else PLAIN
        self.pieces, self.length, self.formula = [], 0, False

    def _value(self, _: Attributes) -> None:
        self.listening = True

    def _formula(self, _: Attributes) -> None:
        self.formula = True

    def _sound(self, _: Attributes) -> None:
        self.sound = True

    def _column(self, given: Attributes) -> None:
        if given.get("hidden", "0") in YES:
            first, last = whole(given.get("min")), whole(given.get("max"))
            self.hidden_columns.append((first - 1, last - 1))

    def _merged(self, given: Attributes) -> None:
        area = given.get("ref", "")
        self._remark(MERGED, _place(area.partition(":")[0])[1], None, area)

    def _keep(self) -> None:
        """One cell is whole: its text goes to the row, what is odd about it to the remarks."""
        text = self._text().strip()
        column = self.header.get(self.place, _letters(self.place))
        if self.formula:
            row, count = self.formulas.get(self.place, (self.row, 0))
            self.formulas[self.place] = (row, count + 1)
            if not text and self.kind != "str":
                self._remark(FORMULA_EMPTY, self.row, column)
        if self.kind == "e":
            self._remark(ERROR_CELL, self.row, column, text)
        if text:
            self.cells[self.place] = text

    def _text(self) -> str:
        raw = "".join(self.pieces)
        if not raw:
            return ""
        if self.kind == "s":
            number = whole(raw)
            if number >= len(self.book.texts):
                raise DataError(f"row {self.row} means a text that the workbook does not hold")
            return self.book.texts[number]
        if self.kind == "n":
            try:
                return text_of(raw.strip(), self.form, from_1904=self.book.from_1904)
            except DataError as problem:
                raise DataError(f"row {self.row}: {problem}") from problem
        if self.kind == "b":
            return "Y" if raw.strip() in YES else "N"
        return unescaped([raw])

    def _end_of_row(self) -> None:
        if not self.cells or self.row < self.first:
            return
        if not self.header:
            self.header = dict(sorted(self.cells.items()))
            self.columns = [[] for _ in self.header]
            return
        self.count += len(self.header)
        if self.count > MOST_CELLS:
            raise DataError(f"more than {MOST_CELLS} cells; deliver it as CSV or Parquet")
        get = self.cells.get
        for place, column in zip(self.header, self.columns, strict=True):
            column.append(get(place))
        self.rows.append(self.row)
        for place in sorted(self.cells.keys() - self.header.keys()):
            self._remark(LONG_ROW, self.row, _letters(place), self.cells[place])

    def _remark(
        self, check: Check, row: int, column: str | None = None, value: str | None = None
    ) -> None:
        self.remarks.append(Remark(check, row, column, value))
        if len(self.remarks) > MOST_REMARKS:
            raise DataError(f"more than {MOST_REMARKS} odd cells, the last one: {check.words}")


def _unique(names: list[str]) -> list[str]:
    """A name used twice with a number, as the CSV reader does."""
    seen: dict[str, int] = {}
    found = []
    for name in names:
        number = seen.get(name, 0)
        seen[name] = number + 1
        found.append(name if number == 0 else f"{name}_duplicated_{number - 1}")
    return found


def _place(cell: str) -> tuple[int, int]:
    """Column from 0 and row of a cell's name.

    Raises:
        DataError: it is no name of a cell.
    """
    parts = CELL.fullmatch(cell)
    if parts is None:
        raise DataError(f"'{cell[:20]}' names no cell")
    place = 0
    for letter in parts[1]:
        place = place * 26 + ord(letter) - ord("A") + 1
    return place - 1, int(parts[2])


def _letters(place: int) -> str:
    letters, number = "", place + 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters
