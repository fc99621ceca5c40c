"""Signatures of a run or a package: who stood for which files, when and in what meaning.

A signature is a line of the audit trail that holds the SHA-256 of a manifest, so of every file. It lies
outside the folder that is signed: signing changes no byte of the results. Other files have another manifest,
so a later change makes the signature no longer one of these files.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from pkpipe import disk
from pkpipe.errors import DataError, OutputError
from pkpipe.provenance import sha256
from pkpipe.store import audit_chain, audit_trail, manifest
from pkpipe.store.audit_chain import Line

MEANINGS: Final = ("review", "approval")
APPROVAL: Final = "approval"
OF_A_PACKAGE: Final = "MANIFEST.json"
KEPT: Final = ".signed"
NO_LONGER: Final = "no longer of these files"


@dataclass(frozen=True)
class Signature:
    """One signature, as its line of the trail has it."""

    line: int
    time: str  # with its offset
    user: str  # the account
    person: str  # the printed name
    meaning: str
    reason: str | None
    run: str  # folder of the run, or of the run that a package is of
    file: str  # name of the manifest: of a run or of a package
    manifest: str  # SHA-256

    @property
    def words(self) -> str:
        """The signature as people read it."""
        why = f" ({' '.join(self.reason.split())})" if self.reason else ""
        return f"{self.meaning} by {self.person}, {self.time}{why}"


def valid(study: Path, content: str) -> list[Signature]:
    """The signatures of a manifest with this SHA-256, of a run with its packages or of a package, in order.

    study: the folder with the trail. Without a trail there are none.

    Raises:
        DataError: the trail is not whole, so none of its signatures is believed.
    """
    return of_manifest(content, audit_chain.lines_if_any(study))


def of_manifest(content: str, lines: Sequence[Line]) -> list[Signature]:
    """Those of a manifest with this SHA-256, and of a run those of the packages made of it."""
    packed = {
        line.what.get(OF_A_PACKAGE)
        for line in lines
        if line.action == audit_trail.PACKAGE and line.what.get(audit_trail.MANIFEST) == content
    }
    return [signature for signature in among(lines) if signature.manifest in {content, *packed}]


def approval(found: Sequence[Signature], needed: int) -> tuple[Signature, ...]:
    """The approvals that are needed, the last of them completing it; nothing while one is lacking.

    found: signatures of the same files, oldest first. needed: how many different persons.
    """
    given = approvals(found)
    return given[:needed] if len(given) >= needed else ()


def approvals(found: Sequence[Signature]) -> tuple[Signature, ...]:
    """The first approval of each person among signatures of the same files, oldest first."""
    first: dict[str, Signature] = {}
    for signature in found:
        if signature.meaning == APPROVAL:
            first.setdefault(" ".join(signature.person.casefold().split()), signature)
    return tuple(first.values())


def among(lines: Sequence[Line]) -> list[Signature]:
    """Every signature among the lines of a trail, oldest first."""
    found = [ln for ln in lines if ln.action == audit_trail.SIGNATURE]
    return [
        Signature(
            *(line.number, line.time, line.user, str(line.person), str(line.meaning)),
            *(line.reason, line.run, file, content),
        )
        for line in found
        for file, content in line.what.items()
        if content is not None
    ]


@dataclass(frozen=True)
class Document:
    """A folder that can be signed: a run, or a package of one."""

    folder: Path
    name: str  # of its manifest
    run: Path  # the run it is, or that it is of
    content: Mapping[str, Any]

    @property
    def sha256(self) -> str:
        """Of its manifest as it lies there."""
        return sha256(self.folder / self.name)

    def changed(self) -> list[str]:
        """One line a file that is not the one of the manifest, or that it does not name."""
        if self.name == manifest.NAME:
            return manifest.differences(self.folder, {**self.content, "inputs": []}, None)
        return [*_changed_of_package(self.folder, self.content["files"])]

    def signatures(self, found: Sequence[Signature]) -> tuple[list[Signature], list[Signature]]:
        """Of the trail's signatures those of these files, and those of the same folder's earlier files."""
        now = self.sha256
        same = [s for s in found if s.manifest == now]
        if self.name == OF_A_PACKAGE:  # where a package lay is not recorded
            return same, []
        own = (s for s in found if (s.run, s.file) == (self.run.name, self.name))
        return same, [s for s in own if s.manifest != now]


def document(folder: Path, results: Path) -> Document:
    """The run or package that lies in a folder. results: where the run of a package lies.

    Raises:
        DataError: it is neither, or its manifest cannot be read.
    """
    if folder.name in {"", ".."}:
        folder = folder.resolve()  # the run's own name and its study are needed
    names = {path.name for path in folder.glob("*.json")}
    if OF_A_PACKAGE in names:
        content = _read_package(folder / OF_A_PACKAGE)
        run = results / str(content["study"]) / str(content["cutoff"])
        return Document(folder, OF_A_PACKAGE, run, content)
    return Document(folder, manifest.NAME, folder, manifest.read_manifest(folder))


def _read_package(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(disk.read_text(path))
        files, named = content["files"], (content["study"], content["cutoff"])
        content.get("run", {}).get(manifest.NAME)
        inside = all(isinstance(n, str) and ".." not in Path(n).parts for n in files)
        if not (inside and all(isinstance(text, str) for text in (*files.values(), *named))):
            raise TypeError("study, cutoff, and files to hashes are expected")
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as problem:
        told = f"{path}: is no manifest of a package ({type(problem).__name__})"
        raise DataError(told) from problem
    return dict(content)


def _changed_of_package(folder: Path, files: Mapping[str, str]) -> Iterator[str]:
    lying = {
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_file() and path != folder / OF_A_PACKAGE
    }
    for name in sorted({*files, *lying}):
        if name not in files:
            yield f"{name}: lies in the package and is not named in {OF_A_PACKAGE}"
        elif name not in lying:
            yield f"{name}: is missing"
        elif sha256(folder / name) != files[name]:
            yield f"{name}: was changed"


def told(of: Document, lines: Sequence[Line], *, changed: bool) -> list[str]:
    """A line a signature of a folder: is it of the files that lie there? changed: they are not as named.

    lines: of the trail of its study.
    """
    same, earlier = of.signatures(among(lines))
    gone = [*earlier, *same] if changed else earlier
    return [
        *(f"{s.words}: of these files (line {s.line})" for s in same if not changed),
        *(f"{s.words}: {NO_LONGER} (line {s.line})" for s in gone),
    ]


def sign(of: Document, person: str, meaning: str, reason: str | None) -> Signature:
    """Write a signature into the trail.

    Raises:
        OutputError: it cannot be written.
    """
    content, study = of.sha256, of.run.parent
    entry = audit_trail.Entry(
        audit_trail.SIGNATURE, {of.name: content}, person, reason, meaning=meaning
    )
    kept = _keep(of)
    try:
        number, _ = audit_trail.append(of.run, entry)
    except OutputError:
        for path in kept:
            path.unlink(missing_ok=True)
        raise
    return next(s for s in valid(study, content) if s.line == number)


def _keep(of: Document) -> list[Path]:
    """Keep what is signed, whatever becomes of the folder: the manifest, of a package that of its run too."""
    made = []
    for path in dict.fromkeys((of.folder / of.name, of.run / manifest.NAME)):
        text = disk.read_bytes(path)
        kept = _kept_path(of.run.parent, hashlib.sha256(text).hexdigest())
        if not kept.is_file():
            disk.write_bytes(text, kept)
            made.append(kept)
    return made


def _kept_path(study: Path, content: str) -> Path:
    """Where the manifest of what was signed stays, whatever becomes of the folder."""
    return study / KEPT / f"{content}.json"


def unknown_kept(study: Path, lines: Sequence[Line]) -> list[str]:
    """Manifests kept of what was signed, for which the trail has no signature any more."""
    signed = {signature.manifest for signature in among(lines)}
    runs = {
        line.what.get(audit_trail.MANIFEST)
        for line in lines
        if line.action == audit_trail.PACKAGE and line.what.get(OF_A_PACKAGE) in signed
    }
    kept = (path for path in sorted((study / KEPT).glob("*.json")))
    lost = [path for path in kept if path.stem not in signed | runs]
    return [f"{path}: was signed, and the trail has no signature of it" for path in lost]


def kept_manifest(study: Path, content: str) -> str | None:
    """The manifest with this SHA-256, of something that was signed; None: it is not kept, or is another."""
    path = _kept_path(study, content)
    if not path.is_file() or sha256(path) != content:
        return None
    return disk.read_text(path)
