"""What goes wrong in the middle: the next run heals it or refuses with a sentence; the bytes stay equal."""

import ctypes
import json
import os
import random
import re
import resource
import shutil
import signal
import subprocess
import sys
import time

import pytest
from checkouts import HERE, ROOT, Checkout, copy_code, only_displays

pytestmark = [pytest.mark.workflow, pytest.mark.slow]
CUTOFF = "2025-07-31"
AT = ("--study", "tiny", "--cutoff", CUTOFF)
RUN_FILE = """\
studies:
  tiny: {protocol: tiny.yaml, raw: deliveries/tiny, virtual_seed: null, cutoffs: [2025-07-31]}
"""
MARKS = ("logs", ".done")


def contents(folder):
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not set(path.relative_to(folder).parts) & set(MARKS)
    }


@pytest.fixture(scope="module")
def sound(tmp_path_factory):
    """The tiny study, run once without any trouble."""
    path = tmp_path_factory.mktemp("sound") / "checkout"
    copy_code(path)
    (path / "config").mkdir()
    (path / "config" / "config.yaml").write_text(RUN_FILE, encoding="utf-8")
    shutil.copy2(ROOT / "tests" / "studies" / "tiny.yaml", path / "config")
    shutil.copytree(HERE / "tiny_raw", path / "deliveries" / "tiny")
    checkout = Checkout(path)
    only_displays(checkout)
    done = checkout.pkpipe("cutoff", "tiny", "--date", CUTOFF, "--cores", "2")
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == f"tiny at {CUTOFF}: done"
    return checkout


@pytest.fixture
def checkout(sound, tmp_path):
    shutil.copytree(sound.path, tmp_path / "copy", symlinks=True)
    return Checkout(tmp_path / "copy")


def folder(checkout):
    return checkout.results(("tiny", CUTOFF))


def start(checkout, *words, also=None, **more):
    environment = {**os.environ, "PYTHONPATH": str(checkout.path), **(also or {})}
    return subprocess.Popen(
        [sys.executable, "-m", "pkpipe", *words],
        cwd=checkout.path,
        env=environment,
        text=True,
        **({"stdout": subprocess.PIPE, "stderr": subprocess.PIPE} | more),
    )


def test_a_room_killed_at_thirty_points_leaves_its_tables_whole_and_runs_again(checkout, sound):
    right = contents(folder(sound))
    rng = random.Random(30)
    began = time.monotonic()
    assert checkout.pkpipe("stage", "subjects", *AT).returncode == 0
    whole = time.monotonic() - began
    killed = tries = 0
    while killed < 30:
        tries += 1
        assert tries < 200, "the room is always done before it can be killed"
        process, began = start(checkout, "stage", "subjects", *AT), time.monotonic()
        try:
            process.communicate(timeout=rng.uniform(0.5, 1.05) * whole)
            whole = time.monotonic() - began  # so long it takes now, with what else runs here
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
            killed += process.returncode == -signal.SIGKILL
        # Whatever lies there is whole: each file is that of the run before or of this one, which are equal.
        now = contents(folder(checkout))
        assert {name: now.get(name) for name in right} == right
    assert checkout.pkpipe("stage", "subjects", *AT).returncode == 0
    assert checkout.pkpipe("verify", str(folder(checkout))).returncode == 0


def test_a_killed_snakemake_is_ended_and_healed_by_the_next_run(checkout, sound):
    shutil.rmtree(checkout.path / "results")
    # Into no pipe: what lives on would keep it open.
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    process = start(checkout, "cutoff", "tiny", "--date", CUTOFF, **quiet)
    session = checkout.path / ".snakemake" / "pkpipe.session"
    while not session.is_file():
        assert process.poll() is None
        time.sleep(0.05)
    while not list((checkout.path / "results").rglob("*.parquet")):
        assert process.poll() is None
        time.sleep(0.05)
    leader = int(session.read_text(encoding="ascii").split()[0])
    process.kill()
    process.wait()
    os.kill(leader, signal.SIGKILL)
    done = checkout.pkpipe("cutoff", "tiny", "--date", CUTOFF)
    assert done.returncode == 0, done.stderr
    assert "took away the lock of a killed run" in done.stderr
    assert contents(folder(checkout)) == contents(folder(sound))


