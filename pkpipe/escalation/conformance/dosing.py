"""Checks on one subject's doses: not lower, on time, not too many, stopped (C04, C06, C07, C16)."""

from __future__ import annotations

from typing import Final

import polars as pl

from pkpipe.escalation.conformance.dated_records import (
    FAIL,
    NOT_ASSESSABLE,
    PASS,
    Limits,
    Trial,
    result_rows,
    worst_per,
)
from pkpipe.sentences import Say, Words, in_both

RELATIVE: float = 1e-9  # planned doses are read from text; equal ones are equal to far less


def doses_in_order(trial: Trial) -> pl.DataFrame:
    """Doses by subject, drug and time, each with the planned dose, day and level before it."""
    doses = trial.doses if trial.doses is not None else pl.DataFrame()
    ordered = doses.sort("USUBJID", "DRUG", "ASTDT", "ASTDTM", "CYCLE", nulls_last=True)
    same = (pl.col("USUBJID") == pl.col("USUBJID").shift(1)) & (
        pl.col("DRUG") == pl.col("DRUG").shift(1)
    )
    start = (~same).fill_null(value=True)
    return (
        ordered.with_columns(FIRST=start, GROUP=start.cum_sum())
        .with_columns(
            NTH=pl.int_range(pl.len())
            - pl.int_range(pl.len()).filter("FIRST").gather(pl.col("GROUP") - 1),
            START=pl.col("ASTDT").filter("FIRST").gather(pl.col("GROUP") - 1),
            BEFORE=pl.when(same).then(pl.col("PLANDOSE").shift(1)),
            DAYBEFORE=pl.when(same).then(pl.col("ASTDT").shift(1)),
            LEVELBEFORE=pl.when(same).then(pl.col("LEVELN").shift(1)),
        )
        .drop("GROUP")
    )


def _passes(condition: pl.Expr) -> pl.Expr:
    return pl.when(condition).then(pl.lit(PASS)).otherwise(pl.lit(FAIL))


def no_reduction(trial: Trial, _limits: Limits) -> pl.DataFrame:
    """C04: the planned dose of a cycle is never below that of the one before; a stopped infusion is none."""
    doses = doses_in_order(trial)
    lower = (pl.col("PLANDOSE") < pl.col("BEFORE") * (1 - RELATIVE)).fill_null(value=False)
    return result_rows(
        worst_per(
            doses.with_columns(
                RESULT=pl.when(pl.col("PLANDOSE").is_null())
                .then(pl.lit(NOT_ASSESSABLE))
                .otherwise(_passes(~lower)),
                DATE="ASTDT",
                **in_both("DETAIL", lambda say: _not_lower(say, lower)),
            ),
            "USUBJID",
        )
    )


LOWER: Final = Words("{}: {} after {} on {}", "{0}：{3}的计划剂量为{1}，此前为{2}")
UNPLANNED: Final = Words("{}: the planned dose of {} is not known", "{}：{}的计划剂量未知")
NOT_LOWER: Final = Words("{}: no planned dose below the one before", "{}：计划剂量均不低于前次")


def _not_lower(say: Say, lower: pl.Expr) -> pl.Expr:
    return (
        pl.when(lower)
        .then(say(LOWER, "DRUG", "PLANDOSE", "BEFORE", "ASTDT"))
        .when(pl.col("PLANDOSE").is_null())
        .then(say(UNPLANNED, "DRUG", "ASTDT"))
        .otherwise(say(NOT_LOWER, "DRUG"))
    )


