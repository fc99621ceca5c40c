"""What BOIN, mTPI-2 and the CRM would say, now and over many trials: context beside the protocol's decision.

All three need a target DLT rate, which a 3+3 protocol does not state: `target_dlt_rate` has no default. They
are run with the protocol's cohort size and, on a level, at most twice the subjects its MTD needs. The CRM
uses the power model with an indifference-interval skeleton around the middle level.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np
import polars as pl

from pkpipe.errors import ConfigError
from pkpipe.escalation.characteristics.quantities import estimated
from pkpipe.escalation.characteristics.scenario import Scenario
from pkpipe.escalation.characteristics.simulate_stepwise import Next, walk
from pkpipe.escalation.comparators import crm
from pkpipe.escalation.decision.decision_sentences import answer_frame, chinese_answers
from pkpipe.escalation.engine.decide import NONE, decide
from pkpipe.escalation.engine.design import Design, Ints
from pkpipe.escalation.engine.interval_designs import (
    EXCLUDE_ABOVE,
    boin_table,
    mtpi2_table,
    prob_above,
)
from pkpipe.escalation.engine.level_counts import States
from pkpipe.sentences import Words

LABEL: Final = Words("context only, not the protocol's decision", "仅供参考，非方案决定")
HALFWIDTH: Final = 0.25  # of the target, for the skeleton's indifference intervals
UNSURE: Final = EXCLUDE_ABOVE  # P(lowest level above target) beyond which the CRM stops


def target_of(design: Design) -> float:
    """The target DLT rate.

    Raises:
        ConfigError: the design states none.
    """
    if design.target is None:
        raise ConfigError(
            "escalation.target_dlt_rate: this key is missing and has no default "
            "(BOIN, mTPI-2 and the CRM aim at it)"
        )
    return design.target


def interval_designs(design: Design) -> dict[str, Design]:
    """BOIN and mTPI-2 over the same levels."""
    target, last = target_of(design), 2 * design.mtd_subjects
    plain = replace(design, titration=0)
    return {
        "BOIN": replace(plain, table=boin_table(target, last)),
        "mTPI-2": replace(plain, table=mtpi2_table(target, last)),
    }


def said_now(design: Design, state: States) -> pl.DataFrame:
    """METHOD, DECISION, NEXTLVL, REASON, REASONZH: what each comparator would say of the same counts."""
    rows = []
    for name, other in interval_designs(design).items():
        asked = decide(other, state)
        answer = answer_frame(state, asked).row(0, named=True)
        reason = Words(answer["reason"], str(chinese_answers(state, asked)["reasonZH"][0]))
        rows.append((name, answer["decision"], answer["next_level"] or answer["mtd"], *reason))
    target = target_of(design)
    n, y = state.n[0], state.y[0]
    skeleton = skeleton_of(design)
    fit = crm.bayes(skeleton, "empiric", n, y, target)
    now = _crm_next(design, skeleton, target, np.stack([state.n, state.y, state.g2], axis=2))
    level = int(now.level[0] if now.number[0] else now.mtd[0])
    shown = ", ".join(
        f"{c} {p:.3f}" for c, p in zip(design.codes[: design.top + 1], fit.p_dlt, strict=False)
    )
    decision = "STOP" if now.intolerable[0] else "TREAT" if now.number[0] else "DECLARE_MTD"
    reason = Words(f"P(DLT): {shown}", f"P(DLT)：{shown}")
    rows.append(("CRM", decision, design.codes[level] if level >= 0 else None, *reason))
    names = ["METHOD", "DECISION", "NEXTLVL", "REASON", "REASONZH"]
    return pl.DataFrame(rows, schema=names, orient="row")


def comparator_characteristics(
    design: Design, scenario: Scenario, trials: int, seed: int
) -> pl.DataFrame:
    """The simulated quantities of each comparator, with column `design` naming it."""
    found = []
    for i, (name, other) in enumerate(interval_designs(design).items()):
        ends = walk(other, scenario, trials, np.random.default_rng([seed, i]))
        found.append(_named(name, estimated(ends, np.full(trials, 1 / trials), trials)))
    target, skeleton = target_of(design), skeleton_of(design)
    # The counts of a trial decide, so trials with the same counts are asked once.
    plain = replace(design, titration=0, table=boin_table(target, 2 * design.mtd_subjects))
    ends = walk(
        plain,
        scenario,
        trials,
        np.random.default_rng([seed, len(found)]),
        ask=lambda counts, _current: _crm_next(design, skeleton, target, counts),
    )
    found.append(_named("CRM", estimated(ends, np.full(trials, 1 / trials), trials)))
    return pl.concat(found)


def _named(name: str, rows: pl.DataFrame) -> pl.DataFrame:
    return rows.with_columns(design=pl.lit(f"{name} ({LABEL.en})"))


def skeleton_of(design: Design) -> crm.Floats:
    """The CRM's skeleton: the target at the middle open level."""
    target, levels = target_of(design), design.top + 1
    inner = crm.skeleton_around(target, HALFWIDTH * target, (levels - 1) // 2, levels)
    beyond = np.full(design.levels - levels, inner[-1])
    return np.concatenate([inner, beyond])


def _crm_next(design: Design, skeleton: crm.Floats, target: float, counts: Ints) -> Next:
    """The level nearest the target by the posterior mean, never skipping one, to be treated next."""
    key = counts.reshape(len(counts), -1)
    distinct, back = np.unique(key, axis=0, return_inverse=True)
    n, y = (
        distinct.reshape(len(distinct), -1, counts.shape[2])[:, :, i].astype(np.int64)
        for i in (0, 1)
    )
    mean, _ = crm.posterior(skeleton, "empiric", n, y)
    p = crm.p_dlt(skeleton, "empiric", mean)[:, : design.top + 1]
    best = np.argmin(np.abs(p - target), axis=1)
    tried = np.where(
        (n > 0).any(axis=1), n.shape[1] - 1 - np.argmax((n > 0)[:, ::-1], axis=1), NONE
    )
    level = np.minimum(best, tried + 1).astype(np.int16)
    there = n[np.arange(len(n)), level]
    last = 2 * design.mtd_subjects
    out = np.array(
        [prob_above(target, int(a), int(b)) > UNSURE for a, b in zip(n[:, 0], y[:, 0], strict=True)]
    )
    number = np.where(out | (there >= last), 0, np.minimum(design.cohort, last - there)).astype(
        np.int16
    )
    mtd = np.where((number == 0) & ~out, level, NONE).astype(np.int16)
    back = back.ravel()
    return Next(level[back], number[back], mtd[back], np.full(len(back), NONE, np.int16), out[back])
