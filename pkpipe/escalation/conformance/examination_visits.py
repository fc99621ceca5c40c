"""Checks on examinations before each dose and on the length of screening (C08, C12)."""

from __future__ import annotations

from typing import Final

import polars as pl

from pkpipe.clinical.dose_decision import EXAM_WORDS
from pkpipe.escalation.conformance.dated_records import (
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
from pkpipe.sentences import Say, Words, in_both

BEFORE_DOSE: Final = Words("{} before the dose of {}", "{1}给药前的{0}")
EVERY_EXAM: Final = Words("every examination within the time", "各项检查均在规定时间内")
TOO_EARLY: Final = Words("{}: missing or too early", "{}：缺失或过早")
NO_TIMES: Final = Words("{}: cannot be told without times", "{}：无时间记录，无法判断")
SCREENED: Final = Words(
    "{} days from consent to the first dose, at most {}", "签署知情同意至首次给药{}天，最多{}天"
)
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
                    "DETAILZH": pl.String,
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
    return result_rows(
        worst_per(
            full.with_columns(
                RESULT=pl.col("GRADE")
                .fill_null(GRADES[FAIL])
                .replace_strict(names, return_dtype=pl.String),
                DATE="ASTDT",
            ).with_columns(**in_both("DETAIL", _examined)),
            "USUBJID",
        )
    )


def _examined(say: Say) -> pl.Expr:
    named = {name: words.zh for name, words in EXAM_WORDS.items()}
    exam = pl.col("EXAM").replace(named) if say.ending else pl.col("EXAM")
    words = say(BEFORE_DOSE, exam, "ASTDT")
    return (
        pl.when(pl.col("RESULT") == PASS)
        .then(say(EVERY_EXAM))
        .when(pl.col("RESULT") == FAIL)
        .then(say(TOO_EARLY, words))
        .otherwise(say(NO_TIMES, words))
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


def treated(trial: Trial) -> pl.DataFrame:
    """Subjects who were dosed."""
    return trial.subjects.filter(pl.col("TRTSDT").is_not_null())


def screened_in_time(trial: Trial, limits: Limits) -> pl.DataFrame:
    """C12: the first dose within so many days after consent."""
    days = (pl.col("TRTSDT") - pl.col("RFICDT")).dt.total_days()
    return result_rows(
        treated(trial).with_columns(
            RESULT=_verdict((days >= 0) & (days <= limits.screening_days)),
            DATE="TRTSDT",
            **in_both(
                "DETAIL",
                lambda say: say(
                    SCREENED, days.cast(pl.String).fill_null("?"), pl.lit(limits.screening_days)
                ),
            ),
        )
    )
