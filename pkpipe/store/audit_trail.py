"""`results/<study>/AUDIT.jsonl`: one line for each thing done to a run, chained by SHA-256.

It lies outside the folders it speaks of: whoever changes a table, its manifest and its seal together does not
change the line written when they were made. A line holds the hash of the line before it and of itself, the
time, and the account that ran the program. It is a trail of what was done, no result: that of another clone
differs. `.audit_head.json` beside it says how far it went, so that lines cut off at its end are missed.
"""

from __future__ import annotations

import datetime
import fcntl
import hashlib
import json
import os
import pwd
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from pkpipe import disk

NAME: Final = "AUDIT.jsonl"
HEAD: Final = ".audit_head.json"
FIRST: Final = "0" * 64  # before the first line
RUN, FREEZE, REVISION, SIGNATURE = "run", "freeze", "revision", "signature"
# Judgements of people that a run took up.
LEDGER, DECISION, WAIVER, PACKAGE = "ledger", "decision", "waiver", "package"
# Raw files taken in from elsewhere: a line about the raw archive, of no cutoff.
INGEST: Final = "ingest"
ACTIONS: Final = (RUN, FREEZE, REVISION, LEDGER, DECISION, WAIVER, PACKAGE, INGEST, SIGNATURE)
# What each kind of line is about, by the file whose hash it holds.
MANIFEST, SEAL = "manifest.json", "FROZEN.json"
KEYS: Final = (
    *("seq", "time", "user", "as", "action", "cutoff", "what", "reason", "previous", "sha256"),
)
# `before`: the hashes before, in every line since there is a head. `line_before`: the SHA-256 of the text of
# the line before, for whoever proves the chain with other tools. `found`: what the program itself saw,
# never in the place of a person's reason. `where`: of a package, or where
# raw files came from, without credentials. `mended`, `lost`: what the line found.
MORE_KEYS: Final = ("before", "line_before", "meaning", "found", "where", "mended", "lost")
Hashes = Mapping[str, str | None]
Last = Mapping[tuple[str, str], str | None]


@dataclass(frozen=True)
class Entry:
    """What is to be written: what was done, by whom and why. what: name to hash, None where it went."""

    action: str
    what: Hashes
    person: str | None = None
    reason: str | None = None
    meaning: str | None = None
    before: Hashes = field(default_factory=dict)  # what the trail does not know itself
    found: str | None = None  # what the program saw, e.g. what differs
    where: str | None = None  # place of a package; where raw files came from


@dataclass(frozen=True)
class Head:
    """How far a trail went when it was last written."""

    number: int
    sha256: str

    @property
    def place(self) -> slice:
        """Where its line stands among the lines of the trail."""
        return slice(self.number - 1, self.number)


def path_of(study: Path) -> Path:
    """The trail of a study; study: the folder with its cutoffs."""
    return study / NAME


def is_there(study: Path) -> bool:
    """Whether a study has a trail."""
    return path_of(study).exists()


def append(run: Path, entry: Entry) -> tuple[int, str]:
    """Add a line about a run's folder: its number and its hash.

    Raises:
        OutputError: it cannot be written; nothing half written stays.
    """
    return append_all(run, lambda _: [entry])[-1]


def append_all(run: Path, make: Callable[[Last], Sequence[Entry]]) -> list[tuple[int, str]]:
    """Add lines about a run's folder, all or none. make: of the last hash known of each run and name.

    Raises:
        OutputError: they cannot be written; nothing half written stays.
    """
    path = path_of(run.parent)
    with disk.writing(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o644)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            return _appended(descriptor, run, make)
        finally:
            os.close(descriptor)


def _appended(
    descriptor: int, run: Path, make: Callable[[Last], Sequence[Entry]]
) -> list[tuple[int, str]]:
    written, found = _whole_lines(descriptor)
    found |= _lost(read_head(run.parent), written)
    known, previous, before = _last(written), _hash_of_last(written), written[-1:]
    made: list[tuple[int, str]] = []
    text = ""
    for number, entry in enumerate(make(known), start=len(written) + 1):
        line = _line(number, previous, run.name, entry, known) | found
        line["line_before"] = hash_of_text(before[0]) if before else FIRST
        previous = line["sha256"] = hash_of(line)
        written_now = json.dumps(line, ensure_ascii=False)
        before = [written_now.encode("utf-8", "surrogateescape")]
        text += written_now + "\n"
        made.append((number, previous))
        found = {}
    if made:
        _add(descriptor, text, run.parent, Head(*made[-1]))
    return made


