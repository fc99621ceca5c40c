"""A docstring as Markdown: its sentences, and what its sections (Args, Returns, Raises, Examples) say."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from typing import Final

from pkpipe.documentation.methods_page import table

SECTION: Final = re.compile(r"^(Args|Returns|Raises|Examples):$", re.MULTILINE)
ENTRY: Final = re.compile(r"^(\*{0,2}\w+): (.+)$")
HEADS: Final = {"Args": ("argument", "what it is"), "Raises": ("error", "when")}


def markdown_of(thing: object) -> str:
    """What the docstring of a function or class says."""
    text = inspect.getdoc(thing) or ""
    sentences, *rest = SECTION.split(text)
    sections = zip(rest[::2], rest[1::2], strict=True)
    parts = [_paragraphs(sentences), *(_section(name, body) for name, body in sections)]
    return "\n".join(part for part in parts if part)


def first_sentence(thing: object) -> str:
    """The first line of a docstring."""
    return (inspect.getdoc(thing) or "").partition("\n")[0]


def _paragraphs(text: str) -> str:
    """Its lines; a line `name: words` on its own is an item of a list."""
    told: list[str] = []
    listed = False
    for line in text.strip().splitlines():
        entry = ENTRY.match(line)
        if entry and not listed and told and told[-1]:
            told.append("")
        told.append(f"- `{entry[1]}`: {entry[2]}" if entry else line)
        listed = bool(entry)
    return "\n".join(told) + "\n" if told else ""


def _section(name: str, body: str) -> str:
    text = inspect.cleandoc(body)
    if name == "Examples":
        return f"```pycon\n{text}\n```\n"
    if name == "Returns":
        return f"Returns: {' '.join(text.split())}\n"
    rows = [(f"`{entry}`", words) for entry, words in _entries(text)]
    return table(HEADS[name], rows)


def _entries(text: str) -> Iterator[tuple[str, str]]:
    """Each name of a section, with its words in one line."""
    found: list[list[str]] = []
    for line in text.splitlines():
        entry = ENTRY.match(line)
        if entry:
            found.append([entry[1], entry[2]])
        elif found:
            found[-1].append(line.strip())
    for name, *words in found:
        yield name, " ".join(words)
