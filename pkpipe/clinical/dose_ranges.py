"""From a record that stands for a range of days to its doses, one row each.

A range has a dose on every day that its frequency names, from its first day to its last. Of a day with
several doses the first is at the time the record starts, the others follow at equal distances. No dose lies
before the recorded start or, by more than half an interval, after the recorded end; a start and an end of the
same clock time on different days say nothing about how many doses the last day had, so it had all of them.
"""

from __future__ import annotations

from typing import Final

import polars as pl

from pkpipe.clinical.dose_frequency import COUNTABLE
from pkpipe.clinical.infusion_parts import is_infusion, of_drug
from pkpipe.protocol.study import Study
from pkpipe.sentences import sentence

C: Final = pl.col
HOUR: Final = 3600
DAY_HOURS: Final = 24.0
OPEN_END: Final = "the end of a range of doses is not recorded"
NO_FREQUENCY: Final = "a range of days without a frequency"
NO_COUNT: Final = "its frequency says no number of doses"


def spans_days(study: Study) -> pl.Expr:
    """True for a record that is longer than one dose: over days, or for an infusion over a day beyond it."""
    days = (C("END").dt.date() - C("START").dt.date()).dt.total_days()
    hours = (C("END") - C("START")).dt.total_seconds() / HOUR
    planned = of_drug({d.code: d.infusion_hours for d in study.drugs}).fill_null(0.0)
    timed = C("STTIMED") & C("ENTIMED")
    too_long = (
        pl.when(timed)
        .then(hours > DAY_HOURS + 3 * planned)
        .otherwise(DAY_HOURS * days > DAY_HOURS + planned)
    )
    infused = is_infusion(study)
    return pl.when(infused).then(too_long).otherwise(days >= 1).fill_null(value=False)


def uncounted(study: Study) -> pl.Expr:
    """Why a record stands for a number of doses that it does not say; null: it says it.

    An infusion without an end is one whose end was not noted, unless its drug is delivered as ranges. ONCE,
    of what is not infused, is no dose of several days: one dose was given, or one on each of them.
    """
    counts = C("COUNTED").is_in(COUNTABLE).fill_null(value=False)
    ranged = spans_days(study)
    one = (C("COUNTED") == "ONE").fill_null(value=False) & is_infusion(study)
    one_each = is_infusion(study) & ~ranged.any().over("EXTRT")
    return (
        pl.when(C("END").is_null() & counts & ~one_each)
        .then(pl.lit(OPEN_END))
        .when(ranged & C("EXDOSFRQ").is_null())
        .then(pl.lit(NO_FREQUENCY))
        .when(ranged & ~counts & ~one)
        .then(pl.lit(NO_COUNT))
    )


def each_dose(records: pl.DataFrame, study: Study) -> pl.DataFrame:
    """One row a dose: STEP from 0, ASTDTM and AENDTM of the dose.

    records: with START, END, what `uncounted` says as NOCOUNT, and the columns of the frequency.
    """
    infused = is_infusion(study)
    repeats = (
        ~C("SINGLE")
        & C("NOCOUNT").is_null()
        & C("END").is_not_null()
        & C("START").is_not_null()
        & C("DOSES").is_not_null()
        & C("COUNTED").is_in(COUNTABLE)
    ).fill_null(value=False)
    numbered = records.with_row_index("RECORD").with_columns(REPEATS=repeats)
    once = numbered.filter(~C("REPEATS")).with_columns(
        STEP=pl.lit(0, dtype=pl.Int64), ASTDTM="START", AENDTM="END"
    )
    if once.height == numbered.height:
        return once.drop("REPEATS")
    planned = of_drug({d.code: d.infusion_hours for d in study.drugs}).fill_null(0.0)
    ranges = numbered.filter("REPEATS").with_columns(
        # of an infusion the recorded end is that of the last one, so its last start is so much before
        LASTSTART=pl.when(infused & C("ENTIMED"))
        .then(C("END") - pl.duration(minutes=(60 * planned).round(0)))
        .otherwise("END"),
        LENGTH=pl.when(infused).then(planned).otherwise(0.0),
    )
    steps = ranges.with_columns(_steps()).explode("STEP", keep_nulls=False, empty_as_null=False)
    doses = _without_the_outside(steps.with_columns(ASTDTM=_moment()))
    last = (C("STEP") == C("STEP").max().over("RECORD")) & C("ENTIMED") & ~infused
    doses = doses.with_columns(
        STEP=pl.int_range(pl.len()).over("RECORD", order_by="STEP").cast(pl.Int64),
        ASTDTM=pl.when(last & C("STTIMED") & (C("ASTDTM").dt.date() == C("END").dt.date()))
        .then(pl.min_horizontal("ASTDTM", "END"))
        .otherwise("ASTDTM"),
    )
    ended = C("ENTIMED") & (C("STEP") == C("STEP").max().over("RECORD"))
    doses = doses.with_columns(
        # a record of one dose, and the last dose of a range of infusions, end when the record says
        AENDTM=pl.when((C("STEP").max().over("RECORD") == 0) | (infused & ended))
        .then("END")
        .when(infused & C("STTIMED"))
        .then(C("ASTDTM") + pl.duration(minutes=(60 * C("LENGTH")).round(0)))
        .otherwise("ASTDTM")
    )
    return (
        pl.concat([once, doses.select(once.columns)])
        .sort("RECORD", "STEP", maintain_order=True)
        .drop("REPEATS")
    )


