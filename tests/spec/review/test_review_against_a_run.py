"""The value after a click is that of the next run, to the last bit; a killed server leaves a whole ledger."""

import os
import signal
import subprocess
import sys
from contextlib import chdir
from pathlib import Path

import polars as pl
import pytest
from review_runs import HOST, Browser
from support import ROOT

from pkpipe.cli import main
from pkpipe.protocol.runs_asked_for import load_runs
from pkpipe.review.acts import Act, with_acts
from pkpipe.review.desk import Desk
from pkpipe.review.study_run import Reviewed
from pkpipe.schema.adam.by_room import BY_ROOM

STUDY, CUTOFF = "bat6026", "2025-02-28"
KEYS = {table.code: list(table.key) for table in BY_ROOM["pk"]}
KILLED = Path(__file__).parent / "killed_while_applying.py"


def staged(folder, *rooms):
    with chdir(folder):
        for room in rooms:
            assert main(["stage", room, "--study", STUDY, "--cutoff", CUTOFF]) == 0, room


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A virtual trial whose study file names a ledger with nothing in it, run as far as pk."""
    made = tmp_path_factory.mktemp("virtual")
    (made / "config").mkdir()
    text = (ROOT / "config" / "bat6026.yaml").read_text(encoding="utf-8")
    named = text.replace("  # LEDGER: {files", "  LEDGER: {files")
    assert named != text
    (made / "config" / "bat6026.yaml").write_text(named, encoding="utf-8")
    (made / "config" / "config.yaml").write_text(
        f"studies:\n  {STUDY}: {{protocol: bat6026.yaml, raw: raw, virtual_seed: 7, cutoffs: [{CUTOFF}]}}\n",
        encoding="utf-8",
    )
    with chdir(made):
        drawn = ["simulate", "config/bat6026.yaml", "-o", "raw", "--seed", "7"]
        assert main(drawn) == 0
    head = "ENTRY,ACTION,TARGET,USUBJID,PARCAT1,ADTM,AVAL,REASON,RECBY,RECDT,APPRBY\n"
    (made / "raw" / "ledger.csv").write_text(head, encoding="utf-8")
    staged(made, "snapshot", "validate", "subjects", "pk")
    return made


def desk_of():
    config = Path("config/config.yaml")
    entry = load_runs(config, STUDY, CUTOFF).studies[0]
    return Desk(Reviewed(entry, Path("results") / STUDY / CUTOFF, config))


def decisions(desk):
    """A sample, points of a slope, a parameter and a profile, of four profiles with a slope."""
    state = desk.now()
    rich = state.fits["PROFILE"].unique(maintain_order=True).to_list()
    one, two, three, four = rich[:4]
    drawn = state.found.it.drawn.filter(pl.col("CONC") > 0, pl.col("TIME") > 0)
    of = {name: drawn.filter(pl.col("PROFILE") == name)["SRCID"].to_list() for name in rich[:4]}
    return [
        Act(kind="sample", profile=one, sample=of[one][1], reason="haemolysed"),
        *(Act(kind="slope_pick", profile=two, sample=s, reason="by eye") for s in of[two][-3:]),
        Act(kind="parameter", profile=three, parameter="LAMZ", reason="too short"),
        Act(kind="profile", profile=four, reason="wrong line"),
    ]


@pytest.mark.slow
def test_the_values_after_a_click_are_those_of_the_next_run_to_the_last_bit(folder):
    with chdir(folder):
        desk = desk_of()
        assert desk.now().found.adpp.equals(pl.read_parquet(desk.run.path("pk/ADPP")))
        acts = decisions(desk)
        shown = with_acts(desk.kinetics, desk.sound(), acts)
        browser = Browser(desk).enter()
        asked = {
            "acts": [act.model_dump() for act in acts],
            "name": "A. Wu",
            "approver": "B. Li",
            "seen": desk.ledger().sha256,
        }
        assert browser.post("/review/apply", asked).status == 200
        assert "ledger.csv is another file" in browser.get("/review/profiles").text
    staged(folder, "snapshot", "validate", "subjects", "pk")
    with chdir(folder):
        made = {n: pl.read_parquet(desk.run.path(f"pk/{n}")) for n in ("ADPP", "PKSTAT", "LZFIT")}
        written = desk.now()
    assert made["LZFIT"].height == shown.fits.height
    for name, now, clicked in (
        ("ADPP", written.found.adpp, shown.found.adpp),
        ("PKSTAT", written.summary, shown.summary),
        ("LZFIT", written.fits, shown.fits),
    ):
        run, later, seen = (t.sort(KEYS[name], nulls_last=True) for t in (made[name], now, clicked))
        assert run.equals(later.select(run.columns)), name
        numbers = [c for c, kind in run.schema.items() if kind.is_numeric()]
        assert run.select(numbers).equals(seen.select(numbers)), name


def test_a_study_file_that_was_changed_is_read_again(folder):
    with chdir(folder):
        browser = Browser(desk_of()).enter()
        path = Path("config/bat6026.yaml")
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace("span_min: 2", "span_min: 3"), encoding="utf-8")
        page = browser.get("/review/profiles").text
        path.write_text(text.replace("auc_method: ", "auc_methode: "), encoding="utf-8")
        wrong = browser.get("/review/profiles")
        path.write_text(text, encoding="utf-8")
    assert "terminal points span less than 3 half-lives" in page
    assert wrong.status == 422
    assert "auc_methode" in wrong.text


@pytest.mark.slow
@pytest.mark.parametrize("step", ["write", "sync", "replace", "trail"])
def test_a_server_killed_while_it_writes_leaves_the_ledger_of_before_or_after(tmp_path, step):
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "tests")])}
    command = [sys.executable, str(KILLED), str(tmp_path), step]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == -signal.SIGKILL, done.stderr
    text = (tmp_path / "raw" / "ledger.csv").read_text(encoding="utf-8")
    before, _, added = text.partition("\n")
    assert before.startswith("ENTRY,ACTION")
    assert added.count("\n") == (1 if step == "trail" else 0)
    assert text.endswith("\n")


def test_the_server_answers_on_this_machine_alone_and_ends_when_asked(folder):
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "pkpipe", "review", STUDY, CUTOFF, "--no-browser"]
    with subprocess.Popen(
        command,
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as server:
        first = server.stdout.readline()
        assert first.startswith("http://127.0.0.1:")
        assert "?token=" in first
        port = int(first.split(":")[2].split("/")[0])
        listening = [
            line.split()[1]
            for line in Path("/proc/net/tcp").read_text(encoding="ascii").splitlines()[1:]
            if int(line.split()[1].split(":")[1], 16) == port and line.split()[3] == "0A"
        ]
        assert {place.split(":")[0] for place in listening} == {"0100007F"}
        server.send_signal(signal.SIGTERM)
        assert server.wait(timeout=60) == 0
    assert HOST.startswith("127.0.0.1")
