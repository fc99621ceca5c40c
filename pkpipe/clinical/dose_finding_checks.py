"""What cannot be in the records a dose decision rests on: asked of a study's raw tables and of given records.

Validation shows the raw row; `pkpipe escalate` and the escalation room ask the same of the records of each
subject, in words of their columns.
"""

from __future__ import annotations

from typing import Final

from pkpipe.finding.check import Check


def _check(name: str, words: str, source: str, column: str | None = None) -> Check:
    table = None if column is None else column[:2]
    return Check(name, "error", words, source, stops="decision", table=table, column=column)


EARLY_DLT: Final = _check(
    "DLT-BEFORE-DOSE",
    "a dose-limiting toxicity before the first dose",
    "methods DLT-1",
    "AESTDTC",
)
UNDOSED_DLT: Final = _check(
    "DLT-WITHOUT-DOSE",
    "a dose-limiting toxicity of a subject without a dose",
    "methods DLT-1",
    "AEDLTFL",
)
LEFT_EARLY: Final = _check(
    "LEFT-BEFORE-DOSE", "left the DLT window before the first dose", "methods SET-DLT"
)
NOT_PLANNED: Final = _check(
    "DOSE-NOT-PLANNED", "a dose that is not in the protocol: no level has it", "escalation.levels"
)
LEVEL_CLOSED: Final = _check(
    "DOSE-LEVEL-CLOSED",
    "first dosed at a level that is not open",
    "escalation.highest_open_level",
    "EXPDOSE",
)
CHECKS: Final = (EARLY_DLT, UNDOSED_DLT, LEFT_EARLY, NOT_PLANNED, LEVEL_CLOSED)
