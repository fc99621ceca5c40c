"""Before a run is planned: nobody else makes the same, and nothing that was changed is believed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from pkpipe.errors import ConfigError, DataError
from pkpipe.protocol.runs_asked_for import Runs, read_cutoff
from pkpipe.rooms import ROOMS
from pkpipe.store import audit_chain, audit_trail, finished_rooms, run_locks
from pkpipe.store.frozen import is_frozen

TARGET: Final = re.compile(
    r"^(?:\./)?results/(?P<study>[^/]+)/(?P<cutoff>\d{4}-\d{2}-\d{2})(?:/|$)"
)
# Words after which Snakemake runs no job.
DRY: Final = re.compile(r"^-[A-Za-z]*n[A-Za-z]*$")  # -n, also among others: -np
ASKS: Final = {
    *("--dry-run", "--dryrun", "--lint", "--dag", "--rulegraph", "--filegraph", "--d3dag"),
    *("--summary", "--detailed-summary", "-S", "-D", "--list-changes", "--list-input-changes"),
    *(
        "--list-params-changes",
        "--list-code-changes",
        "--list-rules",
        "--list",
        "-l",
        "--list-untracked",
    ),
    *(
        "--list-target-rules",
        "--lt",
        "--report",
        "--archive",
        "--print-compilation",
        "--containerize",
    ),
}


def begin(runs: Runs, words: Sequence[str]) -> list[str]:
    """What was done before planning, a line each; words: the command line of Snakemake.

    Raises:
        PkpipeError: this run may not begin.
    """
    asked_for(words)
    pairs = [f"{study}/{cutoff}" for study, cutoff in runs.pairs]
    if only_asks(words):
        theirs = {name for run in run_locks.others() for name in run.makes}
        return doubted([name for name in pairs if name not in theirs])
    return [*run_locks.enter(pairs), *doubted(pairs)]


def doubted(pairs: Sequence[str]) -> list[str]:
    """Take the marks of rooms away whose files are not what they wrote; what will be made anew, a line each.

    Raises:
        OutputError: the results are read-only.
    """
    lines = []
    for name in pairs:
        run = Path("results", name)
        if is_frozen(run) or not run.is_dir():
            continue
        for room, why in finished_rooms.doubts(run, ROOMS).items():
            finished_rooms.take_away(run, room)
            lines.append(f"{run}: room {room} is made anew: {why}")
        if (run / finished_rooms.NAME).is_file() and (wrong := audit_chain.wrong_of(run)) != []:
            finished_rooms.take_away(run, "")
            told = wrong[0] if wrong else f"there is no {audit_trail.NAME}"
            lines.append(f"{run}: the manifest is made anew: {told}")
    return lines


def asked_for(words: Sequence[str]) -> None:
    """Targets of the command line that lie in the results: each of a day that exists, and not frozen.

    Raises:
        ConfigError: a target of an impossible day.
        DataError: a target of a frozen cutoff.
    """
    for word in words:
        found = TARGET.match(word)
        if found is None:
            continue
        try:
            read_cutoff(found["cutoff"])
        except ValueError as problem:
            raise ConfigError(f"{word}: {problem}") from problem
        if is_frozen(Path("results", found["study"], found["cutoff"])):
            raise DataError(f"{word}: the cutoff is frozen and stays as it is (pkpipe cutoff)")


def only_asks(words: Sequence[str]) -> bool:
    """Whether a command line of Snakemake makes nothing: such a one may be given during a run."""
    flags = (w.partition("=")[0] for w in words if w.startswith("-"))
    return any(f in ASKS or (DRY.match(f) is not None) for f in flags)
