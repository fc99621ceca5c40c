"""What is stored is not believed: tables, marks, manifests, seals and the trail, each edited by hand."""

import argparse
import copy
import hashlib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import polars as pl
import pytest
from support import ROOT

from pkpipe.cli import cutoff, main
from pkpipe.errors import BusyError, ConfigError, DataError, OutputError
from pkpipe.rooms import BY_NAME, ROOMS
from pkpipe.start import asked_for, doubted, only_asks
from pkpipe.store import audit_trail, finished_rooms, run_locks
from pkpipe.store.frozen import is_frozen
from pkpipe.store.run_tables import read_inputs

CUTOFF = "2025-07-31"
AT = ("--study", "tiny", "--cutoff", CUTOFF)
RUN = f"results/tiny/{CUTOFF}"
RUN_FILE = """\
studies:
  tiny: {protocol: tiny.yaml, raw: deliveries/tiny, virtual_seed: null, cutoffs: [2025-07-31]}
"""


@pytest.fixture(scope="module")
def sound(tmp_path_factory):
    """A finished run of the tiny study, made room by room."""
    here = tmp_path_factory.mktemp("trust") / "checkout"
    (here / "config").mkdir(parents=True)
    (here / "config" / "config.yaml").write_text(RUN_FILE, encoding="utf-8")
    shutil.copy2(ROOT / "tests" / "studies" / "tiny.yaml", here / "config")
    shutil.copytree(ROOT / "tests" / "workflow" / "tiny_raw", here / "deliveries" / "tiny")
    before = Path.cwd()
    os.chdir(here)
    try:
        for room in [*(room.name for room in ROOMS), "manifest"]:
            assert main(["stage", room, *AT, "--config", "config/config.yaml"]) == 0
    finally:
        os.chdir(before)
    return here


@pytest.fixture
def here(sound, tmp_path, monkeypatch):
    """A copy of it, as the working folder."""
    shutil.copytree(sound, tmp_path / "copy")
    monkeypatch.chdir(tmp_path / "copy")
    return tmp_path / "copy"


@pytest.fixture
def run(here):
    return here / RUN


def tampered(path):
    """Another table of the same shape: its first text column says N, or its rows are turned round."""
    frame = pl.read_parquet(path)
    texts = [n for n, t in frame.schema.items() if t == pl.String]
    changed = frame.with_columns(pl.lit("N").alias(texts[0])) if texts else frame.reverse()
    changed.write_parquet(path, compression="zstd")


def replaced_everywhere(run, old, new):
    """A naive forger: the hash of the old bytes becomes that of the new ones in every text file."""
    for path in run.rglob("*"):
        if path.is_file() and path.suffix not in {".parquet", ".xlsx"}:
            text = path.read_bytes()
            if old.encode() in text:
                path.write_bytes(text.replace(old.encode(), new.encode()))


