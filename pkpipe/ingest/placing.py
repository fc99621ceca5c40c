"""What of a delivery is new to the raw folder, and putting it there; what lay there before is kept first."""

from __future__ import annotations

import contextlib
import functools
import re
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pkpipe import disk
from pkpipe.errors import DataError
from pkpipe.provenance import sha256
from pkpipe.store.raw_archive import holds, keep_one, place_of

PARTIAL: Final = re.compile(r"^\..+\.(\d+)\.partial")  # as `disk.atomically` names them


@dataclass(frozen=True)
class Placed:
    """A file whose content in the raw folder is another now. before: None, nothing lay there."""

    name: str
    before: str | None
    content: str


def names_there(raw: Path) -> list[str]:
    """Every name in the raw folder, seen from it; hidden ones are nobody's."""
    found = (path.relative_to(raw) for path in raw.rglob("*"))
    return sorted(p.as_posix() for p in found if not any(part.startswith(".") for part in p.parts))


def wrong_places(raw: Path, names: list[str]) -> Iterator[str]:
    """A line a name in whose place the raw folder has something that no file is written through."""
    seen = set[Path]()
    for name in names:
        path = raw / name
        for place in [path, *path.parents]:
            if place == raw or place in seen:
                break
            seen.add(place)
            if place.is_symlink():
                yield f"{name!r}: {place} is a link, and nothing is written through it"
            elif place.exists() and (place.is_dir() if place == path else not place.is_dir()):
                yield f"{name!r}: {place} is {'a folder' if place == path else 'no folder'}"
            elif place == path and place.exists() and not place.is_file():
                yield f"{name!r}: {place} is no regular file"


def to_place(raw: Path, contents: Mapping[str, str]) -> list[Placed]:
    """The files of a delivery that the raw folder has not, or with another content."""
    found = []
    for name, content in contents.items():
        path = raw / name
        before = sha256(path) if path.is_file() else None
        if before != content:
            found.append(Placed(name, before, content))
    return found


def keep_before(study: Path, raw: Path, placed: list[Placed]) -> None:
    """Keep what lies in the raw folder and is to be replaced.

    Raises:
        DataError: a file is written at this moment.
        OutputError: the archive cannot be written.
    """
    changed = [one for one in placed if one.before is not None]
    lost = [
        one.name
        for one in changed
        if not holds(keep_one(study, raw / one.name, str(one.before)), str(one.before))
    ]
    if lost:
        raise DataError(
            f"{raw}: {', '.join(map(repr, lost))} cannot be kept before it is replaced, for somebody writes "
            "it; nothing was replaced"
        )


def place(study: Path, raw: Path, placed: list[Placed]) -> None:
    """Put the files from the archive into the raw folder, each whole or not at all.

    Raises:
        OutputError: the raw folder cannot be written.
    """
    for one in placed:
        kept = place_of(study, one.name, one.content)
        disk.atomically(raw / one.name, functools.partial(shutil.copyfile, kept))


def sweep(raw: Path) -> None:
    """Take away half written files of processes that live no more; no run ever reads them."""
    for path in raw.rglob(".*.partial*"):
        writer = PARTIAL.match(path.name)
        if writer is not None and not Path("/proc", writer.group(1)).exists():
            with contextlib.suppress(OSError):
                path.unlink()
