"""Endpoints and censoring schemes as tables in reading order: the first rule that holds decides.

PFS rules follow the appendix tables of FDA, Clinical Trial Endpoints for the Approval of Cancer Drugs and
Biologics (2018): A documented progression, B uniform dates, C investigator claims; E counts every
progression or death whatever came before it (treatment policy, as EMA prefers); `last_assessment` is the
simplest rule in use: any death is an event, otherwise censored at the last assessment of any kind.
A treatment that ended for toxicity has no rule of its own: the subject is followed on, and without an event
censored at the last adequate assessment like everyone else.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import polars as pl

from pkpipe.protocol.survival_options import Scheme
from pkpipe.schema.adam.survival import (
    CLINICAL,
    EVENT,
    LOST,
    MISSED,
    NEW_THERAPY,
    NO_ASSESSMENT,
    NO_BASELINE,
    ONGOING,
    WITHDREW,
)

START: Final = "START"  # stands for the words of the start date, first dose or randomization


@dataclass(frozen=True)
class Dated:
    """A date with the words for it; where the column is null the start date stands in."""

    column: str
    words: str


@dataclass(frozen=True)
class Rule:
    """One situation: when it holds, which date counts, and as what."""

    situation: str  # shown in the trace, and as EVNTDESC where `event` is not given
    when: pl.Expr
    dated: Dated
    code: int  # CNSRRSN: 0 event, otherwise why censored
    event: str | None = None  # EVNTDESC; for a censoring of `last_assessment` the words of the date


C = pl.col
_NACT_FIRST = C("NACTDT").is_not_null() & (C("NACTDT") < C("EVDT")).fill_null(value=True)
_PD_FIRST = C("PDDT").is_not_null() & (C("PDDT") <= C("DTHDT")).fill_null(value=True)
_CLAIM_EVENT = pl.min_horizontal("PDDT", "CLINPDDT", "DTHDT")
_CLAIM_NACT_FIRST = C("NACTDT").is_not_null() & (C("NACTDT") < _CLAIM_EVENT).fill_null(value=True)
_CLAIM_FIRST = C("CLINPDDT").is_not_null() & (C("CLINPDDT") == _CLAIM_EVENT)
_NONE_ALIVE = C("LADQDT").is_null() & C("DTHDT").is_null()

PROGRESSION: Final = "Disease Progression"
DEATH: Final = "Death"
_ADEQUATE: Final = Dated("LADQDT", "Last adequate assessment")
_VISIT: Final = Dated("VISDT", "Last planned assessment attended")

_NO_BASELINE: Final = Rule(
    "No baseline assessment", C("BASEFL") == "N", Dated("STARTDT", START), NO_BASELINE
)
_NO_ASSESSMENT: Final = Rule(
    "No adequate assessment after baseline, alive",
    _NONE_ALIVE,
    Dated("STARTDT", START),
    NO_ASSESSMENT,
)
_PD: Final = Rule("Progression", _PD_FIRST, Dated("PDDT", "Progression"), EVENT, PROGRESSION)
_DEATH: Final = Rule(
    "Death before progression", C("DTHDT").is_not_null(), Dated("DTHDT", "Death"), EVENT, DEATH
)


def _new_therapy(dated: Dated, when: pl.Expr) -> Rule:
    return Rule("New anti-cancer therapy before an event", when, dated, NEW_THERAPY)


def _missed(dated: Dated) -> Rule:
    return Rule(
        "Event after missed assessments", C("EVDT").is_not_null() & C("MISSED"), dated, MISSED
    )


def _without_event(dated: Dated) -> tuple[Rule, ...]:
    """What is left when nothing happened: why it stops there."""
    return (
        Rule("Clinical progression without a scan", C("CLINPDDT").is_not_null(), dated, CLINICAL),
        Rule("Lost to follow-up", C("EOSREAS").str.contains("LOST"), dated, LOST),
        Rule("Withdrew consent", C("EOSREAS").str.contains("WITHDR"), dated, WITHDREW),
        Rule("No progression, alive", pl.lit(True), dated, ONGOING),
    )


PFS: Final[dict[Scheme, tuple[Rule, ...]]] = {
    "A": (
        _NO_BASELINE,
        _NO_ASSESSMENT,
        _new_therapy(
            Dated("LADQNACT", "Last adequate assessment up to new anti-cancer therapy"), _NACT_FIRST
        ),
        _missed(Dated("LADQEV", "Last adequate assessment before the missed ones")),
        _PD,
        _DEATH,
        *_without_event(_ADEQUATE),
    ),
    "B": (
        _NO_BASELINE,
        _NO_ASSESSMENT,
        _new_therapy(
            Dated("VISNACT", "Last planned assessment attended up to new anti-cancer therapy"),
            _NACT_FIRST,
        ),
        _missed(Dated("VISEV", "Last planned assessment attended before the missed ones")),
        Rule("Progression", _PD_FIRST, Dated("PDVIS", "Planned assessment"), EVENT, PROGRESSION),
        _DEATH,
        *_without_event(_VISIT),
    ),
    "C": (
        _NO_BASELINE,
        Rule(
            "New anti-cancer therapy, progression claimed",
            _CLAIM_NACT_FIRST & C("CLINPDDT").is_not_null(),
            Dated("NACTDT", "New anti-cancer therapy"),
            EVENT,
            "New anti-cancer therapy for claimed progression",
        ),
        Rule(
            _NO_ASSESSMENT.situation,
            _NONE_ALIVE & C("CLINPDDT").is_null(),
            _NO_ASSESSMENT.dated,
            NO_ASSESSMENT,
        ),
        _new_therapy(
            Dated("LADQNACT", "Last adequate assessment up to new anti-cancer therapy"),
            _CLAIM_NACT_FIRST,
        ),
        Rule(
            "Progression",
            _PD_FIRST & (C("PDDT") == _CLAIM_EVENT),
            Dated("PDDT", "Progression"),
            EVENT,
            PROGRESSION,
        ),
        Rule(
            "Progression claimed without a scan",
            _CLAIM_FIRST,
            Dated("CLINPDDT", "Clinical progression"),
            EVENT,
            "Clinical Progression",
        ),
        _DEATH,
        *_without_event(_ADEQUATE),
    ),
    "E": (_NO_BASELINE, _NO_ASSESSMENT, _PD, _DEATH, *_without_event(_ADEQUATE)),
    "last_assessment": (
        _PD,
        _DEATH,
        Rule(
            "No progression, alive",
            C("LASTADT").is_not_null(),
            Dated("LASTADT", "Last Tumor Assessment"),
            ONGOING,
            "Last Tumor Assessment",
        ),
        Rule("Never assessed", pl.lit(True), Dated("STARTDT", START), NO_ASSESSMENT, START),
    ),
}


def _alive(last: Dated, seen: pl.Expr) -> tuple[Rule, ...]:
    """Who is alive, by this date: why the following up stopped there."""
    return (
        Rule("Lost to follow-up", seen & C("EOSREAS").str.contains("LOST"), last, LOST, "Alive"),
        Rule(
            "Withdrew consent", seen & C("EOSREAS").str.contains("WITHDR"), last, WITHDREW, "Alive"
        ),
        Rule("Alive", seen, last, ONGOING, "Alive"),
    )


_SEEN = (C("LSTALVDT") >= C("STARTDT")).fill_null(C("LSTALVDT").is_not_null())
# Without a date last known alive, the last assessment or other day that needs a living subject (EFF-OS).
_SEEN_LAST = (C("SEENDT") >= C("STARTDT")).fill_null(C("SEENDT").is_not_null())
OS: Final[tuple[Rule, ...]] = (
    Rule("Death", C("DTHDT").is_not_null(), Dated("DTHDT", "Death"), EVENT, DEATH),
    *_alive(Dated("LSTALVDT", "Alive During Study"), _SEEN),
    *_alive(Dated("SEENDT", "Last assessment or therapy"), _SEEN_LAST),
    Rule(
        "Not known to be alive after the start",
        pl.lit(True),
        Dated("STARTDT", START),
        NO_ASSESSMENT,
        START,
    ),
)
TTR: Final[tuple[Rule, ...]] = (
    Rule("Response", pl.lit(True), Dated("RESPDT", "First response"), EVENT, "Response"),
)
LABELS: Final = {
    "PFS": "Progression-free survival",
    "OS": "Overall survival",
    "DOR": "Duration of response",
    "TTR": "Time to response",
}
