"""Checks of dates before the cutoff takes rows away: the day a visit has elsewhere, the dose of a sample.

A year or a month typed wrong moves a record to the other side of the cutoff, where no one sees it. So what is
dated is compared with the same visit in the other tables of the subject and with the dose it belongs to.
Where a table has nearly all its visits on the day that the others have, any other day is asked about.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from typing import Final

import polars as pl

from pkpipe.clinical.administrations import given
from pkpipe.clinical.visits import unscheduled
from pkpipe.finding.check import Check
from pkpipe.finding.rows import found
from pkpipe.schema import dates
from pkpipe.schema.sdtm import DOMAINS
from pkpipe.sentences import sentence

C: Final = pl.col
Tables = Mapping[str, pl.DataFrame]
Found = Iterable[pl.DataFrame]
SLACK_DAYS, SAMPLE_DAYS = 21, 10
CYCLE_DAYS = 42  # behind a last dose, where nobody says for how long after it samples are planned
APART = 4  # times the usual time between doses of a drug
HABIT, ENOUGH = 0.99, 20
ORDERED, ROWS = 0.99, 60
BY_CYCLE: Final = ("PC", "IS", "CP")
SCANS, SCAN_DAYS = ("TU", "TR", "RS"), 28
WEEKS, HOURS = 5_200, 876_000  # a hundred years: no visit is planned later

OTHER_DAY: Final = Check(
    "VISIT-DAY-OTHER", "query", "another day than the visit has in the other tables", "VISIT"
)
FAR_SAMPLE: Final = Check(
    "SAMPLE-FAR-FROM-DOSE", "query", "far from the dose of its cycle: is the date right?", "CUT-2"
)
FAR_SCAN: Final = Check(
    "SCAN-FAR-FROM-WEEK", "query", "far from the week of treatment its visit is named for", "CUT-2"
)
SEQ_ORDER: Final = Check(
    "SEQ-ORDER", "query", "dated out of the order of the sequence numbers", "SDTMIG 3.4, --SEQ"
)
BACKWARDS: Final = Check(
    "ORDER-BEHIND-CUTOFF",
    "query",
    "ends before it starts, and its start after the cutoff would cut it away",
    "CUT-2",
)
FAR_DOSE: Final = Check(
    "DOSE-FAR-CUT-AWAY",
    "query",
    "long after the dose before it, and the cutoff cuts it away: is the date right?",
    "CUT-2",
)
VISIT_DAYS: Final = (OTHER_DAY, FAR_SAMPLE, FAR_DOSE, FAR_SCAN, SEQ_ORDER, BACKWARDS)


def visit_days(tables: Tables, cutoff: datetime.date) -> Found:
    """Every question of this file about a delivery; none about what lies after the cutoff altogether."""
    yield from _other_days(tables, cutoff)
    yield from _far_samples(tables, cutoff)
    yield from _far_doses(tables["EX"], cutoff)
    yield from _far_scans(tables, cutoff)
    for code in DOMAINS:
        if code in tables:
            yield from _out_of_order(tables[code], code, cutoff)
            yield from _backwards(tables[code], code, cutoff)


def _backwards(frame: pl.DataFrame, code: str, cutoff: datetime.date) -> Found:
    """Records that end by the cutoff and start after it; of the others it is asked once they are typed."""
    start, end = DOMAINS[code].date, DOMAINS[code].end_date
    if start is None or end is None:
        return
    wrong = (dates.first_day(C(start)) > cutoff) & (dates.last_day(C(end)) <= cutoff)
    yield found(BACKWARDS, frame.filter(wrong), code, start, f"{end} or earlier")


def _dated(frame: pl.DataFrame, code: str) -> pl.DataFrame:
    date = str(DOMAINS[code].date)
    return frame.select(
        *("SRCFILE", "SRCROW", "USUBJID", "VISIT"),
        _VALUE=C(date),
        _CODE=pl.lit(code),
        _DAY=dates.day(C(date)),
    )


def _other_days(tables: Tables, cutoff: datetime.date) -> Found:
    """Rows on another day than the tables of the subject's visit have it on."""
    with_visit = [
        c for c, s in DOMAINS.items() if s.date and "VISIT" in s.names and c != "SS" and c in tables
    ]
    rows = pl.concat([_dated(tables[c], c) for c in with_visit]).drop_nulls(
        ["_DAY", "VISIT", "USUBJID"]
    )
    rows = rows.filter(~unscheduled())
    visit = ["USUBJID", "VISIT"]
    days = rows.group_by(*visit, "_CODE", "_DAY").len("_N").sort(*visit, "_CODE", "_DAY")
    votes = days.group_by(*visit, "_DAY").agg(_TABLES=pl.len(), _DOSED=(C("_CODE") == "EX").any())
    best = votes.sort(
        *visit, "_TABLES", "_DOSED", "_DAY", descending=[False, False, True, True, False]
    )
    most = best.group_by(visit, maintain_order=True).agg(
        _SAYS=C("_DAY").first(),
        _BY=C("_TABLES").first(),
        _NEXT=C("_TABLES").get(1, null_on_oob=True),
    )
    several = days.group_by(visit).agg(_ALL=C("_CODE").n_unique()).filter(C("_ALL") > 1)
    clear = most.join(several, on=visit).filter(
        (C("_BY") > C("_NEXT").fill_null(0)) | (C("_ALL") == 2)
    )
    beside = days.join(clear, on=visit, how="inner")
    same = C("_DAY") == C("_SAYS")
    habits = beside.group_by("_CODE").agg(_SHARE=same.mean(), _VISITS=pl.len())
    strict = habits.filter(C("_SHARE") >= HABIT, C("_VISITS") >= ENOUGH)["_CODE"].to_list()
    off = (C("_DAY") - C("_SAYS")).dt.total_days().abs()
    slack = pl.when(C("_CODE").is_in(strict)).then(0).otherwise(SLACK_DAYS)
    wrong = beside.filter(off > slack, pl.min_horizontal("_DAY", "_SAYS") <= cutoff)
    place = rows.unique([*visit, "_CODE", "_DAY"], keep="first", maintain_order=True)
    shown = place.join(wrong, on=[*visit, "_CODE", "_DAY"], how="inner", maintain_order="left")
    told = shown.with_columns(
        _MESSAGE=sentence(f"{OTHER_DAY.words}: {{}} is {{}} there", "VISIT", "_SAYS")
    )
    for code in with_visit:
        date = str(DOMAINS[code].date)
        mine = told.filter(C("_CODE") == code)
        yield found(OTHER_DAY, mine, code, date, "the day of the visit", C("_VALUE"))


