"""Checks on one subject's doses: not lower, higher if allowed, on time, not too many (C04-C07, C16)."""

from __future__ import annotations

import polars as pl

from pkpipe.escalation.conformance.trial import (
    FAIL,
    NOT_ASSESSABLE,
    PASS,
    Limits,
    Trial,
    result_rows,
    worst_per,
)
from pkpipe.escalation.engine.rules import DECLARE_MTD, ESCALATE, MAD_REACHED
from pkpipe.sentences import sentence

RELATIVE: float = 1e-9  # planned doses are read from text; equal ones are equal to far less


def _in_order(trial: Trial) -> pl.DataFrame:
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
    doses = _in_order(trial)
    lower = (pl.col("PLANDOSE") < pl.col("BEFORE") * (1 - RELATIVE)).fill_null(value=False)
    return result_rows(
        worst_per(
            doses.with_columns(
                RESULT=pl.when(pl.col("PLANDOSE").is_null())
                .then(pl.lit(NOT_ASSESSABLE))
                .otherwise(_passes(~lower)),
                DATE="ASTDT",
                DETAIL=pl.when(lower)
                .then(sentence("{}: {} after {} on {}", "DRUG", "PLANDOSE", "BEFORE", "ASTDT"))
                .when(pl.col("PLANDOSE").is_null())
                .then(sentence("{}: the planned dose of {} is not known", "DRUG", "ASTDT"))
                .otherwise(sentence("{}: no planned dose below the one before", "DRUG")),
            ),
            "USUBJID",
        )
    )


def increase_allowed(trial: Trial, limits: Limits) -> pl.DataFrame:
    """C05: an increase only after enough cycles, by one level, agreed, and to a cleared level.

    The level is cleared by a decision to escalate from it, or that makes it MAD or MTD, dated on or before
    the dose, with no more than the allowed DLTs.
    """
    rule = limits.plan.conduct.intrapatient
    doses = _in_order(trial)
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
                DETAIL=sentence("{}: increased on {}; the protocol allows none", "DRUG", "ASTDT"),
            )
        )
    joined = rises.join(_cleared(trial), on="LEVEL", how="left", maintain_order="left").join(
        _agreed(trial), on="USUBJID", how="left", maintain_order="left"
    )
    # Each condition in words; the first that fails is the reason.
    conditions = (
        (pl.col("NTH") >= rule.min_cycles, sentence("only {} cycles received before", "NTH")),
        (
            (pl.col("LEVELN") == pl.col("LEVELBEFORE") + 1).fill_null(value=False),
            pl.lit("not to the next higher level"),
        ),
        (
            (pl.col("AGREED") <= pl.col("ASTDT")).fill_null(value=False),
            pl.lit("no agreement dated on or before the dose"),
        ),
        (
            (pl.col("CLEARED") <= pl.col("ASTDT")).fill_null(value=False),
            pl.lit("no decision that clears the level dated on or before the dose"),
        ),
        (
            (pl.col("DLTS") <= rule.max_target_dlt).fill_null(value=False),
            sentence("{} DLTs at the level", pl.col("DLTS").cast(pl.String).fill_null("unknown")),
        ),
    )
    failed = pl.concat_str(
        [pl.when(~holds).then(words) for holds, words in conditions],
        separator="; ",
        ignore_nulls=True,
    )
    known = trial.decisions is not None and trial.agreements is not None
    unknown = pl.lit("; agreements or decisions were not given" if not known else "")
    early = ~conditions[0][0] | ~conditions[1][0]
    return result_rows(
        worst_per(
            joined.with_columns(
                RESULT=pl.when(early | (pl.lit(known) & (failed != "")))
                .then(pl.lit(FAIL))
                .when(pl.lit(known))
                .then(pl.lit(PASS))
                .otherwise(pl.lit(NOT_ASSESSABLE)),
                DATE="ASTDT",
                DETAIL=pl.concat_str(
                    sentence("{}: increased on {}: ", "DRUG", "ASTDT"),
                    pl.when(failed == "").then(pl.lit("all conditions hold")).otherwise(failed),
                    unknown,
                ),
            ),
            "USUBJID",
        )
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


def doses_on_time(trial: Trial, limits: Limits) -> pl.DataFrame:
    """C06: from the second cycle on a dose is within the window around its planned date (V04)."""
    doses = _in_order(trial).filter(pl.col("NTH") > 0)
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
                DETAIL=sentence(
                    "{}: dose of {} {} days from its planned date",
                    "DRUG",
                    "ASTDT",
                    off.cast(pl.String).fill_null("?"),
                ),
            ),
            "USUBJID",
        )
    )


def few_cycles(trial: Trial, limits: Limits) -> pl.DataFrame:
    """C07: no more cycles than the protocol gives."""
    doses = _in_order(trial)
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
                DETAIL=sentence(
                    "{}: {} cycles, at most {}",
                    "DRUG",
                    *(x.cast(pl.String).fill_null("?") for x in (pl.col("CYCLES"), most)),
                ),
            ),
            "USUBJID",
        )
    )


STOPS = {
    "DTHDT": "death",
    "NACTDT": "new anti-cancer therapy",
    "CLINPDDT": "clinical progression",
    "PDDT": "progression by imaging",
    "EOTDT": "end of treatment",
}


def stopped_in_time(trial: Trial, _limits: Limits) -> pl.DataFrame:
    """C16: no dose after the first reason to stop."""
    last = (
        _in_order(trial)
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
    why = pl.coalesce(
        pl.when(pl.col(name) == pl.col("STOP")).then(pl.lit(words)) for name, words in STOPS.items()
    )
    joined = last.join(stops, on="USUBJID", how="left", maintain_order="left")
    on_time = (pl.col("LAST") <= pl.col("STOP")).fill_null(value=True)
    return result_rows(
        joined.with_columns(
            RESULT=_passes(on_time),
            DATE="LAST",
            DETAIL=pl.when(pl.col("STOP").is_null())
            .then(sentence("last dose on {}, no reason to stop", "LAST"))
            .otherwise(sentence("last dose on {}, {} on {}", "LAST", why, "STOP")),
        )
    )
