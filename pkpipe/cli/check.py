"""`pkpipe check`: is a study file sound, and do its raw tables hold? No analysis, nothing written."""

from __future__ import annotations

import argparse
import datetime
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from pkpipe.cli.stage import CONFIG
from pkpipe.errors import ConfigError, DataError
from pkpipe.finding.check import SEVERITIES
from pkpipe.protocol.runs_asked_for import load_runs, read_cutoff
from pkpipe.protocol.study import Study
from pkpipe.protocol.study_checks.linter import lint, load_sound_study
from pkpipe.protocol.study_checks.needed import DRAWN, lines
from pkpipe.provenance import raw_names
from pkpipe.rooms import asked_of

if TYPE_CHECKING:
    import polars as pl

# Without a cutoff the tables are looked at as they are: no date lies after this one.
NO_CUTOFF = datetime.date(9998, 12, 31)


def configure(parser: argparse.ArgumentParser) -> None:
    """Arguments of the verb."""
    parser.epilog = (
        "examples: pkpipe check bat6026\n          pkpipe check config/bat6026.yaml --raw deliveries/june\n\n"
        + (parser.epilog or "")
    )
    parser.add_argument("study", help="a study of the run file, or the path of a study file")
    parser.add_argument(
        "--raw", type=Path, help="folder of the raw tables (default: the run file's)"
    )
    parser.add_argument(
        "--cutoff", help="look at the tables as of this date (default: all of them)"
    )
    parser.add_argument("--config", type=Path, default=Path(CONFIG), help=f"default: {CONFIG}")
    parser.add_argument("-o", "--output", type=Path, help="write the findings to this file")


def run(arguments: argparse.Namespace) -> int:
    """Print what the protocol linter and the checks of the raw tables find; errors end with 3."""
    study, raw, drawn = _study(arguments)
    _refused(study, drawn=drawn)
    for finding in lint(study):
        print(f"{finding.severity}: {finding.line}")
    if arguments.raw is not None:
        raw, drawn = arguments.raw, False
    if raw is None or (drawn and not raw.is_dir()):
        _decision_has_sources(study)
        where = "no --raw given" if raw is None else f"{raw} is not drawn yet"
        print(f"{study.study.id}: the study file is sound; no raw tables to check ({where})")
        _tell_outlook(study, {})
        return 0
    try:
        cutoff = NO_CUTOFF if arguments.cutoff is None else read_cutoff(arguments.cutoff)
    except ValueError as problem:
        raise ConfigError(f"--cutoff: {problem}") from problem
    return _check_tables(study.at(cutoff), raw, arguments.output)


def _study(arguments: argparse.Namespace) -> tuple[Study, Path | None, bool]:
    """The study, where its raw tables lie, and whether they are drawn by the flow itself."""
    path = Path(arguments.study)
    if path.suffix in {".yaml", ".yml"}:
        return load_sound_study(path, asked_of), None, False
    chosen = load_runs(arguments.config, arguments.study, also=asked_of).studies[0]
    return chosen.study, chosen.raw, chosen.virtual_seed is not None


def _refused(study: Study, *, drawn: bool) -> None:
    """What a room would refuse and the file alone shows, asked of the rooms themselves.

    Raises:
        ConfigError: all of it.
    """
    from pkpipe.pk.parameters.names import check_names
    from pkpipe.snapshot import readings
    from pkpipe.snapshot.mapping import check_maps

    wrong = lines(DRAWN, study) if drawn else []
    for asks in (check_maps, readings, check_names):
        try:
            asks(study)
        except ConfigError as problem:
            wrong.append(str(problem))
    if wrong:
        raise ConfigError("\n  ".join(wrong))


def _decision_has_sources(study: Study) -> None:
    """What is known of a dose decision from the study file alone.

    Raises:
        ConfigError: it rests on a table for which there is no source, so that it would be withheld.
    """
    from pkpipe.clinical.dose_decision import rests_on

    tables = dict.fromkeys(need.partition(".")[0] for need in rests_on(study))
    lost = [code for code in tables if code not in study.sources]
    if lost:
        raise ConfigError(
            f"{study.study.id}: escalation asks for a dose decision, and there is no source for "
            f"{', '.join(lost)} that it rests on (allowed: sources.{lost[0]}, or no escalation section)"
        )


def _unknown_files(study: Study, raw: Path) -> list[str]:
    """Maps for columns the study file does not know, and files it does not name; nothing of it is used."""
    from pkpipe import snapshot
    from pkpipe.reading.files import suffix_of
    from pkpipe.snapshot import proposal

    lines = list(proposal.proposals(snapshot.read_files(raw, study), study))
    named = set(raw_names(study))
    for path in sorted(raw.glob("[!.]*")) if raw.is_dir() else ():
        try:
            suffix_of(path)
        except (ConfigError, DataError):
            continue
        # of a workbook that is read, some sheets may not be
        if path.is_file() and (path.name not in named or path.suffix.lower() == ".xlsx"):
            lines.extend(proposal.of_unknown(raw, path.name, study))
    return lines


def _check_tables(study: Study, raw: Path, output: Path | None) -> int:
    from pkpipe import snapshot, validate
    from pkpipe.finding.table import lines_of, raise_if_any
    from pkpipe.store.files import write_table

    for line in _unknown_files(study, raw):
        print(line)
    tables = snapshot.run(raw, study)
    findings = validate.run(tables, study)["FINDINGS"]
    if output is not None:
        write_table(findings, output)
    counts = {s: findings.filter(findings["SEVERITY"] == s).height for s in SEVERITIES}
    told = ", ".join(f"{s}: {n}" for s, n in counts.items())
    print(f"{study.study.id}: raw tables in {raw} read; findings: {told}")
    for line in lines_of(findings.filter(findings["SEVERITY"] != "error"), most=20, alike_from=1):
        print(line)
    _tell_outlook(study, tables)
    raise_if_any(findings, alike_from=1)
    return 0


def _tell_outlook(study: Study, tables: Mapping[str, pl.DataFrame]) -> None:
    """Which results a run gives and which not; without tables as the study file alone says."""
    from pkpipe.clinical.collected import collected
    from pkpipe.clinical.outlook import outlook

    print(f"{study.study.id}: a run gives, once no error is left:")
    for told in outlook(study, collected(tables, study)):
        print(told.line)
