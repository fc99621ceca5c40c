"""Whether a manifest proves a run: it names every file, and every table follows from the raw files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from pkpipe.errors import DataError
from pkpipe.reading.files import read_table
from pkpipe.store.manifest import NAME, in_the_wrong_place
from pkpipe.store.run_tables import Room

SOURCES: Final = "snapshot/SOURCES.parquet"
LOGS: Final = "logs"
OF_THE_RUN: Final = {NAME, "FROZEN.json"}  # about the files, none of them
Content = Mapping[str, Any]


def unproved(
    run: Path, content: Content, rooms: Sequence[Room], now: Mapping[str, str]
) -> list[str]:
    """What the manifest leaves out, and where a table does not follow from the one before, a line each.

    now: room to fingerprint of its code here. The tables of a room are known only of the same code.
    """
    same = [room for room in rooms if content["code"].get(room.name) == now[room.name]]
    return [
        *in_the_wrong_place(run, content),
        *_unnamed_files(run, content),
        *_unlisted(content, rooms, same),
        *_raw_left_out(content),
        *_broken(content, same),
        *_other_sources(run, content),
    ]


def _listed(content: Content) -> dict[str, str | None]:
    return {entry["path"]: entry["sha256"] for entry in content["outputs"]}


def _unnamed_files(run: Path, content: Content) -> Iterator[str]:
    listed = _listed(content)
    for path in sorted(run.rglob("*")):
        parts = path.relative_to(run).parts
        name = "/".join(parts)
        if path.is_symlink() and not path.resolve().is_relative_to(run.resolve()):
            yield f"{name}: is a link that leads out of the run"
            continue
        apart = name in OF_THE_RUN or parts[0] == LOGS or any(p.startswith(".") for p in parts)
        if not apart and name not in listed and not path.is_dir():
            yield f"{name}: lies in the run and is not named in the manifest"


def _unlisted(content: Content, rooms: Sequence[Room], same: Sequence[Room]) -> Iterator[str]:
    listed = _listed(content)
    for room in rooms:
        if room.name not in content["code"]:
            yield f"room {room.name}: is not in the manifest"
        elif not any(name.startswith(f"{room.name}/") for name in listed):
            yield f"room {room.name}: the manifest names none of its files"
    for room in same:
        for table in room.writes:
            for name in (f"{room.name}/{table}.parquet", f"{room.name}/{table}.csv"):
                if name not in listed:
                    yield f"{name}: the manifest does not name it"


def _raw_left_out(content: Content) -> Iterator[str]:
    """Raw files of the study as the manifest has it, which is sealed with it."""
    sources = content["config"].get("sources")
    if not isinstance(sources, dict) or not sources:
        yield "config: names no sources"
        return
    start = "" if content["raw"] is None else f"{content['raw']}/"
    named = {entry["path"].removeprefix(start) for entry in content["inputs"]}
    for code, source in sources.items():
        files = source.get("files") if isinstance(source, dict) else None
        if not isinstance(files, list) or not all(isinstance(n, str) for n in files):
            yield f"config: sources.{code} names no files"
            continue
        for name in files:
            if name not in named:
                yield f"{name}: a raw file of {code} that the manifest does not name"


def _broken(content: Content, same: Sequence[Room]) -> Iterator[str]:
    """Each table that a room read is the one that the room before wrote."""
    listed, read = _listed(content), content.get("read", {})
    for room in same:
        lacking = sorted({*room.reads} - read.get(room.name, {}).keys())
        if lacking and "read" in content:
            yield f"room {room.name}: the manifest does not say which {', '.join(lacking)} it read"
    for room_name, tables in read.items():
        for name, content_read in tables.items():
            if listed.get(f"{name}.parquet") != content_read:
                yield f"{name}: room {room_name} read another table than the manifest names"


def _other_sources(run: Path, content: Content) -> Iterator[str]:
    """The raw files that the snapshot says it read are the inputs of the manifest."""
    if content.get("cutoff") is None or not (run / SOURCES).is_file():
        return
    try:
        sources = read_table(run / SOURCES).select("FILE", "SHA256").unique("FILE")
    except DataError as problem:
        yield str(problem)
        return
    start = "" if content["raw"] is None else f"{content['raw']}/"
    inputs = {e["path"].removeprefix(start): e["sha256"] for e in content["inputs"]}
    read = dict(sources.iter_rows())
    for name in sorted({n for n in {*read, *inputs} if read.get(n) != inputs.get(n)}):
        yield f"{name}: the snapshot read another raw file than the manifest names"