def _several() -> pl.Expr:
    """A frequency of whole doses a day."""
    return (C("COUNTED") == "EVEN") & (C("SPAN") == 1.0)


def _days() -> pl.Expr:
    """Whole days from the first dose to the last; an infusion over midnight is still of the day it began."""
    days = (C("LASTSTART").dt.date() - C("START").dt.date()).dt.total_days()
    hours = (C("LASTSTART") - C("START")).dt.total_seconds() / HOUR
    by_clock = (hours / DAY_HOURS + 0.5).floor().clip(0).cast(pl.Int64)
    timed = C("STTIMED") & C("ENTIMED") & (C("LENGTH") > 0)
    return pl.when(timed).then(by_clock).otherwise(days)


def _months() -> pl.Expr:
    start, end = C("START"), C("LASTSTART")
    months = (
        12 * (end.dt.year() - start.dt.year()).cast(pl.Int64)
        + end.dt.month().cast(pl.Int64)
        - start.dt.month().cast(pl.Int64)
    )
    return months - (end.dt.day() < start.dt.day()).cast(pl.Int64)


def _steps() -> pl.Expr:
    """The steps of a range as a list, so many as its frequency has doses in it."""
    days = _days()
    end_of_day = pl.when("ENTIMED").then(0.0).otherwise(23.99)
    hours = (C("LASTSTART") - C("START")).dt.total_seconds() / HOUR + end_of_day
    whole = C("SPAN") == C("SPAN").floor()
    count = (
        pl.when(_several())
        .then((days + 1) * C("DOSES"))
        .when(C("COUNTED") == "MONTHS")
        .then((_months() / C("SPAN")).floor() + 1)
        .when(C("COUNTED") == "UNEVEN")
        .then(((days + 1) * C("DOSES") / C("SPAN") - 1e-9).ceil())
        .when(whole)
        .then((days / C("SPAN")).floor() + 1)
        .otherwise((hours / DAY_HOURS / C("SPAN") + 1e-9).floor() + 1)
    )
    return pl.int_ranges(0, count.clip(1).cast(pl.Int64)).alias("STEP")


def _moment() -> pl.Expr:
    """When the dose of a step starts."""
    midnight = C("START").dt.truncate("1d")
    minutes = (C("START") - midnight).dt.total_minutes()
    full = (1440 / C("DOSES")).floor().cast(pl.Int64)
    # equal clock times of start and end: every day has all its doses, between that time and midnight
    squeezed = ((1439 - minutes) / pl.max_horizontal(C("DOSES") - 1, 1)).floor().cast(pl.Int64)
    apart = pl.when(_same_clock()).then(pl.min_horizontal(full, squeezed)).otherwise(full)
    # otherwise the doses of a day in the order of the clock, whatever the time of the first one
    first = pl.when(_same_clock()).then(minutes).otherwise(minutes % full)
    phase = first + (C("STEP") % C("DOSES")) * apart
    within_days = midnight + pl.duration(days=C("STEP") // C("DOSES")) + pl.duration(minutes=phase)
    by_month = C("START").dt.offset_by(
        sentence("{}mo", (C("STEP") * C("SPAN").fill_null(1)).cast(pl.Int64))
    )
    uneven = C("START") + pl.duration(days=(C("STEP") * C("SPAN") / C("DOSES")).floor())
    even = C("START") + pl.duration(minutes=(C("STEP") * C("SPAN") * 1440).round(0))
    return (
        pl.when(_several())
        .then(within_days)
        .when(C("COUNTED") == "MONTHS")
        .then(by_month)
        .when(C("COUNTED") == "UNEVEN")
        .then(pl.min_horizontal(uneven, C("LASTSTART").dt.truncate("1d") + (C("START") - midnight)))
        .otherwise(even)
    )


def _same_clock() -> pl.Expr:
    """Start and end of one clock time on different days: the time of the record, not of its last dose."""
    days_apart = C("START").dt.date() != C("END").dt.date()
    same = C("START").dt.time() == C("END").dt.time()
    return (C("STTIMED") & C("ENTIMED") & same & days_apart).fill_null(value=False)


def _without_the_outside(doses: pl.DataFrame) -> pl.DataFrame:
    """Without doses of the first day before the recorded start, and of the last day well after its end."""
    early = C("STTIMED") & (C("ASTDTM") < C("START"))
    half = pl.duration(minutes=(720 / C("DOSES")).floor())
    both = C("STTIMED") & C("ENTIMED")
    late = both & ~_same_clock() & (C("ASTDTM") > C("LASTSTART") + half)
    return doses.filter(~(_several() & (early | late)).fill_null(value=False))
