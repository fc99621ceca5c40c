"""Checks of what tables say of one event or one end: what one says and another does not (mirror images)."""

from __future__ import annotations

from typing import Final

import polars as pl

from pkpipe.clinical.administrations import dosing_days, given, records
from pkpipe.finding.rows import found
from pkpipe.protocol.study import Study
from pkpipe.schema import dates
from pkpipe.schema.codelists import CAUSALITY
from pkpipe.sentences import sentence
from pkpipe.validate.checks.dosing import TREATMENT
from pkpipe.validate.checks.every_table import YEAR
from pkpipe.validate.row_and_cross_checks import (
    CrossCheck,
    Found,
    RowCheck,
    Tables,
    row_check,
    story_check,
)

C: Final = pl.col
SEVERE: Final = 3
ACTED: Final = ("DRUG INTERRUPTED", "DRUG WITHDRAWN", "DOSE REDUCED")
WITHDRAWN: Final = "DRUG WITHDRAWN"
# A habit: so many have it elsewhere that one without is asked about.
HABIT, ENOUGH = 0.8, 3
HISTORY: Final = 60  # days: what began not long before consent is often recorded as an event


DISPOSITION_ROWS: Final[tuple[RowCheck, ...]] = (
    row_check(
        "DS-NO-PART",
        "DS.DSSCAT",
        (C("DSCAT") == "DISPOSITION EVENT") & C("DSSCAT").is_null(),
        ("what ended is not said", "STUDY TREATMENT, STUDY PARTICIPATION"),
        "SDTMIG 3.4, DSSCAT",
    ),
)
CALLED_NO: Final = story_check(
    "DLT-CALLED-NO",
    "grade 3 or more, related, in the DLT window, treatment interrupted, withdrawn or reduced for it, and "
    "not called a DLT: is that so?",
    "methods SAF-5, DLT-1",
    table="AE",
    column="AEDLTFL",
)
LATE_DLT: Final = story_check(
    "DLT-AFTER-WINDOW",
    "a dose-limiting toxicity after the DLT window",
    "escalation.dlt_window_days",
    table="AE",
    column="AESTDTC",
)
DOSED_ON: Final = story_check(
    "AE-WITHDRAWN-DOSED",
    "the drug was withdrawn for it, and every drug was given on",
    "SDTMIG 3.4, AEACN",
    table="AE",
    column="AEACN",
)
NOT_ENDED: Final = story_check(
    "AE-WITHDRAWN-NOT-DS",
    "the drug was withdrawn for it, and treatment ended for another reason",
    "SDTMIG 3.4, AEACN and DSDECOD",
    table="AE",
    column="AEACN",
)
NO_CAUSE: Final = story_check(
    "DS-EVENT-NOT-AE",
    "treatment ended by an adverse event, and no event withdrew the drug",
    "SDTMIG 3.4, AEACN and DSDECOD",
    table="DS",
    column="DSDECOD",
)
NO_SCAN: Final = story_check(
    "DS-PROGRESSION-NOT-RS",
    "treatment ended by progression, and no response is PD",
    "SDTMIG 3.4, DSDECOD",
    table="DS",
    column="DSDECOD",
)
NOT_IN_DS: Final = story_check(
    "DEATH-DM-NOT-DS", "dead in DM, and DS does not end by death as for the others", "SDTMIG 3.4"
)
NOT_IN_SS: Final = story_check(
    "DEATH-DM-NOT-SS", "dead in DM, and SS does not say so as for the others", "SDTMIG 3.4"
)
EARLY_EVENT: Final = story_check(
    "AE-BEFORE-CONSENT",
    "an adverse event over two months before informed consent: medical history, or another year?",
    "ICH E6(R3) 2.8",
    table="AE",
    column="AESTDTC",
)
LATE_END: Final = story_check(
    "DS-END-LATE",
    "treatment ended three cycles and more after the last dose: is the year right?",
    "SDTMIG 3.4, DSSTDTC",
    table="DS",
    column="DSSTDTC",
)
NO_END: Final = story_check(
    "DS-NO-END-OF-TREATMENT",
    "no dose for three cycles and more, and no end of treatment recorded as for the others",
    "SDTMIG 3.4, DSSCAT",
    table="DM",
    column="USUBJID",
)
CONSENT_OTHER: Final = story_check(
    "DS-CONSENT-OTHER",
    "another day of informed consent than DM",
    "SDTMIG 3.4, RFICDTC",
    table="DS",
    column="DSSTDTC",
)


