"""Every check of the raw tables: what `validate.run` asks, and by which findings it stops.

The checks of all rooms are in `pkpipe.documentation.check_registry`, which sees the topics too.
"""

from __future__ import annotations

from typing import Final

from pkpipe.clinical.subject_dates import PARTIAL
from pkpipe.finding.check import Check
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
CHECKS: Final[tuple[Check, ...]] = tuple(
    dict.fromkeys(
        (
            SPELLING,
            *(c.check for c in CELLS),
            *(r.check for r in ROW_CHECKS if r.check.id != PARTIAL.id),
            PARTIAL,
            *UNITS,
            *(check for c in ACROSS for check in c.checks),
            *COLLECTED,
            UNUSED,
            *REDELIVERED,
        )
    )
)
# Errors on which nothing but the dose decision rests: the study runs on, its decision is withheld.
DECISION_ONLY: Final = tuple(check.id for check in CHECKS if check.stops == "decision")
