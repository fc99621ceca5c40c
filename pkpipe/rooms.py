"""Every room on one screen: what it reads, what it writes, what makes it run again.

A table is named `room/TABLE` and lies at `results/<study>/<cutoff>/<room>/<TABLE>.parquet`.
A room runs again when the tables it reads change, when a section of the study file it depends on
changes, or when its own code or a layer below it changes.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from pkpipe.schema.adam.by_room import BY_ROOM
from pkpipe.schema.adam.declaration import Table

if TYPE_CHECKING:  # the workflow reads this page at every start and needs no table for it
    import polars as pl

    from pkpipe.protocol.study import Study
    from pkpipe.protocol.study_checks.mistakes import StudyCheck

    Run = Callable[[Mapping[str, pl.DataFrame], Study], dict[str, pl.DataFrame]]

DOMAIN_CODES: Final = (
    *("DM", "EX", "PC", "IS", "TU", "TR", "RS", "AE"),
    *("LB", "VS", "EG", "PE", "DS", "SS", "CM", "CP"),
)
# Inputs that are no SDTM domain.
INPUT_CODES: Final = ("DECISIONS", "LEDGER")
# Sections every room may ask: who is who and what is given. "domains" is which domains have a source.
TRIAL: Final = ("study", "drugs", "cohorts")


@dataclass(frozen=True)
class Room:
    """One step of the flow; `sections` are the parts of the study file its answer depends on."""

    name: str
    reads: tuple[str, ...]
    sections: tuple[str, ...]
    inputs: tuple[str, ...] = ()  # tables of the shape they arrived in: pkpipe/schema/sdtm.py
    package: str = ""  # of its code, where it is not called as the room
    switch: str = ""  # key of its section that has to be true; "": every study has the room

    @property
    def tables(self) -> tuple[Table, ...]:
        """The derived tables it writes, each with its columns."""
        return BY_ROOM.get(self.name, ())

    @property
    def writes(self) -> tuple[str, ...]:
        """The codes of all tables it writes."""
        return (*self.inputs, *(table.code for table in self.tables))

    @property
    def run(self) -> Run:
        """The function of tables; imported when asked, for its libraries are most of a job's time."""
        function: Run = importlib.import_module(f"pkpipe.{self.package or self.name}").run
        return function


def _validated(*domains: str) -> tuple[str, ...]:
    return tuple(f"validate/{d}" for d in domains)


# What was delivered: a number is given only where every column that it rests on was.
COLLECT: Final = "snapshot/COLLECT"


# From the raw files to tables that every topic believes.
INTAKE: Final = (
    Room(
        "snapshot",
        reads=(),
        inputs=(*DOMAIN_CODES, *INPUT_CODES),
        sections=("study", "sources"),
    ),
    Room(
        "validate",
        reads=tuple(f"snapshot/{t}" for t in (*DOMAIN_CODES, *INPUT_CODES, "COLLECT", "ARRIVAL")),
        inputs=(*DOMAIN_CODES, *INPUT_CODES),
        sections=(
            *(*TRIAL, "domains", "analytes", "immunogenicity"),
            *("schedule", "response", "safety", "escalation", "treatment", "biomarkers"),
            "waive",
        ),
    ),
)

TOPICS: Final = (
    Room(
        "subjects",
        reads=(
            COLLECT,
            *_validated(
                *("DM", "EX", "DS", "AE", "SS", "LB", "VS", "EG", "PE"),
                *("PC", "IS", "TU", "TR", "RS", "CM", "CP"),
            ),
        ),
        sections=(
            *(*TRIAL, "escalation", "schedule", "response"),
            *("analytes", "biomarkers", "immunogenicity", "domains"),
        ),
    ),
    Room(
        "pk",
        reads=(COLLECT, "subjects/ADSL", "subjects/ADEX", *_validated("PC", "CP", "LEDGER")),
        sections=(
            *(*TRIAL, "analytes", "biomarkers", "schedule", "nca", "escalation", "domains"),
            "exposure_response",
        ),
    ),
    Room(
        "immunogenicity",
        reads=(
            *(COLLECT, "subjects/ADSL", "subjects/ADEX", "pk/ADPC", "pk/PROFILE", "pk/ADPP"),
            *_validated("IS"),
        ),
        sections=(
            *(*TRIAL, "analytes", "immunogenicity", "nca", "escalation", "schedule", "domains"),
        ),
    ),
    Room(
        "tumor",
        reads=(COLLECT, "subjects/ADSL", *_validated("TU", "TR", "RS", "CM")),
        sections=(*TRIAL, "response", "schedule", "domains"),
    ),
    Room(
        "survival",
        reads=(COLLECT, "subjects/ADSL", "tumor/ADRS"),
        sections=(*TRIAL, "survival", "response", "schedule", "domains"),
    ),
    Room(
        "safety",
        reads=(
            *(COLLECT, "subjects/ADSL", "subjects/ADEX"),
            *_validated("AE", "LB", "VS", "EG", "PE"),
        ),
        sections=(*TRIAL, "safety", "domains"),
    ),
    Room(
        "escalation",
        reads=(
            *(COLLECT, "subjects/ADSL", "subjects/ADEX"),
            *_validated("AE", "VS", "LB", "PE", "DS", "CM", "SS", "RS", "DECISIONS", "FINDINGS"),
            *_validated("APPROVAL", "SEEN"),
        ),
        sections=(*TRIAL, "escalation", "safety", "schedule", "response", "domains", "virtual"),
    ),
    Room(
        "cohorts",
        reads=(
            *(COLLECT, "subjects/ADSL", "subjects/ADEX", "subjects/ADEXSUM"),
            *("pk/ADPP", "pk/PKCONC", "pk/PKSTAT", "pk/ADPD"),
            *("immunogenicity/ADAB", "immunogenicity/ADASUM", "immunogenicity/ADASAMP"),
            *("tumor/ADRS", "tumor/RSPSUM", "tumor/WATERFAL"),
            *("survival/ADTTE", "survival/KMSUM", "safety/ADAE", "safety/AESUM"),
            *("safety/CRITSUM", "escalation/ADDLT", "escalation/DECISION"),
        ),
        sections=(
            *(*TRIAL, "escalation", "analytes", "survival", "response", "domains"),
            *("immunogenicity", "safety", "exposure_response"),
        ),
    ),
)

