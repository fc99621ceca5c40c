"""The run that is reviewed: its study, its folder, and its tables, each read again when its file changed."""

from __future__ import annotations

import datetime
import shlex
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import polars as pl

from pkpipe import disk
from pkpipe.errors import DataError, PkpipeError
from pkpipe.protocol.nca import OBSERVE_ONLY, NcaPlan
from pkpipe.protocol.runs_asked_for import StudyRun, load_runs
from pkpipe.protocol.study import Study
from pkpipe.provenance import sections_of
from pkpipe.reading.files import read_table
from pkpipe.store import manifest
from pkpipe.store.recorded_settings import recorded_study

DEFAULT: Final = Path("config", "config.yaml")
# Without these nothing can be shown of a profile.
INPUTS: Final = ("validate/PC", "subjects/ADSL", "subjects/ADEX")


@dataclass
class Reviewed:
    """One study at one cutoff: `folder` is that of its results."""

    entry: StudyRun
    folder: Path
    config: Path
    _held: dict[str, tuple[tuple[int, ...], Any]] = field(default_factory=dict)
    _read: tuple[int, ...] = ()  # the study file as it was read

    def __post_init__(self) -> None:
        """Remembers which study file was read."""
        self._read = self._study_file()

    def _study_file(self) -> tuple[int, ...]:
        return disk.identity(self.entry.protocol) if self.entry.protocol.is_file() else ()

    def refresh(self) -> None:
        """Read the study file again where somebody changed it.

        Raises:
            ConfigError: it has mistakes now; the one of before stays.
        """
        now = self._study_file()
        if now != self._read:
            self.entry = load_runs(self.config, self.study.study.id).studies[0]
            self._read = now

    @property
    def cutoff(self) -> datetime.date:
        """The data cutoff."""
        return datetime.date.fromisoformat(self.folder.name.partition(".")[0])

    @property
    def study(self) -> Study:
        """The study at the cutoff."""
        return self.entry.study.at(self.cutoff)

    @property
    def plan(self) -> NcaPlan:
        """How concentrations are analysed; without that section they are only shown."""
        return self.study.nca or OBSERVE_ONLY

    def path(self, name: str) -> Path:
        """Where a table lies, by `room/TABLE`."""
        return self.folder / f"{name}.parquet"

    def has(self, name: str) -> bool:
        """Whether the run has a table."""
        return self.path(name).is_file()

    def mark(self, *names: str) -> tuple[tuple[int, ...], ...]:
        """What changes when one of these tables, or the study file, does."""
        tables = (disk.identity(self.path(n)) if self.has(n) else () for n in names)
        return (self._read, *tables)

    def table(self, name: str) -> pl.DataFrame:
        """A table by `room/TABLE`.

        Raises:
            DataError: it is not there.
        """
        if not self.has(name):
            room = name.partition("/")[0]
            raise DataError(
                f"{self.path(name).as_posix()}: is not there; run room {room} first: {self.command}"
            )
        mark = disk.identity(self.path(name))
        held = self._held.get(name)
        if held is None or held[0] != mark:
            held = self._held[name] = (mark, read_table(self.path(name)))
        frame: pl.DataFrame = held[1]
        return frame

    def settings_since(self, results: Path) -> list[str]:
        """Sections of the study file that are not those these results were made with, as far as they say."""
        if not (results / manifest.NAME).is_file():
            return []
        try:
            made_with = recorded_study(results, manifest.read_manifest(results))
        except PkpipeError:  # of a version of pkpipe with other keys
            return []
        named = sorted(type(made_with).model_fields.keys() - {"cutoff"})
        then, now = (sections_of(study, named) for study in (made_with, self.study))
        return [name for name in named if now[name] != then[name]]

    @property
    def command(self) -> str:
        """What brings the run up to date."""
        other = "" if self.config == DEFAULT else f" --configfile {shlex.quote(str(self.config))}"
        name, cutoff = self.study.study.id, self.cutoff.isoformat()
        return f"snakemake --cores 2{other} --config study={name} cutoff={cutoff}"
