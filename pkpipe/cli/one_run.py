"""One scheduled run: alone, after what a killed run left behind was ended and healed.

Snakemake's own lock names no process, so it cannot be told from it whether a run still lives; and the jobs
of a killed Snakemake go on writing. So a run holds a lock of its own, Snakemake gets a session of its own,
and the session is written down by the process that becomes Snakemake, before it does.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pkpipe.disk import writing
from pkpipe.store import run_locks

BUSY: Final = 75  # sysexits.h, EX_TEMPFAIL: try again later
FOLDER: Final = Path(".snakemake")
LOCK: Final = FOLDER / "pkpipe.lock"
RUNNING: Final = FOLDER / "pkpipe.session"
BOOT: Final = Path("/proc/sys/kernel/random/boot_id")
GRACE_SECONDS: Final = 10.0
# What the new session does first: say who it is, whole or not at all.
ANNOUNCE: Final = 'printf "%s %s\\n" "$$" "$0" > "$1.new" && mv "$1.new" "$1" && shift && exec "$@"'


@dataclass(frozen=True)
class Session:
    """Who runs: the session of a Snakemake, and the boot of the machine it was started in."""

    id: int
    boot: str


@contextlib.contextmanager
def alone(wait_seconds: float, makes: str = "") -> Iterator[bool]:
    """True while this process is the only run of this folder; False when another stayed past the wait.

    makes: `study/cutoff`, which no Snakemake started by hand may be making either.
    """
    with writing(LOCK):
        LOCK.parent.mkdir(parents=True, exist_ok=True)
        file = LOCK.open("a")
    end = time.monotonic() + wait_seconds
    with file:
        yield _waited(end, lambda: _locked(file.fileno())) and _waited(end, lambda: _free(makes))


def _waited(end: float, holds: Callable[[], bool]) -> bool:
    while not holds():
        if time.monotonic() >= end:
            return False
        time.sleep(0.2)
    return True


def _locked(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _free(makes: str) -> bool:
    """Whether no living Snakemake makes it, but for one that a killed `pkpipe cutoff` left behind."""
    mine = last_session()
    left = members(mine) if mine is not None else []
    return not any(makes in run.makes and run.process not in left for run in run_locks.others())


def heal() -> list[str]:
    """End what a killed run left behind and take its lock away; what was done, a line each."""
    done = []
    session = last_session()
    if session is not None:
        ended = _end(session)
        if ended:
            done.append(f"ended {ended} processes that a killed run had left behind")
        RUNNING.unlink(missing_ok=True)
    return [*done, *run_locks.heal()]


def last_session() -> Session | None:
    """The session of the last run if it may still live: written down in this boot of the machine."""
    try:
        number, boot = RUNNING.read_text(encoding="ascii").split()
    except (OSError, ValueError):
        return None
    session = Session(int(number), boot)
    return session if session.boot == _boot() else None


def snakemake(words: Sequence[str]) -> int:
    """Run Snakemake in a session of its own, which ends with this process when it is asked to end."""
    command = ["/bin/sh", "-c", ANNOUNCE, _boot(), str(RUNNING), sys.executable, "-m", "snakemake"]
    process = subprocess.Popen([*command, *words], start_new_session=True)

    def pass_on(number: int, _: object) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, number)

    before = {s: signal.signal(s, pass_on) for s in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)}
    try:
        code = process.wait()
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    RUNNING.unlink(missing_ok=True)
    return code


def _end(session: Session) -> int:
    """End every process of a session, kindly at first; how many there were."""
    first = members(session)
    for number, seconds in ((signal.SIGTERM, GRACE_SECONDS), (signal.SIGKILL, GRACE_SECONDS)):
        for pid in members(session):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, number)
        end = time.monotonic() + seconds
        while members(session) and time.monotonic() < end:
            time.sleep(0.05)
    return len(first)


def members(session: Session) -> list[int]:
    """Living processes of a session that run in this folder: a number given out anew is not taken for it."""
    here, found = Path.cwd().resolve(), []
    for path in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError, ValueError, IndexError):
            # The name in brackets may hold anything; after it: state, parent, group, session.
            fields = (
                (path / "stat")
                .read_text(encoding="utf-8", errors="replace")
                .rpartition(")")[2]
                .split()
            )
            mine = int(fields[3]) == session.id and fields[0] != "Z"
            if mine and (path / "cwd").readlink() == here:
                found.append(int(path.name))
    return found


def _boot() -> str:
    return BOOT.read_text(encoding="ascii").strip() if BOOT.is_file() else "unknown"
