"""What the conformance checks look at: the trial's dated records and the protocol's limits."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

import polars as pl

from pkpipe.protocol.escalation import EscalationPlan
from pkpipe.sentences import Words

PASS: Final = "PASS"
FAIL: Final = "FAIL"
INDETERMINATE: Final = "INDETERMINATE"
NOT_ASSESSABLE: Final = "NOT_ASSESSABLE"
# The worst of several results of a subject is the subject's.
WORST_FIRST: Final = (FAIL, INDETERMINATE, PASS, NOT_ASSESSABLE)

NOTHING_YET: Final = Words("nothing to judge yet", "尚无可判定的内容")

RESULT_SCHEMA: Final = pl.Schema(
    {
        "CHECK": pl.String(),
        "USUBJID": pl.String(),
        "COHORT": pl.String(),
        "RESULT": pl.String(),
        "DATE": pl.Date(),
        "DETAIL": pl.String(),
        "DETAILZH": pl.String(),
    }
)


@dataclass(frozen=True)
class Limits:
    """The protocol's numbers; None is a rule it does not set."""

    plan: EscalationPlan
    cycle_days: dict[str, int] = field(default_factory=dict)  # by drug
    dosing_window_days: dict[str, int] = field(default_factory=dict)
    max_cycles: dict[str, int] = field(default_factory=dict)
    screening_days: int | None = None
    exam_hours: float | None = None
    eot_days: int | None = None
    safety_visits: tuple[tuple[int, int], ...] = ()
    survival_gap: tuple[int, int] | None = None
    survival_days: int | None = None


@dataclass(frozen=True)
class Trial:
    """Frames by role; None: the study does not collect it.

    subjects: judged records plus RFICDT, TRTEDT, EOTDT, NACTDT, CLINPDDT, PDDT, DTHDT, LOSTDT, EOSDT, COHORT.
    doses: USUBJID, DRUG, CYCLE, ASTDT, ASTDTM (null without a time), PLANDOSE, LEVELN (position).
    exams: USUBJID, EXAM, ADT, ADTM, PLANNED (of a visit of the plan), LOST (why that is not known).
    contacts: USUBJID, ADT.
    decisions: date, level, decision, next_level, manifest, approved_on, dlt.  agreements: USUBJID, ADT.
    virtual: its days are not those of the clock.
    """

    subjects: pl.DataFrame
    doses: pl.DataFrame | None = None
    exams: pl.DataFrame | None = None
    contacts: pl.DataFrame | None = None
    decisions: pl.DataFrame | None = None
    agreements: pl.DataFrame | None = None
    virtual: bool = False


@dataclass(frozen=True)
class ConductRule:
    """One rule of conduct, in words, and how dated records are held against it.

    It is no check of data: it also passes, and every judgement on it is a row of CONFORM with its id (C01 and
    so on). A failure is a finding under `conduct_check`.
    """

    id: str
    rule: Words
    needs: tuple[str, ...]  # frames of `Trial`
    set_by: Callable[[Limits], bool] | None  # does the protocol set the rule; None: always
    judge: Callable[[Trial, Limits], pl.DataFrame]  # rows with RESULT_SCHEMA but CHECK
    # tables and columns without which it cannot be judged; the examinations are the protocol's
    rests_on: tuple[str, ...] | Callable[[Limits], tuple[str, ...]] = ()
    nothing: Words = NOTHING_YET  # what is said where there is nothing to judge
    of_subjects: bool = True  # False: of a group as a whole


def level_numbers(plan: EscalationPlan) -> dict[str, int]:
    """Position of each level code."""
    return {code: i for i, code in enumerate(plan.codes)}


def dosed_subjects(trial: Trial, limits: Limits) -> pl.DataFrame:
    """Dosed subjects of escalation with level position K, window END and the early leavers' END."""
    subjects = trial.subjects.filter(pl.col("TRTSDT").is_not_null() & pl.col("COUNTS"))
    return subjects.with_columns(
        K=pl.col("LEVEL").replace_strict(
            level_numbers(limits.plan), default=None, return_dtype=pl.Int64
        ),
        END=pl.min_horizontal(
            "WINENDT", pl.when(pl.col("LEFTDT") < pl.col("WINENDT")).then("LEFTDT")
        ),
    ).filter(pl.col("K").is_not_null())


def worst_per(rows: pl.DataFrame, *keys: str) -> pl.DataFrame:
    """One row a key: its worst result, the first date of it, that row's words."""
    order = {result: i for i, result in enumerate(WORST_FIRST)}
    return (
        rows.with_columns(rank=pl.col("RESULT").replace_strict(order, return_dtype=pl.Int8))
        .sort(*keys, "rank", "DATE", nulls_last=True, maintain_order=True)
        .unique(keys, keep="first", maintain_order=True)
        .drop("rank")
    )


def result_rows(rows: pl.DataFrame) -> pl.DataFrame:
    """The columns of a result but CHECK, in their types."""
    names = [n for n in RESULT_SCHEMA.names() if n != "CHECK"]
    return rows.select(pl.col(n).cast(RESULT_SCHEMA[n]) for n in names)


def earliest_and_latest(day: str, moment: str, prefix: str) -> tuple[pl.Expr, pl.Expr]:
    """The first and the last moment a date with or without a time can mean."""
    start = pl.col(day).cast(pl.Datetime("us"))
    low = pl.coalesce(pl.col(moment), start)
    high = pl.coalesce(pl.col(moment), start + pl.duration(days=1) - pl.duration(microseconds=1))
    return low.alias(f"{prefix}_LOW"), high.alias(f"{prefix}_HIGH")
