"""Inputs of a study that are no SDTM domain: the log of dose decisions, the exclusion ledger.

They arrive, are mapped, typed and checked like a domain. What has no reason or no name is an error: a
judgement of data that nobody stands for is none.
"""

from __future__ import annotations

from typing import Final

from pkpipe.schema.column import Column
from pkpipe.schema.sdtm import DOMAINS, DomainSpec

# Decisions a design can end in; the names of the escalation room (a test compares them).
DECISIONS: Final = (
    *("ESCALATE", "STAY_ADD", "DEESCALATE_EXPAND", "DEESCALATE", "WAIT"),
    *("DECLARE_MTD", "MAD_REACHED", "NO_TOLERABLE_DOSE"),
)
ACTIONS: Final = ("EXCLUDE", "PICK")
TARGETS: Final = ("CONCENTRATION", "LAMBDA_Z", "PARAMETER", "PROFILE")
# What a record holds that has no number; GONE: there is no such record.
NO_NUMBER: Final = ("BLQ", "NOT DONE")
GONE: Final = "GONE"
# A table about no subject still has the column, empty, so that every table is found, cut and shown alike.
_NOBODY: Final = Column("USUBJID")


def _needed(name: str, *allowed: str) -> Column:
    return Column(name, required=True, filled=True, allowed=allowed)


INPUTS: Final[dict[str, DomainSpec]] = {
    spec.code: spec
    for spec in (
        DomainSpec(
            "DECISIONS",
            "Log of dose decisions",
            (
                _NOBODY,
                Column("date", "date", required=True, filled=True),
                Column("cutoff", "date", required=True, filled=True),
                Column("level", required=True),
                _needed("decision", *DECISIONS),
                Column("next_level"),
                Column("n_to_enrol", "integer"),
                Column("highest_open_level"),
                Column("manifest"),
                Column("recorded_by"),
                Column("recorded_on", "date"),
                Column("reason"),  # in the words of who decided, for the audit trail
            ),
            key=("date", "cutoff", "level", "decision", "next_level"),
            date="date",
        ),
        DomainSpec(
            "LEDGER",
            "Exclusion ledger",
            (
                _needed("ENTRY"),
                _needed("ACTION", *ACTIONS),
                _needed("TARGET", *TARGETS),
                _needed("USUBJID"),
                *(Column(n) for n in ("PARCAT1", "MATRIX", "PROFILE", "PARAMCD")),
                Column("CYCLE", "integer"),
                Column("ADTM", "dtc"),  # of the concentration meant
                # what stood there when the entry was made: a number or, without one, which of NO_NUMBER
                Column("AVAL", "number"),
                Column("AVALC", allowed=NO_NUMBER),
                _needed("REASON"),
                _needed("RECBY"),
                Column("RECDT", "date", required=True, filled=True),
                _needed("APPRBY"),
                Column("CONFBY"),  # who confirmed a stale entry
                Column("CONFDT", "date"),
                Column(
                    "CONFVAL", "number"
                ),  # what was confirmed to stand there now, in the same way
                Column("CONFVALC", allowed=(*NO_NUMBER, GONE)),
            ),
            key=("ENTRY",),
            date=None,  # an exclusion is a later judgement on data known at the cutoff: never cut
        ),
    )
}
SPECS: Final[dict[str, DomainSpec]] = DOMAINS | INPUTS
"""Every table a study file may name as a source."""
