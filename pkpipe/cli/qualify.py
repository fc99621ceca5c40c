"""`pkpipe qualify`: does this installation compute right? IQ, OQ and PQ as one document to sign."""

from __future__ import annotations

import argparse
import datetime
import os
import sys
from pathlib import Path
from typing import Final

from pkpipe.cli.whole_numbers import count
from pkpipe.errors import DerivationError

EXAMPLE: Final = """example:
  pkpipe qualify -o qualification --cores 2

Works from an installed wheel in any folder, without network; a few minutes on two cores.
Written to DIR: qualification.html, .pdf and .rtf (the document to sign), checks.csv (every check with
its source, expected and got), SHA256SUMS.
Verdict: PASS; WITH DEVIATIONS (every check passed, but packages are not those of the lock, or pkpipe runs
from a checkout); FAIL (exit code 4: the installation must not be used before the cause is found).
"""


def configure(parser: argparse.ArgumentParser) -> None:
    """Arguments of the verb."""
    parser.epilog = f"{EXAMPLE}\n{parser.epilog or ''}"
    parser.add_argument(
        "-o", "--output", type=Path, required=True, metavar="DIR", help="folder to write"
    )
    parser.add_argument(
        "--date", type=_date, help="date in the document, e.g. 2026-11-29 (default: today)"
    )
    parser.add_argument(
        "--cores", type=count, default=min(2, os.cpu_count() or 1), help="default: 2, at most all"
    )


def run(arguments: argparse.Namespace) -> int:
    """Ask every area, write the document.

    Raises:
        DerivationError: a check failed; the document is written and says which.
    """
    from pkpipe.disk import write_bytes
    from pkpipe.qualify.areas import every_check
    from pkpipe.qualify.compared_answers import FAIL, verdict_of
    from pkpipe.qualify.document import counted
    from pkpipe.qualify.document_files import files

    date = arguments.date or datetime.datetime.now().astimezone().date()
    checks = every_check(arguments.cores, _say)
    _say("document")
    for name, content in files(checks, date.isoformat()).items():
        write_bytes(content, arguments.output / name)
    verdict, of = verdict_of(checks), counted(checks)
    counts = ", ".join(f"{number} {name}" for name, number in of.items())
    print(f"{verdict}: {checks.height} checks ({counts}); {arguments.output}")
    if verdict == FAIL:
        failed = checks.filter(verdict=FAIL)
        lines = [
            f"{r['id']} {r['area']}: {r['item']}: {r['got']}"
            for r in failed.head(10).iter_rows(named=True)
        ]
        raise DerivationError("\n  ".join([f"{failed.height} checks failed", *lines]))
    return 0


def _say(text: str) -> None:
    print(f"pkpipe qualify: {text}", file=sys.stderr, flush=True)


def _date(text: str) -> datetime.date:
    return datetime.date.fromisoformat(text)