def test_a_second_run_is_told_that_the_first_is_busy(checkout):
    holder = (
        "import time; from pkpipe.cli import one_run\n"
        "with one_run.alone(0) as mine: print(mine, flush=True); time.sleep(60)"
    )
    environment = {**os.environ, "PYTHONPATH": str(checkout.path)}
    with subprocess.Popen(
        [sys.executable, "-c", holder],
        cwd=checkout.path,
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
    ) as first:
        assert first.stdout.readline().strip() == "True"
        done = checkout.pkpipe("cutoff", "tiny", "--date", CUTOFF, "--wait", "0.5")
        first.kill()
    assert done.returncode == 75
    assert done.stderr.strip().endswith("another run is busy here, nothing was done")
    assert checkout.pkpipe("cutoff", "tiny", "--date", CUTOFF).returncode == 0


def test_a_full_disk_leaves_what_was_there_and_says_so(checkout, sound):
    def small_files():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (2048, 2048))

    environment = {"PYTHONDONTWRITEBYTECODE": "1"}  # which is not noticed when written in part
    process = start(checkout, "stage", "pk", *AT, also=environment, preexec_fn=small_files)
    said = process.communicate()[1]
    assert process.returncode == 74
    assert re.search(
        r"cannot be written \((File too large|no space, or a file too large)\); what was there",
        said,
    )
    assert "Traceback" not in said
    assert contents(folder(checkout)) == contents(folder(sound))
    assert checkout.pkpipe("stage", "pk", *AT).returncode == 0
    assert contents(folder(checkout)) == contents(folder(sound))


def test_a_truncated_table_is_refused_by_name_and_made_anew(checkout, sound):
    path = folder(checkout) / "subjects" / "ADSL.parquet"
    path.write_bytes(path.read_bytes()[:100])
    done = checkout.pkpipe("stage", "cohorts", *AT)
    assert done.returncode == 3
    assert "subjects/ADSL.parquet: is not what room subjects wrote" in done.stderr
    assert checkout.pkpipe("verify", str(folder(checkout))).returncode == 3
    assert checkout.pkpipe("cutoff", "tiny", "--date", CUTOFF).returncode == 0
    assert contents(folder(checkout)) == contents(folder(sound))


def bound_by_permissions():
    """Before a process starts: a superuser gives up writing wherever it likes (CAP_DAC_OVERRIDE)."""
    drop, override, read_search = 24, 1, 2  # linux/prctl.h, linux/capability.h
    for capability in (override, read_search):
        ctypes.CDLL(None).prctl(drop, capability, 0, 0, 0)


def test_results_that_cannot_be_written_are_a_sentence(checkout, sound):
    target = folder(checkout)
    for path in (target, target / "pk"):
        path.chmod(0o555)
    try:
        process = start(checkout, "stage", "pk", *AT, preexec_fn=bound_by_permissions)
        said = process.communicate()[1]
    finally:
        for path in (target, target / "pk"):
            path.chmod(0o755)
    assert process.returncode == 74
    assert "cannot be written (Permission denied); what was there before stays" in said
    assert "Traceback" not in said
    assert contents(folder(checkout)) == contents(folder(sound))


def test_refused_data_are_code_3_and_leave_everything_as_it_was(checkout, sound):
    checkout.edit("deliveries/tiny/pc.csv", ",EOI,1,", ",EOI,one,")
    done = checkout.pkpipe("cutoff", "tiny", "--date", CUTOFF, "--freeze", "--reason", "meeting 3")
    assert done.returncode == 3
    assert f"tiny at {CUTOFF}: data refused, see results/tiny/{CUTOFF}/logs/findings.csv" in (
        done.stderr.splitlines()
    )
    assert contents(folder(checkout)) == contents(folder(sound))
    assert checkout.pkpipe("verify", str(folder(checkout))).returncode == 0


