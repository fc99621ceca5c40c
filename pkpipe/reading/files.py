"""Reading one table: the suffix of its name says the format."""

from __future__ import annotations

import io
import tempfile
from pathlib import Path
from typing import Final

import polars as pl

from pkpipe import disk
from pkpipe.errors import ConfigError, DataError
from pkpipe.reading.encoding import (
    AUTO,
    as_utf8,
    certain_encoding,
    open_quote,
    separator_of,
    uneven,
    unpacked,
)
from pkpipe.reading.sas_size import check_size
from pkpipe.reading.xlsx.sheet import sheet_of
from pkpipe.schema.cell_text import plain_cells

SUFFIXES: Final = (".csv", ".csv.gz", ".parquet", ".xpt", ".sas7bdat", ".xlsx")
# Spreadsheets of other kinds, which a person can save as one that is read.
SPREADSHEETS: Final = (".xls", ".xlsm", ".xlsb", ".ods", ".et")


def suffix_of(path: Path) -> str:
    """The part of the name that tells the format, `.csv.gz` as one.

    Raises:
        ConfigError: a format that pkpipe neither reads nor writes.
    """
    name = path.name.lower()
    for suffix in sorted(SUFFIXES, key=len, reverse=True):
        if name.endswith(suffix):
            return suffix
    if name.endswith(SPREADSHEETS):
        raise ConfigError(
            f"{path}: spreadsheets are read as .xlsx only; save it as .xlsx or as CSV"
        )
    raise ConfigError(f"{path}: unknown format (allowed: {', '.join(SUFFIXES)})")


def read_table(path: Path) -> pl.DataFrame:
    """One table as it lies there: CSV columns as text (an empty field is null), others as typed.

    Raises:
        DataError: the file is missing or cannot be read as its suffix says.
    """
    suffix = suffix_of(path)
    try:
        content = disk.read_bytes(path)
    except OSError as problem:
        raise DataError(f"{path}: cannot be read ({problem.strerror or problem})") from problem
    return table_from_bytes(content, suffix, path)


def table_from_bytes(content: bytes, suffix: str, path: Path) -> pl.DataFrame:
    """The table in bytes that were read once, so that what is hashed is what is parsed."""
    try:
        if suffix in {".csv", ".csv.gz"}:
            plain = unpacked(content) if suffix == ".csv.gz" else content
            return _whole_csv(as_utf8(plain, certain_encoding(plain) or AUTO))
        if suffix == ".parquet":
            return pl.read_parquet(io.BytesIO(content))
        if suffix == ".xlsx":
            return _from_excel(content)
        return _from_sas(content, suffix)
    except (ConfigError, DataError) as problem:
        raise type(problem)(f"{path}: {problem}") from problem
    # A reader of foreign bytes may raise anything; what ends a thread of polars is no Exception to Python.
    except (Exception, pl.exceptions.PanicException) as problem:
        line = str(problem).splitlines()[0] if str(problem) else type(problem).__name__
        raise DataError(f"{path}: not a readable {suffix[1:]} table ({line})") from problem


def _whole_csv(content: bytes) -> pl.DataFrame:
    """A CSV file in UTF-8, with the separator it has, every row as long as the header.

    Raises:
        DataError: it is empty, or rows are cut off or too long.
    """
    separator = separator_of(content, AUTO)
    try:
        frame = csv_table(content, separator, cut=True)
    except pl.exceptions.PolarsError as problem:
        row = open_quote(content)
        if row is None:
            raise
        raise DataError(
            f'row {row}: a quotation mark is not closed, or stands within a cell (allowed: "..." around a '
            'whole cell, "" within it)'
        ) from problem
    wrong = uneven(content, frame.width, separator)
    if wrong:
        told = "; ".join(f"row {row}: {count} fields" for row, count in wrong[:5])
        more = f"; and {len(wrong) - 5} more" if len(wrong) > 5 else ""
        raise DataError(f"not every row has the {frame.width} fields of the header ({told}{more})")
    return frame


def separator_in(path: Path) -> str | None:
    """What separates the columns of a text file; None of any other file."""
    plain = _plain(path)
    if plain is None:
        return None
    return separator_of(as_utf8(plain, certain_encoding(plain) or AUTO), AUTO)


def encoding_in(path: Path) -> str | None:
    """The encoding of a text file that is neither UTF-8 nor says it; None of any other file."""
    plain = _plain(path)
    return None if plain is None else certain_encoding(plain)


def _plain(path: Path) -> bytes | None:
    """The bytes of a text file, unpacked."""
    suffix = suffix_of(path)
    if suffix not in {".csv", ".csv.gz"}:
        return None
    content = disk.read_bytes(path)
    return unpacked(content) if suffix == ".csv.gz" else content


def csv_table(content: bytes, separator: str, *, cut: bool = False) -> pl.DataFrame:
    """A CSV file in UTF-8 as text columns; cut: rows may be longer than the header, and are cut.

    Raises:
        DataError: the file is empty.
    """
    if not content.strip():
        raise DataError("the file is empty, a header line is expected")
    return pl.read_csv(
        io.BytesIO(content), infer_schema=False, separator=separator, truncate_ragged_lines=cut
    )


def _from_excel(content: bytes) -> pl.DataFrame:
    sheet = sheet_of(content)
    wrong = [r for r in sheet.remarks if r.check.severity == "error"]
    if wrong:
        told = "; ".join(f"row {r.row}: {r.check.words} ({r.value})" for r in wrong[:5])
        raise DataError(f"{len(wrong)} cells cannot be trusted: {told}")
    return sheet.frame


def _from_sas(content: bytes, suffix: str) -> pl.DataFrame:
    import pyreadstat  # noqa: PLC0415 (0.13 s, only for SAS files)

    check_size(content, suffix)
    read = pyreadstat.read_xport if suffix == ".xpt" else pyreadstat.read_sas7bdat
    with tempfile.NamedTemporaryFile(suffix=suffix) as file:
        file.write(content)
        file.flush()
        frame: pl.DataFrame = read(file.name, output_format="polars")[0]
    return plain_cells(frame)  # SAS knows no null text: an empty value is a missing one
