"""docs/checks.md: every check of every room, from the values that the code runs by."""

from __future__ import annotations

from typing import Final

from pkpipe.documentation.check_registry import BY_ROOM, REGISTRY, Registered
from pkpipe.documentation.methods_page import table
from pkpipe.finding.check import Check

HEAD: Final = """# Checks

Made from the checks that the rooms declare (`make docs`; a test holds the two equal): of the study file, of
the raw tables, of the topics and of the verbs. One question has one id, whoever asks it.

An error is what would make a number wrong and stops the study, or (decision) only the dose decision: the
study runs on, the decision is withheld and the report says why. `pkpipe check` ends with 3 on either. A
query goes to the site; a note is shown. Where the table, the column or what is right differs from row to
row, it is empty here and the finding says it. *Unless* names more exact checks: of a subject with a finding
of one of them this one is not said again.
"""
COLUMNS: Final = (
    *("check", "severity", "room", "table", "column"),
    *("what is wrong", "what is right", "source", "unless"),
)


def checks_page() -> str:
    """The whole page as Markdown: the checks of each room under the first room that asks them."""
    parts = [HEAD]
    for room in BY_ROOM:
        own = [one for one in REGISTRY.values() if one.rooms[0] == room]
        if own:
            parts.append(f"## {room}\n\n" + table(COLUMNS, [_row(one) for one in own]))
    return "\n".join(parts)


def _row(one: Registered) -> tuple[str, ...]:
    check = one.first
    place = (check.table or "", check.column or "")
    said = (check.words, check.allowed or "", check.source, ", ".join(check.unless))
    return (check.id, _severity(one), ", ".join(one.rooms), *place, *said)


def _severity(one: Registered) -> str:
    """How much it weighs, and where another room weighs it otherwise."""
    first = _weight(one.first)
    others = [
        f"{_weight(check)} in {room}"
        for room, check in one.asked_by.items()
        if _weight(check) != first
    ]
    return "; ".join([first, *others])


def _weight(check: Check) -> str:
    return "error (decision)" if check.stops == "decision" else check.severity
