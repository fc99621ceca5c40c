"""Checks of the log of decisions and of the exclusion ledger: what cannot be, and what nobody stands for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

import polars as pl

from pkpipe.clinical.administrations import given
from pkpipe.clinical.decision_log_checks import BEFORE_DATA, LEVELS, NO_LEVEL, NUMBER, RECORDED
from pkpipe.clinical.ledger_checks import PICK, UNNAMED
from pkpipe.finding.check import Check
from pkpipe.finding.rows import found
from pkpipe.protocol.study import Study
from pkpipe.schema import dates
from pkpipe.sentences import sentence
from pkpipe.validate.row_and_cross_checks import CrossCheck, RowCheck, Tables

C: Final = pl.col


def _row(check: Check, place: str, wrong: pl.Expr, allowed: str) -> RowCheck:
    domain, _, column = place.partition(".")
    placed = replace(check, allowed=allowed, table=domain, column=column)
    return RowCheck(placed, lambda _: wrong)


def _levels(study: Study) -> list[str]:
    return list(study.escalation.codes) if study.escalation else []


def _level(column: str) -> RowCheck:
    return RowCheck(
        NO_LEVEL[column],
        lambda study: C(column).is_not_null() & ~C(column).is_in(_levels(study)),
        lambda study: ", ".join(_levels(study)) or "the study has no escalation",
    )


INPUT_ROWS: Final[tuple[RowCheck, ...]] = (
    _row(
        BEFORE_DATA,
        "DECISIONS.date",
        C("date") < C("cutoff"),
        "its cutoff or later",
    ),
    _row(
        RECORDED,
        "DECISIONS.recorded_on",
        C("recorded_on") < C("date"),
        "its date or later",
    ),
    *(_level(column) for column in LEVELS),
    _row(
        NUMBER,
        "DECISIONS.n_to_enrol",
        C("n_to_enrol") < 0,
        "0 or more",
    ),
    _row(
        Check("DECISION-NAME", "query", "nobody is named who recorded it", "ICH E6(R3) 4.2.2"),
        "DECISIONS.recorded_by",
        C("recorded_by").is_null(),
        "a name",
    ),
    _row(
        Check("DECISION-WHEN", "query", "it is not said when it was recorded", "ICH E6(R3) 4.2.2"),
        "DECISIONS.recorded_on",
        C("recorded_on").is_null(),
        "a date",
    ),
    _row(
        Check("DECISION-REASON", "query", "it is not said why it was decided", "21 CFR 11.10(e)"),
        "DECISIONS.reason",
        C("reason").is_null(),
        "the reason in the words of who decided, e.g. of the minutes",
    ),
    _row(
        Check("DECISION-MANIFEST", "query", "no SHA-256 of a manifest", "pkpipe verify"),
        "DECISIONS.manifest",
        C("manifest").is_not_null() & ~C("manifest").str.contains(r"^[0-9a-f]{64}$"),
        "64 hexadecimal digits",
    ),
    *(
        _row(
            check,
            f"LEDGER.{column}",
            (C("TARGET") == target) & C(column).is_null(),
            str(check.allowed),
        )
        for (target, column), check in UNNAMED.items()
    ),
    _row(
        PICK,
        "LEDGER.ACTION",
        (C("ACTION") == "PICK") & (C("TARGET") != "LAMBDA_Z"),
        "PICK with LAMBDA_Z, or EXCLUDE",
    ),
    _row(
        Check("LEDGER-APPROVED", "query", "approved by the one who asked for it", "ICH E6(R3) 4.2"),
        "LEDGER.APPRBY",
        C("APPRBY").str.to_lowercase() == C("RECBY").str.to_lowercase(),
        "another name than RECBY",
    ),
    _row(
        Check("LEDGER-CONFIRMED", "error", "confirmed without a name or a date", "methods, ledger"),
        "LEDGER.CONFBY",
        C("CONFBY").is_null() != C("CONFDT").is_null(),
        "CONFBY and CONFDT, or neither",
    ),
    *(
        _row(
            Check(f"LEDGER-{word}", "error", "a number and a word for none", "methods, ledger"),
            f"LEDGER.{word}",
            C(number).is_not_null() & C(word).is_not_null(),
            f"{number} or {word}",
        )
        for number, word in (("AVAL", "AVALC"), ("CONFVAL", "CONFVALC"))
    ),
    _row(
        Check("LEDGER-FOLLOWED", "query", "a change of the profile goes unnoticed", "ledger"),
        "LEDGER.AVAL",
        (C("TARGET") == "PROFILE") & C("AVAL").is_null(),
        "CONCSUM of the profile, from PROFILE",
    ),
    _row(
        Check("LEDGER-ORDER", "error", "confirmed before it was recorded", "methods, ledger"),
        "LEDGER.CONFDT",
        C("CONFDT") < C("RECDT"),
        "RECDT or later",
    ),
)

UNDECIDED: Final = Check(
    "DOSE-WITHOUT-DECISION",
    "query",
    "a new level without a recorded decision",
    "conformance C10",
    table="EX",
    column="EXSTDTC",
)
TOO_SOON: Final = Check(
    "DOSE-BEFORE-DECISION",
    "query",
    "a new level before its recorded decision",
    "conformance C10",
    table="EX",
    column="EXSTDTC",
)


def _decided_first(tables: Tables, study: Study) -> Iterable[pl.DataFrame]:
    """The first dose of each escalation level above the lowest, beside the first decision that opened it."""
    plan = study.escalation
    if plan is None:
        return
    inserted = [level.code for level in plan.levels if level.inserted]
    opened = [code for code in plan.codes[1:] if code not in inserted]
    levels = {c.code: c.level for c in study.cohorts if c.part == "escalation" and c.level}
    groups = tables["DM"].select(
        "USUBJID",
        _LEVEL=C("ARMCD").replace_strict(levels, default=None, return_dtype=pl.String),
    )
    first = (
        tables["EX"]
        .filter(given())
        .with_columns(_DAY=dates.last_day(C("EXSTDTC")))
        .join(groups.filter(C("_LEVEL").is_in(opened)), on="USUBJID", how="inner")
        .sort("_LEVEL", "_DAY", "USUBJID", "EXSTDTC", nulls_last=True)
        .unique("_LEVEL", keep="first", maintain_order=True)
    )
    decided = (
        tables["DECISIONS"]
        .filter(C("decision") == "ESCALATE")
        .group_by(_LEVEL=C("next_level"))
        .agg(_DECIDED=C("date").min())
    )
    beside = first.join(decided, on="_LEVEL", how="left", maintain_order="left")
    allowed = "a decision to escalate to the level, dated at its first dose or before"
    early = beside.filter(C("_DAY") < C("_DECIDED"))
    told = early.with_columns(
        _MESSAGE=sentence(f"{TOO_SOON.words}: level {{}}, decided on {{}}", "_LEVEL", "_DECIDED")
    )
    yield found(UNDECIDED, beside.filter(C("_DECIDED").is_null()), allowed=allowed)
    yield found(TOO_SOON, told, allowed=allowed)


INPUTS_ACROSS: Final = (
    CrossCheck((UNDECIDED, TOO_SOON), ("DM", "EX", "DECISIONS"), _decided_first),
)
