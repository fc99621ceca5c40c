"""Checks on examinations and visits: before each dose, at screening, after the last dose (C08, C12-C15)."""

from __future__ import annotations

import polars as pl

from pkpipe.escalation.conformance.trial import (
    FAIL,
    INDETERMINATE,
    NOT_ASSESSABLE,
    PASS,
    Limits,
    Trial,
    earliest_and_latest,
    result_rows,
    worst_per,
)
from pkpipe.sentences import sentence

GRADES = {PASS: 0, INDETERMINATE: 1, FAIL: 2}


def examined_before_dose(trial: Trial, limits: Limits) -> pl.DataFrame:
    """C08: each required examination within so many hours before each dose; one that is missing fails.

    An examination on the day of the dose counts where either has no time; otherwise a date without a time
    may mean any moment of its day.
    """
    doses, exams = trial.doses, trial.exams
    if doses is None or exams is None:
        return result_rows(
            pl.DataFrame(
                schema={
                    "USUBJID": pl.String,
                    "COHORT": pl.String,
                    "RESULT": pl.String,
                    "DATE": pl.Date,
                    "DETAIL": pl.String,
                }
            )
        )
    hours = pl.duration(seconds=round(3600 * (limits.exam_hours or 0)))
    required = pl.DataFrame({"EXAM": pl.Series(limits.plan.conduct.exams, dtype=pl.String)})
    asked = (
        doses.unique(["USUBJID", "ASTDT"], keep="first", maintain_order=True)
        .with_columns(*earliest_and_latest("ASTDT", "ASTDTM", "DOSE"))
        .join(required, how="cross", maintain_order="left_right")
    )
    reach = f"{int((limits.exam_hours or 0) // 24) + 1}d"
    near = asked.join(
        exams.with_columns(*earliest_and_latest("ADT", "ADTM", "EXAM")),
        on=["USUBJID", "EXAM"],
        how="left",
        maintain_order="left",
    ).filter(
        pl.col("ADT").is_null()
        | pl.col("ADT").is_between(pl.col("ASTDT").dt.offset_by(f"-{reach}"), pl.col("ASTDT"))
    )
    least, most = pl.col("DOSE_LOW") - pl.col("EXAM_HIGH"), pl.col("DOSE_HIGH") - pl.col("EXAM_LOW")
    untimed = pl.col("ADTM").is_null() | pl.col("ASTDTM").is_null()
    same_day = (pl.col("ADT") == pl.col("ASTDT")) & untimed
    grade = (
        pl.when(pl.col("ADT").is_null())
        .then(GRADES[FAIL])
        .when(same_day | ((least >= pl.duration()) & (most <= hours)))
        .then(GRADES[PASS])
        .when((most < pl.duration()) | (least > hours))
        .then(GRADES[FAIL])
        .otherwise(GRADES[INDETERMINATE])
    )
    keys = ["USUBJID", "COHORT", "ASTDT", "EXAM"]
    best = near.group_by(keys, maintain_order=True).agg(GRADE=grade.min())
    full = asked.join(best, on=keys, how="left", maintain_order="left", nulls_equal=True)
    names = {number: result for result, number in GRADES.items()}
    words = sentence("{} before the dose of {}", "EXAM", "ASTDT")
    return result_rows(
        worst_per(
            full.with_columns(
                RESULT=pl.col("GRADE")
                .fill_null(GRADES[FAIL])
                .replace_strict(names, return_dtype=pl.String),
                DATE="ASTDT",
            ).with_columns(
                DETAIL=pl.when(pl.col("RESULT") == PASS)
                .then(pl.lit("every examination within the time"))
                .when(pl.col("RESULT") == FAIL)
                .then(sentence("{}: missing or too early", words))
                .otherwise(sentence("{}: cannot be told without times", words))
            ),
            "USUBJID",
        )
    )


def _verdict(condition: pl.Expr) -> pl.Expr:
    """PASS or FAIL, and NOT_ASSESSABLE where the condition is unknown."""
    return (
        pl.when(condition.is_null())
        .then(pl.lit(NOT_ASSESSABLE))
        .when(condition)
        .then(pl.lit(PASS))
        .otherwise(pl.lit(FAIL))
    )


def _treated(trial: Trial) -> pl.DataFrame:
    return trial.subjects.filter(pl.col("TRTSDT").is_not_null())


