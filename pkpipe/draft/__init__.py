"""A first study file from a folder of raw tables: what the tables say, what is guessed, what is left open.

Every guess is marked `TO CONFIRM` with what it rests on. What only a protocol or an authority can give is a
key without value, marked `TO FILL IN`, which `pkpipe check` names with its meaning.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pkpipe.draft import choices, measured, study_and_cohorts
from pkpipe.draft.delivered import Delivery, delivered
from pkpipe.draft.key_lines import CONFIRM, OPEN
from pkpipe.draft.sources import sources
from pkpipe.draft.study_and_cohorts import Dosing
from pkpipe.protocol.file_reading.file_schema import FIRST_LINE

KINDS: Final = ("antibody", "adc", "oral", "cell-therapy")
SECTIONS: Final = (
    "`pkpipe check` names the keys left open; `pkpipe keys SECTION` explains every key."
)


@dataclass(frozen=True)
class Draft:
    """A study file as text, and what was seen."""

    text: str
    delivery: Delivery
    like: str
    like_why: str

    @property
    def guesses(self) -> int:
        """Keys to confirm."""
        return self.text.count(f"# {CONFIRM}")

    @property
    def open_keys(self) -> int:
        """Keys without value."""
        return self.text.count(f"# {OPEN}")


def draft(name: str, raw: Path, like: str | None = None) -> Draft:
    """The first study file of a study.

    Raises:
        ConfigError: nothing in the folder is a table of a trial.
    """
    delivery = delivered(raw)
    drugs = study_and_cohorts.dosing(delivery)
    kind, why = (like, "as told") if like else _kind(drugs)
    parts = [
        _head(name, raw, kind, why),
        study_and_cohorts.study(delivery, name),
        [
            "assumptions: []                          # gaps of the protocol text and how each is decided"
        ],
        study_and_cohorts.drugs(drugs, kind),
        measured.analytes(delivery, drugs, kind),
        study_and_cohorts.cohorts(delivery, drugs),
        measured.schedule(delivery, drugs, kind),
        choices.analysis(delivery, drugs, kind),
        sources(delivery),
    ]
    text = "\n\n".join(block for part in parts if (block := "\n".join(part)))
    return Draft(f"{text}\n", delivery, kind, why)


def _head(name: str, raw: Path, kind: str, why: str) -> Iterable[str]:
    yield FIRST_LINE
    yield f"# {name}: a first study file, made from the tables in {raw}; drug taken as: {kind} ({why})."
    yield f"# {CONFIRM}: a guess, with what it rests on. {OPEN}: only a protocol or an authority gives it."
    yield f"# {SECTIONS}"


def _kind(drugs: list[Dosing]) -> tuple[str, str]:
    """What kind of drug it seems to be; a guess that --like replaces."""
    if not drugs:
        return "oral", "no exposure records; --like says otherwise"
    first = drugs[0]
    if first.unit is not None and "cell" in first.unit.lower():
        return "cell-therapy", f"EXDOSU is {first.unit}; --like says otherwise"
    if first.route in {"iv_infusion", "iv_bolus"}:
        return "antibody", "it is given into a vein; --like says otherwise"
    return "oral", "it is not given into a vein; --like says otherwise"
