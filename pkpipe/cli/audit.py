"""`pkpipe audit verify`: is the trail of a study whole, and does it name every run that lies there?"""

from __future__ import annotations

import argparse
from pathlib import Path


def configure(parser: argparse.ArgumentParser) -> None:
    """Arguments of the verb."""
    parser.epilog = "example: pkpipe audit verify bat6026\n\n" + (parser.epilog or "")
    parser.add_argument("what", choices=["verify"], help="prove every line from the one before")
    parser.add_argument("study", help="a study with results")
    parser.add_argument("--results", type=Path, default=Path("results"), help="default: results")


def run(arguments: argparse.Namespace) -> int:
    """Prove the chain; 0 only if it is whole.

    Raises:
        DataError: it is not, with the first line that does not hold.
    """
    from pkpipe.store import audit_trail

    count, head = audit_trail.verified(arguments.results / arguments.study)
    path = audit_trail.path_of(arguments.results / arguments.study)
    print(f"{path}: all {count} lines follow from each other; the last is {head}")
    return 0
