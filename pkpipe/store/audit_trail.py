"""`results/<study>/AUDIT.jsonl`: one line for each manifest, freezing and revision, chained by SHA-256.

It lies outside the folders it speaks of: whoever changes a table, its manifest and its seal together does not
change the line written when they were made. A line holds the hash of the line before it and of itself, the
time, and the account that ran the program. It is a trail of what was done, no result: that of another clone
differs.
"""

from __future__ import annotations

import datetime
import fcntl
import hashlib
import json
import os
import pwd
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from pkpipe import disk
from pkpipe.errors import DataError
from pkpipe.provenance import sha256

NAME: Final = "AUDIT.jsonl"
FIRST: Final = "0" * 64  # before the first line
RUN, FREEZE, REVISION = "run", "freeze", "revision"
# What each kind of line is about, by the file whose hash it holds.
MANIFEST, SEAL = "manifest.json", "FROZEN.json"
KEYS: Final = (
    *("seq", "time", "user", "as", "action", "cutoff", "what", "reason", "previous", "sha256"),
)


@dataclass(frozen=True)
class Line:
    """One entry: what was done to which run folder."""

    number: int
    action: str
    run: str
    what: Mapping[str, str]
    sha256: str


def path_of(study: Path) -> Path:
    """The trail of a study; study: the folder with its cutoffs."""
    return study / NAME


def append(
    run: Path, action: str, what: Mapping[str, str], person: str | None = None, reason: str | None = None
) -> tuple[int, str]:  # fmt: skip
    """Add a line about a run's folder: its number and its hash.

    what: file of the run to SHA-256.

    Raises:
        OutputError: it cannot be written; nothing half written stays.
    """
    path = path_of(run.parent)
    with disk.writing(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o644)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            written = _whole_lines(descriptor)
            number, previous = len(written) + 1, _hash_of_last(written)
            entry = {
                "seq": number,
                "time": datetime.datetime.now().astimezone().isoformat(timespec="seconds"),
                "user": user(),
                "as": person,
                "action": action,
                "cutoff": run.name,
                "what": dict(what),
                "reason": reason,
                "previous": previous,
            }
            entry["sha256"] = _hash(entry)
            _add(descriptor, json.dumps(entry, ensure_ascii=False) + "\n")
        finally:
            os.close(descriptor)
    return number, str(entry["sha256"])


def _whole_lines(descriptor: int) -> list[bytes]:
    """The lines there are; what a killed process left half written at the end is cut away."""
    with os.fdopen(os.dup(descriptor), "rb") as file:
        file.seek(0)
        content = file.read()
    kept = content[: content.rfind(b"\n") + 1]
    if len(kept) != len(content):
        os.ftruncate(descriptor, len(kept))
    return kept.splitlines()


def _add(descriptor: int, text: str) -> None:
    """All of the line or nothing of it."""
    before, content = os.fstat(descriptor).st_size, text.encode("utf-8", "surrogateescape")
    try:
        while content:
            content = content[os.write(descriptor, content) :]
        os.fsync(descriptor)
    except OSError:
        os.ftruncate(descriptor, before)
        raise


def _hash_of_last(lines: list[bytes]) -> str:
    """The last line's own hash; where it cannot be read, the hash of its bytes: the chain tells it anyway."""
    if not lines:
        return FIRST
    try:
        return str(json.loads(lines[-1])["sha256"])
    except (ValueError, KeyError, TypeError):
        return hashlib.sha256(lines[-1]).hexdigest()


def _hash(entry: Mapping[str, Any]) -> str:
    plain = json.dumps({k: v for k, v in entry.items() if k != "sha256"}, sort_keys=True)
    return hashlib.sha256(plain.encode()).hexdigest()


def user() -> str:
    """The account this process runs under, whatever the environment says."""
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return str(os.getuid())


def lines(study: Path) -> list[Line]:
    """Every line, each proved to follow from the one before.

    Raises:
        DataError: the file cannot be read, or a line is not the one that was written; its number is said.
    """
    path = path_of(study)
    try:
        content = disk.read_bytes(path)
    except OSError as problem:
        raise DataError(f"{path}: cannot be read ({problem.strerror})") from problem
    if content and not content.endswith(b"\n"):
        raise DataError(f"{path}: line {content.count(bytes([10])) + 1} is cut off")
    found: list[Line] = []
    previous = FIRST
    for number, text in enumerate(content.splitlines(), start=1):
        wrong, line = _read(number, text, previous)
        if line is None:
            raise DataError(f"{path}: line {number} {wrong}")
        found.append(line)
        previous = line.sha256
    return found


def _read(number: int, text: bytes, previous: str) -> tuple[str, Line | None]:
    try:
        entry = json.loads(text)
        if sorted(entry) != sorted(KEYS) or not isinstance(entry["what"], dict):
            return "is no line of an audit trail", None
        own = _hash(entry)
    except (ValueError, TypeError, RecursionError):
        return "is no line of an audit trail", None
    if entry["sha256"] != own:
        return "was changed", None
    if entry["seq"] != number or entry["previous"] != previous:
        return "does not follow the line before it (one was taken out, put in or moved)", None
    return "", Line(number, entry["action"], entry["cutoff"], entry["what"], own)


def verified(study: Path) -> tuple[int, str]:
    """How many lines, and the hash of the last: the chain is whole and names every run that lies there.

    Raises:
        DataError: it is not.
    """
    found = lines(study)
    wrong = [told for run in sorted(study.glob("*")) for told in _unnamed(found, run)]
    if wrong:
        raise DataError(
            "\n  ".join([f"{path_of(study)}: it ends too early, or is of other runs", *wrong])
        )
    return len(found), found[-1].sha256 if found else FIRST


def wrong_of(run: Path) -> list[str] | None:
    """What of a run's manifest and seal is not as the trail says; None: there is no trail beside the run."""
    if not path_of(run.parent).exists():
        return None
    try:
        return _unnamed(lines(run.parent), run)
    except DataError as problem:
        return [str(problem)]


def _unnamed(found: list[Line], run: Path) -> list[str]:
    wrong = []
    for name in (MANIFEST, SEAL):
        path = run / name
        if not path.is_file():
            continue
        about = [line for line in found if line.run == run.name and name in line.what]
        if not about:
            wrong.append(f"{path}: no line of {NAME} is about it")
        elif about[-1].what[name] != sha256(path):
            wrong.append(f"{path}: is not the one of {NAME} line {about[-1].number}")
    return wrong
