"""Checks on the groups a study compares in time to event: they exist, and none is compared twice."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from pkpipe.protocol.efficacy import Comparison
from pkpipe.protocol.study import Study
from pkpipe.protocol.study_checks.mistakes import HOUSE, Found, Key, study_check, unknown


def _comparisons(study: Study) -> Iterable[Found]:
    """Tumour types and parts come from the data too: only cohorts and levels are known by name."""
    plan = study.survival
    known = {"COHORT": [c.code for c in study.cohorts]}
    known["LEVEL"] = list(study.escalation.codes) if study.escalation else []
    asked: set[tuple[str, ...]] = set()
    for i, compared in enumerate(plan.comparisons if plan else ()):
        where = ("survival", "comparisons", i)
        yield from _names(where, compared, known.get(compared.group))
        for endpoint in compared.endpoints:
            planned = plan.endpoints if plan else ()
            yield from unknown((*where, "endpoints"), endpoint, planned, "endpoint")
            key = (compared.group, compared.reference, endpoint)
            if key in asked:
                yield Found(where, f"{' '.join(key)} is compared twice", "each comparison once")
            asked.add(key)


def _names(
    where: tuple[Key, ...], compared: Comparison, known: Iterable[str] | None
) -> Iterable[Found]:
    """Groups that are none of the study's, or the reference against itself."""
    if compared.reference in compared.against:
        yield Found((*where, "against"), "the reference against itself", "other groups")
    if known is None:
        return
    what = compared.group.lower()
    yield from unknown((*where, "reference"), compared.reference, known, what)
    for name in compared.against:
        yield from unknown((*where, "against"), name, known, what)


COMPARISONS: Final = (
    study_check(
        "COMPARISON",
        (
            "groups to compare that the study does not have",
            "groups compared are groups of the study",
        ),
        HOUSE,
        _comparisons,
    ),
)
