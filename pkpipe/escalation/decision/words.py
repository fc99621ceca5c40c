"""Decisions in words: the reason from the rule's template, and the sentence a chair can read out."""

from __future__ import annotations

import re
from typing import Final

import numpy as np
import polars as pl

from pkpipe.escalation.decision.assumptions import assumptions_of
from pkpipe.escalation.engine.decide import MODES, NONE, Answers, is_mad, is_mtd
from pkpipe.escalation.engine.design import LETTERS, Design, Ints
from pkpipe.escalation.engine.rules import (
    DECLARE_MTD,
    DEESCALATE,
    DEESCALATE_EXPAND,
    ESCALATE,
    INVALID_STATE,
    MAD_REACHED,
    NO_TOLERABLE_DOSE,
    STAY_ADD,
    TERMINAL,
    WAIT,
)
from pkpipe.escalation.engine.state_questions import Facts
from pkpipe.escalation.engine.states import States
from pkpipe.sentences import sentence

# What a template may name: the level the counts are read at, its counts, the ceiling, the current level.
FIELDS: Final = {
    "at": pl.String(),
    "n": pl.Int16(),
    "y": pl.Int16(),
    "pend": pl.Int16(),
    "waiting": pl.String(),  # those still in the window there, where there are any
    "number": pl.Int16(),
    "goal": pl.Int16(),
    "ceiling": pl.String(),
    "c_n": pl.Int16(),
    "c_y": pl.Int16(),
    "d": pl.String(),
    "d_n": pl.Int16(),
    "d_y": pl.Int16(),
    "letter": pl.String(),
}

SENTENCES: Final = {
    ESCALATE: "Escalate: enrol {number} at level {next}.",
    STAY_ADD: "Stay: enrol {number} at level {next}.",
    DEESCALATE_EXPAND: "Stop escalating: enrol {number} at the lower level {next}.",
    DEESCALATE: "De-escalate: enrol {number} at level {next}.",
    WAIT: "Wait: no decision before the running windows close.",
    DECLARE_MTD: "Declare level {next} the maximum tolerated dose.",
    MAD_REACHED: "Level {next} is the maximum administered dose; the MTD was not reached.",
    NO_TOLERABLE_DOSE: "Stop: no tolerable dose among the levels.",
    INVALID_STATE: "No decision: the counts do not describe a state of this design.",
}
NO_LEVEL: Final = "Stop: no level can be declared the maximum tolerated dose."

ANSWER_COLUMNS: Final = (
    *("decision", "next_level", "n_to_enrol", "mtd", "mad", "mode"),
    *("rules", "assumptions", "reason", "sentence"),
)


def answer_frame(states: States, answers: Answers) -> pl.DataFrame:
    """One row a state: `ANSWER_COLUMNS`, an empty field where there is none."""
    design, rules = answers.design, answers.rules
    decision = pl.Series([rule.decision for rule in rules], dtype=pl.String)
    ids = pl.Series([rule.ids for rule in rules], dtype=pl.String)
    frame = pl.DataFrame(
        {
            "rule": answers.rule,
            "decision": decision.gather(answers.rule),
            "place": _codes(design, answers.level),
            "n_to_enrol": answers.number,
            "mtd": _codes(design, is_mtd(answers)),
            "mad": _codes(design, is_mad(answers)),
            "mode": pl.Series(MODES).gather(answers.mode).replace("", None),
            "rules": ids.gather(answers.rule),
            "assumptions": pl.Series(assumptions_of(states, answers), dtype=pl.String).replace(
                "", None
            ),
        }
    )
    reason = reasons(states, answers)
    return frame.with_columns(
        next_level=pl.when(~pl.col("decision").is_in(TERMINAL)).then("place"),
        n_to_enrol=pl.col("n_to_enrol").cast(pl.Int64),
        reason=reason,
        sentence=sentence("{} Reason: {}.", _sentence(), reason),
    ).select(ANSWER_COLUMNS)


def reasons(states: States, answers: Answers) -> pl.Series:
    """Why each decision was taken, as a clause."""
    fields = _fields(states, answers).with_row_index("row").with_columns(rule=answers.rule)
    present = fields["rule"].unique().sort().to_list()
    parts = [
        fields.filter(pl.col("rule") == i).select("row", reason=filled(answers.rules[i].words))
        for i in present
    ]
    if not parts:
        return pl.Series("reason", [], dtype=pl.String)
    return pl.concat(parts).sort("row")["reason"]


def filled(template: str) -> pl.Expr:
    """The template with its fields taken from the columns of the same name."""
    names = re.findall(r"{(\w+)}", template)
    shown = [pl.col(n).cast(pl.String).fill_null("?") for n in names]
    return sentence(re.sub(r"{\w+}", "{}", template), *shown) if names else pl.lit(template)


def _sentence() -> pl.Expr:
    undeclared = (pl.col("decision") == DECLARE_MTD) & pl.col("mtd").is_null()
    texts = [
        pl.when(pl.col("decision") == decision).then(
            filled(template.replace("{number}", "{n_to_enrol}").replace("{next}", "{place}"))
        )
        for decision, template in SENTENCES.items()
    ]
    return pl.when(undeclared).then(pl.lit(NO_LEVEL)).otherwise(pl.coalesce(texts))


def _waiting(pending: Ints) -> pl.Series:
    """`, 1 in the window` where somebody is: whom a level is filled to counts them too."""
    frame = pl.DataFrame({"pend": pl.Series(pending, dtype=pl.Int16)})
    told = pl.when(pl.col("pend") > 0).then(sentence(", {} in the window", "pend"))
    return frame.select(told.otherwise(pl.lit(""))).to_series()


def _codes(design: Design, levels: Ints) -> pl.Series:
    codes = pl.Series([*design.codes, None], dtype=pl.String)
    return codes.gather(np.where(levels == NONE, design.levels, levels).astype(np.int64))


def _fields(states: States, answers: Answers) -> pl.DataFrame:
    design, facts = answers.design, Facts(answers.design, states)
    places = [rule.at for rule in answers.rules]
    own = np.array([p in {"none", "current", "next"} for p in places])[answers.rule]
    at: Ints = np.clip(np.where(own, facts.d, answers.level), 0, design.levels - 1)
    ceiling: Ints = np.clip(facts.ceiling, 0, design.levels - 1)
    there = facts.at(states.n, at) + facts.at(states.pend, at)
    letters = facts.letter if design.table else np.full(len(at), len(LETTERS) - 1)
    return pl.DataFrame(
        {
            "at": _codes(design, at),
            "n": facts.at(states.n, at),
            "y": facts.at(states.y, at),
            "pend": facts.at(states.pend, at),
            "waiting": _waiting(facts.at(states.pend, at)),
            "number": answers.number,
            "goal": there + answers.number,
            "ceiling": _codes(design, ceiling),
            "c_n": facts.at(states.n, ceiling),
            "c_y": facts.at(states.y, ceiling),
            "d": _codes(design, facts.d),
            "d_n": facts.n,
            "d_y": facts.y,
            "letter": pl.Series(list(LETTERS)).gather(letters),
        },
        schema=pl.Schema(FIELDS),
    )
