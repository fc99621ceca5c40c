"""Lines of a study file: a key, its value as YAML, and the comment that says what the value rests on."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Final

from pkpipe.protocol.file_reading.keys import StudyKey, study_keys
from pkpipe.protocol.file_reading.yaml12 import parse

CONFIRM: Final = "TO CONFIRM"
OPEN: Final = "TO FILL IN"
# Texts that need no quotes, also inside { } and [ ].
PLAIN: Final = re.compile(r"[^\W\d_](?:[\w ()./+%;&-]*[\w()/+%])?\Z")
WIDTH: Final = 40  # where comments start


def yaml_of(value: object) -> str:
    """A value as YAML in one line."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{yaml_of(k)}: {yaml_of(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(yaml_of, value)) + "]"
    if isinstance(value, bool):
        return "true" if value else "false"
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:g}"
    text = str(value)
    if isinstance(value, int):
        return text
    plain = PLAIN.match(text) is not None and parse(text) == text
    return text if plain else json.dumps(text, ensure_ascii=False)


def line(indent: int, name: str, value: object, why: str) -> str:
    """A key whose value is a guess, with what it rests on."""
    return guessed(f"{' ' * indent}{name}: {yaml_of(value)}", why)


def guessed(text: str, why: str) -> str:
    """A line of YAML that is a guess, with what it rests on."""
    return _commented(text, f"{CONFIRM}: {why}")


def missing(text: str, why: str) -> str:
    """A line of YAML that lacks a value."""
    return _commented(text, f"{OPEN} {why}")


def sure(indent: int, name: str, value: object, why: str) -> str:
    """A key whose value the data or a named source gives."""
    return _commented(f"{' ' * indent}{name}: {yaml_of(value)}", why)


def left_open(indent: int, name: str, key: str, hint: str = "") -> str:
    """A key without value: what it means, who gives it, and what was seen of it."""
    said = meaning(key)
    seen = f"; {hint}" if hint else ""
    return missing(
        f"{' ' * indent}{name}:", f"({said.decides}): {said.meaning}; {said.allowed}{seen}"
    )


def entry(lines: Iterable[str]) -> list[str]:
    """The lines of one entry of a list: the first begins with a dash."""
    first, *rest = lines
    place = len(first) - len(first.lstrip(" "))
    return [f"{first[: place - 2]}- {first[place:]}", *rest]


def comment(indent: int, text: str) -> str:
    """A line that says something and sets nothing."""
    return f"{' ' * indent}# {text}"


@cache
def _keys() -> dict[str, StudyKey]:
    return {key.key: key for key in study_keys()}


def meaning(key: str) -> StudyKey:
    """What is said of a key."""
    return _keys()[key]


def _commented(text: str, words: str) -> str:
    plain = " ".join(words.split())
    return f"{text.rstrip().ljust(WIDTH)} # {plain}" if plain else text.rstrip()
