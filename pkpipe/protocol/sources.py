"""Where raw tables lie and how their columns map onto the domain's."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import Annotated, Literal

from pydantic import Field, field_validator

from pkpipe.protocol.base import Frozen

Domain = Literal[
    "DM", "EX", "PC", "IS", "TU", "TR", "RS", "AE", "LB", "VS", "EG", "PE", "DS", "SS", "CM", "CP",
    # no SDTM: the log of dose decisions, the exclusion ledger
    "DECISIONS", "LEDGER",
]  # fmt: skip


class Source(Frozen):
    """One domain's raw files, as the laboratory or EDC delivers them."""

    files: Annotated[tuple[str, ...], Field(min_length=1)] = Field(
        description="names inside the study's raw folder"
    )
    columns: dict[str, str] = Field(default={}, description="our column: theirs")
    constants: dict[str, str] = Field(default={}, description="our column: one value for every row")
    codes: dict[str, dict[str, str]] = Field(
        default={}, description="our column: {their code: ours}"
    )
    ignore: tuple[str, ...] = Field(
        default=(), description='columns of theirs that are not used; "*": any other column'
    )

    @field_validator("files")
    @classmethod
    def _inside(cls, files: tuple[str, ...]) -> tuple[str, ...]:
        for name in files:
            path = PurePosixPath(name)
            if path.is_absolute() or ".." in path.parts or "\\" in name:
                raise ValueError(f"'{name}' leaves the raw folder, give a name inside it")
        return files
