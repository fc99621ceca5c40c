"""The whole flow on the default config against the same flow in which each room only imports what it imports.

Prints both, their ratio, and what a run with nothing to do takes. `--cores N` (default 2), `--keep FOLDER`.
"""

from __future__ import annotations

import argparse
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CODE = ("Snakefile", "rules", "profiles", "pkpipe", "config")
# The verb of a job, which leaves a list of the modules it imported, in the order it did.
RECORDING = """
import sys
from pathlib import Path
from pkpipe.cli.{verb}_at_work import configure, run as work

def run(arguments):
    code = work(arguments)
    name = getattr(arguments, "room", "simulate")
    path = Path("imports") / (name + ".txt")
    path.parent.mkdir(exist_ok=True)
    path.write_text("\\n".join(n for n, m in list(sys.modules.items()) if getattr(m, "__spec__", None)))
    return code
"""
# The verb of a job, which imports that list and writes empty files instead of results.
IMPORTS_ONLY = """
import importlib
from pathlib import Path
from pkpipe.cli.{verb}_at_work import configure

def run(arguments):
    room = getattr(arguments, "room", "simulate")
    for name in (Path("imports") / (room + ".txt")).read_text().splitlines():
        try:
            importlib.import_module(name)
        except ImportError:
            pass  # a name another module put there itself
    if room == "simulate":
        return 0
    from pkpipe.workflow import writes
    manifest = ["results/{{study}}/{{cutoff}}/manifest.json"]
    for path in manifest if room == "manifest" else writes(room):
        file = Path(path.format(study=arguments.study, cutoff=arguments.cutoff))
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(b"")
    return 0
"""


def checkout(folder: Path) -> Path:
    """A copy of the code and config."""
    folder.mkdir(parents=True)
    for name in CODE:
        source = ROOT / name
        copy = shutil.copytree if source.is_dir() else shutil.copy2
        copy(source, folder / name)
    return folder


@dataclass(frozen=True, order=True)
class Took:
    """Seconds on the clock, and of processors (which other load on the machine moves less)."""

    clock: float
    processors: float


def took(folder: Path, cores: int) -> Took:
    """What one run of the flow there takes."""
    command = [sys.executable, "-m", "snakemake", "--cores", str(cores)]
    started, used = time.perf_counter(), _used()
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise SystemExit(done.stderr[-2000:])
    return Took(time.perf_counter() - started, _used() - used)


def _used() -> float:
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return children.ru_utime + children.ru_stime


def with_verbs(folder: Path, text: str) -> Path:
    """The same flow with another body of the two verbs that jobs call."""
    for verb in ("stage", "simulate"):
        path = folder / "pkpipe" / "cli" / f"{verb}.py"
        path.rename(path.with_name(f"{verb}_at_work.py"))
        path.write_text(text.format(verb=verb), encoding="utf-8")
    return folder


def main() -> None:
    """Run all three and print them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cores", type=int, default=min(2, os.cpu_count() or 1))
    parser.add_argument("--keep", type=Path, help="keep the runs in this new folder")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        base = arguments.keep or Path(temporary)
        real = with_verbs(checkout(base / "flow"), RECORDING)
        whole = took(real, arguments.cores)
        nothing = min(took(real, arguments.cores) for _ in range(2))
        hollow = with_verbs(checkout(base / "imports"), IMPORTS_ONLY)
        shutil.copytree(real / "imports", hollow / "imports")
        imports = took(hollow, arguments.cores)
    print(f"on {arguments.cores} cores, seconds          clock  processors")
    print(f"whole flow                  {whole.clock:6.1f}      {whole.processors:6.1f}")
    print(f"same flow, imports only     {imports.clock:6.1f}      {imports.processors:6.1f}")
    ratios = f"{whole.clock / imports.clock:6.2f}      {whole.processors / imports.processors:6.2f}"
    print(f"ratio                       {ratios}   (at most 2)")
    print(
        f"a run with nothing to do    {nothing.clock:6.2f}      {nothing.processors:6.2f}   (below 2)"
    )


if __name__ == "__main__":
    main()
