"""Everything that is asked of plausibility, by the subject of the data."""

from __future__ import annotations

from typing import Final

from pkpipe.validate.checks.complete import COMPLETE
from pkpipe.validate.checks.cross import CrossCheck
from pkpipe.validate.checks.enrolment import ENROLMENT
from pkpipe.validate.checks.plausible_biomarkers import PLAUSIBLE_BIOMARKERS
from pkpipe.validate.checks.plausible_concentrations import PLAUSIBLE_CONCENTRATIONS
from pkpipe.validate.checks.plausible_events import PLAUSIBLE_EVENT_ROWS, PLAUSIBLE_EVENTS
from pkpipe.validate.checks.plausible_lesions import PLAUSIBLE_LESIONS
from pkpipe.validate.checks.plausible_measurements import PLAUSIBLE_MEASUREMENTS
from pkpipe.validate.checks.rows import RowCheck
from pkpipe.validate.checks.sample_times import SAMPLE_TIMES

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
