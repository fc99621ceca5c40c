"""Every check of every room by its id: of the study file, the raw tables, the topics and the verbs.

A room declares its checks as `CHECKS`; here they are put together in the order of the flow. A check that
several rooms ask is one value of `clinical`, and stands here once with the names of all of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from pkpipe.cli import ada_checks, compare_checks, km_checks, tte_columns
from pkpipe.clinical import ledger_checks, subject_dates
from pkpipe.clinical.assessment_checks import ONLY_OTHERS
from pkpipe.clinical.decision_log_checks import BEFORE_DATA, NO_LEVEL, RECORDED
from pkpipe.displays.own import study_checks as displays
from pkpipe.escalation import conformance
from pkpipe.escalation.characteristics import scenario
from pkpipe.escalation.decision import states_as_text
from pkpipe.escalation.subjects import checks as dose_finding
from pkpipe.escalation.subjects import parts, said_elsewhere
from pkpipe.finding.check import Check
from pkpipe.immunogenicity import checks as immunogenicity
from pkpipe.nca.given_tables import check_list as nca
from pkpipe.protocol.study_checks import linter
from pkpipe.reading import verb_tables
from pkpipe.schema import two_spellings
from pkpipe.snapshot import checks as snapshot
from pkpipe.submission import limits as submission
from pkpipe.survival import declared as declared_of_survival
from pkpipe.survival.times import date_checks as survival
from pkpipe.tumor import check_list as tumor
from pkpipe.tumor.given_files import response_files, verb_checks
from pkpipe.validate import registry as validate

OF_SUBJECTS: Final = (*(test.check for test in subject_dates.TESTS), subject_dates.STRANGER)
OF_LOG: Final = (BEFORE_DATA, RECORDED, *NO_LEVEL.values())
# In the order of the flow, the verbs after the rooms.
BY_ROOM: Final[Mapping[str, tuple[Check, ...]]] = {
    "study file": (*linter.CHECKS, *displays.CHECKS),
    "snapshot": snapshot.CHECKS,
    "validate": validate.CHECKS,
    "pk": ledger_checks.CHECKS,
    "nca": nca.CHECKS,
    "immunogenicity": immunogenicity.CHECKS,
    "tumor": (*tumor.CHECKS, ONLY_OTHERS, *OF_SUBJECTS),
    "survival": (*survival.CHECKS, *declared_of_survival.CHECKS, *OF_SUBJECTS),
    "escalation": (*conformance.CHECKS, *dose_finding.CHECKS, *OF_LOG),
    "submission": submission.CHECKS,
    "every verb": (verb_tables.VALUE, *two_spellings.CHECKS),
    "pkpipe ada": (subject_dates.TWICE, *ada_checks.CHECKS),
    "pkpipe recist": (
        subject_dates.TWICE,
        subject_dates.PARTIAL,
        *response_files.CHECKS,
        *verb_checks.CHECKS,
    ),
    "pkpipe tte": (
        subject_dates.TWICE,
        subject_dates.PARTIAL,
        response_files.DEAD_NO_DAY,
        *verb_checks.CHECKS,
        *tte_columns.CHECKS,
    ),
    "pkpipe km": km_checks.CHECKS,
    "pkpipe compare": compare_checks.CHECKS,
    "pkpipe escalate": (*states_as_text.CHECKS, *parts.CHECKS, *said_elsewhere.CHECKS),
    "pkpipe operating-characteristics": scenario.CHECKS,
}


@dataclass(frozen=True)
class Registered:
    """A check and the rooms that ask it; `first` is the value of the first of them in the flow."""

    first: Check
    asked_by: Mapping[str, Check]

    @property
    def rooms(self) -> tuple[str, ...]:
        """The rooms that ask it, in the order of the flow."""
        return tuple(self.asked_by)


def _registered() -> dict[str, Registered]:
    asked: dict[str, dict[str, Check]] = {}
    for room, checks in BY_ROOM.items():
        for check in checks:
            asked.setdefault(check.id, {})[room] = check
    return {id_: Registered(next(iter(by.values())), by) for id_, by in asked.items()}


REGISTRY: Final[Mapping[str, Registered]] = _registered()
