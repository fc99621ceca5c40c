"""Trials spelled for a test: `after("ANNN BNNT")` is three at A without DLT, then one DLT in three at B.

N no DLT, T DLT, G related grade 2 or more without DLT, P still in the window, L left the window. A level may
be named again; the last one named is the current level.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from pkpipe.escalation.decision.decision_sentences import answer_frame
from pkpipe.escalation.engine.decide import decide
from pkpipe.escalation.engine.design import Design
from pkpipe.escalation.engine.level_counts import states

PLAIN = Design.plain("ABCDE")
BAT6026 = replace(Design.plain("ABCDEFGH", titration=2), optional=(False,) * 7 + (True,), top=6)


def state_after(trial: str, design: Design = PLAIN):
    counts = [[0, 0, 0, 0] for _ in design.codes]
    current = 0
    for cohort in trial.split():
        current = design.codes.index(cohort[0])
        seen = Counter(cohort[1:])
        row = counts[current]
        row[0] += seen["N"] + seen["T"] + seen["G"]
        row[1] += seen["T"]
        if current < design.titration and (seen["T"] or seen["G"]):
            row[2] = 1
        row[3] += seen["P"]
    return states(design, [counts], [current])


def answer(trial: str, design: Design = PLAIN) -> dict:
    state = state_after(trial, design)
    return answer_frame(state, decide(design, state)).row(0, named=True)


def after(trial: str, design: Design = PLAIN) -> str:
    """The decision in a few words: `enrol 3 at B`, `wait`, `MTD A`, `MAD E`, `no tolerable dose`."""
    got = answer(trial, design)
    words = {
        "WAIT": "wait",
        "DECLARE_MTD": f"MTD {got['mtd']}",
        "MAD_REACHED": f"MAD {got['mad']}",
        "NO_TOLERABLE_DOSE": "no tolerable dose",
        "INVALID_STATE": "refused",
    }
    return words.get(got["decision"], f"enrol {got['n_to_enrol']} at {got['next_level']}")
