"""Derived tables of `snapshot`."""

from __future__ import annotations

from typing import Final

from pkpipe.schema.adam import common
from pkpipe.schema.adam.declaration import Table, flag, integer, text
from pkpipe.schema.adam.findings import NO_KEY, OF_A_FINDING

_TABLE: Final = text("TABLE", "Table", "SDTM domain, `DECISIONS` or `LEDGER`")

CUTAWAY: Final = Table(
    "CUTAWAY",
    "Records Cut Away",
    "one row a raw record taken away at the data cutoff, or changed for it",
    key=("TABLE", "SRCFILE", "SRCROW"),
    columns=(
        _TABLE,
        common.SRCFILE,
        common.SRCROW,
        common.USUBJID,
        text("DATE", "Date That Decides", "as collected; empty: the table has no such date"),
        text(
            "REASON",
            "Reason for the Cut",
            "the last: the record stays, without what came after the cutoff",
            codelist=(
                "dated after the cutoff",
                "the subject entered after the cutoff",
                "not yet so at the cutoff",
                "left out by the study file",
            ),
        ),
        text("RECORD", "Record", "the row as it was, as JSON text"),
    ),
)

SOURCES: Final = Table(
    "SOURCES",
    "Raw Files",
    "one row a table and raw file of it",
    key=("TABLE", "FILE"),
    columns=(
        _TABLE,
        text("FILE", "Raw File"),
        text("SHA256", "SHA-256 of the File"),
        integer("BYTES", "Size of the File", unit="bytes"),
        integer("ROWS", "Rows of the File"),
        integer("KEPT", "Rows Kept at the Cutoff"),
        integer("CUT", "Rows Cut Away"),
        integer("LEFTOUT", "Rows Left Out by the Study File"),
        text("STATUS", "Status of the File", codelist=("read", "missing", "unreadable")),
        text("MESSAGE", "Why the File Was Not Read"),
    ),
)

COLLECT: Final = Table(
    "COLLECT",
    "What Was Delivered",
    "one row a column and file of a table with a source",
    key=("TABLE", "COLUMN", "FILE"),
    columns=(
        _TABLE,
        text("COLUMN", "Column of the Table"),
        text("FILE", "Raw File"),
        text(
            "HOW",
            "How the Column Is Given",
            "delivered, a constant of the study file, or not there",
            codelist=("COLUMN", "CONSTANT", "ABSENT"),
        ),
        flag(
            "FILLED",
            "Filled Flag",
            "Y: some row of the file has a value, N: none has; empty: the file has no row",
            codelist=("Y", "N"),
        ),
    ),
    note="a number is given only where the table and every column it rests on were collected "
    "(`pkpipe/clinical/collected.py`); otherwise it is null and its reason begins with `not "
    "collected:` and names them. Several files of a table: each must have the column",
)

ARRIVAL: Final = Table(
    "ARRIVAL",
    "What Is Wrong with the Files",
    "one row a finding about the files themselves",
    key=(),
    columns=OF_A_FINDING,
    note=f"{NO_KEY}. `validate` puts them with its own findings",
)

UNUSED: Final = Table(
    "UNUSED",
    "SDTM Variables That Are Not Used",
    "one row a value of a variable of SDTM that was delivered and that no table has",
    key=("TABLE", "SRCFILE", "SRCROW", "COLUMN"),
    columns=(
        _TABLE,
        common.SRCFILE,
        common.SRCROW,
        text("COLUMN", "Variable", "as SDTMIG 3.4 names it"),
        text("VALUE", "Value", "as it came"),
    ),
    note="of rows kept at the cutoff. A row without `SRCROW` says that the file has the variable, filled or "
    "not. `submission` puts them into the copies of the domains that arrived as SDTM",
)

TABLES: Final = (
    CUTAWAY,
    SOURCES,
    COLLECT,
    UNUSED,
    ARRIVAL,
)
