"""Derived tables of `validate`."""

from __future__ import annotations

from typing import Final

from pkpipe.schema.adam import common
from pkpipe.schema.adam.findings import OF_A_FINDING
from pkpipe.schema.adam.table import Table, date, integer, text

FINDINGS: Final = Table(
    "FINDINGS",
    "",
    "one row ",
    key=(),
    columns=OF_A_FINDING,
)

FINDSTAT: Final = Table(
    "FINDSTAT",
    "",
    "one row ",
    key=(),
    columns=(
        text("CHECK", ""),
        text("SEVERITY", ""),
        text("TABLE", ""),
        text("FILE", ""),
        integer("ROW", ""),
        common.USUBJID,
        text("COLUMN", ""),
        text("VALUE", ""),
        text("MESSAGE", ""),
        text("ALLOWED", ""),
        text("STATUS", ""),
        date("SINCE", ""),
        text("BASIS", ""),
    ),
)

TABLES: Final = (
    FINDINGS,
    FINDSTAT,
)
