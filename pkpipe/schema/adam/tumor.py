"""Derived tables of `tumor`."""

from __future__ import annotations

from typing import Final

from pkpipe.schema.adam import common
from pkpipe.schema.adam.findings import OF_A_FINDING
from pkpipe.schema.adam.table import Table, flag, integer, number, text

ADTR: Final = Table(
    "ADTR",
    "",
    "one row ",
    key=("USUBJID", "EVAL", "EVALID", "PARAMCD", "ADT"),
    columns=(
        common.USUBJID,
        text("EVAL", ""),
        text("EVALID", ""),
        common.PARAMCD,
        common.PARAM,
        common.ADT,
        text("ADTC", ""),
        common.VISIT,
        text("LNKID", ""),
        text("LOC", ""),
        text("NODAL", ""),
        common.AVAL,
        common.BASE,
        common.CHG,
        common.PCHG,
        number("NADIR", ""),
        number("CHGNAD", ""),
        number("PCHGNAD", ""),
        common.ABLFL,
        flag("PDFL", ""),
        flag("ANL01FL", ""),
        flag("ANL02FL", ""),
        flag("ANL03FL", ""),
        flag("ANL04FL", ""),
        text("LSEXP", ""),
        text("LSASS", ""),
        common.REASON,
        common.SRCROW,
    ),
)

ADRS: Final = Table(
    "ADRS",
    "",
    "one row ",
    key=("USUBJID", "CRIT", "PARAMCD", "EVAL", "EVALID", "SRC", "ADT"),
    columns=(
        common.USUBJID,
        text("CRIT", ""),
        common.PARAMCD,
        common.PARAM,
        text("EVAL", ""),
        text("EVALID", ""),
        text("SRC", ""),
        common.ADT,
        text("ADTF", ""),
        text("ADTC", ""),
        common.VISIT,
        common.AVALC,
        common.AVAL,
        flag("ANL01FL", ""),
        flag("ANL02FL", ""),
        text("ANLRSN", ""),
        text("TRGRESP", ""),
        text("NTRGRESP", ""),
        text("NEWLESN", ""),
        number("SUMDIAM", ""),
        number("NADIR", ""),
        common.BASE,
        text("ARITH", ""),
        number("SEQ", ""),
        common.SRCROW,
        common.COHORT,
        common.LEVEL,
    ),
)

RECON: Final = Table(
    "RECON",
    "",
    "one row ",
    key=("USUBJID", "EVAL", "ADT"),
    columns=(
        common.USUBJID,
        text("EVAL", ""),
        text("EVALID", ""),
        common.ADT,
        text("CRIT", ""),
        text("COMPARE", ""),
        common.VISIT,
        text("DERIVED", ""),
        text("REPORTED", ""),
        text("AGREE", ""),
        integer("DAYSOFF", ""),
        text("WHY", ""),
        text("ARITH", ""),
    ),
)

RSPSUM: Final = Table(
    "RSPSUM",
    "",
    "one row ",
    key=("CRIT", "SRC", "GROUP", "GROUPVAL", "DENOM", "PARAMCD"),
    columns=(
        text("CRIT", ""),
        text("SRC", ""),
        common.GROUP,
        common.GROUPVAL,
        text("DENOM", ""),
        common.PARAMCD,
        common.PARAM,
        common.X,
        common.N,
        common.LOWER,
        common.UPPER,
        common.PCT,
        common.LEVELCI,
        common.REASON,
    ),
    displayed=True,
)

WATERFAL: Final = Table(
    "WATERFAL",
    "",
    "one row ",
    key=("USUBJID",),
    columns=(
        common.USUBJID,
        common.COHORT,
        common.LEVEL,
        common.TUMTYPE,
        number("BESTPCHG", ""),
        text("BOR", ""),
        text("CBOR", ""),
        flag("CONFFL", ""),
        integer("ORDER", ""),
        text("DRAWN", ""),
        common.REASON,
    ),
    displayed=True,
)

SPIDER: Final = Table(
    "SPIDER",
    "",
    "one row ",
    key=("USUBJID", "ADY"),
    columns=(
        common.USUBJID,
        common.ADY,
        common.ADT,
        common.PCHG,
        common.AVALC,
        flag("ANL02FL", ""),
        common.COHORT,
        common.LEVEL,
        common.REASON,
    ),
)

SWIMMER: Final = Table(
    "SWIMMER",
    "",
    "one row ",
    key=("USUBJID", "EVENT"),
    columns=(
        common.USUBJID,
        text("EVENT", ""),
        number("STARTDY", ""),
        number("ENDDY", ""),
        common.AVALC,
        common.COHORT,
        common.LEVEL,
        integer("ORDER", ""),
    ),
)

TUMFIND: Final = Table(
    "TUMFIND",
    "",
    "one row ",
    key=(),
    columns=OF_A_FINDING,
)

TABLES: Final = (
    ADTR,
    ADRS,
    RECON,
    RSPSUM,
    WATERFAL,
    SPIDER,
    SWIMMER,
    TUMFIND,
)
