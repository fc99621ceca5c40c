"""What pip installs runs from an empty folder: no checkout, no file of one."""

import os
import re
import shutil
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

import polars as pl
import pytest
from checkouts import HERE, ROOT

pytestmark = [pytest.mark.workflow, pytest.mark.slow]
SOURCES = ("pkpipe", "rules", "profiles", "config", "docs")
FILES = (
    *("Snakefile", "pyproject.toml", "setup.py", "MANIFEST.in"),
    *("README.md", "LICENSE", "requirements.lock"),
)
CUTOFF = "2025-07-31"


def pip(*words, cwd=None):
    command = [sys.executable, "-m", "pip", *words]
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """The scripts of an environment with the wheel; other packages are those of the tests' own."""
    folder = tmp_path_factory.mktemp("wheel")
    source = folder / "source"
    source.mkdir()
    for name in SOURCES:
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / name, source / name, ignore=ignored)
    for name in FILES:
        shutil.copy2(ROOT / name, source / name)
    pip("wheel", ".", "--no-build-isolation", "--no-deps", "-w", str(folder / "out"), cwd=source)
    shutil.rmtree(source)
    (wheel,) = (folder / "out").glob("*.whl")
    venv.create(folder / "env", with_pip=False)
    python = folder / "env" / "bin" / "python"
    (packages,) = (folder / "env" / "lib").glob("python*/site-packages")
    (packages / "tests.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    pip("--python", str(python), "install", "--no-deps", "--no-index", str(wheel))
    return python.parent


@pytest.fixture(scope="module")
def work(installed, tmp_path_factory):
    """An empty folder but for raw tables and, after init, a study; a function that runs a command in it."""
    folder = tmp_path_factory.mktemp("empty")
    shutil.copytree(HERE / "tiny_raw", folder / "raw")
    environment = {k: v for k, v in os.environ.items() if k not in {"PYTHONPATH", "PKPIPE_CONFIG"}}
    environment["PATH"] = f"{installed}{os.pathsep}{environment['PATH']}"

    def command(*words):
        return subprocess.run(
            [str(installed / "pkpipe"), *words],
            cwd=folder,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )

    made = command("init", "tiny", "--raw", "raw")
    assert made.returncode == 0, made.stderr
    study = (ROOT / "tests" / "studies" / "tiny.yaml").read_text(encoding="utf-8")
    few = study.replace("report: {one_page: true", "report: {one_page: true, displays: [T14.1.1.1]")
    assert few != study
    (folder / "config" / "tiny.yaml").write_text(few, encoding="utf-8")
    return folder, command


def said(installed, code):
    """What a program of the environment prints, away from any checkout."""
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONPATH"}
    done = subprocess.run(
        [str(installed / "python"), "-c", code],
        cwd="/",
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


def test_the_package_is_the_installed_one_and_carries_the_flow(installed):
    code = "import pkpipe.shipped as s; print(s.root()); print(*s.examples(), sep='\\n')"
    told = said(installed, code).splitlines()
    assert told[0].startswith(str(installed.parent))
    assert len(told) == 3
    assert all(Path(name).is_file() for name in told[1:])


def test_a_qualification_finds_lock_record_and_answers_in_the_wheel(installed):
    """The installation is judged whole; of the operation, the answers that need no study."""
    code = """
from pkpipe.qualify import installation
from pkpipe.qualify.areas import Area, checks_of
from pkpipe.qualify.compared_answers import numbered
asked = [Area("OQ", "nca", "peers_of_nca"), Area("OQ", "escalation", "dose_decisions")]
table = numbered([*installation.checks(2), *map(checks_of, asked)])
wrong = table.filter(~table["verdict"].is_in(["PASS", "LISTED"]))
own = wrong.filter(wrong["id"].str.starts_with("OQ") | wrong["item"].str.contains("pkpipe"))
print(table.height, own.height)
"""
    number, wrong = map(int, said(installed, code).split())
    assert number > 13_000
    assert wrong == 0


def without_network():
    """A network of its own, where the machine lets one be made."""
    words = ["unshare", "-rn"]
    if shutil.which("unshare") is None:
        return []
    tried = subprocess.run([*words, "true"], capture_output=True, check=False)
    return words if tried.returncode == 0 else []


def qualified(installed, folder):
    """The whole qualification in an empty folder, without network and without a checkout beside it."""
    environment = {k: v for k, v in os.environ.items() if k not in {"PYTHONPATH", "PKPIPE_CONFIG"}}
    words = ["qualify", "-o", "q", "--cores", "2", "--date", "2026-11-29"]
    return subprocess.run(
        [*without_network(), str(installed / "pkpipe"), *words],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


LEAST = {
    **{"IQ-1": 4, "IQ-2": 100, "IQ-3": 100, "OQ-NCA": 9_845, "OQ-SURV": 3_700, "OQ-ESC": 400},
    **{"OQ-RECIST": 1, "OQ-ADA": 1, "OQ-CTCAE": 1, "OQ-PKSTAT": 1, "OQ-EX": 1, "OQ-NC": 1},
    **{"OQ-NEG": 1, "PQ": 100},
}


def test_the_whole_qualification_passes_without_network_and_gives_the_same_bytes_again(
    installed, tmp_path
):
    folders = [tmp_path / "first", tmp_path / "second"]
    for folder in folders:
        folder.mkdir()
        done = qualified(installed, folder)
        assert done.returncode == 0, done.stderr[-3000:]
        assert " 0 FAIL)" in done.stdout
    first, second = ((f / "q" / "SHA256SUMS").read_text("utf-8") for f in folders)
    assert first == second
    table = pl.read_csv(folders[0] / "q" / "checks.csv", infer_schema=False)
    for requirement, least in LEAST.items():
        rows = table.filter(pl.col("id").str.starts_with(requirement))
        assert rows.height >= least, requirement
        assert {*rows["verdict"]} <= {"PASS", "LISTED", "DEVIATION"}
    named = ("id", "requirement", "source", "expected", "got", "tolerance", "verdict", "item")
    assert table.select(named).null_count().row(0) == (0,) * len(named)
    places = re.compile(r"/(?:home|root|tmp|Users|work)/|https?://(?!www\.w3\.org)|[A-Z]:\\")
    for name in ("checks.csv", "qualification.html", "qualification.rtf"):
        assert not places.search((folders[0] / "q" / name).read_text(encoding="utf-8")), name


def test_a_changed_file_of_the_installed_package_is_named(installed):
    (known,) = installed.parent.rglob("site-packages/pkpipe/units/known.py")
    sound = known.read_bytes()
    code = """
from pkpipe.qualify import installation
from pkpipe.qualify.compared_answers import numbered
table = numbered(installation.checks(2))
print(*table.filter(verdict="FAIL")["got"], sep="\\n")
"""
    known.write_bytes(sound + b"\n")
    try:
        assert said(installed, code) == "pkpipe/units/known.py is altered\n"
    finally:
        known.write_bytes(sound)


def test_init_check_run_and_cutoff_work_in_an_empty_folder(work):
    folder, command = work
    assert command("check", "tiny").returncode == 0
    ran = command("run", "--cores", "2", "--config", "study=tiny", f"cutoff={CUTOFF}")
    assert ran.returncode == 0, ran.stderr[-3000:]
    results = folder / "results" / "tiny" / CUTOFF
    assert (results / "report" / "index.html").is_file()
    again = command("run", "--cores", "2", "--config", "study=tiny", f"cutoff={CUTOFF}")
    assert "Nothing to be done" in again.stderr + again.stdout
    closed = command(
        "cutoff", "tiny", "--date", CUTOFF, "--freeze", "--as", "A. Tester", "--reason", "a test"
    )
    assert closed.returncode == 0, closed.stderr[-3000:]
    assert command("cutoff", "tiny", "--date", CUTOFF, "--verify").returncode == 0
