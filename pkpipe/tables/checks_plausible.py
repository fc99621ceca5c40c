"""Everything that is asked of plausibility, by the subject of the data."""

from __future__ import annotations

from typing import Final

from pkpipe.tables.checks_complete import COMPLETE
from pkpipe.tables.checks_cross import CrossCheck
from pkpipe.tables.checks_enrolment import ENROLMENT
from pkpipe.tables.checks_plausible_biomarkers import PLAUSIBLE_BIOMARKERS
from pkpipe.tables.checks_plausible_concentrations import PLAUSIBLE_CONCENTRATIONS
from pkpipe.tables.checks_plausible_events import PLAUSIBLE_EVENT_ROWS, PLAUSIBLE_EVENTS
from pkpipe.tables.checks_plausible_lesions import PLAUSIBLE_LESIONS
from pkpipe.tables.checks_plausible_measurements import PLAUSIBLE_MEASUREMENTS
from pkpipe.tables.checks_rows import RowCheck
from pkpipe.tables.checks_sample_times import SAMPLE_TIMES

PLAUSIBLE_ROWS: Final[tuple[RowCheck, ...]] = (*PLAUSIBLE_EVENT_ROWS,)
PLAUSIBLE: Final[tuple[CrossCheck, ...]] = (
    *PLAUSIBLE_CONCENTRATIONS,
    *PLAUSIBLE_MEASUREMENTS,
    *PLAUSIBLE_BIOMARKERS,
    *PLAUSIBLE_LESIONS,
    *COMPLETE,
    *ENROLMENT,
    *SAMPLE_TIMES,
    *PLAUSIBLE_EVENTS,
)
