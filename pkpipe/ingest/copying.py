"""One file of a source into the archive: under another name until it is whole, hashed and proved.

A copy that was ended goes on where it stopped only if the source states a hash of the whole, which then
proves the parts; of other files the copy begins anew.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any, Final

from pkpipe import disk
from pkpipe.ingest.source import Listed, Source, SourceError, Stated, StorageError
from pkpipe.ingest.storage import refuse_if_changed, words_of
from pkpipe.ingest.taken_in import Taken
from pkpipe.store.raw_archive import FOLDER, holds, place_of

PIECE: Final = 1 << 20  # bytes
PARTIAL: Final = ".ingest.partial"
Tell = Callable[[int], None]  # of the bytes that came


def copied(source: Source, listed: Listed, study: Path, tell: Tell) -> Taken:
    """Copy a file into the archive of a study; what was copied.

    Raises:
        SourceError: the source did not give what it listed; nothing is in the archive.
        OutputError: the archive cannot be written.
    """
    stated = source.stated(listed)
    partial = _partial(study, source, listed)
    with disk.writing(partial):
        partial.parent.mkdir(parents=True, exist_ok=True)
        size, found = _filled(source, listed, stated, partial, tell)
        try:
            _proved(source, listed, stated, size, found)
        except SourceError:
            partial.unlink(missing_ok=True)
            raise
        content = found["sha256"]
        target = place_of(study, listed.name, content)
        if holds(target, content):
            partial.unlink()
        else:
            partial.replace(target)
    return Taken(source.shown, listed.name, listed.size, listed.mark, content)


def hashed(source: Source, listed: Listed) -> str:
    """The SHA-256 of a file of a source; nothing is written.

    Raises:
        SourceError: it cannot be read.
    """
    found = hashlib.sha256()
    with source.opened(listed) as file:
        while piece := _piece(file, source, listed):
            found.update(piece)
    return found.hexdigest()


def sweep(study: Path) -> None:
    """Take away what ended copies left behind; only once a copy is whole, for the next could have gone on."""
    for path in (study / FOLDER).glob(f".*{PARTIAL}"):
        path.unlink(missing_ok=True)


def _partial(study: Path, source: Source, listed: Listed) -> Path:
    key = f"{source.shown}\n{listed.name}\n{listed.state}"
    return study / FOLDER / f".{hashlib.sha256(key.encode()).hexdigest()[:32]}{PARTIAL}"


def _filled(
    source: Source, listed: Listed, stated: Stated, partial: Path, tell: Tell
) -> tuple[int, dict[str, str]]:
    """Fill the partial file; how many bytes came, and their hashes."""
    sums = {name: hashlib.new(name, usedforsecurity=False) for name in {"sha256", *stated.hashes}}
    with partial.open("r+b" if partial.is_file() else "w+b") as file:
        size = _begun(file, sums, listed) if stated.hashes else 0
        file.truncate(size)
        file.seek(size)
        tell(size)
        with source.opened(listed) as remote:
            remote.seek(size)
            while piece := _piece(remote, source, listed):
                size += len(piece)
                if size > listed.size:
                    break
                file.write(piece)
                file.flush()  # a process that is killed leaves what came
                tell(len(piece))
                for one in sums.values():
                    one.update(piece)
        os.fsync(file.fileno())
    return size, {name: one.hexdigest() for name, one in sums.items()}


def _begun(file: IO[bytes], sums: dict[str, Any], listed: Listed) -> int:
    """What an ended copy left, read again; bytes beyond the file's size are no part of it."""
    size = 0
    while size < listed.size and (piece := file.read(min(PIECE, listed.size - size))):
        size += len(piece)
        for one in sums.values():
            one.update(piece)
    return size


def _piece(file: IO[bytes], source: Source, listed: Listed) -> bytes:
    try:
        return file.read(PIECE)
    except Exception as problem:  # a library of a storage raises what it likes
        refuse_if_changed(problem, listed)
        told = f"{source.shown}: {listed.name!r} cannot be read to its end ({words_of(problem)})"
        raise StorageError(f"{told}; the same command goes on where it stopped") from None


def _proved(
    source: Source, listed: Listed, stated: Stated, size: int, found: dict[str, str]
) -> None:
    now = source.state_now(listed)
    if now is None:
        raise SourceError(f"{listed.name!r}: is gone from the source since it was listed")
    if now != listed.state:
        raise SourceError(f"{listed.name!r}: was changed at the source while it was copied")
    if size != listed.size:
        raise SourceError(f"{listed.name!r}: {size} bytes came, the source lists {listed.size}")
    for name, said in stated.hashes.items():
        if found[name] != said:
            raise SourceError(
                f"{listed.name!r}: what came is not what the source states "
                f"({name} {found[name]}, stated {said})"
            )