def test_a_clock_set_back_changes_nothing(checkout, sound):
    checkout.edit(
        "deliveries/tiny/ae.csv", "Nausea,Nausea", "Vomiting,Nausea", modified=946_684_800.0
    )
    for path in folder(checkout).rglob("*"):
        os.utime(path, (2_000_000_000, 2_000_000_000))
    assert checkout.pkpipe("cutoff", "tiny", "--date", CUTOFF).returncode == 0
    assert b"Vomiting" in (folder(checkout) / "safety" / "ADAE.csv").read_bytes()
    checkout.edit(
        "deliveries/tiny/ae.csv", "Vomiting,Nausea", "Nausea,Nausea", modified=946_684_800.0
    )
    assert checkout.pkpipe("cutoff", "tiny", "--date", CUTOFF).returncode == 0
    assert contents(folder(checkout)) == contents(folder(sound))


def trail(checkout):
    path = checkout.path / "results" / "tiny" / "AUDIT.jsonl"
    return path.read_text(encoding="utf-8").splitlines()


def frozen_with_a_reason(checkout, asked):
    """Nothing is closed for good without one."""
    refused = checkout.pkpipe(*asked, "--freeze")
    assert (refused.returncode, "needs a reason: --reason" in refused.stderr) == (2, True)
    assert not (folder(checkout) / "FROZEN.json").exists()
    closed = checkout.pkpipe(*asked, "--freeze", "--reason", "meeting 3")
    assert closed.stdout.strip().endswith("done, frozen")


def revised(checkout, asked):
    """A revision is kept only with the words of a person; without them it is said what differs."""
    unsaid = checkout.pkpipe(*asked)
    assert unsaid.returncode == 2
    assert "a revision needs a reason: --reason" in unsaid.stderr
    assert "AETERM: Nausea -> Vomiting (data corrected)" in unsaid.stderr
    assert not folder(checkout).with_name(f"{CUTOFF}.r2").exists()
    assert not (checkout.path / "results.unfinished").exists()
    other = checkout.pkpipe(*asked, "--as", "Li Wei", "--reason", "AE corrected by the site")
    assert other.returncode == 0, other.stderr
    line = [json.loads(text) for text in trail(checkout) if '"revision"' in text][-1]
    assert (line["as"], line["reason"]) == ("Li Wei", "AE corrected by the site")
    assert "AETERM: Nausea -> Vomiting" in line["found"]
    return other


def test_a_frozen_cutoff_stays_and_other_data_become_a_revision_that_says_what_differs(checkout):
    asked = ("cutoff", "tiny", "--date", CUTOFF)
    assert checkout.pkpipe(*asked, "--verify").returncode == 3
    frozen_with_a_reason(checkout, asked)
    frozen = contents(folder(checkout))
    assert checkout.pkpipe(*asked, "--verify").returncode == 0
    same = checkout.pkpipe(*asked)
    assert "made anew it is the same" in same.stdout
    checkout.edit("deliveries/tiny/ae.csv", "Nausea,Nausea", "Vomiting,Nausea")
    assert checkout.planned() == set()
    other = revised(checkout, asked)
    assert f"revision {CUTOFF}.r2 beside {CUTOFF}" in other.stdout
    assert "AETERM: Nausea -> Vomiting (data corrected)" in other.stdout
    assert contents(folder(checkout)) == frozen
    beside = folder(checkout).with_name(f"{CUTOFF}.r2")
    at_revision = ("tiny", beside.name, "ADAE")
    assert checkout.pkpipe("verify", str(beside)).returncode == 0
    first = checkout.pkpipe("verify", str(folder(checkout)))
    assert first.returncode == 0, first.stderr
    assert "/ae.csv: was changed since; what the run read is kept in .raw/" in first.stdout
    assert "raw file ae.csv has other content" in checkout.pkpipe("why", *at_revision).stdout
    assert (
        json.loads((beside / "manifest.json").read_text(encoding="utf-8"))["raw"]
        == "../../../deliveries/tiny"
    )
    (folder(checkout) / "pk" / "ADPP.csv").write_text("changed\n", encoding="utf-8")
    told = checkout.pkpipe(*asked, "--verify")
    assert told.returncode == 3
    assert "pk/ADPP.csv: was changed" in told.stderr