def screened_in_time(trial: Trial, limits: Limits) -> pl.DataFrame:
    """C12: the first dose within so many days after consent."""
    days = (pl.col("TRTSDT") - pl.col("RFICDT")).dt.total_days()
    return result_rows(
        _treated(trial).with_columns(
            RESULT=_verdict((days >= 0) & (days <= limits.screening_days)),
            DATE="TRTSDT",
            DETAIL=sentence(
                "{} days from consent to the first dose, at most {}",
                days.cast(pl.String).fill_null("?"),
                pl.lit(limits.screening_days),
            ),
        )
    )


def _off_treatment(trial: Trial) -> pl.DataFrame:
    """Subjects whose treatment ended, with DUE-limiting dates."""
    return _treated(trial).filter(pl.col("EOTDT").is_not_null())


def _visits_after(trial: Trial) -> pl.DataFrame:
    """Days of visits after the last dose of subjects off treatment, with days since it; not the unscheduled.

    LOST, why it is not known whether it was planned: only records without a visit's name are of that day.
    """
    exams = (
        trial.exams
        if trial.exams is not None
        else pl.DataFrame(
            schema={
                **{"USUBJID": pl.String, "ADT": pl.Date},
                **{"PLANNED": pl.Boolean, "LOST": pl.String},
            }
        )
    )
    last = _off_treatment(trial).select("USUBJID", "TRTEDT", "NACTDT")
    return (
        exams.filter(pl.col("PLANNED").fill_null(value=True))
        .group_by("USUBJID", "ADT", maintain_order=True)
        .agg(
            LOST=pl.when(pl.col("PLANNED").is_not_null().any())
            .then(None)
            .otherwise(pl.col("LOST").first())
        )
        .join(last, on="USUBJID", maintain_order="left")
        .with_columns(SINCE=(pl.col("ADT") - pl.col("TRTEDT")).dt.total_days())
        .filter(pl.col("SINCE") > 0)
    )


# The first day of a planned visit, and why nobody knows of another whether it was planned.
_FIRST = (
    pl.col("ADT").filter(pl.col("LOST").is_null()).min().alias("SEEN"),
    pl.col("LOST").drop_nulls().first(),
)


def end_of_treatment_visit(trial: Trial, limits: Limits) -> pl.DataFrame:
    """C13: a visit soon after the last dose and before new therapy; not of the lost, dead or withdrawn."""
    days = limits.eot_days or 0
    due = pl.col("TRTEDT").dt.offset_by(f"{days}d")
    subjects = _off_treatment(trial)
    seen = _visits_after(trial).filter(
        (pl.col("SINCE") <= days) & (pl.col("ADT") <= pl.col("NACTDT").fill_null(pl.col("ADT")))
    )
    first = seen.group_by("USUBJID").agg(*_FIRST)
    excused = (pl.min_horizontal("DTHDT", "LOSTDT") <= due).fill_null(value=False)
    open_ = due > pl.col("AS_OF")
    joined = subjects.join(first, on="USUBJID", how="left", maintain_order="left")
    return result_rows(
        joined.with_columns(
            RESULT=pl.when(pl.col("SEEN").is_not_null())
            .then(pl.lit(PASS))
            .when(excused | open_ | _nameless())
            .then(pl.lit(NOT_ASSESSABLE))
            .otherwise(pl.lit(FAIL)),
            DATE=pl.coalesce("SEEN", pl.when(excused | open_ | ~_nameless()).then(due)),
            DETAIL=pl.when(pl.col("SEEN").is_not_null())
            .then(sentence("seen on {}, due by {}", "SEEN", due))
            .when(excused)
            .then(pl.lit("not asked: lost, dead or withdrawn before it was due"))
            .when(open_)
            .then(sentence("due by {}, after the cutoff", due))
            .when(_nameless())
            .then(sentence("{}, so a visit may be unscheduled", "LOST"))
            .otherwise(sentence("no visit by {}", due)),
        )
    )


def _nameless() -> pl.Expr:
    """Not seen at a planned visit, but on a day that may have been one."""
    return pl.col("SEEN").is_null() & pl.col("LOST").is_not_null()


