"""`pkpipe why`: which inputs, settings and code made a table, and why the last run rebuilt it."""

from __future__ import annotations

import argparse
import difflib
from collections.abc import Sequence
from pathlib import Path

from pkpipe.cli.stage import CONFIG
from pkpipe.errors import ConfigError, DataError
from pkpipe.protocol.runs_asked_for import StudyRun, load_runs
from pkpipe.rooms import REPORT, ROOMS, TLF
from pkpipe.store.frozen import REVISION

# Of rooms that write no tables: the file that is asked about.
FILES = {REPORT.name: f"{REPORT.name}/index.html", TLF.name: f"{TLF.name}/all.pdf"}


def configure(parser: argparse.ArgumentParser) -> None:
    """Arguments of the verb."""
    parser.epilog = (
        "examples: pkpipe why bat6026 2026-03-31 ADPP\n"
        "          pkpipe why bat6026 2026-03-31 snapshot/PC\n"
        "          pkpipe why bat6026 2026-03-31.r2 report\n"
        "          pkpipe why --number 'T14.1.4.1|...' bat6026 2026-03-31\n\n"
        + (parser.epilog or "")
    )
    parser.add_argument("study", help="a study of the run file")
    parser.add_argument("cutoff", help="a cutoff that was run, e.g. 2026-03-31, or a revision")
    parser.add_argument(
        "table",
        nargs="?",
        help="a table (ADPP), with its room where two have it (snapshot/PC), report or tlf",
    )
    parser.add_argument(
        "--number",
        metavar="ID",
        help="a shown number instead: its ID in displays/ARD, as a click shows it",
    )
    parser.add_argument("--results", type=Path, default=Path("results"), help="default: results")
    parser.add_argument("--config", type=Path, default=Path(CONFIG), help=f"default: {CONFIG}")


def run(arguments: argparse.Namespace) -> int:
    """Print the history of one table.

    Raises:
        ConfigError: there is no such study, cutoff or table; each with what is meant or allowed.
        DataError: the room left no record, or one that cannot be read.
    """
    from pkpipe.history.history_sentences import Subject, history

    if (arguments.number is None) == (arguments.table is None):
        raise ConfigError("name either a table or, with --number, the ID of a shown number")
    from pkpipe.history.record import read

    entry = load_runs(arguments.config, arguments.study).studies[0]
    study = entry.study.study.id
    folder = run_folder(arguments.results, study, arguments.cutoff)
    if arguments.number is not None:
        return _of_number(arguments, entry, folder)
    name, other = table_named(arguments.table)
    subject = Subject(name, folder, entry)
    record = read(folder, subject.room)
    if record is None:
        raise DataError(_no_record(subject.room, study, folder))
    print("\n".join(history(subject, record)))
    if other is not None:
        print(f"\n{other} is another table: the rows as delivered, cut at the cutoff, all text")
    return 0


def _of_number(arguments: argparse.Namespace, entry: StudyRun, folder: Path) -> int:
    """The passport of a number, as the review page shows it."""
    from pkpipe.review.passport import lines_of, passport
    from pkpipe.review.study_run import Reviewed

    print(
        "\n".join(lines_of(passport(Reviewed(entry, folder, arguments.config), arguments.number)))
    )
    return 0


def run_folder(results: Path, study: str, cutoff: str) -> Path:
    """The folder of a run.

    Raises:
        ConfigError: no such cutoff was run; those that were.
        DataError: another study or cutoff was put into its folder.
    """
    from pkpipe.store.manifest import displaced

    run = results / study / _cutoff(results / study, cutoff)
    wrong = displaced(run)
    if wrong:
        raise DataError("\n  ".join([f"{run.as_posix()}: is not asked, it is another run", *wrong]))
    return run


def _cutoff(study: Path, asked: str) -> str:
    known = sorted(p.name for p in study.glob("*") if p.is_dir() and REVISION.match(p.name))
    found = [name for name in known if name.replace("-", "") == asked.replace("-", "")]
    if found:
        return found[0]
    if not known:
        raise ConfigError(f"{study.name}: not run at any cutoff yet (none in {study.as_posix()})")
    raise ConfigError(_unknown(f"{study.name}: no run at the cutoff", asked, known, known))


def table_named(asked: str) -> tuple[str, str | None]:
    """The `room/TABLE` that is meant; of a domain the checked table, with the delivered one beside it.

    Raises:
        ConfigError: there is no such table.
    """
    names = [f"{room.name}/{table}" for room in ROOMS for table in room.writes]
    names += FILES.values()
    known = {name.lower(): name for name in names}
    text = asked.removesuffix(".parquet").removesuffix(".csv").lower()
    if text in known or text in FILES:
        return known.get(text) or FILES[text], None
    found = [name for name in names if name.partition("/")[2].lower() == text]
    if found:
        return found[-1], (found[0] if len(found) > 1 else None)
    short = [name.partition("/")[2] for name in names if name not in FILES.values()]
    allowed = [f"{room.name}: {', '.join(room.writes)}" for room in ROOMS if room.writes]
    likely = names if "/" in asked else sorted(set(short))
    raise ConfigError(_unknown("no table", asked, likely, [*allowed, *FILES], "\n  "))


def _unknown(
    what: str, asked: str, likely: Sequence[str], allowed: Sequence[str], between: str = ", "
) -> str:
    """A sentence with the name that was probably meant, then every name there is."""
    by_key = {name.lower(): name for name in likely}
    close = difflib.get_close_matches(asked.lower(), by_key, n=1)
    meant = f", did you mean '{by_key[close[0]]}'?" if close else ""
    start = between if between.startswith("\n") else " "
    return f"{what} '{asked}'{meant} (there are:{start}{between.join(allowed)})"


def _no_record(room: str, study: str, folder: Path) -> str:
    if not (folder / room).is_dir():
        return f"{folder.as_posix()}: room {room} has not run here yet"
    cutoff = folder.name.partition(".")[0]
    return (
        f"{folder.as_posix()}: room {room} ran before records were kept, or its logs were removed; "
        f"run it again to have one: snakemake --cores 2 --forcerun {room} "
        f"--config study={study} cutoff={cutoff}"
    )
