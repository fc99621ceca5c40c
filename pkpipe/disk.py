"""Files on a disk: only regular ones are opened, within a size; a write is whole or not at all.

A pipe waits for ever for somebody to write into it, a device may never end. Both can lie where a table is
expected, by accident or not, so every file of other people is opened here.
"""

from __future__ import annotations

import contextlib
import errno
import os
import re
import stat
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from pkpipe.errors import OutputError, PkpipeError

MOST_TABLE: Final = (
    1 << 32
)  # bytes of a table: 4 GiB, which no delivery of a phase I trial comes near
MOST_TEXT: Final = 1 << 24  # bytes of a study file, a manifest, a log: 16 MiB
NO_PLAIN_FILE: Final = (
    (stat.S_ISDIR, "a folder"),
    (stat.S_ISFIFO, "a named pipe"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
)
UNSAID: Final = "no space, or a file too large"
BLOCK: Final = 1 << 16  # bytes that show whether a disk takes any
PROBE: Final = 1 << 20  # bytes, more than a library had left to write
# How a library tells that the system did not take all bytes, with the system's number or without.
OS_ERROR: Final = re.compile(r"\(os error (\d+)\)|transport error|IO error|Format error: IO")


class NotReadableError(OSError):
    """A file that is not opened; `strerror` is the sentence, as of every OSError."""

    def __init__(self, path: Path, words: str) -> None:
        super().__init__(errno.EINVAL, words, str(path))


def identity(path: Path) -> tuple[int, ...]:
    """What changes when a file does; only the key of caches inside one process, never of a decision.

    Raises:
        OSError: the file is not there, or its name is none that a file can have.
    """
    try:
        facts = path.stat()
    except ValueError:  # a zero byte within the name
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(path)) from None
    return facts.st_ino, facts.st_size, facts.st_mtime_ns, facts.st_ctime_ns


def opened(path: Path, most: int = MOST_TABLE) -> int:
    """A descriptor of a regular file of at most so many bytes.

    Raises:
        OSError: there is none; `NotReadableError` where it is no regular file, or too large.
    """
    _regular(path, path.stat(), most)  # before it is opened: opening a device does something
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        _regular(path, os.fstat(descriptor), most)
    except OSError:
        os.close(descriptor)
        raise
    return descriptor


def _regular(path: Path, facts: os.stat_result, most: int) -> None:
    if not stat.S_ISREG(facts.st_mode):
        kind = next((words for is_one, words in NO_PLAIN_FILE if is_one(facts.st_mode)), "no file")
        raise NotReadableError(path, f"is {kind}, not a regular file")
    if facts.st_size > most:
        raise NotReadableError(path, f"has {facts.st_size} bytes, at most {most} are read")


def read_bytes(path: Path, most: int = MOST_TABLE) -> bytes:
    """The content of a regular file; a file that grows while it is read stops at the bound too.

    Raises:
        OSError: as `opened`.
    """
    with os.fdopen(opened(path, most), "rb") as file:
        content = file.read(most + 1)
    if len(content) > most:
        raise NotReadableError(path, f"has more than {most} bytes, which is as much as is read")
    return content


def read_text(path: Path, encoding: str = "utf-8", errors: str = "strict") -> str:
    """The text of a small regular file.

    Raises:
        OSError: as `opened`.
        UnicodeDecodeError: it is no text in this encoding.
    """
    text = read_bytes(path, MOST_TEXT).decode(encoding, errors)
    return text.replace("\r\n", "\n").replace("\r", "\n")


def not_ahead(*places: Path) -> int:
    """Files, also in folders, that lie in the future, made while the clock was ahead, are of now; how many.

    Snakemake refuses, and takes away, what a job writes before the time stamp of what it read. Which file is
    the newer one decides nothing here: the hashes of their content do.
    """
    found = 0
    for path in (path for place in places for path in (place, *place.rglob("*"))):
        with contextlib.suppress(OSError):  # of somebody else, or gone meanwhile
            stamp = path.lstat().st_mtime
            now = (
                time.time()
            )  # after the stamp was read: another room may write here at this moment
            if stamp > now and path.is_file():
                os.utime(path, (now, now))
                found += 1
    return found


def write_text(text: str, path: Path) -> None:
    """Write a text file as UTF-8, whole or not at all."""
    write_bytes(text.encode(), path)


def write_bytes(content: bytes, path: Path) -> None:
    """Write a file of bytes, whole or not at all."""
    atomically(path, lambda partial: partial.write_bytes(content))


def atomically(path: Path, write: Callable[[Path], object]) -> None:
    """Let `write` fill a file beside the target, then give it the target's name.

    Raises:
        OutputError: it cannot be written, with the reason.
    """
    partial = path.with_name(f".{path.name}.{os.getpid()}.partial{path.suffix}")
    with writing(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            _filled(partial, write)
            with partial.open("rb") as file:
                os.fsync(file.fileno())
            partial.replace(path)
        finally:
            with contextlib.suppress(OSError):  # what stopped the write is told, not this
                partial.unlink(missing_ok=True)


def _filled(partial: Path, write: Callable[[Path], object]) -> None:
    """`write`; where a library does not say what stopped it, the system is asked by one more write."""
    try:
        write(partial)
    except Exception as problem:
        if reason(problem) == UNSAID:
            with partial.open("ab") as file:
                file.write(bytes(PROBE))
        raise


@contextlib.contextmanager
def writing(path: Path) -> Iterator[None]:
    """What stops a file from being written, as a sentence.

    Raises:
        OutputError: the disk is full, the folder is read-only, and the like.
    """
    try:
        yield
    except PkpipeError:
        raise
    except Exception as problem:  # libraries raise what they like with the system's words in it
        why = reason(problem)
        if why is None:
            raise
        raise OutputError(f"{path}: cannot be written ({why}); what was there before stays") from (
            problem
        )


def reason(problem: Exception) -> str | None:
    """Why the system did not take the bytes; None: it did not say so, it is a defect."""
    if isinstance(problem, OSError) and problem.strerror:
        return problem.strerror
    told = OS_ERROR.search(str(problem))
    if told is None:
        return (str(problem) or type(problem).__name__) if isinstance(problem, OSError) else None
    number = told.group(1)
    return os.strerror(int(number)) if number else UNSAID
