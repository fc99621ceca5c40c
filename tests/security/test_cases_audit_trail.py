"""A frozen cutoff and the trail beside it: what was changed, dropped or resealed is told."""

import argparse
import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from stored_runs import AT, CUTOFF, RUN, changed_manifest, sha, verify
from support import ROOT

from pkpipe.cli import cutoff, main
from pkpipe.errors import DataError, OutputError
from pkpipe.start import asked_for
from pkpipe.store import audit_chain, audit_trail
from pkpipe.store.frozen import is_frozen


def frozen(capsys):
    """The run closed, as `cutoff --freeze` does; what it printed."""
    capsys.readouterr()
    asked = argparse.Namespace(freeze=True, person="A. Person", reason="meeting")
    cutoff._close(asked, Path(RUN))
    return capsys.readouterr().out


def cutoff_verify(capsys):
    capsys.readouterr()
    code = main(["cutoff", "tiny", "--date", CUTOFF, "--verify", "--config", "config/config.yaml"])
    return code, "".join(capsys.readouterr())


def test_frozen_reseal_of_table_manifest_and_seal_together_is_told_by_the_trail(run, capsys):
    said = frozen(capsys)
    assert f"SHA-256 of FROZEN.json {sha(run / 'FROZEN.json')} (line 2 of" in said
    assert cutoff_verify(capsys)[0] == 0
    assert verify(capsys)[0] == 0
    # As the forger does: a table, its hash in the manifest, the hashes of both in the seal.
    table = run / "cohorts" / "SUMMARY.csv"
    table.write_text(table.read_text().replace("1.0", "9.0"), encoding="utf-8")

    def entries(content):
        for entry in content["outputs"]:
            if entry["path"] == "cohorts/SUMMARY.csv":
                entry["sha256"] = sha(table)

    changed_manifest(run, entries)
    seal = json.loads((run / "FROZEN.json").read_text())
    for name in ("cohorts/SUMMARY.csv", "manifest.json"):
        seal["files"][name] = sha(run / name)
    (run / "FROZEN.json").write_text(json.dumps(seal, indent=1, sort_keys=True) + "\n")
    for code, told in (cutoff_verify(capsys), verify(capsys)):
        assert code == 3
        assert "FROZEN.json: is not the one of AUDIT.jsonl line 2" in told
        assert "manifest.json: is not the one of AUDIT.jsonl line 2" in told


def test_frozen_reseal_a_seal_without_its_line_is_not_believed(run, capsys):
    frozen(capsys)
    (run.parent / audit_trail.NAME).unlink()
    code, said = cutoff_verify(capsys)
    assert code == 3
    assert "AUDIT.jsonl is not there" in said


def test_a_room_does_not_write_into_a_frozen_cutoff(run, capsys):
    frozen(capsys)
    assert is_frozen(run)
    assert main(["stage", "pk", *AT, "--config", "config/config.yaml"]) == 3
    assert "is frozen" in capsys.readouterr().err
    with pytest.raises(DataError, match="frozen"):
        asked_for(["--cores", "1", f"{RUN}/pk/ADPP.parquet"])


def of_run(run):
    return audit_trail.Entry("run", {"manifest.json": sha(run / "manifest.json")})


def trail(study):
    return (study / audit_trail.NAME).read_text(encoding="utf-8").splitlines()


def test_the_trail_names_user_time_and_the_hash_of_the_line_before(run, capsys):
    frozen(capsys)
    first, second = map(json.loads, trail(run.parent))
    assert (first["action"], second["action"]) == ("run", "freeze")
    assert first["previous"] == "0" * 64
    assert second["previous"] == first["sha256"]
    text = trail(run.parent)[0]
    assert second["line_before"] == hashlib.sha256(text.encode()).hexdigest()
    assert first["line_before"] == "0" * 64
    assert second["user"] == audit_trail.user()
    assert (second["as"], second["reason"]) == ("A. Person", "meeting")
    assert "+" in second["time"] or second["time"].endswith("Z")
    assert first["what"] == {"manifest.json": sha(run / "manifest.json")}


def audit_verify(capsys):
    capsys.readouterr()
    code = main(["audit", "verify", "tiny"])
    return code, "".join(capsys.readouterr())


def test_audit_verify_names_the_line_that_was_changed_dropped_swapped_put_in_or_cut(run, capsys):
    for _ in range(4):
        audit_trail.append(run, of_run(run))
    lines, path = trail(run.parent), run.parent / audit_trail.NAME
    assert len(lines) == 5
    assert audit_verify(capsys)[0] == 0
    other = lines[2].replace('"user"', '"user" ').replace("run", "ran", 1)
    wrong = {
        3: [*lines[:2], other, *lines[3:]],
        2: [lines[0], *lines[2:]],
        4: [*lines[:3], lines[4], lines[3]],
        5: [*lines[:4], lines[3], lines[4]],
    }
    for number, told in wrong.items():
        path.write_text("\n".join(told) + "\n", encoding="utf-8")
        code, said = audit_verify(capsys)
        assert code == 3
        assert f"line {number} " in said, said
    last = json.loads(lines[4])
    path.write_text("\n".join([*lines[:4], json.dumps({**last, "user": "x"})]) + "\n")
    assert "line 5 was changed" in audit_verify(capsys)[1]
    path.write_text("", encoding="utf-8")
    code, said = audit_verify(capsys)
    assert (code, "ends too early" in said) == (3, True)
    for content in ("[]\n", "null\n", "{\n", '{"a":1}\n', "[" * 50_000 + "\n", "5"):
        path.write_text(content)
        assert audit_verify(capsys)[0] == 3


def test_twenty_processes_append_twenty_lines_and_a_killed_one_leaves_the_chain_whole(run):
    append = (
        "import sys; from pathlib import Path; from pkpipe.store import audit_trail\n"
        "entry = audit_trail.Entry('run', {'manifest.json': sys.argv[2]})\n"
        "audit_trail.append(Path(sys.argv[1]), entry)"
    )
    words = [sys.executable, "-c", append, str(run), sha(run / "manifest.json")]
    many = [subprocess.Popen(words, env={**os.environ, "PYTHONPATH": str(ROOT)}) for _ in range(20)]
    assert [process.wait() for process in many] == [0] * 20
    assert len(audit_chain.verified(run.parent)) == 21
    path = run.parent / audit_trail.NAME
    with path.open("a") as file:
        file.write('{"seq": 22, "time"')  # as a process killed in the midst leaves it
    with pytest.raises(DataError, match="line 22 is cut off"):
        audit_chain.verified(run.parent)
    audit_trail.append(run, of_run(run))
    assert len(audit_chain.verified(run.parent)) == 22


def test_a_full_disk_leaves_no_half_line_in_the_trail(run, monkeypatch):
    before = trail(run.parent)

    def no_space(_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(audit_trail.os, "fsync", no_space)
    with pytest.raises(OutputError, match="No space left"):
        audit_trail.append(run, of_run(run))
    assert trail(run.parent) == before