def doses_on_time(trial: Trial, limits: Limits) -> pl.DataFrame:
    """C06: from the second cycle on a dose is within the window around its planned date (V04)."""
    doses = doses_in_order(trial).filter(pl.col("NTH") > 0)
    cycle = pl.col("DRUG").replace_strict(limits.cycle_days, default=None, return_dtype=pl.Int64)
    window = pl.col("DRUG").replace_strict(
        limits.dosing_window_days, default=None, return_dtype=pl.Int64
    )
    anchored = limits.plan.conduct.dosing_anchor == "first_dose"
    days = (pl.col("ASTDT") - pl.col("START" if anchored else "DAYBEFORE")).dt.total_days()
    off = days - (pl.col("NTH") * cycle if anchored else cycle)
    return result_rows(
        worst_per(
            doses.with_columns(
                RESULT=pl.when(off.is_null() | window.is_null())
                .then(pl.lit(NOT_ASSESSABLE))
                .otherwise(_passes(off.abs() <= window)),
                DATE="ASTDT",
                **in_both("DETAIL", lambda say: say(OFF, "DRUG", "ASTDT", _or_unknown(off))),
            ),
            "USUBJID",
        )
    )


def few_cycles(trial: Trial, limits: Limits) -> pl.DataFrame:
    """C07: no more cycles than the protocol gives."""
    doses = doses_in_order(trial)
    most = pl.col("DRUG").replace_strict(limits.max_cycles, default=None, return_dtype=pl.Int64)
    cycles = doses.group_by("USUBJID", "DRUG", maintain_order=True).agg(
        pl.col("COHORT").first(),
        CYCLES=pl.max_horizontal(
            pl.col("CYCLE").max(), pl.col("CYCLE").drop_nulls().n_unique().replace(0, None)
        ),
        DATE=pl.col("ASTDT").max(),
    )
    return result_rows(
        worst_per(
            cycles.with_columns(
                RESULT=pl.when(most.is_null() | pl.col("CYCLES").is_null())
                .then(pl.lit(NOT_ASSESSABLE))
                .otherwise(_passes(pl.col("CYCLES") <= most)),
                **in_both(
                    "DETAIL",
                    lambda say: say(
                        CYCLES, "DRUG", _or_unknown(pl.col("CYCLES")), _or_unknown(most)
                    ),
                ),
            ),
            "USUBJID",
        )
    )


OFF: Final = Words("{}: dose of {} {} days from its planned date", "{}：{}给药，与计划日期相差{}天")
CYCLES: Final = Words("{}: {} cycles, at most {}", "{}：{}个周期，最多{}个")
STOPS: Final = {
    "DTHDT": Words("death", "死亡"),
    "NACTDT": Words("new anti-cancer therapy", "新抗肿瘤治疗"),
    "CLINPDDT": Words("clinical progression", "临床进展"),
    "PDDT": Words("progression by imaging", "影像学进展"),
    "EOTDT": Words("end of treatment", "治疗结束"),
}
NO_STOP: Final = Words("last dose on {}, no reason to stop", "末次给药{}，无终止原因")
STOPPED: Final = Words("last dose on {}, {} on {}", "末次给药{}，{}于{}")


def _or_unknown(number: pl.Expr) -> pl.Expr:
    return number.cast(pl.String).fill_null("?")


def stopped_in_time(trial: Trial, _limits: Limits) -> pl.DataFrame:
    """C16: no dose after the first reason to stop."""
    last = (
        doses_in_order(trial)
        .group_by("USUBJID", maintain_order=True)
        .agg(pl.col("COHORT").first(), LAST=pl.col("ASTDT").max())
    )
    stops = trial.subjects.select(
        "USUBJID",
        *(
            (pl.col(n) if n in trial.subjects.columns else pl.lit(None)).cast(pl.Date).alias(n)
            for n in STOPS
        ),
    ).with_columns(STOP=pl.min_horizontal(*STOPS))
    joined = last.join(stops, on="USUBJID", how="left", maintain_order="left")
    on_time = (pl.col("LAST") <= pl.col("STOP")).fill_null(value=True)
    return result_rows(
        joined.with_columns(
            RESULT=_passes(on_time),
            DATE="LAST",
            **in_both("DETAIL", _stopped),
        )
    )


def _stopped(say: Say) -> pl.Expr:
    why = pl.coalesce(
        pl.when(pl.col(name) == pl.col("STOP")).then(say(words)) for name, words in STOPS.items()
    )
    return (
        pl.when(pl.col("STOP").is_null())
        .then(say(NO_STOP, "LAST"))
        .otherwise(say(STOPPED, "LAST", why, "STOP"))
    )