def sha(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def verify(capsys):
    capsys.readouterr()
    code = main(["verify", RUN, "--config", "config/config.yaml"])
    return code, "".join(capsys.readouterr())


def test_a_finished_run_is_proved(run, capsys):
    assert verify(capsys) == (0, f"{RUN}: all {len_of(run)} files are those of the manifest\n")
    assert doubted([f"tiny/{CUTOFF}"]) == []


def len_of(run):
    content = json.loads((run / "manifest.json").read_text())
    return len(content["inputs"]) + len(content["outputs"])


def test_launder_edited_table_of_any_room_is_doubted_refused_and_no_input(run, capsys):
    looked = 0
    for room in ROOMS:
        for table in room.writes:
            path = run / room.name / f"{table}.parquet"
            kept = path.read_bytes()
            path.write_bytes(kept + b" ")
            assert list(finished_rooms.doubts(run, ROOMS)) == [room.name]
            for reader in ROOMS:
                if f"{room.name}/{table}" in reader.reads:
                    with pytest.raises(
                        DataError, match=f"{room.name}/{table}.parquet: is not what"
                    ):
                        read_inputs(run, reader)
                    looked += 1
            path.write_bytes(kept)
    assert looked > 100
    assert finished_rooms.doubts(run, ROOMS) == {}


@pytest.mark.parametrize("what", ["parquet", "twin", "both and their hashes"])
def test_launder_edited_table_loses_the_mark_of_its_room_and_is_sealed_by_no_manifest(
    run, capsys, what
):
    path, twin = (run / "validate" / f"AE.{s}" for s in ("parquet", "csv"))
    old = sha(path), sha(twin)
    if what != "twin":
        tampered(path)
    if what != "parquet":
        twin.write_text(twin.read_text().replace("Y", "N"), encoding="utf-8")
    if what == "both and their hashes":
        for before, now in zip(old, (sha(path), sha(twin)), strict=True):
            replaced_everywhere(run, before, now)
    assert main(["stage", "manifest", *AT]) == 3
    said = capsys.readouterr().err
    assert "room validate is to be run again" in said or "room validate is not finished" in said
    assert verify(capsys)[0] == 3
    lines = doubted([f"tiny/{CUTOFF}"])
    assert any("room validate is made anew" in line for line in lines)
    assert not finished_rooms.path_of(run, "validate").exists()
    # By hand nothing goes on from there either, until the room was run again.
    assert main(["stage", "subjects", *AT]) == 3
    assert main(["stage", "validate", *AT]) == 0
    assert main(["stage", "subjects", *AT]) == 0


def test_launder_edited_table_and_edited_mark_or_record_is_no_way_round(run, capsys):
    path = run / "subjects" / "ADSL.parquet"
    old = sha(path)
    tampered(path)
    mark = finished_rooms.path_of(run, "subjects")
    mark.write_text(mark.read_text().replace(old, sha(path)), encoding="utf-8")
    assert finished_rooms.read(run, "subjects") is None
    assert "its mark is not one" in finished_rooms.doubts(run, ROOMS)["subjects"]
    with pytest.raises(DataError, match="needs what room subjects wrote"):
        read_inputs(run, BY_NAME["pk"])


@pytest.mark.parametrize("content", ["", "{", "[]", "{}", "null", '{"seal": 1}', "[" * 100_000])
def test_a_mark_that_is_none_is_no_mark_and_no_traceback(run, content):
    finished_rooms.path_of(run, "pk").write_text(content, encoding="utf-8")
    assert finished_rooms.read(run, "pk") is None
    assert "pk" in finished_rooms.doubts(run, ROOMS)


def test_a_room_that_read_an_older_table_is_made_anew_whatever_its_time_stamp(run):
    mark = finished_rooms.read(run, "subjects")
    other = {**mark.written, "subjects/ADSL.parquet": sha(run / "subjects" / "ADEX.parquet")}
    shutil.copy2(run / "subjects" / "ADEX.parquet", run / "subjects" / "ADSL.parquet")
    finished_rooms.leave(run, finished_rooms.Mark("subjects", mark.read, other))
    assert "read another subjects/ADSL" in finished_rooms.doubts(run, ROOMS)["pk"]


def changed_manifest(run, change):
    path = run / "manifest.json"
    content = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps(change(content) or content), encoding="utf-8")


def test_verify_emptied_manifest_is_code_3_with_and_without_a_trail(run, capsys):
    changed_manifest(run, lambda m: m.update(inputs=[], outputs=[]))
    code, said = verify(capsys)
    assert code == 3
    assert "pk/ADPP.parquet: lies in the run and is not named in the manifest" in said
    assert "pc.csv: a raw file of PC that the manifest does not name" in said
    (run.parent / audit_trail.NAME).unlink()
    assert verify(capsys)[0] == 3


def test_verify_emptied_manifest_each_single_file_left_out_or_added_is_said(run, capsys):
    (run.parent / audit_trail.NAME).unlink()  # what the manifest alone proves
    whole = (run / "manifest.json").read_bytes()
    content = json.loads(whole)
    rng = random.Random(3)
    for entry in rng.sample(content["outputs"], 10):
        changed_manifest(run, lambda m, e=entry: m["outputs"].remove(e))
        code, said = verify(capsys)
        assert code == 3
        assert f"{entry['path']}: lies in the run and is not named" in said
        (run / "manifest.json").write_bytes(whole)
    for entry in content["inputs"]:
        changed_manifest(run, lambda m, e=entry: m["inputs"].remove(e))
        code, said = verify(capsys)
        assert (code, "that the manifest does not name" in said) == (3, True)
        (run / "manifest.json").write_bytes(whole)
    (run / "report" / "extra.html").write_text("<p>forged</p>")
    code, said = verify(capsys)
    assert code == 3
    assert "report/extra.html: lies in the run and is not named in the manifest" in said


