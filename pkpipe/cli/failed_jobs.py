"""What went wrong in a run of Snakemake: each job that failed, with what its log says or what ended it."""

from __future__ import annotations

import json
import logging
import re
import signal
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from pkpipe import disk

CHATTER: Final = (
    "Restored previous version of ",
    "Touching output file ",
    "Select jobs to execute",
)
# How Snakemake tells that a command failed; the shell adds 128 to the number of a signal.
STATUS: Final = re.compile(r"returned non-zero exit status (\d+)|died with <Signals\.\w+: (\d+)>")
SIGNALLED: Final = 128
FILE: Final = Path(".snakemake", "pkpipe.failed")
MOST: Final = 12  # lines of one log


@dataclass(frozen=True)
class Failure:
    """A job that failed: its rule, its log, the code its command ended with (None: it was not said)."""

    rule: str
    log: str
    code: int | None = None


@dataclass
class Watch:
    """A filter of Snakemake's log: it drops chatter, and remembers which jobs failed and how."""

    failures: list[Failure] = field(default_factory=list)
    said: list[str] = field(default_factory=list)  # errors, as Snakemake words them

    def __call__(self, record: logging.LogRecord) -> bool:
        """Whether the record is shown."""
        message = record.getMessage()
        if record.levelno >= logging.ERROR:
            if (rule := getattr(record, "rule_name", None)) is not None:
                self._failed(str(rule), record)
            else:
                self.said.append(message)
        return not message.startswith(CHATTER)

    def _failed(self, rule: str, record: logging.LogRecord) -> None:
        logs = [str(path) for path in getattr(record, "log", None) or ()]
        command = str(getattr(record, "shellcmd", None) or rule)
        found = next((STATUS.search(m) for m in self.said if command in m), None)
        code = None if found is None else int(found[1]) if found[1] else SIGNALLED + int(found[2])
        self.failures.append(Failure(rule, logs[0] if logs else "", code))

    def digest(self) -> list[str]:
        """What went wrong, for the end of a run: each failed job with its log's first lines, or its end."""
        if not self.failures:
            return [f"  {line}" for said in self.said for line in said.splitlines()[:MOST]]
        return [line for failure in self.failures for line in self._told(failure)]

    def _told(self, failure: Failure) -> list[str]:
        shown = in_log(Path(failure.log)) if failure.log else []
        if not shown or (failure.code is not None and failure.code > SIGNALLED):
            shown = [*shown, *self._ended(failure)]
        return [f"{failure.log or failure.rule}:", *(f"  {line}" for line in shown)]

    def _ended(self, failure: Failure) -> list[str]:
        if failure.code is not None and failure.code > SIGNALLED:
            number = failure.code - SIGNALLED
            name = next((s.name for s in signal.Signals if s == number), f"signal {number}")
            hint = "; the system does so when memory runs out" if name == "SIGKILL" else ""
            return [f"room {failure.rule} was ended by {name} (signal {number}){hint}"]
        why = full(Path(failure.log).parent)
        if why is not None:
            return [f"room {failure.rule}: nothing can be written there ({why})"]
        if failure.code is not None:
            return [
                f"room {failure.rule} ended with code {failure.code} and left no words in its log"
            ]
        words = [line for said in self.said for line in said.splitlines()[:MOST]]
        return words or [f"room {failure.rule} did not end well and left no words in its log"]

    def write_down(self) -> None:
        """For `pkpipe cutoff`, which ends with the code of the room that failed."""
        entries = [[f.rule, f.log, f.code] for f in self.failures]
        disk.write_text(json.dumps(entries) + "\n", FILE)


def written_down() -> list[Failure]:
    """The failures of the last run here."""
    try:
        return [
            Failure(str(r), str(log), code) for r, log, code in json.loads(disk.read_text(FILE))
        ]
    except (OSError, ValueError, TypeError):
        return []


def code_of(failures: Iterable[Failure], codes: Sequence[int]) -> int:
    """The first of these codes that a failed room ended with; 1: none of them."""
    found = {failure.code for failure in failures}
    return next((code for code in codes if code in found), 1)


def full(folder: Path) -> str | None:
    """Why nothing can be written into a folder; None: it can, or is not there."""
    try:
        probe = folder / ".pkpipe.probe"
        probe.write_bytes(bytes(disk.BLOCK))
        probe.unlink()
    except FileNotFoundError:
        return None
    except OSError as problem:
        probe.unlink(missing_ok=True) if probe.exists() else None
        return disk.reason(problem)
    return None


def in_log(log: Path) -> list[str]:
    """The lines of a log from where it tells of trouble."""
    try:
        said = disk.read_text(log, errors="replace").splitlines()
    except OSError:
        return []
    start = next((i for i, line in enumerate(said) if _is_trouble(line)), None)
    if start is None:
        return []
    told = said[start:]
    # Of a traceback the end says what it was, of a list of findings the beginning.
    shown = told[-MOST // 2 :] if told[0].startswith("Traceback ") else told[:MOST]
    return [*shown, *([f"... all of it in {log}"] if len(told) > len(shown) else [])]


def _is_trouble(line: str) -> bool:
    return line.startswith("Traceback ") or (line.startswith("pkpipe ") and ": error: " in line)
