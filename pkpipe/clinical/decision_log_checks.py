"""What cannot be in the log of dose decisions: asked of a study's log, and of one given to a verb."""

from __future__ import annotations

from typing import Final

from pkpipe.finding.check import Check

LEVELS: Final = ("level", "next_level", "highest_open_level")


def of_log(
    name: str, column: str, words: str, allowed: str | None = None, source: str = "pkpipe"
) -> Check:
    """An error in the log of decisions: only the next decision rests on it."""
    return Check(
        f"DECISION-{name}",
        "error",
        words,
        source,
        stops="decision",
        allowed=allowed,
        table="DECISIONS",
        column=column,
    )


BEFORE_DATA: Final = of_log(
    "BEFORE-DATA", "date", "decided before the data it rests on", "its cutoff or later"
)
RECORDED: Final = of_log(
    "RECORDED",
    "recorded_on",
    "recorded before it was decided",
    "its date or later",
    "ICH E6(R3) 4.2.2",
)
NO_LEVEL: Final = {
    column: of_log(f"LEVEL-{column}", column, "no level of the design", source="escalation.levels")
    for column in LEVELS
}
NUMBER: Final = of_log("NUMBER", "n_to_enrol", "a number of subjects below zero", "0 or more")
CHECKS: Final = (BEFORE_DATA, RECORDED, *NO_LEVEL.values(), NUMBER)
