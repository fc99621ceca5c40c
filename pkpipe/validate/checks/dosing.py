"""Checks across tables: does a subject's story hold together, in time and with the protocol."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import polars as pl

from pkpipe.clinical.administrations import SCREEN_FAILURE, given, records, with_last_days
from pkpipe.clinical.dose_units import MASSES_PER_KG, in_mg
from pkpipe.clinical.response import is_leading
from pkpipe.finding.check import Check
from pkpipe.finding.rows import found, shown
from pkpipe.protocol.study import Study
from pkpipe.schema import dates
from pkpipe.sentences import sentence
from pkpipe.validate.row_and_cross_checks import (
    CrossCheck,
    Found,
    Tables,
    at_place,
    rows_beside,
    story_check,
)

C: Final = pl.col
TREATMENT: Final = "STUDY TREATMENT"
STUDY: Final = "STUDY PARTICIPATION"
# How far a dose in mg may lie from the dose per kg times the weight: protocols weigh anew from 10 % on.
WEIGHT_SHARE: Final = 0.12


FIRST: Final = story_check(
    "FIRST-DOSE-OTHER",
    "not the day of the first dose",
    "SDTMIG 3.4, RFSTDTC",
    table="DM",
    column="RFSTDTC",
)
LEVEL: Final = story_check(
    "DOSE-OTHER-LEVEL",
    "the first dose is not that of the cohort",
    "escalation.levels",
    table="EX",
    column="EXPDOSE",
)
OVERLAP: Final = story_check(
    "DOSE-OVERLAP", "starts before the dose before it ended", "methods DOSE-1"
)
CLOSE: Final = story_check(
    "DOSE-TOO-CLOSE", "sooner than half a cycle after the dose before", "drugs.cycle_days"
)
BACK: Final = story_check(
    "CYCLE-BACKWARDS", "a lower cycle than at an earlier dose", "methods TIME-6"
)
SKIP: Final = story_check(
    "CYCLE-SKIPPED", "a cycle is left out before it", "methods TIME-6", table="EX", column="CYCLE"
)
MILLIGRAMS: Final = story_check(
    "DOSE-MG-WEIGHT",
    "the dose in mg is not the dose per kg times the weight",
    "DOSE-1",
    table="EX",
    column="EXDOSEMG",
)
UNWEIGHED: Final = story_check(
    "DOSE-NO-WEIGHT",
    "dosed per kg, and no weight is known",
    "methods DOSE-1",
    table="EX",
    column="USUBJID",
)
ENDED: Final = story_check(
    "DOSE-AFTER-END", "a dose after the recorded end of treatment", "conformance C16"
)
PROGRESSED: Final = story_check(
    "DOSE-AFTER-PROGRESSION", "a dose after progression", "treatment.stops_at"
)
OTHER_THERAPY: Final = story_check(
    "DOSE-AFTER-THERAPY", "a dose after a new anti-cancer therapy", "treatment.stops_at"
)


def _doses(tables: Tables, study: Study) -> pl.DataFrame:
    """Doses given, in order, with the one before of the same subject and drug; a range is one row."""
    rows = with_last_days(records(tables, study), study).filter(given())
    doses = rows.select(
        *shown("EXTRT", "EXDOSE", "EXDOSU", "EXPDOSE", "CYCLE", "EXSTDTC", "EXENDTC"),
        *("PLANSUM", "LASTDAY"),
        _DAY=C("START").dt.date(),
        _AT=pl.when("STTIMED").then("START"),
        _END=pl.when("ENTIMED").then("END"),
        # where every dose of a range is a cycle of its own, it ends with a later cycle than it names
        _CYCLE=C("CYCLE") + pl.when(C("SPAN") > 1).then(C("NDOSES") - 1).otherwise(0),
    )
    same = (C("USUBJID") == C("USUBJID").shift(1)) & (C("EXTRT") == C("EXTRT").shift(1))
    return doses.with_columns(
        _LAST=pl.when(same).then(C("LASTDAY").shift(1)),
        _LASTEND=pl.when(same).then(C("_END").shift(1)),
        _LASTCYCLE=pl.when(same).then(C("_CYCLE").shift(1)),
    )


def _dosing(tables: Tables, study: Study) -> Found:
    doses = _doses(tables, study)
    cycle = C("EXTRT").replace_strict(
        {d.code: d.cycle_days for d in study.drugs}, default=None, return_dtype=pl.Int64
    )
    apart = (C("_DAY") - C("_LAST")).dt.total_days()
    # Several doses within a cycle are another schedule; then the cycle number stays.
    again = C("CYCLE").ne_missing(C("_LASTCYCLE"))
    for check, wrong, column, allowed in (
        (OVERLAP, C("_AT") < C("_LASTEND"), "EXSTDTC", "after the end of the dose before"),
        (
            CLOSE,
            (2 * apart < cycle) & again & (cycle > 1),
            "EXSTDTC",
            "drugs.cycle_days after the dose before",
        ),
        (BACK, C("CYCLE") < C("_LASTCYCLE"), "CYCLE", "the cycle before or the next"),
    ):
        yield found(check, doses.filter(wrong), "EX", column, allowed)
    # a cycle of which a record says that nothing was given is not left out
    told = tables["EX"].filter(~given()).select("USUBJID", "EXTRT", CYCLE=C("CYCLE") + 1)
    skipped = doses.filter(C("CYCLE") > C("_LASTCYCLE") + 1)
    skipped = skipped.join(told, on=told.columns, how="anti", maintain_order="left")
    yield found(SKIP, skipped, allowed="the next cycle")


def _first_dose(tables: Tables, study: Study) -> Found:
    """First doses beside the reference date of DM and the level of the cohort."""
    first = (
        _doses(tables, study)
        .unique(["USUBJID", "EXTRT"], keep="first", maintain_order=True)
        .join(
            tables["DM"].select("USUBJID", "ARMCD", "RFSTDTC"),
            on="USUBJID",
            how="inner",
            maintain_order="left",
        )
    )
    day = first.group_by("USUBJID", maintain_order=True).agg(_FIRST=C("_DAY").min())
    dm = tables["DM"].join(day, on="USUBJID", how="inner", maintain_order="left")
    yield found(
        FIRST,
        dm.filter(dates.day(C("RFSTDTC")) != C("_FIRST")),
        allowed="the day of the first dose in EX",
    )
    plan = study.escalation
    doses = {level.code: level.doses for level in plan.levels} if plan else {}
    planned = {
        (c.code, drug): dose
        for c in study.cohorts
        for drug, dose in doses.get(c.level or "", {}).items()
    }
    wanted = pl.DataFrame(
        [(arm, drug, dose) for (arm, drug), dose in planned.items()],
        schema={"ARMCD": pl.String, "EXTRT": pl.String, "_PLAN": pl.Float64},
        orient="row",
    )
    units = {d.code: d.dose_unit for d in study.drugs}
    own = C("EXDOSU") == C("EXTRT").replace_strict(units, default=None, return_dtype=pl.String)
    beside = first.filter(own).join(
        wanted, on=["ARMCD", "EXTRT"], how="inner", maintain_order="left"
    )
    told = C("EXPDOSE").fill_null(C("EXDOSE"))
    off_by = pl.min_horizontal((told - C("_PLAN")).abs(), (C("PLANSUM") - C("_PLAN")).abs())
    off = beside.filter(off_by > 0.1 * C("_PLAN")).with_columns(
        _MESSAGE=sentence(f"{LEVEL.words}: {{}} has {{}}", "ARMCD", "_PLAN")
    )
    yield found(LEVEL, off, allowed="the dose of the cohort's level")


def _by_weight(tables: Tables, study: Study) -> Found:
    per_kg = [d.code for d in study.drugs if d.dose_unit in MASSES_PER_KG]
    weights = (
        tables["VS"]
        .filter((C("VSTESTCD") == "WEIGHT") & (C("VSSTRESU") == "kg"))
        .group_by("USUBJID", maintain_order=True)
        .agg(_LOW=C("VSSTRESN").min(), _HIGH=C("VSSTRESN").max())
    )
    doses = tables["EX"].filter(
        C("EXTRT").is_in(per_kg) & C("EXDOSU").is_in(MASSES_PER_KG) & given()
    )
    rows = doses.join(weights, on="USUBJID", how="left", maintain_order="left")
    low, high = (in_mg(C("EXDOSE"), C("EXDOSU"), C(c)) for c in ("_LOW", "_HIGH"))
    off = rows.filter(
        (C("EXDOSEMG") < (1 - WEIGHT_SHARE) * low) | (C("EXDOSEMG") > (1 + WEIGHT_SHARE) * high)
    )
    yield found(MILLIGRAMS, off, allowed="EXDOSE times the weight")
    none = rows.filter(C("_LOW").is_null()).unique("USUBJID", keep="first", maintain_order=True)
    yield found(UNWEIGHED, none, allowed="a WEIGHT in kg in VS")


def _by_other_doses(tables: Tables, study: Study) -> Found:
    """Where nobody was weighed, milligrams that mean another weight than the subject's other doses."""
    if "VS" in study.sources:
        return
    doses = tables["EX"].filter(C("EXDOSU").is_in(MASSES_PER_KG) & given())
    weight = C("EXDOSEMG") / in_mg(C("EXDOSE"), C("EXDOSU"), pl.lit(1.0))
    usual = weight.median().over("USUBJID")
    off = doses.filter((weight - usual).abs() > 2 * WEIGHT_SHARE * usual)
    yield found(MILLIGRAMS, off, allowed="EXDOSE times the weight")


