"""Checks on groups: windows waited for, subjects in a window, gaps, order, sizes (C01-C03, C09-C11)."""

from __future__ import annotations

from typing import Final

import polars as pl

from pkpipe.escalation.conformance.dated_records import (
    FAIL,
    INDETERMINATE,
    NOT_ASSESSABLE,
    PASS,
    Limits,
    Trial,
    dosed_subjects,
    earliest_and_latest,
    result_rows,
)
from pkpipe.escalation.engine.rules import ESCALATE
from pkpipe.escalation.subjects.evaluability import EVALUABLE, EVALUABLE_DLT, in_window
from pkpipe.sentences import Say, Words, in_both

WINDOW_OVER: Final = Words(
    "window over on {}, next group dosed on {}", "观察窗于{}结束，下一组于{}给药"
)
INSIDE: Final = Words("{} in the window on {}, at most {}", "{1}有{0}例在观察窗内，最多{2}例")
GAP: Final = Words(
    "{} to {} h after the subject before, at least {} h", "与前一受试者间隔{}至{}小时，至少{}小时"
)
ONSET: Final = Words("DLT {} days after the first dose, {}", "首次给药后{}天发生DLT，{}")
IN_WINDOW: Final = Words("in the window", "在观察窗内")
OUTSIDE: Final = Words("outside: not counted", "在观察窗外：不计入")
SKIPPED: Final = Words("{} dosed on {} before the level below", "{}于{}给药，早于其下一级剂量水平")
UNRECORDED: Final = Words(
    "{} opened on {}; no recorded decisions were given", "{}于{}开放；未提供决定记录"
)
UNDECIDED: Final = Words(
    "{} dosed on {} without a recorded decision to escalate", "{}于{}给药，无递增决定的记录"
)
DECIDED: Final = Words("{} dosed on {}, decision on {}", "{}于{}给药，决定日期{}")
SIZE: Final = Words("{}: {} evaluable of {} enrolled", "{0}：入组{2}例，可评估{1}例")
MORE: Final = Words("; more than {}", "；多于{}例")
STILL_OPEN: Final = Words("; the group is still open", "；该组仍在入组")


def windows_waited_for(trial: Trial, limits: Limits) -> pl.DataFrame:
    """C01: every subject's window is over when the first subject of the next group is dosed.

    Subjects who join a level after a higher one has exceeded the MTD expand it and are not asked (the rule
    is about going up). A window that ends on that day is over.
    """
    subjects = dosed_subjects(trial, limits)
    first = subjects.group_by("K").agg(NEXT=pl.col("TRTSDT").min())
    ladder = first.sort("K").select("K", NEXT=pl.col("NEXT").shift(-1))
    asked = subjects.join(ladder, on="K", how="left", maintain_order="left").join(
        _exceeded_since(subjects), on="K", how="left", maintain_order="left"
    )
    expands = (pl.col("TRTSDT") >= pl.col("EXCEEDED")).fill_null(value=False)
    asked = asked.filter(pl.col("NEXT").is_not_null() & ~expands)
    late = pl.col("END") > pl.col("NEXT")
    return result_rows(
        asked.with_columns(
            RESULT=pl.when(late).then(pl.lit(FAIL)).otherwise(pl.lit(PASS)),
            DATE="NEXT",
            **in_both("DETAIL", lambda say: say(WINDOW_OVER, "END", "NEXT")),
        )
    )


def _exceeded_since(subjects: pl.DataFrame) -> pl.DataFrame:
    """For each level the day a higher one had its second DLT; levels below none are left out."""
    second = (
        subjects.filter(pl.col("DLTFL") == "Y")
        .sort("K", "DLTDT")
        .group_by("K", maintain_order=True)
        .agg(SECOND=pl.col("DLTDT").slice(1, 1).first())
        .drop_nulls("SECOND")
    )
    levels = subjects.select(pl.col("K").unique().sort())
    return (
        levels.join(second.rename({"K": "ABOVE"}), how="cross")
        .filter(pl.col("ABOVE") > pl.col("K"))
        .group_by("K")
        .agg(EXCEEDED=pl.col("SECOND").min())
    )


