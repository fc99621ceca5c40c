"""What a key of a study file may be, in words: made from the annotations of the models that read it."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from typing import Annotated, Any, Final, Literal, get_args, get_origin

from annotated_types import Ge, Gt, Le, Lt
from pydantic import BaseModel
from pydantic.fields import FieldInfo

MUST: Final = "must say"
TYPES_IN_WORDS: Final[dict[type[Any], str]] = {
    bool: "`true`, `false`",
    int: "a whole number",
    float: "a number",
    str: "a text",
    datetime.date: "a date such as 2026-06-30",
    type(None): "`null`",
}


def default(field: FieldInfo) -> str:
    """The default as a file would spell it."""
    return (
        MUST
        if field.is_required()
        else f"`{spelled(field.get_default(call_default_factory=True))}`"
    )


def spelled(value: object) -> str:
    """A value as a study file would spell it, in one line."""
    if isinstance(value, BaseModel):
        return spelled(value.model_dump(mode="json"))
    if isinstance(value, dict):
        return "{" + ", ".join(f"{k}: {spelled(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(spelled(v) for v in value) + "]"
    if value is None:
        return "null"
    return str(value).lower() if isinstance(value, bool) else str(value)


def allowed(field: FieldInfo) -> str:
    """What a value may be, in words."""
    return _allowed(field.annotation, field.metadata)


def _allowed(kind: object, limits: Sequence[object]) -> str:
    origin, inside = get_origin(kind), get_args(kind)
    if isinstance(kind, type) and not inside:
        return _single(kind, limits)
    if origin is Annotated:
        return _allowed(inside[0], [*limits, *inside[1:]])
    if origin is Literal:
        return ", ".join(f"`{value}`" for value in inside)
    if origin is tuple:
        return f"a list: {_allowed(inside[0], ())}"
    if origin is dict:
        return f"a mapping to {_allowed(inside[1], ())}"
    return ", ".join(_allowed(one, limits) for one in inside)  # a union


def _single(kind: type, limits: Sequence[object]) -> str:
    if issubclass(kind, BaseModel):
        return "{" + ", ".join(kind.model_fields) + "}"
    bounds = " and ".join(_bounds(limits))
    return f"{TYPES_IN_WORDS[kind]}, {bounds}" if bounds else TYPES_IN_WORDS[kind]


def _bounds(limits: Sequence[object]) -> Iterator[str]:
    for limit in limits:
        match limit:
            case FieldInfo():
                yield from _bounds(limit.metadata)
            case Ge(ge=value):
                yield f"{value} or more"
            case Gt(gt=value):
                yield f"above {value}"
            case Le(le=value):
                yield f"{value} or less"
            case Lt(lt=value):
                yield f"below {value}"


def model_in(kind: object) -> type[BaseModel] | None:
    """The section that a key holds, alone or in a list."""
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return kind
    return next((found for one in get_args(kind) if (found := model_in(one))), None)
