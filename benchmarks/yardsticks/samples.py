"""Bare expressions for what PC says beside EX: the drug, the dose of the cycle, the order of the plan."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import polars as pl
from yardsticks.doses import each

from pkpipe import units
from pkpipe.clinical.dose_frequency import planned_interval
from pkpipe.errors import ConfigError
from pkpipe.protocol.study import Study
from pkpipe.schema import dates
from pkpipe.validate.row_and_cross_checks import per_analyte

C = pl.col
Frames = Mapping[str, pl.LazyFrame]
Count = tuple[str, pl.LazyFrame]


def beside_doses(frames: Frames, study: Study) -> Iterable[Count]:
    """Samples beside the doses of their drug and cycle."""
    drugs = {a.code: a.drug for a in study.analytes}
    ex = each(frames, study).select(
        *("USUBJID", "EXTRT", "CYCLE", "EXDOSE"),
        _DOSE=pl.when("STTIMED").then("ASTDTM"),
        _END=pl.when("ENTIMED").then("AENDTM"),
    )
    pc = frames["PC"].filter(C("PCSTAT").is_null() & C("PCTESTCD").is_in(list(drugs)))
    pc = pc.select(
        *("USUBJID", "PCTESTCD", "PCSPEC", "CYCLE", "PCTPT", "PCTPTNUM", "PCSTRESN"),
        EXTRT=C("PCTESTCD").replace_strict(drugs, default=None, return_dtype=pl.String),
        _AT=dates.moment(C("PCDTC")),
    )
    known = C("EXTRT").is_in([d.code for d in study.drugs])
    clear = ex.group_by("USUBJID").agg(known.all()).filter("EXTRT")
    strange = pc.join(ex, on=["USUBJID", "EXTRT"], how="anti").join(clear, on="USUBJID", how="semi")
    yield "SAMPLE-OF-NO-DRUG", strange.select(pl.struct("USUBJID", "PCTESTCD").n_unique())
    cycle = ["USUBJID", "EXTRT", "CYCLE"]
    single = ex.filter(C("EXDOSE") > 0, C("CYCLE").is_not_null()).unique(cycle, keep="none")
    at, dose, end = C("_AT"), C("_DOSE"), C("_END")
    predose = [p for p in study.schedule.pk if p.predose]
    unnamed = C("PCTPT").is_null() & C("PCTPTNUM").is_in([p.hours for p in predose])
    before = C("PCTPT").is_in([p.timepoint for p in predose]) | unnamed
    before = before.fill_null(value=False)
    near = _by_time(pc.filter(C("CYCLE").is_null()), ex, study, before)
    alone = ~C("_BEFORE") & (C("_APART") > pl.max_horizontal(24.0, "PCTPTNUM"))
    lost = _of_no_dose(pc.filter(~before), ex)
    parts = [near.select(N=alone.sum().cast(pl.Int64)), lost.select(N=pl.len().cast(pl.Int64))]
    yield "SAMPLE-WITHOUT-DOSE", pl.concat(parts).select(C("N").sum())
    rows = pc.join(single, on=cycle)
    columns = rows.collect_schema().names()
    rows = pl.concat([rows, near.filter(~alone).select(columns)])
    for check, wrong in (
        ("PREDOSE-AFTER-DOSE", before & (at > dose)),
        ("SAMPLE-BEFORE-DOSE", ~before & (C("PCTPTNUM") > 0) & (at < dose)),
        ("SAMPLE-DURING-INFUSION", (C("PCTPT") == "EOI") & (at > dose) & (at < end)),
        ("SAMPLE-AFTER-INFUSION", (C("PCTPT") == "EOI") & (at > end + pl.duration(hours=2))),
    ):
        yield check, rows.select(wrong.sum())
    yield from _in_order(rows)
    first = ex.filter(C("EXDOSE") > 0).group_by("USUBJID", "EXTRT").agg(_FIRST=dose.min())
    over = per_analyte(study, lambda a: C("PCSTRESN") > 3 * a.lloq)
    early = pc.join(first, on=["USUBJID", "EXTRT"])
    yield "DRUG-BEFORE-DOSE", early.select(((at <= C("_FIRST")) & over).sum())


def _of_no_dose(after: pl.LazyFrame, ex: pl.LazyFrame) -> pl.LazyFrame:
    """Samples planned after the dose of a cycle of which EX has no record, one a drug, test and cycle."""
    who = ["USUBJID", "EXTRT"]
    cycles = ex.filter(C("CYCLE").is_not_null()).select(*who, "CYCLE").unique()
    planned = after.filter(C("PCTPTNUM") > 0, C("CYCLE").is_not_null())
    numbered = planned.join(cycles, on=who, how="semi")
    return numbered.join(cycles, on=[*who, "CYCLE"], how="anti").unique([*who, "PCTESTCD", "CYCLE"])


def _in_order(rows: pl.LazyFrame) -> Iterable[Count]:
    at = C("_AT")
    group = ["USUBJID", "PCTESTCD", "PCSPEC", "CYCLE"]
    ordered = rows.filter(at.is_not_null(), C("PCTPTNUM") > 0).sort(*group, "PCTPTNUM", "_AT")
    same = pl.all_horizontal(C(c).eq_missing(C(c).shift()) for c in group)
    later = C("PCTPTNUM") > C("PCTPTNUM").shift()
    yield "SAMPLE-ORDER", ordered.select((same & later & (at < at.shift())).sum())


def _by_time(pc: pl.LazyFrame, ex: pl.LazyFrame, study: Study, before: pl.Expr) -> pl.LazyFrame:
    """Samples without a cycle, with the dose nearest to where they were planned from."""
    half = {d.code: 12.0 * planned_interval(d) for d in study.drugs}
    timed = ex.filter(C("EXDOSE") > 0, C("_DOSE").is_not_null()).drop("CYCLE").sort("_DOSE")
    hours = pl.when(before).then(pl.min_horizontal("PCTPTNUM", 0.0).fill_null(0.0))
    hours = hours.otherwise("PCTPTNUM")
    rows = pc.with_columns(
        _BEFORE=before,
        _PLAN=C("_AT") - pl.duration(minutes=(60 * hours).round()),
        _HALF=C("EXTRT").replace_strict(half, default=None, return_dtype=pl.Float64),
    )
    rows = rows.filter(C("_PLAN").is_not_null()).sort("_PLAN")
    near = rows.join_asof(
        timed,
        left_on="_PLAN",
        right_on="_DOSE",
        by=["USUBJID", "EXTRT"],
        strategy="nearest",
        coalesce=False,
        check_sortedness=False,
    )
    apart = (C("_PLAN") - C("_DOSE")).dt.total_microseconds().abs() / 3.6e9
    near = near.filter(C("_DOSE").is_not_null()).with_columns(_APART=apart)
    return near.filter(~(C("_BEFORE") & (C("_APART") > C("_HALF"))))


def of_subjects(frames: Frames, study: Study) -> Iterable[Count]:
    """Samples of subjects without a dose, and before consent."""
    dosed = frames["EX"].select("USUBJID")
    rows = frames["PC"].filter(C("USUBJID").is_not_null()).join(dosed, on="USUBJID", how="anti")
    predose = [p.timepoint for p in study.schedule.pk if p.predose]
    before = (
        C("PCTPT").is_in(predose)
        | (C("PCTPTNUM") <= 0)
        | (C("PCTPT").is_null() & C("PCTPTNUM").is_null())
    ).fill_null(value=False)
    after = rows.filter(~before | (C("CYCLE") > 1).fill_null(value=False))
    subjects = pl.struct("USUBJID", "SRCFILE").n_unique()
    yield "SUBJECT-NO-DOSE", after.select(subjects)
    yield "SUBJECT-NOT-DOSED", rows.join(after, on="USUBJID", how="anti").select(subjects)
    consent = frames["DM"].select("USUBJID", _CONSENT=dates.first_day(C("RFICDTC")))
    consent = consent.unique("USUBJID", keep="first", maintain_order=True)
    joined = frames["PC"].select("USUBJID", "PCDTC").join(consent, on="USUBJID")
    early = dates.last_day(C("PCDTC")) < C("_CONSENT")
    yield "VISIT-BEFORE-CONSENT", joined.select(early.sum())


def time_points(frames: Frames, study: Study) -> Iterable[Count]:
    """Names of time points that no schedule has, and those that most rows of their hours do not have."""
    plan = [*study.schedule.pk, *study.schedule.ada, *study.schedule.nab, *study.schedule.biomarker]
    own = pl.any_horizontal(
        (C("PCTESTCD") == a.code) & C("PCSPEC").eq_missing(pl.lit(a.matrix)) for a in study.analytes
    )
    strange = ~C("PCTPT").is_in([p.timepoint for p in study.schedule.pk])
    kinds = pl.struct("SRCFILE", "PCTESTCD", "PCSPEC", "PCTPT").filter(own & strange).n_unique()
    yield "PC-TIMEPOINT", frames["PC"].select(kinds)
    given = ["PCTESTCD", "PCTPTNUM"]
    named = frames["PC"].drop_nulls(given).group_by(*given, "PCTPT").len("_N")
    planned = pl.any_horizontal(
        (C("PCTPT") == p.timepoint) & (C("PCTPTNUM") == p.hours) for p in plan
    ).fill_null(value=False)
    most = C("_N") == C("_N").max()
    wrong = named.group_by(given).agg(
        few=(~most & ~planned).sum(), tied=most.sum(), odd=(most & ~planned).sum()
    )
    total = C("few") + pl.when(C("tied") > 1).then("odd").otherwise(0)
    yield "PC-AGREE-TESTCD-TPTNUM-TPT", wrong.select(total.sum())


def in_their_unit(frames: Frames, study: Study) -> Iterable[Count]:
    """Results in another unit than declared, and other spellings of the declared one."""
    unit = C("PCSTRESU")
    seen = frames["PC"].select(unit.drop_nulls().unique()).collect().to_series().to_list()
    wanted = C("PCTESTCD").replace_strict(
        {a.code: a.unit for a in study.analytes}, default=None, return_dtype=pl.String
    )
    same = pl.any_horizontal(
        pl.lit(value=False),
        *(
            (C("PCTESTCD") == a.code) & unit.is_in([u for u in seen if _equal(u, a.unit)])
            for a in study.analytes
        ),
    ).fill_null(value=False)
    lost = unit.is_null() & C("PCSTRESN").is_not_null()
    refused = wanted.is_not_null() & (lost | (unit.is_not_null() & ~same))
    spelled = wanted.is_not_null() & same & (unit != wanted)
    kinds = pl.struct("SRCFILE", "PCTESTCD", "PCSTRESU").filter(spelled).n_unique()
    yield "PC-UNIT", frames["PC"].select(refused.sum())
    yield "PC-UNIT-SPELLING", frames["PC"].select(kinds)


def _equal(unit: str, wanted: str) -> bool:
    try:
        return units.factor(unit, wanted) == 1
    except ConfigError:
        return False


SAMPLES = (beside_doses, of_subjects, time_points, in_their_unit)
