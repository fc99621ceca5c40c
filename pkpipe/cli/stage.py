"""`pkpipe stage`: read a room's tables, run it, write what it returns. What a Snakemake rule calls."""

from __future__ import annotations

import argparse
import datetime
import functools
import hashlib
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pkpipe.disk import not_ahead, write_bytes, write_text
from pkpipe.errors import DataError
from pkpipe.protocol.runs_asked_for import load_runs
from pkpipe.protocol.study import Study
from pkpipe.provenance import fingerprint, versions_used
from pkpipe.rooms import BY_NAME, ROOMS, Room, rooms_of, roots_of
from pkpipe.store import audit_chain, audit_trail, finished_rooms
from pkpipe.store.frozen import NAME, Earlier, as_frozen, earlier, is_frozen, tables_as_frozen

if TYPE_CHECKING:
    import polars as pl

    from pkpipe.validate.decision_basis import Basis

# The run file, where none is named: the workflow names the one it was started with.
CONFIG: Final = os.environ.get("PKPIPE_CONFIG", "config/config.yaml")
DRAWN: Final = ".simulated"  # the mark of a finished draw, in a virtual study's raw folder
MANIFEST, SNAPSHOT = "manifest", "snapshot"


@dataclass(frozen=True)
class Job:
    """One room of one study at one cutoff."""

    study: Study
    raw: Path
    run: Path
    expected: str | None  # hash of the raw files when the run was planned
    before: Earlier | None  # the cutoff that findings are compared with
    trail: Path | None = None  # the study's folder with the audit trail; None: that of the run
    looked_up: Path | None = None  # a run whose answers of the trail are taken as they are


def configure(parser: argparse.ArgumentParser) -> None:
    """Arguments of the verb."""
    parser.epilog = "example: pkpipe stage pk --study bat6026 --cutoff 2026-06-30\n\n" + (
        parser.epilog or ""
    )
    parser.add_argument(
        "room", choices=[*BY_NAME, MANIFEST], help="the room to run; manifest: hashes of all of it"
    )
    parser.add_argument("--study", required=True, help="a study of the run file")
    parser.add_argument("--cutoff", required=True, help="data cutoff, e.g. 2026-06-30")
    parser.add_argument("--results", type=Path, default=Path("results"), help="default: results")
    parser.add_argument(
        "--frozen", type=Path, help="where earlier cutoffs were frozen (default: the results)"
    )
    parser.add_argument("--config", type=Path, default=Path(CONFIG), help=f"default: {CONFIG}")
    parser.add_argument(
        "--sha256", help="snapshot: refuse raw files whose common hash is another than this"
    )


def run(arguments: argparse.Namespace) -> int:
    """Run one room, all or nothing."""
    runs = load_runs(arguments.config, arguments.study, arguments.cutoff)
    chosen = runs.studies[0]
    cutoff = chosen.cutoffs[0]
    study = chosen.study.at(cutoff)
    folder = arguments.results / study.study.id / cutoff.isoformat()
    if is_frozen(folder):
        raise DataError(f"{folder}: is frozen ({NAME}) and stays as it is")
    if lost := audit_chain.seal_lost(folder):
        raise DataError(lost)
    frozen = arguments.frozen or arguments.results
    before = earlier(frozen / study.study.id, cutoff, chosen.listed)
    job = Job(study, chosen.raw, folder, arguments.sha256, before, frozen / study.study.id)
    set_back = not_ahead(folder, chosen.raw / DRAWN)
    if set_back:
        print(f"{set_back} files lay in the future, their time stamps are now")
    room = BY_NAME.get(arguments.room)
    if room is None:
        _manifest(job, in_trail=frozen == arguments.results)
    elif room in rooms_of(study):
        make_room(room, job)
    else:
        line = f"`{room.name}: {{{room.switch}: true}}`"
        print(f"{room.name}: not asked for ({line} in the study file)")
    return 0


def make_room(room: Room, job: Job) -> None:
    """Read a room's tables, run it, write what it returns, its record and its mark."""
    from pkpipe.history.recorded_run import noted

    read = {} if room.name == SNAPSHOT else finished_rooms.expected(job.run, room)
    work = functools.partial(_SPECIAL.get(room.name, _topic), room, job)
    noted(room, job.study, job.run, job.before, work)
    _done(room, job.run, read)


