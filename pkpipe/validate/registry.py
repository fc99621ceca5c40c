"""Every check of the raw tables: what `validate.run` asks, and by which findings it stops.

The checks of all rooms are in `pkpipe.documentation.check_registry`, which sees the topics too.
"""

from __future__ import annotations

from typing import Final

from pkpipe.clinical.subject_dates import PARTIAL
from pkpipe.finding.check import Check
from pkpipe.validate.checks.adverse_event_rows import EVENT_ROWS
from pkpipe.validate.checks.adverse_events import EVENTS
from pkpipe.validate.checks.antibodies import ASSAYS, SAMPLE_TIMES, TITRES_IN_SERIES
from pkpipe.validate.checks.biomarkers import BIOMARKER_ROWS, BIOMARKERS
from pkpipe.validate.checks.cells import CELLS
from pkpipe.validate.checks.codelist_columns import TERM_ROWS
from pkpipe.validate.checks.completeness import COMPLETE
from pkpipe.validate.checks.concentration_levels import CONCENTRATION_LEVELS
from pkpipe.validate.checks.concentration_rows import CONCENTRATION_ROWS
from pkpipe.validate.checks.concentrations import CONCENTRATIONS
from pkpipe.validate.checks.concentrations_none import CONCENTRATIONS_NONE
from pkpipe.validate.checks.cycles import CYCLE_ROWS
from pkpipe.validate.checks.decisions import DECISIVE
from pkpipe.validate.checks.decisions_collected import COLLECTED
from pkpipe.validate.checks.disposition import DISPOSITION, DISPOSITION_ROWS
from pkpipe.validate.checks.dose_records import EXPOSURE
from pkpipe.validate.checks.dose_rows import DOSE_ROWS
from pkpipe.validate.checks.dosing import DOSING
from pkpipe.validate.checks.every_table import CROSS, MORE
from pkpipe.validate.checks.examination_rows import EXAMINATION_ROWS
from pkpipe.validate.checks.examinations import EXAMINATIONS
from pkpipe.validate.checks.incomplete_dates import DATE_ROWS
from pkpipe.validate.checks.lesion_rows import LESION_ROWS
from pkpipe.validate.checks.lesion_sizes import LESION_SIZES
from pkpipe.validate.checks.log_and_ledger import INPUT_ROWS, INPUTS_ACROSS
from pkpipe.validate.checks.planned_samples import SCHEDULE
from pkpipe.validate.checks.response_rows import RESPONSE_ROWS
from pkpipe.validate.checks.results_of_any_domain import GIVEN_ROWS, NUMBER_ROWS
from pkpipe.validate.checks.sample_places import SAMPLE_PLACES
from pkpipe.validate.checks.scans_and_responses import SCANS_AND_RESPONSES
from pkpipe.validate.checks.subject_rows import SUBJECT_ROWS
from pkpipe.validate.checks.subjects import ENROLMENT, SUBJECTS
from pkpipe.validate.checks.therapies import THERAPIES, THERAPY_ROWS
from pkpipe.validate.checks.tumour import TUMOUR
from pkpipe.validate.codelist_terms import SPELLING
from pkpipe.validate.decision_basis import CHECKS as OF_BASIS
from pkpipe.validate.redelivered import REDELIVERED
from pkpipe.validate.units import UNITS
from pkpipe.validate.waived import UNUSED

ROW_CHECKS: Final = (
    *SUBJECT_ROWS,
    *DISPOSITION_ROWS,
    *DOSE_ROWS,
    *CYCLE_ROWS,
    *CONCENTRATION_ROWS,
    *LESION_ROWS,
    *RESPONSE_ROWS,
    *EVENT_ROWS,
    *EXAMINATION_ROWS,
    *BIOMARKER_ROWS,
    *THERAPY_ROWS,
    *GIVEN_ROWS,
    *NUMBER_ROWS,
    *TERM_ROWS,
    *DATE_ROWS,
    *INPUT_ROWS,
)
# What compares many rows and may be right all the same: a query at most.
PLAUSIBLE: Final = (
    *CONCENTRATION_LEVELS,
    *CONCENTRATIONS_NONE,
    *EXAMINATIONS,
    *BIOMARKERS,
    *TITRES_IN_SERIES,
    *LESION_SIZES,
    *COMPLETE,
    *ENROLMENT,
    *SAMPLE_TIMES,
    *SAMPLE_PLACES,
    *DISPOSITION,
)
ACROSS: Final = (
    *CROSS,
    *SUBJECTS,
    *DOSING,
    *EXPOSURE,
    *CONCENTRATIONS,
    *ASSAYS,
    *TUMOUR,
    *SCANS_AND_RESPONSES,
    *SCHEDULE,
    *EVENTS,
    *DECISIVE,
    *THERAPIES,
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
            *OF_BASIS,
        )
    )
)
# Errors on which nothing but the dose decision rests: the study runs on, its decision is withheld.
DECISION_ONLY: Final = tuple(check.id for check in CHECKS if check.stops == "decision")
