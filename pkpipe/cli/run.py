"""`pkpipe run`: every study of the run file, up to the report; also where there is no checkout."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import NoReturn

from pkpipe.cli.stage import CONFIG
from pkpipe.errors import ConfigError
from pkpipe.shipped import flow_words

SNAKEMAKE_WORDS = (
    "options of Snakemake, such as --cores 4, --dry-run, --config study=abc101 cutoff=2026-06-30"
)


def configure(parser: argparse.ArgumentParser) -> None:
    """Arguments of the verb: all but --help are Snakemake's."""
    parser.usage = "pkpipe run [SNAKEMAKE OPTIONS]"
    parser.epilog = (
        "examples: pkpipe run\n"
        "          pkpipe run --cores 4 --config study=abc101 cutoff=2026-06-30\n"
        "          pkpipe run --dry-run\n"
        f"Every option is one of Snakemake. Without --configfile it is {CONFIG}, without --cores all\n"
        "of them.\n\n" + (parser.epilog or "")
    )


def run(arguments: argparse.Namespace) -> NoReturn:
    """Run Snakemake on the flow that comes with this package, in this folder.

    Raises:
        ConfigError: there is no run file.
    """
    words = list(arguments.others)
    named = any(word.partition("=")[0] in {"--configfile", "--configfiles"} for word in words)
    if not named and not Path(CONFIG).is_file():
        raise ConfigError(
            f"{CONFIG} is not there (allowed: a run file, which `pkpipe init STUDY --raw DIR` writes; "
            "or --configfile FILE)"
        )
    sys.stdout.flush()
    command = [sys.executable, "-m", "snakemake", *flow_words(words, Path(CONFIG)), *words]
    os.execv(
        sys.executable, command
    )  # this process becomes Snakemake: signals and exit code are its own
