"""What each planned endpoint still needs, by subject and date: samples and scans missed, and the next.

The plan is that of the schedule, dated from doses that were given; the next dose is taken a cycle after the
last one of a subject on treatment. A NAb result is wanted of samples that are positive for ADA. Samples end
with treatment, scans with the first reported progression, new therapy, death or the end of the study. A
record that says NOT DONE is an answer, so nothing is missing there.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from typing import Final

import polars as pl

from pkpipe.clinical import sample_schedule
from pkpipe.clinical.administrations import given
from pkpipe.clinical.response import is_leading
from pkpipe.protocol.drugs import Drug
from pkpipe.protocol.schedule import PlannedSample, TumourSchedule
from pkpipe.protocol.study import Study
from pkpipe.schema import dates
from pkpipe.subjects import missing_nab

C: Final = pl.col
OVERDUE, DUE = "OVERDUE", "DUE"
NEXT_DOSE: Final = "planned a cycle after the last dose"
LATE_DOSE: Final = "its dose is late: planned a cycle after the last one, none by the cutoff"
SCHEMA: Final = pl.Schema(
    {
        "USUBJID": pl.String(),
        "ENDPOINT": pl.String(),  # PK, ADA, NAB, BIOMARKER, RESPONSE
        "ITEM": pl.String(),  # analyte, drug, biomarker or scan
        "CYCLE": pl.Int64(),
        "TIMEPT": pl.String(),
        "DUEDT": pl.Date(),
        "LATEDT": pl.Date(),  # last day of its window
        "STATUS": pl.String(),
        "REASON": pl.String(),
    }
)
# Endpoint, its domain, and the column that says what a record is of.
SAMPLED: Final = (
    ("PK", "PC", "PCTESTCD"),
    ("ADA", "IS", "ISBDAGNT"),
    ("NAB", "IS", "ISBDAGNT"),
    ("BIOMARKER", "CP", "CPTESTCD"),
)
Tables = Mapping[str, pl.DataFrame]


def missing(tables: Tables, adsl: pl.DataFrame, adex: pl.DataFrame, study: Study) -> pl.DataFrame:
    """MISSING: one row a planned sample or scan that did not arrive by the cutoff, and the next one due."""
    if study.cutoff is None:
        return SCHEMA.to_frame()
    doses = _doses(adex, adsl, study, study.cutoff)
    wanted = [SCHEMA.to_frame()]
    records = {**tables, "IS": missing_nab.with_drug(tables["IS"], study)}
    for endpoint, code, item in SAMPLED:
        planned = _planned(endpoint, study)
        if code in study.sources and planned:
            points = pl.concat(_points(doses, drug, p, items) for drug, p, items in planned)
            if endpoint == "NAB":
                wanted.append(_nab(points, records["IS"], study, study.cutoff))
            else:
                open_points = _without_records(points, records[code], code, item)
                wanted.append(_named(open_points, endpoint, study.cutoff))
    if study.collects("TR") and study.schedule.tumour is not None:
        wanted.append(_scans(tables, adsl, study.schedule.tumour, study, study.cutoff))
    return pl.concat(wanted).sort(
        "USUBJID", "DUEDT", "ENDPOINT", "ITEM", "CYCLE", "TIMEPT", nulls_last=True
    )


def _planned(endpoint: str, study: Study) -> list[tuple[Drug, PlannedSample, tuple[str, ...]]]:
    """Each planned sample with its drug and what is measured in it."""
    plan: Sequence[PlannedSample] = {
        "PK": study.schedule.pk,
        "ADA": study.schedule.ada,
        "NAB": study.schedule.nab,
        "BIOMARKER": study.schedule.biomarker,
    }[endpoint]
    codes = {
        drug.code: {
            "PK": tuple(a.code for a in study.analytes if a.drug == drug.code),
            "ADA": (drug.code,),
            "NAB": (drug.code,) if drug.code in missing_nab.assays(study) else (),
            "BIOMARKER": tuple(b.code for b in study.biomarkers if b.drug == drug.code),
        }[endpoint]
        for drug in study.drugs
    }
    return [
        (drug, p, items)
        for p in plan
        for drug in study.drugs
        if p.drug in {None, drug.code}
        for items in (tuple(c for c in codes[drug.code] if not p.analytes or c in p.analytes),)
        if items
    ]


def _doses(
    adex: pl.DataFrame, adsl: pl.DataFrame, study: Study, cutoff: datetime.date
) -> pl.DataFrame:
    """The first dose of each cycle, and the next one of each subject on treatment.

    A next dose that should have been given by the cutoff is kept as late: its samples are due, not overdue.
    Of a drug of every day a cycle is no interval between doses: its first dose begins cycle 1, another cycle
    begins where EX says so, and when the next one begins is not known.
    """
    daily = C("DRUG").is_in([d.code for d in study.drugs if d.cycle_days == 1])
    earliest = C("ASTDTM") == C("ASTDTM").min().over("USUBJID", "DRUG")
    cycle_of = pl.coalesce("CYCLE", pl.when(daily & earliest).then(1)).cast(pl.Int64)
    dosed = (
        adex.filter(given("DOSE", "DRUG") & C("ASTDTM").is_not_null())
        .select("USUBJID", "DRUG", CYCLE=cycle_of, START="ASTDTM")
        .drop_nulls("CYCLE")
        .sort("USUBJID", "DRUG", "START")
        .unique(["USUBJID", "DRUG", "CYCLE"], keep="first", maintain_order=True)
    )
    days = {d.code: d.cycle_days for d in study.drugs}
    most = {d.code: d.max_cycles for d in study.drugs}
    on = adsl.filter(C("EOTDT").is_null() & C("DTHDT").is_null() & C("EOSDT").is_null())
    last = dosed.unique(["USUBJID", "DRUG"], keep="last", maintain_order=True).join(
        on.select("USUBJID"), on="USUBJID", how="inner", maintain_order="left"
    )
    cycle = C("DRUG").replace_strict(days, default=None, return_dtype=pl.Int64)
    limit = C("DRUG").replace_strict(most, default=None, return_dtype=pl.Int64)
    coming = (
        last.filter(~daily)
        .with_columns(START=C("START") + pl.duration(days=cycle), CYCLE=C("CYCLE") + 1)
        .filter(C("CYCLE") <= limit)
    )
    late = C("START").dt.date() <= cutoff
    waited = pl.when(late).then(pl.lit(LATE_DOSE)).otherwise(pl.lit(NEXT_DOSE))
    left = adsl.select("USUBJID", LEFT=pl.min_horizontal("DTHDT", "EOSDT", "EOTDT"))
    return pl.concat(
        [
            dosed.with_columns(WAITS=pl.lit(None, dtype=pl.String)),
            coming.with_columns(WAITS=waited),
        ]
    ).join(left, on="USUBJID", how="inner", maintain_order="left")


def _points(
    doses: pl.DataFrame, drug: Drug, sample: PlannedSample, items: tuple[str, ...]
) -> pl.DataFrame:
    """The sample of every dose it is planned for, with the span in which a record of it may lie."""
    of_dose = doses.filter((C("DRUG") == drug.code) & C("CYCLE").is_in(sample.cycles))
    due = C("START") + pl.duration(minutes=round(60 * sample.hours))
    dated = of_dose.with_columns(
        TIMEPT=pl.lit(sample.timepoint),
        AT=due,
        FROM=due - pl.duration(minutes=round(60 * sample.early_hours)),
        TO=due + pl.duration(minutes=round(60 * sample.late_hours)),
    ).filter(C("LEFT").is_null() | (C("AT").dt.date() <= C("LEFT")))
    measured = pl.DataFrame({"ITEM": items}, schema={"ITEM": pl.String})
    return dated.join(measured, how="cross", maintain_order="left_right")


def _without_records(
    points: pl.DataFrame, domain: pl.DataFrame, code: str, item: str
) -> pl.DataFrame:
    """Points of which no record has the name of cycle and time point, nor lies in their window.

    A record with a day and no time, and without a time point, may be any sample of that day.
    """
    text = C(f"{code}DTC")
    records = domain.select(
        *("USUBJID", "CYCLE"),
        ITEM=item,
        TIMEPT=f"{code}TPT",
        TPKEY=sample_schedule.keys(domain[f"{code}TPT"]),
        TAKEN=dates.moment(text),
        DAY=dates.day(text),
    )
    named = ["USUBJID", "ITEM", "CYCLE", "TPKEY"]
    unnamed = (
        points.with_columns(TPKEY=sample_schedule.keys(points["TIMEPT"]))
        .join(records.drop_nulls(named), on=named, how="anti", maintain_order="left")
        .drop("TPKEY")
        .with_row_index("_POINT")
    )
    timed = unnamed.join(
        records.drop_nulls("DAY").select("USUBJID", "ITEM", "TIMEPT", "TAKEN", "DAY"),
        on=["USUBJID", "ITEM"],
        suffix="_OF",
    )
    inside = C("TAKEN").is_between("FROM", "TO")
    that_day = (
        C("TAKEN").is_null()
        & C("TIMEPT_OF").is_null()
        & C("DAY").is_between(C("FROM").dt.date(), C("TO").dt.date())
    )
    there = timed.filter(inside | that_day)["_POINT"].unique()
    return unnamed.filter(~C("_POINT").is_in(there.implode())).drop("_POINT")


def _named(points: pl.DataFrame, endpoint: str, cutoff: datetime.date) -> pl.DataFrame:
    """The points as rows of MISSING: overdue once the whole window lies before the end of the cutoff."""
    late = (C("TO").dt.date() <= cutoff) & C("WAITS").is_null()
    return points.select(
        "USUBJID",
        ENDPOINT=pl.lit(endpoint),
        ITEM="ITEM",
        CYCLE="CYCLE",
        TIMEPT="TIMEPT",
        DUEDT=C("AT").dt.date(),
        LATEDT=C("TO").dt.date(),
        STATUS=pl.when(late).then(pl.lit(OVERDUE)).otherwise(pl.lit(DUE)),
        REASON=pl.when(late)
        .then(pl.lit("planned, and no record arrived"))
        .otherwise(pl.coalesce("WAITS", pl.lit("its window is open or still to come"))),
    )


def _nab(
    points: pl.DataFrame, samples: pl.DataFrame, study: Study, cutoff: datetime.date
) -> pl.DataFrame:
    """Planned points whose ADA sample is positive and of which no NAb record arrived."""
    point = ["USUBJID", "ITEM", "CYCLE", "TIMEPT", "AT"]
    untested = _without_records(points, missing_nab.tested(samples, study), "IS", "ISBDAGNT")
    negative = _without_records(untested, missing_nab.positive(samples, study), "IS", "ISBDAGNT")
    wanted = untested.join(negative, on=point, how="anti", maintain_order="left")
    return _named(wanted, "NAB", cutoff).with_columns(REASON=pl.lit(missing_nab.NO_RESULT))


def _scans(
    tables: Tables, adsl: pl.DataFrame, plan: TumourSchedule, study: Study, cutoff: datetime.date
) -> pl.DataFrame:
    """The baseline scan and those up to progression, new therapy, death or end of study: missed, and next."""
    due = _planned_scans(tables, adsl, plan, study, cutoff).with_row_index("_SCAN")
    seen = pl.concat(
        tables[d].select("USUBJID", SEEN=dates.day(C(f"{d}DTC"))) for d in ("TR", "TU", "RS")
    )
    close = due.join(seen.drop_nulls().unique(), on="USUBJID").filter(
        C("SEEN").is_between("FROM", "TO")
    )
    lost = due.filter(~C("_SCAN").is_in(close["_SCAN"].unique().implode()))
    late = C("TO") <= cutoff
    # planned scans stand in time order: the first to come of a subject is the next one
    coming = lost.filter(~late).unique("USUBJID", keep="first", maintain_order=True)
    return pl.concat([lost.filter(late), coming]).select(
        "USUBJID",
        ENDPOINT=pl.lit("RESPONSE"),
        ITEM=pl.lit("tumour assessment"),
        CYCLE=pl.lit(None, dtype=pl.Int64),
        TIMEPT="TIMEPT",
        DUEDT="AT",
        LATEDT="TO",
        STATUS=pl.when(late).then(pl.lit(OVERDUE)).otherwise(pl.lit(DUE)),
        REASON=pl.when(late)
        .then(pl.lit("planned, and no assessment arrived"))
        .otherwise(pl.lit("the next planned assessment")),
    )


def _planned_scans(
    tables: Tables, adsl: pl.DataFrame, plan: TumourSchedule, study: Study, cutoff: datetime.date
) -> pl.DataFrame:
    """Scans of every treated subject in time order, each with its span of days (FROM, TO)."""
    treated = adsl.filter(C("TRTSDT").is_not_null()).join(
        _progressed(tables["RS"], study), on="USUBJID", how="left", maintain_order="left"
    )
    ends = treated.select(
        *("USUBJID", "TRTSDT"), UNTIL=pl.min_horizontal("NACTDT", "DTHDT", "EOSDT", "PDDT")
    )
    start = cutoff if ends.is_empty() else ends["TRTSDT"].to_list()[ends["TRTSDT"].arg_min() or 0]
    beyond = 2 * (plan.then_every_weeks or plan.every_weeks)
    weeks = plan.planned_weeks((cutoff - start).days / 7 + beyond)
    visits = pl.DataFrame(
        {
            "TIMEPT": ["BASELINE", *(f"WEEK {week:g}" for week in weeks)],
            "DAYS": [0, *(round(7 * week) for week in weeks)],
            "EARLY": [plan.baseline_max_days, *(plan.window_days for _ in weeks)],
            "LATE": [0, *(plan.window_days for _ in weeks)],
        }
    )
    at = C("TRTSDT") + pl.duration(days="DAYS")
    due = ends.sort("USUBJID").join(visits, how="cross", maintain_order="left_right")
    return due.with_columns(
        AT=at, FROM=at - pl.duration(days="EARLY"), TO=at + pl.duration(days="LATE")
    ).filter(C("UNTIL").is_null() | (C("AT") <= C("UNTIL")) | (C("DAYS") == 0))


def _progressed(rs: pl.DataFrame, study: Study) -> pl.DataFrame:
    """The first reported progression of each subject, by the evaluator who leads."""
    leads = pl.lit(value=True)
    if study.response is not None:
        leads = is_leading(study.response, "RSEVAL", "RSEVALID")
    told = rs.filter((C("RSTESTCD") == "OVRLRESP") & (C("RSSTRESC") == "PD") & leads)
    return told.group_by("USUBJID").agg(PDDT=dates.day(C("RSDTC")).min())
