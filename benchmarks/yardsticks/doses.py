"""Bare expressions for what EX says: doses in order, at their level, after consent, of whom with an arm."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import polars as pl

from pkpipe.clinical.administrations import administrations, given, records, with_last_days
from pkpipe.clinical.own_words import NO_ARM
from pkpipe.protocol.study import Study
from pkpipe.schema import dates
from pkpipe.schema.column import TYPES
from pkpipe.schema.own_inputs import SPECS
from pkpipe.validate.checks.dose_records import EXPOSURE

C = pl.col
Frames = Mapping[str, pl.LazyFrame]
Count = tuple[str, pl.LazyFrame]


def _rows(check: str, frame: pl.LazyFrame, *wrong: pl.Expr) -> Count:
    return check, frame.filter(*wrong).select(pl.len())


def _given(frames: Frames) -> pl.LazyFrame:
    return frames["EX"].filter(C("EXDOSE") > 0)


def whole(frames: Frames, study: Study) -> pl.LazyFrame:
    """EX by infusions and ranges: what a record is has one home, which a yardstick goes by too."""
    return with_last_days(records(_with_ends(frames), study), study).lazy()


def each(frames: Frames, study: Study) -> pl.LazyFrame:
    """One row a dose, those that a range of days stands for too."""
    return administrations(_with_ends(frames), study).lazy()


def _with_ends(frames: Frames) -> dict[str, pl.DataFrame]:
    """The tables that tell what a record is; no disposition arrived, so all go on."""
    empty = {
        code: pl.DataFrame(schema={c.name: TYPES[c.kind] for c in SPECS[code].columns})
        for code in ("DS", "VS", "AE", "CM")
    }
    return {**empty, "EX": frames["EX"].collect(), "DM": frames["DM"].collect()}


def exposure(frames: Frames, study: Study) -> Iterable[Count]:
    """The checks of infusions and ranges, as they stand: they are few expressions over few rows."""
    tables = _with_ends(frames)
    for cross in EXPOSURE:
        for one in cross.find(tables, study):
            for check, n in one.group_by("CHECK").len().iter_rows():
                yield check, pl.LazyFrame({"len": [n]})


def _first_day(frames: Frames) -> pl.LazyFrame:
    return _given(frames).group_by("USUBJID").agg(_FIRST=dates.day(C("EXSTDTC")).min())


def in_order(frames: Frames, study: Study) -> Iterable[Count]:
    """Each dose against the one before of the same subject and drug."""
    same = (C("USUBJID") == C("USUBJID").shift()) & (C("EXTRT") == C("EXTRT").shift())
    doses = (
        whole(frames, study)
        .filter(given())
        .select(
            *("USUBJID", "EXTRT", "CYCLE", "SRCROW", "LASTDAY"),
            _DAY=C("START").dt.date(),
            _AT=pl.when("STTIMED").then("START"),
            _END=pl.when("ENTIMED").then("END"),
            _CYCLE=C("CYCLE") + pl.when(C("SPAN") > 1).then(C("NDOSES") - 1).otherwise(0),
        )
    )
    length = C("EXTRT").replace_strict({d.code: d.cycle_days for d in study.drugs}, default=None)
    apart = (C("_DAY") - C("LASTDAY").shift()).dt.total_days()
    before = C("_CYCLE").shift()
    yield _rows("DOSE-OVERLAP", doses, same & (C("_AT") < C("_END").shift()))
    yield _rows(
        "DOSE-TOO-CLOSE",
        doses,
        same & (2 * apart < length) & (length > 1) & C("CYCLE").ne_missing(before),
    )
    yield _rows("CYCLE-BACKWARDS", doses, same & (C("CYCLE") < before))
    # a record of dose 0 says that its cycle was not left out
    none = frames["EX"].filter(~given()).select("USUBJID", "EXTRT", CYCLE=C("CYCLE") + 1)
    skipped = doses.filter(same & (C("CYCLE") > before + 1))
    yield _rows("CYCLE-SKIPPED", skipped.join(none, on=["USUBJID", "EXTRT", "CYCLE"], how="anti"))


def late(frames: Frames, study: Study) -> Iterable[Count]:
    """A dose after its window, without a reason."""
    longest = {d.code: d.cycle_days + d.dosing_window_days for d in study.drugs}
    doses = whole(frames, study)
    same = (C("USUBJID") == C("USUBJID").shift()) & (C("EXTRT") == C("EXTRT").shift())
    since = C("START").dt.date() - C("LASTDAY").shift()
    over = since.dt.total_days() > C("EXTRT").replace_strict(longest, default=None)
    yield _rows("EX-DELAY-WHY", doses, same & over & C("EXADJ").is_null())


def first_doses(frames: Frames, study: Study) -> Iterable[Count]:
    """The first dose: its day in DM, the dose of the cohort's level."""
    day = _first_day(frames)
    dm = frames["DM"].join(day, on="USUBJID")
    known = (
        _given(frames)
        .group_by("USUBJID", "EXTRT")
        .agg(
            C("EXDOSU", "EXPDOSE", "EXDOSE")
            .sort_by(dates.day(C("EXSTDTC")), dates.moment(C("EXSTDTC")), "SRCROW", nulls_last=True)
            .first()
        )
    )
    yield _rows("FIRST-DOSE-OTHER", dm, dates.day(C("RFSTDTC")) != C("_FIRST"))
    plan = (
        {level.code: level.doses for level in study.escalation.levels} if study.escalation else {}
    )
    planned = pl.LazyFrame(
        [
            (c.code, d.code, d.dose_unit, plan[c.level][d.code])
            for c in study.cohorts
            for d in study.drugs
            if d.code in plan.get(c.level or "", {})
        ],
        schema={"ARMCD": pl.String, "EXTRT": pl.String, "EXDOSU": pl.String, "_PLAN": pl.Float64},
        orient="row",
    )
    beside = known.join(frames["DM"].select("USUBJID", "ARMCD"), on="USUBJID")
    beside = beside.join(planned, on=["ARMCD", "EXTRT", "EXDOSU"])
    told = C("EXPDOSE").fill_null(C("EXDOSE"))
    yield _rows("DOSE-OTHER-LEVEL", beside, (told - C("_PLAN")).abs() > 0.1 * C("_PLAN"))


