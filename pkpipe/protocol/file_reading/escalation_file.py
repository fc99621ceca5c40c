"""Reading the escalation design alone, from a whole study file or a file with only that section."""

from __future__ import annotations

from pathlib import Path

from pydantic import BaseModel, ConfigDict

from pkpipe.protocol.base import Frozen
from pkpipe.protocol.design_letter_tables import with_decision_table
from pkpipe.protocol.escalation import EscalationPlan
from pkpipe.protocol.file_reading.loader import load_document, validated


class EscalationFile(Frozen):
    """A file with only `escalation:`."""

    escalation: EscalationPlan


class EscalationInStudy(BaseModel):
    """A study file of which only `escalation:` is read."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    escalation: EscalationPlan


def load_plan(path: Path) -> EscalationPlan:
    """The design in a file, its decision table read.

    Raises:
        ConfigError: every mistake of the section, one line each.
    """
    document = load_document(path)
    if "study" in document:
        plan = validated(EscalationInStudy, document, path).escalation
    else:
        plan = validated(EscalationFile, document, path).escalation
    return with_decision_table(plan, path.parent)
