"""The record a room leaves when it ran: what it rested on, what it wrote, what differed from the run before.

It holds no clock: rooms count how often they were made, which tells the last run from those before it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Final

from pkpipe import disk, provenance
from pkpipe.disk import write_text
from pkpipe.errors import DataError
from pkpipe.protocol.study import Study
from pkpipe.rooms import BY_NAME, INTAKE, ROOMS, Room, roots_of
from pkpipe.store.frozen import Earlier

FOLDER: Final = Path("logs", "made")
MANIFEST: Final = "manifest"
SNAPSHOT, VALIDATE = (room.name for room in INTAKE)
# What a room rests on, in the order it is told. "rooms" is how often those before it were made.
RAW, CONFIG, CODE, PACKAGES, TABLES, BEFORE_IT = KINDS_OF_FACT = (
    *("raw", "config", "code", "packages", "tables", "rooms"),
)
WRITTEN: Final = "written"
# Not of the study file: which cutoff findings are compared with, and the hash of it where it is frozen.
COMPARED_WITH: Final = "findings compared with cutoff"

Named = dict[str, Any]
Facts = dict[str, Named]


@dataclass(frozen=True)
class Change:
    """One thing that is not what it was; before and after are None where it was or is not there."""

    group: str
    name: str
    kind: str  # changed, new, gone
    before: Any
    after: Any


@dataclass(frozen=True)
class Record:
    """What is known of a room's last run."""

    room: str
    code: str  # fingerprint, as in the manifest
    settings: str  # hash of the sections
    facts: Facts
    raw: Named  # raw files behind it to SHA-256, as they were read for it
    written: Named  # file of the run to SHA-256
    made: int = 1  # how often the room ran here
    changes: tuple[Change, ...] | None = None  # against the run before; None: this was the first
    rewritten: tuple[Change, ...] = ()  # files whose bytes became others


def rooms_before(room: Room) -> list[str]:
    """Rooms whose tables a room reads, in the order of the flow."""
    names = {name.partition("/")[0] for name in room.reads}
    return [r.name for r in ROOMS if r.name in names]


def facts(room: Room, study: Study, run: Path, before: Earlier | None) -> Facts:
    """What a room rests on as it lies there now, but for raw files.

    before: the cutoff that findings are compared with.
    """
    roots = roots_of(room)
    sources = provenance.source_files(*roots)
    config = flat(provenance.sections_of(study, room.sections))
    if room.name == VALIDATE:
        config[COMPARED_WITH] = "none" if before is None else before.mark
    return {
        RAW: {},  # of the snapshot alone, known when it has read them
        CONFIG: config,
        CODE: {
            path.relative_to(provenance.PACKAGE).as_posix(): provenance.sha256(path)
            for path in sources
        },
        PACKAGES: provenance.versions_used(*roots),
        TABLES: {name: _hash(run / f"{name}.parquet") for name in room.reads},
        BEFORE_IT: {name: times_made(run, name) for name in rooms_before(room)},
    }


def flat(value: object, at: str = "") -> Named:
    """Nested settings as one name a value: `cohorts.A.label`, so that a change is told by its key."""
    if isinstance(value, Mapping):
        items = [(str(key), v) for key, v in value.items()]
    elif isinstance(value, list) and value and all(isinstance(v, Mapping) for v in value):
        codes = [v.get("code") for v in value]
        known = all(isinstance(c, str) for c in codes) and len(set(codes)) == len(codes)
        items = [
            (str(v["code"]), {k: w for k, w in v.items() if k != "code"}) if known else (str(i), v)
            for i, v in enumerate(value, start=1)
        ]
    else:
        return {at: value}
    found: Named = {}
    for key, inner in items:
        found |= flat(inner, f"{at}.{key}" if at else key)
    return found


