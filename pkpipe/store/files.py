"""Writing one table: the suffix names the format, a write is whole or not at all."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

import polars as pl

from pkpipe.disk import atomically
from pkpipe.errors import ConfigError
from pkpipe.reading.files import suffix_of
from pkpipe.store.spreadsheet import safe

# XPT carries four date stamps of its own; a fixed one keeps equal tables equal in bytes.
XPT_STAMP: Final = b"01JAN60:00:00:00"
XPT_STAMP_OFFSETS: Final = (144, 160, 464, 480)


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
    from polars_readstat import write_xpt  # noqa: PLC0415 (only when an XPT is asked for)

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
