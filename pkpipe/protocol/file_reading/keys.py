"""Every key that a study file may have: what it means, in which unit, what is allowed, who decides it.

All of it is read off the models that read a study file; `pkpipe keys`, docs/study_file.md and the schema for
editors are made from it. Only who decides, and an example where no example study has the key, are said here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final, Literal, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from pkpipe.protocol.base import StatedFrozen
from pkpipe.protocol.file_reading.keys_said import DECIDES, SAID, UNIT_OF, UNITS
from pkpipe.protocol.file_reading.loader import OF_THE_RUN, load_document
from pkpipe.protocol.file_reading.types_in_words import MUST, allowed, default, spelled
from pkpipe.protocol.study import Study
from pkpipe.shipped import examples

NAMED: Final = {"sources": "<DOMAIN>"}


@dataclass(frozen=True)
class StudyKey:
    """One key of a study file."""

    key: str
    meaning: str
    unit: str
    allowed: str
    default: str  # MUST where a value has to be given
    decides: str
    example: str

    @property
    def required(self) -> bool:
        """True where a section that is there must have the key."""
        return self.default == MUST

    def record(self) -> dict[str, Any]:
        """For a machine."""
        return {**asdict(self), "required": self.required}


def study_keys() -> list[StudyKey]:
    """Every key in the order of the models, sections before what they hold."""
    documents = [load_document(path) for path in examples()]
    made = (_made(path, model, name, documents) for path, model, name in _fields(Study, ()))
    return list({key.key: key for key in reversed(list(made))}.values())[::-1]


def section(keys: Iterable[StudyKey], name: str) -> list[StudyKey]:
    """The keys of a section, however deep; empty if there is none of that name."""
    wanted = name.replace("<DOMAIN>.", "")
    plain = [(key, key.key.replace("<DOMAIN>.", "")) for key in keys]
    return [key for key, path in plain if path == wanted or path.startswith(f"{wanted}.")]


def _fields(
    model: type[BaseModel], before: tuple[str, ...]
) -> Iterator[tuple[tuple[str, ...], type[BaseModel], str]]:
    for name, field in model.model_fields.items():
        if not before and name in OF_THE_RUN:
            continue
        path = (*before, name)
        yield path, model, name
        for inner in models_in(field.annotation):
            yield from _fields(inner, path)


def models_in(kind: object) -> Iterator[type[BaseModel]]:
    """Every section that a value may be, alone, in a list or under a name."""
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        yield kind
    elif get_origin(kind) is not Literal:
        for one in get_args(kind):
            yield from models_in(one)


def meaning_of(field: FieldInfo) -> str:
    """What a key says, in words; of a section that has no words of its own, what it is about."""
    if field.description:
        return field.description
    inner = next(models_in(field.annotation), None)
    return "" if inner is None else (inner.__doc__ or "").partition("\n")[0].rstrip(".")


def _made(
    path: tuple[str, ...], model: type[BaseModel], name: str, documents: Sequence[object]
) -> StudyKey:
    field, plain = model.model_fields[name], ".".join(path)
    shown = ".".join((path[0], NAMED[path[0]], *path[1:]) if path[0] in NAMED else path)
    return StudyKey(
        key=shown if len(path) > 1 else plain,
        meaning=meaning_of(field),
        unit=_unit(path),
        allowed=allowed(field).replace("`", ""),
        default=_default(model, path, field).replace("`", ""),
        decides=_longest(DECIDES, path),
        example=_example(path, field, documents),
    )


def _unit(path: tuple[str, ...]) -> str:
    plain, own = ".".join(path), f"_{path[-1]}"
    if plain in UNIT_OF:
        return UNIT_OF[plain]
    if path[0] == "schedule" and path[-1] == "hours":
        return "h"
    if path[-1] in {"typical"}:
        own = f"_{path[-2]}"
    return next((unit for end, unit in UNITS if own.endswith(end)), "")


def _default(model: type[BaseModel], path: tuple[str, ...], field: FieldInfo) -> str:
    """What holds if the key is left out; a section of a study may state what a verb's options need not."""
    for stated, outer in ((model, path[-1:]), *_around(path)):
        name = ".".join(outer)
        if isinstance(stated, type) and issubclass(stated, StatedFrozen):
            if name in stated.ASSUMED:
                return spelled(stated.ASSUMED[name])
            if name in stated.STATED:
                return MUST
    return default(field)


def _around(path: tuple[str, ...]) -> Iterator[tuple[type[BaseModel], tuple[str, ...]]]:
    """The sections that hold the key, from the outermost, with the key as each names it."""
    model: type[BaseModel] | None = Study
    for position, name in enumerate(path[:-1]):
        field = model.model_fields.get(name) if model else None
        model = next(models_in(field.annotation), None) if field else None
        if model is None:
            return
        yield model, path[position + 1 :]


def _longest(table: Mapping[str, str], path: tuple[str, ...]) -> str:
    parts = (".".join(path[:n]) for n in range(len(path), 0, -1))
    return next((table[part] for part in parts if part in table), "")


def _example(path: tuple[str, ...], field: FieldInfo, documents: Sequence[object]) -> str:
    plain = ".".join(path)
    if plain in SAID:
        return SAID[plain]
    given = (value for document in documents for value in _values(document, path))
    value = next((v for v in given if v is not None), None)
    if value is None and not field.is_required():
        value = field.get_default(call_default_factory=True)
    if value in (None, (), {}):
        return "the keys below" if next(models_in(field.annotation), None) else _possible(field)
    text = spelled(value)
    return text if len(text) <= 100 else f"{text[:97]}..."


def _possible(field: FieldInfo) -> str:
    """A value that the annotation itself names, such as the first word of a list of words."""
    found = re.match(r"(?:a list: )?`([^`]+)`", allowed(field))
    return found[1] if found and found[1] != "null" else ""


def _values(node: object, path: Sequence[str]) -> Iterator[Any]:
    """Values at a path; lists, and names of a user's own such as a domain, are passed through."""
    if isinstance(node, list):
        for one in node:
            yield from _values(one, path)
    elif not path:
        yield node
    elif isinstance(node, Mapping):
        if path[0] in node:
            yield from _at(node[path[0]], path[1:])
        else:
            for one in node.values():
                if isinstance(one, Mapping):
                    yield from _values(one, path)


def _at(node: object, rest: Sequence[str]) -> Iterator[Any]:
    if rest:
        yield from _values(node, rest)
    else:
        yield node
