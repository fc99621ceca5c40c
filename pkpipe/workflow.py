"""What the Snakefile asks: paths of a room's tables and the hashes that decide whether it runs again.

Everything here is light (no tables), for it is computed at every start, also when there is nothing to do.
"""

from __future__ import annotations

import datetime
import difflib
import json
import os
import re
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Protocol

from pkpipe import disk, provenance
from pkpipe.cli import ONE_THREAD
from pkpipe.errors import ConfigError
from pkpipe.protocol.runs_asked_for import Runs, StudyRun, load_runs
from pkpipe.rooms import BY_NAME, REPORT, SUBMISSION, TLF, asked_of, rooms_of, roots_of
from pkpipe.store import finished_rooms, named_runs
from pkpipe.store.frozen import earlier, is_frozen

RUN_FILE: Final = "config/config.yaml"
OPTIONS: Final = ("study", "cutoff")
AT: Final = "results/{study}/{cutoff}"
# Sections of the study file that a virtual trial is drawn from.
SIMULATED_FROM: Final = (
    *("study", "drugs", "analytes", "biomarkers", "cohorts", "escalation", "schedule"),
    *("immunogenicity", "safety", "simulation", "domains"),
)
# Rooms that write no tables, and files of them that every run has.
FILES: Final = {
    REPORT.name: ("index.html",),
    TLF.name: ("all.pdf", "all.xlsx", "ars.json"),
    SUBMISSION.name: ("m5/SHA256SUMS",),
}
REPLICATES_A_PART: Final = 100  # of a population of virtual trials: a minute or two
DRAWN: Final = ".simulated"  # the output of rules/simulate.smk


class Wildcards(Protocol):
    """What Snakemake read out of a file name."""

    study: str
    cutoff: str
    folder: str
    replicates: str
    seed: str


Param = Callable[[Wildcards], Any]


