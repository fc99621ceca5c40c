"""Reading a study or run file: every mistake in one go, as `file:line:column: key: what, allowed`.

YAML 1.2 by our own loader: `NO` stays text, a key given twice is an error, a date stays text until the
model reads it, and no tag can make an object.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, get_args

from pydantic import BaseModel, ValidationError

from pkpipe import disk
from pkpipe.errors import ConfigError
from pkpipe.protocol.escalation import with_decision_table
from pkpipe.protocol.study import Study
from pkpipe.protocol.yaml12 import Entries, Place, Section, YamlError, parse

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

Model = TypeVar("Model", bound=BaseModel)


def load_study(path: Path) -> Study:
    """The study a file describes.

    Raises:
        ConfigError: every mistake in the file, one line each.
    """
    document = load_document(path)
    if "cutoff" in document:
        line, column = place_of(document, ("cutoff",))
        raise ConfigError(
            f"{path}:{line}:{column}: cutoff: belongs to the run (config.yaml), not to the study"
        )
    study = validated(Study, document, path)
    if study.study.id != path.stem:
        line, column = place_of(document, ("study", "id"))
        raise ConfigError(
            f"{path}:{line}:{column}: study.id: is '{study.study.id}', "
            f"allowed: '{path.stem}' (the name of the file)"
        )
    if study.escalation is None:
        return study
    plan = with_decision_table(study.escalation, path.parent)
    return study.model_copy(update={"escalation": plan})


def load_document(path: Path) -> Section:
    """The YAML mapping in a file, with the place of every key.

    Raises:
        ConfigError: the file is missing, is no YAML, repeats a key or is no mapping.
    """
    try:
        text = disk.read_text(path)
    except (OSError, UnicodeDecodeError) as problem:
        raise ConfigError(f"{path}: cannot be read as UTF-8 text ({problem})") from problem
    try:
        document = parse(text)
    except YamlError as problem:
        line, column = problem.place
        raise ConfigError(f"{path}:{line}:{column}: {problem.words}") from problem
    if not isinstance(document, Section):
        raise ConfigError(f"{path}:1:1: a mapping of sections is expected")
    return document


def validated(model: type[Model], document: Section, path: Path) -> Model:
    """The model of a document.

    Raises:
        ConfigError: every mistake, one line each, in the order of the file.
    """
    try:
        return model.model_validate(document)
    except ValidationError as problem:
        errors = problem.errors(include_url=False)
        faults = sorted({_fault(document, e, model) for e in errors if not _follows(e, errors)})
        lines = [f"{path}:{line}:{column}: {words}" for line, column, words in faults]
        raise ConfigError("\n  ".join(lines)) from problem


def place_of(document: Section, keys: Sequence[int | str]) -> Place:
    """Line and column, from 1, of the deepest of these keys that the document has."""
    place: Place = (1, 1)
    node: Any = document
    for key in keys:
        listed = isinstance(node, Entries) and isinstance(key, int) and key < len(node)
        if not listed and not (isinstance(node, Section) and key in node):
            break
        place, node = node.places[key], node[key]
    return place


def _follows(error: ErrorDetails, errors: Sequence[ErrorDetails]) -> bool:
    """True of a list that is too short only because its entries are wrong, which is told already."""
    inside = len(error["loc"])
    return error["type"] == "too_short" and any(
        e["loc"][:inside] == error["loc"] and len(e["loc"]) > inside for e in errors
    )


def _fault(document: Section, error: ErrorDetails, model: type[BaseModel]) -> tuple[int, int, str]:
    keys = tuple(error["loc"])
    line, column = place_of(document, keys)
    name = ".".join(map(str, keys)) or "file"
    if error["type"] == "extra_forbidden":
        return (
            line,
            column,
            f"{name}: unknown key{_hint(str(keys[-1]), _known_keys(model, keys[:-1]))}",
        )
    if error["type"] == "missing":
        return line, column, f"{name}: this key is missing and has no default"
    found = f" (found {_shown(error['input'])})"
    return line, column, f"{name}: {error['msg'].removeprefix('Value error, ')}{found}"


def _shown(value: object) -> str:
    if isinstance(value, Mapping):
        return "a mapping"
    if isinstance(value, list | tuple):
        return "a list"
    text = repr(value) if isinstance(value, str) else str(value)
    return text if len(text) <= 60 else text[:57] + "..."


def _hint(key: str, known: Iterable[str]) -> str:
    names = sorted(known)
    close = difflib.get_close_matches(key, names, n=1)
    meant = f", did you mean '{close[0]}'?" if close else ""
    allowed = f" (allowed: {', '.join(names)})" if names else ""
    return f"{meant}{allowed}"


def _known_keys(model: type[BaseModel], keys: Sequence[int | str]) -> list[str]:
    """The keys of the section a path leads to; list positions and dictionary keys are passed over."""
    section: type[BaseModel] = model
    for key in keys:
        field = section.model_fields.get(str(key))
        inner = _section_in(field.annotation) if field else None
        section = inner or section
    return list(section.model_fields)


def _section_in(annotation: object) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for argument in get_args(annotation):
        if found := _section_in(argument):
            return found
    return None
