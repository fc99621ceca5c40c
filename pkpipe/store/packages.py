"""The packages of meetings as the audit trail knows them: are they still those that were sealed?

A line `package` of the trail holds the SHA-256 of the package's manifest and where it lies. So a file that
was changed together with the manifest beside it is found as well.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from pkpipe.errors import DataError
from pkpipe.provenance import sha256
from pkpipe.store import audit_trail
from pkpipe.store.audit_chain import Line
from pkpipe.store.signatures import NO_LONGER, OF_A_PACKAGE, Document, document, of_manifest

FOLDER: Final = "packages"  # beside the runs of a study: no file of a run is touched


def place(run: Path) -> Path:
    """Where the package of a run lies, unless it was asked for elsewhere."""
    return run.parent / FOLDER / run.name


def where(package: Path, study: Path) -> str:
    """The place of a package as the trail says it: seen from the study's folder, else whole."""
    whole, inside = package.resolve(), study.resolve()
    return (
        whole.relative_to(inside).as_posix() if whole.is_relative_to(inside) else whole.as_posix()
    )


def made(lines: Sequence[Line]) -> list[Line]:
    """The last line about each place of a package, oldest first."""
    return list({_place(line): line for line in lines if _of_package(line)}.values())


def _of_package(line: Line) -> bool:
    return line.action == audit_trail.PACKAGE


def _place(line: Line) -> str:
    return line.where or f"{FOLDER}/{line.run}"  # lines of an earlier version say no place


def wrong_of(study: Path, lines: Sequence[Line]) -> list[str]:
    """What of the packages is not as it was sealed, a line a file; also those that no line is about."""
    known = {(study / _place(line)).resolve() for line in made(lines)}
    lying = sorted((study / FOLDER).glob(f"*/{OF_A_PACKAGE}"))
    return [
        *(told for line in made(lines) for told in _wrong(study, line, lines)),
        *(
            f"{path}: no line {audit_trail.PACKAGE} of {audit_trail.NAME} is about it"
            for path in lying
            if path.parent.resolve() not in known
        ),
    ]


def gone(study: Path, lines: Sequence[Line]) -> list[str]:
    """Packages that lie there no longer and that nobody signed, a line each."""
    lacking = [line for line in made(lines) if not _signed(line, lines) and not _there(study, line)]
    return [f"package of {line.run} (line {line.number}): lies there no longer" for line in lacking]


def unsealed(of: Document, lines: Sequence[Line]) -> list[str]:
    """Why a folder is no package that was sealed; nothing where a line of the trail is about it."""
    if any(_of_package(ln) and ln.what.get(OF_A_PACKAGE) == of.sha256 for ln in lines):
        return []
    told = f"no line {audit_trail.PACKAGE} of {audit_trail.NAME} is about it"
    return [f"{of.folder / OF_A_PACKAGE}: {told} (pkpipe package seals one)"]


def of_another_run(of: Document) -> list[str]:
    """That the run of a package is another by now; nothing where it is the one."""
    now, then = of.run / audit_trail.MANIFEST, of.content.get("run", {}).get(audit_trail.MANIFEST)
    if now.is_file() and sha256(now) == then:
        return []
    return [f"{now}: is another than that of the package, which is {NO_LONGER} (pkpipe package)"]


def _wrong(study: Path, line: Line, lines: Sequence[Line]) -> Iterator[str]:
    folder, content = study / _place(line), line.what.get(OF_A_PACKAGE)
    if not _there(study, line):
        if _signed(line, lines):
            yield f"{folder / OF_A_PACKAGE}: is missing; the package of line {line.number} was signed"
        return
    if sha256(folder / OF_A_PACKAGE) != content:
        yield f"{folder / OF_A_PACKAGE}: is not the one of {audit_trail.NAME} line {line.number}"
    try:
        changed = document(folder, study.parent).changed()
    except DataError as problem:
        yield str(problem)
        return
    yield from (f"{folder}: {told}" for told in changed)


def _there(study: Path, line: Line) -> bool:
    return (study / _place(line) / OF_A_PACKAGE).is_file()


def _signed(line: Line, lines: Sequence[Line]) -> bool:
    return bool(of_manifest(str(line.what.get(OF_A_PACKAGE)), lines))
