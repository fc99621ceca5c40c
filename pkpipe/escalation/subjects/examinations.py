"""Examinations done, and those required in the DLT window that were not (SET-DLT)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import polars as pl

from pkpipe.clinical.collected import collected
from pkpipe.clinical.dose_decision import EXAM_WORDS, EXAMS
from pkpipe.clinical.visits import unscheduled
from pkpipe.protocol.escalation import EscalationPlan
from pkpipe.protocol.study import Study
from pkpipe.schema import dates
from pkpipe.sentences import Words

PERFORMANCE: Final = "ECOG"
# Which rows of its domain are an examination; of the others, all.
ROWS: Final[Mapping[str, pl.Expr]] = {
    "vital_signs": pl.col("VSTESTCD") != PERFORMANCE,
    "performance_status": pl.col("VSTESTCD") == PERFORMANCE,
}
MISSED: Final = pl.Schema(
    {
        "USUBJID": pl.String(),
        "MISSED": pl.String(),
        "MISSEDZH": pl.String(),
        "MISSDT": pl.Date(),
    }
)


def examinations(tables: Mapping[str, pl.DataFrame], study: Study) -> pl.DataFrame | None:
    """Examinations done, under the names `conduct.exams` uses; None where the study collects none.

    PLANNED: of a visit of the plan. An unscheduled record was made, but it is no visit the protocol asks for.
    LOST: why PLANNED is null, that visits were not collected.
    """
    known = collected(tables, study)
    if not any(study.collects(code) for code in ("VS", "PE", "LB")):
        return None
    parts = []
    for name, code in EXAMS.items():
        which = ROWS.get(name, pl.lit(value=True))
        done = (pl.col(f"{code}STAT") != "NOT DONE").fill_null(value=True)
        text, lost = pl.col(f"{code}DTC"), known.reason(f"{code}.VISIT")
        parts.append(
            tables[code]
            .filter(which & done)
            .select(
                "USUBJID",
                EXAM=pl.lit(name),
                ADT=dates.day(text),
                ADTM=dates.moment(text),
                PLANNED=~unscheduled() if lost is None else pl.lit(None, pl.Boolean()),
                LOST=pl.lit(lost, pl.String()),
            )
        )
    return pl.concat(parts).drop_nulls("ADT").unique(maintain_order=True)


def missed_in_window(
    tables: Mapping[str, pl.DataFrame], study: Study, plan: EscalationPlan, adsl: pl.DataFrame
) -> pl.DataFrame:
    """MISSED, the required examinations without a record, in words, and MISSDT, since when the first is.

    MISSEDZH: the same words in Chinese.

    An examination is missed once its last day, at most the last day of the window, is over at the cutoff.
    """
    if not plan.required_assessments:
        return MISSED.to_frame()
    done = examinations(tables, study)
    treated = adsl.select("USUBJID", "TRTSDT").drop_nulls()
    due = treated.join(_asked(plan), how="cross", maintain_order="left_right").with_columns(
        FROM=pl.col("TRTSDT") + pl.duration(days="EARLY"),
        UNTIL=pl.col("TRTSDT") + pl.duration(days="LATE"),
    )
    key = ["USUBJID", "EXAM", "DAY"]
    if done is not None:
        planned = done.filter(pl.col("PLANNED").fill_null(value=True))
        seen = due.join(planned, on=["USUBJID", "EXAM"], how="inner").filter(
            pl.col("ADT").is_between("FROM", "UNTIL")
        )
        due = due.join(seen.select(key).unique(), on=key, how="anti", maintain_order="left")
    return (
        due.filter(pl.col("UNTIL") <= pl.lit(study.cutoff))
        .group_by("USUBJID", maintain_order=True)
        .agg(
            MISSED=pl.col("WORDS").str.join(", "),
            MISSEDZH=pl.col("WORDSZH").str.join("，"),
            MISSDT=pl.col("UNTIL").min(),
        )
        .cast(MISSED)
    )


def _asked(plan: EscalationPlan) -> pl.DataFrame:
    """Each required examination: days after the first dose from which and until which it may be done."""
    rows = [
        (
            a.exam,
            day,
            max(day - 1 - a.window_days, 0),
            min(day - 1 + a.window_days, plan.last_day - 1),
            *_missed(EXAM_WORDS[a.exam], day, a.window_days),
        )
        for a in plan.required_assessments
        for day in a.days
    ]
    schema = {"EXAM": pl.String, "DAY": pl.Int64, "EARLY": pl.Int64, "LATE": pl.Int64}
    words = {"WORDS": pl.String, "WORDSZH": pl.String}
    return pl.DataFrame(rows, schema={**schema, **words}, orient="row")


def _missed(exam: Words, day: int, window: int) -> Words:
    """`vital signs of day 8 ± 1`."""
    around = f" ± {window}" if window else ""
    return Words(f"{exam.en} of day {day}{around}", f"第{day}{around}天{exam.zh}")
