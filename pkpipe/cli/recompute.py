"""A finished run made anew from the raw files that it kept: do its files follow from them?"""

from __future__ import annotations

import datetime
import shutil
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pkpipe.cli.stage import Job, make_room
from pkpipe.errors import DataError, PkpipeError
from pkpipe.history.record import COMPARED_WITH, CONFIG, VALIDATE, whole_record
from pkpipe.provenance import fingerprint, sha256
from pkpipe.rooms import Room, rooms_in, roots_of
from pkpipe.store import frozen, raw_archive
from pkpipe.store.recorded_settings import recorded_study

Content = Mapping[str, Any]


@dataclass(frozen=True)
class Anew:
    """A run made anew."""

    run: Path
    rooms: tuple[Room, ...]


def made_anew(
    run: Path, content: Content, folder: Path, rooms: Sequence[Room] | None = None
) -> Anew:
    """Run rooms on the raw files a run kept, with the settings of its manifest, into an empty folder.

    rooms: some of them; None: all that the run has.

    Raises:
        DataError: a raw file is not kept with the content that was read, or a room refuses the data.
    """
    raw = folder / "raw"
    _restored(run, content, raw)
    if content["cutoff"] is None:
        raise DataError(f"{run}: was made without a cutoff, which nothing can be made anew of")
    cutoff = datetime.date.fromisoformat(content["cutoff"])
    study = recorded_study(run, content).at(cutoff)
    target = folder / "results" / run.parent.name / run.name
    job = Job(study, raw, target, None, _compared_with(run), looked_up=run)
    made = rooms_in(content) if rooms is None else tuple(rooms)
    for room in made:
        print(f"{run}: room {room.name} made anew", file=sys.stderr)
        try:
            make_room(room, job)
        except PkpipeError as problem:
            told = f"{run}: room {room.name} refuses what it was made of: {problem}"
            raise DataError(told) from problem
    return Anew(target, made)


def _restored(run: Path, content: Content, raw: Path) -> None:
    """The raw files under the names they had, each with the content that was read."""
    start = "" if content["raw"] is None else f"{content['raw']}/"
    lacking = []
    raw.mkdir(parents=True)
    for entry in content["inputs"]:
        if entry["sha256"] is None:
            continue  # could not be read then either
        name = entry["path"].removeprefix(start)
        target = raw / name
        if raw.resolve() not in target.resolve().parents:
            raise DataError(f"{run}: {name} is no name of a raw file")
        target.parent.mkdir(parents=True, exist_ok=True)
        kept = raw_archive.kept_path(run, entry["path"], entry["sha256"])
        if raw_archive.is_kept(run, entry):
            shutil.copyfile(kept, target)
        else:
            lacking.append(f"{name}: {kept} is not there, or is another")
    if lacking:
        raise DataError("\n  ".join([f"{run}: cannot be made anew from its raw files", *lacking]))


def _compared_with(run: Path) -> frozen.Earlier | None:
    """The earlier cutoff that the run's findings were compared with, by the record it left."""
    record = whole_record(run, VALIDATE)
    mark = "none" if record is None else str(record.facts[CONFIG].get(COMPARED_WITH, "none"))
    day, _, content = mark.partition(" ")
    if day == "none":
        return None
    cutoff = datetime.date.fromisoformat(day)
    found = (frozen.Earlier(cutoff, path) for path in frozen.revisions(run.parent, day))
    return next((e for e in found if content and e.mark == mark), frozen.Earlier(cutoff, None))


def not_the_same(content: Content, anew: Anew, write: Callable[[str], object]) -> list[str]:
    """One line a file of the manifest that comes out otherwise; write: what to say beside it."""
    names = {room.name for room in anew.rooms}
    listed = {e["path"]: e["sha256"] for e in content["outputs"]}
    wrong = []
    for name, then in listed.items():
        if name.partition("/")[0] not in names:
            continue
        path = anew.run / name
        now = sha256(path) if path.is_file() else None
        if now != then:
            wrong.append(
                f"{name}: does not follow from the raw files (SHA-256 {then}, made anew {now or 'none'})"
            )
    other = [r.name for r in anew.rooms if content["code"].get(r.name) != code_now(r)]
    if other:
        write(f"made by another version of pkpipe or of a package: rooms {', '.join(other)}")
    return wrong


def code_now(room: Room) -> str:
    """Fingerprint of a room's code here."""
    return fingerprint(*roots_of(room))
