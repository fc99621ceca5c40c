"""Derived tables of `tumor`."""

from __future__ import annotations

from typing import Final

from pkpipe.schema.adam import common
from pkpipe.schema.adam.declaration import Table, flag, integer, number, text
from pkpipe.schema.adam.tumor_lesions import ADRS, ADTR, CRIT, RECON, SRC, TUMFIND

# Best responses in the words of both criterion sets.
BEST: Final = (
    *("CR", "PR", "SD", "NON-CR/NON-PD", "PD"),
    *("iCR", "iPR", "iSD", "NON-iCR/NON-iUPD", "iCPD", "iUPD"),
    *("NE", "MISSING"),
)
_KINDS: Final = ("CR", "PR", "SD", "NON", "PD", "UPD", "NE", "MISSING")

RSPSUM: Final = Table(
    "RSPSUM",
    "Response Rates",
    "one row a criterion set, source, group, denominator and rate",
    key=("CRIT", "SRC", "GROUP", "GROUPVAL", "DENOM", "PARAMCD"),
    columns=(
        CRIT,
        SRC,
        common.GROUP,
        common.GROUPVAL,
        text("DENOM", "Denominator", codelist=("treated", "evaluable")),
        text(
            "PARAMCD",
            "Rate Code",
            "BOR_... and CBOR_...: subjects with that unconfirmed or confirmed best response",
            codelist=(
                *("ORR", "CORR", "DCR", "CBR"),
                *(f"{name}_{kind}" for name in ("BOR", "CBOR") for kind in _KINDS),
            ),
        ),
        common.PARAM,
        common.X,
        integer("N", "Subjects in the Denominator"),
        number("LOWER", "Lower Limit of the Rate", "exact", unit="%"),
        number("UPPER", "Upper Limit of the Rate", "exact", unit="%"),
        common.PCT,
        common.LEVELCI,
        common.REASON,
    ),
    displayed=True,
    note="by the evaluator who leads",
)

WATERFAL: Final = Table(
    "WATERFAL",
    "Waterfall: Best Change in Tumour Size",
    "one row a treated subject",
    key=("USUBJID",),
    columns=(
        common.USUBJID,
        common.COHORT,
        common.LEVEL,
        common.TUMTYPE,
        number(
            "BESTPCHG",
            "Best Percent Change of the Sum",
            "up to and including the first progression, before new therapy",
            unit="%",
        ),
        text("BOR", "Best Overall Response", codelist=BEST),
        text("CBOR", "Best Overall Response, Confirmed", codelist=BEST),
        flag(
            "CONFFL",
            "Response Confirmed Flag",
            "N: a response that is not confirmed; empty: no response",
            codelist=("Y", "N"),
        ),
        integer("ORDER", "Place of the Bar", "from the largest increase", displayed=False),
        flag("DRAWN", "Drawn Flag", "N: not drawn, with the reason", codelist=("Y", "N")),
        text("REASON", "Reason Not Drawn", "or a remark on a bar that is drawn"),
    ),
    displayed=True,
)

SPIDER: Final = Table(
    "SPIDER",
    "Spider: Change in Tumour Size by Day",
    "one row a subject and day, the baseline scan included",
    key=("USUBJID", "ADY"),
    columns=(
        common.USUBJID,
        common.ADY,
        common.ADT,
        common.PCHG,
        text("AVALC", "Response at the Time Point"),
        flag(
            "ANL02FL",
            "Analysis Flag 02 - up to Progression",
            "up to and including the first progression",
        ),
        common.COHORT,
        common.LEVEL,
        text("REASON", "Reason Not Drawn"),
    ),
    note="a treated subject that is not drawn has one row without ADY and with REASON",
)

SWIMMER: Final = Table(
    "SWIMMER",
    "Swimmer: Course of Each Subject",
    "one row a treated subject and event",
    key=("USUBJID", "EVENT"),
    columns=(
        common.USUBJID,
        text(
            "EVENT",
            "Event",
            "treatment and response are bars, the others marks",
            codelist=("TREATMENT", "RESPONSE", "PD", "DEATH", "ONGOING", "CUTOFF"),
        ),
        number("STARTDY", "Start Day", "study day"),
        number("ENDDY", "End Day", "study day; empty for a mark"),
        text("AVALC", "Words for the Event"),
        common.COHORT,
        common.LEVEL,
        integer("ORDER", "Place of the Bar", "from the longest treatment", displayed=False),
    ),
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
