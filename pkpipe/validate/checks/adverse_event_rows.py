"""Checks of one adverse event: its grade, outcome, relationship, end and coding."""

from __future__ import annotations

from typing import Final

import polars as pl

from pkpipe.clinical.ends import fatal_event
from pkpipe.finding.check import Check
from pkpipe.protocol.study import Study
from pkpipe.schema.codelists import CAUSALITY, UNRELATED
from pkpipe.validate.row_and_cross_checks import (
    RowCheck,
    always,
    ends_before,
    is_one,
    row_check,
)

C: Final = pl.col
RESOLVED: Final = ("RECOVERED/RESOLVED", "RECOVERED/RESOLVED WITH SEQUELAE")
OPEN: Final = ("NOT RECOVERED/NOT RESOLVED", "RECOVERING/RESOLVING")
# Lowest and highest grade of each word of severity: CTCAE 5.0, "Grades"; AESEV has three words (SDTMIG 3.4).
GRADES: Final = (
    *(("MILD", 1, 1), ("MODERATE", 2, 2), ("SEVERE", 3, 5)),
    *(("LIFE THREATENING", 4, 4), ("LIFE-THREATENING", 4, 4), ("DEATH", 5, 5), ("FATAL", 5, 5)),
)


def _left_out(column: str) -> pl.Expr:
    """True for an empty cell of a column that is collected."""
    return C(column).is_null() & C(column).is_not_null().any()


def _other_grade() -> pl.Expr:
    word = C("AESEV").str.strip_chars().str.to_uppercase()
    return pl.any_horizontal(
        (word == said) & ~C("AETOXGR").is_between(low, high) for said, low, high in GRADES
    )


def _counts(study: Study) -> pl.Expr:
    """True where the relationship counts as related by the study file, in whatever spelling."""
    return CAUSALITY.among(C("AEREL"), related_values(study))


def related_values(study: Study) -> tuple[str, ...]:
    """The words that count as related."""
    return study.safety.related_values


RELATIONSHIP: Final[tuple[RowCheck, ...]] = (
    RowCheck(
        Check(
            "AE-RELATION-UNKNOWN",
            "error",
            "a relationship of no known meaning: it would count as not related",
            "safety.related_values",
            table="AE",
            column="AEREL",
        ),
        wrong=lambda s: CAUSALITY.term(C("AEREL")).is_null() & ~_counts(s),
        allowed=lambda s: (
            f"{', '.join(related_values(s))} (safety.related_values), or {', '.join(CAUSALITY.words)}; "
            "another spelling is declared with codes: {AEREL: {theirs: ours}}"
        ),
        once_per=("SRCFILE", "AEREL"),
    ),
    RowCheck(
        Check(
            "AE-RELATION-LESS",
            "query",
            "says that it may be related, and counts as not related",
            "ICH E2A, II.B; safety.related_values",
            table="AE",
            column="AEREL",
        ),
        wrong=lambda s: ~CAUSALITY.term(C("AEREL")).is_in(UNRELATED) & ~_counts(s),
        allowed=lambda s: (
            f"{', '.join(related_values(s))}, or a word added to safety.related_values"
        ),
        once_per=("SRCFILE", "AEREL"),
    ),
)

_FATAL: Final = fatal_event()
EVENT_ROWS: Final[tuple[RowCheck, ...]] = (
    row_check(
        "AE-FATAL-OUTCOME",
        "AE.AEOUT",
        _FATAL & C("AEOUT").ne_missing(pl.lit("FATAL")),
        ("a fatal event with another outcome", "FATAL"),
    ),
    row_check(
        "AE-FATAL-GRADE",
        "AE.AETOXGR",
        _FATAL & C("AETOXGR").ne_missing(5),
        ("a fatal event of another grade", "5"),
        "CTCAE 5.0",
    ),
    row_check(
        "AE-FATAL-FLAG",
        "AE.AESDTH",
        _FATAL & C("AESDTH").ne_missing(pl.lit("Y")),
        ("a fatal event not marked as one", "Y"),
    ),
    row_check(
        "AE-FATAL-SERIOUS",
        "AE.AESER",
        _FATAL & C("AESER").ne_missing(pl.lit("Y")),
        ("a fatal event that is not serious", "Y"),
        "ICH E2A",
    ),
    row_check(
        "AE-FATAL-END",
        "AE.AEENDTC",
        _FATAL & C("AEENDTC").is_null(),
        ("a fatal event without an end", "the date of death"),
    ),
    row_check(
        "AE-RESOLVED-END",
        "AE.AEENDTC",
        is_one("AEOUT", *RESOLVED) & C("AEENDTC").is_null(),
        ("resolved, and no end", "the date it resolved"),
    ),
    row_check(
        "AE-OPEN-END",
        "AE.AEOUT",
        is_one("AEOUT", *OPEN) & C("AEENDTC").is_not_null(),
        ("ended, and not resolved", ", ".join(RESOLVED)),
    ),
    row_check(
        "AE-DLT-RELATED",
        "AE.AEREL",
        (C("AEDLTFL") == "Y") & (C("AEREL") == "NOT RELATED"),
        ("dose-limiting, and not related", "RELATED"),
        "protocol, DLT",
    ),
    row_check(
        "AE-DLT-GRADE",
        "AE.AETOXGR",
        (C("AEDLTFL") == "Y") & (C("AETOXGR") < 3),
        ("dose-limiting, of grade 1 or 2", "3 or more, or a grade that the protocol counts"),
        "protocol, DLT",
    ),
    row_check(
        "AE-SERIOUS-EMPTY",
        "AE.AESER",
        _left_out("AESER"),
        ("serious or not is not said", "Y, N"),
        "ICH E2A",
    ),
    row_check(
        "AE-RELATION-EMPTY",
        "AE.AEREL",
        _left_out("AEREL"),
        ("related or not is not said", "the investigator's judgement"),
        "ICH E2A",
    ),
    row_check(
        "AE-CODED",
        "AE.AEDECOD",
        _left_out("AEDECOD"),
        ("the event is not coded", "a preferred term"),
        "MedDRA",
        "note",
    ),
    row_check(
        "AE-CLASS",
        "AE.AESOC",
        _left_out("AESOC"),
        ("the event has no organ class", "a system organ class"),
        "MedDRA",
        "note",
    ),
    row_check(
        "AE-SEVERITY-GRADE",
        "AE.AETOXGR",
        _other_grade(),
        (
            "severity and grade contradict each other",
            "MILD is grade 1, MODERATE 2, SEVERE 3 to 5, life-threatening 4, death 5",
        ),
        "CTCAE 5.0, grades",
    ),
    RowCheck(
        Check(
            "AE-ORDER",
            "query",
            "the event ends before it starts",
            "SDTMIG 3.4, AE",
            allowed="AESTDTC or later",
            table="AE",
            column="AEENDTC",
        ),
        wrong=always(ends_before(C("AESTDTC"), C("AEENDTC"))),
    ),
    RowCheck(
        Check(
            "AE-GRADE",
            "query",
            "an event without a CTCAE grade",
            "safety.ctcae",
            allowed="1, 2, 3, 4, 5",
            table="AE",
            column="AETOXGR",
        ),
        wrong=always(C("AETOXGR").is_null()),
        applies=lambda s: s.safety.ctcae.lower() != "none",
    ),
    *RELATIONSHIP,
)