def _flags(tables: Tables, study: Study) -> Found:
    """DLT flags against what the same event says of its grade, its cause, its day and what was done."""
    plan = study.escalation
    if plan is None:
        return
    ae = tables["AE"].join(
        dosing_days(tables["EX"]), on="USUBJID", how="inner", maintain_order="left"
    )
    last = C("_FIRST") + pl.duration(days=plan.last_day - 1)
    finding = [c.code for c in study.cohorts if c.part in {"escalation", "backfill"}]
    who = tables["DM"].filter(C("ARMCD").is_in(finding))["USUBJID"].implode()
    day = dates.first_day(C("AESTDTC"))
    related = CAUSALITY.among(C("AEREL"), study.safety.related_values)
    said_no = (C("AEDLTFL") == "N") & (C("AETOXGR") >= SEVERE) & related & C("AEACN").is_in(ACTED)
    asked = ae.filter(said_no, C("USUBJID").is_in(who), day.is_between("_FIRST", last))
    told = asked.with_columns(
        _MESSAGE=sentence(
            "{}: {} of grade {} on day {}, {}",
            *(pl.lit(CALLED_NO.words), "AETERM", "AETOXGR"),
            (day - C("_FIRST")).dt.total_days() + 1,
            C("AEACN").str.to_lowercase(),
        )
    )
    yield found(CALLED_NO, told, allowed="Y, or N confirmed by the investigator")
    late = ae.filter((C("AEDLTFL") == "Y") & (day > last))
    allowed = f"to day {plan.last_day} of treatment"
    yield found(LATE_DLT, late, allowed=allowed)


def _withdrawn(tables: Tables, study: Study) -> Found:
    """Events that ended treatment, in AE, EX and DS alike."""
    codes = [d.code for d in study.drugs]
    events = tables["AE"].filter(C("AEACN") == WITHDRAWN)
    doses = records(tables, study).filter(given(), C("EXTRT").is_in(codes))
    days = doses.select("USUBJID", "EXTRT", _DAY=C("START").dt.date())
    later = (
        events.select("USUBJID", "AESEQ", _FROM=dates.last_day(C("AESTDTC")))
        .join(days, on="USUBJID", how="inner")
        .filter(C("_DAY") > C("_FROM") + pl.duration(days=1))
        .group_by("USUBJID", "AESEQ", "EXTRT")
        .agg(_N=pl.len())
        .filter(C("_N") > 1)
        .group_by("USUBJID", "AESEQ")
        .agg(_DRUGS=pl.len())
    )
    got = days.group_by("USUBJID").agg(_GOT=C("EXTRT").n_unique())
    on = later.join(got, on="USUBJID").filter(C("_DRUGS") == C("_GOT"))
    dosed = events.join(on, on=["USUBJID", "AESEQ"], how="semi", maintain_order="left")
    yield found(DOSED_ON, dosed, allowed="no more than one dose after the event")
    if "DS" not in study.sources:
        return
    ends = tables["DS"].filter(C("DSSCAT") == TREATMENT)
    for_event = ends.filter(C("DSDECOD") == "ADVERSE EVENT")
    none = for_event.filter(~C("USUBJID").is_in(events["USUBJID"].implode()))
    yield found(NO_CAUSE, none, allowed="an event in AE with AEACN DRUG WITHDRAWN")
    if len(codes) == 1:
        other = ends.filter(~C("DSDECOD").is_in(["ADVERSE EVENT", "DEATH"]))
        odd = events.filter(
            C("USUBJID").is_in(other["USUBJID"].implode()),
            ~C("USUBJID").is_in(for_event["USUBJID"].implode()),
        )
        yield found(NOT_ENDED, odd, allowed="DSDECOD ADVERSE EVENT in DS")


def _progressed(tables: Tables, _study: Study) -> Found:
    told = C("RSTESTCD").is_in(["OVRLRESP", "TRGRESP", "NTRGRESP"])
    pd = tables["RS"].filter(told & C("RSSTRESC").is_in(["PD", "iUPD", "iCPD"]))
    by_scan = C("DSTERM").str.contains("(?i)recist|radiolog|imaging").fill_null(value=False)
    ended = tables["DS"].filter(
        C("DSSCAT") == TREATMENT, C("DSDECOD") == "PROGRESSIVE DISEASE", by_scan
    )
    none = ended.filter(~C("USUBJID").is_in(pd["USUBJID"].implode()))
    yield found(NO_SCAN, none, allowed="a response PD in RS")


