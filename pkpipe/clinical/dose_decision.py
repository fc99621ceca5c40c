"""What a dose decision rests on, and the toxicity in the window that must be answered before one is taken."""

from __future__ import annotations

from typing import Final

import polars as pl

from pkpipe.clinical.ends import fatal_event
from pkpipe.protocol.escalation import EscalationPlan
from pkpipe.protocol.sources import Domain
from pkpipe.protocol.study import Study
from pkpipe.schema.codelists import CAUSALITY
from pkpipe.sentences import Words

# The investigator's flag alone says what was dose-limiting; it is never inferred from a grade (SAF-5).
DLT: Final = ("AE", "AE.AEDLTFL")
# A related event of grade 2 or more ends accelerated titration, so while a design has it they are asked for.
GRADE2: Final = ("AE.AETOXGR", "AE.AEREL")
# Examinations a protocol may require in the DLT window, and where they are recorded (SET-DLT).
EXAMS: Final[dict[str, Domain]] = {
    "vital_signs": "VS",
    "performance_status": "VS",
    "physical_examination": "PE",
    "laboratory": "LB",
}
EXAM_WORDS: Final[dict[str, Words]] = {
    "vital_signs": Words("vital signs", "生命体征"),
    "performance_status": Words("performance status", "体能状态"),
    "physical_examination": Words("physical examination", "体格检查"),
    "laboratory": Words("laboratory", "实验室检查"),
}
# Who left the window early is known from these; without them the state keeps its value and says so.
LEFT_WINDOW: Final = ("DS.DSCAT", "DS.DSSCAT", "CM")
SEVERE: Final = 3


def grade2_counts(plan: EscalationPlan) -> bool:
    """True for a design in which a grade 2 decides something: it has titration levels."""
    return bool(plan.titration_levels)


def rests_on(study: Study) -> tuple[str, ...]:
    """Tables and columns without which nobody is evaluable for DLT; none for a study without escalation."""
    plan = study.escalation
    if plan is None:
        return ()
    exams = dict.fromkeys(EXAMS[a.exam] for a in plan.required_assessments)
    return (*DLT, *(GRADE2 if grade2_counts(plan) else ()), *exams)


def asks_for_an_answer(study: Study) -> pl.Expr:
    """True for an event the protocol team must call a DLT or not: fatal, or severe and related or unknown."""
    related = (
        CAUSALITY.among(pl.col("AEREL"), study.safety.related_values) | pl.col("AEREL").is_null()
    )
    ungraded = pl.col("AETOXGR").is_null() & (pl.col("AESEV").str.to_uppercase() == "SEVERE")
    severe = (pl.col("AETOXGR") >= SEVERE).fill_null(value=False) | ungraded.fill_null(value=False)
    return fatal_event() | (severe & related)
