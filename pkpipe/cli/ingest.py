"""`pkpipe ingest`: raw files from a folder or object storage into a study's raw folder, each content kept."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pkpipe.cli.init import ID
from pkpipe.cli.stage import CONFIG
from pkpipe.errors import ConfigError
from pkpipe.protocol.runs_asked_for import raw_folder

if TYPE_CHECKING:
    from pkpipe.ingest import Outcome, Progress, Target

MEGA: Final = 1 << 20
EVERY_SECONDS: Final = 2.0
SHORT: Final = 12  # hex digits of a hash that people read


def configure(parser: argparse.ArgumentParser) -> None:
    """Arguments of the verb."""
    parser.epilog = (
        "examples: pkpipe ingest /mnt/transfer/june --study abc101\n"
        "          pkpipe ingest s3://cro-deliveries/abc101 --study abc101 --dry-run\n"
        "The study's raw folder is that of the run file (raw:). All of a delivery is taken in, or nothing;\n"
        "what a file held before stays in results/STUDY/.raw. Credentials come from the environment or the\n"
        "provider's own files, never from the address (docs/ingest.md). s3:// needs pip install "
        "'pkpipe[s3]'.\n"
        "exit code 75: a run of the study, or another ingest, is busy\n\n" + (parser.epilog or "")
    )
    parser.add_argument(
        "source", metavar="URL|DIR", help="a folder, or an address such as s3://bucket/folder"
    )
    parser.add_argument("--study", required=True, help="a study of the run file")
    parser.add_argument(
        "--dry-run", action="store_true", help="say what would be taken in; nothing is written"
    )
    parser.add_argument(
        "--raw", type=Path, metavar="DIR", help="the raw folder (default: the run file's)"
    )
    parser.add_argument("--as", dest="person", metavar="NAME", help="who takes in, for AUDIT.jsonl")
    parser.add_argument("--reason", metavar="TEXT", help="why, for AUDIT.jsonl")
    parser.add_argument("--results", type=Path, default=Path("results"), help="default: results")
    parser.add_argument("--config", type=Path, default=Path(CONFIG), help=f"default: {CONFIG}")


def run(arguments: argparse.Namespace) -> int:
    """Take in what is new, and say it.

    Raises:
        ConfigError: the address holds credentials, or the study has no raw folder.
        DataError: a name is refused, or the source did not give what it listed.
    """
    from pkpipe.ingest.addresses import address_of

    address = address_of(arguments.source)
    raw = arguments.raw
    if raw is None:
        raw = raw_folder(arguments.config, arguments.study)
    elif not ID.match(arguments.study):
        raise ConfigError(
            f"--study: '{arguments.study}' is no name of a study (allowed: small letters, digits, underscore)"
        )
    from pkpipe import ingest

    target = ingest.Target(arguments.results / arguments.study, raw)
    ingest.apart(address, target)
    source = ingest.source_of(address)
    if arguments.dry_run:
        outcome = ingest.look(source, target)
    else:
        said = ingest.Said(_words(arguments.person), _words(arguments.reason))
        outcome = ingest.ingest(source, target, said, _progress())
    for line in _told(arguments, source.shown, target, outcome):
        print(line)
    return 0


def _words(text: str | None) -> str | None:
    """What a person said; blanks say nothing."""
    return (text or "").strip() or None


def _progress() -> Progress:
    """Say on stderr how far it is, not before two seconds, and then every two."""
    last = [time.monotonic()]

    def say(done: int, files: int, count: int) -> None:
        now = time.monotonic()
        if now - last[0] >= EVERY_SECONDS:
            last[0] = now
            print(
                f"pkpipe ingest: {done} of {files} files, {count / MEGA:.1f} MiB", file=sys.stderr
            )

    return say


def _told(
    arguments: argparse.Namespace, shown: str, target: Target, outcome: Outcome
) -> Iterator[str]:
    new = [one for one in outcome.placed if one.before is None]
    changed = [one for one in outcome.placed if one.before is not None]
    same = outcome.files - len(outcome.placed) - len(outcome.unknown)
    dry = " (nothing was written)" if arguments.dry_run else ""
    yield (
        f"{arguments.study}: {outcome.files} files at {shown}: {len(new)} new, {len(changed)} changed, "
        f"{same} as they lie in {target.raw}{dry}"
    )
    yield from (f"  new: {one.name}, SHA-256 {one.content}" for one in new)
    for one in changed:
        before = str(one.before)
        yield f"  changed: {one.name}, SHA-256 {before[:SHORT]}... -> {one.content}"
        if not arguments.dry_run:
            yield f"    what it held before is kept: {_kept(target, one.name, before)}"
    yield from (
        f"  copied and compared when it is not a dry run: {name}" for name in outcome.unknown
    )
    yield from (f"  gone from the source, stays in {target.raw}: {name}" for name in outcome.gone)
    yield from (f"  left out, for it is hidden: {name}" for name in outcome.left)
    if outcome.line is not None:
        yield f"  line {outcome.line} of {target.study / 'AUDIT.jsonl'}"


def _kept(target: Target, name: str, content: str) -> Path:
    from pkpipe.store.raw_archive import place_of

    return place_of(target.study, name, content)