def of_subjects(frames: Frames, study: Study) -> Iterable[Count]:
    """Doses without an arm, an arm without doses, before consent, per kg without a weight, deaths before."""
    dm, ex = frames["DM"], frames["EX"]
    arms = dm.unique("USUBJID", keep="first", maintain_order=True)
    no_arm = arms.filter(C("ARMCD").is_in(NO_ARM)).select("USUBJID")
    dosed = ex.join(no_arm, on="USUBJID", how="semi").select(C("USUBJID").n_unique())
    yield "DOSED-WITHOUT-ARM", dosed
    seen = pl.concat([ex.select("USUBJID"), frames["PC"].select("USUBJID")])
    yield _rows(
        "ARM-WITHOUT-DOSE",
        dm.join(seen, on="USUBJID", how="anti"),
        ~C("ARMCD").is_in(NO_ARM),
    )
    consent = dm.select("USUBJID", _CONSENT=dates.first_day(C("RFICDTC"))).drop_nulls()
    yield _rows(
        "DOSE-BEFORE-CONSENT",
        ex.select("USUBJID", "EXSTDTC").join(consent, on="USUBJID"),
        dates.last_day(C("EXSTDTC")) < C("_CONSENT"),
    )
    was = dm.filter(C("ARMCD").is_not_null()).unique("USUBJID", keep="first", maintain_order=True)
    twice = dm.join(was.select("USUBJID", _WAS="ARMCD"), on="USUBJID")
    yield _rows("SUBJECT-TWO-COHORTS", twice, C("ARMCD") != C("_WAS"))
    per_kg = [d.code for d in study.drugs if d.dose_unit == "mg/kg"]
    weighed = _given(frames).filter(C("EXTRT").is_in(per_kg), C("EXDOSU") == "mg/kg")
    yield "DOSE-NO-WEIGHT", weighed.select(C("USUBJID").n_unique())
    first = _first_day(frames).drop_nulls()
    # No scan arrived, so nobody has one before the first dose.
    yield _rows("SCAN-NO-BASELINE", dm.join(_first_day(frames), on="USUBJID"))
    looking = [c.code for c in study.cohorts if c.part in {"escalation", "backfill"}]
    who = dm.filter(C("ARMCD").is_in(looking)).select("USUBJID")
    yield _rows(
        "LEFT-BEFORE-DOSE",
        dm.join(first, on="USUBJID").join(who, on="USUBJID", how="semi"),
        dates.last_day(C("DTHDTC")) < C("_FIRST"),
    )


