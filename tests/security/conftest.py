"""The finished run that tests of what is stored take copies of."""

import os
import shutil
from pathlib import Path

import pytest
from stored_runs import AT, RUN, RUN_FILE
from support import ROOT

from pkpipe.cli import main
from pkpipe.rooms import ROOMS


@pytest.fixture(scope="session")
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
