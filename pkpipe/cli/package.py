"""`pkpipe package`: the sealed folder of a dose-escalation meeting, made of a finished run."""

from __future__ import annotations

import argparse
import hashlib
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from pkpipe.cli.stage import CONFIG
from pkpipe.provenance import sha256
from pkpipe.rooms import DISPLAYS
from pkpipe.store import audit_trail

if TYPE_CHECKING:
    import polars as pl

    from pkpipe.differences.stored import StoredRun
    from pkpipe.meeting import Meeting

LANGUAGES = ("en", "zh", "both")


def configure(parser: argparse.ArgumentParser) -> None:
    """Arguments of the verb."""
    parser.epilog = (
        "example: pkpipe package bat6026 2026-03-31\n"
        "         pkpipe package bat6026 2026-03-31 --since 2025-02-28 --language both "
        "--template sponsor.pptx\n"
        "It lies in results/STUDY/packages/CUTOFF or DIR: decision.pdf and .html (one page), details.pdf, "
        "slides.pptx,\nsignoff.docx and .pdf, MANIFEST.json. 'Draft' stands on every page until the run, or "
        "its package,\nis signed for approval.\n\n" + (parser.epilog or "")
    )
    parser.add_argument("study", help="study id, a folder of the results")
    parser.add_argument("cutoff", help="a finished run, e.g. 2026-03-31 or 2026-03-31.r2")
    parser.add_argument(
        "-o",
        "--output",
        type=Path,
        metavar="DIR",
        help="a new folder, or that of an earlier package (default: results/STUDY/packages/CUTOFF)",
    )
    parser.add_argument(
        "--since",
        metavar="CUTOFF",
        help="the run of the meeting before; none: compare with nothing (default: the last one packaged)",
    )
    parser.add_argument(
        "--language", choices=LANGUAGES, help="default: report.language of the study file"
    )
    parser.add_argument(
        "--template", type=Path, help="the sponsor's PowerPoint file for the slides"
    )
    parser.add_argument("--as", dest="person", metavar="NAME", help="who packs, for the trail")
    parser.add_argument("--reason", help="why, for the trail")
    parser.add_argument("--results", type=Path, default=Path("results"), help="default: results")
    parser.add_argument("--config", type=Path, default=Path(CONFIG), help=f"default: {CONFIG}")


def run(arguments: argparse.Namespace) -> int:
    """Make the package in the place of an earlier one; nothing is written where it is refused.

    Raises:
        ConfigError: no such run to compare with, a template that cannot be used, a folder of something else.
        DataError: the run does not verify, or an error stands in its tables; each is named.
    """
    from pkpipe.meeting import package
    from pkpipe.meeting.previous import before
    from pkpipe.meeting.seal import NAME, place_for, write
    from pkpipe.store.packages import place, where

    folder = arguments.results / arguments.study / arguments.cutoff
    target = place_for(arguments.output or place(folder), folder)
    earlier = before(folder, arguments.since)
    for one in filter(None, (folder, earlier)):
        _prove(one, arguments)
    meeting = _meeting(arguments, folder, earlier)
    _say(f"{folder}: pages, slides and forms")
    made, told = package(meeting)
    what = {
        audit_trail.MANIFEST: meeting.manifest,
        NAME: hashlib.sha256(made[NAME]).hexdigest(),
    }
    entry = audit_trail.Entry(
        audit_trail.PACKAGE,
        what,
        arguments.person,
        arguments.reason,
        where=where(target, folder.parent),
    )
    numbers: list[int] = []
    write(made, target, lambda: numbers.append(audit_trail.append(folder, entry)[0]))
    state = (
        "approved" if meeting.standing.approved else "draft, until the run is signed for approval"
    )
    shown = arguments.output or place(folder)
    for line in (*told, f"{shown.as_posix()}: {len(made)} files ({state})"):
        print(line)
    print(f"  {what[NAME]}  {NAME}, line {numbers[0]} of {audit_trail.NAME}")
    return 0


def _say(words: str) -> None:
    print(words, file=sys.stderr)


def _prove(run: Path, arguments: argparse.Namespace) -> None:
    """What a meeting sees follows from the raw files, as far as the manifest can tell."""
    from pkpipe.cli.verify import run_proved
    from pkpipe.store.signatures import document

    _say(f"{run}: every file is compared with its hash")
    run_proved(document(run, arguments.results), arguments.config)


def _meeting(arguments: argparse.Namespace, folder: Path, earlier: Path | None) -> Meeting:
    """The run and its signatures, compared with the run of the meeting before.

    Raises:
        DataError: an error stands in the tables it rests on.
    """
    from pkpipe.differences import compare
    from pkpipe.differences.stored import read_run
    from pkpipe.meeting import Meeting
    from pkpipe.meeting.approval import standing
    from pkpipe.meeting.refusal import refuse
    from pkpipe.render import languages_of

    stored = read_run(folder)
    asked = {name: stored.table(name) for name in ("validate/FINDINGS", "escalation/DECISION")}
    tables = _shown(stored)
    refuse(folder, tables | {name.partition("/")[2]: table for name, table in asked.items()})
    then = None if earlier is None else read_run(earlier)
    if then is not None:
        _say(f"{folder}: compared with {then.name}, every cause made again")
    languages = languages_of(arguments.language or stored.study.report.language)
    if "zh" in languages:
        tables["FIGURES"] = _drawn(stored, tables["FIGURES"])
    manifest, plan = sha256(folder / audit_trail.MANIFEST), stored.study.escalation
    return Meeting(
        stored.study,
        folder.name,
        manifest,
        tables,
        languages,
        None if then is None else compare(then, stored),
        _results_of(then),
        arguments.template,
        standing(folder, manifest, plan.approvals if plan else 1),
    )


def _shown(stored: StoredRun) -> dict[str, pl.DataFrame]:
    from pkpipe.meeting import SHOWN

    beside = {"SOURCES": "snapshot/SOURCES", "ADSL": "subjects/ADSL"}
    named = {name: f"displays/{name}" for name in SHOWN} | beside
    return {name: stored.table(place) for name, place in named.items()}


def _drawn(stored: StoredRun, figures: pl.DataFrame) -> pl.DataFrame:
    """The figures with Chinese words, also where the report of the run is in English alone."""
    from pkpipe.meeting.slide_figures import in_chinese
    from pkpipe.store.run_tables import read_inputs

    drawn, told = in_chinese(figures, stored.study, lambda: read_inputs(stored.folder, DISPLAYS))
    for line in told:
        _say(line)
    return drawn


def _results_of(then: StoredRun | None) -> pl.DataFrame | None:
    """The results of the earlier run; a version of pkpipe before there were displays has none."""
    return None if then is None or then.displays is None else then.table("displays/ARD")
