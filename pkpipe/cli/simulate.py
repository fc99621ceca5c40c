"""`pkpipe simulate`: a virtual trial's raw tables with the truth beside them, or a population of trials."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from pkpipe.cli import simulate_population
from pkpipe.cli.whole_numbers import count
from pkpipe.errors import ConfigError
from pkpipe.protocol.study import Study

RUN_FILE = Path(os.environ.get("PKPIPE_CONFIG", "config/config.yaml"))


def configure(parser: argparse.ArgumentParser) -> None:
    """The verb's arguments."""
    parser.epilog = (
        "example: pkpipe simulate bat6026 -o data/virtual/bat6026 --seed 6026\n\n"
        f"{simulate_population.EXAMPLE}\n{parser.epilog or ''}"
    )
    parser.add_argument(
        "study",
        nargs="?",
        help=f"a study of {RUN_FILE}, or the path of a study file (not with --merge)",
    )
    parser.add_argument(
        "-o",
        "--out",
        required=True,
        type=Path,
        help="folder for DOMAIN.csv and truth/NAME.csv, or for a population; a file for a part of one",
    )
    parser.add_argument(
        "--seed", type=_seed, help="whole number, 0 or more; asked for but with --merge"
    )
    parser.add_argument("--subjects", type=count, help="enrol so many instead of as planned")
    parser.add_argument(
        "--noise-free", action="store_true", help="nominal times, no error, no dirt: truth exactly"
    )
    parser.add_argument(
        "--mess", action="store_true", help="add real errors, each listed in truth/mess.csv"
    )
    simulate_population.configure(parser)


def run(arguments: argparse.Namespace) -> int:
    """Writes the tables.

    Raises:
        ConfigError: the study is unknown, its file lacks what a virtual trial needs, or the folder has raw
            files that no draw wrote.
    """
    if not arguments.merge:
        _check_given(arguments)
    if simulate_population.asked(arguments):
        simulate_population.check(arguments)
        study = None if arguments.merge else _study(arguments.study)
        return simulate_population.run(arguments, study)
    return _one_trial(arguments)


def _check_given(arguments: argparse.Namespace) -> None:
    missing = [
        w for n, w in (("study", "STUDY"), ("seed", "--seed")) if getattr(arguments, n) is None
    ]
    if missing:
        raise ConfigError(f"{', '.join(missing)}: is missing (only --merge does without)")


def _one_trial(arguments: argparse.Namespace) -> int:
    from pkpipe.simulation import TRUTH, simulate
    from pkpipe.store.files import write_table

    study = _study(arguments.study)
    out: Path = arguments.out
    _check_drawn(out, study)
    tables = simulate(
        study,
        arguments.seed,
        subjects=arguments.subjects,
        noise_free=arguments.noise_free,
        mess=arguments.mess,
        replicate=arguments.replicate,
    )
    # What is true comes first: a folder in which it lies is one that a draw may write to again.
    for name, table in sorted(tables.items(), key=lambda pair: not pair[0].startswith(TRUTH)):
        write_table(table, out / f"{name.lower()}.csv", exact=True)
    for path in sorted((out / TRUTH).glob("*.csv")):  # of an earlier draw with other options
        if f"{TRUTH}{path.stem.upper()}" not in tables:
            path.unlink()
    subjects = tables["DM"]["USUBJID"].n_unique()
    print(
        f"{study.study.id}: {subjects} virtual subjects, {len(tables)} tables in {out}",
        file=sys.stderr,
    )
    return 0


def _check_drawn(out: Path, study: Study) -> None:
    """A draw writes over no raw file of a trial: what lies there was drawn, with its truth beside it.

    Raises:
        ConfigError: raw files without a truth.
    """
    from pkpipe.schema.own_inputs import SPECS
    from pkpipe.simulation import TRUTH

    if any((out / TRUTH).glob("*.csv")):
        return
    names = {f"{code.lower()}.csv" for code in SPECS}
    names |= {name for source in study.sources.values() for name in source.files}
    there = sorted(name for name in names if (out / name).exists())
    if there:
        more = f" and {len(there) - 3} more" if len(there) > 3 else ""
        raise ConfigError(
            f"{out}: has raw files that no draw wrote, for no {TRUTH.rstrip('/')}/ lies beside them: "
            f"{', '.join(there[:3])}{more} (allowed: a folder without raw files, or one of an earlier draw; "
            f"a trial that has its own raw files says `virtual_seed: null` in the run file)"
        )


def _study(name: str) -> Study:
    from pkpipe.protocol.runs_asked_for import load_runs
    from pkpipe.protocol.study_checks.linter import load_sound_study
    from pkpipe.protocol.study_checks.needed import DRAWN

    if name.endswith((".yaml", ".yml")):
        return load_sound_study(Path(name), lambda _: DRAWN)
    if not RUN_FILE.is_file():
        raise ConfigError(
            f"'{name}': there is no {RUN_FILE} here (allowed: the path of a study file)"
        )
    return load_runs(RUN_FILE, study=name, also=lambda _: DRAWN).of(name).study


def _seed(text: str) -> int:
    value = int(text)
    if value < 0:
        raise ValueError(text)
    return value
