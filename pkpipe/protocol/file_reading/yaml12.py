"""YAML 1.2 with the place of every key: libyaml reads the text, the core schema decides what a word means.

The scalars are those of YAML 1.2.2, chapter 10.3: `NO` stays text, and so does a date. No tag makes an
object, `<<` merges nothing, a key given twice is an error.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

import yaml

Place = tuple[int, int]

PREFIX: Final = "tag:yaml.org,2002:"
DEEPEST: Final = 40  # levels of nesting; a study file has seven
_CORE: Final = (
    ("null", re.compile(r"(?:~|null|Null|NULL|)\Z")),
    ("bool", re.compile(r"(?:true|True|TRUE|false|False|FALSE)\Z")),
    ("int", re.compile(r"(?:[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+)\Z")),
    (
        "float",
        re.compile(
            r"(?:[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?"
            r"|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))\Z"
        ),
    ),
)


class YamlError(Exception):
    """What is wrong, and where (line and column, from 1)."""

    def __init__(self, words: str, place: Place = (1, 1)) -> None:
        super().__init__(words)
        self.words, self.place = words, place


class Section(dict[Any, Any]):
    """A mapping that knows where its keys stand."""

    places: dict[Any, Place]


class Entries(list[Any]):
    """A list that knows where its entries stand."""

    places: list[Place]


# libyaml where PyYAML was built with it, as its wheels are: thirty times faster than Python. Only its
# events are used: to compose nodes it calls itself once a level, and a hostile file ends the process.
_Loader: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)


def parse(text: str) -> object:
    """The document in a text: Section, Entries, str, int, float, bool or None.

    Raises:
        YamlError: it is no YAML, repeats a key, bears a tag, refers to itself or is nested too deeply.
    """
    events = yaml.parse(text, Loader=_Loader)
    try:
        return _Builder(events).document()
    except yaml.MarkedYAMLError as problem:
        mark = problem.problem_mark or problem.context_mark
        words = str(problem.problem or problem.context)
        raise YamlError(words, _place(mark) if mark else (1, 1)) from problem
    except yaml.YAMLError as problem:
        raise YamlError(str(problem).splitlines()[0]) from problem


def _place(mark: yaml.Mark) -> Place:
    return mark.line + 1, mark.column + 1


class _Builder:
    """Events to values; an alias stands for the value of its anchor."""

    def __init__(self, events: Iterator[yaml.Event]) -> None:
        self._events = events
        self._anchored: dict[str, object] = {}

    def document(self) -> object:
        """The one document of the stream; none is None."""
        next(self._events)
        if isinstance(next(self._events), yaml.StreamEndEvent):
            return None
        value = self._value(next(self._events), 0)
        next(self._events)
        after = next(self._events)
        if not isinstance(after, yaml.StreamEndEvent):
            raise YamlError("a second document in one file", _place(after.start_mark))
        return value

    def _value(self, event: yaml.Event, depth: int) -> object:
        place = _place(event.start_mark)
        if depth > DEEPEST:
            raise YamlError(f"nested more than {DEEPEST} levels deep", place)
        if isinstance(event, yaml.AliasEvent):
            if event.anchor not in self._anchored:
                raise YamlError(f"the alias {event.anchor} stands for nothing before it", place)
            return self._anchored[event.anchor]
        value: object
        if isinstance(event, yaml.MappingStartEvent):
            value = self._section(event, depth)
        elif isinstance(event, yaml.SequenceStartEvent):
            value = self._entries(event, depth)
        else:
            value = _scalar(event)
        if event.anchor is not None:
            self._anchored[event.anchor] = value
        return value

    def _section(self, start: yaml.Event, depth: int) -> Section:
        _untagged(start, "map")
        section = Section()
        section.places = {}
        while not isinstance(name := next(self._events), yaml.MappingEndEvent):
            place = _place(name.start_mark)
            if not isinstance(name, yaml.ScalarEvent):
                raise YamlError("a key is a single word", place)
            key = _scalar(name)
            if key in section:
                raise YamlError(f'found duplicate key "{key}"', place)
            section.places[key] = place
            section[key] = self._value(next(self._events), depth + 1)
        return section

    def _entries(self, start: yaml.Event, depth: int) -> Entries:
        _untagged(start, "seq")
        entries = Entries()
        entries.places = []
        while not isinstance(entry := next(self._events), yaml.SequenceEndEvent):
            entries.places.append(_place(entry.start_mark))
            entries.append(self._value(entry, depth + 1))
        return entries


def _untagged(event: yaml.Event, kind: str) -> None:
    if event.tag not in {None, PREFIX + kind}:
        raise YamlError(f"the tag {event.tag} is not allowed here", _place(event.start_mark))


def _scalar(event: yaml.ScalarEvent) -> str | int | float | bool | None:
    """What a word means: by its form if it is plain, by its tag if it bears one, text if it is quoted."""
    text = str(event.value)
    plain, quoted = event.implicit
    if plain:
        kind = next((kind for kind, form in _CORE if form.match(text)), "str")
    else:
        kind = "str" if quoted else str(event.tag).removeprefix(PREFIX)
    if kind == "str":
        return text
    form = dict(_CORE).get(kind)
    if form is None or not form.match(text):
        raise YamlError(f"the tag {event.tag} is not allowed here", _place(event.start_mark))
    if kind == "int":
        return _integer(text, _place(event.start_mark))
    if kind == "float":
        return float(re.sub(r"\.(?=inf|nan)", "", text.lower()))
    return text.lower() == "true" if kind == "bool" else None


def _integer(text: str, place: Place) -> int:
    base = {"0o": 8, "0x": 16}.get(text[:2], 10)
    try:
        return int(text, base)
    except ValueError as problem:  # Python reads no more than some thousand digits
        raise YamlError(f"a whole number of {len(text)} digits", place) from problem