def few_in_window(trial: Trial, limits: Limits) -> pl.DataFrame:
    """C02: on each first-dose day at most so many of the group are in the window, the new one included."""
    most = limits.plan.constraints.max_in_window
    subjects = dosed_subjects(trial, limits)
    days = subjects.select("K", NEW="USUBJID", DAY="TRTSDT", COHORT="COHORT")
    inside = days.join(subjects.select("K", "TRTSDT", "END"), on="K", maintain_order="left").filter(
        (pl.col("TRTSDT") <= pl.col("DAY")) & (pl.col("DAY") < pl.col("END"))
    )
    counted = inside.group_by("NEW", "COHORT", "DAY", maintain_order=True).agg(INSIDE=pl.len())
    return result_rows(
        counted.with_columns(
            USUBJID="NEW",
            RESULT=pl.when(pl.col("INSIDE") > most).then(pl.lit(FAIL)).otherwise(pl.lit(PASS)),
            DATE="DAY",
            **in_both("DETAIL", lambda say: say(INSIDE, "INSIDE", "DAY", pl.lit(most))),
        )
    )


def gap_after_first(trial: Trial, limits: Limits) -> pl.DataFrame:
    """C03: so many hours from the first subject of a group to every later one (or between every pair, V03).

    A date without a time may mean any moment of its day; where that leaves both answers open the result
    is INDETERMINATE.
    """
    rules = limits.plan.constraints
    hours = pl.duration(seconds=round(3600 * (rules.first_gap_hours or 0)))
    first = earliest_and_latest("TRTSDT", "TRTSDTM", "FIRST")
    own = earliest_and_latest("TRTSDT", "TRTSDTM", "OWN")
    ordered = dosed_subjects(trial, limits).sort(
        "K", "TRTSDT", "TRTSDTM", "USUBJID", nulls_last=True
    )
    ordered = ordered.with_columns(*first, *own, NTH=pl.int_range(pl.len()).over("K"))
    if rules.gap_between == "first_and_later":
        before = ordered.filter(pl.col("NTH") == 0).select("K", "FIRST_LOW", "FIRST_HIGH")
        later = (
            ordered.filter(pl.col("NTH") > 0)
            .drop("FIRST_LOW", "FIRST_HIGH")
            .join(before, on="K", maintain_order="left")
        )
    else:
        later = ordered.with_columns(pl.col("FIRST_LOW", "FIRST_HIGH").shift(1)).filter(
            pl.col("NTH") > 0
        )
    least, most = pl.col("OWN_LOW") - pl.col("FIRST_HIGH"), pl.col("OWN_HIGH") - pl.col("FIRST_LOW")
    return result_rows(
        later.with_columns(
            RESULT=pl.when(least >= hours)
            .then(pl.lit(PASS))
            .when(most < hours)
            .then(pl.lit(FAIL))
            .otherwise(pl.lit(INDETERMINATE)),
            DATE="TRTSDT",
            **in_both(
                "DETAIL",
                lambda say: say(
                    GAP,
                    (least.dt.total_seconds() / 3600).round(1),
                    (most.dt.total_seconds() / 3600).round(1),
                    pl.lit(rules.first_gap_hours),
                ),
            ),
        )
    )


def dlt_in_window(trial: Trial, limits: Limits) -> pl.DataFrame:
    """C09: a DLT counts only in the window."""
    flagged = dosed_subjects(trial, limits).filter(pl.col("DLTDT").is_not_null())
    inside = in_window("DLT", limits.plan).fill_null(value=False)
    return result_rows(
        flagged.with_columns(
            RESULT=pl.when(inside).then(pl.lit(PASS)).otherwise(pl.lit(FAIL)),
            DATE="DLTDT",
            **in_both(
                "DETAIL",
                lambda say: say(
                    ONSET,
                    (pl.col("DLTDT") - pl.col("TRTSDT")).dt.total_days(),
                    pl.when(inside).then(say(IN_WINDOW)).otherwise(say(OUTSIDE)),
                ),
            ),
        )
    )


