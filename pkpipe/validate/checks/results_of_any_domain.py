"""Checks of one result of any domain: given or not done, text and number, measured or computed."""

from __future__ import annotations

from typing import Final

import polars as pl

from pkpipe.clinical import titres
from pkpipe.clinical.assessment_checks import done_after_all, no_result
from pkpipe.clinical.computed import computed
from pkpipe.clinical.text_and_number import apart, two_numbers
from pkpipe.finding.check import Check
from pkpipe.schema.coded_words import folded
from pkpipe.schema.computed_columns import COMPUTED
from pkpipe.schema.sdtm import DOMAINS
from pkpipe.validate.row_and_cross_checks import (
    RowCheck,
    always,
    placed,
    row_check,
)

C: Final = pl.col
# Findings domains whose results are asked for; PC says it by a check of its own.
ASKED: Final = ("TR", "RS", "LB", "VS", "EG", "PE", "CP")
COLLECTED: Final = ("PC", "TR", "LB", "VS", "EG", "CP")
WITH_STATUS: Final = ("PC", "IS", *ASKED)


def _no_result(d: str) -> RowCheck:
    empty = C(f"{d}STRESC").is_null() & C(f"{d}STRESN").is_null() & C(f"{d}STAT").is_null()
    return RowCheck(no_result(d), wrong=always(empty))


def _done_after_all(d: str) -> RowCheck:
    result = C(f"{d}STRESC").is_not_null() | C(f"{d}STRESN").is_not_null()
    return RowCheck(done_after_all(d), wrong=always((C(f"{d}STAT") == "NOT DONE") & result))


def _computed(d: str) -> RowCheck:
    column = COMPUTED[d]
    return row_check(
        f"{d}-COMPUTED",
        f"{d}.{column}",
        computed(d),
        (
            "computed and not measured (this flag, or DTYPE): listed, and left out of every number",
            f"empty in a measured record; if this one is measured: sources.{d}.codes: "
            f'{{{column}: {{Y: ""}}}}',
        ),
        "SDTMIG 3.4, --DRVFL",
        "note",
    )


def _numbers(domain: str) -> tuple[RowCheck, ...]:
    """The number and the text of one result, where both are there; PC has checks of its own."""
    number, text = C(f"{domain}STRESN"), C(f"{domain}STRESC")
    plain = text.cast(pl.Float64, strict=False)
    said = titres.number_of(text) if domain == "IS" else plain
    differs = titres.differs(text, number) if domain == "IS" else apart(number, plain)
    return (
        placed(
            two_numbers(domain),
            f"{domain}.{domain}STRESN",
            lambda _: differs,
            f"the number of {domain}STRESC",
        ),
        placed(
            # a biomarker and a lesion's size are read from their number alone, as a concentration is
            Check(
                f"{domain}-NUMBER-LOST",
                "error" if domain in {"CP", "TR"} else "query",
                "a number as text only",
                "SDTMIG 4.5.1",
            ),
            f"{domain}.{domain}STRESN",
            lambda _: number.is_null() & plain.is_not_null(),
            f"the number of {domain}STRESC",
        ),
        placed(
            Check(f"{domain}-TEXT-LOST", "query", "a number whose text is none", "SDTMIG 4.5.1"),
            f"{domain}.{domain}STRESC",
            lambda _: number.is_not_null() & said.is_null(),
            f"the number of {domain}STRESN",
        ),
    )


def _as_collected(d: str) -> RowCheck:
    """The number as collected and as standard, where both are in one unit."""
    collected = C(f"{d}ORRES").cast(pl.Float64, strict=False)
    one_unit = folded(C(f"{d}ORRESU")) == folded(C(f"{d}STRESU"))
    return row_check(
        f"{d}-COLLECTED-OTHER",
        f"{d}.{d}STRESN",
        one_unit & apart(C(f"{d}STRESN"), collected),
        (
            "another number than the one collected, in the same unit",
            f"the number of {d}ORRES",
        ),
        "SDTMIG 4.5.1",
    )


def _below_zero(domain: str) -> RowCheck:
    number, test = C(f"{domain}STRESN"), C(f"{domain}TESTCD")
    check = Check(f"{domain}-NEGATIVE", "query", "a measurement below zero", f"{domain}STRESN")
    # The axis of the heart is an angle.
    wrong = (number < 0) & ~test.str.contains("AXIS")
    return placed(check, f"{domain}.{domain}STRESN", lambda _: wrong, "0 or more")


def _no_reason(domain: str) -> RowCheck:
    return placed(
        Check(f"{domain}-NO-REASON", "query", "not done, and no reason", "SDTMIG 3.4, --REASND"),
        f"{domain}.{domain}REASND",
        lambda _: C(f"{domain}STAT").is_not_null() & C(f"{domain}REASND").is_null(),
        "why it was not done",
    )


GIVEN_ROWS: Final[tuple[RowCheck, ...]] = (
    *(_no_result(d) for d in ASKED),
    *(_done_after_all(d) for d in WITH_STATUS),
    *(_computed(d) for d in COMPUTED),
)
NUMBER_ROWS: Final[tuple[RowCheck, ...]] = (
    *(c for d in ("IS", "TR", "LB", "VS", "EG", "CP", "SS", "PE", "RS") for c in _numbers(d)),
    *(_as_collected(d) for d in COLLECTED),
    *(_below_zero(d) for d in ("VS", "EG", "IS", "CP")),
    *(_no_reason(d) for d, spec in DOMAINS.items() if f"{d}REASND" in spec.names and d != "PC"),
)
