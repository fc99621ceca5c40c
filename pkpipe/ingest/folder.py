"""A folder of this machine as a source: regular files only, no link followed."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from pkpipe import disk
from pkpipe.ingest.file_names import is_hidden
from pkpipe.ingest.source import Listed, Listing, SourceError, Stated, StorageError


class Folder:
    """The files of a folder and of those within it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.shown = path.as_posix()

    def listing(self) -> Listing:
        """What lies there; links, pipes and devices are told, not opened.

        Raises:
            StorageError: there is no such folder, or it cannot be read.
        """
        files, refused, left = list[Listed](), list[str](), list[str]()
        for name, entry in self._entries(self.path, ""):
            if is_hidden(name):
                left.append(name)
                continue
            facts = entry.stat(follow_symlinks=False)
            if stat.S_ISREG(facts.st_mode):
                files.append(Listed(name, facts.st_size, entry.path, _state(facts)))
            else:
                refused.append(f"{name!r}: is {_kind(facts.st_mode)}, not a regular file")
        by_name = sorted(files, key=lambda listed: listed.name)
        return Listing(tuple(by_name), tuple(sorted(refused)), tuple(sorted(left)))

    def _entries(self, folder: Path, before: str) -> Iterator[tuple[str, os.DirEntry[str]]]:
        try:
            with os.scandir(folder) as found:
                entries = sorted(found, key=lambda entry: entry.name)
        except OSError as problem:
            raise StorageError(f"{folder}: cannot be read ({problem.strerror})") from None
        for entry in entries:
            name = f"{before}{entry.name}"
            if entry.is_dir(follow_symlinks=False) and not is_hidden(name):
                yield from self._entries(folder / entry.name, f"{name}/")
            else:
                yield name, entry

    def stated(self, listed: Listed) -> Stated:
        """A folder states no hashes."""
        del listed
        return Stated()

    def opened(self, listed: Listed) -> IO[bytes]:
        """The file that was listed; what took its place meanwhile is not opened.

        Raises:
            SourceError: it is gone, or no regular file any more.
        """
        try:
            descriptor = os.open(
                listed.place, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOFOLLOW
            )
        except OSError as problem:
            raise SourceError(f"{listed.name!r}: cannot be read ({problem.strerror})") from None
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            os.close(descriptor)
            raise SourceError(f"{listed.name!r}: is no regular file any more")
        return os.fdopen(descriptor, "rb")

    def state_now(self, listed: Listed) -> str | None:
        """Its state as it is now; None: it is gone."""
        try:
            return _state(os.lstat(listed.place))
        except OSError:
            return None


def _state(facts: os.stat_result) -> str:
    return f"{facts.st_mode} {facts.st_ino} {facts.st_size} {facts.st_mtime_ns} {facts.st_ctime_ns}"


def _kind(mode: int) -> str:
    if stat.S_ISLNK(mode):
        return "a symbolic link"
    return next((words for is_one, words in disk.NO_PLAIN_FILE if is_one(mode)), "no file")