def _possible(number: pl.Expr, most: int) -> pl.Expr:
    """The number as a whole one; null beyond `most`, infinite or no number: other checks name that."""
    return pl.when(number.is_between(-most, most)).then(number.cast(pl.Int64, strict=False))


def _far_samples(tables: Tables, cutoff: datetime.date) -> Found:
    """Samples ten days and more from where their cycle and planned time put them."""
    ex = tables["EX"]
    cycle = C("CYCLE").cast(pl.Int64, strict=False)
    dosed = (
        ex.group_by("USUBJID", _CYCLE=cycle)
        .agg(_DOSED=dates.day(C("EXSTDTC")).min())
        .drop_nulls()
        .sort("USUBJID", "_DOSED", maintain_order=True)
        .with_columns(_NEXT=C("_DOSED").shift(-1).over("USUBJID"))
    )
    for code in BY_CYCLE:
        date = str(DOMAINS[code].date)
        hours = _possible(C(f"{code}TPTNUM").cast(pl.Float64, strict=False), HOURS)
        rows = tables[code].select(
            *("SRCFILE", "SRCROW", "USUBJID", date),
            _CYCLE=cycle,
            _DAY=dates.day(C(date)),
            _AFTER=hours,
        )
        beside = rows.join(dosed, on=["USUBJID", "_CYCLE"], how="inner", maintain_order="left")
        # where no hours are told, anywhere from the dose to the next one is where it may be planned
        following = C("_NEXT").fill_null(C("_DOSED") + pl.duration(days=CYCLE_DAYS))
        between = pl.max_horizontal("_DOSED", pl.min_horizontal("_DAY", following))
        planned = C("_DOSED") + pl.duration(hours=C("_AFTER"))
        due = pl.when(C("_AFTER").is_null()).then(between).otherwise(planned)
        days = (C("_DAY") - due).dt.total_days()
        near = pl.min_horizontal("_DAY", "_DOSED") <= cutoff
        far = beside.filter(days.abs() > SAMPLE_DAYS, near).with_columns(
            _MESSAGE=sentence(
                f"{FAR_SAMPLE.words} {{}} days from where it is planned, dose {{}}", days, "_DOSED"
            )
        )
        once = far.unique(["USUBJID", date], keep="first", maintain_order=True)
        yield found(FAR_SAMPLE, once, code, date, f"within {SAMPLE_DAYS} days of it")