def test_verify_emptied_manifest_tables_gone_with_their_entries_are_missed(run, capsys):
    (run.parent / audit_trail.NAME).unlink()
    gone = ("pk/ADPP.parquet", "pk/ADPP.csv")
    changed_manifest(
        run, lambda m: m.update(outputs=[e for e in m["outputs"] if e["path"] not in gone])
    )
    for name in gone:
        (run / name).unlink()
    code, said = verify(capsys)
    assert code == 3
    assert "pk/ADPP.parquet: the manifest does not name it" in said


def test_a_table_and_its_hash_in_the_manifest_changed_together_do_not_follow_from_the_raw_files(
    run, capsys
):
    (run.parent / audit_trail.NAME).unlink()
    path = run / "validate" / "AE.parquet"
    old = sha(path)
    tampered(path)

    def forged(content):
        for entry in content["outputs"]:
            if entry["sha256"] == old:
                entry["sha256"] = sha(path)

    changed_manifest(run, forged)
    code, said = verify(capsys)
    assert code == 3
    assert "validate/AE: room subjects read another table than the manifest names" in said


JSON = (
    None,
    5,
    -1,
    1.5,
    True,
    "",
    "x",
    "../../etc/passwd",
    "/etc/passwd",
    "\0",
    [],
    {},
    [{}],
    {"a": {}},
)
JSON += ([None], "\ud800", 10**400, ["a"], {"path": 5}, [[[]]], "a" * 70_000, "2026-02-31")


def places(value, at=()):
    """Every place of a JSON document."""
    yield at
    inner = (
        value.items()
        if isinstance(value, dict)
        else enumerate(value[:2])
        if isinstance(value, list)
        else ()
    )
    for key, below in inner:
        yield from places(below, (*at, key))


def put(content, at, value):
    if not at:
        return value
    inner = content
    for key in at[:-1]:
        inner = inner[key]
    inner[at[-1]] = value
    return content


@pytest.mark.parametrize("trail", [True, False], ids=["with a trail", "without"])
def test_verify_malformed_manifest_any_json_value_anywhere_is_code_3_or_no_difference(
    run, capsys, trail
):
    if not trail:
        (run.parent / audit_trail.NAME).unlink()
    whole = json.loads((run / "manifest.json").read_text(encoding="utf-8"))
    whole["config"] = {"sources": whole["config"]["sources"]}  # the rest of it is tried by the seal
    rng = random.Random(11)
    everywhere = [at for at in places(whole) if at[:1] != ("config",) or len(at) <= 4]
    tried = [(at, value) for at in everywhere for value in JSON]
    for at, value in rng.sample(tried, 100):
        content = put(copy.deepcopy(whole), at, value)
        (run / "manifest.json").write_text(json.dumps(content), encoding="utf-8", errors="replace")
        code, said = verify(capsys)
        assert code == 3 if trail else code in {0, 3}, (at, value)
        assert "Traceback" not in said


@pytest.mark.parametrize(
    "text",
    [
        *(
            "",
            "{",
            "[]",
            "5",
            "null",
            "NaN",
            '"x"',
            "[" * 50_000,
            "\ufeff{}",
            "{" * 5,
            '{"a":' * 20_000,
        ),
        '{"inputs":[{}],"outputs":{},"raw":1,"study":"x"}',
    ],
)
def test_verify_malformed_manifest_is_no_manifest_of_pkpipe(run, capsys, text):
    (run / "manifest.json").write_text(text, encoding="utf-8")
    code, said = verify(capsys)
    assert code == 3
    assert "manifest.json: is no manifest of pkpipe" in said


def test_verify_malformed_manifest_that_is_a_pipe_or_binary_is_a_sentence(run, capsys):
    (run / "manifest.json").write_bytes(b"\xff\xfe\x00")
    assert verify(capsys)[0] == 3
    (run / "manifest.json").unlink()
    os.mkfifo(run / "manifest.json")
    code, said = verify(capsys)
    assert (code, "not a regular file" in said) == (3, True)


@pytest.mark.parametrize("value", [5, None, [], {"files": 5}, {"files": {"a": 1}}, {"files": None}])
def test_a_malformed_seal_is_code_3(run, capsys, value):
    (run / "FROZEN.json").write_text(json.dumps(value), encoding="utf-8")
    asked = ["cutoff", "tiny", "--date", CUTOFF, "--verify", "--config", "config/config.yaml"]
    assert main(asked) == 3
    assert "no readable FROZEN.json" in capsys.readouterr().err


