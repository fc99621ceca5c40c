"""Running a room so that its record is left, and a failure over tables of an earlier program is explained."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from pkpipe import provenance
from pkpipe.history.record import (
    RAW,
    SNAPSHOT,
    Named,
    Record,
    facts,
    rooms_before,
    whole_record,
    write_record,
    written_by,
)
from pkpipe.history.stale import explained
from pkpipe.protocol.study import Study
from pkpipe.rooms import Room, roots_of
from pkpipe.store.frozen import Earlier
from pkpipe.store.raw_archive import raw_read


def noted(
    room: Room, study: Study, run: Path, before: Earlier | None, work: Callable[[], None]
) -> None:
    """Run a room and leave its record; a room that fails leaves the record of the last good run."""
    rests_on = facts(room, study, run, before)
    raw: Named = {}
    for name in rooms_before(room):
        earlier = whole_record(run, name)
        raw |= {} if earlier is None else earlier.raw
    try:
        work()
    except Exception as problem:
        if (told := explained(room, run, problem)) is not None:
            raise told from problem
        raise
    if room.name == SNAPSHOT:
        raw = rests_on[RAW] = raw_read(run)
    code = provenance.fingerprint(*roots_of(room))
    settings = provenance.settings(study, room.sections)
    write_record(run, Record(room.name, code, settings, rests_on, raw, written_by(run, room)))
