"""`pkpipe cutoff`: one study at one cutoff, run alone, frozen, verified; rerun as a revision beside it."""

from __future__ import annotations

import argparse
import hashlib
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from pkpipe.cli import one_run
from pkpipe.cli.failed_jobs import FILE, code_of, full, written_down
from pkpipe.cli.stage import CONFIG, MANIFEST
from pkpipe.disk import write_text
from pkpipe.errors import BusyError, ConfigError, DataError, OutputError
from pkpipe.history.record import FOLDER as RECORDS
from pkpipe.protocol.runs_asked_for import load_runs
from pkpipe.provenance import sha256
from pkpipe.rooms import asked_of, rooms_of
from pkpipe.shipped import flow_words
from pkpipe.store import audit_chain, audit_trail
from pkpipe.store.frozen import NAME, broken, is_frozen, revisions, seal

RESULTS: Final = Path("results")
MANIFEST_FILE: Final = "manifest.json"
SAY_WHY: Final = "--reason 'meeting of 7 July' (in your words)"
# Codes of a room that an unattended caller can act on, the first of them where several rooms failed.
PASSED_ON: Final = (OutputError.exit_code, BusyError.exit_code, DataError.exit_code)
ENDED: Final = {
    OutputError.exit_code: "a file cannot be written",
    BusyError.exit_code: "try again later",
    DataError.exit_code: "data refused",
}
# Beside the results and as deep, so that paths seen from a run are the same in both.
UNFINISHED: Final = Path("results.unfinished")


def configure(parser: argparse.ArgumentParser) -> None:
    """Arguments of the verb."""
    parser.epilog = (
        "examples: pkpipe cutoff bat6026 --date 2026-06-30 --freeze --as 'Li Wei' --reason 'meeting 3'\n"
        "          pkpipe cutoff bat6026 --date 2026-06-30 --verify\n"
        "a scheduled run says its reason in its unit or crontab (docs/scheduling.md); without one a frozen\n"
        "cutoff is made anew and compared, and nothing of it is kept\n"
        "exit code 75: another run was busy for longer than --wait\n\n" + (parser.epilog or "")
    )
    parser.add_argument("study", help="a study of the run file")
    parser.add_argument("--date", required=True, help="data cutoff, e.g. 2026-06-30")
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--freeze", action="store_true", help="run, then close the cutoff for good")
    what.add_argument("--verify", action="store_true", help="compare a frozen cutoff with its seal")
    parser.add_argument("--as", dest="person", metavar="NAME", help="who freezes, for AUDIT.jsonl")
    parser.add_argument(
        "--reason",
        metavar="TEXT",
        help="why, in your words, for AUDIT.jsonl; needed to freeze and to keep a revision",
    )
    parser.add_argument("--cores", type=int, default=1, help="default: 1")
    parser.add_argument("--wait", type=float, default=0.0, help="seconds to wait for another run")
    parser.add_argument("--config", type=Path, default=Path(CONFIG), help=f"default: {CONFIG}")


def run(arguments: argparse.Namespace) -> int:
    """Run, freeze or verify one cutoff; one line says how it ended.

    Raises:
        ConfigError: it is to be frozen and nobody says why.
        DataError: a frozen cutoff is not what its seal says.
    """
    if arguments.freeze and _reason(arguments) is None:
        raise ConfigError(f"--freeze closes a cutoff for good and needs a reason: {SAY_WHY}")
    runs = load_runs(arguments.config, arguments.study, arguments.date, asked_of)
    study, cutoff = runs.pairs[0]
    folder = RESULTS / study / cutoff
    if arguments.verify:
        return _verify(study, cutoff)
    with one_run.alone(arguments.wait, f"{study}/{cutoff}") as mine:
        if not mine:
            print(
                f"{study} at {cutoff}: another run is busy here, nothing was done", file=sys.stderr
            )
            return one_run.BUSY
        for line in one_run.heal():
            print(f"{study} at {cutoff}: {line}", file=sys.stderr)
        if is_frozen(folder):
            return _revise(arguments, study, cutoff)
        return _make(arguments, study, cutoff)


