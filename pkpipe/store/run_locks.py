"""Which Snakemake runs live in this folder: each holds a lock on a file that says what it makes.

Snakemake's own lock names no process, so after `kill -9` nobody can tell from it whether a run still lives;
and the jobs of a killed Snakemake go on writing. The system takes a lock on a file away with the process that
holds it, however that ends: a file whose lock can be had is of a dead run. What that left behind is ended,
known by a word in its environment, and Snakemake's lock on the same files is taken away.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import signal
import time
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from pkpipe import disk
from pkpipe.errors import BusyError

FOLDER: Final = Path(".snakemake", "pkpipe.runs")
GUARD: Final = ".guard"
LOCKS: Final = Path(".snakemake", "locks")
WORD: Final = "PKPIPE_RUN"  # in the environment of every job: which run it belongs to
GRACE_SECONDS: Final = 10.0
_held: list[int] = []  # descriptors that stay open as long as this process lives


@dataclass(frozen=True)
class Run:
    """A run that lives: its process, and the studies and cutoffs it makes, as `study/cutoff`."""

    process: int
    makes: tuple[str, ...]


def others() -> list[Run]:
    """Every other run that lives here."""
    if not FOLDER.is_dir():
        return []
    with _guarded():
        return [run for path in _files() if (run := _living(path)) is not None]


def enter(makes: Sequence[str]) -> list[str]:
    """Say that this process makes these now, after what dead runs left behind was ended; what was done.

    Raises:
        BusyError: a run that lives makes one of them.
    """
    done = heal()
    with _guarded():
        for path in _files():
            run = _living(path)
            if run is not None and (both := sorted({*run.makes} & {*makes})):
                raise busy(run, both)
        word = uuid.uuid4().hex
        descriptor = os.open(FOLDER / f"{word}.json", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        os.write(descriptor, json.dumps({"process": os.getpid(), "makes": [*makes]}).encode())
    _held.append(descriptor)
    os.environ[WORD] = word
    return done


def busy(run: Run, both: Sequence[str]) -> BusyError:
    """The sentence for a second run of the same results."""
    told = ", ".join(name.replace("/", " at ") for name in both)
    return BusyError(
        f"another run (process {run.process}) makes {told} here; nothing was done. "
        f"Wait until it has ended, or end it: kill {run.process}"
    )


def heal() -> list[str]:
    """End what dead runs left behind and take their locks away; what was done, a line each."""
    if not FOLDER.is_dir() and not LOCKS.is_dir():
        return []
    done = []
    with _guarded():
        alive: list[Run] = []
        for path in _files():
            run = _living(path)
            if run is not None:
                alive.append(run)
                continue
            ended = _end(path.stem)
            if ended:
                done.append(f"ended {ended} processes that a killed run had left behind")
            path.unlink(missing_ok=True)
        if _unlocked(alive):
            done.append("took away the lock of a killed run")
    return done


def _unlocked(alive: Sequence[Run]) -> bool:
    """Take away Snakemake's locks but those on what a living run makes."""
    theirs = [f"results/{name}/" for run in alive for name in run.makes]
    stale = [
        path
        for path in sorted(LOCKS.glob("*.lock"))
        if not any(name in path.read_text(encoding="utf-8", errors="replace") for name in theirs)
    ]
    for path in stale:
        path.unlink(missing_ok=True)
    return bool(stale)


@contextlib.contextmanager
def _guarded() -> Iterator[None]:
    """One process at a time looks and enters."""
    with disk.writing(FOLDER):
        FOLDER.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(FOLDER / GUARD, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _files() -> list[Path]:
    return sorted(FOLDER.glob("*.json"))


def _living(path: Path) -> Run | None:
    """The run of a file; None: nobody holds its lock any longer."""
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    except FileNotFoundError:
        return None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return _read(descriptor)
    else:
        return None
    finally:
        os.close(descriptor)


def _read(descriptor: int) -> Run:
    try:
        content: dict[str, Any] = json.loads(os.pread(descriptor, disk.MOST_TEXT, 0))
        return Run(int(content["process"]), tuple(map(str, content["makes"])))
    except (ValueError, KeyError, TypeError):
        return Run(0, ())


def _end(word: str) -> int:
    """End every process of a dead run, kindly at first; how many there were."""
    first = _members(word)
    for number in (signal.SIGTERM, signal.SIGKILL):
        for pid in _members(word):
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(pid, number)
        end = time.monotonic() + GRACE_SECONDS
        while _members(word) and time.monotonic() < end:
            time.sleep(0.05)
    return len(first)


def _members(word: str) -> list[int]:
    """Living processes whose environment names a run."""
    sought, found = f"{WORD}={word}".encode(), []
    for path in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            state = (path / "stat").read_bytes().rpartition(b")")[2].split()[0]
            if state != b"Z" and sought in (path / "environ").read_bytes().split(b"\0"):
                found.append(int(path.name))
    return found
