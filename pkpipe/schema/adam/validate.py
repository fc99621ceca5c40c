"""Derived tables of `validate`."""

from __future__ import annotations

from typing import Final

from pkpipe.schema.adam.findings import NO_KEY, OF_A_FINDING
from pkpipe.schema.adam.table import Table, date, text

FINDINGS: Final = Table(
    "FINDINGS",
    "Findings",
    "one row a finding about the raw data",
    key=(),
    columns=OF_A_FINDING,
    note=f"{NO_KEY}. An error in it is one that withholds only the dose decision (`docs/checks.md`): "
    "any other would have stopped the study here",
)

FINDSTAT: Final = Table(
    "FINDSTAT",
    "Findings since the Cutoff Before",
    "one row a finding, those of the cutoff before that are gone included",
    key=(),
    columns=(
        *OF_A_FINDING,
        text(
            "STATUS",
            "Status of the Finding",
            "resolved ones at the end, with file and row as they were then",
            codelist=("NEW", "OPEN", "RESOLVED"),
        ),
        date("SINCE", "Cutoff Before", "empty: there is none"),
        text(
            "BASIS",
            "What It Is Compared with",
            "findings that cutoff was frozen with; this run's tables cut and checked again as of it; nothing",
            codelist=("FROZEN", "TODAY", "NONE"),
        ),
    ),
    note=f"{NO_KEY}, resolved ones at the end",
)

TABLES: Final = (
    FINDINGS,
    FINDSTAT,
)
