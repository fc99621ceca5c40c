"""Where the flow lies that comes with this package: Snakefile, rules, profiles, example study files.

In a checkout they lie beside the package; a wheel carries a copy inside it (`setup.py`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Final

PACKAGE: Final = Path(__file__).resolve().parent
INSIDE: Final = PACKAGE / "flow"
EXAMPLES: Final = ("bat6026.yaml", "bat8008_bat1308.yaml")
CORES: Final = ("--cores", "-c", "--jobs", "-j", "--executor", "-e")
PROFILE: Final = "--workflow-profile"
ATTACHED: Final = re.compile(r"-[cjse]\w")  # -c4


def root() -> Path:
    """The folder with Snakefile, rules, profiles and config."""
    return INSIDE if INSIDE.is_dir() else PACKAGE.parent


def examples() -> list[Path]:
    """The example study files, those that are there."""
    return [p for name in EXAMPLES if (p := root() / "config" / name).is_file()]


def flow_words(given: Sequence[str], run_file: Path) -> list[str]:
    """What Snakemake must be told beside the words given, so that it finds the flow from any folder.

    A folder with a Snakefile of its own is left to Snakemake: a checkout, or a workflow that uses this one.
    """
    flags = {word.partition("=")[0] for word in given} | {w[:2] for w in given if ATTACHED.match(w)}
    words = [] if flags & set(CORES) else ["--cores", "all"]
    if flags & {"--snakefile", "-s"} or own_flow().is_file():
        return words
    flow = root()
    if not flags & {
        "--configfile",
        "--configfiles",
    }:  # takes several words: another option follows it
        words += ["--configfile", str(run_file)]
    if PROFILE not in flags:
        words += [PROFILE, str(flow / "profiles" / "default")]
    return [*words, "--snakefile", str(flow / "Snakefile")]


def own_flow() -> Path:
    """The Snakefile of this folder, where Snakemake looks for one."""
    places = (Path("Snakefile"), Path("workflow", "Snakefile"))
    return next((path for path in places if path.is_file()), places[0])
