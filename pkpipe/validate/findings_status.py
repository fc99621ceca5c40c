"""What became of findings since the cutoff before: new, open, resolved.

The cutoff before is the latest earlier one that is frozen, or that the run file lists. A frozen run is
compared with the findings it was frozen with. Otherwise today's tables are cut at that cutoff and checked
again: its own results are made anew from the same files, and what had been computed there before must not
decide what this run says.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Final

import polars as pl

from pkpipe.finding.status import compared
from pkpipe.finding.table import FINDINGS_SCHEMA, all_findings
from pkpipe.schema.own_inputs import SPECS
from pkpipe.snapshot.checks import BEFORE_THE_CUT
from pkpipe.snapshot.checks.deliveries import MAY_BE_LATER, UNDATED, UNDATED_TABLE
from pkpipe.snapshot.cutoff import cut

FROZEN, TODAY, NONE = "FROZEN", "TODAY", "NONE"
# Findings that come of cutting: asked anew at the other date.
OF_THE_CUT: Final = tuple(c.id for c in (UNDATED, UNDATED_TABLE, MAY_BE_LATER, *BEFORE_THE_CUT))
FINDSTAT_SCHEMA: Final = pl.Schema(
    {
        **FINDINGS_SCHEMA,
        "STATUS": pl.String(),  # NEW, OPEN, RESOLVED
        "SINCE": pl.Date(),  # the cutoff before; null: there is none
        "BASIS": pl.String(),  # FROZEN, TODAY (its tables cut anew), NONE
    }
)


def cut_again(
    snapshot: Mapping[str, pl.DataFrame], cutoff: datetime.date
) -> dict[str, pl.DataFrame]:
    """The tables of a snapshot as they would stand at an earlier cutoff, with ARRIVAL and COLLECT."""
    known = cut({code: snapshot[code] for code in SPECS}, cutoff)
    of_files = snapshot["ARRIVAL"].filter(~pl.col("CHECK").is_in(OF_THE_CUT))
    findings = all_findings([of_files, known.findings])
    return {**known.kept, "ARRIVAL": findings, "COLLECT": snapshot["COLLECT"]}


def with_status(
    findings: pl.DataFrame, before: pl.DataFrame | None, since: datetime.date | None, basis: str
) -> pl.DataFrame:
    """Every finding with its status, those that are gone at the end.

    before: findings of the cutoff `since`; None: there is none, and all are new.
    """
    return compared(findings, before).with_columns(
        SINCE=pl.lit(since, dtype=pl.Date), BASIS=pl.lit(basis)
    )
