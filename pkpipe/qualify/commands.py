"""Commands of the installed program, run as a person runs them: in a folder of their own, without a shell."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from pkpipe.provenance import PACKAGE

# Of the person who qualifies; a command here has a run file and fonts of its own.
NOT_PASSED: Final = ("PKPIPE_CONFIG", "PKPIPE_FONT")


def pkpipe(words: Sequence[str], folder: Path) -> subprocess.CompletedProcess[str]:
    """What `pkpipe WORDS` says in this folder, and how it ends."""
    return subprocess.run(
        line_of(words),
        cwd=folder,
        env=environment(),
        capture_output=True,
        text=True,
        encoding="utf-8",
        errors="replace",
        check=False,
    )


def line_of(words: Sequence[str]) -> list[str]:
    """The command line."""
    return [sys.executable, "-m", "pkpipe", *words]


def environment() -> dict[str, str]:
    """The environment of a command: the same package is found from any folder."""
    given = {k: v for k, v in os.environ.items() if k not in NOT_PASSED}
    places = (str(PACKAGE.parent), given.get("PYTHONPATH"))
    given["PYTHONPATH"] = os.pathsep.join(filter(None, places))
    return given
