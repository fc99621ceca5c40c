"""Checks of a delivery: its files, its workbooks, and its tables before the cutoff takes rows away."""

from __future__ import annotations

from typing import Final

from pkpipe.reading.xlsx.checks import EXCEL
from pkpipe.snapshot.checks.deliveries import ARRIVAL
from pkpipe.snapshot.checks.visit_days import VISIT_DAYS
from pkpipe.snapshot.checks.whole_tables import ABSURD, COLUMN_EMPTY, SEQ_GAP, SEQ_TWICE

BEFORE_THE_CUT: Final = (SEQ_TWICE, SEQ_GAP, ABSURD, COLUMN_EMPTY, *VISIT_DAYS)
# Every check of the room, in the order of reading, mapping, cutting.
CHECKS: Final = (*ARRIVAL, *EXCEL, *BEFORE_THE_CUT)