def levels(frames: Frames, study: Study) -> Iterable[Count]:
    """Doses of dose-finding subjects: near a level of the plan, their own, one that is open and decided."""
    plan = study.escalation
    if plan is None:
        return
    drug = _leading(study)
    unit = next(d.dose_unit for d in study.drugs if d.code == drug)
    planned = pl.LazyFrame(
        [
            (n, level.code, level.doses[drug])
            for n, level in enumerate(plan.levels)
            if drug in level.doses
        ],
        schema={"_NTH": pl.Int64, "_LEVEL": pl.String, "_PLAN": pl.Float64},
        orient="row",
    )
    level_of = {c.code: c.level for c in study.cohorts if c.part in {"escalation", "backfill"}}

    def level(column: str) -> pl.Expr:
        return C(column).replace_strict(level_of, default=None, return_dtype=pl.String)

    who = frames["DM"].filter(C("ARMCD").is_in(list(level_of)))
    who = who.unique("USUBJID", keep="first", maintain_order=True)
    doses = (
        whole(frames, study)
        .filter(C("EXDOSE") > 0)
        .filter(C("EXTRT") == drug, C("EXDOSU") == unit)
        .select(
            *("USUBJID", "EXDOSE", "EXPDOSE", "EXADJ", "SRCFILE", "SRCROW"),
            _TOLD=C("EXPDOSE").fill_null(C("EXDOSE")),
            _DAY=dates.moment_or_midnight(C("EXSTDTC")),
        )
        .join(who.select("USUBJID", _OWN=level("ARMCD"), _ACTUAL=level("ACTARMCD")), on="USUBJID")
        .sort("USUBJID", "_DAY", "SRCFILE", "SRCROW", nulls_last=True)
        .with_row_index("_ROW")
        .with_columns(_LATER=C("USUBJID") == C("USUBJID").shift())
    )
    far = (C("_TOLD") / C("_PLAN") - 1).abs()
    near = (
        doses.join(planned, how="cross")
        .filter(far <= 0.15)
        .sort("_ROW", C("_LEVEL") != C("_OWN"), far, "_NTH", nulls_last=True)
        .unique("_ROW", keep="first", maintain_order=True)
    )
    own = planned.select(_OWN="_LEVEL", _OWNDOSE="_PLAN")
    strange = doses.join(near, on="_ROW", how="anti").join(own, on="_OWN", how="left")
    in_part = C("EXPDOSE").is_null() & (C("EXDOSE") <= 1.15 * C("_OWNDOSE"))
    reduced = C("_LATER") & C("EXADJ").is_not_null() & (C("_TOLD") < C("_OWNDOSE"))
    yield _rows("DOSE-NOT-PLANNED", strange, ~(in_part | reduced).fill_null(value=False))
    first = near.unique("USUBJID", keep="first", maintain_order=True)
    elsewhere = (C("_LEVEL") != C("_OWN")) & C("_ACTUAL").ne_missing(C("_LEVEL"))
    yield _rows("DOSE-OTHER-COHORT", first, elsewhere)
    yield _rows("DOSE-LEVEL-CLOSED", first, C("_NTH") > plan.codes.index(plan.top))
    escalated = {c.code: c.level for c in study.cohorts if c.part == "escalation" and c.level}
    opened = [x.code for x in plan.levels if not x.inserted and x.code in plan.codes[1:]]
    groups = frames["DM"].select(
        "USUBJID", _LEVEL=C("ARMCD").replace_strict(escalated, default=None, return_dtype=pl.String)
    )
    # No decision arrived, so no level above the lowest was opened by one.
    begun = _given(frames).join(groups.filter(C("_LEVEL").is_in(opened)), on="USUBJID")
    yield "DOSE-WITHOUT-DECISION", begun.select(C("_LEVEL").n_unique())


def _leading(study: Study) -> str:
    """The drug whose doses tell the levels apart."""
    levels = study.escalation.levels if study.escalation else ()
    doses = {
        d.code: {level.doses[d.code] for level in levels if d.code in level.doses}
        for d in study.drugs
    }
    return max(doses, key=lambda code: len(doses[code]))


DOSES = (exposure, in_order, late, first_doses, of_subjects, levels)