def safety_visits(trial: Trial, limits: Limits) -> pl.DataFrame:
    """C14: a visit in each planned span after the last dose, unless new therapy, death or loss came first."""
    spans = pl.DataFrame(
        {"FROM": [a for a, _ in limits.safety_visits], "TO": [b for _, b in limits.safety_visits]},
        schema={"FROM": pl.Int64, "TO": pl.Int64},
    )
    asked = _off_treatment(trial).join(spans, how="cross", maintain_order="left_right")
    seen = (
        _visits_after(trial)
        .join(spans, how="cross", maintain_order="left_right")
        .filter(pl.col("SINCE").is_between("FROM", "TO"))
        .group_by("USUBJID", "FROM")
        .agg(*_FIRST)
    )
    due = (pl.col("TRTEDT").cast(pl.Int64) + pl.col("TO")).cast(pl.Int32).cast(pl.Date)
    over = (pl.min_horizontal("NACTDT", "DTHDT", "LOSTDT") <= due).fill_null(value=False)
    open_ = due > pl.col("AS_OF")
    joined = asked.join(seen, on=["USUBJID", "FROM"], how="left", maintain_order="left")
    return result_rows(
        worst_per(
            joined.with_columns(
                RESULT=pl.when(pl.col("SEEN").is_not_null())
                .then(pl.lit(PASS))
                .when(over | open_ | _nameless())
                .then(pl.lit(NOT_ASSESSABLE))
                .otherwise(pl.lit(FAIL)),
                DATE=pl.coalesce("SEEN", pl.when(over | open_ | ~_nameless()).then(due)),
                DETAIL=sentence(
                    "days {} to {} after the last dose: {}",
                    "FROM",
                    "TO",
                    pl.when(pl.col("SEEN").is_not_null())
                    .then(sentence("seen on {}", "SEEN"))
                    .when(over)
                    .then(pl.lit("not asked: new therapy, death or loss came first"))
                    .when(open_)
                    .then(pl.lit("after the cutoff"))
                    .when(_nameless())
                    .then(sentence("{}, so a visit may be unscheduled", "LOST"))
                    .otherwise(pl.lit("no visit")),
                ),
            ),
            "USUBJID",
        )
    )


def survival_contacts(trial: Trial, limits: Limits) -> pl.DataFrame:
    """C15: contacts at regular gaps from the last safety visit until death, loss or the end of follow-up."""
    low, high = limits.survival_gap or (0, 0)
    start = pl.col("TRTEDT").dt.offset_by(
        f"{max((b for _, b in limits.safety_visits), default=0)}d"
    )
    last = limits.survival_days or 0
    subjects = _off_treatment(trial).with_columns(
        START=start,
        STOP=pl.min_horizontal(
            "DTHDT",
            "LOSTDT",
            "AS_OF",
            pl.col("TRTEDT").dt.offset_by(f"{last}d") if last else pl.col("AS_OF"),
        ),
    )
    contacts = (
        trial.contacts
        if trial.contacts is not None
        else pl.DataFrame(schema={"USUBJID": pl.String, "ADT": pl.Date})
    )
    calls = (
        contacts.select("USUBJID", "ADT")
        .unique(maintain_order=True)
        .join(subjects.select("USUBJID", "START", "STOP"), on="USUBJID", maintain_order="left")
        .filter((pl.col("ADT") > pl.col("START")) & (pl.col("ADT") <= pl.col("STOP")))
        .sort("USUBJID", "ADT")
    )
    first = pl.col("USUBJID") != pl.col("USUBJID").shift(1)
    before = pl.when(first.fill_null(value=True)).then("START").otherwise(pl.col("ADT").shift(1))
    gaps = calls.with_columns(GAP=(pl.col("ADT") - before).dt.total_days())
    wrong = ~pl.col("GAP").is_between(low, high)
    judged = gaps.group_by("USUBJID", maintain_order=True).agg(
        BAD=wrong.sum(), LATEST=pl.col("ADT").max(), WIDEST=pl.col("GAP").max(), N=pl.len()
    )
    joined = subjects.join(judged, on="USUBJID", how="left", maintain_order="left")
    silent = (pl.col("STOP") - pl.coalesce("LATEST", "START")).dt.total_days()
    overdue = silent > high
    return result_rows(
        joined.with_columns(
            RESULT=pl.when((pl.col("BAD") > 0).fill_null(value=False) | overdue)
            .then(pl.lit(FAIL))
            .when(pl.col("N").is_null())
            .then(pl.lit(NOT_ASSESSABLE))
            .otherwise(pl.lit(PASS)),
            DATE=pl.coalesce("LATEST", "STOP"),
            DETAIL=pl.when(overdue)
            .then(
                sentence(
                    "no contact for {} days before {}, at most {}", silent, "STOP", pl.lit(high)
                )
            )
            .when(pl.col("N").is_null())
            .then(pl.lit("no contact is due yet"))
            .otherwise(sentence("{} contacts, widest gap {} days", "N", "WIDEST")),
        )
    )
