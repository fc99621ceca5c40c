"""Derived tables of `escalation`."""

from __future__ import annotations

from typing import Final

from pkpipe.schema.adam import common
from pkpipe.schema.adam.table import Table, date, datetime, flag, integer, number, text

ADDLT: Final = Table(
    "ADDLT",
    "",
    "one row ",
    key=("USUBJID",),
    columns=(
        common.USUBJID,
        common.COHORT,
        common.LEVEL,
        integer("LEVELN", ""),
        common.PART,
        datetime("TRTSDTM", ""),
        date("TRTSDT", ""),
        date("WINENDT", ""),
        text("STATE", ""),
        flag("DLTFL", ""),
        date("DLTDT", ""),
        text("DLTTERM", ""),
        flag("G2FL", ""),
        number("DOSEFRAC", ""),
        text("MISSED", ""),
        text("REPLACE", ""),
        common.REASON,
    ),
    displayed=True,
)

DECISION: Final = Table(
    "DECISION",
    "",
    "one row ",
    key=("SCOPE", "LEVEL", "METHOD"),
    columns=(
        text("SCOPE", ""),
        common.LEVEL,
        text("METHOD", ""),
        text("DECISION", ""),
        text("NEXTLVL", ""),
        integer("NENROL", ""),
        text("MTD", ""),
        text("MAD", ""),
        text("MODE", ""),
        text("RULES", ""),
        text("ASSUMP", ""),
        text("ASSUMTXT", ""),
        common.REASON,
        text("STATES", ""),
        date("EARLIEST", ""),
        common.N,
        integer("Y", ""),
        integer("G2", ""),
        integer("PEND", ""),
        integer("LATEDLT", ""),
        common.LOWER,
        common.UPPER,
    ),
    displayed=True,
)

LOOKAHD: Final = Table(
    "LOOKAHD",
    "",
    "one row ",
    key=("CASE",),
    columns=(
        integer("CASE", ""),
        text("OUTCOME", ""),
        date("POSSIBLE", ""),
        text("STATES", ""),
        text("DECISION", ""),
        text("NEXTLVL", ""),
        integer("NENROL", ""),
        text("MTD", ""),
        text("MAD", ""),
        text("RULES", ""),
        common.REASON,
    ),
    displayed=True,
)

CONFORM: Final = Table(
    "CONFORM",
    "",
    "one row ",
    key=("CHECK", "USUBJID", "COHORT"),
    columns=(
        text("CHECK", ""),
        common.USUBJID,
        common.COHORT,
        text("RESULT", ""),
        date("DATE", ""),
        text("DETAIL", ""),
        text("RULE", ""),
    ),
    displayed=True,
)

DECLOG: Final = Table(
    "DECLOG",
    "",
    "one row ",
    key=("date", "cutoff", "level"),
    columns=(
        date("date", ""),
        date("cutoff", ""),
        text("level", ""),
        text("decision", ""),
        text("next_level", ""),
        integer("n_to_enrol", ""),
        text("highest_open_level", ""),
        text("manifest", ""),
        text("recorded_by", ""),
        date("recorded_on", ""),
        text("decision_now", ""),
        text("level_now", ""),
        integer("n_now", ""),
        text("levels_now", ""),
        text("same", ""),
        text("reason_now", ""),
        text("detail", ""),
    ),
)

TABLES: Final = (
    ADDLT,
    DECISION,
    LOOKAHD,
    CONFORM,
    DECLOG,
)
