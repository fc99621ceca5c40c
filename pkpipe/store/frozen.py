"""A finished cutoff that no longer changes: `FROZEN.json` has every file's hash, the flow leaves it alone.

No file permission does the freezing: a superuser would not notice it, and a whole run would be refused.
"""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pkpipe import disk
from pkpipe.errors import DataError
from pkpipe.provenance import sha256

NAME: Final = "FROZEN.json"
REVISION: Final = re.compile(r"^(?P<cutoff>\d{4}-\d{2}-\d{2})(?:\.r(?P<number>\d+))?$")
FINDINGS: Final = "validate/FINDINGS.parquet"


@dataclass(frozen=True)
class Earlier:
    """The cutoff before another: the folder it was frozen in, None where only the run file lists it."""

    cutoff: datetime.date
    run: Path | None

    @property
    def findings(self) -> Path | None:
        """Its findings as they were frozen."""
        return None if self.run is None else self.run / FINDINGS

    @property
    def mark(self) -> str:
        """What of it decides a comparison: its date, and the hash its findings were frozen with."""
        hashes = {} if self.run is None else _sealed(self.run)
        return f"{self.cutoff.isoformat()} {hashes.get(FINDINGS, '')}".strip()


def as_frozen(before: Earlier) -> Path:
    """The findings of an earlier cutoff.

    Raises:
        DataError: they are not those it was frozen with.
    """
    assert before.run is not None
    return _as_sealed(before.run, FINDINGS, _sealed(before.run))


def tables_as_frozen(before: Earlier, names: Iterable[str]) -> dict[str, Path]:
    """Those of the tables that an earlier cutoff was frozen with.

    Raises:
        DataError: one of them is another now, or gone.
    """
    assert before.run is not None
    sealed = _sealed(before.run)
    return {name: _as_sealed(before.run, name, sealed) for name in names if name in sealed}


def _as_sealed(run: Path, name: str, sealed: Mapping[str, str]) -> Path:
    path = run / name
    if not path.is_file() or sha256(path) != sealed.get(name):
        raise DataError(
            f"{path}: is not as it was frozen; nothing is compared with it until it is again "
            f"(pkpipe verify {run} names what was changed)"
        )
    return path


def earlier(study: Path, cutoff: datetime.date, listed: Iterable[datetime.date]) -> Earlier | None:
    """The latest cutoff before this one that is frozen or listed; of revisions the last frozen one.

    study: the folder with its cutoffs.
    """
    closed: dict[datetime.date, Path] = {}
    for path in sorted(study.glob("*")) if study.is_dir() else ():
        match = REVISION.match(path.name)
        if match and is_frozen(path) and (path / FINDINGS).is_file():
            day = datetime.date.fromisoformat(match["cutoff"])
            closed[day] = max(closed.get(day, path), path, key=_number)
    before = [day for day in {*closed, *listed} if day < cutoff]
    return Earlier(max(before), closed.get(max(before))) if before else None


def cutoff_of(run: Path) -> str | None:
    """The cutoff that a folder is of, by its name: itself or a revision of it; None of other folders."""
    match = REVISION.match(run.name)
    return match and match["cutoff"]


def _number(run: Path) -> int:
    match = REVISION.match(run.name)
    return int(match["number"] or 1) if match else 0


def is_frozen(run: Path) -> bool:
    """Whether the folder of a run is closed."""
    return (run / NAME).is_file()


def seal(run: Path) -> str:
    """The content of `FROZEN.json`: every file of the run but what Snakemake marks and logs, by SHA-256."""
    files = {path.relative_to(run).as_posix(): sha256(path) for path in _files(run)}
    return json.dumps({"files": files}, indent=1, sort_keys=True) + "\n"


def broken(run: Path) -> list[str]:
    """One line a file that was changed, went missing or came since the run was frozen.

    Raises:
        DataError: the run is not frozen, or its seal cannot be read.
    """
    sealed = _sealed(run)
    now = {path.relative_to(run).as_posix(): sha256(path) for path in _files(run)}
    words = {True: "was changed", False: "is missing"}
    wrong = [f"{n}: {words[n in now]}" for n in sorted(sealed) if now.get(n) != sealed[n]]
    return wrong + [
        f"{n}: came after the run was frozen" for n in sorted(now.keys() - sealed.keys())
    ]


def _sealed(run: Path) -> dict[str, str]:
    try:
        sealed: dict[str, str] = json.loads(disk.read_text(run / NAME))["files"]
        if not all(isinstance(v, str) for v in sealed.values()):
            raise TypeError("files to hashes are expected")
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as problem:
        raise DataError(f"{run}: no readable {NAME} ({type(problem).__name__})") from problem
    return sealed


def revisions(study: Path, cutoff: str) -> list[Path]:
    """Folders of a cutoff, the first run and its revisions, oldest first."""
    found = []
    for path in study.glob(f"{cutoff}*"):
        match = REVISION.match(path.name)
        if match and match["cutoff"] == cutoff:
            found.append((int(match["number"] or 1), path))
    return [path for _, path in sorted(found)]


def _files(run: Path) -> list[Path]:
    return sorted(
        path
        for path in run.rglob("*")
        if path.is_file()
        and path.name != NAME
        and not path.name.startswith(".")
        and path.relative_to(run).parts[0] != "logs"
    )
