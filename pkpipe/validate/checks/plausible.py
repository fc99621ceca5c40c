"""Everything that is asked of plausibility, by the subject of the data."""

from __future__ import annotations

from typing import Final

from pkpipe.validate.checks.antibodies import SAMPLE_TIMES, TITRES_IN_SERIES
from pkpipe.validate.checks.biomarkers import PLAUSIBLE_BIOMARKERS
from pkpipe.validate.checks.completeness import COMPLETE
from pkpipe.validate.checks.concentration_levels import PLAUSIBLE_CONCENTRATIONS
from pkpipe.validate.checks.disposition import PLAUSIBLE_EVENT_ROWS, PLAUSIBLE_EVENTS
from pkpipe.validate.checks.examinations import PLAUSIBLE_MEASUREMENTS
from pkpipe.validate.checks.kinds import CrossCheck, RowCheck
from pkpipe.validate.checks.lesion_sizes import PLAUSIBLE_LESIONS
from pkpipe.validate.checks.subjects import ENROLMENT

PLAUSIBLE_ROWS: Final[tuple[RowCheck, ...]] = (*PLAUSIBLE_EVENT_ROWS,)
PLAUSIBLE: Final[tuple[CrossCheck, ...]] = (
    *PLAUSIBLE_CONCENTRATIONS,
    *PLAUSIBLE_MEASUREMENTS,
    *PLAUSIBLE_BIOMARKERS,
    *TITRES_IN_SERIES,
    *PLAUSIBLE_LESIONS,
    *COMPLETE,
    *ENROLMENT,
    *SAMPLE_TIMES,
    *PLAUSIBLE_EVENTS,
)
