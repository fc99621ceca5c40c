"""`pkpipe verify`: are the files of a run still those its manifest names?"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pkpipe.cli.stage import CONFIG
from pkpipe.errors import DataError
from pkpipe.protocol.runs_asked_for import load_runs
from pkpipe.provenance import fingerprint
from pkpipe.rooms import rooms_in, roots_of
from pkpipe.store import audit_chain, audit_trail
from pkpipe.store.audit_chain import Line
from pkpipe.store.frozen import broken, is_frozen
from pkpipe.store.manifest import differences
from pkpipe.store.packages import of_another_run, unsealed
from pkpipe.store.signatures import Document, document, told


def configure(parser: argparse.ArgumentParser) -> None:
    """Arguments of the verb."""
    parser.epilog = (
        "examples: pkpipe verify results/bat6026/2026-06-30\n"
        "          pkpipe verify results/bat6026/2026-06-30 --recompute\n\n" + (parser.epilog or "")
    )
    parser.add_argument("run", type=Path, help="folder with manifest.json, or of a package")
    parser.add_argument(
        "--recompute",
        action="store_true",
        help="make every table anew from the raw files that the run kept, and compare",
    )
    parser.add_argument(
        "--results", type=Path, default=Path("results"), help="of a package (default: results)"
    )
    parser.add_argument(
        "--raw",
        type=Path,
        help="compare the raw files in this folder (default: where the run had them, else those it kept)",
    )
    parser.add_argument("--config", type=Path, default=Path(CONFIG), help=f"default: {CONFIG}")


def unproved_of(run: Path, content: Mapping[str, Any]) -> list[str]:
    """Where the manifest leaves a file out, does not follow from the raw files, or is another than then."""
    from pkpipe.store.proof import unproved

    rooms = rooms_in(content)
    now = {room.name: fingerprint(*roots_of(room)) for room in rooms}
    wrong = unproved(run, content, rooms, now)
    wrong += broken(run) if is_frozen(run) else []
    return wrong + (audit_chain.wrong_of(run) or [])


def _not_asked(run: Path, content: Mapping[str, Any]) -> list[str]:
    """What could not be asked, said so."""
    lines = []
    if "read" not in content:
        lines.append("made by an earlier pkpipe: which tables a room read is not recorded")
    if not audit_trail.is_there(run.parent):
        lines.append(f"not compared with {audit_trail.path_of(run.parent)}, which is not there")
    return lines


def run(arguments: argparse.Namespace) -> int:
    """Compare every hash; 0 only if all of them hold.

    Raises:
        DataError: files that were changed or are missing, each with both hashes.
    """
    of = document(arguments.run, arguments.results)
    if of.folder != of.run:
        lines = package_proved(of)
    else:
        lines = run_proved(of, arguments.config, arguments.raw, recompute=arguments.recompute)
    for line in lines:
        print(line)
    return 0


def package_proved(of: Document) -> list[str]:
    """What to say of a package that is as it was sealed: its files, and who signed them.

    Raises:
        DataError: it is not; each file is named.
    """
    wrong = of.changed()
    wrong += unsealed(of, _trail_of(of)) if audit_trail.is_there(of.run.parent) else []
    _raise(f"{of.folder}: the package is not as {of.name} says", wrong, of)
    files = f"{of.folder}: all {len(of.content['files'])} files are those of {of.name}"
    path = audit_trail.path_of(of.run.parent)
    if not path.exists():
        return [files, f"  not compared with {path}, which is not there (--results)"]
    return [files, *(f"  {line}" for line in of_another_run(of)), *_signatures(of)]


def run_proved(
    of: Document, config: Path, raw: Path | None = None, *, recompute: bool = False
) -> list[str]:
    """What to say of a run that is as its manifest names it. raw: where its raw files lie now.

    Raises:
        DataError: it is not; each file is named.
    """
    from pkpipe.store.raw_archive import FOLDER as KEPT
    from pkpipe.store.raw_archive import is_kept

    content = of.content
    safe = [e for e in content["inputs"] if raw is None and is_kept(of.run, e)]
    if raw is None and content["raw"] is None:
        raw = load_runs(config, content["study"]).studies[0].raw
    others = [e for e in content["inputs"] if e not in safe]
    wrong = differences(of.run, {**content, "inputs": others}, raw)
    # The next transfer under the same names changes nothing: what was read is kept by its content.
    moved_on = differences(of.run, {**content, "inputs": safe, "outputs": []}, raw)
    if wrong:
        told = [*wrong, *moved_on]
        noun = "file differs" if len(told) == 1 else "files differ"
        _raise(f"{of.run}: {len(told)} {noun} from the manifest", told, of)
    _raise(f"{of.run}: the manifest does not prove this run", unproved_of(of.run, content), of)
    count = len(content["inputs"]) + len(content["outputs"])
    return [
        *(_recomputed(of) if recompute else ()),
        f"{of.run}: all {count} files are those of the manifest",
        *(f"  {line}" for line in _not_asked(of.run, content)),
        *(
            f"  {line.partition(' (')[0]} since; what the run read is kept in {KEPT}/"
            for line in moved_on
        ),
        *_signatures(of),
    ]


def _recomputed(of: Document) -> list[str]:
    """Every table made anew from the raw files of the archive.

    Raises:
        DataError: one comes out otherwise, or the raw files are not all kept.
    """
    from pkpipe.cli.recompute import made_anew, not_the_same

    with tempfile.TemporaryDirectory(prefix="pkpipe-") as folder:
        anew = made_anew(of.run, of.content, Path(folder))
        said: list[str] = []
        wrong = not_the_same(of.content, anew, lambda line: said.append(f"  {line}"))
    _raise(f"{of.run}: made anew from its raw files it is another", [*wrong, *said], of)
    return [*said, f"{of.run}: made anew from the raw files it kept, every file is the same"]


def _raise(head: str, wrong: list[str], of: Document) -> None:
    """Raises:
    DataError: something is wrong; with the signatures that are no longer of these files.
    """
    if not wrong:
        return
    try:
        signed = told(of, _trail_of(of), changed=True)
    except DataError as problem:
        signed = [str(problem)]
    raise DataError("\n  ".join(dict.fromkeys([head, *wrong, *signed])))


def _signatures(of: Document) -> list[str]:
    return [f"  {line}" for line in told(of, _trail_of(of), changed=False)]


def _trail_of(of: Document) -> list[Line]:
    return audit_chain.lines_if_any(of.run.parent)
