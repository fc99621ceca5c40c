"""From dated records to who counts: pending, evaluable, or to be replaced, as of a date (DLT-1, SET-DLT).

Records hold one row a subject: USUBJID, LEVEL (code), TRTSDT and TRTSDTM (first dose; TRTSDTM null where no
time is known), DLTDT/DLTDTM and G2DT/G2DTM (first onset of a DLT and of a related grade 2 or more), LEFTDT
(left the window), DOSEFRAC (smallest share of a planned dose in the window that was received), MISSED and
MISSDT (required examinations of the window not done, in words, and since when the first is), DLTTERM,
COUNTS (false: backfill that the plan leaves out), and CASE and AS_OF: the question and its date.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import polars as pl

from pkpipe.errors import ConfigError
from pkpipe.escalation.engine.design import Design
from pkpipe.escalation.engine.level_counts import States, states
from pkpipe.protocol.escalation import EscalationPlan
from pkpipe.protocol.study_checks.needed import MIN_FRACTION
from pkpipe.sentences import ENGLISH, SEMICOLON, Say, Words

RECORD_SCHEMA: Final = pl.Schema(
    {
        "CASE": pl.String(),
        "AS_OF": pl.Date(),
        "USUBJID": pl.String(),
        "LEVEL": pl.String(),
        "TRTSDT": pl.Date(),
        "TRTSDTM": pl.Datetime("us"),
        "DLTDT": pl.Date(),
        "DLTDTM": pl.Datetime("us"),
        "DLTTERM": pl.String(),
        "G2DT": pl.Date(),
        "G2DTM": pl.Datetime("us"),
        "LEFTDT": pl.Date(),
        "DOSEFRAC": pl.Float64(),
        "MISSED": pl.String(),
        "MISSDT": pl.Date(),
        "COUNTS": pl.Boolean(),
    }
)

EVALUABLE_DLT: Final = "EVALUABLE_DLT"
EVALUABLE: Final = "EVALUABLE"
PENDING: Final = "PENDING"
NOT_EVALUABLE: Final = "NOT_EVALUABLE"
# A share of the dose computed from amounts may miss the fraction by a rounding step.
FRACTION_SLACK: Final = 1e-9


def in_window(onset: str, plan: EscalationPlan) -> pl.Expr:
    """True where the onset (`DLT`, `G2`) lies in the DLT window (DLT-1); null where there is no onset.

    By the clock where both times are known: 24 h times the window's days, the end included if the plan
    counts the day on which it falls. Otherwise by calendar days.
    """
    days = (pl.col(f"{onset}DT") - pl.col("TRTSDT")).dt.total_days()
    by_day = (days >= 0) & (days < plan.last_day)
    elapsed = pl.col(f"{onset}DTM") - pl.col("TRTSDTM")
    end = pl.duration(days=plan.dlt_window_days)
    until = elapsed <= end if plan.last_day > plan.dlt_window_days else elapsed < end
    by_clock = (elapsed >= pl.duration()) & until
    ruled_by_clock = plan.last_day in {plan.dlt_window_days, plan.dlt_window_days + 1}
    return pl.coalesce(by_clock, by_day) if ruled_by_clock else by_day


def window_end(plan: EscalationPlan) -> pl.Expr:
    """Date from which the window is complete: exactly the window's days after the first dose (C01)."""
    return pl.col("TRTSDT").dt.offset_by(f"{plan.dlt_window_days}d")


def as_of_each(cases: pl.DataFrame, records: pl.DataFrame) -> pl.DataFrame:
    """The records once for each case; cases: CASE and AS_OF, the question and its date."""
    others = records.select(n for n in RECORD_SCHEMA.names() if n not in {"CASE", "AS_OF"})
    return cases.join(others, how="cross", maintain_order="left_right")


