"""What a run keeps so that it can be proved later: its raw files by content, and the snapshot it rests on.

Raw files are replaced by the next transfer under the same names. Those of a finished run, and those that
`pkpipe ingest` took in, are kept as `results/<study>/.raw/<SHA-256><suffix>`, each content once, whatever
number of cutoffs rests on it.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final

from pkpipe import disk
from pkpipe.provenance import sha256
from pkpipe.reading.files import read_table

FOLDER: Final = ".raw"
SNAPSHOT: Final = "snapshot"
ASIDE: Final = ".snapshot.earlier"
MARK: Final = ".done"


def kept_path(run: Path, name: str, content: str) -> Path:
    """Where a raw file of that content is kept; the suffix stays, so that it opens as what it is."""
    return place_of(run.parent, name, content)


def place_of(study: Path, name: str, content: str) -> Path:
    """The same of a study; study: the folder with its cutoffs."""
    return study / FOLDER / f"{content}{''.join(Path(name).suffixes)}"


def raw_read(run: Path) -> dict[str, str | None]:
    """Raw files of a run by the bytes that were read, whatever lies there now; None: could not be read."""
    sources = read_table(run / SNAPSHOT / "SOURCES.parquet")
    return dict(sources.sort("FILE").select("FILE", "SHA256").iter_rows())


def keep_raw(run: Path, raw: Path) -> None:
    """Copy the raw files a run rests on; one that was replaced since it was read is not taken for it."""
    for name, content in raw_read(run).items():
        if content is not None and not holds(target := kept_path(run, name, content), content):
            _copied(raw / name, target, content)


def holds(path: Path, content: str) -> bool:
    """Whether a file of the archive is there and is what its name says."""
    return path.is_file() and sha256(path) == content


def keep_one(study: Path, source: Path, content: str) -> Path:
    """Keep one file under its content; where. It is not there if the file is another by now."""
    target = place_of(study, source.name, content)
    if not holds(target, content):
        _copied(source, target, content)
    return target


def _copied(source: Path, target: Path, content: str) -> None:
    try:
        found = disk.read_bytes(source)
    except OSError:
        return  # the study goes on without it: what was read is in the snapshot
    if hashlib.sha256(found).hexdigest() == content:
        disk.write_bytes(found, target)


def is_kept(run: Path, entry: Mapping[str, Any]) -> bool:
    """Whether an input of a manifest is kept, with the content that was read."""
    content = entry["sha256"]
    return content is not None and holds(kept_path(run, entry["path"], content), content)


def move_kept(source: Path, target: Path) -> None:
    """The kept raw files of one study's folder into another's."""
    for path in sorted((source / FOLDER).glob("[!.]*")):
        (target / FOLDER).mkdir(parents=True, exist_ok=True)
        path.replace(target / FOLDER / path.name)


def put_aside(run: Path, files: Iterable[Path]) -> None:
    """Before a snapshot is replaced: keep the one that finished results rest on, unless one is kept already.

    files: of the snapshot and about it, anywhere in the run.
    """
    aside = run / ASIDE
    if aside.is_dir() or not (run / "manifest.json").is_file():
        return
    partial = run / f"{ASIDE}.partial"
    with disk.writing(aside):
        shutil.rmtree(partial, ignore_errors=True)
        partial.mkdir()
        for path in files:
            if path.is_file():
                _held(path, partial / path.relative_to(run))
        partial.replace(aside)


def _held(path: Path, target: Path) -> None:
    """A second name for the file's content, which stays when the first name gets another."""
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        target.hardlink_to(path)
    except OSError:  # not every file system can
        shutil.copy2(path, target)


def put_back(run: Path) -> None:
    """The data were refused: the snapshot of the earlier results returns, not taken for the new one."""
    aside = run / ASIDE
    if not aside.is_dir():
        return
    with disk.writing(run / SNAPSHOT):
        # First of all, so that a process killed here leaves a snapshot that is made again.
        (run / SNAPSHOT / MARK).unlink(missing_ok=True)
        # All of it stays aside until all of it is back: a process killed on the way is finished by the next.
        for path in sorted(p for p in aside.rglob("*") if p.is_file()):
            target = run / path.relative_to(aside)
            partial = target.with_name(f".{target.name}.{os.getpid()}.partial")
            _held(path, partial)
            partial.replace(target)
            partial.unlink(missing_ok=True)  # a second name of the same content is not renamed
    accept(run)


def accept(run: Path) -> None:
    """The data were accepted: the snapshot before them is needed no longer."""
    aside, partial = run / ASIDE, run / f"{ASIDE}.partial"
    shutil.rmtree(partial, ignore_errors=True)
    if aside.is_dir():
        aside.replace(partial)  # gone at once, whatever ends this process
        shutil.rmtree(partial)
