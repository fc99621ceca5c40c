"""What every part of a study file has in common: closed, frozen, explained."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, ClassVar, Final, Literal, Self, get_args, get_origin

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    ModelWrapValidatorHandler,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)
from pydantic_core import InitErrorDetails, PydanticCustomError
from pydantic_core.core_schema import ErrorType

_KNOWN: Final = frozenset(get_args(ErrorType))
MAY_BE_EMPTY: Final = ("evaluator",)  # empty: the investigator
ANSWER: Final = "true or false is no value here (YAML reads yes, no, on and off as these)"


class Frozen(BaseModel):
    """A section of the study file: an unknown key is an error, a loaded value never changes."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, str_strip_whitespace=True, allow_inf_nan=False
    )

    @field_validator("*", mode="before")
    @classmethod
    def _no_other_kind(cls, given: object, info: ValidationInfo) -> object:
        """A yes is no 1, and a blank text no name: each would stand for a value that nobody stated."""
        field = cls.model_fields[str(info.field_name)]
        kinds = _kinds(field.annotation)
        if _answers(given) and not kinds & {bool, Any, object} and not _has_section(kinds):
            raise PydanticCustomError("answer_as_value", ANSWER)
        blank = isinstance(given, str) and not given.strip()
        blank = blank and field.default != "" and info.field_name not in MAY_BE_EMPTY
        if blank and kinds == {str}:
            raise PydanticCustomError("blank_text", "the text is empty (leave the key out instead)")
        return given


def _kinds(annotation: object) -> set[object]:
    """The types that a value may be of, or the values in it."""
    if get_origin(annotation) is Literal:
        return {type(word) for word in get_args(annotation)}
    if get_origin(annotation) is Annotated:
        return _kinds(get_args(annotation)[0])
    inner = [_kinds(a) for a in get_args(annotation) if a is not Ellipsis]
    return set().union(*inner) if inner else {annotation}


def _answers(given: object) -> bool:
    """Whether a value is true or false, or holds one."""
    if isinstance(given, Mapping):
        return any(isinstance(v, bool) for v in given.values())
    if isinstance(given, list | tuple):
        return any(isinstance(v, bool) for v in given)
    return isinstance(given, bool)


def _has_section(kinds: set[object]) -> bool:
    return any(isinstance(kind, type) and issubclass(kind, BaseModel) for kind in kinds)


def _by_key(given: dict[Any, Any]) -> dict[Any, Any]:
    return dict(sorted(given.items()))


# In which order a file lists the entries of a mapping does not count: a run reads them back by name.
BY_KEY: Final = AfterValidator(_by_key)


def described(model: type[BaseModel], name: str) -> str:
    """What a key means, for a section that has it with another default."""
    return model.model_fields[name].description or ""


class StatedFrozen(Frozen):
    """A section that has its options from a model which a verb uses too.

    `STATED`: keys (nested with dots) that a study must state, since neither the protocol nor an authority
    gives a value; null is a statement. A section that is itself left out states nothing of what it holds.
    `EARLIER`: names that keys had in earlier versions, each with its name of today; files keep their meaning.
    `ASSUMED`: what a study file that leaves the key out has always meant, where a verb's default is another.
    """

    STATED: ClassVar[tuple[str, ...]] = ()
    EARLIER: ClassVar[Mapping[str, str]] = {}
    ASSUMED: ClassVar[Mapping[str, object]] = {}

    @model_validator(mode="wrap")
    @classmethod
    def _stated(cls, given: object, handler: ModelWrapValidatorHandler[Self]) -> Self:
        if not isinstance(given, Mapping):
            return handler(given)
        own = [*cls._missing(given), *cls._twice(given)]
        try:
            made = handler(cls._of_today(given))
        except ValidationError as problem:
            others = [e for e in _details(problem) if not cls._told(e)]
            raise ValidationError.from_exception_data(cls.__name__, [*own, *others]) from None
        if own:
            raise ValidationError.from_exception_data(cls.__name__, own)
        return made

    @classmethod
    def _of_today(cls, given: Mapping[str, Any]) -> dict[str, Any]:
        """The section with today's names, and with what it means where it says nothing."""
        named = {cls.EARLIER.get(key, key): value for key, value in given.items()}
        for path, value in cls.ASSUMED.items():
            outer, _, key = path.partition(".")
            if isinstance(named.get(outer), Mapping):
                named[outer] = {key: value} | dict(named[outer])
        return named

    @classmethod
    def _missing(cls, given: Mapping[str, Any]) -> Iterator[InitErrorDetails]:
        named = {cls.EARLIER.get(key, key): value for key, value in given.items()}
        for path in cls.STATED:
            keys = tuple(path.split("."))
            if not _holds(named, keys):
                yield InitErrorDetails(type="missing", loc=keys, input=given)

    @classmethod
    def _twice(cls, given: Mapping[str, Any]) -> Iterator[InitErrorDetails]:
        for old, new in cls.EARLIER.items():
            if old in given and new in given:
                words = PydanticCustomError("twice", "this key is called {new} now, and both are given",
                                            {"new": new})  # fmt: skip
                yield InitErrorDetails(type=words, loc=(old,), input=given[old])

    @classmethod
    def _told(cls, error: InitErrorDetails) -> bool:
        """True of an error about a key that an error of this class names already."""
        loc = error.get("loc", ())
        return error["type"] == "missing" and ".".join(map(str, loc)) in cls.STATED


def _holds(given: object, keys: tuple[str, ...]) -> bool:
    """True if a mapping has these nested keys; what is no mapping is told by the model."""
    for key in keys:
        if not isinstance(given, Mapping):
            return True
        if key not in given:
            return False
        given = given[key]
    return True


def _details(problem: ValidationError) -> Iterator[InitErrorDetails]:
    """The errors as they are raised, so that they can be raised together with others."""
    for error in problem.errors(include_url=False):
        kind: Any = error["type"]
        if kind not in _KNOWN:
            kind = PydanticCustomError(kind, error["msg"])  # one of our own
        details = InitErrorDetails(type=kind, loc=error["loc"], input=error["input"])
        if "ctx" in error and error["type"] in _KNOWN:
            details["ctx"] = error["ctx"]
        yield details