def _after(tables: Tables, study: Study, check: Check, limits: pl.DataFrame, allowed: str) -> Found:
    """Doses later than the subject's first _LIMIT; of a range its last dose counts."""
    limit = limits.drop_nulls().group_by("USUBJID", maintain_order=True).agg(C("_LIMIT").min())
    doses = with_last_days(records(tables, study), study).filter(given())
    rows = doses.join(limit, on="USUBJID", how="inner", maintain_order="left")
    day = pl.max_horizontal("LASTDAY", dates.first_day(C("EXSTDTC")))
    starts = dates.first_day(C("EXSTDTC")) > C("_LIMIT")
    late = rows.filter((day > C("_LIMIT")) & C("OPENFL").is_null())
    for column, part in (("EXSTDTC", starts), ("EXENDTC", ~starts)):
        yield at_place(check, late.filter(part), f"EX.{column}", allowed)


def _after_end(tables: Tables, study: Study) -> Found:
    # Of several drugs one may be stopped before the other; who left the study gets none.
    left = (C("DSCAT") == "DISPOSITION EVENT") & (C("DSDECOD") != SCREEN_FAILURE)
    of_study = left & (C("DSSCAT").is_null() | (C("DSSCAT") == STUDY))
    any_end = (C("DSSCAT") == TREATMENT) | of_study if len(study.drugs) == 1 else of_study
    ended = tables["DS"].filter(any_end.fill_null(value=False))
    limits = ended.select("USUBJID", _LIMIT=dates.last_day(C("DSSTDTC")))
    yield from _after(tables, study, ENDED, limits, "no dose")


