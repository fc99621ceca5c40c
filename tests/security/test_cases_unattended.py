"""What is shipped and what starts it at night: the source archive is whole, the units say who and what."""

import configparser
import shutil
import subprocess
import sys
import tarfile

import pytest
from support import ROOT

SHIPPED = (
    "Snakefile",
    "rules",
    "config",
    "docs",
    "profiles",
    "tests",
    "pkpipe",
    "requirements.lock",
)
SHIPPED += (
    "pyproject.toml",
    "README.md",
    "LICENSE",
    "MANIFEST.in",
    "CHANGELOG.md",
    ".ci",
    "benchmarks",
)
SHIPPED += ("Makefile", "CONTRIBUTING.md", "requirements.in", "zensical.toml")
SHIPPED += ("requirements-site.in", "requirements-site.lock")
SHIPPED += ("requirements-s3.in", "requirements-s3.lock")
LEFT_OUT = {"__pycache__", ".mypy_cache", ".ruff_cache", ".pytest_cache", ".hypothesis"}


def test_the_source_archive_holds_what_a_checkout_holds(tmp_path):
    copy = tmp_path / "source"
    copy.mkdir()
    for name in SHIPPED:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns(*LEFT_OUT))
        else:
            shutil.copy2(ROOT / name, copy / name)
    build = (
        "import sys; from setuptools import build_meta; print(build_meta.build_sdist(sys.argv[1]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", build, str(tmp_path / "dist")],
        cwd=copy,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    with tarfile.open(next((tmp_path / "dist").glob("*.tar.gz"))) as archive:
        names = {name.partition("/")[2] for name in archive.getnames() if name.count("/")}
    there = {
        path.relative_to(copy).as_posix()
        for path in copy.rglob("*")
        if path.is_file() and not any(p.endswith(".egg-info") for p in path.parts)
    }
    assert {n for n in there - names if not n.startswith("build/")} == set()
    for name in (
        "Snakefile",
        "rules/pk.smk",
        "config/config.yaml",
        "requirements.lock",
        "docs/cutoffs.md",
    ):
        assert name in names


def unit(name):
    parser = configparser.RawConfigParser(strict=False)
    parser.optionxform = str
    parser.read(ROOT / "docs" / "systemd" / name)
    return parser


def test_the_unit_has_an_account_says_who_is_told_and_can_freeze():
    service = unit("pkpipe-cutoff@.service")
    assert service["Service"]["User"] == "pkpipe"
    assert service["Unit"]["OnFailure"] == "pkpipe-failed@%n.service"
    assert unit("pkpipe-failed@.service")["Service"]["ExecStart"]
    assert service["Service"]["ExecStart"].endswith("--reason ${REASON} $OPTIONS")
    assert service["Service"]["SuccessExitStatus"] == "75"
    told = (ROOT / "docs" / "scheduling.md").read_text(encoding="utf-8")
    for step in (
        "/etc/systemd/system/",
        "daemon-reload",
        "enable --now",
        "OPTIONS=--freeze",
        "REASON=",
        "useradd",
    ):
        assert step in told


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze is not here")
def test_systemd_takes_the_units(tmp_path):
    for path in (ROOT / "docs" / "systemd").iterdir():
        text = path.read_text(encoding="utf-8").replace("/srv/trials/.venv/bin/pkpipe", "/bin/true")
        (tmp_path / path.name).write_text(text.replace("User=pkpipe\nGroup=pkpipe\n", ""))
    done = subprocess.run(
        ["systemd-analyze", "verify", str(tmp_path / "pkpipe-cutoff@x.service")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Unknown" not in done.stderr
    assert "Failed to parse" not in done.stderr
