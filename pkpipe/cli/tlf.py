"""`pkpipe tlf`: tables, figures and listings of a finished run as files, in one language or both."""

from __future__ import annotations

import argparse
import difflib
from pathlib import Path

from pkpipe.cli.stage import CONFIG
from pkpipe.disk import write_bytes
from pkpipe.errors import ConfigError
from pkpipe.protocol.runs_asked_for import load_runs
from pkpipe.rooms import TLF

LANGUAGES = ("en", "zh", "both")
FORMATS = ("rtf", "xlsx", "pdf", "svg", "json")


def configure(parser: argparse.ArgumentParser) -> None:
    """Arguments of the verb."""
    parser.epilog = (
        "example: pkpipe tlf bat6026 2026-03-31 -o tlf --language both --only T14.3.1.1 L14.3.2.2 "
        "--formats rtf,pdf\n\n" + (parser.epilog or "")
    )
    parser.add_argument("study", help="a study of the run file")
    parser.add_argument("cutoff", help="a cutoff that was run, e.g. 2026-03-31")
    parser.add_argument("-o", "--output", type=Path, required=True, help="folder for the files")
    parser.add_argument(
        "--language", choices=LANGUAGES, help="default: report.language of the study file"
    )
    parser.add_argument("--only", nargs="+", default=[], metavar="NUMBER", help="e.g. T14.3.1.1")
    parser.add_argument(
        "--formats", default=",".join(FORMATS), help=f"separated by commas ({','.join(FORMATS)})"
    )
    parser.add_argument("--results", type=Path, default=Path("results"), help="default: results")
    parser.add_argument("--config", type=Path, default=Path(CONFIG), help=f"default: {CONFIG}")


def run(arguments: argparse.Namespace) -> int:
    """Make the files; nothing is written where one of them cannot be made.

    Raises:
        ConfigError: an unknown study, number or format, each with what is meant or allowed.
        DataError: the cutoff was not run, or its displays are not what the run wrote.
    """
    formats = _formats(arguments.formats)
    runs = load_runs(arguments.config, arguments.study, arguments.cutoff)
    chosen = runs.studies[0]
    cutoff = chosen.cutoffs[0]
    study = chosen.study.at(cutoff)

    from pkpipe.displays.edition import edition
    from pkpipe.render import Wanted, languages_of, rendered
    from pkpipe.store.run_tables import read_inputs

    tables = read_inputs(arguments.results / study.study.id / cutoff.isoformat(), TLF)
    languages = languages_of(arguments.language or study.report.language)
    wanted = Wanted(languages, tuple(arguments.only), formats)
    made = rendered(tables, edition(tables["SOURCES"], study), wanted)
    for name, content in sorted(made.files.items()):
        write_bytes(content, arguments.output / name)
    for line in (*made.told, f"{len(made.files)} files in {arguments.output.as_posix()}"):
        print(line)
    return 0


def _formats(text: str) -> tuple[str, ...]:
    asked = tuple(dict.fromkeys(part.strip().lower() for part in text.split(",") if part.strip()))
    unknown = [name for name in asked if name not in FORMATS]
    if unknown or not asked:
        name = unknown[0] if unknown else text
        close = difflib.get_close_matches(name, FORMATS, n=1)
        meant = f", did you mean '{close[0]}'?" if close else ""
        raise ConfigError(
            f"--formats: '{name}' is no format{meant} (allowed: {', '.join(FORMATS)})"
        )
    return asked