def _stops_at(study: Study, reason: str) -> bool:
    plan = study.treatment
    return plan is not None and reason in plan.stops_at


def _after_progression(tables: Tables, study: Study) -> Found:
    plan, response = study.treatment, study.response
    if (
        plan is None
        or response is None
        or plan.beyond_progression
        or not _stops_at(study, "PROGRESSION")
    ):
        return
    told = (C("RSTESTCD") == "OVRLRESP") & (C("RSSTRESC") == "PD")
    leads = is_leading(response, "RSEVAL", "RSEVALID")
    limits = tables["RS"].filter(told & leads).select("USUBJID", _LIMIT=dates.last_day(C("RSDTC")))
    yield from _after(tables, study, PROGRESSED, limits, "no dose after progression")


def _after_therapy(tables: Tables, study: Study) -> Found:
    if _stops_at(study, "NEW_ANTICANCER_THERAPY"):
        limits = tables["CM"].select("USUBJID", _LIMIT=dates.last_day(C("CMSTDTC")))
        yield from _after(tables, study, OTHER_THERAPY, limits, "no dose after it")


DELAY_WHY: Final = Check(
    "EX-DELAY-WHY",
    "query",
    "a dose after its window, and no reason",
    "drugs.dosing_window_days",
    table="EX",
    column="EXADJ",
)


def delays(tables: Tables, study: Study) -> Iterable[pl.DataFrame]:
    """Doses later than the window after a cycle allows, without a reason; of a range its last dose counts."""
    days = {d.code: d.cycle_days + d.dosing_window_days for d in study.drugs}
    doses = with_last_days(records(tables, study), study)
    same = (C("USUBJID") == C("USUBJID").shift()) & (C("EXTRT") == C("EXTRT").shift())
    apart = (C("START").dt.date() - C("LASTDAY").shift()).dt.total_days()
    allowed = C("EXTRT").replace_strict(days, default=None, return_dtype=pl.Int64)
    late = doses.filter(same & (apart > allowed) & C("EXADJ").is_null())
    yield found(DELAY_WHY, late.select(shown("EXADJ")), allowed="why the dose was late")


BEFORE_CONSENT: Final = Check(
    "DOSE-BEFORE-CONSENT",
    "query",
    "dosed before informed consent",
    "ICH E6(R3) 2.8",
    table="EX",
    column="EXSTDTC",
)


def _before_consent(tables: Tables, _study: Study) -> Iterable[pl.DataFrame]:
    consent = tables["DM"].select("USUBJID", _CONSENT=dates.first_day(C("RFICDTC"))).drop_nulls()
    before = dates.last_day(C("EXSTDTC")) < C("_CONSENT")
    early = rows_beside(tables["EX"], "EXSTDTC", consent, before)
    yield found(BEFORE_CONSENT, early, allowed="DM.RFICDTC or later")


DOSING: Final[tuple[CrossCheck, ...]] = (
    CrossCheck((BEFORE_CONSENT,), ("DM", "EX"), _before_consent),
    CrossCheck((OVERLAP, CLOSE, BACK, SKIP), ("EX",), _dosing),
    CrossCheck((FIRST, LEVEL), ("DM", "EX"), _first_dose),
    CrossCheck((MILLIGRAMS, UNWEIGHED), ("EX", "VS"), _by_weight),
    CrossCheck((MILLIGRAMS,), ("EX",), _by_other_doses),
    CrossCheck((ENDED,), ("EX", "DS"), _after_end),
    CrossCheck((PROGRESSED,), ("EX", "RS"), _after_progression),
    CrossCheck((OTHER_THERAPY,), ("EX", "CM"), _after_therapy),
    CrossCheck((DELAY_WHY,), ("EX",), delays),
)