def compared(before: Named, after: Named, group: str) -> list[Change]:
    """What is new, gone or another than before, sorted by name."""
    found = []
    for name in sorted(before.keys() | after.keys()):
        old, new = before.get(name), after.get(name)
        if name in before and name in after:
            kind = "" if old == new else "changed"
        else:
            kind = "new" if name in after else "gone"
        if kind:
            found.append(Change(group, name, kind, old, new))
    return found


def changes_between(before: Facts, after: Facts) -> list[Change]:
    """`compared`, of every group in turn."""
    return [c for group in KINDS_OF_FACT for c in compared(before[group], after[group], group)]


def note_manifest(run: Path) -> None:
    """The record of the manifest, which ends every run: how often each room had been made by then."""
    counted: Facts = {group: {} for group in KINDS_OF_FACT}
    counted[BEFORE_IT] = {name: times_made(run, name) for name in BY_NAME}
    write_record(run, Record(MANIFEST, "", "", counted, {}, {}))


def record_of(run: Path, room: str) -> Path:
    """Where the record of a room lies."""
    return run / FOLDER / f"{room}.json"


def times_made(run: Path, room: str) -> int:
    """How often a room was made here, as far as records tell."""
    record = whole_record(run, room)
    return 0 if record is None else record.made


def read(run: Path, room: str) -> Record | None:
    """The record of a room; None if there is none.

    Raises:
        DataError: it is there and cannot be read.
    """
    path = record_of(run, room)
    try:
        content = json.loads(disk.read_text(path))
        changes = content["changes"]
        content["changes"] = None if changes is None else tuple(Change(**c) for c in changes)
        content["rewritten"] = tuple(Change(**c) for c in content["rewritten"])
        record = Record(**content)
        if not _sound(record):
            raise TypeError("a part is of another kind")
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as problem:
        raise DataError(
            f"{path}: is no record of pkpipe ({type(problem).__name__}); remove it and run the room again"
        ) from problem

    return record


def _sound(record: Record) -> bool:
    """Whether every part of what was read is of its kind; a record may have been edited."""
    texts = (record.room, record.code, record.settings)
    named = (record.facts, record.raw, record.written)
    return (
        all(isinstance(t, str) for t in texts)
        and all(isinstance(n, dict) for n in named)
        and all(isinstance(record.facts.get(group), dict) for group in KINDS_OF_FACT)
        and isinstance(record.made, int)
    )


def whole_record(run: Path, room: str) -> Record | None:
    """`read`, but a damaged record is none: it must not stop a run, which replaces it."""
    try:
        return read(run, room)
    except DataError:
        return None


def made_otherwise(run: Path, rooms: Iterable[Room], study: Study) -> list[str]:
    """What in a run was made under another study file or by another program than now, a line a room."""
    lines = []
    for room in rooms:
        record = whole_record(run, room.name)
        if record is None:
            continue
        if record.settings != provenance.settings(study, room.sections):
            sections = ", ".join(room.sections)
            lines.append(f"{room.name}: the study file was changed since ({sections})")
        elif record.code != provenance.fingerprint(*roots_of(room)):
            lines.append(f"{room.name}: the program was changed since")
    return lines


def write_record(run: Path, record: Record) -> None:

    before = whole_record(run, record.room)
    if before is not None:
        record = replace(
            record,
            made=before.made + 1,
            changes=tuple(changes_between(before.facts, record.facts)),
            rewritten=tuple(compared(before.written, record.written, WRITTEN)),
        )
    text = json.dumps(asdict(record), indent=1, sort_keys=True, ensure_ascii=False)
    write_text(text + "\n", record_of(run, record.room))


def written_by(run: Path, room: Room) -> Named:
    """Parquet tables a room wrote; of the report, its files."""
    if room.writes:
        names = [f"{room.name}/{table}.parquet" for table in room.writes]
    else:
        found = (p for p in (run / room.name).rglob("[!.]*") if p.is_file())
        names = sorted(p.relative_to(run).as_posix() for p in found)
    return {name: _hash(run / name) for name in names}


def _hash(path: Path) -> str | None:
    return provenance.sha256(path) if path.is_file() else None
