"""Derived tables of `survival`."""

from __future__ import annotations

from typing import Final

from pkpipe.schema.adam import common
from pkpipe.schema.adam.findings import OF_A_FINDING
from pkpipe.schema.adam.table import Table, date, flag, integer, number, text

ADTTE: Final = Table(
    "ADTTE",
    "",
    "one row ",
    key=("USUBJID", "PARAMCD", "SCHEME"),
    columns=(
        common.USUBJID,
        common.PARAMCD,
        common.PARAM,
        text("SCHEME", ""),
        date("STARTDT", ""),
        common.ADT,
        common.AVAL,
        integer("CNSR", ""),
        text("EVNTDESC", ""),
        text("CNSDTDSC", ""),
        integer("CNSRRSN", ""),
        text("TRACE", ""),
        flag("ANL01FL", ""),
        common.COHORT,
        common.LEVEL,
        common.PART,
        common.TUMTYPE,
        text("FINDING", ""),
    ),
)

KMCURVE: Final = Table(
    "KMCURVE",
    "",
    "one row ",
    key=("PARAMCD", "GROUP", "GROUPVAL", "TIME"),
    columns=(
        common.PARAMCD,
        common.GROUP,
        common.GROUPVAL,
        number("TIME", ""),
        integer("NRISK", ""),
        integer("NEVENT", ""),
        integer("NCENSOR", ""),
        number("SURV", ""),
        common.SE,
        common.LOWER,
        common.UPPER,
    ),
    displayed=True,
)

KMSUM: Final = Table(
    "KMSUM",
    "",
    "one row ",
    key=("PARAMCD", "GROUP", "GROUPVAL", "STAT", "AT"),
    columns=(
        common.PARAMCD,
        common.GROUP,
        common.GROUPVAL,
        common.STAT,
        number("AT", ""),
        number("ESTIMATE", ""),
        common.SE,
        common.LOWER,
        common.UPPER,
        text("UNIT", ""),
        text("NOTE", ""),
    ),
    displayed=True,
)

KMTEST: Final = Table(
    "KMTEST",
    "",
    "one row ",
    key=("PARAMCD", "GROUP", "REFVAL", "GROUPVAL", "STAT"),
    columns=(
        common.PARAMCD,
        common.GROUP,
        text("REFVAL", ""),
        common.GROUPVAL,
        common.STAT,
        number("ESTIMATE", ""),
        common.SE,
        common.LOWER,
        common.UPPER,
        text("STATUS", ""),
        common.REASON,
    ),
    displayed=True,
)

TTESENS: Final = Table(
    "TTESENS",
    "",
    "one row ",
    key=("USUBJID", "PARAMCD", "SCHEME"),
    columns=(
        common.USUBJID,
        common.PARAMCD,
        text("SCHEME", ""),
        common.AVAL,
        integer("CNSR", ""),
        number("AVALA", ""),
        integer("CNSRA", ""),
        text("MOVED", ""),
        text("WHY", ""),
    ),
    displayed=True,
)

TTEFIND: Final = Table(
    "TTEFIND",
    "",
    "one row ",
    key=(),
    columns=OF_A_FINDING,
)

TABLES: Final = (
    ADTTE,
    KMCURVE,
    KMSUM,
    KMTEST,
    TTESENS,
    TTEFIND,
)
