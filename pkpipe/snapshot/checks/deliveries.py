"""Checks of the files themselves, made while they are read: is all of it there, is it what it says it is."""

from __future__ import annotations

from typing import Final

from pkpipe.finding.check import Check
from pkpipe.reading.checks import LONG_ROW, SHORT_ROW

MISSING_FILE: Final = Check(
    "FILE-MISSING", "error", "the file is not there", "sources of the study file"
)
UNREADABLE: Final = Check(
    "FILE-UNREADABLE", "error", "the file cannot be read as its name says", "format of the suffix"
)
NO_COLUMN: Final = Check(
    "COLUMN-MISSING", "error", "the file has no such column", "SDTMIG 3.4, column map"
)
UNKNOWN_COLUMN: Final = Check(
    "COLUMN-UNKNOWN", "error", "unknown column: a name misspelt here loses its values", "SDTMIG 3.4"
)
COLUMN_TWICE: Final = Check(
    "COLUMN-TWICE", "error", "two columns of one name: which holds the values?", "SDTMIG 3.4"
)
COLUMN_KIND: Final = Check(
    "COLUMN-KIND", "error", "the column holds no plain values", "text, number, date or yes/no"
)
OTHER_STUDY: Final = Check(
    "STUDY-OTHER", "error", "the row belongs to another study", "SDTMIG 3.4, STUDYID"
)
OTHER_DOMAIN: Final = Check(
    "DOMAIN-OTHER", "error", "the row belongs to another domain", "SDTMIG 3.4, DOMAIN"
)
CONSTANT_CLASH: Final = Check(
    "CONSTANT-CLASH",
    "error",
    "the study file gives one value for every row, the file gives another",
    "constants of the study file",
)
UNDATED: Final = Check("DATE-NONE", "query", "no date: kept, whatever the cutoff", "CUT-2")
UNDATED_TABLE: Final = Check(
    "DATE-NONE-TABLE", "query", "the table has no dates: all of it is kept", "CUT-2"
)
MAY_BE_LATER: Final = Check(
    "DATE-PARTIAL-CUT", "query", "partial date that may lie after the cutoff: kept", "CUT-2"
)
FAR_LATER: Final = Check(
    "DATE-FAR", "query", "dated years after the cutoff and cut away: is the year right?", "CUT-2"
)
SEPARATOR: Final = Check(
    "CSV-SEPARATOR",
    "note",
    "not separated by commas, read as its header says",
    "sources, separator",
)
TWO_FORMATS: Final = Check(
    "DATE-FORMATS", "query", "another date format than declared for the column", "sources, dates"
)
TWO_ZONES: Final = Check(
    "DATE-ZONES", "error", "another offset from UTC than earlier rows", "SDTM times are site-local"
)
END_OF_DAY: Final = Check(
    "DATE-24", "note", "24:00, taken as 00:00 of the next day", "ISO 8601-1:2019, 5.3.2"
)
DECIMAL_POINT: Final = Check(
    "DECIMAL-POINT", "error", "a decimal point where a comma is declared", "sources, decimal"
)
UNIT_CONVERTED: Final = Check(
    "UNIT-CONVERTED", "note", "converted as the study file says, to", "sources, units"
)

FILTER_COLUMN: Final = Check(
    "FILTER-COLUMN",
    "error",
    "a row filter asks for a column that the file does not have",
    "sources: where, drop",
)
FILTER_NONE: Final = Check(
    "FILTER-NONE", "query", "the row filter leaves no row out", "sources: where, drop"
)
FILTER_ALL: Final = Check(
    "FILTER-ALL", "error", "the row filter leaves no row of the file", "sources: where, drop"
)
FILTERED: Final = Check(
    "FILTER-ROWS", "note", "rows are left out by the row filter", "sources: where, drop"
)
SUPP_COLUMN: Final = Check(
    "SUPP-COLUMN",
    "error",
    "a file of supplemental qualifiers without this column",
    "SDTMIG 3.4, 8.4",
)
SUPP_LOST: Final = Check(
    "SUPP-LOST", "query", "a supplemental qualifier of no row of its domain", "SDTMIG 3.4, 8.4"
)
SUPP_TWICE: Final = Check(
    "SUPP-TWICE", "error", "two values of one supplemental qualifier for a row", "SDTMIG 3.4, 8.4"
)
SUPP_CLASH: Final = Check(
    "SUPP-CLASH",
    "error",
    "a supplemental qualifier named as a column that the file has already",
    "SDTMIG 3.4, 8.4",
)
SUPP_UNUSED: Final = Check(
    "SUPP-UNUSED", "note", "supplemental qualifiers that are not used", "sources: supplemental"
)
SEQUENCE_CLASH: Final = Check(
    "SEQUENCE-CLASH",
    "error",
    "sequence numbers are to be made, and the file has its own",
    "sources: sequence",
)

ARRIVAL: Final = (
    *(FILTER_COLUMN, FILTER_NONE, FILTER_ALL, FILTERED, SEQUENCE_CLASH),
    *(SUPP_COLUMN, SUPP_LOST, SUPP_TWICE, SUPP_CLASH, SUPP_UNUSED),
    *(SEPARATOR, TWO_FORMATS, TWO_ZONES, END_OF_DAY, DECIMAL_POINT, UNIT_CONVERTED),
    *(MISSING_FILE, UNREADABLE, NO_COLUMN, UNKNOWN_COLUMN, COLUMN_KIND, COLUMN_TWICE),
    *(SHORT_ROW, LONG_ROW),
    *(OTHER_STUDY, OTHER_DOMAIN, CONSTANT_CLASH, UNDATED, UNDATED_TABLE, MAY_BE_LATER, FAR_LATER),
)
