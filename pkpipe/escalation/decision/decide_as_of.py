"""Dated records to the decision as of a date, with its look-ahead: the room's core, shared with the verb."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

import polars as pl

from pkpipe.escalation.decision.decision_sentences import answer_frame, chinese_answers
from pkpipe.escalation.decision.lookahead import first_decision, look_ahead
from pkpipe.escalation.engine.decide import decide
from pkpipe.escalation.engine.design import Design
from pkpipe.escalation.engine.level_counts import States, spelled
from pkpipe.escalation.subjects.evaluability import judged, states_of
from pkpipe.protocol.escalation import EscalationPlan


@dataclass(frozen=True)
class Decided:
    """What a meeting is told about one trial as of one date."""

    subjects: pl.DataFrame  # the records, judged
    state: States
    answer: pl.DataFrame  # one row: as of, current level, levels and the answer's columns
    look_ahead: pl.DataFrame


def decided(records: pl.DataFrame, plan: EscalationPlan, as_of: datetime.date) -> Decided:
    """The decision for one trial's records as of a date, and what the pending subjects may change."""
    design = Design.of(plan)
    dated = records.with_columns(AS_OF=pl.lit(as_of))
    subjects = judged(dated, plan)
    state, _ = states_of(subjects, design)
    answer = decisions_of(subjects, design, as_of).with_columns(
        possible_from=pl.lit(first_decision(dated, as_of, design, plan), dtype=pl.Date)
    )
    return Decided(subjects, state, answer, look_ahead(subjects, state, design, plan))


def decisions_of(
    subjects: pl.DataFrame, design: Design, as_of: datetime.date | None = None
) -> pl.DataFrame:
    """One row a CASE of judged records: its date, its state and the answer.

    as_of: the date of the one case of which there is no record.
    """
    states, cases = states_of(subjects, design)
    answers = decide(design, states)
    dates = subjects.unique("CASE", keep="first", maintain_order=True)["AS_OF"]
    dates = dates if len(dates) else pl.Series([as_of], dtype=pl.Date)
    front = pl.DataFrame(
        {
            "case_id": cases,
            "as_of": dates,
            "highest_open_level": pl.Series(
                [design.codes[design.top]] * len(cases), dtype=pl.String
            ),
            "current_level": pl.Series([design.codes[i] for i in states.current], dtype=pl.String),
            "levels": pl.Series(spelled(design, states), dtype=pl.String),
        }
    )
    told = (answer_frame(states, answers), chinese_answers(states, answers))
    rows = pl.concat([front, *told], how="horizontal")
    return rows.clear() if subjects.is_empty() and as_of is None else rows
