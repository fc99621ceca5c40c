"""Checks on what follows the last dose: visit at the end of treatment, safety visits, contacts (C13-C15)."""

from __future__ import annotations

from typing import Final

import polars as pl

from pkpipe.clinical.collected import reason_in_chinese
from pkpipe.escalation.conformance.dated_records import (
    FAIL,
    NOT_ASSESSABLE,
    PASS,
    Limits,
    Trial,
    result_rows,
    worst_per,
)
from pkpipe.escalation.conformance.examination_visits import treated
from pkpipe.sentences import Say, Words, in_both

SEEN_BY: Final = Words("seen on {}, due by {}", "于{}访视，应不迟于{}")
EXCUSED: Final = Words(
    "not asked: lost, dead or withdrawn before it was due", "不适用：到期前失访、死亡或退出"
)
NOT_DUE: Final = Words("due by {}, after the cutoff", "应不迟于{}，晚于数据截止日")
NAMELESS: Final = Words("{}, so a visit may be unscheduled", "{}，因此访视可能为计划外访视")
NO_VISIT_BY: Final = Words("no visit by {}", "截至{}无访视")
SPAN: Final = Words("days {} to {} after the last dose: {}", "末次给药后第{}至{}天：{}")
SEEN: Final = Words("seen on {}", "于{}访视")
OVER: Final = Words(
    "not asked: new therapy, death or loss came first", "不适用：此前已有新治疗、死亡或失访"
)
AFTER_CUTOFF: Final = Words("after the cutoff", "晚于数据截止日")
NO_VISIT: Final = Words("no visit", "无访视")
OVERDUE: Final = Words(
    "no contact for {} days before {}, at most {}", "{1}之前{0}天无随访，最多{2}天"
)
NO_CONTACT: Final = Words("no contact is due yet", "尚无到期的随访")
CONTACTS: Final = Words("{} contacts, widest gap {} days", "{}次随访，最长间隔{}天")


def _off_treatment(trial: Trial) -> pl.DataFrame:
    """Subjects whose treatment ended, with DUE-limiting dates."""
    return treated(trial).filter(pl.col("EOTDT").is_not_null())


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
            **in_both(
                "DETAIL",
                lambda say: (
                    pl.when(pl.col("SEEN").is_not_null())
                    .then(say(SEEN_BY, "SEEN", due))
                    .when(excused)
                    .then(say(EXCUSED))
                    .when(open_)
                    .then(say(NOT_DUE, due))
                    .when(_nameless())
                    .then(say(NAMELESS, _unknown(say)))
                    .otherwise(say(NO_VISIT_BY, due))
                ),
            ),
        )
    )


def _unknown(say: Say) -> pl.Expr:
    """LOST, why nobody knows whether a visit was planned."""
    return reason_in_chinese(pl.col("LOST")) if say.ending else pl.col("LOST")


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
                **in_both("DETAIL", lambda say: say(SPAN, "FROM", "TO", _seen(say, over, open_))),
            ),
            "USUBJID",
        )
    )


def _seen(say: Say, over: pl.Expr, open_: pl.Expr) -> pl.Expr:
    return (
        pl.when(pl.col("SEEN").is_not_null())
        .then(say(SEEN, "SEEN"))
        .when(over)
        .then(say(OVER))
        .when(open_)
        .then(say(AFTER_CUTOFF))
        .when(_nameless())
        .then(say(NAMELESS, _unknown(say)))
        .otherwise(say(NO_VISIT))
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
            **in_both(
                "DETAIL",
                lambda say: (
                    pl.when(overdue)
                    .then(say(OVERDUE, silent, "STOP", pl.lit(high)))
                    .when(pl.col("N").is_null())
                    .then(say(NO_CONTACT))
                    .otherwise(say(CONTACTS, "N", "WIDEST"))
                ),
            ),
        )
    )