def _line(
    number: int, previous: str, cutoff: str, entry: Entry, known: Last
) -> dict[str, Any]:  # fmt: skip
    before = {name: known.get((cutoff, name)) for name in entry.what} | dict(entry.before)
    line = {
        "seq": number,
        "time": now().isoformat(timespec="seconds"),
        "user": user(),
        "as": entry.person,
        "action": entry.action,
        "cutoff": cutoff,
        "what": dict(entry.what),
        "before": before,
        "reason": entry.reason,
        "previous": previous,
    }
    more = {"meaning": entry.meaning, "found": entry.found, "where": entry.where}
    return line | {name: said for name, said in more.items() if said is not None}


def now() -> datetime.datetime:
    """The time of this machine with its offset; only the trail holds one."""
    return datetime.datetime.now().astimezone()


def _whole_lines(descriptor: int) -> tuple[list[bytes], dict[str, Any]]:
    """The lines there are; what a killed process left half written at the end is cut away, and told."""
    with os.fdopen(os.dup(descriptor), "rb") as file:
        file.seek(0)
        content = file.read()
    kept = content[: content.rfind(b"\n") + 1]
    if len(kept) == len(content):
        return kept.splitlines(), {}
    os.ftruncate(descriptor, len(kept))
    return kept.splitlines(), {"mended": f"{len(content) - len(kept)} bytes of a half written line"}


def _lost(head: Head | None, written: Sequence[bytes]) -> dict[str, Any]:
    """The lines that the head knows and the trail has no longer; the next line says so for good."""
    if head is None or has(head, [_own_hash(line) for line in written[head.place]]):
        return {}
    return {"lost": {"lines": head.number, "sha256": head.sha256}}


def has(head: Head, there: Sequence[str]) -> bool:
    """Whether a trail goes as far as it once did; there: the hash of the line in the head's place, if any."""
    return [*there] == [head.sha256]


def read_head(study: Path) -> Head | None:
    """How far the trail of a study went; None: it is not known, or no longer."""
    try:
        content = json.loads(disk.read_text(study / HEAD))
        head = Head(content["seq"], content["sha256"])
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return None
    sound = isinstance(head.number, int) and isinstance(head.sha256, str) and head.number > 0
    return head if sound else None


def _last(lines: Sequence[bytes]) -> dict[tuple[str, str], str | None]:
    """The last hash of each run's names, of the lines that can be read."""
    known: dict[tuple[str, str], str | None] = {}
    for text in lines:
        try:
            entry = json.loads(text)
            known |= {(entry["cutoff"], name): content for name, content in entry["what"].items()}
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            continue  # the chain tells of it
    return known


def _add(descriptor: int, text: str, study: Path, head: Head) -> None:
    """All of the lines or nothing of them."""
    before, content = os.fstat(descriptor).st_size, text.encode("utf-8", "surrogateescape")
    try:
        while content:
            content = content[os.write(descriptor, content) :]
        os.fsync(descriptor)
        said = {"seq": head.number, "sha256": head.sha256}
        disk.write_text(json.dumps(said) + "\n", study / HEAD)
    except Exception:
        os.ftruncate(descriptor, before)
        raise


def _hash_of_last(lines: Sequence[bytes]) -> str:
    return _own_hash(lines[-1]) if lines else FIRST


def _own_hash(line: bytes) -> str:
    """A line's own hash; where it cannot be read, the hash of its bytes: the chain tells it anyway."""
    try:
        return str(json.loads(line)["sha256"])
    except (ValueError, KeyError, TypeError, RecursionError):
        return hash_of_text(line)


def hash_of_text(line: bytes) -> str:
    """The hash of a line as it stands in the file, without its end."""
    return hashlib.sha256(line).hexdigest()


def hash_of(entry: Mapping[str, Any]) -> str:
    """The hash of a line, of everything in it but the hash itself."""
    plain = json.dumps({k: v for k, v in entry.items() if k != "sha256"}, sort_keys=True)
    return hashlib.sha256(plain.encode()).hexdigest()


def user() -> str:
    """The account this process runs under, whatever the environment says."""
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return str(os.getuid())