def _done(room: Room, run: Path, read: finished_rooms.Hashes) -> None:
    """The mark of a finished room: what it read, as it was compared when it was read, and what it wrote."""
    from pkpipe.store.manifest_writing import files_of
    from pkpipe.store.raw_archive import raw_read

    written = {
        p.relative_to(run).as_posix(): finished_rooms.hash_of(p) for p in files_of(run, room)
    }
    raw = raw_read(run) if room.name == SNAPSHOT else {}
    finished_rooms.leave(run, finished_rooms.Mark(room.name, read, written, raw))


# Imports stand inside: one process runs one room, and what the others need is most of its time.
def _topic(room: Room, job: Job) -> None:
    from pkpipe.store.run_tables import read_inputs, write_outputs

    write_outputs(job.run, room, room.run(read_inputs(job.run, room), job.study))


def _snapshot(room: Room, job: Job) -> None:
    from pkpipe import snapshot
    from pkpipe.history.record import record_of
    from pkpipe.store import raw_archive
    from pkpipe.store.run_tables import table_paths, write_outputs

    tables = snapshot.run(job.raw, job.study, job.expected)
    raw_archive.put_aside(job.run, [*table_paths(job.run, room), record_of(job.run, room.name)])
    write_outputs(job.run, room, tables)


def _validate(room: Room, job: Job) -> None:
    """Findings are written for people whatever they say; tables only if none of them stops the study."""
    from pkpipe.finding.table import all_findings, lines_of, raise_if_any
    from pkpipe.store import raw_archive
    from pkpipe.store.files import write_table
    from pkpipe.store.run_tables import read_inputs, write_outputs
    from pkpipe.store.workbook import workbook
    from pkpipe.validate import stopping
    from pkpipe.validate.decision_basis import findings_of
    from pkpipe.validate.for_sites import for_sites

    inputs = read_inputs(job.run, room)
    tables = room.run(inputs, job.study)
    basis = _basis(tables["DECISIONS"], job)
    tables |= basis.tables
    of_basis = findings_of(tables["DECISIONS"], basis)
    proved = _proved(job)
    asked = [tables["FINDINGS"], *_since_frozen(inputs, job, proved=proved), *of_basis]
    tables["FINDINGS"] = all_findings(asked)
    write_table(tables["FINDINGS"], job.run / "logs" / "findings.csv")
    tables["FINDSTAT"] = _compared(tables["FINDINGS"], inputs, job, proved=proved)
    lines = for_sites(tables["FINDSTAT"], tables)
    write_table(lines, job.run / "logs" / "findings_for_sites.csv")
    made = job.study.cutoff or datetime.date(1980, 1, 1)
    write_bytes(workbook(lines, "Findings", made), job.run / "logs" / "findings_for_sites.xlsx")
    wrong = stopping(tables["FINDINGS"])
    if wrong.height:
        raw_archive.put_back(job.run)
    raise_if_any(wrong)
    write_outputs(job.run, room, tables)
    raw_archive.accept(job.run)
    for line in lines_of(tables["FINDINGS"], most=10):
        print(line)


def _basis(decisions: pl.DataFrame, job: Job) -> Basis:
    """The runs that recorded decisions name, by the trail; of a run made anew, what it was told then."""
    from pkpipe.validate.decision_basis import Asked, as_looked_up, looked_up

    if job.looked_up is not None:
        return as_looked_up(job.looked_up)
    plan = job.study.escalation
    needed = 1 if plan is None else plan.approvals
    return looked_up(decisions, Asked(job.trail or job.run.parent, job.run.name, needed))


def _proved(job: Job) -> bool:
    """Whether the trail proves the run that was frozen before; a trail that is not whole proves nothing.

    Raises:
        DataError: it is another run than the one that was frozen.
    """
    if job.before is None or job.before.run is None:
        return False
    wrong = audit_chain.wrong_of_seal(job.before.run)
    if wrong:
        told = f"{job.before.run}: is not the one that was frozen; nothing is compared with it"
        raise DataError("\n  ".join([told, *wrong]))
    return wrong is not None


