"""`pkpipe sign`: a person stands for the files of a run or a package, by name, time and meaning."""

from __future__ import annotations

import argparse
from pathlib import Path

from pkpipe.errors import ConfigError, DataError
from pkpipe.store import audit_chain, audit_trail
from pkpipe.store.packages import of_another_run, unsealed
from pkpipe.store.signatures import MEANINGS, Document, document, sign


def configure(parser: argparse.ArgumentParser) -> None:
    """Arguments of the verb."""
    parser.epilog = (
        "examples: pkpipe sign results/bat6026/2026-06-30 --as 'Li Wei, MD' --meaning review\n"
        "          pkpipe sign package --as 'Jane Roe, MD' --meaning approval --reason 'minutes of 7 July'\n"
        "the name is what was typed: who may type it, the account and the host of the file decide\n\n"
        + (parser.epilog or "")
    )
    parser.add_argument("path", type=Path, help="folder of a run (manifest.json) or of a package")
    parser.add_argument("--as", dest="person", metavar="NAME", required=True, help="printed name")
    parser.add_argument("--meaning", required=True, choices=MEANINGS, help="what is signed for")
    parser.add_argument("--reason", metavar="TEXT", help="more words, for AUDIT.jsonl")
    parser.add_argument(
        "--results", type=Path, default=Path("results"), help="of a package (default: results)"
    )


def run(arguments: argparse.Namespace) -> int:
    """Sign what is proved; nothing else is signed.

    Raises:
        DataError: a file is not as its manifest names it, or the trail is not whole.
        ConfigError: no name was given, or name or reason are not one line of printed words.
    """
    person = arguments.person.strip()
    if not person or not person.isprintable():
        raise ConfigError("--as: a printed name is expected")
    if arguments.reason is not None and not arguments.reason.isprintable():
        raise ConfigError("--reason: one line of printed words is expected")
    of = document(arguments.path, arguments.results)
    wrong = _wrong(of)
    if wrong:
        raise DataError("\n  ".join([f"{arguments.path}: is not signed", *wrong]))
    made = sign(of, person, arguments.meaning, arguments.reason)
    print(f"{arguments.path}: {made.words}")
    print(f"  account {made.user}, line {made.line} of the audit trail")
    print(f"  SHA-256 of {of.name} {made.manifest}")
    return 0


def _wrong(of: Document) -> list[str]:
    """Why a signature would be of files that are not what they are said to be."""
    from pkpipe.cli.verify import unproved_of

    changed = of.changed()
    if changed:
        return changed
    is_run = of.folder == of.run
    if not audit_trail.is_there(of.run.parent):
        return [
            f"{audit_trail.path_of(of.run.parent)} is not there{'' if is_run else ' (--results)'}"
        ]
    if is_run:
        return unproved_of(of.run, of.content)
    return [*unsealed(of, audit_chain.lines(of.run.parent)), *of_another_run(of)]