@dataclass(frozen=True)
class Flow:
    """The studies and cutoffs of this run. Functions of wildcards alone: others are not recorded."""

    runs: Runs
    seen: dict[tuple[str, tuple[str, ...]], str] = field(default_factory=dict, repr=False)
    coded: dict[tuple[str, ...], str] = field(default_factory=dict, repr=False)

    @property
    def studies(self) -> str:
        """Study ids as the constraint of a wildcard."""
        return "|".join(run.study.study.id for run in self.runs.studies)

    @property
    def virtual_folders(self) -> str:
        """Raw folders that are drawn, as the constraint of a wildcard."""
        return "|".join(re.escape(folder) for folder in self.virtual)

    @property
    def targets(self) -> list[str]:
        """Every file of every open study and cutoff: Snakemake does not miss what only lies on the way."""
        return [
            path.format(study=study, cutoff=cutoff)
            for study, cutoff in self.runs.pairs
            if not is_frozen(Path(f"results/{study}/{cutoff}"))
            for path in (f"{AT}/manifest.json", sealed(), *self._of(study))
        ]

    def everything(self, wildcards: Wildcards) -> list[str]:
        """What every room of the study writes, and its mark."""
        return self._of(wildcards.study)

    def _of(self, study: str) -> list[str]:
        rooms = rooms_of(self.runs.of(study).study)
        return [path for room in rooms for path in (*writes(room.name), done(room.name))]

    @property
    def virtual(self) -> dict[str, StudyRun]:
        """Raw folders that are drawn from a protocol, with their study."""
        return {r.raw.as_posix(): r for r in self.runs.studies if r.virtual_seed is not None}

    def code(self, room: str) -> str:
        """Fingerprint of the room's code and packages."""
        return self._code(*roots_of(BY_NAME[room]))

    def all_code(self, wildcards: Wildcards) -> str:
        """Fingerprint of every room's code at once, for the manifest shows each."""
        rooms = rooms_of(self.runs.of(wildcards.study).study)
        return "-".join(self.code(room.name) for room in rooms)

    def simulation_code(self) -> str:
        """Fingerprint of what draws virtual trials."""
        return self._code("pkpipe.simulation")

    def population_code(self) -> str:
        """Fingerprint of what draws a population of virtual trials and derives their results."""
        return self._code("pkpipe.simulation.population.blocks")

    def population_parts(self, wildcards: Wildcards) -> list[str]:
        """The files of all parts of a population."""
        parts = -(-int(wildcards.replicates) // REPLICATES_A_PART)
        folder = f"results/populations/{wildcards.study}/{wildcards.replicates}-trials-seed-{wildcards.seed}"
        return [f"{folder}/parts/{part}-of-{parts}.parquet" for part in range(1, parts + 1)]

    def settings(self, room: str) -> Param:
        """Hash of the sections of the study file that the room depends on."""
        return lambda wildcards: self._settings(wildcards.study, BY_NAME[room].sections)

    def raw(self, wildcards: Wildcards) -> str:
        """Hash of the study's raw files as they lie there when the job becomes ready."""
        run = self.runs.of(wildcards.study)
        return provenance.raw_digest(run.raw, run.study)

    def previous(self, wildcards: Wildcards) -> str:
        """The cutoff that findings are compared with, its hash if it is frozen, the runs decisions name."""
        run = self.runs.of(wildcards.study)
        results = Path("results") / wildcards.study
        before = earlier(results, datetime.date.fromisoformat(wildcards.cutoff), run.listed)
        log = run.study.sources.get("DECISIONS")
        files = [] if log is None else [run.raw / name for name in log.files]
        named = named_runs.mark(results, files, wildcards.cutoff)
        compared = "none" if before is None else before.mark
        return compared if named == "none" else f"{compared}; {named}"

    def drawn(self, wildcards: Wildcards) -> list[str]:
        """The mark of a finished draw, for a virtual study; raw files are watched by `raw`, not by time."""
        run = self.runs.of(wildcards.study)
        return [] if run.virtual_seed is None else [f"{run.raw.as_posix()}/{DRAWN}"]

    def seed(self, wildcards: Wildcards) -> int | None:
        """Seed of the virtual study whose raw folder this is."""
        return self.virtual[wildcards.folder].virtual_seed

    def drawn_study(self, wildcards: Wildcards) -> str:
        """The virtual study whose raw folder this is."""
        return self.virtual[wildcards.folder].study.study.id

    def drawn_from(self, wildcards: Wildcards) -> str:
        """Hash of the sections a virtual trial is drawn from."""
        return self._settings(self.drawn_study(wildcards), SIMULATED_FROM)

    def whole(self, wildcards: Wildcards) -> str:
        """Hash of the whole study file, for the manifest shows it."""
        fields = type(self.runs.of(wildcards.study).study).model_fields
        return self._settings(wildcards.study, tuple(n for n in fields if n != "cutoff"))

    def _code(self, *roots: str) -> str:
        """The fingerprint as this start of Snakemake first saw it: each rule and each job asks."""
        if roots not in self.coded:
            self.coded[roots] = provenance.fingerprint(*roots)
        return self.coded[roots]

    def _settings(self, study: str, sections: tuple[str, ...]) -> str:
        key = (study, sections)
        if key not in self.seen:
            self.seen[key] = provenance.settings(self.runs.of(study).study, sections)
        return self.seen[key]


def run_file(checkout: Path, named: Sequence[Path]) -> Path:
    """The run file: the one of `--configfile`, else the checkout's; as seen from here if it lies here.

    Raises:
        ConfigError: several were named.
    """
    if len(named) > 1:
        raise ConfigError("--configfile: one run file is allowed")
    path = Path(named[0]) if named else checkout / RUN_FILE
    here = Path.cwd()
    return path.relative_to(here) if path.is_relative_to(here) else path


def handed_over(
    config: Mapping[str, Any], files: Sequence[Path]
) -> tuple[list[Path], dict[str, Any]]:
    """What a workflow that uses this one as a module says: a run file of its `config:`, and its options.

    files: configuration files of that workflow; study files are looked for beside them, in `config/`, here.
    No run file: it names no studies, and that of the checkout is meant.
    """
    options = {name: config[name] for name in OPTIONS if name in config}
    if "studies" not in config:
        return [], options
    studies = json.loads(json.dumps(config["studies"], default=str))
    folders = [*(Path(f).resolve().parent for f in files), Path.cwd() / "config", Path.cwd()]
    for entry in studies.values() if isinstance(studies, dict) else ():
        if isinstance(entry, dict) and isinstance(name := entry.get("protocol"), str):
            found = (folder / name for folder in folders if (folder / name).is_file())
            entry["protocol"] = str(next(found, folders[0] / name))
    text = json.dumps({"studies": studies}, indent=1, ensure_ascii=False) + "\n"
    path = Path(".snakemake", "pkpipe.run.yaml")
    disk.write_text(text, path)
    return [path], options


def load_flow(path: Path, options: Mapping[str, Any]) -> Flow:
    """The flow of a run file, narrowed by what `--config` says.

    Raises:
        ConfigError: every mistake of the run file and its study files, or an option that is none.
    """
    for name in options:
        if name not in OPTIONS:
            close = difflib.get_close_matches(name, OPTIONS, n=1)
            meant = f", did you mean '{close[0]}'?" if close else ""
            raise ConfigError(f"--config {name}: unknown{meant} (allowed: {', '.join(OPTIONS)})")
    return Flow(load_runs(path, options.get("study"), options.get("cutoff"), asked_of))


def for_jobs(checkout: Path, path: Path) -> None:
    """The environment of every job: this interpreter, this checkout, this run file, one thread.

    Sums over several threads differ in their last bits. None of it is a param: a checkout may be moved.
    """
    place = str(checkout) if checkout.is_dir() else None  # a module may come from elsewhere
    here = (str(Path(sys.executable).parent), place)
    for name, first in zip(("PATH", "PYTHONPATH"), here, strict=True):
        os.environ[name] = os.pathsep.join(filter(None, (first, os.environ.get(name))))
    os.environ |= {**ONE_THREAD, "MPLBACKEND": "agg"}
    os.environ["PKPIPE_CONFIG"] = str(path)


def reads(room: str) -> list[str]:
    """Tables a room reads, and the marks of the rooms that wrote them, as Snakemake's file names."""
    names = BY_NAME[room].reads
    before = dict.fromkeys(name.partition("/")[0] for name in names)
    return [*(f"{AT}/{name}.parquet" for name in names), *map(done, before)]


def writes(room: str) -> list[str]:
    """Tables a room writes, with their twins for people; of pages and files, those every run has."""
    if room in FILES:
        return [f"{AT}/{room}/{name}" for name in FILES[room]]
    return [f"{AT}/{room}/{t}.{form}" for t in BY_NAME[room].writes for form in ("parquet", "csv")]


def done(room: str) -> str:
    """The mark of a room that ended well.

    Tables are `update` outputs, so that those of the last good run stay when a run fails; Snakemake then
    takes them for the failed run's own. The mark is no such output: without it the room runs again.
    """
    return f"{AT}/{room}/{finished_rooms.NAME}"


def sealed() -> str:
    """The mark of a finished manifest, which is an `update` output for the same reason."""
    return f"{AT}/{finished_rooms.NAME}"


def reports(runs: Runs) -> list[str]:
    """Where the reports lie, a line each, for the end of a run."""
    lines = [f"results/{study}/{cutoff}/report/index.html" for study, cutoff in runs.pairs]
    return [line for line in lines if Path(line).is_file()]