def _since_frozen(
    inputs: Mapping[str, pl.DataFrame], job: Job, *, proved: bool
) -> list[pl.DataFrame]:
    """What changed since the delivery that the cutoff before was frozen with."""
    from pkpipe.reading.files import read_table
    from pkpipe.validate import findings_status
    from pkpipe.validate.redelivered import redelivered, unproved

    if job.before is None or job.before.run is None:
        return []
    if not proved:
        return [unproved(audit_trail.NAME)]
    names = {f"{SNAPSHOT}/{code}.parquet": code for code in inputs}
    frozen = tables_as_frozen(job.before, names)
    before = {names[name]: read_table(path) for name, path in frozen.items()}
    now = findings_status.cut_again(inputs, job.before.cutoff)
    return list(redelivered(now, before))


def _compared(
    findings: pl.DataFrame, inputs: Mapping[str, pl.DataFrame], job: Job, *, proved: bool
) -> pl.DataFrame:
    """The findings with their status since the cutoff before, as frozen and proved, or cut anew today."""
    from pkpipe import validate
    from pkpipe.reading.files import read_table
    from pkpipe.validate import findings_status

    before = job.before
    if before is None:
        return findings_status.with_status(findings, None, None, findings_status.NONE)
    if before.findings is not None and proved:
        frozen = read_table(as_frozen(before))
        return findings_status.with_status(findings, frozen, before.cutoff, findings_status.FROZEN)
    study = job.study.at(before.cutoff)
    then = validate.run(findings_status.cut_again(inputs, before.cutoff), study)["FINDINGS"]
    return findings_status.with_status(findings, then, before.cutoff, findings_status.TODAY)


def _report(room: Room, job: Job) -> None:
    from pkpipe.report import build
    from pkpipe.store.run_tables import read_inputs, write_texts

    write_texts(job.run, room, build(read_inputs(job.run, room), job.study))


def _tlf(room: Room, job: Job) -> None:
    from pkpipe.render import build
    from pkpipe.store.run_tables import read_inputs, write_files

    made = build(read_inputs(job.run, room), job.study)
    write_files(job.run, room, made.files)
    for line in made.told:
        print(line)


def _submission(room: Room, job: Job) -> None:
    from pkpipe.store.run_tables import read_inputs, write_files
    from pkpipe.submission import build

    made = build(read_inputs(job.run, room), job.study)
    write_files(job.run, room, made.files)
    for line in made.told:
        print(line)


def _manifest(job: Job, *, in_trail: bool) -> None:
    """in_trail: it is a run's own; a revision on trial gets its line when it is kept."""
    from pkpipe.history.record import made_otherwise, note_manifest
    from pkpipe.store.judgements import taken_up
    from pkpipe.store.manifest_writing import Made, finished, manifest_text
    from pkpipe.store.raw_archive import keep_raw
    from pkpipe.store.run_tables import leave_out

    rooms = rooms_of(job.study)
    if other := made_otherwise(job.run, rooms, job.study):
        told = (
            f"{job.run}: no manifest of rooms that were made otherwise than the study file says now"
        )
        raise DataError("\n  ".join([told, *other, "made anew by: snakemake --cores 2"]))
    for room in ROOMS:
        if room not in rooms:
            leave_out(job.run, room)
    every = [root for room in rooms for root in roots_of(room)]
    code = {room.name: fingerprint(*roots_of(room)) for room in rooms}
    made = Made(versions_used(*every), code, finished(job.run, rooms))
    text = manifest_text(job.run, rooms, job.study, job.raw, made)
    keep_raw(job.run, job.raw)
    if in_trail:
        content = hashlib.sha256(text.encode()).hexdigest()
        made_now = audit_trail.Entry(audit_trail.RUN, {audit_trail.MANIFEST: content})
        taken_up(job.run, job.study, first=[made_now])
    write_text(text, job.run / audit_trail.MANIFEST)
    note_manifest(job.run)


_SPECIAL: Final[dict[str, Callable[[Room, Job], None]]] = {
    "snapshot": _snapshot,
    "validate": _validate,
    "report": _report,
    "tlf": _tlf,
    "submission": _submission,
}
