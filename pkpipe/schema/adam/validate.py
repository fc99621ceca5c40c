"""Derived tables of `validate`."""

from __future__ import annotations

from typing import Final

from pkpipe.schema.adam import common
from pkpipe.schema.adam.declaration import Table, date, flag, integer, text
from pkpipe.schema.adam.findings import NO_KEY, OF_A_FINDING

FINDINGS: Final = Table(
    "FINDINGS",
    "Findings",
    "one row a finding about the raw data",
    key=(),
    columns=OF_A_FINDING,
    note=f"{NO_KEY}. An error in it is one that withholds only the dose decision (`docs/checks.md`): "
    "any other would have stopped the study here",
)

FINDSTAT: Final = Table(
    "FINDSTAT",
    "Findings since the Cutoff Before",
    "one row a finding, those of the cutoff before that are gone included",
    key=(),
    columns=(
        *OF_A_FINDING,
        text(
            "STATUS",
            "Status of the Finding",
            "resolved ones at the end, with file and row as they were then",
            codelist=("NEW", "OPEN", "RESOLVED"),
        ),
        date("SINCE", "Cutoff Before", "empty: there is none"),
        text(
            "BASIS",
            "What It Is Compared with",
            "findings that cutoff was frozen with; this run's tables cut and checked again as of it; nothing",
            codelist=("FROZEN", "TODAY", "NONE"),
        ),
    ),
    note=f"{NO_KEY}, resolved ones at the end",
)

APPROVAL: Final = Table(
    "APPROVAL",
    "Runs That Recorded Decisions Name",
    "one row a manifest that a recorded decision names",
    key=("MANIFEST",),
    columns=(
        text("MANIFEST", "Manifest", "SHA-256, as the log of decisions names it"),
        text(
            "STATE",
            "State of the Run",
            "FOUND: it lies there unchanged; ALTERED: a file of it was changed; REPLACED: it was made anew "
            "with another manifest; UNKNOWN: no line of the audit trail is about it; UNPROVED: the trail is "
            "not whole",
            codelist=("FOUND", "ALTERED", "REPLACED", "UNKNOWN", "UNPROVED"),
        ),
        text("RUN", "Folder of the Run", "a cutoff or a revision of one"),
        text("PROPOSED", "What the Rules Proposed There", "decision and level"),
        text("APPRBY", "Approved by", "printed names of those whose approval was needed"),
        date("APPRDT", "Date of the Approval", "of the last of them, by the clock that signed"),
        text("APPRDTC", "Time of the Approval", "with its offset"),
        integer("APPRSEQ", "Line of the Approval", "in the audit trail"),
        text("REVBY", "Reviewed by", "printed names of the other signatures"),
    ),
    note="from `AUDIT.jsonl` and the folders of earlier runs; empty where no decision names a manifest",
)

SEEN: Final = Table(
    "SEEN",
    "Subjects as the Meeting Saw Them",
    "one row a manifest and dosed subject",
    key=("MANIFEST", "USUBJID"),
    columns=(
        text("MANIFEST", "Manifest", "SHA-256"),
        common.USUBJID,
        common.LEVEL,
        date("TRTSDT", "Date of the First Dose"),
        text("STATE", "State", "as `escalation/ADDLT` of that run has it"),
        flag("DLTFL", "DLT Flag", "in the window", codelist=("Y",)),
    ),
    note="of runs that are FOUND in APPROVAL",
)

TABLES: Final = (
    FINDINGS,
    FINDSTAT,
    APPROVAL,
    SEEN,
)
