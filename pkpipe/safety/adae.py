"""Adverse events with dates, windows and flags: AE to ADAE (TIME-7, SAF-1, SAF-5)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import polars as pl

from pkpipe.clinical.collected import EVERYTHING, Collected, remarked
from pkpipe.clinical.dose_decision import DLT
from pkpipe.clinical.ends import LED_TO_DEATH, fatal_event
from pkpipe.clinical.therapy import unknown_therapy
from pkpipe.protocol.safety import SafetyPlan
from pkpipe.schema import dates
from pkpipe.schema.codelists import CAUSALITY
from pkpipe.schema.two_spellings import commonest_spelling

SEVERITY: Final = {"MILD": 1, "MODERATE": 2, "SEVERE": 3}
# How AEACN and AEOUT (CDISC codelists ACN, OUT) say what an event led to; several drugs may share a text.
DISCONTINUED: Final = r"WITHDRAWN|DISCONTINUED"
INTERRUPTED: Final = r"INTERRUPTED|DELAYED"
REDUCED: Final = r"REDUCED"
# Flags made of a column: without it no event is known to have or not to have them.
MADE_OF: Final[tuple[tuple[str, str], ...]] = (
    *(("RELFL", "AE.AEREL"), ("DISCFL", "AE.AEACN"), ("INTRFL", "AE.AEACN")),
    *(("REDFL", "AE.AEACN"), ("IRTEMFL", "AE.AEIRFL"), ("DTHFL", LED_TO_DEATH[0])),
)

ADAE_COLUMNS: Final = (
    *("USUBJID", "AESEQ", "AETERM", "AEDECOD", "AESOC", "ASTDT", "ASTDTF", "AENDT", "AENDTF"),
    *("ASTDY", "AENDY", "ADURN", "TRTEMFL", "AETOXGR", "ASEVN", "RELFL", "AESER", "AEDLTFL"),
    *("AEIRFL", "IRTEMFL", "AEACN", "DISCFL", "INTRFL", "REDFL", "AEOUT", "AESDTH", "DTHFL"),
    *("AOCCFL", "AOCCSFL", "AOCCPFL", "AOCCIFL", "AOCSIFL", "AOCPIFL"),
    *("ONGOFL", "COHORT", "LEVEL", "REASON", "SRCROW"),
)
# Occurrence flags as CDISC ADaM OCCDS v1.0 names them: name, first of which events, of the worst grade.
OCCURRENCE: Final = (
    ("AOCCFL", ("USUBJID",), False),
    ("AOCCSFL", ("USUBJID", "AESOC"), False),
    ("AOCCPFL", ("USUBJID", "AEDECOD"), False),
    ("AOCCIFL", ("USUBJID",), True),
    ("AOCSIFL", ("USUBJID", "AESOC"), True),
    ("AOCPIFL", ("USUBJID", "AEDECOD"), True),
)
_UNCODED: Final = "NOT CODED"
_START, _FIRST, _LAST = pl.col("ASTDT"), pl.col("TRTSDT"), pl.col("TRTEDT")


def adae_of(
    ae: pl.DataFrame, adsl: pl.DataFrame, plan: SafetyPlan, known: Collected = EVERYTHING
) -> pl.DataFrame:
    """One row an AE record, sorted by subject and AESEQ.

    ae: SDTM AE as `pkpipe.schema.sdtm` declares it, with `SRCROW`. adsl: `TRTSDT`, `TRTSDTM`, `TRTEDT`,
    `NACTDT`, `DTHDT`, `CUTDT`, `COHORT`, `LEVEL`. Nothing is dropped; `REASON` says what was assumed,
    and which columns were not collected, so that a flag made of one is empty and says nothing.
    """
    subject = adsl.select(
        *("USUBJID", "COHORT", "LEVEL", "TRTSDT", "TRTSDTM", "TRTEDT", "NACTDT", "DTHDT", "CUTDT")
    )
    joined = ae.join(subject, on="USUBJID", how="left", maintain_order="left")
    flagged = _as_collected(_flagged(_windowed(_dated(_coded(joined)), plan), plan, known), known)
    flagged = remarked(flagged, unknown_close(plan, known), pl.col("ASTDT") >= _FIRST)
    return _with_firsts(flagged).select(ADAE_COLUMNS).sort("USUBJID", "AESEQ", nulls_last=True)


def unknown_close(plan: SafetyPlan, known: Collected) -> str | None:
    """What is said of treatment-emergent events where their window may have ended earlier than is known."""
    return unknown_therapy(known) if plan.teae_ends_with_new_therapy else None


def _coded(ae: pl.DataFrame) -> pl.DataFrame:
    """Term, class and grade; what is not coded keeps its verbatim term. One term has one spelling."""
    term = pl.coalesce("AEDECOD", pl.col("AETERM").str.to_uppercase())
    return ae.with_columns(
        AEDECOD=commonest_spelling(term),
        AESOC=commonest_spelling(pl.coalesce("AESOC", "AEBODSYS", pl.lit(_UNCODED))),
        ASEVN=pl.col("AESEV").replace_strict(SEVERITY, default=None, return_dtype=pl.Int64),
        UNCODED=pl.col("AEDECOD").is_null(),
    )


def _dated(ae: pl.DataFrame) -> pl.DataFrame:
    """Start and end as dates: a partial start is its first possible day, a partial end its last.

    A start that may lie on the day of first dose is put there, not before (TIME-7), unless the event is
    known to have ended earlier; an imputed end lies neither after death nor after the cutoff.
    """
    text, end_text = pl.col("AESTDTC"), pl.col("AEENDTC")
    first, latest = dates.first_day(text), dates.last_day(text)
    partial = dates.precision(text).is_in(["month", "year"])
    over = (dates.last_day(end_text) < _FIRST).fill_null(value=False)
    raised = partial & (first < _FIRST) & (latest >= _FIRST) & ~over
    end_partial = dates.precision(end_text).is_in(["month", "year"])
    known_end = pl.min_horizontal(dates.last_day(end_text), "DTHDT", "CUTDT")
    return ae.with_columns(
        ASTDT=pl.when(raised.fill_null(value=False)).then(_FIRST).otherwise(first),
        ASTDTF=_imputed(text),
        AENDT=pl.when(end_partial).then(known_end).otherwise(dates.last_day(end_text)),
        AENDTF=_imputed(end_text),
        STARTDTM=dates.moment(text),
    ).with_columns(
        ASTDY=dates.study_day(_START, _FIRST),
        AENDY=dates.study_day(pl.col("AENDT"), _FIRST),
        ADURN=(pl.col("AENDT") - _START).dt.total_days() + 1,
        ONGOFL=pl.when(pl.col("AENDT").is_null()).then(pl.lit("Y")),
    )


def _imputed(text: pl.Expr) -> pl.Expr:
    """The highest part of the date that was imputed: D day, M month and day."""
    return dates.precision(text).replace_strict(
        {"month": "D", "year": "M"}, default=None, return_dtype=pl.String
    )


def _windowed(ae: pl.DataFrame, plan: SafetyPlan) -> pl.DataFrame:
    """`TRTEMFL` and, for immune-related events, `IRTEMFL`: from first dose to the end of each window."""
    clocks = pl.col("STARTDTM").is_not_null() & (pl.col("TRTSDTM").dt.time() != pl.time(0, 0))
    before = (_START < _FIRST) | (clocks & (pl.col("STARTDTM") < pl.col("TRTSDTM")))
    unknown = _START.is_null() & (pl.col("AENDT").is_null() | (pl.col("AENDT") >= _FIRST))

    def emergent(days: int) -> pl.Expr:
        close = _LAST + pl.duration(days=days)
        if plan.teae_ends_with_new_therapy:
            close = pl.min_horizontal(close, "NACTDT")
        inside = ~before.fill_null(value=False) & ((close >= _START) | _LAST.is_null())
        return (_FIRST.is_not_null() & (inside | unknown)).fill_null(value=False)

    irae = plan.irae_days
    immune = pl.col("AEIRFL") == "Y"
    usual = emergent(plan.teae_days + plan.teae_window_days)
    longer = usual if irae is None else usual | emergent(irae)
    return ae.with_columns(
        TRTEMFL=_flag(usual),
        IRTEMFL=_flag(immune & longer),
        STARTUNK=unknown & _FIRST.is_not_null(),
    )


def _as_collected(ae: pl.DataFrame, known: Collected) -> pl.DataFrame:
    """Flags of columns that were not collected emptied, and named once in every row's REASON."""
    lost = known.reason(*dict.fromkeys(need for _, need in MADE_OF), "AE.AETOXGR", *DLT)
    if lost is None:
        return ae
    empty = [flag for flag, need in MADE_OF if not known.has(need)]
    told = pl.concat_str("REASON", pl.lit(lost), separator="; ", ignore_nulls=True)
    none = pl.lit(None, dtype=pl.String)
    return ae.with_columns(*(none.alias(flag) for flag in empty), REASON=told)


