"""Every check of the raw tables by its id: what is tested, and what docs and reports can list."""

from __future__ import annotations

from typing import Final

from pkpipe.tables.checks import Check
from pkpipe.tables.checks_arrival import ARRIVAL
from pkpipe.tables.checks_cells import CELLS
from pkpipe.tables.checks_cross import CROSS
from pkpipe.tables.checks_rows import ROWS
from pkpipe.tables.declared_units import UNITS

ALL_CHECKS: Final[tuple[Check, ...]] = tuple(
    dict.fromkeys(
        (
            *ARRIVAL,
            *(c.check for c in CELLS),
            *(r.check for r in ROWS),
            *UNITS,
            *(check for c in CROSS for check in c.checks),
        )
    )
)
CHECKS: Final = {check.id: check for check in ALL_CHECKS}
