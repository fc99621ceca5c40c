"""Checks of the rows of a file, made while it is read: a row as long as the header."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from pkpipe.finding.check import Check


@dataclass(frozen=True)
class Remark:
    """What is odd at one place of a file."""

    check: Check
    row: int | None = None
    column: str | None = None
    value: str | None = None


SHORT_ROW: Final = Check(
    "ROW-SHORT", "error", "the row has fewer fields than the header", "RFC 4180, section 2.4"
)
LONG_ROW: Final = Check(
    "ROW-LONG", "error", "a value beyond the last named column", "RFC 4180, section 2.4"
)
