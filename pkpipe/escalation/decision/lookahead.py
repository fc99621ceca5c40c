"""What each outcome of the pending subjects would lead to, and when a decision can first be taken (ESC-6)."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations_with_replacement, product
from typing import Final

import numpy as np
import polars as pl

from pkpipe.errors import DataError
from pkpipe.escalation.decision.decision_sentences import answer_frame, chinese_answers
from pkpipe.escalation.engine.decide import decide
from pkpipe.escalation.engine.design import Design, Ints
from pkpipe.escalation.engine.level_counts import States, spelled, states
from pkpipe.escalation.engine.rules import WAIT
from pkpipe.escalation.subjects.evaluability import PENDING, cannot_count, judged, states_of
from pkpipe.protocol.escalation import EscalationPlan
from pkpipe.sentences import SEMICOLON, Words

DLT: Final = "DLT"
GRADE2: Final = "grade 2 or more"
COMPLETES: Final = "completes without DLT"
LEAVES: Final = "leaves and is replaced"
IN_CHINESE: Final = {
    DLT: "例发生DLT",
    GRADE2: "例发生2级及以上事件",
    COMPLETES: "例完成观察且未发生DLT",
    LEAVES: "例离开并被替换",
}
MOST_CASES: Final = 20_000

# What an outcome adds to n, y, g2 of its level.
EFFECT: Final = {DLT: (1, 1, 1), GRADE2: (1, 0, 1), COMPLETES: (1, 0, 0), LEAVES: (0, 0, 0)}


@dataclass(frozen=True)
class Group:
    """Pending subjects of one level with the same possible outcomes."""

    level: int
    subjects: tuple[str, ...]
    closes: tuple[datetime.date, ...]  # ascending
    outcomes: tuple[str, ...]
    titrated: bool


Case = tuple[tuple[str, ...], ...]  # for each group, one outcome a subject


def look_ahead(
    subjects: pl.DataFrame, state: States, design: Design, plan: EscalationPlan
) -> pl.DataFrame:
    """One row an outcome of the pending subjects: words, state, earliest date and the answer.

    subjects: judged records of one case; state: their state. An empty table if nobody is pending.
    """
    groups = _groups(subjects, design, plan)
    cases = list(_cases(groups)) if groups else []
    if not cases:
        return _frame([], [], states(design, np.zeros((0, design.levels, 4)), []), design)
    outcomes = np.stack([_after(state, groups, case) for case in cases])
    after = states(design, outcomes, np.full(len(cases), int(state.current[0])))
    as_of = subjects["AS_OF"][0]
    words = [_words(groups, case, design) for case in cases]
    return _frame(words, [_date(groups, case, as_of) for case in cases], after, design)


def _frame(
    words: list[Words], when: list[datetime.date], after: States, design: Design
) -> pl.DataFrame:
    decisions = decide(design, after)
    answers = answer_frame(after, decisions), chinese_answers(after, decisions)
    front = pl.DataFrame(
        {
            "case": pl.Series(range(1, len(words) + 1), dtype=pl.Int64),
            "outcome": pl.Series([said.en for said in words], dtype=pl.String),
            "outcomeZH": pl.Series([said.zh for said in words], dtype=pl.String),
            "possible_from": pl.Series(when, dtype=pl.Date),
            "levels": pl.Series(spelled(design, after), dtype=pl.String),
        }
    )
    return pl.concat([front, *answers], how="horizontal")


def _groups(subjects: pl.DataFrame, design: Design, plan: EscalationPlan) -> list[Group]:
    pending = (
        subjects.filter((pl.col("STATE") == PENDING) & pl.col("COUNTS"))
        .with_columns(
            level=pl.col("LEVEL").replace_strict(
                {c: i for i, c in enumerate(design.codes)}, return_dtype=pl.Int64
            ),
            short=cannot_count(plan),
        )
        .sort("level", "short", "WINENDT", "USUBJID")
    )
    groups = []
    for (level, short), part in pending.group_by("level", "short", maintain_order=True):
        number = int(str(level))
        full = (
            (COMPLETES, GRADE2, DLT, LEAVES)
            if number < design.titration
            else (COMPLETES, DLT, LEAVES)
        )
        groups.append(
            Group(
                number,
                tuple(part["USUBJID"]),
                tuple(part["WINENDT"]),
                (LEAVES, DLT) if short else full,
                number < design.titration,
            )
        )
    return groups


def _cases(groups: list[Group]) -> Iterator[Case]:
    """Every combination; subjects of a group are alike, so only the numbers of each outcome matter."""
    options = [list(combinations_with_replacement(g.outcomes, len(g.subjects))) for g in groups]
    if int(np.prod([float(len(o)) for o in options])) > MOST_CASES:
        pending = sum(len(g.subjects) for g in groups)
        raise DataError(
            f"{pending} subjects are pending: more than {MOST_CASES} combinations of outcomes"
        )
    return product(*options)


def _after(state: States, groups: list[Group], case: Case) -> Ints:
    """Counts of the levels, shape (levels, 4), once the pending subjects had these outcomes."""
    counts = np.stack([state.n[0], state.y[0], state.g2[0], state.pend[0]], axis=1)
    for group, outcomes in zip(groups, case, strict=True):
        for outcome in outcomes:
            n, y, g2 = EFFECT[outcome]
            row = counts[group.level]
            counts[group.level] = (
                row[0] + n,
                row[1] + y,
                row[2] | (g2 * group.titrated),
                row[3] - 1,
            )
    return counts


def _words(groups: list[Group], case: Case, design: Design) -> Words:
    told = [
        (
            design.codes[group.level],
            [(outcomes.count(o), o) for o in group.outcomes if o in outcomes],
        )
        for group, outcomes in zip(groups, case, strict=True)
    ]
    return Words(
        SEMICOLON.en.join(f"{code}: {', '.join(f'{n} {o}' for n, o in of)}" for code, of in told),
        SEMICOLON.zh.join(
            f"{code}：{'，'.join(f'{n}{IN_CHINESE[o]}' for n, o in of)}" for code, of in told
        ),
    )


def _date(groups: list[Group], case: Case, as_of: datetime.date) -> datetime.date:
    """Earliest date on which this outcome can be complete.

    Who completes does so when the window closes, the earliest windows first; all else may happen next day.
    """
    dates = [as_of + datetime.timedelta(days=1)]
    for group, outcomes in zip(groups, case, strict=True):
        waiting = sum(outcome in {COMPLETES, GRADE2} for outcome in outcomes)
        dates += group.closes[:waiting][-1:]
    return max(dates)


def first_decision(
    records: pl.DataFrame, as_of: datetime.date, design: Design, plan: EscalationPlan
) -> datetime.date | None:
    """The first date on which the answer is not WAIT if nothing further happens.

    records: of one case, not yet judged. Only the days on which a window closes can change the answer.
    """
    known = judged(records.with_columns(AS_OF=pl.lit(as_of)), plan)
    closes: list[datetime.date] = (
        known.filter(pl.col("STATE") == PENDING)["WINENDT"].unique().sort().to_list()
    )
    for day in (as_of, *closes):
        # Seen from `as_of`: what is recorded later is not known yet.
        later = judged(_frozen(known, records, day), plan)
        state, _ = states_of(later, design)
        if decide(design, state).decision[0] != WAIT:
            return day
    return None


def _frozen(known: pl.DataFrame, records: pl.DataFrame, day: datetime.date) -> pl.DataFrame:
    """The records as known at the earlier date, to be judged at a later one."""
    return known.select(records.columns).with_columns(AS_OF=pl.lit(day))