def _flagged(ae: pl.DataFrame, plan: SafetyPlan, known: Collected) -> pl.DataFrame:
    related = CAUSALITY.among(pl.col("AEREL"), plan.related_values) | pl.col("AEREL").is_null()
    action = pl.col("AEACN").str.to_uppercase()
    unrelated = pl.col("AEREL").is_null() & pl.lit(known.has("AE.AEREL"))
    ungraded = pl.col("AETOXGR").is_null() & pl.lit(known.has("AE.AETOXGR"))
    notes = (
        pl.when("STARTUNK").then(pl.lit("start unknown: counted as treatment-emergent")),
        pl.when(pl.col("ASTDTF").is_not_null()).then(
            pl.lit("start date partial: earliest possible")
        ),
        pl.when(pl.col("AENDTF").is_not_null()).then(pl.lit("end date partial: latest possible")),
        pl.when(unrelated).then(pl.lit("relationship missing: counted as related")),
        pl.when(ungraded).then(pl.lit("no CTCAE grade")),
        pl.when("UNCODED").then(pl.lit("not coded: verbatim term")),
        pl.when(_FIRST.is_null()).then(pl.lit("never treated")),
    )
    return ae.with_columns(
        RELFL=_flag(related),
        DISCFL=_flag(action.str.contains(DISCONTINUED)),
        INTRFL=_flag(action.str.contains(INTERRUPTED)),
        REDFL=_flag(action.str.contains(REDUCED)),
        DTHFL=_flag(fatal_event()),
        REASON=pl.concat_str(notes, separator="; ", ignore_nulls=True).replace("", None),
    )


def _with_firsts(ae: pl.DataFrame) -> pl.DataFrame:
    """The flags of OCCURRENCE: the first treatment-emergent event, and the first of the worst grade."""
    numbered = ae.with_row_index("PLACE")
    emergent = numbered.filter(pl.col("TRTEMFL") == "Y")
    worst = pl.coalesce("AETOXGR", "ASEVN").fill_null(0)
    in_time = emergent.sort("ASTDT", "AESEQ", nulls_last=True)
    by_grade = in_time.sort(worst, descending=True, maintain_order=True)

    def places(events: pl.DataFrame, keys: Sequence[str]) -> pl.Series:
        return events.unique(keys, keep="first", maintain_order=True)["PLACE"]

    return numbered.with_columns(
        _flag(
            pl.col("PLACE").is_in(places(by_grade if of_worst else in_time, keys).implode())
        ).alias(name)
        for name, keys, of_worst in OCCURRENCE
    )


def _flag(condition: pl.Expr) -> pl.Expr:
    """`Y` where the condition holds, else empty."""
    return pl.when(condition.fill_null(value=False)).then(pl.lit("Y"))
