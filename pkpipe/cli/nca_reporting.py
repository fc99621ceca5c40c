"""`pkpipe nca --report`: the report of an analysis as a page or a PDF, with the files it rests on."""

from __future__ import annotations

import argparse
import math
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np
import polars as pl

from pkpipe.disk import atomically
from pkpipe.errors import ConfigError
from pkpipe.nca.analysis import Analysis
from pkpipe.nca.further_analyses.estimated_concentrations import estimated
from pkpipe.nca.given_tables.row_checks import Tables
from pkpipe.protocol.nca_options import Options
from pkpipe.provenance import digest_of, program_version, sha256
from pkpipe.reading.files import suffix_of
from pkpipe.store.files import write_table
from pkpipe.units import factor

SUFFIXES: Final = (".html", ".pdf")
SHORT: Final = 16
SILENCE_SECONDS: Final = 2.0


def check_report(path: Path | None) -> None:
    """The suffix of a report says what it is.

    Raises:
        ConfigError: another suffix than .html or .pdf.
    """
    if path is not None and path.suffix.lower() not in SUFFIXES:
        raise ConfigError(f"--report {path}: allowed are {' and '.join(SUFFIXES)}")


def check_estimates(arguments: argparse.Namespace) -> None:
    """--at and --estimates go together, for profiles.

    Raises:
        ConfigError: one without the other, a time before START, or with --sparse.
    """
    if (arguments.at is None) != (arguments.estimates is None):
        raise ConfigError("--at H ... and --estimates FILE go together")
    if arguments.estimates is None:
        return
    if wrong := [h for h in arguments.at if not (math.isfinite(h) and h >= 0)]:
        raise ConfigError(f"--at {wrong[0]:g} (allowed: hours after START, 0 or more)")
    if arguments.sparse:
        raise ConfigError("--estimates is of profiles: leave out --sparse")
    suffix_of(arguments.estimates)


def check_profiles(arguments: argparse.Namespace) -> None:
    """Collections alone have no concentration at a time.

    Raises:
        ConfigError: --estimates of them.
    """
    if arguments.estimates is not None:
        raise ConfigError("--estimates is of profiles, and CONC has collections only: leave it out")


def write_estimates(arguments: argparse.Namespace, found: Analysis) -> None:
    """Write the concentrations at the times that were named."""
    if arguments.estimates is None:
        return
    hours = factor(found.units.time, "h")
    table = estimated(found, [h / hours for h in arguments.at])
    write_table(table, arguments.estimates)
    print(f"{arguments.estimates}: {table.height} concentrations", file=sys.stderr)


def write_report(
    arguments: argparse.Namespace,
    tables: Tables,
    results: pl.DataFrame,
    columns: tuple[tuple[str, ...], tuple[str, ...]],
    found: tuple[Analysis | None, Options],
) -> None:
    """Make the report and write it whole or not at all; columns: the keys, and those that are kept."""
    from pkpipe.nca_report import Given, as_html, as_pdf, sections

    analysis, options = found
    paths = (arguments.conc, arguments.dose, arguments.intervals, arguments.options)
    files = {p.name: sha256(p) for p in paths if p is not None}
    given = Given(
        tables=tables,
        results=results,
        keys=columns[0],
        kept=columns[1],
        analysis=analysis,
        settings=_settings(arguments, options),
        files=files,
        versions=_versions(),
        digest=digest_of(dict(files))[:SHORT],
        told=_Told(),
    )
    made = sections(given)
    path = arguments.report
    if path.suffix.lower() == ".html":
        text = as_html(made, given)
        atomically(path, lambda partial: partial.write_text(text, encoding="utf-8"))
    else:
        content = as_pdf(made, given)
        atomically(path, lambda partial: partial.write_bytes(content))
    print(f"{path}: report", file=sys.stderr)


class _Told:
    """Says every two seconds how many profiles are drawn."""

    def __init__(self) -> None:
        self.last = time.monotonic()

    def __call__(self, done: int, of: int) -> None:
        if time.monotonic() - self.last > SILENCE_SECONDS:
            print(f"pkpipe nca: {done} of {of} profiles drawn", file=sys.stderr)
            self.last = time.monotonic()


def _settings(arguments: argparse.Namespace, options: Options) -> dict[str, str]:
    """What was asked on the command line, then every option with the value it had."""
    asked = {
        f"--{name.replace('_', '-')}": _words(value)
        for name, value in sorted(vars(arguments).items())
        if value not in (None, False) and name not in {"conc", "dose", "out", "report"}
    }
    return asked | dict(_flat("", options.model_dump(mode="json")))


def _words(value: object) -> str:
    if isinstance(value, list):
        return " ".join(
            str(w) for group in value for w in (group if isinstance(group, list) else [group])
        )
    return value.name if isinstance(value, Path) else str(value)


def _flat(above: str, values: Mapping[str, Any]) -> list[tuple[str, str]]:
    found = []
    for name, value in values.items():
        if isinstance(value, dict):
            found += _flat(f"{above}{name}.", value)
        else:
            found.append((f"{above}{name}", "not set" if value in (None, []) else str(value)))
    return found


def _versions() -> dict[str, str]:
    python = ".".join(map(str, sys.version_info[:3]))
    return {
        "pkpipe": program_version(),
        "python": python,
        "polars": pl.__version__,
        "numpy": np.__version__,
    }
