"""Raw files from elsewhere into a study's raw folder: what is new, each content kept in the raw archive.

A delivery is taken in whole or not at all: every file is copied into the archive, hashed and compared with
what the source states, and only then do the raw folder's files get their new content. A process that is
killed leaves nothing that a run would read; the next goes on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pkpipe import disk
from pkpipe.errors import BusyError, ConfigError, DataError
from pkpipe.ingest import copying, placing
from pkpipe.ingest.addresses import Address
from pkpipe.ingest.file_names import clashes, wrong_of
from pkpipe.ingest.folder import Folder
from pkpipe.ingest.placing import Placed
from pkpipe.ingest.source import Listed, Listing, Source, SourceError
from pkpipe.ingest.stated_sums import wrong_by_sums
from pkpipe.ingest.storage import Storage
from pkpipe.ingest.taken_in import Taken, TakenIn, alone
from pkpipe.store import audit_trail, run_locks
from pkpipe.store.raw_archive import FOLDER, holds, place_of

IN_THE_TRAIL: Final = "raw/"  # before each name, so that none is taken for a manifest or a seal
NOTHING_PLACED: Final = (
    "nothing was put into the raw folder; the same command goes on with what is whole"
)
Progress = Callable[[int, int, int], None]  # files done, files, bytes that came


@dataclass(frozen=True)
class Target:
    """Where raw files of a study go."""

    study: Path  # results/<study>: its archive and its audit trail
    raw: Path  # its raw folder


@dataclass(frozen=True)
class Said:
    """Who takes in, and why, for the audit trail."""

    person: str | None = None
    reason: str | None = None


@dataclass(frozen=True)
class Outcome:
    """What was taken in. unknown: only without writing, files that would be copied to be compared."""

    files: int
    placed: tuple[Placed, ...]
    gone: tuple[str, ...]  # came from there once, and are there no more
    left: tuple[str, ...]  # hidden files
    unknown: tuple[str, ...] = ()
    line: int | None = None  # of the audit trail


def source_of(address: Address) -> Source:
    """The source of an address.

    Raises:
        ConfigError: the package for this storage is not installed.
    """
    return Folder(address.folder) if address.storage is None else Storage(address)


def ingest(source: Source, target: Target, said: Said, progress: Progress) -> Outcome:
    """Take in what is new.

    Raises:
        DataError: a name is refused, or the source did not give what it listed; the raw folder is as before.
        BusyError: a run of the study or another ingest lives.
        OutputError: archive, trail or raw folder cannot be written.
    """
    listing = source.listing()
    _refuse(source, listing, target)  # before anything is made
    with alone(target.study):
        _refuse(source, listing, target)  # another ingest may have written meanwhile
        known = TakenIn(target.study, source.shown)
        contents = _copied_all(source, listing, target, known, progress)
        placed = placing.to_place(target.raw, contents)
        line = _placed_all(source, target, placed, said) if placed else None
        copying.sweep(target.study)
        placing.sweep(target.raw)
    return Outcome(len(contents), tuple(placed), _gone(known, listing), listing.left, line=line)


def look(source: Source, target: Target) -> Outcome:
    """What would be taken in; nothing is written.

    Raises:
        DataError: as `ingest`.
    """
    known = TakenIn(target.study, source.shown)
    listing = source.listing()
    _refuse(source, listing, target)
    contents, unknown = dict[str, str](), list[str]()
    for listed in listing.files:
        content = known.content(listed.name, listed.size, listed.mark)
        if content is None and isinstance(source, Folder):
            content = copying.hashed(source, listed)
        if content is None:
            unknown.append(listed.name)
        else:
            contents[listed.name] = content
    placed = tuple(placing.to_place(target.raw, contents))
    return Outcome(len(listing.files), placed, _gone(known, listing), listing.left, tuple(unknown))


def _gone(known: TakenIn, listing: Listing) -> tuple[str, ...]:
    return tuple(sorted(known.names - {listed.name for listed in listing.files}))


def _refuse(source: Source, listing: Listing, target: Target) -> None:
    """Every name of a source must be able to be one of the raw folder."""
    wrong = [*listing.refused, *_wrong_names(listing, target.raw)]
    if wrong:
        raise DataError(
            "\n  ".join([f"{source.shown}: is not taken in; nothing was copied", *wrong])
        )
    if not listing.files:
        raise DataError(f"{source.shown}: no file is there")


def _wrong_names(listing: Listing, raw: Path) -> Iterator[str]:
    wrong = {listed.name: why for listed in listing.files if (why := wrong_of(listed.name))}
    yield from (f"{name!r}: {why}" for name, why in wrong.items())
    for listed in listing.files:
        if listed.size > disk.MOST_TABLE:
            yield f"{listed.name!r}: has {listed.size} bytes, at most {disk.MOST_TABLE} are read"
    names = [listed.name for listed in listing.files if listed.name not in wrong]
    yield from clashes(names, placing.names_there(raw))
    yield from placing.wrong_places(raw, names)


def _copied_all(
    source: Source, listing: Listing, target: Target, known: TakenIn, progress: Progress
) -> dict[str, str]:
    """The SHA-256 of every file, all of them in the archive.

    Raises:
        DataError: of some the source did not give what it listed; all of them are named.
    """
    contents, wrong, came = dict[str, str](), list[str](), [0]
    for number, listed in enumerate(listing.files):

        def tell(count: int, number: int = number) -> None:
            came[0] += count
            progress(number, len(listing.files), came[0])

        try:
            contents[listed.name] = _content(source, listed, target, known, tell)
        except SourceError as problem:
            wrong.append(str(problem))
    kept = {name: place_of(target.study, name, content) for name, content in contents.items()}
    wrong += wrong_by_sums(contents, kept) if not wrong else ()
    if wrong:
        raise DataError("\n  ".join([f"{source.shown}: {NOTHING_PLACED}", *wrong]))
    return contents


def _content(
    source: Source, listed: Listed, target: Target, known: TakenIn, tell: copying.Tell
) -> str:
    content = known.content(listed.name, listed.size, listed.mark)
    if content is None and isinstance(source, Folder) and known.has(listed.name, listed.size):
        found = copying.hashed(source, listed)  # cheaper than to copy what is here already
        content = found if holds(place_of(target.study, listed.name, found), found) else None
    if content is not None:
        tell(listed.size)
        return content
    taken: Taken = copying.copied(source, listed, target.study, tell)
    known.add(taken)
    return taken.sha256


def _placed_all(source: Source, target: Target, placed: list[Placed], said: Said) -> int:
    """Put the files into the raw folder, after what lay there is kept and the trail has its line."""
    busy = [run for run in run_locks.others() if any(_of(target, made) for made in run.makes)]
    if busy:
        raise BusyError(
            f"{target.study.name}: a run (process {busy[0].process}) reads the raw folder; {NOTHING_PLACED}. "
            "Wait until the run has ended"
        )
    placing.keep_before(target.study, target.raw, placed)
    entry = audit_trail.Entry(
        audit_trail.INGEST,
        {IN_THE_TRAIL + one.name: one.content for one in placed},
        said.person,
        said.reason,
        before={IN_THE_TRAIL + one.name: one.before for one in placed},
        where=source.shown,
    )
    number, _ = audit_trail.append(target.study / FOLDER, entry)
    placing.place(target.study, target.raw, placed)
    return number


def _of(target: Target, made: str) -> bool:
    return made.partition("/")[0] == target.study.name


def apart(address: Address, target: Target) -> None:
    """The source is another folder than those that are written.

    Raises:
        ConfigError: one lies in the other.
    """
    if address.storage is not None:
        return
    here = address.folder.resolve()
    for folder in (target.raw.resolve(), (target.study / FOLDER).resolve()):
        if here == folder or here in folder.parents or folder in here.parents:
            raise ConfigError(
                f"{address.text}: is written to ({folder}), so it is no source (allowed: another folder)"
            )
