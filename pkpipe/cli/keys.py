"""`pkpipe keys`: what a study file may say, key by key."""

from __future__ import annotations

import argparse
import difflib
import json
import textwrap
from collections.abc import Iterable

from pkpipe.errors import ConfigError
from pkpipe.protocol.file_reading.keys import StudyKey, section, study_keys

WIDTH = 96


def configure(parser: argparse.ArgumentParser) -> None:
    """Arguments of the verb."""
    parser.epilog = (
        "examples: pkpipe keys                     the sections\n"
        "          pkpipe keys escalation          every key of a section\n"
        "          pkpipe keys schedule.pk.hours   one key\n"
        "          pkpipe keys --json              all of it, for a program\n\n"
        + (parser.epilog or "")
    )
    parser.add_argument("section", nargs="?", help="a section or key; left out: the sections")
    parser.add_argument("--json", action="store_true", help="as JSON")


def run(arguments: argparse.Namespace) -> int:
    """Print the keys asked for.

    Raises:
        ConfigError: there is no such section or key.
    """
    keys = study_keys()
    chosen = keys if arguments.section is None else _chosen(keys, arguments.section)
    if arguments.json:
        print(json.dumps([key.record() for key in chosen], indent=1, ensure_ascii=False))
    elif arguments.section is None:
        for line in _sections(keys):
            print(line)
    else:
        for key in chosen:
            print("\n".join(_told(key)))
    return 0


def _chosen(keys: list[StudyKey], name: str) -> list[StudyKey]:
    found = section(keys, name)
    if found:
        return found
    names = [key.key.replace("<DOMAIN>.", "") for key in keys]
    ends = [n for n in names if n.rpartition(".")[2] == name]
    close = ends or difflib.get_close_matches(name, names, n=3)
    meant = f", did you mean {' or '.join(close)}?" if close else ""
    allowed = ", ".join(n for n in names if "." not in n)
    raise ConfigError(f"'{name}' is no key of a study file{meant} (sections: {allowed})")


def _sections(keys: Iterable[StudyKey]) -> Iterable[str]:
    listed = list(keys)
    for key in listed:
        if "." not in key.key:
            count = len(section(listed, key.key)) - 1
            must = "must be there" if key.required else "may be left out"
            yield f"{key.key:18} {key.meaning} ({count} keys; {must})"
    yield ""
    yield "pkpipe keys SECTION shows the keys of one; all of them: docs/study_file.md, pkpipe keys --json"


def _told(key: StudyKey) -> Iterable[str]:
    unit = f" [{key.unit}]" if key.unit else ""
    need = "must be given" if key.required else f"default: {key.default}"
    yield f"{key.key}{unit}"
    facts = (
        key.meaning,
        f"allowed: {key.allowed}; {need}",
        f"decided by: {key.decides}; example: {key.example}",
    )
    for fact in facts:
        yield textwrap.fill(fact, WIDTH, initial_indent="    ", subsequent_indent="      ")
