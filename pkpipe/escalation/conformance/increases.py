"""The check on a dose increase within a subject: only under its conditions (C05)."""

from __future__ import annotations

from collections.abc import Sequence
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
from pkpipe.escalation.conformance.dosing import RELATIVE, doses_in_order
from pkpipe.escalation.engine.rules import DECLARE_MTD, ESCALATE, MAD_REACHED
from pkpipe.protocol.escalation import IntraPatient
from pkpipe.sentences import SEMICOLON, Say, Words, in_both


def increase_allowed(trial: Trial, limits: Limits) -> pl.DataFrame:
    """C05: an increase only after enough cycles, by one level, agreed, and to a cleared level.

    The level is cleared by a decision to escalate from it, or that makes it MAD or MTD, dated on or before
    the dose, with no more than the allowed DLTs.
    """
    rule = limits.plan.conduct.intrapatient
    doses = doses_in_order(trial)
    rises = doses.filter(
        (pl.col("PLANDOSE") > pl.col("BEFORE") * (1 + RELATIVE)).fill_null(value=False)
    ).with_columns(
        LEVEL=pl.col("LEVELN").replace_strict(
            dict(enumerate(limits.plan.codes)), default=None, return_dtype=pl.String
        )
    )
    if rule is None:
        return result_rows(
            rises.with_columns(
                RESULT=pl.lit(FAIL),
                DATE="ASTDT",
                **in_both("DETAIL", lambda say: say(NONE_ALLOWED, "DRUG", "ASTDT")),
            )
        )
    joined = rises.join(_cleared(trial), on="LEVEL", how="left", maintain_order="left").join(
        _agreed(trial), on="USUBJID", how="left", maintain_order="left"
    )
    conditions = _conditions(rule)
    known = trial.decisions is not None and trial.agreements is not None
    early = ~conditions[0] | ~conditions[1]
    return result_rows(
        worst_per(
            joined.with_columns(
                RESULT=pl.when(early | (pl.lit(known) & ~pl.all_horizontal(conditions)))
                .then(pl.lit(FAIL))
                .when(pl.lit(known))
                .then(pl.lit(PASS))
                .otherwise(pl.lit(NOT_ASSESSABLE)),
                DATE="ASTDT",
                **in_both("DETAIL", lambda say: _increase(say, conditions, known=known)),
            ),
            "USUBJID",
        )
    )


NONE_ALLOWED: Final = Words(
    "{}: increased on {}; the protocol allows none", "{}：于{}增加剂量；方案不允许增加剂量"
)
INCREASED: Final = Words("{}: increased on {}: ", "{}：于{}增加剂量：")
ALL_HOLD: Final = Words("all conditions hold", "满足全部条件")
NOT_GIVEN: Final = Words("; agreements or decisions were not given", "；未提供同意记录或决定记录")
# What is said where a condition does not hold, in the order of `_conditions`.
BROKEN: Final = (
    Words("only {} cycles received before", "此前仅接受{}个周期"),
    Words("not to the next higher level", "未递增至紧邻的更高剂量水平"),
    Words("no agreement dated on or before the dose", "给药当日或之前无同意记录"),
    Words(
        "no decision that clears the level dated on or before the dose",
        "给药当日或之前无开放该剂量水平的决定",
    ),
    Words("{} DLTs at the level", "该剂量水平DLT例数：{}"),
)
UNKNOWN: Final = Words("unknown", "未知")


def _conditions(rule: IntraPatient) -> tuple[pl.Expr, ...]:
    """What an increase asks for: cycles before it, the next level, agreed, cleared, few DLTs there."""
    return (
        pl.col("NTH") >= rule.min_cycles,
        *(
            condition.fill_null(value=False)
            for condition in (
                pl.col("LEVELN") == pl.col("LEVELBEFORE") + 1,
                pl.col("AGREED") <= pl.col("ASTDT"),
                pl.col("CLEARED") <= pl.col("ASTDT"),
                pl.col("DLTS") <= rule.max_target_dlt,
            )
        ),
    )


def _increase(say: Say, conditions: Sequence[pl.Expr], *, known: bool) -> pl.Expr:
    """The day of the increase, and each condition that does not hold."""
    dlts = pl.col("DLTS").cast(pl.String).fill_null(say.plain(UNKNOWN))
    values: tuple[tuple[pl.Expr, ...], ...] = ((pl.col("NTH"),), (), (), (), (dlts,))
    broken = [
        pl.when(~holds).then(say(words, *of))
        for holds, words, of in zip(conditions, BROKEN, values, strict=True)
    ]
    failed = pl.concat_str(broken, separator=SEMICOLON[say.place], ignore_nulls=True)
    return pl.concat_str(
        say(INCREASED, "DRUG", "ASTDT"),
        pl.when(failed == "").then(say(ALL_HOLD)).otherwise(failed),
        pl.lit("") if known else say(NOT_GIVEN),
    )


def _cleared(trial: Trial) -> pl.DataFrame:
    schema = {"LEVEL": pl.String, "CLEARED": pl.Date, "DLTS": pl.Int64}
    if trial.decisions is None:
        return pl.DataFrame(schema=schema)
    clearing = trial.decisions.with_columns(
        LEVEL=pl.when(pl.col("decision") == ESCALATE)
        .then("level")
        .when(pl.col("decision").is_in([MAD_REACHED, DECLARE_MTD]))
        .then(pl.col("next_level").fill_null(pl.col("level")))
    ).drop_nulls("LEVEL")
    return (
        clearing.sort("date")
        .group_by("LEVEL", maintain_order=True)
        .agg(CLEARED=pl.col("date").first(), DLTS=pl.col("dlt").first())
    )


def _agreed(trial: Trial) -> pl.DataFrame:
    if trial.agreements is None:
        return pl.DataFrame(schema={"USUBJID": pl.String, "AGREED": pl.Date})
    return trial.agreements.group_by("USUBJID").agg(AGREED=pl.col("ADT").min())