def judged(records: pl.DataFrame, plan: EscalationPlan) -> pl.DataFrame:
    """The records with STATE, REASON, REPLACE, DLTFL, G2FL and WINENDT as of each record's date.

    Nothing dated after AS_OF is looked at.

    Raises:
        ConfigError: doses are recorded and the plan names no `min_dose_fraction`.
    """
    if plan.min_dose_fraction is None and records["DOSEFRAC"].is_not_null().any():
        raise ConfigError(f"escalation.min_dose_fraction: {MIN_FRACTION}")
    return (
        _known_by_then(records)
        .with_columns(
            WINENDT=window_end(plan),
            DLT=in_window("DLT", plan).fill_null(value=False),
            G2=in_window("G2", plan).fill_null(value=False),
        )
        .with_columns(_state(plan))
        .with_columns(
            REPLACE=_flag((pl.col("STATE") == NOT_EVALUABLE) & pl.col("TRTSDT").is_not_null()),
            DLTFL=_flag(pl.col("DLT")),
            G2FL=_flag(pl.col("G2")),
        )
        .with_columns(REASON=reason(plan, ENGLISH))
        .drop("DLT", "G2")
    )


def _flag(condition: pl.Expr) -> pl.Expr:
    return pl.when(condition.fill_null(value=False)).then(pl.lit("Y"))


def _known_by_then(records: pl.DataFrame) -> pl.DataFrame:
    """Every date and time after the record's AS_OF set to missing, as it was not known then."""
    return records.with_columns(
        *(
            pl.when(pl.col(f"{stem}DT") <= pl.col("AS_OF"))
            .then(pl.col(f"{stem}{kind}"))
            .alias(f"{stem}{kind}")
            for stem in ("TRTS", "DLT", "G2")
            for kind in ("DT", "DTM")
        ),
        *(
            pl.when(pl.col(date) <= pl.col("AS_OF")).then(name).alias(name)
            for name, date in (("LEFTDT", "LEFTDT"), ("MISSED", "MISSDT"))
        ),
    )


def _left_early() -> pl.Expr:
    return (pl.col("LEFTDT") < pl.col("WINENDT")).fill_null(value=False)


def _underdosed(plan: EscalationPlan) -> pl.Expr:
    if plan.min_dose_fraction is None:
        return pl.lit(value=False)
    return (pl.col("DOSEFRAC") < plan.min_dose_fraction - FRACTION_SLACK).fill_null(value=False)


def cannot_count(plan: EscalationPlan) -> pl.Expr:
    """True for whom only a DLT can still make evaluable: too little dose, or an examination missed."""
    return _underdosed(plan) | pl.col("MISSED").is_not_null()


def _state(plan: EscalationPlan) -> pl.Expr:
    """First matching line decides; a DLT in the window counts whatever else happened."""
    return (
        pl.when(pl.col("TRTSDT").is_null())
        .then(pl.lit(NOT_EVALUABLE))
        .when("DLT")
        .then(pl.lit(EVALUABLE_DLT))
        .when(_left_early())
        .then(pl.lit(NOT_EVALUABLE))
        .when(pl.col("AS_OF") < pl.col("WINENDT"))
        .then(pl.lit(PENDING))
        .when(cannot_count(plan))
        .then(pl.lit(NOT_EVALUABLE))
        .otherwise(pl.lit(EVALUABLE))
        .alias("STATE")
    )


NOT_DOSED: Final = Words("not dosed", "未给药")
HAD_DLT: Final = Words("DLT on {}", "于{}发生DLT")
LEFT: Final = Words(
    "left the window on {} without DLT, to be replaced", "于{}离开观察窗，未发生DLT，需替换"
)
OPEN: Final = Words("window open until {}", "观察窗至{}结束")
OPEN_SHORT: Final = Words(
    "window open until {}; {}: counts only with a DLT", "观察窗至{}结束；{}：仅在发生DLT时计入"
)
SHORT: Final = Words("{}: to be replaced", "{}：需替换")
COMPLETED: Final = Words("window completed on {} without DLT", "观察窗于{}结束，未发生DLT")
UNDERDOSED: Final = Words(
    "received {} % of a planned dose, least {}", "实际给药为计划剂量的{} %，最低要求{}"
)
UNDONE: Final = Words("not done: {}", "未完成：{}")
LATE_DLT: Final = Words(
    "; DLT on {} outside the window, not counted", "；{}的DLT在观察窗外，不计入"
)
BACKFILL: Final = Words("; backfill, not counted", "；回填受试者，不计入")