def escalated_after_decision(trial: Trial, limits: Limits) -> pl.DataFrame:
    """C10: no level skipped, and the first dose of a level not before an ESCALATE decision to it."""
    codes = limits.plan.codes
    inserted = [level.code for level in limits.plan.levels if level.inserted]
    first = (
        dosed_subjects(trial, limits)
        .sort("K", "TRTSDT", "USUBJID")
        .group_by("K", maintain_order=True)
        .agg(pl.col("COHORT", "LEVEL", "USUBJID").first(), DAY=pl.col("TRTSDT").first())
    )
    below = first.select(K=pl.col("K") + 1, OPENED=pl.col("DAY"))
    lowest = pl.col("K") == 0
    joined = first.join(below, on="K", how="left", maintain_order="left").join(
        _decided_on(trial), on="LEVEL", how="left", maintain_order="left"
    )
    under = (
        pl.col("K").sub(1).clip(0).replace_strict(dict(enumerate(codes)), return_dtype=pl.String)
    )
    skipped = (
        ~lowest
        & ~under.is_in(inserted)
        & (pl.col("OPENED").is_null() | (pl.col("OPENED") > pl.col("DAY")))
    )
    asked = joined.filter(~lowest & ~pl.col("LEVEL").is_in(inserted))
    unrecorded = pl.lit(trial.decisions is None)
    too_early = pl.col("DECIDED").is_null() | (pl.col("DECIDED") > pl.col("DAY"))
    return result_rows(
        asked.with_columns(
            USUBJID=pl.col("USUBJID"),
            DATE="DAY",
            RESULT=pl.when(skipped)
            .then(pl.lit(FAIL))
            .when(unrecorded)
            .then(pl.lit(NOT_ASSESSABLE))
            .when(too_early)
            .then(pl.lit(FAIL))
            .otherwise(pl.lit(PASS)),
            **in_both("DETAIL", lambda say: _opened(say, skipped, unrecorded)),
        )
    )


def _opened(say: Say, skipped: pl.Expr, unrecorded: pl.Expr) -> pl.Expr:
    return (
        pl.when(skipped)
        .then(say(SKIPPED, "LEVEL", "DAY"))
        .when(unrecorded)
        .then(say(UNRECORDED, "LEVEL", "DAY"))
        .when(pl.col("DECIDED").is_null())
        .then(say(UNDECIDED, "LEVEL", "DAY"))
        .otherwise(say(DECIDED, "LEVEL", "DAY", "DECIDED"))
    )


def _decided_on(trial: Trial) -> pl.DataFrame:
    """The first ESCALATE decision to each level."""
    if trial.decisions is None:
        return pl.DataFrame(schema={"LEVEL": pl.String, "DECIDED": pl.Date})
    escalations = trial.decisions.filter(pl.col("decision") == ESCALATE)
    return escalations.group_by(LEVEL=pl.col("next_level")).agg(DECIDED=pl.col("date").min())


def group_sizes(trial: Trial, limits: Limits) -> pl.DataFrame:
    """C11: one or three to six evaluable subjects in a titrated group, three to six in any other."""
    subjects = dosed_subjects(trial, limits)
    top = subjects["K"].max()
    groups = (
        subjects.sort("K")
        .group_by("K", "LEVEL", maintain_order=True)
        .agg(
            COHORT=pl.col("COHORT").first(),
            N=pl.col("STATE").is_in([EVALUABLE, EVALUABLE_DLT]).sum(),
            ENROLLED=pl.len(),
            DATE=pl.col("TRTSDT").max(),
        )
    )
    titrated = pl.col("LEVEL").is_in(limits.plan.titration_levels)
    cohort, most = limits.plan.cohort_size, limits.plan.mtd_subjects
    few = (pl.col("N") < cohort) & ~(titrated & (pl.col("N") == 1))
    still_open = pl.col("K") == (top if isinstance(top, int) else -1)
    return result_rows(
        groups.with_columns(
            USUBJID=pl.lit(None, dtype=pl.String),
            RESULT=pl.when(few & still_open)
            .then(pl.lit(NOT_ASSESSABLE))
            .when(few)
            .then(pl.lit(FAIL))
            .otherwise(pl.lit(PASS)),
            **in_both(
                "DETAIL",
                lambda say: pl.concat_str(
                    say(SIZE, "LEVEL", "N", "ENROLLED"),
                    pl.when(pl.col("N") > most).then(say(MORE, pl.lit(most))).otherwise(pl.lit("")),
                    pl.when(few & still_open).then(say(STILL_OPEN)).otherwise(pl.lit("")),
                ),
            ),
        )
    )