def _dead(tables: Tables, study: Study) -> Found:
    """Deaths that DM knows and another table does not, where that table says it of the others."""
    dm = tables["DM"].filter(C("DTHDTC").is_not_null() | (C("DTHFL") == "Y"))
    for check, code, dead in (
        (NOT_IN_DS, "DS", C("DSDECOD") == "DEATH"),
        (NOT_IN_SS, "SS", C("SSSTRESC") == "DEAD"),
    ):
        if code not in study.sources:
            continue
        seen = dm.filter(C("USUBJID").is_in(tables[code]["USUBJID"].implode()))
        known = C("USUBJID").is_in(tables[code].filter(dead)["USUBJID"].implode())
        if _habit(seen.select(known).to_series()):
            allowed = "the death in DS" if code == "DS" else "SSSTRESC DEAD in SS"
            yield found(check, seen.filter(~known), "DM", "DTHDTC", allowed)


def _habit(holds: pl.Series) -> bool:
    """Enough to tell that it is always so, and a few without."""
    return holds.len() > ENOUGH and float(holds.sum()) >= HABIT * holds.len()


def _consented(tables: Tables, study: Study) -> Found:
    consent = tables["DM"].select("USUBJID", _CONSENT=dates.first_day(C("RFICDTC"))).drop_nulls()
    beside = {
        code: tables[code].join(consent, on="USUBJID", how="inner", maintain_order="left")
        for code in ("AE", "DS")
    }
    days = (C("_CONSENT") - dates.last_day(C("AESTDTC"))).dt.total_days()
    early = beside["AE"].filter(
        days.is_between(HISTORY + 1, YEAR)
    )  # older still is asked about already
    yield found(EARLY_EVENT, early, allowed="DM.RFICDTC or later")
    if "DS" in study.sources:
        said = beside["DS"].filter(C("DSDECOD") == "INFORMED CONSENT OBTAINED")
        other = said.filter(dates.day(C("DSSTDTC")) != C("_CONSENT"))
        yield found(CONSENT_OTHER, other, allowed="DM.RFICDTC")


def _quiet(study: Study) -> int:
    """Days without a dose after which treatment is long over."""
    return 3 * max((d.cycle_days for d in study.drugs), default=0) + 28


def _ended_late(tables: Tables, study: Study) -> Found:
    """Ends of treatment long after the last dose."""
    ends = tables["DS"].filter(C("DSSCAT") == TREATMENT)
    last = dosing_days(tables["EX"]).select("USUBJID", "_LAST")
    beside = ends.join(last, on="USUBJID", how="inner", maintain_order="left")
    days = (dates.first_day(C("DSSTDTC")) - C("_LAST")).dt.total_days()
    late = beside.filter(days > _quiet(study))
    told = late.with_columns(_MESSAGE=sentence(f"{LATE_END.words} Last dose {{}}", "_LAST"))
    yield found(LATE_END, told, allowed="soon after the last dose")


def _ended(tables: Tables, study: Study) -> Found:
    """Subjects whose doses stopped long before the cutoff without an end of treatment."""
    if study.cutoff is None:
        return
    last = dosing_days(tables["EX"])
    quiet = _quiet(study)
    old = last.filter((pl.lit(study.cutoff) - C("_LAST")).dt.total_days() > quiet)
    ended = tables["DS"].filter(C("DSSCAT") == TREATMENT)["USUBJID"].implode()
    has = C("USUBJID").is_in(ended)
    if not _habit(old.select(has).to_series()):
        return
    dm = tables["DM"].join(old.filter(~has), on="USUBJID", how="inner", maintain_order="left")
    told = dm.with_columns(_MESSAGE=sentence(f"{NO_END.words}: last dose {{}}", "_LAST"))
    yield found(NO_END, told, allowed="an end of STUDY TREATMENT in DS")


DISPOSITION: Final[tuple[CrossCheck, ...]] = (
    CrossCheck((CALLED_NO, LATE_DLT), ("AE", "DM", "EX"), _flags),
    CrossCheck((DOSED_ON, NO_CAUSE, NOT_ENDED), ("AE", "EX"), _withdrawn),
    CrossCheck((NO_SCAN,), ("DS", "RS"), _progressed),
    CrossCheck((NOT_IN_DS, NOT_IN_SS), ("DM",), _dead),
    CrossCheck((EARLY_EVENT, CONSENT_OTHER), ("DM", "AE"), _consented),
    CrossCheck((NO_END,), ("DM", "EX", "DS"), _ended),
    CrossCheck((LATE_END,), ("DS", "EX"), _ended_late),
)