PLANNED: Final = (
    *(*TRIAL, "assumptions", "objectives", "treatment", "analytes", "biomarkers", "escalation"),
    *("schedule", "nca", "immunogenicity", "response", "survival", "safety", "domains"),
    *("report", "virtual"),
)
# What every result is shown from.
RESULTS: Final = (
    *("snapshot/SOURCES", COLLECT),
    *("validate/FINDINGS", "validate/FINDSTAT"),
    *(f"{room.name}/{table}" for room in TOPICS for table in room.writes),
)

# the report has nothing of them record by record
NOT_DRAWN: Final = ("ADVS", "ADEG", "ADPE", "BYVISIT", "ADALMKS")

DISPLAYS: Final = Room("displays", reads=(*RESULTS, "validate/CM"), sections=PLANNED)

REPORT: Final = Room(
    "report",
    reads=(
        *(name for name in RESULTS if name.partition("/")[2] not in NOT_DRAWN),
        *(f"displays/{table}" for table in DISPLAYS.writes),
    ),
    sections=PLANNED,
)

# The displays as files: RTF, PDF, XLSX, SVG, and the reporting event as JSON.
TLF: Final = Room(
    "tlf",
    reads=(
        *("snapshot/SOURCES", "displays/ARD", "displays/DISPLAYS"),
        *("displays/COLUMNS", "displays/FIGURES"),
    ),
    sections=("study", "report", "virtual"),
    package="render",
)

# Derived tables that a regulator gets as ADaM datasets, and the domains their rows come from.
DELIVERED: Final = (
    *("subjects/ADSL", "subjects/ADEX", "pk/ADPC", "pk/PROFILE", "pk/ADPP", "pk/ADPD"),
    *("immunogenicity/ADAB", "tumor/ADTR", "tumor/ADRS", "survival/ADTTE"),
    *(f"safety/{table}" for table in ("ADAE", "ADLB", "ADVS", "ADEG", "ADPE")),
    "escalation/ADDLT",
)

# The datasets a regulator opens: XPT, Dataset-JSON, define.xml, reviewer's guide, programs.
SUBMISSION: Final = Room(
    "submission",
    reads=(
        *("snapshot/SOURCES", COLLECT, "snapshot/UNUSED", "validate/FINDSTAT"),
        *_validated("DM", "EX", "PC", "CP", "IS", "TU", "TR", "RS", "AE", "LB", "VS", "EG", "PE"),
        *_validated("DS", "SS", "CM"),
        *DELIVERED,
        *("displays/ARD", "displays/DISPLAYS"),
    ),
    sections=(*PLANNED, "submission"),
    switch="datasets",
)

ROOMS: Final = (*INTAKE, *TOPICS, DISPLAYS, REPORT, TLF, SUBMISSION)
BY_NAME: Final = {room.name: room for room in ROOMS}


def rooms_of(study: Study) -> tuple[Room, ...]:
    """The rooms of a study: every room, but one with a switch only where the study file has it on."""
    return tuple(r for r in ROOMS if not r.switch or getattr(getattr(study, r.name), r.switch))


def rooms_in(manifest: Mapping[str, Any]) -> tuple[Room, ...]:
    """The rooms of a run by the settings in its manifest."""
    settings = manifest["config"]
    return tuple(r for r in ROOMS if not r.switch or (settings.get(r.name) or {}).get(r.switch))


def roots_of(room: Room) -> tuple[str, ...]:
    """Modules whose code decides a room's tables: the room's own, and those that read and write them."""
    return f"pkpipe.{room.package or room.name}", "pkpipe.store.run_tables"


def asked_of(study: Study) -> tuple[StudyCheck, ...]:
    """What the room of displays asks of a study file that names some, beside the linter's questions."""
    if not study.report.names:
        return ()  # nothing to ask, and polars stays unloaded
    asks = importlib.import_module("pkpipe.displays.own.study_checks")
    checks: tuple[StudyCheck, ...] = asks.STUDY_CHECKS
    return checks
