"""A table's history in sentences: where its bytes come from, and why the last run made it."""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pkpipe.history.record import (
    CODE,
    CONFIG,
    PACKAGES,
    RAW,
    TABLES,
    Change,
    Record,
    record_of,
)
from pkpipe.history.rerun_causes import (
    Cause,
    causes,
    left_alone,
    ran_again_before,
    raw_behind,
    room_of,
    stale,
)
from pkpipe.protocol.runs_asked_for import StudyRun
from pkpipe.provenance import sha256
from pkpipe.rooms import BY_NAME
from pkpipe.store.frozen import is_frozen

SHORT: Final = 12  # digits of a hash that tell two versions apart for people
MOST: Final = 12  # changes of one kind in one room that are named; the rest is counted
NO_SOURCE: Final = "no source in this study"
NOUNS: Final = {
    RAW: "raw file",
    CONFIG: "configuration",
    CODE: "code",
    PACKAGES: "package",
    TABLES: "table",
}


@dataclass(frozen=True)
class Subject:
    """The table asked about, in its run."""

    name: str  # room/TABLE; of a room without tables, its first file
    run: Path
    entry: StudyRun

    @property
    def room(self) -> str:
        """The room that wrote it."""
        return self.name.partition("/")[0]

    @property
    def file(self) -> str:
        """The table's file, seen from the run."""
        return f"{self.name}.parquet" if BY_NAME[self.room].writes else self.name


def history(subject: Subject, record: Record) -> list[str]:
    """All that is known of how a table came to be, a line each."""
    parts = (
        _itself(subject, record),
        _tables(subject, record),
        _raw(subject, record),
        _made_with(subject, record),
        ["", "Why the room ran when it ran last:", *_indented(_why(subject, record))],
        ["", "Since then:", *_indented(_since(subject, record))],
    )
    return [line for part in parts for line in part]


def _itself(subject: Subject, record: Record) -> list[str]:
    run = subject.run
    times = "once" if record.made == 1 else f"{record.made} times"
    return [
        f"{subject.name} of {run.parent.name} at {run.name}",
        f"  file     {(run / subject.file).as_posix()}",
        f"  SHA-256  {record.written.get(subject.file) or 'not written'}",
        f"  made by  room {record.room}, which ran {times} here, last at {_time_of(run, record.room)}",
    ]


def _time_of(run: Path, room: str) -> str:
    """When a room's record was written, by the clock of the file system; shown and never recorded."""
    seconds = record_of(run, room).stat().st_mtime
    return f"{datetime.datetime.fromtimestamp(seconds, datetime.UTC):%Y-%m-%d %H:%M} UTC"


def _tables(subject: Subject, record: Record) -> list[str]:
    read_from = record.facts[TABLES]
    if not read_from:
        return ["", "Computed from no other table: its room reads the raw files."]
    width = max(map(len, read_from))
    lines = [
        f"  {name.ljust(width)}  {sha}  {', '.join(raw_behind(subject.entry.study, name)) or NO_SOURCE}"
        for name, sha in sorted(read_from.items())
    ]
    return ["", f"Computed from {len(lines)} tables (SHA-256, raw files behind it):", *lines]


def _raw(subject: Subject, record: Record) -> list[str]:
    files = raw_behind(subject.entry.study, subject.name)
    if not files:
        return ["", "No raw file lies behind it: the study has no source for this table."]
    width = max(map(len, files))
    lines = [
        f"  {name.ljust(width)}  {record.raw.get(name) or 'was not there or could not be read'}"
        for name in files
    ]
    return ["", f"Raw files behind it, in {subject.entry.raw} (SHA-256 of what was read):", *lines]


def _made_with(subject: Subject, record: Record) -> list[str]:
    packages = ", ".join(f"{n} {v}" for n, v in sorted(record.facts[PACKAGES].items()))
    return [
        "",
        f"Configuration: {subject.entry.protocol.as_posix()}, fingerprint {record.settings}",
        f"  sections {', '.join(BY_NAME[record.room].sections)}",
        f"Code: fingerprint {record.code}, {len(record.facts[CODE])} files of pkpipe",
        f"  with {packages}",
    ]


def _why(subject: Subject, record: Record) -> list[str]:
    if record.changes is None:
        return ["first run: there was no result before it"]
    told = _told(causes(subject.run, record))
    if not told:
        ran = ran_again_before(record)
        again = f"{_rooms(ran)} ran again before it and gave the same tables" if ran else ""
        other = "it was asked for by hand, or a file of it was missing"
        return [f"nothing it rests on differed from the run before: {again or other}"]
    same = all(c.name != subject.file for c in record.rewritten)
    end = "byte for byte what it was before" if same else "another than before"
    return ["these differ from the run before:", *_indented(told), f"the table itself is {end}"]


def _since(subject: Subject, record: Record) -> list[str]:
    run, lines = subject.run, []
    path = run / subject.file
    found = sha256(path) if path.is_file() else None
    if found != record.written.get(subject.file):
        words = "is gone" if found is None else f"was changed by hand (SHA-256 now {found})"
        lines.append(f"the file {words}: pkpipe verify {run.as_posix()} tells what else was")
    if left_alone(run, record):
        lines.append(f"not rebuilt since {_time_of(run, record.room)}: the last run left it alone")
    told = _told(stale(run, subject.entry, subject.room))
    if not told:
        return [*lines, "nothing it rests on has changed"]
    frozen = is_frozen(run)
    next_run = "the cutoff is frozen and stays as it is" if frozen else "the next run makes it anew"
    return [*lines, f"these changed, and {next_run}:", *_indented(told)]


def _told(found: Iterable[Cause]) -> list[str]:
    """Changes in words, the first of each kind; below changed tables what changed them."""
    lines: list[str] = []
    for cause in found:
        told = _tables_told(cause) if cause.changes[0].group == TABLES else _each_told(cause)
        lines += ["  " * cause.depth + line for line in told]
    return lines


def _each_told(cause: Cause) -> list[str]:
    noun = NOUNS[cause.changes[0].group]
    lines = [f"{noun} {c.name} {_how(c)} (room {cause.room})" for c in cause.changes[:MOST]]
    more = len(cause.changes) - MOST
    return [*lines, f"and {more} more of {noun} (room {cause.room})"] if more > 0 else lines


def _tables_told(cause: Cause) -> list[str]:
    end = f" (read by room {cause.room}{'; why: see above' if cause.told else ''})"
    if len(cause.changes) == 1:
        return [f"table {cause.changes[0].name} {_how(cause.changes[0])}{end}"]
    names = ", ".join(c.name.partition("/")[2] for c in cause.changes)
    return [f"tables {names} of room {room_of(cause.changes[0])} have other content{end}"]


def _how(change: Change) -> str:
    if change.group in {CONFIG, PACKAGES}:
        old, new = (_value(v) for v in (change.before, change.after))
        return {"new": f"is new: {new}", "gone": f"is gone, was {old}"}.get(
            change.kind, f"was {old}, is {new}"
        )
    if change.kind != "changed" or change.before is None or change.after is None:
        return "is new" if change.before is None else "is gone"
    return f"has other content: was {change.before[:SHORT]}, is {change.after[:SHORT]}"


def _value(value: object) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 80 else f"{text[:77]}..."


def _rooms(names: Iterable[str]) -> str:
    names = list(names)
    return f"room {names[0]}" if len(names) == 1 else f"rooms {', '.join(names)}"


def _indented(lines: Iterable[str]) -> list[str]:
    return [f"  {line}" for line in lines]
