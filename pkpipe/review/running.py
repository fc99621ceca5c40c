"""Bringing a run up to date from the page: the same command as in the shell, one at a time."""

from __future__ import annotations

import shlex
import subprocess
import sys
from pathlib import Path
from typing import Final

from pkpipe.errors import ConfigError
from pkpipe.review.study_run import Reviewed

LOG: Final = "review_run.log"
LAST_LINES: Final = 12


class Runner:
    """The run that the page started, if any."""

    def __init__(self, run: Reviewed) -> None:
        self._run = run
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def can(self) -> bool:
        """Whether a workflow lies in this folder."""
        return Path("Snakefile").is_file()

    @property
    def _log(self) -> Path:
        return self._run.folder / "logs" / LOG

    def start(self) -> str:
        """Start it; it goes on when the server ends.

        Raises:
            ConfigError: one goes on already, or there is no workflow here.
        """
        if not self.can:
            raise ConfigError("no Snakefile here: run the command in the folder of the workflow")
        if self._process is not None and self._process.poll() is None:
            raise ConfigError("a run goes on already")
        self._log.parent.mkdir(parents=True, exist_ok=True)
        words = shlex.split(self._run.command)
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", *words],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        return "the run has started; load the page again to see how it goes"

    def told(self) -> str:
        """How it goes; empty where none was started."""
        if self._process is None:
            return ""
        code = self._process.poll()
        if code is None:
            return "A run that was started here goes on."
        if code == 0:
            return "The run that was started here is done."
        lines = self._log.read_text(encoding="utf-8", errors="replace").splitlines()[-LAST_LINES:]
        return "\n".join([f"The run that was started here failed ({code}):", *lines])
