"""`pkpipe simulate`: a virtual trial's raw tables, with the truth beside them."""

from __future__ import annotations

import argparse
import os
import shutil
import sys
from pathlib import Path

from pkpipe.cli.whole_numbers import count
from pkpipe.errors import ConfigError
from pkpipe.protocol.study import Study

RUN_FILE = Path(os.environ.get("PKPIPE_CONFIG", "config/config.yaml"))


def configure(parser: argparse.ArgumentParser) -> None:
    """The verb's arguments."""
    parser.epilog = "example: pkpipe simulate bat6026 -o data/virtual/bat6026 --seed 6026\n\n" + (
        parser.epilog or ""
    )
    parser.add_argument("study", help=f"a study of {RUN_FILE}, or the path of a study file")
    parser.add_argument(
        "-o", "--out", required=True, type=Path, help="folder for DOMAIN.csv and truth/NAME.csv"
    )
    parser.add_argument("--seed", required=True, type=_seed, help="whole number, 0 or more")
    parser.add_argument("--subjects", type=count, help="enrol so many instead of as planned")
    parser.add_argument(
        "--noise-free", action="store_true", help="nominal times, no error, no dirt: truth exactly"
    )
    parser.add_argument(
        "--mess", action="store_true", help="add real errors, each listed in truth/mess.csv"
    )


def run(arguments: argparse.Namespace) -> int:
    """Writes the tables.

    Raises:
        ConfigError: the study is unknown or its file lacks what a virtual trial needs.
    """
    from pkpipe.simulation import TRUTH, simulate
    from pkpipe.store.files import write_table

    study = _study(arguments.study)
    tables = simulate(
        study,
        arguments.seed,
        subjects=arguments.subjects,
        noise_free=arguments.noise_free,
        mess=arguments.mess,
    )
    out: Path = arguments.out
    shutil.rmtree(out / TRUTH, ignore_errors=True)  # of an earlier run with other options
    for name, table in tables.items():
        write_table(table, out / f"{name.lower()}.csv", exact=True)
    subjects = tables["DM"]["USUBJID"].n_unique()
    print(
        f"{study.study.id}: {subjects} virtual subjects, {len(tables)} tables in {out}",
        file=sys.stderr,
    )
    return 0


def _study(name: str) -> Study:
    from pkpipe.protocol.linter import load_sound_study
    from pkpipe.protocol.run import load_runs

    if name.endswith((".yaml", ".yml")):
        return load_sound_study(Path(name))
    if not RUN_FILE.is_file():
        raise ConfigError(
            f"'{name}': there is no {RUN_FILE} here (allowed: the path of a study file)"
        )
    return load_runs(RUN_FILE, study=name).of(name).study


def _seed(text: str) -> int:
    value = int(text)
    if value < 0:
        raise ValueError(text)
    return value
