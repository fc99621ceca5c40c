"""What was copied from which source, so that an interrupted copy goes on and nothing known is copied again.

One line a file, in the archive's folder, added when the file is whole. Nothing rests on it alone: a file it
names counts only while the archive holds that content. Losing it costs a second copy.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from pkpipe import disk
from pkpipe.errors import BusyError
from pkpipe.store.raw_archive import FOLDER, holds, place_of

NAME: Final = ".ingest.jsonl"
LOCK: Final = ".ingest.lock"


@dataclass(frozen=True)
class Taken:
    """One file of a source as it was copied."""

    source: str
    name: str
    size: int
    mark: str | None  # by which the source stood for the content
    sha256: str


class TakenIn:
    """What one study took in from one source. study: the folder with its cutoffs."""

    def __init__(self, study: Path, source: str) -> None:
        self.study, self.source = study, source
        self._last: dict[str, Taken] = {t.name: t for t in _read(study) if t.source == source}

    @property
    def names(self) -> frozenset[str]:
        """Every file that ever came from there."""
        return frozenset(self._last)

    def has(self, name: str, size: int) -> bool:
        """Whether a file of that name and size came from there last; it may be another all the same."""
        last = self._last.get(name)
        return last is not None and last.size == size

    def content(self, name: str, size: int, mark: str | None) -> str | None:
        """The SHA-256 of a file that is kept already, known by the source's mark; None: not known."""
        last = self._last.get(name)
        if last is None or mark is None or (last.size, last.mark) != (size, mark):
            return None
        return last.sha256 if holds(place_of(self.study, name, last.sha256), last.sha256) else None

    def add(self, taken: Taken) -> None:
        """Write a line, unless it is known.

        Raises:
            OutputError: it cannot be written.
        """
        if self._last.get(taken.name) == taken:
            return
        self._last[taken.name] = taken
        path = self.study / FOLDER / NAME
        with disk.writing(path), path.open("ab") as file:
            torn = file.tell() > 0 and _last_byte(path) != b"\n"
            file.write((b"\n" if torn else b"") + json.dumps(asdict(taken)).encode() + b"\n")


def _last_byte(path: Path) -> bytes:
    with path.open("rb") as file:
        file.seek(-1, os.SEEK_END)
        return file.read(1)


def _read(study: Path) -> Iterator[Taken]:
    try:
        lines = disk.read_bytes(study / FOLDER / NAME).splitlines()
    except OSError:
        return
    for line in lines:
        with contextlib.suppress(ValueError, TypeError, RecursionError):  # a killed process left it
            taken = Taken(**json.loads(line))
            if isinstance(taken.name, str) and isinstance(taken.sha256, str):
                yield taken


@contextlib.contextmanager
def alone(study: Path) -> Iterator[None]:
    """One process at a time takes in raw files of a study; the system ends the lock with its process.

    Raises:
        BusyError: another one does.
        OutputError: the folder of the archive cannot be written.
    """
    path = study / FOLDER / LOCK
    with disk.writing(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        file = path.open("a")
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise BusyError(
                f"{study.name}: another pkpipe ingest takes in its raw files; nothing was done"
            ) from None
        yield
