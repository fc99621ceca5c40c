"""A folder with a run file and a delivery."""

from pathlib import Path

import pytest
from ingest_places import RUN_FILE, Place


@pytest.fixture
def place(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    Path("config").mkdir()
    Path("config/config.yaml").write_text(RUN_FILE)
    Path("june/site").mkdir(parents=True)
    Path("june/pc.csv").write_bytes(b"A\n1\n")
    Path("june/site/ex.csv").write_bytes(b"B\n2\n")
    return Place(capsys)
