"""The runs that recorded decisions name by the SHA-256 of a manifest: found in the audit trail, looked at."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from pkpipe import disk
from pkpipe.errors import DataError
from pkpipe.provenance import sha256
from pkpipe.store import audit_chain, audit_trail
from pkpipe.store.audit_chain import Line
from pkpipe.store.signatures import OF_A_PACKAGE, of_manifest

HASH: Final = r"^[0-9a-f]{64}$"
ANY_HASH: Final = re.compile(rb"(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])")
PLAIN: Final = (".csv", ".xpt")  # their bytes show a text that is in a cell; of others they may not
OF_RUNS: Final = (audit_trail.RUN, audit_trail.FREEZE, audit_trail.REVISION)


def run_of(lines: Sequence[Line], content: str) -> str | None:
    """The folder of the run whose manifest had this SHA-256, by the last line that says so."""
    about = (ln for ln in reversed(lines) if ln.action in OF_RUNS)
    return next((ln.run for ln in about if ln.what.get(audit_trail.MANIFEST) == content), None)


def manifest_of(lines: Sequence[Line], content: str) -> str:
    """The manifest of the run that a SHA-256 is about: of a package's that of the run it was made of."""
    packed = (ln for ln in reversed(lines) if ln.action == audit_trail.PACKAGE)
    of = next((ln for ln in packed if ln.what.get(OF_A_PACKAGE) == content), None)
    return content if of is None else of.what.get(audit_trail.MANIFEST) or content


def lies_there(study: Path, run: str, content: str) -> bool:
    """Whether the manifest of a run is still the one with this SHA-256."""
    path = study / run / audit_trail.MANIFEST
    return path.is_file() and sha256(path) == content


def mark(study: Path, logs: Sequence[Path], own: str) -> str:
    """What decides the answers about the runs that logs of decisions name; `none`: they name none.

    logs: raw files as they lie there. own: the run's own folder, which every run makes anew.
    """
    named = {hit.decode() for path in logs for hit in ANY_HASH.findall(_read(path))}
    packed = any(path.suffix.lower() not in PLAIN for path in logs)
    if not named and not packed:
        return "none"
    try:
        lines = audit_chain.lines_if_any(study)
    except DataError:
        return "a trail that is not whole"
    named |= _may_be_named(lines, own) if packed else set()
    if not named:
        return "none"
    parts = []
    for content in sorted(named):
        of = manifest_of(lines, content)
        run = run_of(lines, of)
        there = run is not None and run != own and lies_there(study, run, of)
        signed = [str(signature.line) for signature in of_manifest(of, lines)]
        parts.append(f"{content} {run} {there} {' '.join(signed)}")
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]


def _may_be_named(lines: Sequence[Line], own: str) -> set[str]:
    """Every manifest that a packed log, such as a workbook, may name; of the run itself what was signed."""
    made = (ln.what.get(audit_trail.MANIFEST) for ln in lines if _of_another(ln, own))
    signed = (content for ln in lines if ln.meaning for content in ln.what.values())
    return {content for content in (*made, *signed) if content is not None}


def _of_another(line: Line, own: str) -> bool:
    return line.action in OF_RUNS and line.run != own


def _read(path: Path) -> bytes:
    """The bytes of a log; those of UTF-16 without every other one."""
    try:
        return disk.read_bytes(path, disk.MOST_TEXT).replace(b"\0", b"")
    except OSError:
        return b""