def _shortfall(plan: EscalationPlan, say: Say) -> pl.Expr:
    """Why a subject without DLT cannot count, in words; empty where nothing keeps it from counting."""
    least = "" if plan.min_dose_fraction is None else f"{100 * plan.min_dose_fraction:g} %"
    share = say(UNDERDOSED, (100 * pl.col("DOSEFRAC")).round(1), pl.lit(least))
    return pl.concat_str(
        [pl.when(_underdosed(plan)).then(share), say(UNDONE, f"MISSED{say.ending}")],
        separator=SEMICOLON[say.place],
        ignore_nulls=True,
    )


def reason(plan: EscalationPlan, say: Say) -> pl.Expr:
    """The words of `_state`, line by line; of judged records, in Chinese with MISSEDZH."""
    dlt = pl.col("DLTFL") == "Y"
    late_dlt = pl.col("DLTDT").is_not_null() & dlt.is_null()
    outside = pl.when(late_dlt).then(say(LATE_DLT, pl.col("DLTDT")))
    short, closed = cannot_count(plan), pl.col("WINENDT")
    base = (
        pl.when(pl.col("TRTSDT").is_null())
        .then(say(NOT_DOSED))
        .when(dlt)
        .then(say(HAD_DLT, pl.col("DLTDT")))
        .when(_left_early())
        .then(say(LEFT, pl.col("LEFTDT")))
        .when((pl.col("AS_OF") < closed) & short)
        .then(say(OPEN_SHORT, closed, _shortfall(plan, say)))
        .when(pl.col("AS_OF") < closed)
        .then(say(OPEN, closed))
        .when(short)
        .then(say(SHORT, _shortfall(plan, say)))
        .otherwise(say(COMPLETED, closed))
    )
    left_out = pl.when(~pl.col("COUNTS")).then(say(BACKFILL))
    return pl.concat_str([base, outside.fill_null(""), left_out.fill_null("")])


def states_of(subjects: pl.DataFrame, design: Design) -> tuple[States, pl.Series]:
    """The state of every CASE from judged records, cases in order of their first row.

    Without a record there is one case, of which nobody has been dosed.
    """
    cases = subjects["CASE"].unique(maintain_order=True)
    cases = cases if len(cases) else pl.Series("CASE", [None], dtype=cases.dtype)
    numbers = dict(zip(cases.to_list(), range(len(cases)), strict=True))
    levels = {code: i for i, code in enumerate(design.codes)}
    dosed = subjects.filter(pl.col("TRTSDT").is_not_null() & pl.col("COUNTS")).with_columns(
        case=pl.col("CASE").replace_strict(numbers, default=None, return_dtype=pl.Int64),
        level=pl.col("LEVEL").replace_strict(levels, default=None, return_dtype=pl.Int64),
    )
    known = dosed.filter(pl.col("level").is_not_null())
    toxic = (pl.col("G2FL") == "Y") | (pl.col("DLTFL") == "Y")
    counts = known.group_by("case", "level").agg(
        n=pl.col("STATE").is_in([EVALUABLE, EVALUABLE_DLT]).sum(),
        y=(pl.col("STATE") == EVALUABLE_DLT).sum(),
        g2=(toxic.fill_null(value=False) & (pl.col("level") < design.titration)).any(),
        pend=(pl.col("STATE") == PENDING).sum(),
    )
    cube = np.zeros((len(cases), design.levels, 4), dtype=np.int16)
    for i, name in enumerate(("n", "y", "g2", "pend")):
        cube[counts["case"].to_numpy(), counts["level"].to_numpy(), i] = counts[name].to_numpy()
    last = known.sort("TRTSDT", "level").group_by("case").agg(pl.col("level").last())
    current = np.zeros(len(cases), dtype=np.int16)
    current[last["case"].to_numpy()] = last["level"].to_numpy()
    outside = np.zeros(len(cases), dtype=bool)
    outside[dosed.filter(pl.col("level").is_null())["case"].to_numpy()] = True
    return states(design, cube, current, outside=outside), cases
