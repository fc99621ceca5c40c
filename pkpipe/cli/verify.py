"""`pkpipe verify`: are the files of a run still those its manifest names?"""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pkpipe.cli.stage import CONFIG
from pkpipe.errors import DataError
from pkpipe.protocol.run import load_runs
from pkpipe.provenance import fingerprint
from pkpipe.rooms import ROOMS, roots_of
from pkpipe.store import audit_trail
from pkpipe.store.frozen import broken, is_frozen


def configure(parser: argparse.ArgumentParser) -> None:
    """Arguments of the verb."""
    parser.epilog = "example: pkpipe verify results/bat6026/2026-06-30\n\n" + (parser.epilog or "")
    parser.add_argument("run", type=Path, help="folder with manifest.json")
    parser.add_argument(
        "--raw",
        type=Path,
        help="compare the raw files in this folder (default: where the run had them, else those it kept)",
    )
    parser.add_argument("--config", type=Path, default=Path(CONFIG), help=f"default: {CONFIG}")


def _prove(run: Path, content: Mapping[str, Any]) -> None:
    """The manifest names every file, follows from the raw files, and is the one written when it was made.

    Raises:
        DataError: it does not, a line each.
    """
    from pkpipe.store.proof import unproved

    now = {room.name: fingerprint(*roots_of(room)) for room in ROOMS}
    wrong = unproved(run, content, ROOMS, now)
    wrong += broken(run) if is_frozen(run) else []
    wrong += audit_trail.wrong_of(run) or []
    if wrong:
        raise DataError("\n  ".join([f"{run}: the manifest does not prove this run", *wrong]))


def _not_asked(run: Path, content: Mapping[str, Any]) -> list[str]:
    """What could not be asked, said so."""
    lines = []
    if "read" not in content:
        lines.append("made by an earlier pkpipe: which tables a room read is not recorded")
    if audit_trail.wrong_of(run) is None:
        lines.append(f"not compared with {audit_trail.path_of(run.parent)}, which is not there")
    return lines


def run(arguments: argparse.Namespace) -> int:
    """Compare every hash; 0 only if all of them hold.

    Raises:
        DataError: files that were changed or are missing, each with both hashes.
    """
    from pkpipe.store.manifest import differences, read_manifest
    from pkpipe.store.raw_archive import FOLDER as KEPT
    from pkpipe.store.raw_archive import is_kept

    content = read_manifest(arguments.run)
    raw = arguments.raw
    if raw is None and content["raw"] is None:
        raw = load_runs(arguments.config, content["study"]).studies[0].raw
    safe = [e for e in content["inputs"] if arguments.raw is None and is_kept(arguments.run, e)]
    others = [e for e in content["inputs"] if e not in safe]
    wrong = differences(arguments.run, {**content, "inputs": others}, raw)
    # The next transfer under the same names changes nothing: what was read is kept by its content.
    moved_on = differences(arguments.run, {**content, "inputs": safe, "outputs": []}, raw)
    if wrong:
        told = [*wrong, *moved_on]
        noun = "file differs" if len(told) == 1 else "files differ"
        raise DataError(
            "\n  ".join([f"{arguments.run}: {len(told)} {noun} from the manifest", *told])
        )
    _prove(arguments.run, content)
    count = len(content["inputs"]) + len(content["outputs"])
    print(f"{arguments.run}: all {count} files are those of the manifest")
    for line in _not_asked(arguments.run, content):
        print(f"  {line}")
    for line in moved_on:
        print(f"  {line.partition(' (')[0]} since; what the run read is kept in {KEPT}/")
    return 0
