"""`pkpipe verify`: are the files of a run still those its manifest names?"""

from __future__ import annotations

import argparse
from pathlib import Path

from pkpipe.cli.stage import CONFIG
from pkpipe.errors import DataError


def configure(parser: argparse.ArgumentParser) -> None:
    """Arguments of the verb."""
    parser.epilog = "example: pkpipe verify results/bat6026/2026-06-30\n\n" + (parser.epilog or "")
    parser.add_argument("run", type=Path, help="folder with manifest.json")
    parser.add_argument(
        "--raw", type=Path, help="where the raw files lie (default: as the run had)"
    )
    parser.add_argument("--config", type=Path, default=Path(CONFIG), help=f"default: {CONFIG}")


def run(arguments: argparse.Namespace) -> int:
    """Compare every hash; 0 only if all of them hold.

    Raises:
        DataError: files that were changed or are missing, each with both hashes.
    """
    from pkpipe.tables.manifest import differences, read_manifest  # noqa: PLC0415 (not for --help)

    content = read_manifest(arguments.run)
    raw = arguments.raw
    if raw is None and content["raw"] is None:
        from pkpipe.protocol.run import load_runs  # noqa: PLC0415 (only where the run file is needed)

        raw = load_runs(arguments.config, content["study"]).studies[0].raw
    wrong = differences(arguments.run, content, raw)
    if wrong:
        noun = "file differs" if len(wrong) == 1 else "files differ"
        raise DataError(
            "\n  ".join([f"{arguments.run}: {len(wrong)} {noun} from the manifest", *wrong])
        )
    count = len(content["inputs"]) + len(content["outputs"])
    print(f"{arguments.run}: all {count} files are those of the manifest")
    return 0
