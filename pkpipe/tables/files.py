"""Reading and writing one table: the format is told by the suffix, a write is whole or not at all."""

from __future__ import annotations

import hashlib
import io
import os
import re
import tempfile
from pathlib import Path
from typing import Final

import polars as pl

from pkpipe import disk
from pkpipe.disk import atomically
from pkpipe.errors import ConfigError, DataError
from pkpipe.tables.decoding import AUTO, as_utf8, separator_of, uneven, unpacked
from pkpipe.tables.sas_size import check_size
from pkpipe.tables.spreadsheet import safe

SUFFIXES: Final = (".csv", ".csv.gz", ".parquet", ".xpt", ".sas7bdat", ".xlsx")
# Spreadsheets of other kinds, which a person can save as one that is read.
SPREADSHEETS: Final = (".xls", ".xlsm", ".xlsb", ".ods", ".et")
# XPT carries four date stamps of its own; a fixed one keeps equal tables equal in bytes.
XPT_STAMP: Final = b"01JAN60:00:00:00"
XPT_STAMP_OFFSETS: Final = (144, 160, 464, 480)


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


def sha256_of(path: Path) -> str:
    """SHA-256 of a file's bytes, as 64 hexadecimal digits."""
    with os.fdopen(disk.opened(path), "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def plain_text(text: pl.Expr) -> pl.Expr:
    """Text as it is meant: without blanks around (of any kind), and null where nothing is left.

    A quoted empty field is an empty field: quotes carry no meaning (RFC 4180, section 2).
    """
    return text.str.strip_chars().replace("", None)


def plain_cells(frame: pl.DataFrame) -> pl.DataFrame:
    """Every text of a table as `plain_text`, in whatever format it came."""
    kinds = (pl.String, pl.Categorical, pl.Enum)
    texts = [name for name, kind in frame.schema.items() if kind in kinds]
    return frame.with_columns(plain_text(pl.col(name).cast(pl.String)) for name in texts)


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
            return _whole_csv(as_utf8(plain, AUTO))
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
    frame = csv_table(content, separator, cut=True)
    wrong = uneven(content, frame.width, separator)
    if wrong:
        told = "; ".join(f"row {row}: {count} fields" for row, count in wrong[:5])
        more = f"; and {len(wrong) - 5} more" if len(wrong) > 5 else ""
        raise DataError(f"not every row has the {frame.width} fields of the header ({told}{more})")
    return frame


def separator_in(path: Path) -> str | None:
    """What separates the columns of a text file; None of any other file."""
    suffix = suffix_of(path)
    if suffix not in {".csv", ".csv.gz"}:
        return None
    content = disk.read_bytes(path)
    return separator_of(as_utf8(unpacked(content) if suffix == ".csv.gz" else content, AUTO), AUTO)


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
    from pkpipe.tables.excel import sheet_of  # noqa: PLC0415 (only for workbooks)

    sheet = sheet_of(content)
    wrong = [r for r in sheet.remarks if r.check.severity == "error"]
    if wrong:
        told = "; ".join(f"row {r.row}: {r.check.words} ({r.value})" for r in wrong[:5])
        raise DataError(f"{len(wrong)} cells cannot be trusted: {told}")
    return sheet.frame


def _from_sas(content: bytes, suffix: str) -> pl.DataFrame:
    import pyreadstat  # noqa: PLC0415 (0.16 s, only for SAS files)

    check_size(content, suffix)
    read = pyreadstat.read_xport if suffix == ".xpt" else pyreadstat.read_sas7bdat
    with tempfile.NamedTemporaryFile(suffix=suffix) as file:
        file.write(content)
        file.flush()
        frame: pl.DataFrame = read(file.name, output_format="polars")[0]
    return plain_cells(frame)  # SAS knows no null text: an empty value is a missing one


def write_table(frame: pl.DataFrame, path: Path, *, exact: bool = False) -> None:
    """Write one table in the format its suffix names; a killed run leaves the old file or the new one.

    A CSV file is opened in spreadsheets, so no cell of it is a formula. exact: of a file that only programs
    read, every text as it is; Parquet and XPT always are.
    """
    suffix = suffix_of(path)
    if suffix == ".parquet":
        atomically(path, lambda partial: frame.write_parquet(partial, compression="zstd"))
    elif suffix == ".csv":
        atomically(path, (frame if exact else safe(frame)).write_csv)
    elif suffix == ".xpt":
        atomically(path, lambda partial: _to_xpt(frame, partial, path.stem))
    else:
        raise ConfigError(f"{path}: cannot write {suffix} (allowed: .csv, .parquet, .xpt)")


def sink_table(rows: pl.LazyFrame, path: Path) -> None:
    """Write rows that are made while they are written, whole or not at all; like `write_table` otherwise."""
    suffix = suffix_of(path)
    if suffix == ".parquet":
        atomically(
            path,
            lambda partial: rows.sink_parquet(partial, compression="zstd", row_group_size=1 << 20),
        )
    elif suffix == ".csv":
        atomically(path, rows.sink_csv)
    else:
        write_table(rows.collect(), path)


def _to_xpt(frame: pl.DataFrame, partial: Path, name: str) -> None:
    from polars_readstat import write_xpt  # noqa: PLC0415 (69 MB, only when an XPT is asked for)

    bad = [c for c in frame.columns if not re.fullmatch(r"[A-Z_][A-Z0-9_]{0,7}", c)]
    if bad or not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]{0,7}", name):
        raise ConfigError(
            f"{name}.xpt: names of 1 to 8 letters, digits and _ are allowed (found {', '.join(bad) or name})"
        )
    text = frame.with_columns(
        pl.col(pl.Boolean).cast(pl.Int8), pl.col(pl.Enum, pl.Categorical).cast(pl.String)
    )
    write_xpt(text, str(partial), version=5, table_name=name.upper())
    content = bytearray(partial.read_bytes())
    for offset in XPT_STAMP_OFFSETS:
        content[offset : offset + 16] = XPT_STAMP
    partial.write_bytes(bytes(content))
