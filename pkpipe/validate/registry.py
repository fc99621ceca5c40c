"""Every check of the raw tables by its id: what is tested, and what docs and reports can list."""

from __future__ import annotations

from typing import Final

from pkpipe.finding.check import Check
from pkpipe.reading.xlsx.checks import EXCEL
from pkpipe.snapshot.checks import BEFORE_THE_CUT
from pkpipe.snapshot.checks.deliveries import ARRIVAL
from pkpipe.validate.checks.adverse_events import EVENT_ROWS, EVENTS
from pkpipe.validate.checks.antibodies import ASSAYS
from pkpipe.validate.checks.cells import CELLS
from pkpipe.validate.checks.concentrations import CONCENTRATIONS
from pkpipe.validate.checks.decisions import DECISIVE
from pkpipe.validate.checks.decisions_collected import COLLECTED
from pkpipe.validate.checks.dose_records import EXPOSURE
from pkpipe.validate.checks.dose_rows import DOSE_ROWS
from pkpipe.validate.checks.dosing import DOSING
from pkpipe.validate.checks.every_table import CROSS, MORE
from pkpipe.validate.checks.incomplete_dates import DATE_ROWS
from pkpipe.validate.checks.log_and_ledger import INPUT_ROWS, INPUTS_ACROSS
from pkpipe.validate.checks.planned_samples import SCHEDULE
from pkpipe.validate.checks.plausible import PLAUSIBLE, PLAUSIBLE_ROWS
from pkpipe.validate.checks.results import RESULT_ROWS
from pkpipe.validate.checks.rows import ROWS
from pkpipe.validate.checks.subjects import SUBJECTS
from pkpipe.validate.checks.tumour import TUMOUR
from pkpipe.validate.checks.values import SENSE
from pkpipe.validate.codelist_terms import SPELLING
from pkpipe.validate.redelivered import REDELIVERED
from pkpipe.validate.units import UNITS
from pkpipe.validate.waived import UNUSED

ROW_CHECKS: Final = (
    *(*ROWS, *RESULT_ROWS, *DOSE_ROWS, *EVENT_ROWS),
    *(*INPUT_ROWS, *SENSE, *DATE_ROWS, *PLAUSIBLE_ROWS),
)
ACROSS: Final = (
    *CROSS,
    *SUBJECTS,
    *DOSING,
    *EXPOSURE,
    *CONCENTRATIONS,
    *ASSAYS,
    *TUMOUR,
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
        "Made from `pkpipe/validate/registry.py`. An error is what would make a number wrong and stops the",
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
