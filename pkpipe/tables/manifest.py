"""The manifest of a run: every input and output by SHA-256, versions and settings; no clock, no machine."""

from __future__ import annotations

import importlib.metadata
import json
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import polars as pl

from pkpipe.disk import write_text
from pkpipe.errors import DataError
from pkpipe.protocol.study import Study
from pkpipe.provenance import sha256
from pkpipe.tables.files import read_table
from pkpipe.tables.stored import Room, table_paths

NAME: Final = "manifest.json"
Entry = dict[str, str | int | None]


@dataclass(frozen=True)
class Made:
    """What a run was made of besides its data."""

    versions: Mapping[str, str]  # installed packages
    code: Mapping[str, str]  # room to fingerprint of its code


def write_manifest(run: Path, rooms: Sequence[Room], study: Study, raw: Path, made: Made) -> Path:
    """Write `manifest.json` of one study and cutoff; equal runs give equal bytes wherever they lie."""
    inside = raw_beside(run, raw)
    content = {
        "study": study.study.id,
        "cutoff": None if study.cutoff is None else study.cutoff.isoformat(),
        "pkpipe": _own_version(),
        "versions": dict(made.versions),
        "code": dict(made.code),
        "raw": inside,
        "inputs": sorted(_inputs(run, inside), key=lambda e: str(e["path"])),
        "outputs": sorted(_outputs(run, rooms), key=lambda e: str(e["path"])),
        "config": study.model_dump(mode="json", exclude={"cutoff"}),
    }
    path = run / NAME
    write_text(json.dumps(content, indent=1, sort_keys=True, ensure_ascii=False) + "\n", path)
    return path


def raw_beside(run: Path, raw: Path) -> str | None:
    """The raw folder seen from the run, if both lie in the folder the run started in; else None."""
    here = Path.cwd().resolve()
    inside = raw.resolve().is_relative_to(here) and run.resolve().is_relative_to(here)
    return Path(os.path.relpath(raw.resolve(), run.resolve())).as_posix() if inside else None


def _inputs(run: Path, raw: str | None) -> Iterable[Entry]:
    """Raw files as they were read, which is what the results rest on, whatever lies there now."""
    sources = read_table(run / "snapshot" / "SOURCES.parquet")
    for row in sources.unique("FILE", maintain_order=True).iter_rows(named=True):
        path = row["FILE"] if raw is None else f"{raw}/{row['FILE']}"
        yield {"path": path, "sha256": row["SHA256"], "rows": row["ROWS"]}


def _outputs(run: Path, rooms: Sequence[Room]) -> Iterable[Entry]:
    for room in rooms:
        for path in table_paths(run, room):
            rows = pl.scan_parquet(path.with_suffix(".parquet")).select(pl.len()).collect().item()
            yield _entry(run, path, int(rows))
        if not room.writes:
            for path in (run / room.name).rglob("*"):
                if path.is_file() and not path.name.startswith("."):
                    yield _entry(run, path, None)


def _entry(run: Path, path: Path, rows: int | None) -> Entry:
    return {"path": path.relative_to(run).as_posix(), "sha256": sha256(path), "rows": rows}


def _own_version() -> str:
    try:
        return importlib.metadata.version("pkpipe")
    except importlib.metadata.PackageNotFoundError:
        return "not installed"


def read_manifest(run: Path) -> dict[str, Any]:
    """The manifest in a run's folder.

    Raises:
        DataError: there is none, or it is none.
    """
    path = run / NAME
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        if not {"inputs", "outputs", "raw", "study"} <= content.keys():
            raise ValueError("a key is missing")
    except OSError as problem:
        raise DataError(f"{path}: cannot be read ({problem.strerror})") from problem
    except (ValueError, AttributeError) as problem:
        raise DataError(f"{path}: is no manifest of pkpipe ({problem})") from problem
    return dict(content)


def differences(run: Path, content: Mapping[str, Any], raw: Path | None) -> list[str]:
    """One line a file whose bytes are not those of the manifest. raw: where the raw files lie now."""
    wrong = [_difference(run / e["path"], e) for e in content["outputs"]]
    for entry in content["inputs"]:
        name = entry["path"].removeprefix(f"{content['raw']}/")
        wrong.append(_difference((raw / name) if raw is not None else run / entry["path"], entry))
    return [line for line in wrong if line is not None]


def _difference(path: Path, entry: Mapping[str, Any]) -> str | None:
    try:
        found: str | None = sha256(path)
    except OSError:
        found = None
    if found == entry["sha256"]:
        return None
    words = "is missing" if found is None else "was changed"
    return f"{entry['path']}: {words} (SHA-256 {found or 'none'}, manifest {entry['sha256'] or 'none'})"
