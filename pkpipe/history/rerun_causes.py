"""Why a room ran again, followed back to the raw files, the settings and the code it began with."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pkpipe import provenance
from pkpipe.history.record import (
    BEFORE_IT,
    MANIFEST,
    RAW,
    SNAPSHOT,
    TABLES,
    VALIDATE,
    Change,
    Record,
    changes_between,
    facts,
    read,
    rooms_before,
)
from pkpipe.protocol.runs_asked_for import StudyRun
from pkpipe.protocol.study import Study
from pkpipe.rooms import BY_NAME, DOMAIN_CODES, INPUT_CODES, ROOMS
from pkpipe.store.frozen import Earlier, earlier

DELIVERED: Final = frozenset((*DOMAIN_CODES, *INPUT_CODES))


@dataclass(frozen=True)
class Cause:
    """Changes of one kind that a room saw; of tables those of one room before it."""

    depth: int  # 0: of the room asked about; 1: of what changed that; and so on
    room: str
    changes: tuple[Change, ...]
    told: bool = False  # what is behind these tables stands further up


def causes(run: Path, record: Record) -> list[Cause]:
    """What differed when the room was last made, changed tables followed to what changed them."""
    found: list[Cause] = []
    _follow(run, record, record.changes or (), 0, found)
    return found


def _follow(
    run: Path, record: Record, changes: Sequence[Change], depth: int, found: list[Cause]
) -> None:
    found += _plain(record.room, changes, depth)
    tables = [c for c in changes if c.group == TABLES]
    for room in sorted({room_of(c) for c in tables}, key=list(BY_NAME).index):
        of_room = tuple(c for c in tables if room_of(c) == room)
        told = any(c.changes[0].group == TABLES and room_of(c.changes[0]) == room for c in found)
        found.append(Cause(depth, record.room, of_room, told))
        above = None if told else read(run, room)
        if above is not None:
            below = behind([c for c in of_room if _wrote(above, c)], above)
            _follow(run, above, below, depth + 1, found)


def _plain(room: str, changes: Iterable[Change], depth: int) -> list[Cause]:
    """Changes that nothing lies behind. That a room before ran shows in the tables, if it mattered."""
    kinds: dict[str, list[Change]] = {}
    for change in changes:
        kinds.setdefault(change.group, []).append(change)
    return [
        Cause(depth, room, tuple(kind))
        for group, kind in kinds.items()
        if group not in {TABLES, BEFORE_IT}
    ]


def room_of(change: Change) -> str:
    """The room whose table changed."""
    return change.name.partition("/")[0]


def _wrote(record: Record, change: Change) -> bool:
    """Whether the record's own last run is the one that changed the table, and no later one."""
    return any(
        c.name == f"{change.name}.parquet" and (c.before, c.after) == (change.before, change.after)
        for c in record.rewritten
    )


def behind(tables: Sequence[Change], record: Record) -> list[Change]:
    """Of what the room of these tables saw change, what may lie behind them.

    A validated table comes from the table of its own domain; of another room from all it reads.
    """
    if not tables:
        return []
    changes = list(record.changes or ())
    names = {c.name.partition("/")[2] for c in tables}
    if record.room != VALIDATE or not names <= DELIVERED:
        return changes
    own = {f"{SNAPSHOT}/{name}" for name in names}
    return [c for c in changes if c.group != TABLES or c.name in own]


def ran_again_before(record: Record) -> list[str]:
    """Rooms before this one that ran since it was made the time before."""
    ran = {c.name for c in record.changes or () if c.group == BEFORE_IT}
    return [room.name for room in ROOMS if room.name in ran]


def left_alone(run: Path, record: Record) -> bool:
    """Whether the last finished run made other rooms and not this one."""
    end = read(run, MANIFEST)
    if end is None or not end.changes:
        return False
    return all(c.name != record.room for c in end.changes if c.group == BEFORE_IT)


def stale(run: Path, entry: StudyRun, room: str) -> list[Cause]:
    """What lies here now otherwise than when the room, or one before it, was made."""
    found = []
    for name in path_to(room):
        record = read(run, name)
        if record is None:
            continue
        now = facts(BY_NAME[name], entry.study, run, _before(run, entry))
        if name == SNAPSHOT:
            now[RAW] = provenance.raw_hashes(entry.raw, entry.study)
        changes = changes_between(record.facts, now)
        found += _plain(name, changes, 0)
        found += [Cause(0, name, (c,)) for c in changes if c.group == TABLES]
    return found


def _before(run: Path, entry: StudyRun) -> Earlier | None:
    """The cutoff that findings of this run would be compared with now."""
    cutoff = datetime.date.fromisoformat(run.name.partition(".")[0])
    return earlier(run.parent, cutoff, entry.listed)


def path_to(room: str) -> list[str]:
    """The room and every room before it that it rests on, in the order of the flow."""
    needed, waiting = set[str](), [room]
    while waiting:
        name = waiting.pop()
        if name not in needed:
            needed.add(name)
            waiting += rooms_before(BY_NAME[name])
    return [r.name for r in ROOMS if r.name in needed]


def raw_behind(study: Study, table: str) -> list[str]:
    """Raw files that a table's rows come from: of a delivered domain its own, else of all its room reads."""
    files, waiting, seen = set[str](), [table], set[str]()
    while waiting:
        room, _, name = (at := waiting.pop()).partition("/")
        if at in seen:
            continue
        seen.add(at)
        if room == SNAPSHOT:
            mine = (s for code, s in study.sources.items() if code == name or name not in DELIVERED)
            files |= {file for source in mine for file in source.all_files}
        elif room == VALIDATE and name in DELIVERED:
            waiting.append(f"{SNAPSHOT}/{name}")
        else:
            waiting += BY_NAME[room].reads
    return sorted(files)
