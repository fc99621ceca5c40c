"""What BOIN, mTPI-2 and the CRM would say of the same counts: context for a meeting, never its decision."""

from __future__ import annotations

from typing import Final

import polars as pl

from pkpipe.protocol.study import Study
from pkpipe.report.page_blocks import Block, Paragraph, table_of

NO_TARGET: Final = (
    "Not asked: these designs aim at a DLT rate, and the study file states none "
    "(escalation.target_dlt_rate)."
)
COLUMNS: Final = {
    "METHOD": "Design",
    "DECISION": "Would say",
    "NEXTLVL": "Level",
    "REASON": "Why",
}


def other_designs(decision: pl.DataFrame, study: Study) -> tuple[Block, ...]:
    """One row a design, labelled as context; or why none was asked."""
    plan = study.escalation
    if plan is None or plan.target_dlt_rate is None:
        return (Paragraph(NO_TARGET),)
    rows = decision.filter(pl.col("SCOPE") == "CONTEXT")
    words = (
        "Context only, not the protocol's decision. The same counts, judged by designs that aim at a "
        f"DLT rate of {100 * plan.target_dlt_rate:g} %."
    )
    return (Paragraph(words, "warn"), table_of("What other designs would say", rows, COLUMNS))
