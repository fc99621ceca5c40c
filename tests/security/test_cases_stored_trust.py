"""What is stored is not believed: tables and the marks of rooms, each edited by hand."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from stored_runs import AT, CUTOFF, RUN, replaced_everywhere, sha, tampered, verify
from support import ROOT

from pkpipe import disk
from pkpipe.cli import main
from pkpipe.errors import BusyError, ConfigError, DataError
from pkpipe.rooms import BY_NAME, ROOMS
from pkpipe.start import asked_for, doubted, only_asks
from pkpipe.store import finished_rooms, run_locks
from pkpipe.store.run_tables import read_inputs


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


def test_a_file_that_another_room_writes_meanwhile_is_none_of_the_future(tmp_path, monkeypatch):
    def written_while_looking(folder, pattern):
        path = folder / f"of_another_room{len(pattern)}"
        while not path.exists() or path.stat().st_mtime <= begun:
            path.write_text("x")
        yield path

    begun = time.time()
    monkeypatch.setattr(Path, "rglob", written_while_looking)
    assert disk.not_ahead(tmp_path) == 0


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


def test_launder_edited_table_a_manifest_is_of_the_study_file_that_made_its_rooms(
    here, run, capsys
):
    """A limit changed after the run: only the displays were made anew, and the whole was sealed as of it."""
    file = here / "config" / "tiny.yaml"
    file.write_text(
        file.read_text(encoding="utf-8").replace("lloq: 0.1", "lloq: 10"), encoding="utf-8"
    )
    before = (run / "manifest.json").read_bytes()
    config = ("--config", "config/config.yaml")
    assert main(["stage", "displays", *AT, *config]) == 0
    capsys.readouterr()
    assert main(["stage", "manifest", *AT, *config]) == 3
    told = capsys.readouterr().err
    assert "pk: the study file was changed since" in told
    assert "displays: the study file" not in told
    assert (run / "manifest.json").read_bytes() == before
