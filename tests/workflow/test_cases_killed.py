"""The whole flow against signals, locks and full disks: healed or told."""

import os
import re
import shutil
import signal
import subprocess
import sys
import time

import pytest
from stored_runs import AT, CUTOFF
from tiny_checkouts import checkout, contents, run_of, sound, wrong

__all__ = ["checkout", "sound"]
pytestmark = pytest.mark.workflow

IMPORT = "from collections.abc import Mapping\n"  # in a room, where lines may be put in
IN_TRAIL = "    path = path_of(run.parent)\n    with"
QUIET = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}


def started(checkout, *words):
    """Plain Snakemake in the background, in a group of its own."""
    environment = {k: v for k, v in os.environ.items() if k not in {"PYTHONPATH", "PKPIPE_CONFIG"}}
    command = [sys.executable, "-m", "snakemake", "--cores", "2", *words]
    return subprocess.Popen(command, cwd=checkout.path, env=environment, **QUIET)


KILL = "    import os, signal\n    os.kill(os.getpid(), signal.SIGKILL)\n"  # as the out-of-memory killer does


@pytest.mark.parametrize("room", ["survival", "manifest"])
def test_killed_job_not_named_no_more_and_takes_no_manifest_away(checkout, room):
    run = run_of(checkout)
    manifest = (run / "manifest.json").read_bytes()
    where = (
        ("survival/curves/km.py", "def ")
        if room == "survival"
        else ("store/raw_archive.py", "def keep_raw")
    )
    path = checkout.path / "pkpipe" / where[0]
    text = path.read_text(encoding="utf-8")
    at = text.index(':\n    """', text.index(where[1])) + 2
    at = text.index('"""\n', at + 7) + 4
    path.write_text(text[:at] + KILL + text[at:], encoding="utf-8")
    (run / ".done").unlink()
    done = checkout.snakemake()
    assert done.returncode == 1
    assert f"results/tiny/{CUTOFF}/logs/{room}.log" in wrong(done)
    assert f"room {room} was ended by SIGKILL (signal 9)" in wrong(done)
    assert (run / "manifest.json").read_bytes() == manifest


def test_killed_job_not_named_no_more_where_its_log_vanishes_under_it(checkout):
    # In the room's own process: what names displays is read at the start, with the words of survival.
    gone = 'shutil.rmtree("results/tiny/2025-07-31/logs")\n    os._exit(9)\n'
    vanish = f'import os, shutil, sys\nif "survival" in sys.argv:\n    {gone}'
    checkout.edit("pkpipe/survival/__init__.py", IMPORT, f"{IMPORT}{vanish}")
    done = checkout.snakemake()
    assert done.returncode == 1
    assert "logs/survival.log" in wrong(done)


@pytest.mark.slow
def test_a_killed_snakemake_leaves_no_lock_to_a_plain_run_and_its_jobs_are_ended(checkout, sound):
    shutil.rmtree(checkout.path / "results")
    process = started(checkout)
    while not list((checkout.path / "results").rglob("*.parquet")):
        assert process.poll() is None
        time.sleep(0.02)
    # Meanwhile another run of the same results is refused, and so is unlocking; a question is answered.
    second = checkout.snakemake()
    assert second.returncode == 1
    assert re.search(
        rf"another run \(process {process.pid}\) makes tiny at {CUTOFF} here", second.stderr
    )
    assert checkout.snakemake("--unlock").returncode == 1
    busy = checkout.pkpipe("cutoff", "tiny", "--date", CUTOFF)
    assert (busy.returncode, process.poll()) == (75, None)
    assert checkout.snakemake("--dry-run").returncode == 0
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert list((checkout.path / ".snakemake" / "locks").iterdir())
    done = checkout.snakemake()
    assert done.returncode == 0, done.stderr
    assert "took away the lock of a killed run" in done.stderr
    assert contents(run_of(checkout)) == contents(run_of(sound))
    assert checkout.pkpipe("verify", str(run_of(checkout))).returncode == 0


@pytest.mark.slow
def test_disk_full_reason_of_a_room_is_code_74_of_cutoff(checkout):
    checkout.edit(
        "pkpipe/store/audit_trail.py",
        IN_TRAIL,
        f'    raise OSError(28, "No space left on device", str(run))\n{IN_TRAIL}',
    )
    (run_of(checkout) / ".done").unlink()
    done = checkout.pkpipe("cutoff", "tiny", "--date", CUTOFF)
    assert done.returncode == 74, done.stderr
    assert "cannot be written (No space left on device)" in wrong(done)
    assert "Traceback" not in done.stderr
    assert "a file cannot be written, see results/tiny" in done.stderr.splitlines()[-1]


@pytest.mark.slow
def test_disk_full_reason_with_results_on_a_small_disk_that_is_full_or_read_only(checkout):
    results = checkout.path / "results"
    kept = checkout.path / "kept"
    shutil.move(results, kept)
    results.mkdir()
    mounted = os.geteuid() == 0 and subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=2m", "none", str(results)], check=False, capture_output=True
    ).returncode == 0  # fmt: skip
    if not mounted:
        pytest.skip("a small disk can be mounted by a superuser only")
    try:
        done = checkout.pkpipe("cutoff", "tiny", "--date", CUTOFF)
        assert done.returncode == 74, done.stderr
        assert "No space left on device" in done.stderr
        assert "Traceback" not in done.stderr
        subprocess.run(["mount", "-o", "remount,size=200m", str(results)], check=True)
        assert checkout.pkpipe("cutoff", "tiny", "--date", CUTOFF).returncode == 0
        assert contents(run_of(checkout)) == contents(kept / "tiny" / CUTOFF)
        subprocess.run(["mount", "-o", "remount,ro", str(results)], check=True)
        for room in ("snapshot", "pk", "report", "manifest"):
            told = checkout.pkpipe("stage", room, *AT)
            assert told.returncode == 74, told.stderr
            assert "Read-only file system" in told.stderr
            assert "Traceback" not in told.stderr
    finally:
        subprocess.run(["umount", str(results)], check=True)
