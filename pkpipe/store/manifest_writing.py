"""The manifest of a run: every input and output by SHA-256, versions and settings; no clock, no machine."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from pkpipe.errors import DataError
from pkpipe.protocol.study import Study
from pkpipe.provenance import program_version, sha256
from pkpipe.reading.files import read_table
from pkpipe.store import finished_rooms
from pkpipe.store.run_tables import Room, table_paths

Entry = dict[str, str | int | None]


@dataclass(frozen=True)
class Made:
    """What a run was made of besides its data."""

    versions: Mapping[str, str]  # installed packages
    code: Mapping[str, str]  # room to fingerprint of its code
    read: Mapping[str, finished_rooms.Hashes]  # room to the tables it read


def finished(run: Path, rooms: Sequence[Room]) -> dict[str, finished_rooms.Hashes]:
    """What each room read, every one of them finished and its files as it wrote them.

    Raises:
        DataError: a room is not finished, or a file is not what its room wrote; each is named.
    """
    found = {room.name: finished_rooms.read(run, room.name) for room in rooms}
    lacking = [name for name, mark in found.items() if mark is None]
    doubted = {**dict.fromkeys(lacking, "it is not finished"), **finished_rooms.doubts(run, rooms)}
    if doubted:
        told = [f"room {name} is to be run again: {why}" for name, why in doubted.items()]
        raise DataError("\n  ".join([f"{run}: no manifest of tables that are not proved", *told]))
    return {name: mark.read for name, mark in found.items() if mark is not None}


def manifest_text(run: Path, rooms: Sequence[Room], study: Study, raw: Path, made: Made) -> str:
    """`manifest.json` of one study and cutoff; equal runs give equal bytes wherever they lie."""
    inside = raw_beside(run, raw)
    content = {
        "study": study.study.id,
        "cutoff": None if study.cutoff is None else study.cutoff.isoformat(),
        "pkpipe": program_version(),
        "versions": dict(made.versions),
        "code": dict(made.code),
        "read": {room: dict(tables) for room, tables in made.read.items()},
        "raw": inside,
        "inputs": sorted(_inputs(run, inside), key=lambda e: str(e["path"])),
        "outputs": sorted(_outputs(run, rooms), key=lambda e: str(e["path"])),
        "config": study.model_dump(mode="json", exclude={"cutoff"}),
    }
    return json.dumps(content, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def raw_beside(run: Path, raw: Path) -> str | None:
    """The raw folder seen from the run, if both lie in the folder the run started in; else None."""
    here = Path.cwd().resolve()
    inside = raw.resolve().is_relative_to(here) and run.resolve().is_relative_to(here)
    return Path(os.path.relpath(raw.resolve(), run.resolve())).as_posix() if inside else None


def _inputs(run: Path, raw: str | None) -> Iterable[Entry]:
    """Raw files as they were read, which is what the results rest on, whatever lies there now."""
    sources = read_table(run / "snapshot" / "SOURCES.parquet")
    for row in sources.unique("FILE", maintain_order=True).iter_rows(named=True):
        path = row["FILE"] if raw is None else f"{raw}/{row['FILE']}"
        yield {"path": path, "sha256": row["SHA256"], "rows": row["ROWS"]}


def _outputs(run: Path, rooms: Sequence[Room]) -> Iterable[Entry]:
    for room in rooms:
        for path in files_of(run, room):
            yield _entry(run, path, _rows(path) if room.writes else None)


def _rows(path: Path) -> int:
    """Rows of a table, from the end of its Parquet file."""
    return int(pl.scan_parquet(path.with_suffix(".parquet")).select(pl.len()).collect().item())


def files_of(run: Path, room: Room) -> list[Path]:
    """Every file of a room: its tables with their twins, or what the report consists of."""
    if room.writes:
        return [*table_paths(run, room)]
    found = (run / room.name).rglob("*")
    return sorted(path for path in found if path.is_file() and not path.name.startswith("."))


def _entry(run: Path, path: Path, rows: int | None) -> Entry:
    return {"path": path.relative_to(run).as_posix(), "sha256": sha256(path), "rows": rows}
