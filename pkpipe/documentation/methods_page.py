"""docs/methods.md: every definition and every rule in reading order, from the values the code runs by."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from pkpipe.methods.definitions import CHAPTERS
from pkpipe.methods.method_entries import Listed, Section, defined_ids, sections

__all__ = ["chapter_numbers", "defined_ids", "methods_page", "table"]

HEAD: Final = """# Methods

Made from the values that the code runs by (`make docs`; a test holds the two equal). Where code, a finding,
a table or the report names an id such as TIME-2, REC-6 or C05, it is the entry of that id here; `methods 5.4`
is the chapter of that number. Checks of the data have a page of their own, [checks.md](checks.md), and so
have the NCA parameters with their powers and routes, [nca_parameters.md](nca_parameters.md).
"""
Rows = Iterable[Sequence[object]]


def methods_page() -> str:
    """The whole page as Markdown."""
    parts = [HEAD]
    for section in sections():
        parts.append(_chapter(section))
        if section.rules:
            parts.append("".join(_listed(rules) for rules in section.rules))
    return "\n".join(parts)


def chapter_numbers() -> frozenset[str]:
    """Numbers of the chapters, "5.4"; a chapter with parts counts by its own number too."""
    numbers = {chapter.number for chapter in CHAPTERS}
    return frozenset(numbers | {number.partition(".")[0] for number in numbers} | {"0"})


def table(head: Sequence[str], rows: Rows) -> str:
    """A table of Markdown; a bar within a cell is escaped."""
    lines = [head, ["---"] * len(head), *rows]
    cells = ([str(cell).replace("|", "\\|").replace("\n", " ") for cell in line] for line in lines)
    return "\n".join(f"| {' | '.join(line)} |" for line in cells) + "\n"


def _chapter(section: Section) -> str:
    head = f"\n## {section.number}. {section.title}\n"
    return head + (_listed(section.definitions) if section.definitions else "")


def _listed(listed: Listed) -> str:
    told = f"{listed.told}:\n\n" if listed.told else ""
    return f"\n{told}{table(listed.head, listed.rows)}"
