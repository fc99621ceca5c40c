"""Writing one table: the suffix names the format, a write is whole or not at all."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import polars as pl
from polars_readstat import write_xpt

from pkpipe.disk import atomically
from pkpipe.errors import ConfigError
from pkpipe.reading.files import suffix_of
from pkpipe.store.spreadsheet import safe

# XPT carries four date stamps of its own; a fixed one keeps equal tables equal in bytes.
XPT_STAMP: Final = b"01JAN60:00:00:00"
XPT_STAMP_OFFSETS: Final = (144, 160, 464, 480)


@dataclass(frozen=True)
class XptAbout:
    """What a transport file says beside its rows."""

    name: str
    label: str | None = None
    labels: Mapping[str, str] = field(default_factory=dict)
    formats: Mapping[str, str] = field(default_factory=dict)
    widths: Mapping[str, int] = field(default_factory=dict)  # bytes of texts
    stamp: bytes = XPT_STAMP  # of the four dates in it, e.g. 31MAR26:00:00:00


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
            # Level 1 takes three fifths of the time and is as small; statistics of a row group say
            # nothing of rows that hold every parameter.
            lambda partial: rows.sink_parquet(
                partial,
                compression="zstd",
                compression_level=1,
                statistics=False,
                row_group_size=1 << 20,
            ),
        )
    elif suffix == ".csv":
        atomically(path, rows.sink_csv)
    else:
        write_table(rows.collect(), path)


def _to_xpt(frame: pl.DataFrame, partial: Path, name: str) -> None:
    bad = [c for c in frame.columns if not re.fullmatch(r"[A-Z_][A-Z0-9_]{0,7}", c)]
    if bad or not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]{0,7}", name):
        raise ConfigError(
            f"{name}.xpt: names of 1 to 8 letters, digits and _ are allowed (found {', '.join(bad) or name})"
        )
    text = frame.with_columns(
        pl.col(pl.Boolean).cast(pl.Int8), pl.col(pl.Enum, pl.Categorical).cast(pl.String)
    )
    partial.write_bytes(xpt_bytes(text, XptAbout(name.upper())))


def xpt_bytes(frame: pl.DataFrame, about: XptAbout) -> bytes:
    """A SAS transport file, version 5: what does not fit was refused before, nothing is cut here."""
    with tempfile.TemporaryDirectory(prefix="pkpipe-") as folder:
        path = Path(folder, "table.xpt")
        write_xpt(
            frame,
            str(path),
            version=5,
            table_name=about.name,
            file_label=about.label,
            variable_labels=dict(about.labels),
            variable_format=dict(about.formats),
            storage_widths=dict(about.widths),
        )
        content = bytearray(path.read_bytes())
    for offset in XPT_STAMP_OFFSETS:
        content[offset : offset + 16] = about.stamp
    return bytes(content)
