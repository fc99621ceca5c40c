"""The whole flow on the default config against the same flow in which each room only imports what it imports.

Prints both, their ratio, and what a run with nothing to do takes. `--cores N` (default 2), `--keep FOLDER`.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CODE = ("Snakefile", "rules", "profiles", "pkpipe", "config")
# A job that imports what its room imports, starts as a job starts, and writes empty files instead of results.
IMPORTS_ONLY = '''"""The verb of a job, without its work."""
import argparse, importlib
from pathlib import Path
from pkpipe.protocol.run import load_runs
from pkpipe.rooms import BY_NAME, roots_of
from pkpipe.workflow import done, writes
from pkpipe.cli.stage_at_work import configure, CONFIG
IMPORTED = {"validate": ("pandera.polars",), "survival": ("lifelines",), "report": ("matplotlib.pyplot",)}

def run(arguments):
    load_runs(arguments.config, arguments.study, arguments.cutoff)
    names = () if arguments.room == "manifest" else roots_of(BY_NAME[arguments.room])
    for name in (*names, "pkpipe.tables.stored", *IMPORTED.get(arguments.room, ())):
        try:
            importlib.import_module(name)
        except ImportError:
            pass
    at = {"study": arguments.study, "cutoff": arguments.cutoff}
    paths = ["results/{study}/{cutoff}/manifest.json"] if arguments.room == "manifest" else writes(arguments.room)
    for path in (Path(p.format(**at)) for p in paths):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"")
    return 0
'''
NO_DRAW = '''"""The verb that draws a trial, without its work."""
import importlib
from pkpipe.cli.simulate_at_work import configure

def run(arguments):
    importlib.import_module("pkpipe.simulation")
    return 0
'''


def checkout(folder: Path) -> Path:
    """A copy of the code and config."""
    folder.mkdir(parents=True)
    for name in CODE:
        source = ROOT / name
        copy = shutil.copytree if source.is_dir() else shutil.copy2
        copy(source, folder / name)
    return folder


def seconds(folder: Path, cores: int) -> float:
    """Wall time of one run of the flow there."""
    command = [sys.executable, "-m", "snakemake", "--cores", str(cores)]
    started = time.perf_counter()
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise SystemExit(done.stderr[-2000:])
    return time.perf_counter() - started


def without_work(folder: Path) -> Path:
    """The same flow whose jobs import and write nothing."""
    for verb, text in (("stage", IMPORTS_ONLY), ("simulate", NO_DRAW)):
        path = folder / "pkpipe" / "cli" / f"{verb}.py"
        path.rename(path.with_name(f"{verb}_at_work.py"))
        path.write_text(text, encoding="utf-8")
    return folder


def main() -> None:
    """Run all three and print them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cores", type=int, default=min(2, os.cpu_count() or 1))
    parser.add_argument("--keep", type=Path, help="keep the runs in this new folder")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        base = arguments.keep or Path(temporary)
        imports = seconds(without_work(checkout(base / "imports")), arguments.cores)
        real = checkout(base / "flow")
        whole = seconds(real, arguments.cores)
        nothing = seconds(real, arguments.cores)
    print(f"whole flow, {arguments.cores} cores:             {whole:6.1f} s")
    print(f"same flow, imports only:         {imports:6.1f} s")
    print(f"ratio:                           {whole / imports:6.2f}   (at most 2)")
    print(f"a run with nothing to do:        {nothing:6.2f} s (below 2)")


if __name__ == "__main__":
    main()
