"""The tables of a decision: what the rules say, the counts of each level, what may come."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import polars as pl

from pkpipe.escalation.comparators.context import LABEL, said_now
from pkpipe.escalation.decision.assumptions import in_words
from pkpipe.escalation.decision.decide_as_of import Decided
from pkpipe.escalation.engine.design import Design
from pkpipe.protocol.escalation import EscalationPlan
from pkpipe.sentences import Words, in_both
from pkpipe.statistics import clopper_pearson

NOBODY: Final = Words("no evaluable subject", "无可评估受试者")
DECISION: Final = pl.Schema(
    {
        "SCOPE": pl.String(),  # STUDY: the decision; LEVEL: counts; CONTEXT: what other designs would say
        "LEVEL": pl.String(),
        "METHOD": pl.String(),  # CONTEXT only
        "DECISION": pl.String(),
        "NEXTLVL": pl.String(),
        "NENROL": pl.Int64(),
        "MTD": pl.String(),
        "MAD": pl.String(),
        "MODE": pl.String(),
        "RULES": pl.String(),
        "ASSUMP": pl.String(),
        "ASSUMTXT": pl.String(),
        "REASON": pl.String(),
        "REASONZH": pl.String(),
        "STATES": pl.String(),
        "EARLIEST": pl.Date(),
        "N": pl.Int64(),
        "Y": pl.Int64(),
        "G2": pl.Int64(),
        "PEND": pl.Int64(),
        "LATEDLT": pl.Int64(),  # DLTs outside the window: not in Y, for the recommended dose
        "LOWER": pl.Float64(),
        "UPPER": pl.Float64(),
    }
)
LOOKAHD: Final = pl.Schema(
    {
        "CASE": pl.Int64(),
        "OUTCOME": pl.String(),
        "OUTCOMEZH": pl.String(),
        "POSSIBLE": pl.Date(),
        "STATES": pl.String(),
        "DECISION": pl.String(),
        "NEXTLVL": pl.String(),
        "NENROL": pl.Int64(),
        "MTD": pl.String(),
        "MAD": pl.String(),
        "RULES": pl.String(),
        "REASON": pl.String(),
        "REASONZH": pl.String(),
    }
)


def conformed(columns: Mapping[str, object], schema: pl.Schema) -> pl.DataFrame:
    """A frame with every column of the schema, those not given empty."""
    given = pl.DataFrame(columns)
    return given.select(
        (pl.col(n) if n in given.columns else pl.lit(None)).cast(t).alias(n)
        for n, t in schema.items()
    )


def decision_rows(now: Decided, plan: EscalationPlan) -> pl.DataFrame:
    """The decision, then a row a level, then what other designs would say (if a target is stated)."""
    design = Design.of(plan)
    answer = now.answer.row(0, named=True)
    assumed = in_words(answer["assumptions"])
    study = conformed(
        {
            "SCOPE": ["STUDY"],
            "LEVEL": [answer["current_level"]],
            "DECISION": [answer["decision"]],
            "NEXTLVL": [answer["next_level"]],
            "NENROL": [answer["n_to_enrol"]],
            "MTD": [answer["mtd"]],
            "MAD": [answer["mad"]],
            "MODE": [answer["mode"]],
            "RULES": [answer["rules"]],
            "ASSUMP": [answer["assumptions"]],
            "ASSUMTXT": [assumed.en if assumed else None],
            "REASON": [answer["sentence"]],
            "REASONZH": [answer["sentenceZH"]],
            "STATES": [answer["levels"]],
            "EARLIEST": [answer["possible_from"]],
        },
        DECISION,
    )
    parts = [study, _levels(now, plan)]
    if design.target is not None:
        context = said_now(design, now.state)
        parts.append(
            conformed(
                {
                    "SCOPE": ["CONTEXT"] * context.height,
                    "METHOD": context["METHOD"],
                    "DECISION": context["DECISION"],
                    "NEXTLVL": context["NEXTLVL"],
                    "REASON": context["REASON"] + f" ({LABEL.en})",
                    "REASONZH": context["REASONZH"] + f"（{LABEL.zh}）",
                },
                DECISION,
            )
        )
    return pl.concat(parts)


def _levels(now: Decided, plan: EscalationPlan) -> pl.DataFrame:
    """Counts of each level with the exact 95 % interval of the DLT rate."""
    state = now.state
    n, y = state.n[0].astype("int64"), state.y[0].astype("int64")
    lower, upper = clopper_pearson(y, n)
    late = (
        now.subjects.filter(pl.col("DLTDT").is_not_null() & pl.col("DLTFL").is_null())
        .group_by("LEVEL")
        .agg(LATEDLT=pl.len().cast(pl.Int64))
    )
    rows = conformed(
        {
            "SCOPE": ["LEVEL"] * len(plan.levels),
            "LEVEL": list(plan.codes),
            "N": n,
            "Y": y,
            "G2": state.g2[0],
            "PEND": state.pend[0],
            "LOWER": lower,
            "UPPER": upper,
        },
        DECISION,
    ).with_columns(pl.col("LOWER", "UPPER").fill_nan(None))
    joined = rows.drop("LATEDLT").join(late, on="LEVEL", how="left", maintain_order="left")
    empty = pl.col("N") == 0
    return joined.with_columns(
        pl.col("LATEDLT").fill_null(0),
        **in_both("REASON", lambda say: pl.when(empty).then(say(NOBODY))),
    ).select(DECISION.names())


def look_ahead_rows(now: Decided) -> pl.DataFrame:
    """What each outcome of the pending subjects would lead to."""
    names = {
        "case": "CASE",
        "outcome": "OUTCOME",
        "outcomeZH": "OUTCOMEZH",
        "possible_from": "POSSIBLE",
        "levels": "STATES",
        "decision": "DECISION",
        "next_level": "NEXTLVL",
        "n_to_enrol": "NENROL",
        "mtd": "MTD",
        "mad": "MAD",
        "rules": "RULES",
        "sentence": "REASON",
        "sentenceZH": "REASONZH",
    }
    return now.look_ahead.select(pl.col(a).cast(LOOKAHD[b]).alias(b) for a, b in names.items())
