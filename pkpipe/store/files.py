"""Writing one table: the suffix names the format, a write is whole or not at all."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import polars as pl

from pkpipe.disk import atomically
from pkpipe.errors import ConfigError
from pkpipe.reading.files import suffix_of
from pkpipe.store.spreadsheet import safe

# XPT carries four date stamps of its own; a fixed one keeps equal tables equal in bytes.
XPT_STAMP: Final = b"01JAN60:00:00:00"
XPT_STAMP_OFFSETS: Final = (144, 160, 464, 480)


@dataclass(frozen=True)
class XptAbout:
    """What a transport file of a submission says beside its rows."""

    name: str
    label: str
    labels: Mapping[str, str]
    formats: Mapping[str, str]
    widths: Mapping[str, int]  # bytes of texts
    stamp: bytes  # of the four dates in it, e.g. 31MAR26:00:00:00


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
    partial.write_bytes(_xpt(text, name.upper(), XPT_STAMP))


def xpt_bytes(frame: pl.DataFrame, about: XptAbout) -> bytes:
    """A transport file of a submission: what does not fit was refused before, nothing is cut here."""
    return _xpt(
        frame,
        about.name,
        about.stamp,
        file_label=about.label,
        variable_labels=dict(about.labels),
        variable_format=dict(about.formats),
        storage_widths=dict(about.widths),
    )


def _xpt(frame: pl.DataFrame, name: str, stamp: bytes, **said: Any) -> bytes:  # noqa: ANN401 (of the library)
    from polars_readstat import write_xpt  # noqa: PLC0415 (only when an XPT is asked for)

    with tempfile.TemporaryDirectory(prefix="pkpipe-") as folder:
        path = Path(folder, "table.xpt")
        write_xpt(frame, str(path), version=5, table_name=name, **said)
        content = bytearray(path.read_bytes())
    for offset in XPT_STAMP_OFFSETS:
        content[offset : offset + 16] = stamp
    return bytes(content)
