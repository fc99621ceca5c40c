"""docs/command_line.md: every verb with its arguments, from the parsers that read them."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import PurePath
from typing import Final

from pkpipe.cli import ENDINGS, EXIT_CODES, VERBS, parser_of
from pkpipe.documentation.methods_page import table

HEAD: Final = """# Command line

Made from the parsers of the verbs (`make docs`; a test holds the two equal): what `pkpipe VERB --help` says.
A file is CSV, Parquet, XPT, SAS or Excel, told by its suffix.
A result is CSV, Parquet or XPT, told in the same way.
"""


def command_line_page() -> str:
    """The whole page as Markdown."""
    verbs = ((f"[`pkpipe {verb}`](#pkpipe-{verb})", what) for verb, what in VERBS.items())
    endings = table(("exit code", "meaning"), ENDINGS.items())
    parts = [HEAD, table(("verb", "what it gives"), verbs), endings]
    return "\n".join([*parts, *(_verb(verb) for verb in VERBS)])


def arguments(parser: argparse.ArgumentParser) -> list[argparse.Action]:
    """Everything that a verb may be told, but for --help."""
    return [action for action in parser._actions if action.dest != "help"]


def _verb(verb: str) -> str:
    parser = parser_of(verb)
    rows = [
        (_spelled(action), action.help or "", _allowed(action), _default(action))
        for action in arguments(parser)
    ]
    usage = _usage(parser)
    told = f"## pkpipe {verb}\n\n{_sentence(VERBS[verb])}\n\n```text\n{usage}\n```\n"
    if rows:
        told += f"\n{_filled(('argument', 'meaning', 'allowed', 'default'), rows)}"
    words = (parser.epilog or "").replace(EXIT_CODES, "").strip()
    return f"{told}\n```text\n{words}\n```\n" if words else told


def _filled(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table without the columns that say nothing of any row."""
    kept = [place for place in range(len(head)) if any(row[place] for row in rows)]
    return table([head[place] for place in kept], [[row[place] for place in kept] for row in rows])


def _usage(parser: argparse.ArgumentParser) -> str:
    """How the verb is called: what has to be said, then that there is more."""
    if parser.usage:
        return parser.usage
    of = arguments(parser)
    named = [action for action in of if action.option_strings]
    places = [_places(action) for action in of if not action.option_strings]
    needed = [
        f"{action.option_strings[0]} {_values(action)}" for action in named if action.required
    ]
    more = ["[OPTIONS]"] if any(not action.required for action in named) else []
    return " ".join([parser.prog, *places, *needed, *more])


def _spelled(action: argparse.Action) -> str:
    """An argument as it is typed, all of its names."""
    if not action.option_strings:
        return f"`{_places(action)}`"
    *others, name = action.option_strings
    last = name if action.nargs == 0 else f"{name} {_values(action)}"  # 0: it has only to be named
    return ", ".join(f"`{one}`" for one in (*others, last))


def _places(action: argparse.Action) -> str:
    """An argument that is told by its place."""
    return f"[{_name(action)}]" if action.nargs == "?" else _name(action)


def _name(action: argparse.Action) -> str:
    return action.metavar if isinstance(action.metavar, str) else action.dest.upper()


def _values(action: argparse.Action) -> str:
    several = action.nargs == "+" or isinstance(action, argparse._AppendAction)
    return f"{_name(action)} ..." if several else _name(action)


def _allowed(action: argparse.Action) -> str:
    if action.choices is not None:
        return ", ".join(f"`{choice}`" for choice in action.choices)
    return "a whole number" if action.type is int else "a number" if action.type is float else ""


def _default(action: argparse.Action) -> str:
    """What holds where it is left out; empty where its meaning says so, or nothing does."""
    if not action.option_strings:
        return "" if action.nargs == "?" else "needed"
    if action.required:
        return "needed"
    told = "default" in (action.help or "")
    plain = isinstance(action.default, str | int | float | PurePath) and action.nargs != 0
    return "" if told or not plain else f"`{action.default}`"


def _sentence(words: str) -> str:
    return f"{words[0].upper()}{words[1:]}."