def _reason(arguments: argparse.Namespace) -> str | None:
    """What a person said, in the command or in the unit that starts it; blanks say nothing."""
    return (arguments.reason or "").strip() or None


def _person(arguments: argparse.Namespace) -> str | None:
    return (arguments.person or "").strip() or None


def _verify(study: str, cutoff: str) -> int:
    folders = revisions(RESULTS / study, cutoff)
    frozen = [f for f in folders if is_frozen(f)]
    wrong = [f"{f}: {line}" for f in frozen for line in broken(f)]
    wrong += [line for f in frozen for line in _against_trail(f)]
    if not frozen:
        known = f"; pkpipe verify {RESULTS / study / cutoff} compares it with its manifest"
        raise DataError(
            f"{study} at {cutoff}: {f'run, but not frozen (--freeze){known}' if folders else 'not run'}"
        )
    if wrong:
        raise DataError("\n  ".join([f"{study} at {cutoff}: not as frozen", *wrong]))
    for folder in frozen:
        print(f"{folder}: SHA-256 of {NAME} {sha256(folder / NAME)}")
    print(f"{study} at {cutoff}: every file is as frozen")
    return 0


def _against_trail(folder: Path) -> list[str]:
    """What of a frozen run is not as it was when it was frozen, by the trail outside its folder."""
    wrong = audit_chain.wrong_of(folder)
    if wrong is None:
        return [
            f"{audit_trail.path_of(folder.parent)} is not there, so the seal cannot be compared with it; "
            "pkpipe cutoff without --verify makes the run anew and says whether it is the same"
        ]
    return wrong


def _make(arguments: argparse.Namespace, study: str, cutoff: str) -> int:
    words = ["--cores", str(arguments.cores), "--config", f"study={study}", f"cutoff={cutoff}"]
    FILE.unlink(missing_ok=True)
    words += ["--configfile", str(arguments.config)]
    code = one_run.snakemake([*flow_words(words, arguments.config), *words])
    if code != 0:
        return _failed(study, cutoff)
    _close(arguments, RESULTS / study / cutoff)
    print(f"{study} at {cutoff}: done{', frozen' if arguments.freeze else ''}")
    return 0


def _failed(study: str, cutoff: str) -> int:
    """One line that says how it ended, and the code of the room: Snakemake ends with 1 whatever failed."""
    logs = RESULTS / study / cutoff / "logs"
    failures = written_down()
    code = code_of(failures, PASSED_ON)
    why = full(RESULTS) if code == 1 else None
    if why is not None:
        print(f"{study} at {cutoff}: {RESULTS} cannot be written ({why})", file=sys.stderr)
        return OutputError.exit_code
    log = next((f.log for f in failures if f.code == code and f.log), str(logs))
    where = logs / "findings.csv" if log == str(logs / "validate.log") else log
    how = ENDED.get(code, "failed")
    print(f"{study} at {cutoff}: {how}, see {where}", file=sys.stderr)
    return code


def _close(arguments: argparse.Namespace, folder: Path) -> None:
    if arguments.freeze:
        _freeze(arguments, folder, audit_trail.FREEZE)


def _freeze(arguments: argparse.Namespace, folder: Path, action: str) -> None:
    """Seal a run: first the line outside its folder, so that there is no seal without a line."""
    text = seal(folder)
    content = hashlib.sha256(text.encode()).hexdigest()
    what = {audit_trail.SEAL: content, audit_trail.MANIFEST: sha256(folder / MANIFEST_FILE)}
    entry = audit_trail.Entry(action, what, _person(arguments), _reason(arguments))
    number, _ = audit_trail.append(folder, entry)
    write_text(text, folder / NAME)
    print(
        f"{folder}: SHA-256 of {NAME} {content} (line {number} of {audit_trail.path_of(folder.parent)})"
    )


