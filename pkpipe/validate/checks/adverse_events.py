"""Checks of adverse events and deaths: the event itself, and what the tables say about one death."""

from __future__ import annotations

from typing import Final

import polars as pl

from pkpipe.clinical.administrations import given, records
from pkpipe.clinical.ends import fatal_event
from pkpipe.finding.rows import found
from pkpipe.protocol.study import Study
from pkpipe.schema import dates
from pkpipe.validate.row_and_cross_checks import (
    CrossCheck,
    Found,
    Tables,
    beside_dm,
    story_check,
)

C: Final = pl.col
DEAD: Final = "DEATH"


FATAL_AE: Final = story_check(
    "DEATH-AE-NOT-DM", "a fatal event, and DM knows of no death", "SDTMIG 3.4, DTHFL"
)
DEATH_DS: Final = story_check(
    "DEATH-DS-NOT-DM", "ended by death, and DM knows of no death", "SDTMIG 3.4, DTHFL"
)
DEATH_SS: Final = story_check(
    "DEATH-SS-NOT-DM", "reported dead, and DM knows of no death", "SDTMIG 3.4, DTHFL"
)
ALIVE: Final = story_check(
    "ALIVE-AFTER-DEATH",
    "reported alive after the death",
    "SDTMIG 3.4, DTHDTC",
    table="SS",
    column="SSDTC",
)
OTHER_DAY: Final = story_check(
    "DEATH-OTHER-DAY", "another day of death than DM", "SDTMIG 3.4, DTHDTC"
)
AGAIN: Final = story_check(
    "AE-SAME",
    "the same event starts twice on one day",
    "SDTMIG 3.4, AE",
    table="AE",
    column="AETERM",
)
SITE_SUBJECT: Final = story_check(
    "SUBJID-TWICE",
    "one SUBJID of a site for two subjects",
    "SDTMIG 3.4, SUBJID",
    table="DM",
    column="SUBJID",
)
REDUCED: Final = story_check(
    "AE-DOSE-REDUCED",
    "the event reduced the dose, no later dose is less",
    "SDTMIG, AEACN",
    "note",
    table="AE",
    column="AEACN",
)

UNEXPLAINED: Final = story_check(
    "EX-ADJUSTED-NO-EVENT",
    "the dose was changed for an adverse event, and no event says that it changed a dose",
    "SDTMIG 3.4, EXADJ and AEACN",
    table="EX",
    column="EXADJ",
)
# Words of EXADJ for an adverse event, and what AEACN says of an event that changed no dose.
FOR_AN_EVENT: Final = r"(?i)adverse|toxic|不良事件|毒性"
NO_CHANGE: Final = ("DOSE NOT CHANGED", "NOT APPLICABLE", "UNKNOWN")


def _deaths(tables: Tables, study: Study) -> Found:
    dm = tables["DM"]
    known = dm.filter(C("DTHDTC").is_not_null() | (C("DTHFL") == "Y"))["USUBJID"].implode()
    unknown = ~C("USUBJID").is_in(known)
    of_death = {
        "AE": (FATAL_AE, fatal_event(graded=False), "AEOUT", "AEENDTC"),
        "DS": (DEATH_DS, C("DSDECOD") == DEAD, "DSDECOD", "DSSTDTC"),
        "SS": (DEATH_SS, C("SSSTRESC") == "DEAD", "SSSTRESC", None),
    }
    for code, (check, dead, column, date) in of_death.items():
        rows = tables[code].filter(dead)
        if code in study.sources:
            yield found(check, rows.filter(unknown), code, column, "DM.DTHFL Y and a date")
        if date is not None:
            days = beside_dm(tables, code, _DEATH=dates.day(C("DTHDTC"))).filter(dead)
            other = days.filter(dates.day(C(date)) != C("_DEATH"))
            # A treatment ends by death on the day of death; an event may become fatal under another record.
            yield found(OTHER_DAY, other, code, date, "DM.DTHDTC")
    alive = beside_dm(tables, "SS", _DEATH=dates.last_day(C("DTHDTC"))).filter(
        C("SSSTRESC") == "ALIVE"
    )
    yield found(
        ALIVE,
        alive.filter(dates.first_day(C("SSDTC")) > C("_DEATH")),
        allowed="DM.DTHDTC or earlier",
    )


def _again(tables: Tables, _study: Study) -> Found:
    key = ["USUBJID", "AETERM", "AESTDTC"]
    ae = tables["AE"].filter(C("AESTDTC").is_not_null() & C("AESTDTC").str.len_chars().ge(10))
    yield found(
        AGAIN, ae.filter(~pl.struct(key).is_first_distinct()), allowed="one record an event"
    )
    subjects = tables["DM"].filter(C("SUBJID").is_not_null())
    twice = subjects.unique("USUBJID", keep="first", maintain_order=True)
    twice = twice.filter(~pl.struct("SITEID", "SUBJID").is_first_distinct())
    yield found(SITE_SUBJECT, twice, allowed="one SUBJID a subject of a site")


def _reduced(tables: Tables, study: Study) -> Found:
    events = (
        tables["AE"]
        .filter(C("AEACN") == "DOSE REDUCED")
        .with_columns(_FROM=dates.first_day(C("AESTDTC")))
    )
    doses = (
        records(tables, study)
        .filter(given())
        .select("USUBJID", "EXDOSE", "EXTRT", _DAY=C("START").dt.date())
    )
    pairs = events.select("USUBJID", "SRCFILE", "SRCROW", "_FROM").join(
        doses, on="USUBJID", how="inner"
    )
    span = pairs.group_by("SRCFILE", "SRCROW", "EXTRT").agg(
        _BEFORE=C("EXDOSE").filter(C("_DAY") <= C("_FROM")).max(),
        _AFTER=C("EXDOSE").filter(C("_DAY") > C("_FROM")).min(),
    )
    less = (
        span.filter((C("_AFTER") < C("_BEFORE")) | C("_AFTER").is_null())
        .select("SRCFILE", "SRCROW")
        .unique()
    )
    kept = events.filter(C("_FROM").is_not_null()).join(
        less, on=["SRCFILE", "SRCROW"], how="anti", maintain_order="left"
    )
    yield found(REDUCED, kept, allowed="a lower dose after the event")


def _unexplained(tables: Tables, _study: Study) -> Found:
    acted = tables["AE"].filter(~C("AEACN").is_in(NO_CHANGE)).select("USUBJID").unique()
    if not tables["AE"]["AEACN"].count():
        return
    changed = tables["EX"].filter(C("EXADJ").str.contains(FOR_AN_EVENT))
    alone = changed.join(acted, on="USUBJID", how="anti", maintain_order="left")
    yield found(UNEXPLAINED, alone, allowed="an event with DOSE REDUCED or the like in AEACN")


EVENTS: Final[tuple[CrossCheck, ...]] = (
    CrossCheck((FATAL_AE, DEATH_DS, DEATH_SS, OTHER_DAY, ALIVE), ("DM",), _deaths),
    CrossCheck((AGAIN, SITE_SUBJECT), ("AE", "DM"), _again),
    CrossCheck((REDUCED,), ("AE", "EX"), _reduced),
    CrossCheck((UNEXPLAINED,), ("AE", "EX"), _unexplained),
)
