"""The whole flow against edited tables, clocks, transfers, names and settings: healed or told."""

import json
import os
import re
import shutil
import threading
from pathlib import Path

import polars as pl
import pytest
from checkouts import HERE, ROOT, Checkout, copy_code
from stored_runs import AT, CUTOFF, RUN_FILE
from tiny_checkouts import checkout, contents, run_of, sound, wrong

__all__ = ["checkout", "sound"]
pytestmark = pytest.mark.workflow


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
