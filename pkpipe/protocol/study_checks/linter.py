"""Contradictions inside a protocol: every check is a value, every finding names its key and what is allowed.

A contradiction the trial's text contains may be decided by the study (`assumptions:`); decided, it is
shown in the report as a stated assumption. Undecided, or a plain mistake, it stops the run.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from pkpipe.errors import ConfigError
from pkpipe.finding.check import Check
from pkpipe.protocol.file_reading.loader import load_document, load_study, place_of
from pkpipe.protocol.study import Study
from pkpipe.protocol.study_checks.comparisons import COMPARISONS
from pkpipe.protocol.study_checks.contradictions import CONTRADICTIONS, TEXT_FINDINGS
from pkpipe.protocol.study_checks.marker_plans import MARKER_PLANS
from pkpipe.protocol.study_checks.mistakes import MISTAKES, STUDY_FILE, Key, StudyCheck
from pkpipe.protocol.study_checks.needed import DRAWN, NEEDED
from pkpipe.protocol.study_checks.sample_mistakes import SAMPLES

STUDY_CHECKS: Final[tuple[StudyCheck, ...]] = (
    *MISTAKES,
    *SAMPLES,
    *COMPARISONS,
    *MARKER_PLANS,
    *NEEDED,
    *CONTRADICTIONS,
)
# What a room asks of a study file beside the linter, of the study at hand.
Also = Callable[[Study], Iterable[StudyCheck]]
CHECKS: Final[tuple[Check, ...]] = tuple(entry.check for entry in (*STUDY_CHECKS, *DRAWN))


@dataclass(frozen=True)
class ProtocolFinding:
    """One contradiction: its check, where it stands, what is allowed or how it was decided."""

    check: Check
    keys: tuple[Key, ...]  # path to the key in the study file
    message: str
    allowed: str
    decision: str | None = None

    @property
    def id(self) -> str:
        """The id of its check."""
        return self.check.id

    @property
    def severity(self) -> Literal["error", "decision"]:
        """An error, unless the study decided it."""
        return "error" if self.decision is None else "decision"

    @property
    def line(self) -> str:
        """The finding as one line: key, what is wrong, what is allowed or what was decided."""
        name = ".".join(map(str, self.keys)) or "file"
        end = f"allowed: {self.allowed}" if self.decision is None else f"decided: {self.decision}"
        return f"{name}: {self.message} ({end}) [{self.id}]"


def nothing_more(_: Study) -> Iterable[StudyCheck]:
    """No question beside those of the linter."""
    return ()


def lint(study: Study, also: Also = nothing_more) -> tuple[ProtocolFinding, ...]:
    """Every finding on a study, errors first, then in the order of the checks."""
    found = [*_checked(study, (*STUDY_CHECKS, *also(study))), *_read_in_the_text(study)]
    return tuple(sorted(found, key=lambda f: f.severity != "error"))


def load_sound_study(path: Path, also: Also = nothing_more) -> Study:
    """The study of a file, free of contradictions that nobody decided.

    also: what a room asks beside, so that every mistake of the file is told at once.

    Raises:
        ConfigError: mistakes in the file or contradictions in the protocol, each with its line.
    """
    study = load_study(path)
    wrong = [f for f in lint(study, also) if f.severity == "error"]
    if not wrong:
        return study
    document = load_document(path)
    places = [(place_of(document, f.keys), f) for f in wrong]
    lines = [f"{path}:{line}:{column}: {f.line}" for (line, column), f in places]
    raise ConfigError("\n  ".join(lines))


def _checked(study: Study, checks: Iterable[StudyCheck]) -> Iterable[ProtocolFinding]:
    decisions = {a.id: a.decision for a in study.assumptions}
    for entry in checks:
        names = (entry.decided_by, entry.check.id) if entry.decided_by else ()
        decided = next((decisions[name] for name in names if name in decisions), None)
        for found in entry.find(study):
            allowed = found.allowed
            if entry.decided_by:
                allowed = (
                    f"{found.allowed}; or a decision on {entry.decided_by} in assumptions, "
                    f"which may also be called {entry.check.id}"
                )
            yield ProtocolFinding(entry.check, found.keys, found.message, allowed, decided)


def _read_in_the_text(study: Study) -> Iterable[ProtocolFinding]:
    """What a person found in the text: each needs a decision under the same id."""
    decided = {a.id: a for a in study.assumptions}
    for position, code in enumerate(study.study.text_findings):
        assumption = decided.get(code)
        known = TEXT_FINDINGS.get(code, "a gap or contradiction of the protocol text")
        yield ProtocolFinding(
            Check(code, "error", known, "protocol text", table=STUDY_FILE),
            keys=("study", "text_findings", position),
            message=known if assumption is None else assumption.finding,
            allowed=f"a decision on {code} in assumptions",
            decision=None if assumption is None else assumption.decision,
        )
