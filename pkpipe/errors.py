"""The exceptions a user may see, each with its exit code.

Anything else that escapes is our own defect: it keeps its traceback and exits 1.
"""

from __future__ import annotations

from typing import ClassVar


class PkpipeError(Exception):
    """An outcome with a sentence for the user; shown without a traceback."""

    exit_code: ClassVar[int] = 1


class ConfigError(PkpipeError):
    """Usage or configuration: a misspelt key, a missing choice, a date that is none."""

    exit_code = 2


class DataError(PkpipeError):
    """Input data: each line names file, row, subject, column, value and what is allowed."""

    exit_code = 3


class DerivationError(PkpipeError):
    """A derivation that cannot be right, whatever the input was."""

    exit_code = 4


class OutputError(PkpipeError):
    """A file cannot be written: no space, no permission (the code sendmail uses for it)."""

    exit_code = 74


class BusyError(PkpipeError):
    """Another run holds the lock; try again later (the code sendmail uses for it)."""

    exit_code = 75
