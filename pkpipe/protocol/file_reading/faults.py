"""What is wrong with a file of choices: every mistake once, by the name of its key, with what is allowed."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo

from pkpipe.protocol.drugs import CODE_PATTERN
from pkpipe.protocol.file_reading.not_carried_out import sentence_of
from pkpipe.protocol.file_reading.types_in_words import allowed, model_in

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

Keys = tuple[int | str, ...]
EXPECTED: Final = "Input should be "
OF_A_CODE: Final = (
    "1 to 40 letters, digits and _ . + - without blanks; sources.<DOMAIN>.codes renames theirs"
)
FIELD: Final = re.compile(r"[a-z][a-z0-9_]*")  # a key, and not the name of a model


@dataclass(frozen=True)
class Fault:
    """A key and what is wrong there."""

    keys: Keys
    words: str


def faults(
    problem: ValidationError, document: Mapping[str, Any], model: type[BaseModel]
) -> list[Fault]:
    """Every mistake of a document; what each form of a value expects is told in one line."""
    errors = problem.errors(include_url=False)
    by_place: dict[Keys, list[ErrorDetails]] = {}
    for error in errors:
        if not _follows(error, errors):
            by_place.setdefault(_place(error, document), []).append(error)
    return [Fault(keys, _words(keys, several, model)) for keys, several in by_place.items()]


def _place(error: ErrorDetails, document: Mapping[str, Any]) -> Keys:
    """The keys as the file has them; pydantic names the form of a value that it tried among them too."""
    keys: list[int | str] = []
    node: Any = document
    for key in error["loc"]:
        listed = isinstance(node, list | tuple) and isinstance(key, int) and key < len(node)
        if listed or (isinstance(node, Mapping) and key in node):
            keys.append(key)
            node = node[key]
    if error["type"] == "missing":
        behind = error["loc"][len(keys) :]
        keys += [key for key in behind if isinstance(key, str) and FIELD.fullmatch(key)]
    return tuple(keys)


def _follows(error: ErrorDetails, errors: Sequence[ErrorDetails]) -> bool:
    """True of a list that is too short only because its entries are wrong, which is told already."""
    inside = len(error["loc"])
    return error["type"] == "too_short" and any(
        e["loc"][:inside] == error["loc"] and len(e["loc"]) > inside for e in errors
    )


def _words(keys: Keys, errors: Sequence[ErrorDetails], model: type[BaseModel]) -> str:
    name = ".".join(map(str, keys)) or "file"
    first = errors[0]
    if first["type"] == "extra_forbidden" and (said := sentence_of(keys)) is not None:
        return f"{name}: {said}"
    if first["type"] == "extra_forbidden":
        return f"{name}: unknown key{_hint(str(keys[-1]), _known_keys(model, keys[:-1]))}"
    field = _field_at(model, keys)
    meaning = f": {field.description}" if field is not None and field.description else ""
    if first["type"] == "missing":
        return f"{name}: this key is missing and has no default{meaning}"
    if first["input"] is None and field is not None:
        return f"{name}: has no value yet{meaning} (allowed: {allowed(field).replace('`', '')})"
    return f"{name}: {'; or '.join(_messages(errors))} (found {_shown(first['input'])})"


def _messages(errors: Sequence[ErrorDetails]) -> Iterator[str]:
    for number, error in enumerate(errors):
        message = _pattern(error) or error["msg"].removeprefix("Value error, ")
        yield message.removeprefix(EXPECTED) if number else message


def _pattern(error: ErrorDetails) -> str | None:
    """Which signs a code may have, in words; None of another mistake or another pattern."""
    context = error.get("ctx", {})
    if error["type"] == "string_pattern_mismatch" and context.get("pattern") == CODE_PATTERN:
        return OF_A_CODE
    return None


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
    return list(_section_at(model, keys).model_fields)


def _field_at(model: type[BaseModel], keys: Sequence[int | str]) -> FieldInfo | None:
    """The field of a key; None if the last of the keys is a position or a name of the user's own."""
    return _section_at(model, keys[:-1]).model_fields.get(str(keys[-1])) if keys else None


def _section_at(model: type[BaseModel], keys: Sequence[int | str]) -> type[BaseModel]:
    """The section a path leads to; list positions and dictionary keys are passed over."""
    section: type[BaseModel] = model
    for key in keys:
        field = section.model_fields.get(str(key))
        section = (model_in(field.annotation) if field else None) or section
    return section
