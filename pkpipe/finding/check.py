"""What a check is: an id, how serious it is, its sentence, what would be right, where the rule comes from.

Every check of every room is a value of this one class, declared once in the room that asks it, or in
`clinical` where two rooms ask it. `pkpipe.check_registry` lists them all, and docs/checks.md is made from it.
An error is what would make a number wrong: it stops the study or, where only the dose decision rests on it,
that decision. A query is an oddity a site may explain. A note is shown and needs no answer.

A room that needs a test beside a check holds the check in a pair: `RowTest` of `finding.rows`, `RowCheck` and
its kin in `validate`, `StudyCheck` of the study file.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final, Literal

Severity = Literal["error", "query", "note"]
SEVERITIES: Final[tuple[Severity, ...]] = ("error", "query", "note")
OWN_RULE: Final = "pkpipe"  # the source of a rule that no guideline states


@dataclass(frozen=True)
class Check:
    """One kind of finding."""

    id: str
    severity: Severity
    words: str  # what is wrong, for a data manager
    source: str  # rule, standard or guideline behind it
    stops: Literal["study", "decision"] = "study"  # what an error stops
    # What follows is given where it is the same for every row; otherwise the finding says it.
    allowed: str | None = None  # what would be right
    table: str | None = None
    column: str | None = None
    # Ids of more exact checks: of a subject with a finding of one of them this one is not said.
    unless: tuple[str, ...] = ()

    def weighing(self, severity: Severity, words: str) -> Check:
        """The same check where an answer weighs more or less than elsewhere: its id stays."""
        return replace(self, severity=severity, words=words)
