"""A checkout of its own: one study of hand-sized tables, one virtual trial at an early cutoff."""

import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from contextlib import chdir
from dataclasses import dataclass
from pathlib import Path

from pkpipe.cli import main
from pkpipe.rooms import ROOMS

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).resolve().parent
CODE = ("Snakefile", "rules", "profiles", "pkpipe")
TINY, VIRTUAL = ("tiny", "2025-07-31"), ("bat6026", "2025-02-28")
RUN_FILE = """\
studies:
  tiny: {protocol: tiny.yaml, raw: deliveries/tiny, virtual_seed: null, cutoffs: [2025-07-31]}
  bat6026: {protocol: bat6026.yaml, raw: data/virtual/bat6026, virtual_seed: 7, cutoffs: [2025-02-28]}
"""
# Displays that tests of the flow are content with: of the decision, a table, a figure, a listing.
FEW = ("T14.1.1.1", "T14.1.4.1", "F14.1.4.1", "T14.1.4.2", "L16.2.2", "F14.4.1")
JOB = re.compile(r"^Job \d+: (\w+) at (\S+): (\w+)$", re.MULTILINE)


@dataclass(frozen=True)
class Checkout:
    """A tree to run the flow in."""

    path: Path

    def snakemake(self, *words: str, cores: int = 2) -> subprocess.CompletedProcess[str]:
        """Run the flow here, as a person would after activating the environment."""
        environment = {
            k: v for k, v in os.environ.items() if k not in {"PYTHONPATH", "PKPIPE_CONFIG"}
        }
        command = [sys.executable, "-m", "snakemake", *words, "--cores", str(cores)]
        return subprocess.run(
            command, cwd=self.path, env=environment, capture_output=True, text=True, check=False
        )

    def pkpipe(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run a verb here."""
        environment = {**os.environ, "PYTHONPATH": str(self.path)}
        command = [sys.executable, "-m", "pkpipe", *words]
        return subprocess.run(
            command, cwd=self.path, env=environment, capture_output=True, text=True, check=False
        )

    def stage_all(self, run: tuple[str, str]) -> None:
        """Every room of one study and cutoff in this process: what the flow does, without Snakemake."""
        with chdir(self.path):
            for room in (*(r.name for r in ROOMS), "manifest"):
                assert main(["stage", room, "--study", run[0], "--cutoff", run[1]]) == 0, room

    def planned(self, *words: str) -> set[tuple[str, str]]:
        """Study and room of every job that a run would do now."""
        done = self.snakemake("--dry-run", *words)
        assert done.returncode == 0, done.stderr
        return rooms_in(done.stderr + done.stdout)

    def results(self, run: tuple[str, str] = TINY) -> Path:
        """Folder of one study and cutoff."""
        return self.path / "results" / run[0] / run[1]

    def edit(self, name: str, old: str, new: str, modified: float | None = None) -> None:
        """Replace text in a file; modified: its new modification time (seconds since 1970)."""
        path = self.path / name
        text = path.read_text(encoding="utf-8")
        assert old in text, f"{old!r} is not in {name}"
        path.write_text(text.replace(old, new, 1), encoding="utf-8")
        if modified is not None:
            os.utime(path, (modified, modified))


def rooms_in(output: str) -> set[tuple[str, str]]:
    """Study and room of every job that Snakemake announced; none of them twice."""
    jobs = JOB.findall(output)
    assert max(Counter(jobs).values(), default=1) == 1, "a job ran twice"
    return {(study, room) for study, _, room in jobs}


def new_checkout(path: Path, code: Path = ROOT) -> Checkout:
    """Code as it is there, with the two small studies."""
    copy_code(path, code)
    (path / "config").mkdir()
    (path / "config" / "config.yaml").write_text(RUN_FILE, encoding="utf-8")
    shutil.copy2(ROOT / "tests" / "studies" / "tiny.yaml", path / "config" / "tiny.yaml")
    shutil.copy2(ROOT / "config" / "bat6026.yaml", path / "config" / "bat6026.yaml")
    shutil.copytree(HERE / "tiny_raw", path / "deliveries" / "tiny")
    return Checkout(path)


def only_displays(checkout: Checkout, numbers: tuple[str, ...] = FEW) -> None:
    """The study files there are ask for these displays alone, and for no submission."""
    for path in (checkout.path / "config" / f"{run[0]}.yaml" for run in (TINY, VIRTUAL)):
        if path.is_file():
            ask_for_few_displays(path, numbers)


def ask_for_few_displays(path: Path, numbers: tuple[str, ...] = FEW) -> None:
    """A study file asks for these displays alone, and for no submission."""
    asked = f"displays: [{', '.join(numbers)}]"
    text = path.read_text(encoding="utf-8")
    one = text.replace("report: {one_page: true}", f"report: {{one_page: true, {asked}}}")
    asking = f"{text}\nreport: {{{asked}}}\n" if one == text else one
    asking = asking.replace("submission:\n  datasets: true", "submission:\n  datasets: false")
    path.write_text(asking, encoding="utf-8")


def copy_code(path: Path, code: Path = ROOT) -> None:
    """A new folder with what a checkout runs."""
    path.mkdir()
    ignored = shutil.ignore_patterns("__pycache__")
    for name in CODE:
        source = code / name
        if source.is_dir():
            shutil.copytree(source, path / name, ignore=ignored)
        else:
            shutil.copy2(source, path / name)
