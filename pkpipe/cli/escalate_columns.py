"""The columns of the files of `pkpipe escalate`: spelled states, and dated records of subjects."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import Final

from pkpipe.escalation.decision.states_as_text import level_words
from pkpipe.protocol.escalation import EscalationPlan
from pkpipe.schema.codelists import TRIAL_PART, YES_NO
from pkpipe.schema.column import Column

STATE_COLUMNS: Final = (
    Column("case_id"),
    Column(
        "highest_open_level", matters="every level of the design is taken to be open", usual=False
    ),
    Column("current_level", matters="the highest level spelled is the current one", usual=False),
    Column("levels", required=True),
)
SUBJECT_COLUMNS: Final = (
    Column("case_id"),
    Column("subject", required=True, filled=True, called=("USUBJID", "SUBJID")),
    Column("level", required=True, called=("dose_level", "cohort")),
    Column("first_dose", "dtc", required=True, called=("TRTSDT",)),
    # A column that is not there would read as: nobody had a DLT.
    Column("dlt_onset", "dtc", required=True, called=("DLT", "DLTDT", "dlt_start")),
    Column("grade2_onset", "dtc", matters="no toxicity of grade 2 ends an accelerated titration"),
    Column(
        "left_window",
        "dtc",
        matters="nobody is taken to have left the DLT window early",
        called=(
            *("left_study", "off_study", "discontinued", "withdrawn", "dropout", "withdrawal"),
            *("withdrawal_date", "off_treatment", "退出日期", "退出研究日期", "脱落日期"),
        ),
    ),
    Column(
        "death",
        "dtc",
        matters="nobody is taken to have died in the DLT window",
        usual=False,
        called=("death_date", "date_of_death", "DTHDT", "DTHDTC", "died", "deceased", "死亡日期"),
        unlike=("dlt_date", "dlt_dt"),
    ),
    Column("dose_fraction", "number", matters="every dose is taken to be the whole dose"),
    Column(
        "backfill",
        codelist=YES_NO,
        allowed=YES_NO.words,
        matters="every subject is taken to be of the escalation, none of backfill",
        called=("back_fill", "backfilled"),
    ),
    Column(
        "part",
        codelist=TRIAL_PART,
        allowed=TRIAL_PART.words,
        matters="every subject is taken to be of the escalation",
        usual=False,
    ),
    Column(
        "assessments_missed",
        matters="no assessment is known to be missed",
        usual=False,
        called=("missed",),
    ),
)
DATED: Final = ("first_dose", "dlt_onset", "grade2_onset", "left_window", "death")


def of_the_plan(column: Column, plan: EscalationPlan, given: Collection[str]) -> Column:
    """The column as this design needs it: what it does not ask about may be absent without a word."""
    if column.name in {"level", "highest_open_level", "current_level"}:
        return replace(column, codelist=level_words(plan.codes))
    if column.name == "backfill" and "part" in given:
        return replace(column, matters="")
    if column.name == "grade2_onset":
        return replace(column, required=bool(plan.titration_levels), matters="")
    if column.name == "dose_fraction" and plan.min_dose_fraction is None:
        return replace(column, matters="")
    return column
