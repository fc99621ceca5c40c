"""Checks of what only a spreadsheet can hold: formulas, error values, merged and hidden cells."""

from __future__ import annotations

from typing import Final

from pkpipe.finding.check import Check

_FORMULA: Final = "ISO/IEC 29500-1, 18.3.1.40"
FORMULA: Final = Check(
    "EXCEL-FORMULA", "query", "computed by a formula, the stored result is taken", _FORMULA
)
FORMULA_STALE: Final = Check(
    "EXCEL-FORMULA-STALE",
    "error",
    "the workbook asks to be computed anew on opening: the stored results of its formulas may be none",
    "ISO/IEC 29500-1, 18.2.2, fullCalcOnLoad",
)
FORMULA_EMPTY: Final = Check(
    "EXCEL-FORMULA-EMPTY", "error", "a formula without a stored result", _FORMULA
)
ERROR_CELL: Final = Check(
    "EXCEL-ERROR", "error", "an error value of the spreadsheet", "ISO/IEC 29500-1, 18.18.11"
)
MERGED: Final = Check(
    "EXCEL-MERGED",
    "error",
    "merged cells: only the first of them has a value",
    "ISO/IEC 29500-1, 18.3.1.55",
)
HIDDEN_ROW: Final = Check(
    "EXCEL-HIDDEN-ROW", "query", "a hidden row, read like any other", "ISO/IEC 29500-1, 18.3.1.73"
)
HIDDEN_COLUMN: Final = Check(
    "EXCEL-HIDDEN-COLUMN",
    "query",
    "a hidden column, read like any other",
    "ISO/IEC 29500-1, 18.3.1.13",
)
EXCEL: Final = (
    *(FORMULA, FORMULA_STALE, FORMULA_EMPTY, ERROR_CELL, MERGED, HIDDEN_ROW, HIDDEN_COLUMN),
)
