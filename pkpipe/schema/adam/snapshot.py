"""Derived tables of `snapshot`."""

from __future__ import annotations

from typing import Final

from pkpipe.schema.adam import common
from pkpipe.schema.adam.findings import OF_A_FINDING
from pkpipe.schema.adam.table import Table, integer, text

CUTAWAY: Final = Table(
    "CUTAWAY",
    "",
    "one row ",
    key=(),
    columns=(
        text("TABLE", ""),
        common.SRCFILE,
        common.SRCROW,
        common.USUBJID,
        text("DATE", ""),
        common.REASON,
        text("RECORD", ""),
    ),
)

SOURCES: Final = Table(
    "SOURCES",
    "",
    "one row ",
    key=(),
    columns=(
        text("TABLE", ""),
        text("FILE", ""),
        text("SHA256", ""),
        integer("BYTES", ""),
        integer("ROWS", ""),
        integer("KEPT", ""),
        integer("CUT", ""),
        text("STATUS", ""),
        text("MESSAGE", ""),
    ),
)

COLLECT: Final = Table(
    "COLLECT",
    "",
    "one row ",
    key=("TABLE", "COLUMN", "FILE"),
    columns=(
        text("TABLE", ""),
        text("COLUMN", ""),
        text("FILE", ""),
        text("HOW", ""),
        text("FILLED", ""),
    ),
)

ARRIVAL: Final = Table(
    "ARRIVAL",
    "",
    "one row ",
    key=(),
    columns=OF_A_FINDING,
)

TABLES: Final = (
    CUTAWAY,
    SOURCES,
    COLLECT,
    ARRIVAL,
)