@pytest.mark.parametrize("key", ["facts", "written", "raw", "made", "room", "changes", "rewritten"])
def test_a_malformed_record_stops_no_room(run, key):
    path = run / "logs" / "made" / "subjects.json"
    whole = json.loads(path.read_text(encoding="utf-8"))
    for value in (None, 5, "x", [], [1], {"a": 1}):
        path.write_text(json.dumps({**whole, key: value}), encoding="utf-8")
        assert main(["stage", "subjects", *AT, "--config", "config/config.yaml"]) == 0


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


def trail(study):
    return (study / audit_trail.NAME).read_text(encoding="utf-8").splitlines()


def test_the_trail_names_user_time_and_the_hash_of_the_line_before(run, capsys):
    frozen(capsys)
    first, second = map(json.loads, trail(run.parent))
    assert (first["action"], second["action"]) == ("run", "freeze")
    assert first["previous"] == "0" * 64
    assert second["previous"] == first["sha256"]
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
        audit_trail.append(run, "run", {"manifest.json": sha(run / "manifest.json")})
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
        "audit_trail.append(Path(sys.argv[1]), 'run', {'manifest.json': sys.argv[2]})"
    )
    words = [sys.executable, "-c", append, str(run), sha(run / "manifest.json")]
    many = [subprocess.Popen(words, env={**os.environ, "PYTHONPATH": str(ROOT)}) for _ in range(20)]
    assert [process.wait() for process in many] == [0] * 20
    assert audit_trail.verified(run.parent)[0] == 21
    path = run.parent / audit_trail.NAME
    with path.open("a") as file:
        file.write('{"seq": 22, "time"')  # as a process killed in the midst leaves it
    with pytest.raises(DataError, match="line 22 is cut off"):
        audit_trail.verified(run.parent)
    audit_trail.append(run, "run", {"manifest.json": sha(run / "manifest.json")})
    assert audit_trail.verified(run.parent)[0] == 22


def test_a_full_disk_leaves_no_half_line_in_the_trail(run, monkeypatch):
    before = trail(run.parent)

    def no_space(_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(audit_trail.os, "fsync", no_space)
    with pytest.raises(OutputError, match="No space left"):
        audit_trail.append(run, "run", {})
    assert trail(run.parent) == before


def test_files_of_the_future_are_of_now_before_a_room_writes(run, capsys):
    for path in run.rglob("*"):
        os.utime(path, (2_000_000_000, 2_000_000_000))
    assert main(["stage", "survival", *AT, "--config", "config/config.yaml"]) == 0
    assert "lay in the future" in capsys.readouterr().out
    assert max(p.stat().st_mtime for p in run.rglob("*") if p.is_file()) <= time.time() + 1


@pytest.mark.parametrize("day", ["2026-02-31", "2026-13-01", "2026-00-10", "1026-01-01"])
def test_an_impossible_day_in_a_target_is_a_sentence(here, day):
    with pytest.raises(ConfigError, match=day):
        asked_for(["--cores", "2", f"results/tiny/{day}/manifest.json"])


def test_a_question_is_no_run():
    for words in (["-n"], ["-np"], ["--dry-run", "-c1"], ["--lint"], ["--summary"], ["-c1", "-nF"]):
        assert only_asks(words), words
    for words in (["--cores", "2"], ["-c1", "--config", "study=n"], ["-F"], ["--unlock"], []):
        assert not only_asks(words), words


def test_a_dead_run_is_told_from_a_living_one(here):
    holder = (
        "import sys, time; from pkpipe.store import run_locks\n"
        "run_locks.enter(['tiny/2025-07-31']); print('in', flush=True); time.sleep(60)"
    )
    locks = here / ".snakemake" / "locks"
    locks.mkdir(parents=True)
    (locks / "0.output.lock").write_text(f"{RUN}/manifest.json\n", encoding="utf-8")
    with subprocess.Popen(
        [sys.executable, "-c", holder],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    ) as process:
        assert process.stdout.readline().strip() == "in"
        assert not list(locks.iterdir())  # it took the dead one away when it began
        (locks / "0.output.lock").write_text(f"{RUN}/manifest.json\n", encoding="utf-8")
        with pytest.raises(BusyError, match=f"process {process.pid}.* makes tiny at 2025-07-31"):
            run_locks.enter(["tiny/2025-07-31"])
        assert run_locks.heal() == []
        assert list(locks.iterdir())
        process.send_signal(signal.SIGKILL)
    assert run_locks.heal() == ["took away the lock of a killed run"]
    assert not list(locks.iterdir())
