"""One raw file, read once: its bytes are hashed and the same bytes become a table of text."""

from __future__ import annotations

import csv
import hashlib
from dataclasses import dataclass, replace
from pathlib import Path

import polars as pl

from pkpipe import disk
from pkpipe.errors import ConfigError, DataError
from pkpipe.protocol.sources import Reading
from pkpipe.reading.checks import LONG_ROW, SHORT_ROW, Remark
from pkpipe.reading.encoding import AUTO, as_utf8, from_record, separator_of, uneven, unpacked
from pkpipe.reading.files import csv_table, suffix_of, table_from_bytes
from pkpipe.reading.xlsx.book import NoSuchSheetError
from pkpipe.reading.xlsx.sheet import sheet_of
from pkpipe.schema import cell_text

csv.field_size_limit(1 << 30)  # a text of any length is a text


@dataclass(frozen=True)
class RawFile:
    """What lay in the raw folder under one name."""

    name: str
    status: str  # read, missing, unreadable
    message: str | None = None
    sha256: str | None = None
    size: int | None = None
    frame: pl.DataFrame | None = None  # every column text; SRCROW
    remarks: tuple[Remark, ...] = ()  # what is odd at one place of the file
    odd_columns: tuple[str, ...] = ()  # columns of no plain kind (lists, bytes); null in the frame
    separator: str | None = None  # of a CSV file, where it was not declared


def read_raw(folder: Path, name: str, reading: Reading | None = None) -> RawFile:
    """Read one raw file; what goes wrong is a status, for the other files are to be read as well."""
    path = folder / name
    try:
        content = disk.read_bytes(path)
    except FileNotFoundError:
        return RawFile(name, "missing", "the file is not there")
    except OSError as problem:
        return RawFile(name, "unreadable", str(problem.strerror or problem))
    digest = hashlib.sha256(content).hexdigest()
    how = reading or Reading()
    try:
        return with_missing(_parsed(name, content, how, digest), how.missing)
    except NoSuchSheetError as problem:  # for the study file to say, not for a laboratory
        raise NoSuchSheetError(f"{name}: {problem}") from problem
    except (ConfigError, DataError, csv.Error) as problem:
        message = str(problem).removeprefix(f"{name}: ").removeprefix(f"{path}: ")
        return RawFile(name, "unreadable", message, digest, len(content))


def _parsed(name: str, content: bytes, reading: Reading, digest: str) -> RawFile:
    """The file as a table of text; CSV in the encoding and with the separator it has."""
    suffix, size = suffix_of(Path(name)), len(content)
    if suffix == ".xlsx":
        sheet = sheet_of(content, reading.sheet, reading.header)
        frame = as_text(sheet.frame, sheet.rows)
        return RawFile(name, "read", None, digest, size, frame, sheet.remarks)
    if suffix not in {".csv", ".csv.gz"}:
        frame = table_from_bytes(content, suffix, Path(name))
        odd = tuple(n for n, t in frame.schema.items() if cell_text.as_text(pl.col(n), t) is None)
        return RawFile(name, "read", None, digest, size, as_text(frame), odd_columns=odd)
    whole = as_utf8(unpacked(content) if suffix == ".csv.gz" else content, reading.encoding)
    plain, above = from_record(whole, reading.header), reading.header - 1
    separator = separator_of(plain, reading.separator)
    try:
        frame = csv_table(plain, separator, cut=True)
    except pl.exceptions.PolarsError as problem:
        raise DataError(f"not a readable csv table ({str(problem).splitlines()[0]})") from problem
    told = separator if reading.separator == AUTO and separator != "," else None
    uneven = uneven_rows(plain, frame.width, separator, above)
    text = as_text(frame, above=above)
    return RawFile(name, "read", None, digest, size, text, uneven, separator=told)


def with_missing(file: RawFile, words: tuple[str, ...]) -> RawFile:
    """The file with these texts as empty cells; a row in which nothing else stands is no row."""
    if file.frame is None or not words:
        return file
    texts = pl.all().exclude("SRCROW")
    frame = file.frame.with_columns(texts.replace(dict.fromkeys(words)))
    return replace(file, frame=frame.filter(pl.any_horizontal(texts.is_not_null())))


def as_text(frame: pl.DataFrame, rows: list[int] | None = None, above: int = 0) -> pl.DataFrame:
    """Every cell as trimmed text, nothing lost, empty is null; SRCROW counts the header as row 1.

    above: how many rows stand above the header. rows: the numbers of the rows where the file has its own.
    Rows in which every cell is empty are no rows (a spreadsheet saves them), but keep their number.
    """
    texts = [
        pl.lit(None, dtype=pl.String).alias(name) if text is None else text.alias(name)
        for name, kind in frame.schema.items()
        for text in (cell_text.as_text(pl.col(name), kind),)
    ]
    names = frame.columns
    numbered = frame.select(texts).with_row_index("SRCROW", offset=2 + above)
    if rows is not None:
        numbered = numbered.with_columns(SRCROW=pl.Series(rows, dtype=pl.Int64))
    filled = pl.any_horizontal(pl.col(n).is_not_null() for n in names) if names else pl.lit(False)
    return numbered.filter(filled).with_columns(pl.col("SRCROW").cast(pl.Int64))


def uneven_rows(
    content: bytes, width: int, separator: str = ",", above: int = 0
) -> tuple[Remark, ...]:
    """Rows of a CSV file with fewer or more fields than its header, each with its number."""
    return tuple(
        Remark(
            SHORT_ROW if count < width else LONG_ROW,
            row + above,
            None,
            f"{count} fields, not {width}",
        )
        for row, count in uneven(content, width, separator)
    )
