"""The mark of a finished room, `<room>/.done`: the tables it read and the files it wrote, by SHA-256.

What lies in the results is not believed. A table is taken as input only if it is what its room wrote, and a
room whose files were changed since, by hand or by a broken disk, loses its mark: it is made anew from the
tables before it, in the end from the raw files. The mark carries a seal of its own content, so that a hash
put into it by hand is no mark.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Final, Protocol

from pkpipe import disk
from pkpipe.errors import DataError
from pkpipe.provenance import sha256
from pkpipe.store.frozen import cutoff_of

NAME: Final = ".done"
FORM: Final = "mark of pkpipe 1"
FIELDS: Final = ("raw", "read", "written")
Hashes = dict[str, str | None]


class Room(Protocol):
    """What is asked of a room here."""

    @property
    def name(self) -> str: ...
    @property
    def reads(self) -> tuple[str, ...]: ...


@dataclass(frozen=True)
class Mark:
    """What a room rested on and what it left; raw files of the first room alone."""

    room: str
    read: Hashes  # room/TABLE
    written: Hashes  # file, seen from the run
    raw: Hashes = field(default_factory=dict)  # None: was not there or could not be read


def path_of(run: Path, room: str) -> Path:
    """Where the mark of a room lies."""
    return run / room / NAME


def take_away(run: Path, room: str) -> None:
    """Before a room writes: it is not finished until it says so again.

    Raises:
        OutputError: the folder is read-only, and the like.
    """
    with disk.writing(path_of(run, room)):
        path_of(run, room).unlink(missing_ok=True)


def leave(run: Path, mark: Mark) -> None:
    """After a room wrote all of it."""
    content = asdict(mark) | {"form": FORM, "of": _named(run)}
    text = json.dumps(content | {"seal": _seal(content)}, indent=1, sort_keys=True)
    disk.write_text(text + "\n", path_of(run, mark.room))


def read(run: Path, room: str) -> Mark | None:
    """The mark of a room; None where there is none, or one that was changed or is of another run."""
    try:
        content = json.loads(disk.read_text(path_of(run, room)))
        seal = content.pop("seal")
        whole = content.pop("form") == FORM and content["room"] == room
        sealed = seal == _seal(content | {"form": FORM})
        if content.pop("of") != _named(run) or not (whole and sealed and _sound(content)):
            return None
        return Mark(**content)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None


def _named(run: Path) -> str:
    """The run a mark is of: study and cutoff; a revision is made as its cutoff, and put beside it."""
    return f"{run.absolute().parent.name}/{cutoff_of(run) or run.name}"


def _seal(content: Mapping[str, object]) -> str:
    plain = json.dumps(content, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(plain.encode("utf-8", "surrogatepass")).hexdigest()


def _sound(content: Mapping[str, object]) -> bool:
    groups = [content[name] for name in FIELDS]
    return all(
        isinstance(group, dict) and all(v is None or isinstance(v, str) for v in group.values())
        for group in groups
    )


def hash_of(path: Path) -> str | None:
    """SHA-256 of a file; None: it cannot be read."""
    try:
        return sha256(path)
    except (OSError, ValueError):
        return None


def expected(run: Path, room: Room) -> Hashes:
    """The tables a room may read, as the rooms before it wrote them.

    Raises:
        DataError: a room before it left no mark, or another table lies there than it wrote; each is named.
    """
    found: Hashes = {}
    for name in room.reads:
        writer = name.partition("/")[0]
        mark = read(run, writer)
        found[name] = None if mark is None else mark.written.get(f"{name}.parquet")
    without = sorted({n.partition("/")[0] for n, content in found.items() if content is None})
    if without:
        lacking = [n for n in room.reads if not (run / f"{n}.parquet").is_file()]
        needed = [f"{n}.parquet" for n in lacking] or [f"what room {n} wrote" for n in without]
        raise DataError(
            f"{run}: room {room.name} needs {', '.join(needed)}; "
            f"run the rooms before it first ({', '.join(without)})"
        )
    return found


def refused(run: Path, room: str, names: Sequence[str]) -> DataError:
    """The sentence for tables that are not what their room wrote."""
    rooms = sorted({name.partition("/")[0] for name in names})
    return DataError(
        "\n  ".join(
            [
                f"{run}: room {room} takes no table that was changed since its room wrote it",
                *(
                    f"{name}.parquet: is not what room {name.partition('/')[0]} wrote"
                    for name in names
                ),
                f"made anew by: snakemake --cores 2 (it runs {', '.join(rooms)} again)",
            ]
        )
    )


def changed(run: Path, mark: Mark) -> list[str]:
    """Files a room wrote that are other files now, or gone."""
    with ThreadPoolExecutor(2) as pool:  # hashing leaves the interpreter's lock alone
        now = pool.map(lambda name: hash_of(run / name), mark.written)
        return [
            name for name, content in zip(mark.written, now, strict=True)
            if content != mark.written[name]
        ]  # fmt: skip


def doubts(run: Path, rooms: Iterable[Room]) -> dict[str, str]:
    """Rooms that say they are done and are not, with the reason: for each, its mark means nothing."""
    rooms = tuple(rooms)
    marks = {room.name: read(run, room.name) for room in rooms}
    found: dict[str, str] = {}
    for room in rooms:
        mark = marks[room.name]
        if not path_of(run, room.name).is_file():
            continue
        if mark is None:
            found[room.name] = "its mark is not one that this version wrote for this run"
        elif other := changed(run, mark):
            found[room.name] = f"{_listed(other)} changed since it was written"
        elif stale := _stale(mark, marks):
            found[room.name] = f"it read another {_listed(stale)}"
    return found


def _stale(mark: Mark, marks: Mapping[str, Mark | None]) -> list[str]:
    """Tables that the room before has written anew since, whatever their time stamps say."""
    wrong = []
    for name, content in mark.read.items():
        writer = marks.get(name.partition("/")[0])
        if writer is not None and writer.written.get(f"{name}.parquet") != content:
            wrong.append(name)
    return wrong


def _listed(names: Sequence[str], most: int = 3) -> str:
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more
