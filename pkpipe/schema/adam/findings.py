"""The columns every table of findings has, and why it has no key."""

from __future__ import annotations

from typing import Final

from pkpipe.schema.adam import common
from pkpipe.schema.adam.declaration import integer, text

OF_A_FINDING: Final = (
    text("CHECK", "Check", "its id in docs/checks.md"),
    text(
        "SEVERITY",
        "Severity",
        "an error stops the study or the dose decision, a query goes to the site, a note is shown",
        codelist=("error", "query", "note"),
    ),
    text("TABLE", "Table", "SDTM domain, or a derived table"),
    text("FILE", "File", "raw file, relative to the folder of the study's raw files"),
    integer("ROW", "Row", "row of the file, the header being row 1; empty: the whole table"),
    common.USUBJID,
    text("COLUMN", "Column"),
    text("VALUE", "Value", "as it stands in the file"),
    text("MESSAGE", "What Is Wrong"),
    text("ALLOWED", "What Is Allowed", "or the line that mends it"),
)

NO_KEY: Final = (
    "no key: two findings may be alike; sorted by severity, table, file, row, column and check"
)
