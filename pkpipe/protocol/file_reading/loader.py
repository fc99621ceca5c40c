"""Reading a study or run file: every mistake in one go, as `file:line:column: key: what, allowed`.

YAML 1.2 by our own loader: `NO` stays text, a key given twice is an error, a date stays text until the
model reads it, and no tag can make an object.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final, TypeVar

from pydantic import BaseModel, ValidationError

from pkpipe import disk
from pkpipe.errors import ConfigError
from pkpipe.protocol.design_letter_tables import with_decision_table
from pkpipe.protocol.file_reading.faults import faults
from pkpipe.protocol.file_reading.yaml12 import Entries, Place, Section, YamlError, parse
from pkpipe.protocol.study import Study

Model = TypeVar("Model", bound=BaseModel)

# What a run sets in a study as loaded.
OF_THE_RUN: Final = ("cutoff", "virtual")


def load_study(path: Path) -> Study:
    """The study a file describes.

    Raises:
        ConfigError: every mistake in the file, one line each.
    """
    document = load_document(path)
    for key in OF_THE_RUN:
        if key in document:
            line, column = place_of(document, (key,))
            raise ConfigError(
                f"{path}:{line}:{column}: {key}: belongs to the run (config.yaml), not to the study"
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
        found = faults(problem, document, model)
        placed = sorted({(*place_of(document, fault.keys), fault.words) for fault in found})
        lines = [f"{path}:{line}:{column}: {words}" for line, column, words in placed]
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
