"""The log of decisions: what was recorded, on which data, and whether today's data would say the same."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

import polars as pl

from pkpipe.clinical.decision_log_checks import BEFORE_DATA, NO_LEVEL, RECORDED
from pkpipe.escalation.decision.basis import with_basis
from pkpipe.escalation.decision.decide_as_of import decisions_of
from pkpipe.escalation.decision.decision_sentences import DECISIONS
from pkpipe.escalation.engine.design import Design
from pkpipe.escalation.engine.rules import (
    DECLARE_MTD,
    DEESCALATE,
    DEESCALATE_EXPAND,
    ESCALATE,
    MAD_REACHED,
    NO_TOLERABLE_DOSE,
    STAY_ADD,
    WAIT,
)
from pkpipe.escalation.subjects.evaluability import as_of_each, judged
from pkpipe.finding.rows import RowTest
from pkpipe.finding.table import all_findings, findings_at
from pkpipe.protocol.escalation import EscalationPlan
from pkpipe.protocol.study import Study
from pkpipe.schema.column import TYPES, Column
from pkpipe.sentences import Say, Words, in_both

RECORDABLE: Final = (
    *(ESCALATE, STAY_ADD, DEESCALATE_EXPAND, DEESCALATE, WAIT),
    *(DECLARE_MTD, MAD_REACHED, NO_TOLERABLE_DOSE),
)
LOG_COLUMNS: Final = (
    Column("date", "date", required=True, filled=True),  # of the decision
    Column("cutoff", "date", required=True, filled=True),  # of the data it rests on
    Column("level", required=True),  # current level
    Column("decision", required=True, filled=True, allowed=RECORDABLE),
    # for an MTD or MAD: that level
    Column("next_level", matters="the level decided on is not compared", usual=False),
    Column("n_to_enrol", "integer", matters="the number to enrol is not compared", usual=False),
    Column("highest_open_level"),
    Column("manifest"),  # SHA-256 of the manifest of the run the meeting saw
    Column("recorded_by"),
    Column("recorded_on", "date"),
    Column("reason"),  # in the words of who decided
)


OTHERWISE: Final = Words(
    "with the data as they are now, the decision of {} would be {}: {}",
    "按目前数据，{}的决定应为{}：{}",
)
REPRODUCED: Final = Words("reproduced: {}", "结果一致：{}")
DECLOG: Final = pl.Schema(
    {
        **{c.name: TYPES[c.kind] for c in LOG_COLUMNS},
        "decision_now": pl.String(),
        "level_now": pl.String(),
        "n_now": pl.Int64(),
        "levels_now": pl.String(),
        "same": pl.String(),  # Y, N
        "reason_now": pl.String(),
        "detail": pl.String(),
        "detailZH": pl.String(),
        "run": pl.String(),
        "run_state": pl.String(),
        "proposed": pl.String(),
        "approved_by": pl.String(),
        "approved_on": pl.Date(),
        "changed": pl.String(),
        "first_dose": pl.Date(),
        "kept": pl.String(),  # Y, N
    }
)


def decision_log(tables: Mapping[str, pl.DataFrame], study: Study) -> pl.DataFrame | None:
    """The log of decisions with every column it may have; None where the study records none."""
    log = tables.get("DECISIONS")
    if log is None or (log.is_empty() and not study.collects("DECISIONS")):
        return None
    sorted_log = with_log_columns(log).sort("date", "cutoff", maintain_order=True)
    return with_basis(sorted_log, tables.get("APPROVAL"))


def with_log_columns(log: pl.DataFrame) -> pl.DataFrame:
    """A log with every column it may have, those not given empty."""
    return log.with_columns(
        pl.lit(None, dtype=TYPES[c.kind]).alias(c.name)
        for c in LOG_COLUMNS
        if c.name not in log.columns
    )


def log_findings(log: pl.DataFrame, plan: EscalationPlan, file: str) -> pl.DataFrame:
    """Recorded decisions that cannot be: dated before their data, or about a level the design has not."""
    rows = log.with_columns(ROW=pl.int_range(2, pl.len() + 2, dtype=pl.Int64), FILE=pl.lit(file))
    if "SRCROW" in log.columns:  # a study's log was sorted since it was read
        rows = rows.with_columns(ROW="SRCROW", FILE="SRCFILE")
    codes = ", ".join(plan.codes)
    early = replace(BEFORE_DATA, words="dated before its data", allowed="the cutoff or later")
    recorded = replace(RECORDED, words="before the decision")
    tests = (
        RowTest(early, pl.col("date") < pl.col("cutoff")),
        RowTest(recorded, pl.col("recorded_on") < pl.col("date")),
        *(
            RowTest(
                replace(check, words="is not a level of the design", allowed=codes),
                ~pl.col(column).is_in(plan.codes),
            )
            for column, check in NO_LEVEL.items()
        ),
    )
    return all_findings(_found(rows, test) for test in tests)


def replayed(log: pl.DataFrame, records: pl.DataFrame, plan: EscalationPlan) -> pl.DataFrame:
    """Every recorded decision beside what the records now say for the same cutoff.

    SAME is `N` where decision, level or number differ: the data (or the design) changed since.
    """
    rows = log.with_row_index("entry", offset=1).with_columns(pl.col("entry").cast(pl.String))
    tops = rows["highest_open_level"].fill_null(plan.top)
    parts = [
        _at_top(
            rows.filter(tops == top), records, plan.model_copy(update={"highest_open_level": top})
        )
        for top in tops.unique(maintain_order=True)
    ]
    now = pl.concat(parts) if parts else _at_top(rows, records, plan)
    about = pl.coalesce("next_level", "mtd", "mad")
    both = rows.join(
        now.select(
            entry="case_id",
            decision_now="decision",
            level_now=about,
            n_now="n_to_enrol",
            levels_now="levels",
            reason_now="reason",
            reason_nowZH="reasonZH",
        ),
        on="entry",
        how="left",
        maintain_order="left",
    )
    differs = (
        (pl.col("decision") != pl.col("decision_now"))
        | (pl.col("next_level") != pl.col("level_now")).fill_null(value=False)
        | (pl.col("n_to_enrol") != pl.col("n_now")).fill_null(value=False)
    )
    return both.with_columns(
        same=pl.when(differs).then(pl.lit("N")).otherwise(pl.lit("Y")),
        **in_both("detail", lambda say: _compared(say, differs)),
    )


def _compared(say: Say, differs: pl.Expr) -> pl.Expr:
    """What today's data say of a recorded decision."""
    reason, now = f"reason_now{say.ending}", pl.col("decision_now")
    named = now.replace({code: words.zh for code, words in DECISIONS.items()})
    return (
        pl.when(differs)
        .then(say(OTHERWISE, "date", named if say.ending else now, reason))
        .otherwise(say(REPRODUCED, reason))
    )


def _at_top(rows: pl.DataFrame, records: pl.DataFrame, plan: EscalationPlan) -> pl.DataFrame:
    asked = as_of_each(rows.select(CASE="entry", AS_OF="cutoff"), records)
    return decisions_of(judged(asked, plan), Design.of(plan))


def _found(rows: pl.DataFrame, test: RowTest) -> pl.DataFrame:
    return findings_at(
        rows.filter(test.fails()),
        test.check,
        file=pl.col("FILE"),
        value=pl.col(str(test.check.column)).cast(pl.String),
    )
