"""Derived tables of `displays`: every shown number as a row, and what it stands in.

`DISPLAYS` has some columns in small letters: those are names that other programs rely on.
"""

from __future__ import annotations

from typing import Final

from pkpipe.schema.adam import common
from pkpipe.schema.adam.declaration import Table, flag, integer, number, text

ARD: Final = Table(
    "ARD",
    "Analysis Results Data",
    "one row a shown cell, a label of a row among them",
    key=("ID",),
    columns=(
        text("ID", "Result Identifier", "the same at every cutoff for the same question"),
        text("DISPLAY", "Display", "number of the table, figure or listing, e.g. T14.3.1.1"),
        integer("SHEET", "Table within the Display", "from 0, e.g. one an analyte"),
        integer("ROWN", "Place of the Row", "from 0"),
        text("ROW", "Row", "what the row is about, in codes"),
        text("COL", "Column", "key of the column: a cohort, a level, a variable"),
        text("STAT", "Statistic and Its Format", "a formatting rule; `label` and `text` are words"),
        number("VALUE", "Value", "not rounded; of a share the percent"),
        number("X", "Number with the Event", "of a share; of a mean its standard deviation"),
        common.N,
        number("LOWER", "Lower Limit", "of an estimate, or the minimum of a range"),
        number("UPPER", "Upper Limit", "of an estimate, or the maximum of a range"),
        text("UNIT", "Unit"),
        text("TEXT", "Text", "what every medium prints"),
        text("TEXTZH", "Text in Chinese", "empty: the same text"),
        common.REASON,
        text("TABLES", "Source Tables", "of the rows behind the number"),
        text("ROWS", "Rows Behind It", "an SQL condition on the source table"),
        text("RULE", "Rule", "ids of docs/methods.md"),
        text("CONFIG", "Study File Keys"),
        text("CODE", "Code", "the module that made it, and the hash of its code"),
    ),
)

DISPLAYS: Final = Table(
    "DISPLAYS",
    "Displays",
    "one row a table, figure or listing of the catalogue that the study asks for",
    key=("number",),
    columns=(
        text("number", "Number", "e.g. T14.3.1.1"),
        text("kind", "Kind", codelist=("table", "figure", "listing")),
        text("title_en", "Title"),
        text("title_zh", "Title in Chinese"),
        text("population", "Analysis Set"),
        integer("n", "Subjects in the Set", "empty: what the set rests on was not collected"),
        text("state", "State", "`shown`, or why it is empty"),
        integer("ORD", "Place in the Catalogue"),
        text("POPZH", "Analysis Set in Chinese"),
        text("STATEZH", "State in Chinese"),
        text("NOTESEN", "Footnotes", "one a line, only those that something needs"),
        text("NOTESZH", "Footnotes in Chinese"),
        text("SOURCES", "Source Tables"),
    ),
)

COLUMNS: Final = Table(
    "COLUMNS",
    "Columns of the Displays",
    "one row a column of a table of a display",
    key=("DISPLAY", "SHEET", "COLN"),
    columns=(
        text("DISPLAY", "Display"),
        integer("SHEET", "Table within the Display"),
        text("SHEETEN", "Title of the Table"),
        text("SHEETZH", "Title of the Table in Chinese"),
        integer("COLN", "Place of the Column"),
        text("COL", "Column"),
        text("HEADEN", "Heading"),
        text("HEADZH", "Heading in Chinese"),
        flag("NUMERIC", "Holds Numbers"),
    ),
)

FIGURES: Final = Table(
    "FIGURES",
    "Figures",
    "one row a drawing of a display",
    key=("DISPLAY", "SHEET"),
    columns=(
        text("DISPLAY", "Display"),
        integer("SHEET", "Drawing within the Display", "from 0, e.g. one an analyte"),
        text("CODE", "What It Is About", "code of the analyte, drug or endpoint"),
        text("NAME", "Name of Its File"),
        text("TITLEEN", "Title of the Drawing"),
        text("TITLEZH", "Title of the Drawing in Chinese"),
        text("CAPTEN", "Caption"),
        text("CAPTZH", "Caption in Chinese"),
        text("SVG", "Drawing", "as SVG"),
        text("SVGZH", "Drawing in Chinese", "as SVG"),
    ),
)

TABLES: Final = (ARD, DISPLAYS, COLUMNS, FIGURES)
