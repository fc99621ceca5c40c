"""`pkpipe package`: the sealed folder of a dose-escalation meeting, made of a finished run."""

from __future__ import annotations

import argparse
from pathlib import Path

from pkpipe.cli.stage import CONFIG
from pkpipe.provenance import sha256
from pkpipe.store import audit_trail

LANGUAGES = ("en", "zh", "both")


def configure(parser: argparse.ArgumentParser) -> None:
    """Arguments of the verb."""
    parser.epilog = (
        "example: pkpipe package bat6026 2026-03-31\n"
        "         pkpipe package bat6026 2026-03-31 --since 2025-02-28 --language both "
        "--template sponsor.pptx\n"
        "It lies in results/STUDY/packages/CUTOFF: decision.pdf and .html (one page), details.pdf, "
        "slides.pptx,\nsign-off.docx and .pdf, MANIFEST.json. 'Draft' stands on every page until the run is "
        "signed for approval.\n\n" + (parser.epilog or "")
    )
    parser.add_argument("study", help="study id, a folder of the results")
    parser.add_argument("cutoff", help="a finished run, e.g. 2026-03-31 or 2026-03-31.r2")
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
        ConfigError: no such run to compare with, or a template that cannot be used.
        DataError: the run does not verify, or an error stands in its tables; each is named.
    """
    from pkpipe.cli import verify
    from pkpipe.differences import compare
    from pkpipe.differences.stored import read_run
    from pkpipe.meeting import SHOWN, Meeting, package
    from pkpipe.meeting.approval import approval
    from pkpipe.meeting.previous import before
    from pkpipe.meeting.refusal import refuse
    from pkpipe.meeting.seal import NAME, place, write
    from pkpipe.render import languages_of

    folder = arguments.results / arguments.study / arguments.cutoff
    earlier = before(folder, arguments.since)
    for one in (folder, *([earlier] if earlier else [])):
        verify.run(
            argparse.Namespace(
                run=one,
                raw=None,
                config=arguments.config,
                results=arguments.results,
                recompute=False,
            )
        )
    stored = read_run(folder)
    tables = {name: stored.table(f"displays/{name}") for name in SHOWN} | {
        "SOURCES": stored.table("snapshot/SOURCES"),
        "ADSL": stored.table("subjects/ADSL"),
    }
    asked = {
        "FINDINGS": stored.table("validate/FINDINGS"),
        "DECISION": stored.table("escalation/DECISION"),
    }
    refuse(folder, tables | asked)
    manifest = sha256(folder / audit_trail.MANIFEST)
    signed, signatures = approval(folder, manifest)
    made, told = package(
        Meeting(
            stored.study,
            folder.name,
            manifest,
            tables,
            languages_of(arguments.language or stored.study.report.language),
            compare(read_run(earlier), stored) if earlier else None,
            arguments.template,
            signatures,
            signed,
        )
    )
    target = place(folder)
    write(made, target)
    what = {audit_trail.MANIFEST: manifest, NAME: sha256(target / NAME)}
    entry = audit_trail.Entry(audit_trail.PACKAGE, what, arguments.person, arguments.reason)
    number, _ = audit_trail.append(folder, entry)
    state = "approved" if signed else "draft, until the run is signed for approval"
    for line in (*told, f"{target.as_posix()}: {len(made)} files ({state})"):
        print(line)
    print(f"  {what[NAME]}  {NAME}, line {number} of {audit_trail.NAME}")
    return 0
