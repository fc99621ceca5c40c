"""A killed ingest, a second one, a run, a full disk: no file is half there, and the same command goes on."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from support import ROOT

from pkpipe.errors import OutputError
from pkpipe.ingest import placing
from pkpipe.ingest.taken_in import alone
from pkpipe.store import audit_chain, run_locks

PC, EX, NEW = b"A\n1\n", b"B\n2\n", b"A\n1\n9\n"


KILLED = """
import os, signal, sys
from pkpipe.cli import main
from pkpipe.ingest import {module}
first = {module}.{function}
done = []
def killed(*words, **more):
    if len(done) == 1:
        os.kill(os.getpid(), signal.SIGKILL)
    done.append(1)
    return first(*words, **more)
{module}.{function} = killed
main(["ingest", "june", "--study", "abc101"])
"""


@pytest.mark.parametrize(
    ("module", "function"),
    [("copying", "_proved"), ("placing", "place_of"), ("taken_in", "disk.writing")],
)
def test_after_kill_9_no_file_is_half_there_and_the_next_ingest_ends_well(place, module, function):
    code = KILLED.format(module=module, function=function)
    ended = subprocess.run(
        [sys.executable, "-c", code], env=os.environ | {"PYTHONPATH": str(ROOT)}, check=False
    )
    assert ended.returncode == -9
    for name, content in place.in_raw().items():
        if "partial" not in name:
            assert content in (PC, EX)
    assert place.ingest("june")[0] == 0
    assert place.in_raw() == {"pc.csv": PC, "site/ex.csv": EX}
    assert place.half_written() == []
    audit_chain.verified(place.study)


def test_what_a_dead_process_left_in_the_raw_folder_is_taken_away_and_nothing_else(place):
    place.raw.mkdir(parents=True)
    (place.raw / ".pc.csv.4194999.partial.csv").write_bytes(b"half")
    (place.raw / f".ex.csv.{os.getpid()}.partial.csv").write_bytes(b"of one who lives")
    assert place.ingest("june")[0] == 0
    assert place.half_written() == [place.raw / f".ex.csv.{os.getpid()}.partial.csv"]


def test_while_a_run_of_the_study_reads_nothing_is_placed_and_later_it_is(place, monkeypatch):
    alive = [run_locks.Run(77, ("abc101/2026-03-31",))]
    monkeypatch.setattr(run_locks, "others", lambda: alive)
    code, said = place.ingest("june")
    assert code == 75
    assert "process 77" in said
    assert not Path("raw").exists()
    alive[:] = [run_locks.Run(77, ("other/2026-03-31",))]
    assert place.ingest("june")[0] == 0


def test_a_second_ingest_of_the_study_at_once_is_told_to_wait(place):
    with alone(place.study):
        assert place.ingest("june")[0] == 75


def test_a_raw_folder_that_cannot_be_written_ends_with_74_and_without_a_change(place, monkeypatch):
    place.raw.parent.mkdir()
    place.raw.write_bytes(b"a file where the folder should be")
    code, said = place.ingest("june")
    assert code == OutputError.exit_code
    assert "raw/abc101" in said


def test_a_full_disk_while_placing_leaves_the_old_content_whole(place, monkeypatch):
    place.ingest("june")
    Path("june/pc.csv").write_bytes(NEW)

    def full(*_):
        raise OSError(28, os.strerror(28))

    monkeypatch.setattr(placing.shutil, "copyfile", full)
    code, said = place.ingest("june")
    assert code == OutputError.exit_code
    assert "No space left" in said
    assert place.in_raw()["pc.csv"] == PC