def _revise(arguments: argparse.Namespace, study: str, cutoff: str) -> int:
    """A frozen cutoff made anew beside it, kept only if it differs."""
    from pkpipe.store.raw_archive import move_kept

    folders = revisions(RESULTS / study, cutoff)
    last = folders[-1]
    made = UNFINISHED / study / cutoff
    shutil.rmtree(UNFINISHED, ignore_errors=True)
    if (last / RECORDS).is_dir():  # so that the revision's own tell what differed from the last one
        shutil.copytree(last / RECORDS, made / RECORDS)
    code = _rooms(arguments, study, cutoff)
    if code != 0:
        print(f"{study} at {cutoff}: a revision failed, see {made / 'logs'}", file=sys.stderr)
        return code
    if (made / MANIFEST_FILE).read_bytes() == (last / MANIFEST_FILE).read_bytes():
        shutil.rmtree(UNFINISHED)
        _into_trail(arguments, last)
        print(f"{study} at {cutoff}: frozen as {last.name}; made anew it is the same")
        return 0
    differs = _what_differs(last, made)
    if _reason(arguments) is None:
        shutil.rmtree(UNFINISHED)
        told = f"made anew {last} is another, and a revision needs a reason: {SAY_WHY}; nothing was kept"
        raise ConfigError("\n  ".join([told, *differs]))
    beside = RESULTS / study / f"{cutoff}.r{_number(last) + 1}"
    made.replace(beside)
    move_kept(UNFINISHED / study, RESULTS / study)
    shutil.rmtree(UNFINISHED)
    _revision_into_trail(arguments, last, beside, differs)
    _close(arguments, beside)
    print(f"{study} at {cutoff}: revision {beside.name} beside {last.name}")
    for line in differs:
        print(f"  {line}")
    return 0


def _revision_into_trail(
    arguments: argparse.Namespace, last: Path, beside: Path, differs: Sequence[str]
) -> None:
    """The line of a revision, with why it is another; then what of people's judgements it took up."""
    from pkpipe.store.judgements import taken_up

    before = {audit_trail.MANIFEST: sha256(last / MANIFEST_FILE)}
    what = {audit_trail.MANIFEST: sha256(beside / MANIFEST_FILE)}
    revision = audit_trail.Entry(
        *(audit_trail.REVISION, what, _person(arguments), _reason(arguments)),
        before=before,
        found=f"made anew it is not {last.name}: {'; '.join(line.strip() for line in differs)}",
    )
    runs = load_runs(arguments.config, arguments.study, arguments.date)
    taken_up(beside, runs.studies[0].study.at(runs.studies[0].cutoffs[0]), first=[revision])


def _into_trail(arguments: argparse.Namespace, folder: Path) -> None:
    """A cutoff that was frozen before there was a trail, and is the same made anew, gets its line."""
    if audit_trail.is_there(folder.parent) or broken(folder) != []:
        return
    if _reason(arguments) is None:
        print(f"{folder}: no {audit_trail.NAME} says who froze it; it needs a reason: {SAY_WHY}")
        return
    _freeze(arguments, folder, audit_trail.FREEZE)


def _number(folder: Path) -> int:
    return int(folder.name.rpartition(".r")[2]) if ".r" in folder.name else 1


def _rooms(arguments: argparse.Namespace, study: str, cutoff: str) -> int:
    """Every room in order, into a folder beside the results; the exit code of the first that fails."""
    at = ["--study", study, "--cutoff", cutoff, "--results", str(UNFINISHED)]
    at += ["--frozen", str(RESULTS)]
    wanted = load_runs(arguments.config, arguments.study, arguments.date).studies[0].study
    for room in [*(room.name for room in rooms_of(wanted)), MANIFEST]:
        command = [
            sys.executable,
            "-m",
            "pkpipe",
            "stage",
            room,
            *at,
            "--config",
            str(arguments.config),
        ]
        code = subprocess.run(command, check=False).returncode
        if code != 0:
            return code
    return 0


def _what_differs(before: Path, after: Path) -> list[str]:
    from pkpipe.differences import compare
    from pkpipe.differences.differences_page import lines
    from pkpipe.differences.stored import read_run

    return lines(compare(read_run(before), read_run(after)), most=5)
