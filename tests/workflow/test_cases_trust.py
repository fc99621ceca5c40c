"""The whole flow against edited tables, clocks, signals, locks, names and transfers: healed or told."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import polars as pl
import pytest
from checkouts import HERE, ROOT, Checkout, copy_code

pytestmark = pytest.mark.workflow
CUTOFF = "2025-07-31"
AT = ("--study", "tiny", "--cutoff", CUTOFF)
RUN_FILE = """\
studies:
  tiny: {protocol: tiny.yaml, raw: deliveries/tiny, virtual_seed: null, cutoffs: [2025-07-31]}
"""
IMPORT = "from collections.abc import Mapping\n"  # in a room, where lines may be put in
IN_TRAIL = "    path = path_of(run.parent)\n    with"
QUIET = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}


def contents(folder):
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not {"logs", ".done"} & set(path.relative_to(folder).parts)
    }


@pytest.fixture(scope="module")
def sound(few, tmp_path_factory):
    """The tiny study alone, as plain Snakemake made it."""
    path = tmp_path_factory.mktemp("trusted") / "checkout"
    shutil.copytree(few.path, path, symlinks=True)
    (path / "config" / "config.yaml").write_text(RUN_FILE, encoding="utf-8")
    (path / "config" / "bat6026.yaml").unlink()
    for folder in ("data", "results/bat6026"):
        shutil.rmtree(path / folder)
    return Checkout(path)


@pytest.fixture
def checkout(sound, tmp_path):
    shutil.copytree(sound.path, tmp_path / "copy", symlinks=True)
    return Checkout(tmp_path / "copy")


def run_of(checkout):
    return checkout.results(("tiny", CUTOFF))


def started(checkout, *words):
    """Plain Snakemake in the background, in a group of its own."""
    environment = {k: v for k, v in os.environ.items() if k not in {"PYTHONPATH", "PKPIPE_CONFIG"}}
    command = [sys.executable, "-m", "snakemake", "--cores", "2", *words]
    return subprocess.Popen(command, cwd=checkout.path, env=environment, **QUIET)


def wrong(done):
    """The lines under What went wrong."""
    return done.stderr.partition("What went wrong:")[2]


@pytest.mark.parametrize(
    ("edited", "cut_off"),
    [
        (("escalation/ADDLT",), "escalation/DECISION"),
        pytest.param(
            ("validate/AE", "subjects/ADSL", "tumor/ADRS", "escalation/ADDLT"),
            "pk/ADPP",
            marks=pytest.mark.slow,
        ),
    ],
    ids=["one room", "several rooms"],
)
def test_launder_edited_table_is_made_anew_from_the_raw_files_by_the_next_run(
    checkout, sound, edited, cut_off
):
    run = run_of(checkout)
    for name in edited:
        frame = pl.read_parquet(run / f"{name}.parquet")
        text = next(n for n, t in frame.schema.items() if t == pl.String)
        frame.with_columns(pl.lit("N").alias(text)).write_parquet(run / f"{name}.parquet")
    (run / "cohorts" / "SUMMARY.csv").write_text("forged\n", encoding="utf-8")
    (run / f"{cut_off}.parquet").write_bytes(b"PAR1 cut off")
    done = checkout.snakemake()
    assert done.returncode == 0, done.stderr
    room = edited[0].partition("/")[0]
    told = rf"room {room} is made anew: .*{edited[0]}\.parquet.* changed since it was written"
    assert re.search(told, done.stderr)
    assert contents(run) == contents(run_of(sound))
    assert checkout.pkpipe("verify", str(run)).returncode == 0
    assert checkout.planned() == set()


def test_clock_was_ahead_and_what_was_made_then_stops_no_later_run(checkout):
    for path in [*(checkout.path / "results").rglob("*"), *(checkout.path / "config").rglob("*")]:
        os.utime(path, (2_000_000_000, 2_000_000_000))
    run = run_of(checkout)
    before = (run / "report" / "full.html").read_bytes()
    # Only the report and the manifest depend on it: every other file stays, and lay in the future.
    checkout.edit("pkpipe/report/page.html", "</body>", "<!-- today --></body>")
    done = checkout.snakemake()
    assert done.returncode == 0, wrong(done)
    assert (run / "report" / "full.html").read_bytes() != before
    assert checkout.planned() == set()
    assert checkout.pkpipe("verify", str(run)).returncode == 0


KILL = "    import os, signal\n    os.kill(os.getpid(), signal.SIGKILL)\n"  # as the out-of-memory killer does


@pytest.mark.parametrize("room", ["survival", "manifest"])
def test_killed_job_not_named_no_more_and_takes_no_manifest_away(checkout, room):
    run = run_of(checkout)
    manifest = (run / "manifest.json").read_bytes()
    where = (
        ("survival/km.py", "def ")
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
    vanish = 'import os, shutil\nshutil.rmtree("results/tiny/2025-07-31/logs")\nos._exit(9)\n'
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


def test_transfer_in_progress_is_code_3_of_cutoff_with_the_log_that_says_why(checkout):
    path, over = checkout.path / "deliveries" / "tiny" / "pc.csv", threading.Event()
    line = path.read_text(encoding="utf-8").splitlines()[-1]

    def transfer():
        while not over.wait(0.02):
            with path.open("a", encoding="utf-8") as file:
                file.write(line + "\n")

    thread = threading.Thread(target=transfer)
    thread.start()
    try:
        done = checkout.pkpipe("cutoff", "tiny", "--date", CUTOFF)
    finally:
        over.set()
        thread.join()
    assert done.returncode == 3, done.stderr
    assert "the raw files changed between planning this run and reading them" in done.stderr
    assert done.stderr.splitlines()[-1] == (
        f"tiny at {CUTOFF}: data refused, see results/tiny/{CUTOFF}/logs/snapshot.log"
    )


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


QUOTES = 'da\'ta/$(touch pwned) ;touch pwned "q" `touch pwned` & 试验'


@pytest.mark.parametrize("raw", [QUOTES, pytest.param("-x/y", marks=pytest.mark.slow)])
def test_shell_injection_raw_folder_and_results_and_study_files_are_names_whatever_is_in_them(
    tmp_path, raw
):
    checkout = Checkout(tmp_path / "ch eck;touch pwned$(touch pwned)'试'")
    copy_code(checkout.path)
    (checkout.path / "con fig;").mkdir()
    shutil.copy2(ROOT / "config" / "bat6026.yaml", checkout.path / "con fig;")
    entry = {
        "protocol": "bat6026.yaml",
        "raw": raw,
        "virtual_seed": 28,
        "cutoffs": ["2024-12-31"],
    }
    run_file = checkout.path / "con fig;" / "r'un 0.yaml"
    run_file.write_text(json.dumps({"studies": {"bat6026": entry}}), encoding="utf-8")
    done = checkout.snakemake(
        "--until", "snapshot", "--configfile", str(run_file.relative_to(checkout.path))
    )
    assert done.returncode == 0, done.stderr
    assert (checkout.path / raw / "pc.csv").is_file()
    assert not list(tmp_path.rglob("pwned"))


@pytest.mark.slow
@pytest.mark.parametrize("outer", ["Snakefile", "workflow/Snakefile"])
@pytest.mark.parametrize("how", ["config: config", "a dict", "nothing"])
def test_the_flow_runs_as_a_module_of_another_workflow(sound, tmp_path, outer, how):
    if (outer, how) == ("Snakefile", "a dict"):
        pytest.skip("looks like the other one")
    here = tmp_path / "outer"
    (here / "config").mkdir(parents=True)
    (here / outer).parent.mkdir(exist_ok=True)
    inner = tmp_path / "in ner"
    copy_code(inner)
    shutil.copytree(HERE / "tiny_raw", here / "deliveries" / "tiny")
    mine = here if how != "nothing" else inner
    (mine / "config").mkdir(exist_ok=True)
    shutil.copy2(ROOT / "tests" / "studies" / "tiny.yaml", mine / "config")
    (mine / "config" / "config.yaml").write_text(RUN_FILE, encoding="utf-8")
    studies = {
        "tiny": {
            "protocol": "config/tiny.yaml",
            "raw": "deliveries/tiny",
            "virtual_seed": None,
            "cutoffs": ["2025-07-31"],
        }
    }
    handed = {
        "config: config": "config: config",
        "nothing": "",
        "a dict": f"config: {{'studies': {studies}}}",
    }
    first = 'configfile: "config/config.yaml"\n' if how == "config: config" else ""
    (here / outer).write_text(
        f"{first}module pk:\n    snakefile: {str(inner / 'Snakefile')!r}\n"
        f"    {handed[how]}\nuse rule * from pk as pk_*\n"
        f'rule all:\n    default_target: True\n    input: "results/tiny/{CUTOFF}/snapshot/.done"\n',
        encoding="utf-8",
    )
    done = Checkout(here).snakemake("-s", outer)
    assert done.returncode == 0, done.stderr
    run = here / "results" / "tiny" / CUTOFF
    assert contents(run / "snapshot") == contents(run_of(sound) / "snapshot")


def test_an_impossible_day_in_a_target_is_one_sentence(checkout):
    done = checkout.snakemake("results/tiny/2026-02-31/manifest.json")
    assert done.returncode == 1
    assert "2026-02-31" in done.stderr
    assert "allowed: a whole date" in done.stderr
    assert "Traceback" not in done.stderr


def test_matplotlibrc_changes_report_no_more_when_a_room_draws_under_it(
    checkout, sound, monkeypatch
):
    rc = checkout.path / "matplotlibrc"
    rc.write_text("axes.labelsize: 14\nxtick.labelsize: 13\naxes.edgecolor: red\n")
    for name, value in {
        "MATPLOTLIBRC": str(rc),
        "TZ": "Asia/Shanghai",
        "LC_ALL": "C",
        "PYTHONHASHSEED": "77",
        "POLARS_ENGINE_AFFINITY": "streaming",
        "SOURCE_DATE_EPOCH": "1",
    }.items():
        monkeypatch.setenv(name, value)
    for room in ("snapshot", "validate", "subjects", "pk", "report"):
        assert checkout.pkpipe("stage", room, *AT).returncode == 0
    assert contents(run_of(checkout)) == contents(run_of(sound))


def test_a_question_in_a_copy_of_the_folder_is_quiet(sound):
    assert Path(sound.path / ".snakemake" / "pkpipe.runs").is_dir()
    assert sound.planned() == set()
