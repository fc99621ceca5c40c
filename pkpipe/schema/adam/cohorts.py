"""Derived tables of `cohorts`."""

from __future__ import annotations

from typing import Final

from pkpipe.schema.adam import common
from pkpipe.schema.adam.table import Table, date, integer, number, text

SUMMARY: Final = Table(
    "SUMMARY",
    "",
    "one row ",
    key=("COHORT", "TOPIC", "SUBTOPIC", "PARAMCD", "STAT"),
    columns=(
        text("STUDY", ""),
        date("CUTOFF", ""),
        common.COHORT,
        text("DOSE", ""),
        text("TOPIC", ""),
        text("SUBTOPIC", ""),
        common.PARAMCD,
        common.STAT,
        integer("ORD", ""),
        common.PARAM,
        number("VALUE", ""),
        text("VALUEC", ""),
        text("UNIT", ""),
        common.N,
        common.REASON,
    ),
    displayed=True,
)

COHORT: Final = Table(
    "COHORT",
    "",
    "one row ",
    key=("COHORT", "TOPIC", "SUBTOPIC", "PARAMCD", "STAT"),
    columns=(
        common.COHORT,
        text("COHLABEL", ""),
        common.PART,
        text("DOSE", ""),
        text("ITEM", ""),
        text("TOPIC", ""),
        text("SUBTOPIC", ""),
        common.PARAMCD,
        common.STAT,
        common.PARAM,
        number("VALUE", ""),
        text("VALUEC", ""),
        text("UNIT", ""),
        common.N,
        common.REASON,
    ),
)

ADALMK: Final = Table(
    "ADALMK",
    "",
    "one row ",
    key=("DRUG", "GROUP", "GROUPVAL", "PARAMCD", "STATUS"),
    columns=(
        common.DRUG,
        common.GROUP,
        common.GROUPVAL,
        common.PARAMCD,
        text("STATUS", ""),
        common.PARAM,
        integer("LANDMARK", ""),
        integer("NALL", ""),
        integer("NOUT", ""),
        text("OUTRSN", ""),
        common.N,
        integer("NPRIOR", ""),
        common.X,
        common.PCT,
        common.LOWER,
        common.UPPER,
        common.LEVELCI,
        common.REASON,
    ),
    displayed=True,
)

EXPRESP: Final = Table(
    "EXPRESP",
    "",
    "one row ",
    key=("PARCAT1", "MATRIX", "PARAMCD", "CYCLE", "ENDPOINT", "STAT"),
    columns=(
        common.PARCAT1,
        common.MATRIX,
        common.PARAMCD,
        common.CYCLE,
        text("ENDPOINT", ""),
        common.STAT,
        common.PARAM,
        common.N,
        common.X,
        number("EXPLO", ""),
        number("EXPMED", ""),
        number("EXPHI", ""),
        text("EXPU", ""),
        common.AVAL,
        common.AVALU,
        common.SE,
        common.LOWER,
        common.UPPER,
        common.LEVELCI,
        text("DEFIN", ""),
        common.REASON,
    ),
    displayed=True,
)

DOSECTX: Final = Table(
    "DOSECTX",
    "",
    "one row ",
    key=("LEVEL", "TOPIC", "SUBTOPIC", "PARAMCD"),
    columns=(
        common.LEVEL,
        text("TOPIC", ""),
        text("SUBTOPIC", ""),
        common.PARAMCD,
        common.PARAM,
        common.CYCLE,
        number("VALUE", ""),
        text("UNIT", ""),
        common.N,
        common.LOWER,
        common.UPPER,
        common.REASON,
    ),
    displayed=True,
)

TABLES: Final = (
    SUMMARY,
    COHORT,
    ADALMK,
    EXPRESP,
    DOSECTX,
)
