"""What every file of a submission says of the study, the data cutoff and the program."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Final

from pkpipe.protocol.study import Study
from pkpipe.provenance import program_version

PROGRAM: Final = "pkpipe"


@dataclass(frozen=True)
class About:
    """The facts of one run; there is no clock: what is dated carries the data cutoff."""

    folder: str  # of the study, below m5/datasets
    study: str
    title: str
    cutoff: datetime.date | None
    version: str

    @property
    def program(self) -> str:
        """The name of the program."""
        return PROGRAM

    @property
    def created(self) -> str:
        """The data cutoff as a datetime."""
        day = self.cutoff or datetime.date(1980, 1, 1)
        return f"{day.isoformat()}T00:00:00"

    @property
    def study_oid(self) -> str:
        """OID of the study."""
        return f"S.{self.study}"

    def metadata_oid(self, of: str = "ADAM") -> str:
        """OID of the metadata of a folder."""
        return f"MDV.{self.study}.{of}"


def about(study: Study) -> About:
    """Of a study at its cutoff."""
    of = study.study
    return About(of.id, of.studyid, of.title, study.cutoff, program_version())
