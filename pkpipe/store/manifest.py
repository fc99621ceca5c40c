"""The manifest of a run as it is read again: its form, and which files are no longer those it names.

Light, for every start of the flow looks at the runs that decisions rest on; `manifest_writing` makes it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from pkpipe import disk
from pkpipe.errors import DataError
from pkpipe.provenance import sha256
from pkpipe.store.audit_trail import is_there
from pkpipe.store.frozen import cutoff_of

NAME: Final = "manifest.json"
STUDY_ID: Final = r"^[a-z0-9][a-z0-9_]*$"

Hash = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Name = Annotated[str, Field(pattern=r"^[^/\x00-\x1f][^\x00-\x1f]*$")]
# A file of the run itself: nothing of its path leads out of it.
Inside = Annotated[Name, Field(pattern=r"^(?:[^/.][^/]*/)*[^/.][^/]*$")]


class _Shape(BaseModel):
    model_config = ConfigDict(strict=True, frozen=True)


class _Input(_Shape):
    path: Name
    sha256: Hash | None
    rows: int | None


class _Output(_Shape):
    path: Inside
    sha256: Hash
    rows: int | None


class Shape(_Shape):
    """What every manifest of ours looks like; keys of later versions are let pass."""

    study: Annotated[str, Field(pattern=STUDY_ID)]
    cutoff: Annotated[str, Field(pattern=r"^\d{4}-\d{2}-\d{2}$")] | None
    pkpipe: str
    versions: dict[str, str]
    code: dict[str, str]
    read: dict[str, dict[str, Hash]] = {}
    raw: Name | None
    inputs: list[_Input]
    outputs: list[_Output]
    config: dict[str, Any]


def read_manifest(run: Path) -> dict[str, Any]:
    """The manifest in a run's folder.

    Raises:
        DataError: there is none, or it is none.
    """
    path = run / NAME
    try:
        content = json.loads(disk.read_text(path))
    except OSError as problem:
        raise DataError(f"{path}: cannot be read ({problem.strerror})") from problem
    except (ValueError, RecursionError) as problem:
        raise DataError(f"{path}: is no manifest of pkpipe ({type(problem).__name__})") from problem
    try:
        Shape.model_validate(content)
    except ValidationError as problem:
        first = problem.errors(include_url=False, include_input=False)[0]
        where = ".".join(map(str, first["loc"])) or "file"
        words = f"{where}: {first['msg']}"
        raise DataError(f"{path}: is no manifest of pkpipe ({words})") from problem
    return dict(content)


def in_the_wrong_place(run: Path, content: Mapping[str, Any]) -> list[str]:
    """A manifest in the folder of another study or cutoff: whole folders were exchanged, as they were.

    A copy that was put away under a name that no study has, or without the trail of a study, is none.
    """
    wrong, named = [], cutoff_of(run)
    if named is not None and content["cutoff"] not in {None, named}:
        wrong.append(f"{NAME}: is of cutoff {content['cutoff']}, and lies in the folder of {named}")
    place = run.absolute()
    names = {place.parent.name, place.resolve().parent.name}
    if named is not None and content["study"] not in names and _of_a_study(place, content["study"]):
        wrong.append(
            f"{NAME}: is of study {content['study']}, and lies in the folder of study "
            f"{place.parent.name}"
        )
    return wrong


def displaced(run: Path) -> list[str]:
    """What `in_the_wrong_place` says of a run whose manifest can be read; of others nothing."""
    try:
        return in_the_wrong_place(run, read_manifest(run))
    except DataError:
        return []


def _of_a_study(run: Path, study: str) -> bool:
    """Whether a run lies among the cutoffs of a study, or beside the study it is of."""
    is_id = re.fullmatch(STUDY_ID, run.parent.name) is not None
    return is_id and (is_there(run.parent) or is_there(run.parent.with_name(study)))


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
