"""What the dose decision rests on and was not collected, and toxicity in the DLT window nobody has judged."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

import polars as pl

from pkpipe.clinical.administrations import first_days, of_study_drugs
from pkpipe.clinical.collected import ABSENT, Collected, collected, is_constant
from pkpipe.clinical.dose_decision import asks_for_an_answer, rests_on
from pkpipe.clinical.ends import day_of_fatal_event, fatal_event
from pkpipe.finding.check import Check
from pkpipe.finding.rows import as_findings, found, one
from pkpipe.protocol.study import Study
from pkpipe.schema import dates
from pkpipe.sentences import sentence
from pkpipe.validate.checks.decisions import dose_finding

C: Final = pl.col
NOT_COLLECTED: Final = Check(
    "DECISION-NOT-COLLECTED",
    "error",
    "the dose decision rests on it, and it is not collected",
    "methods SET-DLT, SAF-5",
    stops="decision",
)
NOT_JUDGED: Final = Check(
    "DLT-NOT-JUDGED",
    "query",
    "fatal, or grade 3 or more and not unrelated, in the DLT window, and not said whether it was a DLT",
    "methods SAF-5, DLT-1",
    table="AE",
    column="AEDLTFL",
)
DEATH_NOT_JUDGED: Final = Check(
    "DLT-DEATH-NOT-JUDGED",
    "query",
    "died in the DLT window, and no adverse event says whether it was a DLT",
    "methods SAF-5, DLT-1",
)
COLLECTED: Final = (NOT_COLLECTED, NOT_JUDGED, DEATH_NOT_JUDGED)
ANSWER: Final = "AEDLTFL Y or N of this event"
# How a column that a decision needs can be given; SDTM has no column for a DLT.
GIVEN_BY: Final[Mapping[str, str]] = {
    "AEDLTFL": (
        "a column for it: sources.AE.columns.AEDLTFL names the sponsor's (SDTM has none; it is often kept in "
        "SUPPAE or FA) and sources.AE.codes.AEDLTFL its words; or sources.AE.constants.AEDLTFL: N "
        "where no event was a DLT"
    )
}


def without_source(study: Study) -> list[str]:
    """Domains a decision rests on for which the study file names no source."""
    tables = (need.partition(".")[0] for need in rests_on(study))
    return [code for code in dict.fromkeys(tables) if code not in study.sources]


def collected_findings(
    types: Mapping[str, pl.DataFrame], delivered: pl.DataFrame | None, study: Study
) -> Iterator[pl.DataFrame]:
    """What keeps a decision from being taken, and what must be answered before one is."""
    if study.escalation is None:
        return
    told = {} if delivered is None else {"COLLECT": delivered}
    known = collected(told, study)
    yield as_findings(list(_lacking(known, delivered, study)))
    if study.collects("AE", "EX", "DM"):
        yield from _not_judged(types, study, constant=is_constant(told, "AE.AEDLTFL"))


def _lacking(
    known: Collected, delivered: pl.DataFrame | None, study: Study
) -> Iterator[dict[str, str | int | None]]:
    for code in without_source(study):
        allowed = f"sources.{code} in the study file, or no escalation section"
        yield one(NOT_COLLECTED, TABLE=code, ALLOWED=allowed)
    for need in rests_on(study):
        code, _, column = need.partition(".")
        if not column or code not in study.sources or known.has(need):
            continue
        ways = f"sources.{code}.columns.{column}, or sources.{code}.constants.{column}"
        cells = {"TABLE": code, "COLUMN": column, "ALLOWED": GIVEN_BY.get(column, ways)}
        for file in _files_without(delivered, code, column):
            yield one(NOT_COLLECTED, **cells, FILE=file)


def _files_without(delivered: pl.DataFrame | None, code: str, column: str) -> list[str]:
    """Files that lack the column, or have it without a value."""
    if delivered is None:
        return []
    of = delivered.filter(C("TABLE") == code, C("COLUMN") == column)
    absent = of.filter(C("HOW") == ABSENT)
    return (absent if absent.height else of)["FILE"].to_list()


def _not_judged(
    types: Mapping[str, pl.DataFrame], study: Study, *, constant: bool
) -> Iterable[pl.DataFrame]:
    """Events and deaths in the window of dose-finding subjects that carry no answer.

    An event without a date may lie in the window, one with a partial date where it may. One that began before
    the first dose is no toxicity of the drug, unless it was fatal in the window.
    """
    who = dose_finding(types["DM"], study)
    first = first_days(of_study_drugs(types["EX"], study)).join(
        who, on="USUBJID", how="semi", maintain_order="left"
    )
    events = types["AE"].join(first, on="USUBJID", how="inner", maintain_order="left")
    end = day_of_fatal_event()
    fatal = fatal_event() & _in_window(end, end, study)
    start = dates.first_day(C("AESTDTC")), dates.last_day(C("AESTDTC"))
    asked = events.filter(asks_for_an_answer(study), _in_window(*start, study) | fatal)
    unanswered = C("AEDLTFL").is_null() | (C("AEDLTFL") != "Y") & pl.lit(constant)
    told = asked.filter(unanswered).with_columns(_MESSAGE=_said())
    yield found(NOT_JUDGED, told, allowed=ANSWER)
    answered = pl.concat([asked, events.filter(C("AEDLTFL") == "Y")]).select("USUBJID")
    for code, column in (("DM", "DTHDTC"), ("DS", "DSSTDTC")):
        died = types[code] if code == "DM" else types[code].filter(C("DSDECOD") == "DEATH")
        day = dates.first_day(C(column))
        dead = (
            died.join(first, on="USUBJID", how="inner", maintain_order="left")
            .filter(day.is_not_null(), _in_window(day, day, study))
            .join(answered, on="USUBJID", how="anti", maintain_order="left")
        )
        yield found(DEATH_NOT_JUDGED, dead, code, column, "the fatal event in AE, with AEDLTFL")
        answered = pl.concat([answered, dead.select("USUBJID")])


def _in_window(earliest: pl.Expr, latest: pl.Expr, study: Study) -> pl.Expr:
    """True where the day may lie in the DLT window; null dates may lie anywhere."""
    last = 0 if study.escalation is None else study.escalation.last_day - 1
    after = (latest >= C("_FIRST")).fill_null(value=True)
    before = (earliest <= C("_FIRST") + pl.duration(days=last)).fill_null(value=True)
    return after & before


def _said() -> pl.Expr:
    """The words of the check with what is known of the event: its term, its grade and how it relates."""
    grade = sentence("grade {}", C("AETOXGR").cast(pl.String).fill_null("not given"))
    relation = C("AEREL").fill_null("relationship not given")
    event = pl.concat_str([C("AETERM"), grade, relation], separator=", ")
    return sentence(f"{NOT_JUDGED.words}: {{}}", event)
