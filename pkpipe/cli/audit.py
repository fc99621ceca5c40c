"""`pkpipe audit verify`: is the trail of a study whole, and does it name every run that lies there?"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from pkpipe.errors import DataError

if TYPE_CHECKING:
    from pkpipe.store.audit_chain import Line


def configure(parser: argparse.ArgumentParser) -> None:
    """Arguments of the verb."""
    parser.epilog = (
        "example: pkpipe audit verify bat6026\n"
        "proves the chain of lines, every run and package it names, and every signature\n\n"
        + (parser.epilog or "")
    )
    parser.add_argument("what", choices=["verify"], help="prove every line from the one before")
    parser.add_argument("study", help="a study with results")
    parser.add_argument("--results", type=Path, default=Path("results"), help="default: results")


def run(arguments: argparse.Namespace) -> int:
    """Prove the chain; 0 only if it is whole.

    Raises:
        DataError: it is not, with the first line that does not hold.
    """
    from pkpipe.store import audit_chain, audit_trail, packages

    study = arguments.results / arguments.study
    path = audit_trail.path_of(study)
    found = audit_chain.verified(study)
    head = found[-1].sha256 if found else audit_trail.FIRST
    print(f"{path}: all {len(found)} lines follow from each other; the last is {head}")
    for line in found:
        if line.mended:
            print(f"  line {line.number}: took away {line.mended}, left by a killed process")
    for told in [*_signatures(study, found), *packages.gone(study, found)]:
        print(f"  {told}")
    return 0


def _signatures(study: Path, lines: Sequence[Line]) -> list[str]:
    """Every signature of a run: whether it is of the files that lie there.

    Raises:
        DataError: what was signed or packed lies there with other files; each is named.
    """
    from pkpipe.store import packages
    from pkpipe.store.manifest import NAME, displaced
    from pkpipe.store.signatures import among, document, told, unknown_kept

    found = among(lines)
    runs = dict.fromkeys(signature.run for signature in found if signature.file == NAME)
    said = [f"package of {s.run}: {s.words} (line {s.line})" for s in found if s.file != NAME]
    there = sorted(path.parent for path in study.glob(f"*/{NAME}"))
    wrong = [f"{run}: {line}" for run in there for line in displaced(run)]
    wrong += [*packages.wrong_of(study, lines), *unknown_kept(study, lines)]
    for run in (study / name for name in runs):
        if not (run / NAME).is_file():
            said.append(f"{run}: is signed and does not lie here")
            continue
        of = document(run, study.parent)
        changed = of.changed()
        own = [f"{run}: {line}" for line in told(of, lines, changed=bool(changed))]
        said += own
        wrong += [f"{run}: {line}" for line in changed] + (own if changed else [])
    if wrong:
        raise DataError("\n  ".join([f"{study}: what was sealed or signed was changed", *wrong]))
    return said
