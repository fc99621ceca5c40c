"""Findings that the study accepts as they are, each with who decided so, when and why."""

from __future__ import annotations

import datetime
from typing import Annotated, Self

from pydantic import Field, model_validator

from pkpipe.protocol.base import Frozen

Said = Annotated[str, Field(min_length=1)]


class Waiver(Frozen):
    """One finding of rows or of a subject: it is shown as waived, and stops nothing."""

    finding: Said = Field(description="id of the check, as findings.csv has it in CHECK")
    rows: tuple[Annotated[int, Field(ge=1)], ...] = Field(
        default=(), description="rows of the file, its header being row 1"
    )
    file: str | None = Field(
        default=None, description="of these rows, where several files have them"
    )
    subject: str | None = Field(default=None, description="USUBJID, instead of rows or beside them")
    reason: Said = Field(description="why it is accepted")
    by: Said = Field(description="who decided")
    on: datetime.date = Field(description="when")

    @model_validator(mode="after")
    def _of_something(self) -> Self:
        if not self.rows and self.subject is None:
            raise ValueError("give rows or subject: a finding is not waived as a whole")
        return self
