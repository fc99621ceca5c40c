"""IQ: packages against the lock with its markers, every file against its RECORD."""

from __future__ import annotations

import hashlib
from base64 import urlsafe_b64encode
from importlib.metadata import Distribution, PathDistribution
from pathlib import Path

import pytest

from pkpipe.qualify import installation
from pkpipe.qualify.compared_answers import DEVIATION, FAIL, PASS
from pkpipe.qualify.lock import locked, needed
from pkpipe.shipped import root


def installed(folder: Path, name: str, version: str, requires: str = "") -> Distribution:
    """A small package as pip leaves it."""
    (folder / name).mkdir(parents=True)
    source = folder / name / "__init__.py"
    source.write_text("one = 1\n", encoding="utf-8")
    info = folder / f"{name}-{version}.dist-info"
    info.mkdir()
    needs = f"Requires-Dist: {requires}\n" if requires else ""
    (info / "METADATA").write_text(
        f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n{needs}", encoding="utf-8"
    )
    digest = urlsafe_b64encode(hashlib.sha256(source.read_bytes()).digest()).rstrip(b"=").decode()
    (info / "RECORD").write_text(
        f"{name}/__init__.py,sha256={digest},8\n{info.name}/RECORD,,\n", encoding="utf-8"
    )
    return PathDistribution(info)


def test_a_marker_that_does_not_hold_here_is_not_asked_for(tmp_path):
    lock = tmp_path / "requirements.lock"
    lock.write_text(
        "one==1.0 \\\n    --hash=sha256:aa\ntwo==2.0 ; python_version < '3' \\\n    --hash=sha256:bb\n"
        "two==2.5 ; python_version >= '3' \\\n    --hash=sha256:cc\n# three==3\n",
        encoding="utf-8",
    )
    assert [(p.name, p.version, p.applies) for p in locked(lock)] == [
        ("one", "1.0", True),
        ("two", "2.0", False),
        ("two", "2.5", True),
    ]


@pytest.fixture
def lock(tmp_path, monkeypatch):
    (tmp_path / "requirements.lock").write_text("one==1.0\nspare==1.0\n", encoding="utf-8")
    monkeypatch.setattr(installation, "root", lambda: tmp_path)
    return tmp_path


def versions(*packages: Distribution) -> dict[str, str]:
    named = {p.metadata["Name"]: p for p in packages}
    table = installation._versions(named)
    return dict(table.select("item", "verdict").iter_rows())


def test_another_version_is_a_deviation_and_one_that_is_needed_and_not_there_a_failure(lock):
    needing = installed(lock, "pkpipe", "0.1", "one>=1; extra == 'no'")
    right, other = installed(lock / "a", "one", "1.0"), installed(lock / "b", "one", "1.1")
    assert versions(needing, right) == {"one": PASS, "spare": PASS}
    assert versions(needing, other)["one"] == DEVIATION
    assert needed({"pkpipe": needing}) == set()
    needs = installed(lock / "c", "pkpipe", "0.1", "one>=1")
    assert versions(needs)["one"] == FAIL


def test_a_lock_that_is_not_there_is_a_deviation_and_the_document_says_so(lock):
    (lock / "requirements.lock").unlink()
    assert versions(installed(lock / "a", "one", "1.0")) == {"requirements.lock": DEVIATION}
    assert ("Lock", "requirements.lock is not there") in installation.environment()
    assert "polars" in dict(installation.beyond_the_lock())


def test_an_altered_file_is_named(tmp_path):
    package = installed(tmp_path, "one", "1.0")
    name, wrong, count = installation._compared(("one", package))
    assert (name, wrong, count) == ("one", [], 1)
    with (tmp_path / "one" / "__init__.py").open("a", encoding="utf-8") as file:
        file.write("\n")
    assert installation._compared(("one", package))[1] == ["one/__init__.py is altered"]
    (tmp_path / "one" / "__init__.py").unlink()
    assert installation._compared(("one", package))[1] == ["one/__init__.py is missing"]


def test_a_checkout_is_a_deviation_because_no_record_says_what_its_files_should_be():
    table = installation._own({})
    assert table["verdict"].to_list() == [DEVIATION]


def test_the_environment_names_no_path_of_the_machine():
    told = " ".join(value for _, value in installation.environment())
    assert str(Path.home()) not in told
    assert str(root()) not in told
    assert "requirements.lock, SHA-256 " in told


def test_what_is_installed_beside_the_lock_is_told_with_its_version(lock, monkeypatch):
    there = {"one": installed(lock / "a", "one", "1.0"), "other": installed(lock, "other", "3.2")}
    monkeypatch.setattr(installation, "installed", lambda: there)
    assert installation.beyond_the_lock() == [("other", "3.2")]
