"""`pkpipe decisions`: the recorded dose decisions, and one of them made anew from the archive."""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from pkpipe.errors import ConfigError, DataError
from pkpipe.reading.files import read_table
from pkpipe.rooms import BY_NAME, ROOMS, Room
from pkpipe.schema.adam.escalation import DECLOG
from pkpipe.store import frozen, signatures
from pkpipe.store.audit_chain import lines_if_any
from pkpipe.store.manifest import read_manifest
from pkpipe.store.named_runs import lies_there, manifest_of, run_of

ROOM: Final = "escalation"
# What a decision is, of the tables of its room: the others also tell what was recorded since.
OF_A_DECISION: Final = ("ADDLT", "DECISION", "LOOKAHD")
Row = Mapping[str, Any]


def configure(parser: argparse.ArgumentParser) -> None:
    """Arguments of the verb."""
    parser.epilog = (
        "examples: pkpipe decisions bat6026\n"
        "          pkpipe decisions bat6026 --date 2025-03-07\n\n" + (parser.epilog or "")
    )
    parser.add_argument("study", help="a study with results")
    parser.add_argument(
        "--date", help="of one decision: make it anew from the raw files its run kept, and compare"
    )
    parser.add_argument(
        "--cutoff", help="the run whose log of decisions is read (default: the latest)"
    )
    parser.add_argument("--results", type=Path, default=Path("results"), help="default: results")


def run(arguments: argparse.Namespace) -> int:
    """List the decisions, or reproduce those of one day.

    Raises:
        DataError: there is no such decision, its run is not found, or it comes out otherwise.
    """
    study = arguments.results / arguments.study
    rows = _recorded(_log_of(study, arguments.cutoff))
    if arguments.date is None:
        for row in rows:
            print(_line(row))
        print(f"{arguments.study}: {len(rows)} recorded decisions")
        return 0
    asked = [row for row in rows if str(row["date"]) == arguments.date]
    if not asked:
        known = ", ".join(dict.fromkeys(str(row["date"]) for row in rows)) or "none"
        raise ConfigError(f"--date {arguments.date}: no decision of that day (recorded: {known})")
    for row in asked:
        _reproduced(study, row)
    return 0


def _log_of(study: Path, cutoff: str | None) -> Path:
    """The run whose log is read."""
    if cutoff is not None:
        return study / cutoff
    found = [p for p in sorted(study.glob("*")) if frozen.REVISION.match(p.name)]
    made = [p for p in found if (p / ROOM / "DECLOG.parquet").is_file()]
    if not made:
        raise DataError(f"{study}: no finished run with recorded decisions")
    return max(made, key=lambda p: (p.name.partition(".r")[0], len(p.name), p.name))


def _recorded(run: Path) -> Sequence[Row]:
    rows = read_table(run / ROOM / "DECLOG.parquet").to_dicts()
    return [
        {**dict.fromkeys(DECLOG.names), **row} for row in rows
    ]  # an earlier version has fewer columns


def _line(row: Row) -> str:
    rests = "no run is named"
    if row["manifest"]:
        approved = f"approved by {row['approved_by']} on {row['approved_on']}"
        signed = approved if row["approved_by"] else "not approved"
        rests = f"run {row['run'] or '?'} ({row['run_state']}), {signed}"
    dosed = f"; first dose {row['first_dose']}" if row["first_dose"] else ""
    return f"{row['date']} on data up to {row['cutoff']}: {_said(row)}; {rests}{dosed}"


def _said(row: Row, level: str = "next_level", number: str = "n_to_enrol") -> str:
    more = f", {row[number]} to enrol" if row[number] is not None else ""
    return f"{row['decision']} {row[level] or ''}".strip() + more


def _reproduced(study: Path, row: Row) -> None:
    """One decision made anew from the raw files of the run it rests on."""
    run, content, there = _rests_on(study, row)
    with tempfile.TemporaryDirectory(prefix="pkpipe-") as folder:
        now, wrong = _made_anew(run, content, Path(folder), there=there)
    print(f"{study.name}: decision of {row['date']} on data up to {row['cutoff']}")
    print(f"  recorded   {_said(row)} ({row['recorded_by'] or 'nobody named'})")
    print(f"  rests on   {run}, {'as it lies there' if there else 'made anew since, as signed'}")
    for signature in _signed(study, row["manifest"]):
        print(f"  signed     {signature.words}")
    print(f"  made anew  {now}")
    if wrong:
        raise DataError("\n  ".join([f"{run}: the decision is not reproduced", *wrong]))
    print("  every table it rests on comes out as it was")


def _signed(study: Path, content: str | None) -> list[signatures.Signature]:
    """Who signed what the decision names."""
    lines = lines_if_any(study) if content else []
    return signatures.of_manifest(manifest_of(lines, content), lines) if content else []


def _rests_on(study: Path, row: Row) -> tuple[Path, Mapping[str, Any], bool]:
    """The run, the manifest of then, and whether the run still is that one."""
    content = row["manifest"]
    if not content:  # what was run at its cutoff, frozen first
        made = frozen.revisions(study, str(row["cutoff"]))
        chosen = next((p for p in made if frozen.is_frozen(p)), made[0] if made else None)
        if chosen is None:
            raise DataError(f"{study}: the decision names no run, and none was made at its cutoff")
        return chosen, read_manifest(chosen), True
    lines = lines_if_any(study)
    content = manifest_of(lines, content)
    name = run_of(lines, content)
    if name is None:
        raise DataError(f"{study}: no line of the audit trail has the manifest {content}")
    if lies_there(study, name, content):
        return study / name, read_manifest(study / name), True
    kept = signatures.kept_manifest(study, content)
    if kept is None:
        told = "was made anew since, and the manifest of then is kept only of what was signed"
        raise DataError(f"{study / name}: {told}")
    return study / name, json.loads(kept), False


def _made_anew(
    run: Path, content: Mapping[str, Any], folder: Path, *, there: bool
) -> tuple[str, list[str]]:
    from pkpipe.cli.recompute import made_anew, not_the_same

    rooms = [room for room in ROOMS if room.name in _needed(BY_NAME[ROOM])]
    anew = made_anew(run, content, folder, rooms)
    wrong = not_the_same(content, anew, lambda line: print(f"  {line}"))
    if not there:
        tables = tuple(f"{ROOM}/{table}." for table in OF_A_DECISION)
        wrong = [line for line in wrong if line.startswith(tables)]
    answers = read_table(anew.run / ROOM / "DECISION.parquet")
    answer = next((r for r in answers.to_dicts() if r["SCOPE"] == "STUDY"), None)
    if answer is None:
        return "no decision: nobody had been dosed", wrong
    about = answer["NEXTLVL"] or answer["MTD"] or answer["MAD"]
    said = {"decision": answer["DECISION"], "level": about, "n": answer["NENROL"]}
    return f"{_said(said, 'level', 'n')}: {answer['REASON']}", wrong


def _needed(room: Room) -> set[str]:
    """The rooms before a room, and itself."""
    before: Iterable[str] = {name.partition("/")[0] for name in room.reads}
    return {room.name}.union(*(_needed(BY_NAME[name]) for name in before))
