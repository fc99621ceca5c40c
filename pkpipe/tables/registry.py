"""Every check of the raw tables by its id: what is tested, and what docs and reports can list."""

from __future__ import annotations

from typing import Final

from pkpipe.tables.checks import Check
from pkpipe.tables.checks_arrival import ARRIVAL
from pkpipe.tables.checks_cells import CELLS
from pkpipe.tables.checks_collected import COLLECTED
from pkpipe.tables.checks_course import COURSE
from pkpipe.tables.checks_cross import CROSS
from pkpipe.tables.checks_dates import DATE_ROWS
from pkpipe.tables.checks_decision import DECISIVE
from pkpipe.tables.checks_doses import DOSE_ROWS
from pkpipe.tables.checks_events import EVENT_ROWS, EVENTS
from pkpipe.tables.checks_excel import EXCEL
from pkpipe.tables.checks_exposure import EXPOSURE
from pkpipe.tables.checks_inputs import INPUT_ROWS, INPUTS_ACROSS
from pkpipe.tables.checks_more import BEFORE_THE_CUT, MORE
from pkpipe.tables.checks_plausible import PLAUSIBLE, PLAUSIBLE_ROWS
from pkpipe.tables.checks_results import RESULT_ROWS
from pkpipe.tables.checks_rows import ROWS
from pkpipe.tables.checks_schedule import SCHEDULE
from pkpipe.tables.checks_story import STORY
from pkpipe.tables.checks_values import SENSE
from pkpipe.tables.coded import SPELLING
from pkpipe.tables.declared_units import UNITS
from pkpipe.tables.redelivered import REDELIVERED
from pkpipe.tables.waived import UNUSED

ROW_CHECKS: Final = (
    *(*ROWS, *RESULT_ROWS, *DOSE_ROWS, *EVENT_ROWS),
    *(*INPUT_ROWS, *SENSE, *DATE_ROWS, *PLAUSIBLE_ROWS),
)
ACROSS: Final = (
    *CROSS,
    *STORY,
    *EXPOSURE,
    *COURSE,
    *SCHEDULE,
    *EVENTS,
    *DECISIVE,
    *INPUTS_ACROSS,
    *MORE,
    *PLAUSIBLE,
)
ALL_CHECKS: Final[tuple[Check, ...]] = tuple(
    dict.fromkeys(
        (
            *ARRIVAL,
            *EXCEL,
            *BEFORE_THE_CUT,
            SPELLING,
            *(c.check for c in CELLS),
            *(r.check for r in ROW_CHECKS),
            *UNITS,
            *(check for c in ACROSS for check in c.checks),
            *COLLECTED,
            UNUSED,
            *REDELIVERED,
        )
    )
)
# Errors on which nothing but the dose decision rests: the study runs on, its decision is withheld.
DECISION_ONLY: Final = tuple(check.id for check in ALL_CHECKS if check.stops == "decision")
CHECKS: Final = {check.id: check for check in ALL_CHECKS}


def as_markdown() -> str:
    """The page docs/checks.md: every check with its severity, sentence and source."""
    head = [
        "# Checks of the raw tables",
        "",
        "Made from `pkpipe/tables/registry.py`. An error is what would make a number wrong and stops the",
        "study, or (decision) only the dose decision: the study runs on, the decision is withheld and the",
        "report says why. `pkpipe check` ends with 3 on either. A query goes to the site; a note is shown.",
        "Topics add findings of their own.",
        "",
        "| check | severity | what is wrong | source |",
        "| --- | --- | --- | --- |",
    ]
    rows = [f"| {c.id} | {_weight(c)} | {c.words} | {c.source} |" for c in ALL_CHECKS]
    return "\n".join([*head, *rows]) + "\n"


def _weight(check: Check) -> str:
    return "error (decision)" if check.stops == "decision" else check.severity
