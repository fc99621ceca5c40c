"""`pkpipe nca --sparse`: groups and subjects of sparse data, and the bootstrap of their areas."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import Final

from pkpipe.errors import ConfigError
from pkpipe.nca.further_analyses.sparse_bootstrap import Bootstrap
from pkpipe.nca.further_analyses.sparse_results import Sparse
from pkpipe.nca.given_tables.row_checks import Tables
from pkpipe.nca.handed_out import Wanted
from pkpipe.reading.verb_files import subject_column
from pkpipe.units import StudyUnits

FEWEST_DRAWN: Final = 100
MOST_DRAWN: Final = 1_000_000


def sparse_question(
    arguments: argparse.Namespace,
    tables: Tables,
    keys: Sequence[str],
    units: StudyUnits,
    wanted: Wanted,
) -> Sparse:
    """Groups and subjects of sparse data: the groups are those of --by, or the keys without the subject."""
    if arguments.wide:
        raise ConfigError("--sparse gives the long table: leave out --wide")
    for name in ("intervals", "options"):
        if getattr(arguments, name) is not None:
            raise ConfigError(
                f"--{name} is not used by --sparse (whole curve of the means, linear rule, BLQ as 0): "
                "leave it out, or leave out --sparse"
            )
    subject = subject_column(tables.conc.columns)
    if subject is None:
        found = ", ".join(c for c in tables.conc.columns if not c.startswith("_"))
        raise ConfigError(
            f"{tables.names[0]}: no column says whose sample it is (USUBJID, or --rename USUBJID=COLUMN; "
            f"found: {found})"
        )
    groups = tuple(k for k in keys if k != subject)
    drawn = bootstrap_of(arguments)
    return Sparse(groups, subject, units, dict(wanted.units), wanted.parameters, drawn)


def bootstrap_of(arguments: argparse.Namespace) -> Bootstrap | None:
    """How many data sets are drawn, and the seed.

    Raises:
        ConfigError: one without the other, or without --sparse; numbers that cannot be.
    """
    many, seed = arguments.bootstrap, arguments.seed
    if many is None and seed is None:
        return None
    if many is None or seed is None or not arguments.sparse:
        raise ConfigError("--bootstrap N and --seed S go together, with --sparse")
    if not FEWEST_DRAWN <= many <= MOST_DRAWN or seed < 0:
        raise ConfigError(
            f"--bootstrap {many} --seed {seed} (allowed: {FEWEST_DRAWN} to {MOST_DRAWN}, a seed of 0 or more)"
        )
    return Bootstrap(many, seed)
