"""Check on approvals: a level is dosed only after the decision that opened it was signed (C17)."""

from __future__ import annotations

from typing import Final

import polars as pl

from pkpipe.escalation.conformance.dated_records import (
    FAIL,
    NOT_ASSESSABLE,
    PASS,
    Limits,
    Trial,
    dosed_subjects,
    result_rows,
)
from pkpipe.escalation.engine.rules import ESCALATE
from pkpipe.sentences import Say, Words, in_both

C: Final = pl.col
SIGNED: Final = Words(
    "{} dosed on {}, decision of {} approved on {}", "{}于{}给药，{}的决定于{}签署批准"
)
UNSIGNED: Final = Words(
    "{} dosed on {}, decision of {} not approved", "{}于{}给药，{}的决定未获批准"
)
VIRTUAL: Final = Words(
    "; a virtual trial's days are not those of the clock that signs",
    "；虚拟试验的日期与签署时钟无关",
)


def dosed_after_approval(trial: Trial, limits: Limits) -> pl.DataFrame:
    """C17: the first dose of a level not before the approval of the decision that opened it was signed.

    Asked of decisions that name the run they rest on by its manifest; the first such decision of a level.
    """
    first = (
        dosed_subjects(trial, limits)
        .sort("K", "TRTSDT", "USUBJID")
        .group_by("K", maintain_order=True)
        .agg(C("COHORT", "LEVEL", "USUBJID").first(), DAY=C("TRTSDT").first())
    )
    asked = first.join(_named(trial), on="LEVEL", how="inner", maintain_order="left")
    late = C("APPROVED").is_null() | (C("APPROVED") > C("DAY"))
    return result_rows(
        asked.with_columns(
            DATE="DAY",
            RESULT=pl.when(pl.lit(trial.virtual))
            .then(pl.lit(NOT_ASSESSABLE))
            .when(late)
            .then(pl.lit(FAIL))
            .otherwise(pl.lit(PASS)),
            **in_both("DETAIL", lambda say: _told(say, virtual=trial.virtual)),
        )
    )


def _told(say: Say, *, virtual: bool) -> pl.Expr:
    told = (
        pl.when(C("APPROVED").is_null())
        .then(say(UNSIGNED, "LEVEL", "DAY", "DECIDED"))
        .otherwise(say(SIGNED, "LEVEL", "DAY", "DECIDED", "APPROVED"))
    )
    return pl.concat_str(told, say(VIRTUAL)) if virtual else told


def _named(trial: Trial) -> pl.DataFrame:
    """The first decision to each level that names its run, with the day it was approved."""
    if trial.decisions is None:
        schema = {"LEVEL": pl.String, "DECIDED": pl.Date, "APPROVED": pl.Date}
        return pl.DataFrame(schema=schema)
    named = trial.decisions.filter((C("decision") == ESCALATE) & C("manifest").is_not_null())
    return (
        named.sort("date", maintain_order=True)
        .group_by(LEVEL=C("next_level"), maintain_order=True)
        .agg(DECIDED=C("date").first(), APPROVED=C("approved_on").first())
    )
