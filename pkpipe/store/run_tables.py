"""Tables of a run on disk: `<results>/<study>/<cutoff>/<room>/<TABLE>.parquet` with a CSV twin for people.

The only place where rooms meet a disk, so that a room itself is a function of tables.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Protocol

import polars as pl

from pkpipe import disk
from pkpipe.errors import DerivationError
from pkpipe.reading.files import table_from_bytes
from pkpipe.schema.adam.declaration import Table
from pkpipe.store import finished_rooms
from pkpipe.store.files import write_table


class Room(Protocol):
    """What is asked of a room here. Its list is not imported: another room's entry changes no table."""

    @property
    def name(self) -> str: ...
    @property
    def reads(self) -> tuple[str, ...]: ...
    @property
    def writes(self) -> tuple[str, ...]: ...
    @property
    def tables(self) -> tuple[Table, ...]: ...


def read_inputs(run: Path, room: Room) -> dict[str, pl.DataFrame]:
    """The tables a room reads, by their own name.

    Raises:
        DataError: some are not there, or not what their room wrote; every one of them is named.
    """
    expected = finished_rooms.expected(run, room)
    found = {name: _read_once(run / f"{name}.parquet") for name in room.reads}
    other = [name for name, (_, content) in found.items() if content != expected[name]]
    if other:
        raise finished_rooms.refused(run, room.name, other)
    return {
        name.rpartition("/")[2]: table_from_bytes(content, ".parquet", run / f"{name}.parquet")
        for name, (content, _) in found.items()
    }


def _read_once(path: Path) -> tuple[bytes, str | None]:
    """The bytes of a table and their hash: what is parsed is what was compared."""
    try:
        content = disk.read_bytes(path)
    except OSError:
        return b"", None
    return content, hashlib.sha256(content).hexdigest()


def write_outputs(run: Path, room: Room, tables: Mapping[str, pl.DataFrame]) -> None:
    """Write what a room returned; nothing is replaced before everything has been written.

    Raises:
        DerivationError: the tables, or the columns of one, are not those the room declares.
    """
    wrong = set(tables) ^ set(room.writes)
    if wrong:
        raise DerivationError(
            f"room {room.name} returned {', '.join(sorted(tables))}, "
            f"it declares {', '.join(room.writes)}"
        )
    faults = [
        f"{room.name}/{table.code}: {fault}"
        for table in room.tables
        for fault in table.faults(tables[table.code])
    ]
    if faults:
        raise DerivationError("\n".join(faults))
    folder = run / room.name
    with _Together(folder) as staged:
        for name in room.writes:
            write_table(tables[name], staged / f"{name}.parquet")
            write_table(for_people(tables[name]), staged / f"{name}.csv")


def write_texts(run: Path, room: Room, texts: Mapping[str, str]) -> None:
    """Write the text files of a room (the report), as `write_files` does."""
    write_files(run, room, {name: text.encode() for name, text in texts.items()})


def write_files(run: Path, room: Room, files: Mapping[str, bytes]) -> None:
    """Write the files of a room that has no tables, all or nothing; files of an earlier run go."""
    folder = run / room.name
    with _Together(folder) as staged:
        for name in sorted(files):
            disk.write_bytes(files[name], staged / name)
    for path in sorted(folder.rglob("[!.]*")):
        if path.is_file() and path.relative_to(folder).as_posix() not in files:
            path.unlink()


def leave_out(run: Path, room: Room) -> None:
    """Take away what a room left that the study file no longer asks for."""
    folder = run / room.name
    if folder.is_dir():
        with disk.writing(folder):
            shutil.rmtree(folder)


def for_people(frame: pl.DataFrame) -> pl.DataFrame:
    """The table as a spreadsheet can show it: lists and structures as JSON text."""
    nested = [n for n, t in frame.schema.items() if t.is_nested()]
    return frame.with_columns(
        pl.col(n).map_batches(_as_json, return_dtype=pl.String) for n in nested
    )


def _as_json(values: pl.Series) -> pl.Series:
    return values.to_frame().select(pl.struct(values.name).struct.json_encode()).to_series()


def table_paths(run: Path, room: Room) -> Iterable[Path]:
    """Every file of a room's tables."""
    for name in room.writes:
        yield run / room.name / f"{name}.parquet"
        yield run / room.name / f"{name}.csv"


class _Together:
    """Files written into a folder beside the target, moved into it when all of them are there."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.staged = folder.with_name(f".{folder.name}.{os.getpid()}.partial")

    def __enter__(self) -> Path:
        with disk.writing(self.folder):
            self._sweep()
            self.staged.mkdir(parents=True, exist_ok=True)
        return self.staged

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        files = sorted(path for path in self.staged.rglob("*") if path.is_file())
        try:
            with disk.writing(self.folder):
                if kind is None:
                    finished_rooms.take_away(self.folder.parent, self.folder.name)
                for path in files if kind is None else ():
                    target = self.folder / path.relative_to(self.staged)
                    target.parent.mkdir(parents=True, exist_ok=True)
                    path.replace(target)
        finally:
            shutil.rmtree(self.staged, ignore_errors=True)

    def _sweep(self) -> None:
        """Take away what a killed process of this room left half written."""
        for left in sorted(self.folder.parent.glob(f".{self.folder.name}.*.partial")):
            number = left.name.removesuffix(".partial").rpartition(".")[2]
            if number.isdecimal() and not _runs(int(number)):
                shutil.rmtree(left)


def _runs(process: int) -> bool:
    """Whether a process of that number is alive; one that is not ours is."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True
