"""The checks that subject records alone allow: windows, gaps, DLT dates, order and size of groups."""

from __future__ import annotations

from typing import Final

import polars as pl

from pkpipe.escalation.conformance import conform
from pkpipe.escalation.conformance.dated_records import Limits, Trial
from pkpipe.protocol.escalation import EscalationPlan

FROM_RECORDS: Final = frozenset({"C01", "C02", "C03", "C09", "C10", "C11"})


def dated_checks(
    subjects: pl.DataFrame, plan: EscalationPlan, decisions: pl.DataFrame | None = None
) -> pl.DataFrame:
    """Conformance of judged records, one block a CASE."""
    limits = Limits(plan)
    return pl.concat(
        conform(
            Trial(case.with_columns(COHORT="LEVEL"), decisions=decisions), limits, only=FROM_RECORDS
        ).select(pl.lit(case["CASE"][0]).alias("case_id"), pl.all())
        for case in subjects.partition_by("CASE", maintain_order=True)
    )
