"""docs/study_file.md: every key of a study file, from the models that read it."""

from __future__ import annotations

from itertools import groupby
from typing import Final

from pkpipe.documentation.methods_page import table
from pkpipe.protocol.file_reading.keys import StudyKey, study_keys

HEAD: Final = """# The study file

Every key of `config/<study>.yaml`, made from the models that read it (`make docs`). `pkpipe keys SECTION`
prints a part of it, `pkpipe keys --json` all of it for a program. `config/study.schema.json` is the same for
an editor; the first line of a study file names it. `pkpipe init` writes a first file from raw tables.

**Default**: what holds if the key is left out, once its section is there. *must say*: neither the protocol
nor an authority gives a value, so the file has to. A key that is not in this list is an error that names the
nearest one. A list or mapping holds its keys under its own name: `cohorts.code` is the `code` of each entry
of `cohorts`, `sources.<DOMAIN>.files` the `files` of a domain such as `PC`.
"""
TITLES: Final = ("Key", "Meaning", "Unit", "Allowed", "Default", "Who decides", "Example")


def study_file_page() -> str:
    """The whole page as Markdown."""
    parts = [HEAD]
    for name, keys in groupby(study_keys(), key=lambda k: k.key.split(".")[0]):
        own, *inner = keys
        parts.append(f"## {name}\n\n{_sentence(own)}\n")
        if inner:
            parts.append(table(TITLES, [_row(key) for key in inner]))
    return "\n".join(parts)


def _sentence(key: StudyKey) -> str:
    must = "must be there" if key.required else f"may be left out ({key.default})"
    said = f"{key.meaning[:1].upper()}{key.meaning[1:]}".rstrip(".")
    return f"{said}. Decided by: {key.decides}. The section {must}."


def _row(key: StudyKey) -> tuple[str, ...]:
    code = f"`{key.example}`" if key.example else ""
    cells = (key.meaning, key.unit, key.allowed, key.default, key.decides, code)
    return (f"`{key.key}`", *(cell.replace("|", "\\|") for cell in cells))