def _far_doses(ex: pl.DataFrame, cutoff: datetime.date) -> Found:
    """Doses after the cutoff that follow the one before it after several times the usual time."""
    who = ["USUBJID", "EXTRT"]
    rows = ex.select("SRCFILE", "SRCROW", *who, "EXSTDTC", _DAY=dates.day(C("EXSTDTC")))
    rows = rows.drop_nulls("_DAY").sort(*who, "_DAY", "SRCROW", maintain_order=True)
    steps = rows.with_columns(_BEFORE=C("_DAY").shift().over(who)).with_columns(
        _APART=(C("_DAY") - C("_BEFORE")).dt.total_days()
    )
    usual = C("_APART").filter(C("_APART") > 0).median().over("EXTRT")
    far = steps.filter(
        (C("_DAY") > cutoff) & (C("_BEFORE") <= cutoff),
        C("_APART") > pl.max_horizontal(APART * usual, usual + SLACK_DAYS),
    ).with_columns(_MESSAGE=sentence(f"{FAR_DOSE.words} {{}} days after {{}}", "_APART", "_BEFORE"))
    yield found(FAR_DOSE, far, "EX", "EXSTDTC", f"{cutoff} or before, or confirmed")


def _far_scans(tables: Tables, cutoff: datetime.date) -> Found:
    """Scans of a week of treatment dated far from that week."""
    typed = tables["EX"].with_columns(C("EXDOSE").cast(pl.Float64, strict=False))
    ex = typed.filter(given()).group_by("USUBJID")
    first = ex.agg(_FIRST=dates.day(C("EXSTDTC")).min()).drop_nulls()
    for code in SCANS:
        date = str(DOMAINS[code].date)
        named = C("VISIT").str.to_uppercase().str.extract(r"^\s*WEEK\s*(\d+)\s*$")
        week = _possible(named.cast(pl.Float64, strict=False), WEEKS)
        rows = _dated(tables[code], code).with_columns(_WEEK=week).drop_nulls(["_WEEK", "_DAY"])
        beside = rows.join(first, on="USUBJID", how="inner", maintain_order="left")
        due = C("_FIRST") + pl.duration(days=7 * C("_WEEK"))
        days = (C("_DAY") - due).dt.total_days()
        far = days.abs() > pl.max_horizontal(SCAN_DAYS, C("_WEEK"))
        told = beside.filter(far, pl.min_horizontal(due, "_DAY") <= cutoff).with_columns(
            _MESSAGE=sentence(f"{FAR_SCAN.words}: {{}}, {{}} days off", "VISIT", days)
        )
        once = told.unique(["USUBJID", "VISIT", "_DAY"], keep="first", maintain_order=True)
        yield found(FAR_SCAN, once, code, date, f"within {SCAN_DAYS} days of it", C("_VALUE"))


def _out_of_order(frame: pl.DataFrame, code: str, cutoff: datetime.date) -> Found:
    """Rows whose date breaks the order of the sequence numbers, in a table that is numbered by date."""
    date, seq = DOMAINS[code].date, f"{code}SEQ"
    if date is None or seq not in frame.columns:
        return
    rows = frame.select(
        *("SRCFILE", "SRCROW", "USUBJID", date),
        _N=C(seq).cast(pl.Float64, strict=False),
        _DAY=dates.day(C(date)),
    ).drop_nulls(["_N", "_DAY"])
    rows = rows.sort("USUBJID", "_N", "SRCROW", maintain_order=True)
    was, after = (C("_DAY").shift(n).over("USUBJID") for n in (1, -1))
    broken = (C("_DAY") < was).fill_null(value=False)
    if rows.height < ROWS or rows.select(broken.sum()).item() > (1 - ORDERED) * rows.height:
        return
    sides = rows.with_columns(_WAS=was, _AFTER=after)
    late = (C("_DAY") > C("_AFTER")) & (C("_WAS").is_null() | (C("_WAS") <= C("_AFTER")))
    early = (C("_DAY") < C("_WAS")) & (C("_AFTER").is_null() | (C("_AFTER") >= C("_WAS")))
    odd = sides.filter(late | early, pl.min_horizontal("_DAY", "_WAS", "_AFTER") <= cutoff)
    told = odd.with_columns(
        _MESSAGE=sentence(
            f"{SEQ_ORDER.words}: the rows before and after it are of {{}} and {{}}",
            *(C(c).cast(pl.String).fill_null("none") for c in ("_WAS", "_AFTER")),
        )
    )
    yield found(SEQ_ORDER, told, code, date, "a date between them")
