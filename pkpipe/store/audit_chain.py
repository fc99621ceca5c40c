"""The audit trail read back: every line proved from the one before, none missing at its end."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from pkpipe import disk
from pkpipe.errors import DataError
from pkpipe.provenance import sha256
from pkpipe.store.audit_trail import (
    FIRST,
    HEAD,
    KEYS,
    MANIFEST,
    MORE_KEYS,
    NAME,
    SEAL,
    Head,
    has,
    hash_of,
    hash_of_text,
    is_there,
    path_of,
    read_head,
)


@dataclass(frozen=True)
class Line:
    """One entry: who did what to which run folder, when and why."""

    number: int
    time: str
    user: str
    person: str | None
    action: str
    run: str
    what: Mapping[str, str | None]
    reason: str | None
    meaning: str | None
    where: str | None  # place of a package
    sha256: str
    mended: str | None
    lost: int  # lines that were taken away before it, counted from the first; 0: none
    since_heads: bool  # written by a version that also writes the head


def lines(study: Path) -> list[Line]:
    """Every line, each proved to follow from the one before, and none missing at the end.

    Raises:
        DataError: the file cannot be read, or a line is not the one that was written; its number is said.
    """
    path = path_of(study)
    head = read_head(study)  # before the trail, which another process may write on meanwhile
    try:
        content = disk.read_bytes(path)
    except OSError as problem:
        raise DataError(f"{path}: cannot be read ({problem.strerror})") from problem
    if content and not content.endswith(b"\n"):
        raise DataError(f"{path}: line {content.count(bytes([10])) + 1} is cut off")
    found: list[Line] = []
    previous = _Before(FIRST, FIRST)
    for number, text in enumerate(content.splitlines(), start=1):
        wrong, line = _read(number, text, previous)
        if line is None:
            raise DataError(f"{path}: line {number} {wrong}")
        found.append(line)
        previous = _Before(line.sha256, hash_of_text(text))
    _goes_as_far(path, head, found)
    return found


def lines_if_any(study: Path) -> list[Line]:
    """Every line of a study's trail; none without a trail.

    Raises:
        DataError: it is not whole.
    """
    return lines(study) if is_there(study) else []


class _Before(NamedTuple):
    """The line before: its own hash, and that of its text."""

    own: str
    text: str


def _read(number: int, text: bytes, previous: _Before) -> tuple[str, Line | None]:
    try:
        entry = json.loads(text)
        known = entry.keys() - {*MORE_KEYS}
        if sorted(known) != sorted(KEYS) or not isinstance(entry["what"], dict):
            return "is no line of an audit trail", None
        own = hash_of(entry)
    except (ValueError, TypeError, AttributeError, RecursionError):
        return "is no line of an audit trail", None
    if entry["sha256"] != own:
        return "was changed", None
    follows = entry["previous"] == previous.own
    if (
        entry["seq"] != number
        or not follows
        or entry.get("line_before", previous.text) != previous.text
    ):
        return "does not follow the line before it (one was taken out, put in or moved)", None
    return "", _line(entry)


def _line(entry: Mapping[str, Any]) -> Line:
    lost = entry.get("lost") or {}
    return Line(
        number=entry["seq"],
        time=entry["time"],
        user=entry["user"],
        person=entry["as"],
        action=entry["action"],
        run=entry["cutoff"],
        what=entry["what"],
        reason=entry["reason"],
        meaning=entry.get("meaning"),
        where=entry.get("where"),
        sha256=entry["sha256"],
        mended=entry.get("mended"),
        lost=int(lost.get("lines", 0)),
        since_heads="before" in entry,
    )


def _goes_as_far(path: Path, head: Head | None, found: Sequence[Line]) -> None:
    """The trail has the line that was the last when it was last written."""
    if head is None:
        if found and found[-1].since_heads:
            raise DataError(f"{path}: {HEAD} beside it is gone or cannot be read")
        return
    if not has(head, [line.sha256 for line in found[head.place]]):
        raise DataError(
            f"{path}: it ends too early, with line {len(found)}; line {head.number} with hash "
            f"{head.sha256[:12]} was written and is gone"
        )


def verified(study: Path) -> list[Line]:
    """Every line: the chain is whole, was never cut, and names every run that lies there.

    Raises:
        DataError: it is not.
    """
    found = lines(study)
    wrong = [
        f"line {line.number}: before it, lines up to {line.lost} were written that are gone"
        for line in found
        if line.lost
    ]
    wrong += [told for run in sorted(study.glob("*")) for told in _unnamed(found, run)]
    if wrong:
        raise DataError(
            "\n  ".join([f"{path_of(study)}: it ends too early, or is of other runs", *wrong])
        )
    return found


def wrong_of(run: Path) -> list[str] | None:
    """What of a run's manifest and seal is not as the trail says; None: there is no trail beside the run."""
    if not is_there(run.parent):
        return None
    try:
        return [*_unnamed(lines(run.parent), run)]
    except DataError as problem:
        return [str(problem)]


def wrong_of_seal(run: Path) -> list[str] | None:
    """What of a run's seal is not as the trail says; None: the trail is not whole, so it proves nothing."""
    if not is_there(run.parent):
        return []
    try:
        return [*_unnamed(lines(run.parent), run, (SEAL,))]
    except DataError:
        return None


def seal_lost(run: Path) -> str | None:
    """What to say of a run that was frozen and not made anew since, and whose seal is gone; None of others.

    A trail that is not whole proves neither; `pkpipe audit verify` says what is wrong with it.
    """
    if (run / SEAL).is_file() or not (run / MANIFEST).is_file():
        return None
    try:
        found = [line for line in lines_if_any(run.parent) if line.run == run.name]
    except DataError:
        return None
    made = [line for line in found if MANIFEST in line.what]
    if not made or made[-1].what.get(SEAL) is None:
        return None
    return _gone(run, made[-1])


def _gone(run: Path, line: Line) -> str:
    return (
        f"{run / SEAL}: line {line.number} of {NAME} froze this run, and its seal is gone; put the file back "
        "(its SHA-256 is in that line), or remove the folder, make it anew and freeze it again"
    )


def _unnamed(
    found: Sequence[Line], run: Path, names: Sequence[str] = (MANIFEST, SEAL)
) -> Iterator[str]:
    for name in names:
        path = run / name
        about = [line for line in found if line.run == run.name and name in line.what]
        if not path.is_file():
            if name == SEAL and run.is_dir() and about and about[-1].what[name] is not None:
                yield _gone(run, about[-1])
            continue
        if not about:
            yield f"{path}: no line of {NAME} is about it"
        elif about[-1].what[name] != sha256(path):
            yield f"{path}: is not the one of {NAME} line {about[-1].number}"
