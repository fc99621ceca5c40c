"""Decisions in words: the reason from the rule's template, and the sentence a chair can read out."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

import numpy as np
import polars as pl

from pkpipe.escalation.decision.assumptions import assumptions_of
from pkpipe.escalation.engine.decide import MODES, NONE, Answers, is_mad, is_mtd
from pkpipe.escalation.engine.design import LETTERS, Design, Ints
from pkpipe.escalation.engine.level_counts import States
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
from pkpipe.sentences import CHINESE, ENGLISH, Say, Words, sentence

# What a template may name: the level the counts are read at, its counts, the ceiling, the current level.
FIELDS: Final = {
    "at": pl.String(),
    "n": pl.Int16(),
    "y": pl.Int16(),
    "pend": pl.Int16(),
    "waiting": pl.String(),  # those still in the window there, where there are any
    "waitingZH": pl.String(),
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

DECISIONS: Final[Mapping[str, Words]] = {
    "ESCALATE": Words("Escalate", "剂量递增"),
    "STAY_ADD": Words("Stay and enrol more", "维持剂量并继续入组"),
    "DEESCALATE_EXPAND": Words("Step down and enrol more", "降低剂量并继续入组"),
    "DEESCALATE": Words("De-escalate", "剂量递减"),
    "WAIT": Words("Wait", "等待"),
    "DECLARE_MTD": Words("Declare the MTD", "确定最大耐受剂量"),
    "MAD_REACHED": Words("Maximum administered dose reached", "达到最大给药剂量"),
    "NO_TOLERABLE_DOSE": Words("No tolerable dose", "无可耐受剂量"),
    "INVALID_STATE": Words("No decision: the counts cannot be right", "无法决定：计数不成立"),
    # of the room: while it gives none, and of other designs
    "NO_DECISION": Words("No decision", "暂不决定"),
    "TREAT": Words("Treat at this level", "在该剂量水平给药"),
}
SENTENCES: Final = {
    ESCALATE: Words(
        "Escalate: enrol {number} at level {next}.", "剂量递增：在剂量水平{next}入组{number}例。"
    ),
    STAY_ADD: Words(
        "Stay: enrol {number} at level {next}.", "维持剂量：在剂量水平{next}入组{number}例。"
    ),
    DEESCALATE_EXPAND: Words(
        "Stop escalating: enrol {number} at the lower level {next}.",
        "停止递增：在较低剂量水平{next}入组{number}例。",
    ),
    DEESCALATE: Words(
        "De-escalate: enrol {number} at level {next}.", "剂量递减：在剂量水平{next}入组{number}例。"
    ),
    WAIT: Words(
        "Wait: no decision before the running windows close.", "等待：观察窗结束前不作决定。"
    ),
    DECLARE_MTD: Words(
        "Declare level {next} the maximum tolerated dose.",
        "确定剂量水平{next}为最大耐受剂量（MTD）。",
    ),
    MAD_REACHED: Words(
        "Level {next} is the maximum administered dose; the MTD was not reached.",
        "剂量水平{next}为最大给药剂量（MAD），未达到MTD。",
    ),
    NO_TOLERABLE_DOSE: Words(
        "Stop: no tolerable dose among the levels.", "停止：各剂量水平均不可耐受。"
    ),
    INVALID_STATE: Words(
        "No decision: the counts do not describe a state of this design.",
        "无法决定：计数不符合本设计。",
    ),
}
NO_LEVEL: Final = Words(
    "Stop: no level can be declared the maximum tolerated dose.",
    "停止：无剂量水平可确定为最大耐受剂量（MTD）。",
)
BECAUSE: Final = Words(" Reason: ", "理由：")  # between a decision and its reason
END: Final = Words(".", "。")
IN_WINDOW: Final = Words(", {} in the window", "，{}例在观察窗内")

ANSWER_COLUMNS: Final = (
    *("decision", "next_level", "n_to_enrol", "mtd", "mad", "mode"),
    *("rules", "assumptions", "reason", "sentence"),
)
CHINESE_COLUMNS: Final = ("reasonZH", "sentenceZH")


def answer_frame(states: States, answers: Answers) -> pl.DataFrame:
    """One row a state: `ANSWER_COLUMNS`, an empty field where there is none."""
    return _answered(states, answers, ENGLISH).select(ANSWER_COLUMNS)


def chinese_answers(states: States, answers: Answers) -> pl.DataFrame:
    """The two texts of each answer in Chinese, `CHINESE_COLUMNS`."""
    return _answered(states, answers, CHINESE).select(CHINESE_COLUMNS)


def _answered(states: States, answers: Answers, say: Say) -> pl.DataFrame:
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
    reason = reasons(states, answers, say)
    because, end = BECAUSE[say.place], END[say.place]
    return frame.with_columns(
        pl.concat_str(_sentence(say), pl.lit(because), reason, pl.lit(end)).alias(
            f"sentence{say.ending}"
        ),
        reason.alias(f"reason{say.ending}"),
        next_level=pl.when(~pl.col("decision").is_in(TERMINAL)).then("place"),
        n_to_enrol=pl.col("n_to_enrol").cast(pl.Int64),
    )


def reasons(states: States, answers: Answers, say: Say = ENGLISH) -> pl.Series:
    """Why each decision was taken, as a clause."""
    fields = _fields(states, answers).with_row_index("row").with_columns(rule=answers.rule)
    present = fields["rule"].unique().sort().to_list()
    parts = [
        fields.filter(pl.col("rule") == i).select("row", reason=filled(answers.rules[i].words, say))
        for i in present
    ]
    if not parts:
        return pl.Series("reason", [], dtype=pl.String)
    return pl.concat(parts).sort("row")["reason"]


def filled(words: Words, say: Say) -> pl.Expr:
    """The words with their fields taken from the columns of the same name."""
    template = words[say.place].replace("{waiting}", f"{{waiting{say.ending}}}")
    names = re.findall(r"{(\w+)}", template)
    shown = [pl.col(n).cast(pl.String).fill_null("?") for n in names]
    return sentence(re.sub(r"{\w+}", "{}", template), *shown) if names else pl.lit(template)


def _sentence(say: Say) -> pl.Expr:
    undeclared = (pl.col("decision") == DECLARE_MTD) & pl.col("mtd").is_null()
    texts = [
        pl.when(pl.col("decision") == decision).then(
            filled(Words(*(_renamed(text) for text in template)), say)
        )
        for decision, template in SENTENCES.items()
    ]
    return pl.when(undeclared).then(say.plain(NO_LEVEL)).otherwise(pl.coalesce(texts))


def _renamed(template: str) -> str:
    return template.replace("{number}", "{n_to_enrol}").replace("{next}", "{place}")


def _waiting(pending: Ints, say: Say) -> pl.Series:
    """`, 1 in the window` where somebody is: whom a level is filled to counts them too."""
    frame = pl.DataFrame({"pend": pl.Series(pending, dtype=pl.Int16)})
    told = pl.when(pl.col("pend") > 0).then(say(IN_WINDOW, "pend"))
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
            "waiting": _waiting(facts.at(states.pend, at), ENGLISH),
            "waitingZH": _waiting(facts.at(states.pend, at), CHINESE),
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
